"""fanout doctor: is everything in place, and if not, what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import click

from fanout.cli.shared import options, project, vaults, workflow_cap
from fanout.client import installed
from fanout.errors import Damaged, FanoutError
from fanout.report.cells import counted
from fanout.run.agents import agents, claims, client_process, team
from fanout.run.flow import ending, first_hook, hooks_switch, workflow
from fanout.run.store import db, switch, vault
from fanout.run.tasks import runs
from fanout.version import version

OLDEST_CLIENT = (2, 1, 239)


@dataclass
class Finding:
    """One check: fine or not, what was found, and the fix. `mend` does the fix when that is safe."""

    name: str
    fine: bool
    found: str
    fix: str = ""
    mend: Callable[[], None] | None = None


@click.command()
@click.option("--fix", "mend", is_flag=True, help="Do the fixes that lose nothing.")
@click.option("--restore", is_flag=True, help="Bring back a .fanout that was removed while a run was live.")
@click.option("--forget", is_flag=True, help="Give up what is held of this project outside its folder.")
@click.option("--self-test", is_flag=True, help="Also prove in a scratch project that the real client's guard denies.")
@options.cluster
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(mend: bool, restore: bool, forget: bool, self_test: bool, as_json: bool, **cluster: str | None) -> None:
    """Check the client, the hooks, the planner, the state of this project, and a cluster. Exit 1 when something is wrong."""
    if restore and forget:
        raise click.UsageError("--restore brings the state back, --forget gives it up: choose one.")
    if restore or forget:
        (vaults.restore if restore else vaults.forget)(os.getcwd())
        return
    findings = [*_checks(project.root()), *([_proof()] if self_test else []), *_cluster(cluster)]
    if mend:
        _mend(findings)
    if as_json:
        project.echo_json([{"check": f.name, "fine": f.fine, "found": f.found, "fix": f.fix} for f in findings])
    else:
        click.echo("\n".join(map(_line, findings)))
    if not all(finding.fine for finding in findings):
        sys.exit(1)


def _checks(root: str) -> list[Finding]:
    return [_planner(), _interpreter(), *_git_bash(), _client(), *_state(root), _git(root), _held(), _teams()]


def _mend(findings: list[Finding]) -> None:
    for finding in findings:
        if not finding.fine and finding.mend is not None:
            finding.mend()
            finding.fine, finding.found = True, f"fixed: {finding.found}"


def _line(finding: Finding) -> str:
    fix = f" {finding.fix}" if finding.fix and not finding.fine else ""
    return f"{'ok  ' if finding.fine else 'BAD '}{finding.name}: {finding.found}.{fix}"


def _planner() -> Finding:
    return Finding("planner", True, f"fanout {version()} on Python {sys.version.split()[0]}")


def _interpreter() -> Finding:
    """The Python that hooks would be started with."""
    data = os.environ.get("FANOUT_CACHE_DIR", "")
    recorded = os.path.join(data, "python") if data else ""
    if recorded and os.path.exists(recorded):
        with open(recorded, encoding="utf-8") as file:
            path = file.read().strip()
        if _runs(path):
            return Finding("hooks' Python", True, path)
        gone = "does not run as Python 3.9 or newer" if os.access(path, os.X_OK) else "is gone"
        return Finding("hooks' Python", False, f"{path} {gone}", "Start the client again: it records the new one.")
    on_path = shutil.which("python3")
    if on_path and not _runs(on_path):
        fix = "Install Python 3.9 or newer, and put it first on PATH."
        return Finding("hooks' Python", False, f"{on_path} does not run as Python 3.9 or newer", fix)
    if on_path:
        return Finding("hooks' Python", True, f"{on_path} (from PATH; the client records one when it starts)")
    return Finding("hooks' Python", False, "no python3 on PATH", "Install Python 3.9 or newer.")


def _runs(path: str) -> bool:
    """Whether it is a Python for hooks; a stub, of macOS or of Microsoft's Store, is none."""
    command = [path, "-I", "-S", "-c", "import sys; sys.exit(sys.version_info < (3, 9))"]
    try:
        if path == "/usr/bin/python3" and shutil.which("xcode-select"):  # its stub opens a dialog
            subprocess.run(["xcode-select", "-p"], capture_output=True, timeout=10, check=True)
        return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _client() -> Finding:
    path = installed.from_path()
    if path is None:
        return Finding("client", True, "no claude on PATH (the demo fetches its own)")
    try:
        text = installed.version_of(path)
        number = tuple(int(part) for part in text.split(".")[:3])
    except (FanoutError, ValueError, OSError, subprocess.SubprocessError) as error:
        return Finding("client", False, f"{path} does not tell its version ({error})", "Install Claude Code again.")
    if number < OLDEST_CLIENT:
        wanted = ".".join(map(str, OLDEST_CLIENT))
        return Finding("client", False, f"{text} is older than {wanted}", "Update it: claude update.")
    return Finding("client", True, f"{text} at {path}")


def _state(root: str) -> list[Finding]:
    """The journal, its claims and the switch of the hooks."""
    path = db.path_of(root)
    if vault.is_lost(root):
        found = "gone: .fanout was removed while a run was live; what it held is kept"
        return [Finding("journal", False, found, "fanout doctor --restore (or --forget, which gives that run up)")]
    if not os.path.exists(path):
        return _without_journal(root)
    try:
        connection = db.connect(root)
        damage = db.damage(connection)
        if damage:
            raise Damaged(f"{path} is damaged: {damage}.")
    except sqlite3.Error as error:
        return [_unreadable(db.explained(error, path), path)]
    except FanoutError as error:
        return [_unreadable(error, path)]
    size = os.path.getsize(path) / 1e6
    slow = "" if db.is_shared(connection) else ", on a file system without shared memory: hooks wait for each other"
    return [
        Finding("journal", True, f"{path}, {size:.1f} MB, {counted(len(runs.all_of(connection)), 'run')}{slow}"),
        _fired(root),
        _seen(connection),
        _claims(connection, root),
        _switch(connection, root),
        *_caps(connection, root),
    ]


def _without_journal(root: str) -> list[Finding]:
    live = switch.is_live(root)
    stray = Finding("hooks", not live, "switched off" if not live else "switched on without a journal")
    if live:
        stray.fix, stray.mend = "fanout doctor --fix", lambda: switch.clear_live(root)
    return [Finding("journal", True, "none here: no run yet"), stray]


def _fired(root: str) -> Finding:
    """Whether a hook has answered since the last run was started."""
    waited = first_hook.missing_since(root, patience=0) if switch.is_live(root) else None
    if waited is not None and waited < first_hook.PATIENCE:
        return Finding(
            "first hook",
            True,
            f"none yet, {max(waited, 0):.0f} s after the run began; `fanout doctor` tells in a while",
        )
    if waited is None:
        return Finding("first hook", True, "a hook has answered, or none is waited for")
    found = f"none has fired in the {waited:.0f} s since the run began: nothing is guarded"
    return Finding("first hook", False, found, first_hook.cause(root))


def _git_bash() -> list[Finding]:
    """On Windows hooks are started through Git's bash."""
    if not first_hook.ON_WINDOWS:
        return []
    found = first_hook.git_bash()
    if found:
        return [Finding("Git Bash", True, found)]
    fix = "Install Git for Windows, or set CLAUDE_CODE_GIT_BASH_PATH; until then nothing is guarded."
    return [Finding("Git Bash", False, "none: no hook can start", fix)]


def _unreadable(error: FanoutError, path: str) -> Finding:
    """Only what is damaged is moved aside: a journal that is locked, or of a newer fanout, is a good one."""
    found = error.message.rstrip(".")
    if not isinstance(error, Damaged):
        return Finding("journal", False, found, error.fix)
    return Finding("journal", False, found, f"fanout doctor --fix {db.SET_ASIDE}", lambda: _set_aside(path))


def _seen(connection: sqlite3.Connection) -> Finding:
    """Whether the launches that passed the gate were seen at work: without the client's agent id nothing is guarded."""
    launched, seen = agents.launched_and_seen(connection, db.now() - 60)
    if launched and not seen:
        found = f"{counted(launched, 'agent')} launched and none seen: hooks do not fire inside agents"
        return Finding("agents", False, found, "Update the client and the plugin, then `fanout doctor --self-test`.")
    return Finding(
        "agents", True, f"{seen} of {counted(launched, 'launched agent')} seen at work" if launched else "none yet"
    )


def _claims(connection: sqlite3.Connection, root: str) -> Finding:
    live = agents.live(connection, agents.EVERY_KIND)
    gone = [agent for agent in live if client_process.is_gone(agent.client, agent.client_start)]
    count = claims.count(connection)
    if not gone:
        return Finding("claims", True, f"{counted(count, 'claim')} of {counted(len(live), 'live agent')}")

    def mend() -> None:
        with db.Write(connection):
            ending.reap(connection)
            hooks_switch.settle(connection, root)

    names = ", ".join(agents.name_of(agent) for agent in gone[:5])
    return Finding("claims", False, f"held by agents whose client is gone: {names}", "fanout doctor --fix", mend)


def _switch(connection: sqlite3.Connection, root: str) -> Finding:
    wanted = hooks_switch.is_needed(connection, root)
    if switch.is_live(root) == wanted:
        return Finding(
            "hooks", True, "switched on: a run, an agent or a team is there" if wanted else "switched off: nothing runs"
        )

    def mend() -> None:
        with db.Write(connection):
            if wanted:
                switch.set_live(root, os.path.realpath(sys.executable))
            else:
                hooks_switch.settle(connection, root)

    state = "off though a run, an agent or a team is there" if wanted else "on though nothing runs"
    return Finding("hooks", False, f"switched {state}", "fanout doctor --fix", mend)


def _caps(connection: sqlite3.Connection, root: str) -> list[Finding]:
    """Of runs on the workflow runtime: whether the client starts as many agents at once as the plan has."""
    wanted = [run for run in runs.active(connection) if run.engine == "workflow"]
    if not wanted:
        return []
    most = max(wanted, key=lambda run: run.cap)
    there = workflow_cap.of_client(root)
    if most.cap <= there.number:
        return [
            Finding("workflow runtime", True, f"{there.number} at once ({there.origin}), {most.id} wants {most.cap}")
        ]
    found = f"{most.id} wants {most.cap} at once, the client starts {there.number} ({there.origin})"
    if there.origin == "the environment":
        return [Finding("workflow runtime", False, found, f"Start the client with {workflow.CAP_VARIABLE}={most.cap}.")]
    fix = f"fanout doctor --fix sets {workflow.CAP_VARIABLE} in {workflow_cap.LOCAL}, for clients that start from then on."
    return [Finding("workflow runtime", False, found, fix, lambda: workflow_cap.move(root, most.cap))]


def _git(root: str) -> Finding:
    if not os.path.exists(os.path.join(root, ".git")):
        return Finding("git", True, "no repository: no commits and worktrees, all else works")
    lock = os.path.join(root, ".git", "index.lock")
    if os.path.exists(lock) and time.time() - os.path.getmtime(lock) > 600:
        return Finding("git", False, "index.lock is older than ten minutes", f"If no git runs, remove {lock}.")
    return Finding("git", True, root)


def _teams() -> Finding:
    """Whether the client was asked for agent teams."""
    value = os.environ.get(team.FLAG, "")
    if not value:
        return Finding("agent teams", True, f"off ({team.FLAG} is not set)")
    on = f"on ({team.FLAG}={value}): in an interactive session an Agent call with a `name` is a teammate"
    return Finding("agent teams", True, on if value == "1" else f"{team.FLAG} is {value!r}; the documented value is 1")


def _held() -> Finding:
    return Finding("held outside", True, vaults.found())


def _set_aside(path: str) -> None:
    for name in (path, f"{path}-wal", f"{path}-shm"):
        if os.path.exists(name):
            os.replace(name, f"{name}.damaged-{int(time.time())}")
    switch.clear_live(os.path.dirname(os.path.dirname(path)))


def _cluster(given: dict[str, str | None]) -> list[Finding]:
    """Of the cluster that is named."""
    if not given["cluster"]:
        return []
    from fanout.cli.shared import cluster_checks
    from fanout.engines.cluster_place import Place

    place = Place(*(given[name] or "" for name in ("cluster", "tls_ca", "tls_cert", "tls_key")))
    return [Finding(*row) for row in cluster_checks.rows(place)]


def _proof() -> Finding:
    """Two scripted agents in a scratch project: the second must be denied the first one's file."""
    from fanout.cli.shared import proof

    return Finding("guard", *proof.of_the_guard())
