"""git on Bash: would this command harm what is not committed and not the caller's own?

Two questions. What would it do to the files of siblings, at work or finished? And does it sweep over whole folders so
that uncommitted work of anybody else goes, the user's with it? Naming one's files is always a way out of the second.
"""

from __future__ import annotations

import os

from fanout import shell
from fanout.hooks import caller, event
from fanout.run.agents import agents, claims
from fanout.run.changes import snapshot
from fanout.run.store import journal, paths, state_dir
from fanout.run.store.db import Write
from fanout.shell.git.gitrepo import GitRepo

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from fanout.run.store.records import Agent

LONGEST = 400
USER = "the user or a program"
SWEEPS = ("worktree", "untracked", "stash")
MAGIC = set("*?[:\0")


def decide(
    db: sqlite3.Connection, naming: paths.Naming, data: dict[str, object], effects: shell.Effects, cwd: str
) -> str:
    """Why the line's git commands may not run, "" when they may."""
    sweeping = [effect for effect in effects.git if _sweeps(effect)]
    with Write(db):
        me = caller.identify(db, data)
        others = snapshot.owned_by_others(db, naming.root, me)
        mine = agents.get(db, me)
    repo = GitRepo()
    owners = {name: agents.name_of(row, mine["run"]) for name, row in others.items()}
    dirty = list(_dirty(naming, repo, sweeping[0])) if sweeping else []
    own = f"{naming.name(mine['worktree'], naming.root)}/" if mine["worktree"] else "\0"
    loose = [name for name in dirty if name not in owners and not name.startswith(own)]
    owners.update(_owned(db, mine, loose))
    found = _endangered(effects.git, owners, naming, cwd, repo)
    if not found and sweeping and event.text(data, "agent_id"):
        wrote = snapshot.written_by(db, me)
        rest = {name: USER for name in loose if name not in owners and not _is_mine(db, me, wrote, name)}
        found = _endangered(sweeping, rest, naming, cwd, repo)
    if not found:
        return ""
    with Write(db):
        journal.note(db, "write-denied", mine["run"], mine["task"], me, path="git", reason=found[0][:300])
    return found[0][:LONGEST]


def _endangered(
    commands: list[shell.GitEffect], owners: dict[str, str], naming: paths.Naming, cwd: str, repo: GitRepo
) -> list[str]:
    effects = shell.Effects()
    effects.git = commands
    return shell.endangers(effects, "", owners, naming.root, cwd, repo)


def _sweeps(effect: shell.GitEffect) -> bool:
    """Whether it takes back, hides or deletes more than files that it names one by one."""
    if effect.endangers not in SWEEPS:
        return False
    if effect.scope != "paths" or not effect.paths:
        return True
    return any(MAGIC & set(path) or os.path.isdir(os.path.join(effect.cwd, path)) for path in effect.paths)


def _dirty(naming: paths.Naming, repo: GitRepo, effect: shell.GitEffect) -> Iterator[str]:
    """The names of everything that is not committed, ignored files too; without fanout's own."""
    top = repo.top(effect)
    if top is None:
        return
    for path in repo.states(effect, [":/"]) or {}:
        name = naming.name(os.path.join(top, path), naming.root)
        if name != state_dir.FOLDER and not name.startswith(state_dir.FOLDER + "/"):
            yield name


def _owned(db: sqlite3.Connection, mine: Agent, names: list[str]) -> dict[str, str]:
    """Those that live siblings claim, by their names."""
    family = set(agents.lineage(db, mine["id"]))
    found = {}
    for name in names:
        row = next((row for row in claims.covering(db, name) if row["id"] not in family), None)
        if row is not None:
            found[name] = agents.name_of(row.owner, mine["run"])
    return found


def _is_mine(db: sqlite3.Connection, me: int, wrote: set[str], name: str) -> bool:
    if name in wrote or any(path.startswith(name.rstrip("/") + "/") for path in wrote):
        return True
    family = set(agents.lineage(db, me))
    return any(row["id"] in family for row in claims.covering(db, name))
