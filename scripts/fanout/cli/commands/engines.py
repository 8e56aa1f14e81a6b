"""Runs beyond one conversation: drive, land."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fanout.cli.shared import dask_extra, engine_json, options, project
from fanout.engines import terms
from fanout.errors import FanoutError
from fanout.run.store import state_dir
from fanout.run.tasks import runs

if TYPE_CHECKING:
    from fanout.engines.driver import Driver, Engine
    from fanout.engines.landing import Landed
    from fanout.run.store.records import Run

RUN = click.argument("run", required=False)
START_SECONDS = 30.0
LOOK_SECONDS = 0.2


@click.command()
@RUN
@click.option("--permission-mode", type=click.Choice(terms.MODES), help="What its clients may do without a question.")
@click.option(
    "--allow", "allowed_tools", multiple=True, metavar="TOOL", help="A tool that needs no question: 'Bash(npm test:*)'."
)
@click.option(
    "--max-budget", type=click.FloatRange(min=0), metavar="USD", help="Start nothing more when this is spent."
)
@click.option("--task-budget", type=click.FloatRange(min=0), metavar="USD", help="What one attempt may spend.")
@click.option("--max-turns", type=click.IntRange(min=0), metavar="N", help="Turns of one attempt.")
@click.option(
    "--run-turns",
    type=click.IntRange(min=0),
    metavar="N",
    help="Start nothing more when all attempts took so many turns.",
)
@click.option("--model", metavar="NAME", help="The clients' model.")
@click.option("--client", metavar="PATH", help="The client, if it is not `claude` on the PATH.")
@options.cluster
@click.option("--hub", metavar="URL", help="The repository through which workers of --engine dask give their work.")
@click.option("--detach", is_flag=True, help="Go on in the background; `fanout status --watch` follows it.")
@options.JSON
def drive(run: str | None, detach: bool, as_json: bool, **given: object) -> None:
    """Run the agents of a run that was started with `--engine local` or `--engine dask`, until it is over.

    Each works in a tree of its own; what has its evidence is merged to the branch fanout/RUN. Nobody is asked anything, so
    say once what they may do; it is kept with the run. After a crash the same command goes on.
    """
    root, db = project.journal()
    chosen = project.run(root, db, run)
    _check(chosen)
    given = {name: _from_anywhere(name, value) for name, value in given.items()} | _hub(root, given["hub"])
    if chosen.engine == "dask":
        dask_extra.require()
    agreed = terms.agree(db, chosen, given, options.check_client if chosen.engine == "local" else None)
    if detach:
        _detach(root, db, chosen.id, as_json)
        return
    from fanout.engines.driver import Driver

    _follow(root, db, Driver(root, chosen.id, agreed, _engine(root, chosen, agreed)), as_json)
    if as_json:
        project.echo_json(engine_json.driven(db, runs.get(db, chosen.id)))
    else:
        _say_end(runs.get(db, chosen.id))


def _from_anywhere(name: str, value: object) -> object:
    """A file that is named from this folder, so that it can be kept: what is started later is started in another one."""
    is_file = name.startswith("tls_") or (name == "client" and "/" in str(value))
    return os.path.abspath(str(value)) if value and is_file else value


def _hub(root: str, name: object) -> dict[str, object]:
    """Where the hub is for all: a remote of the project by its address, a folder by its whole path."""
    from fanout.run.changes import git

    if not name:
        return {}
    code, address, _ = git.attempt(root, "remote", "get-url", str(name))
    found = str(name) if code else address.strip()
    return {"hub": found if ":" in found else os.path.abspath(found if code else os.path.join(root, found))}


def _engine(root: str, run: Run, agreed: terms.Terms) -> Engine:
    if run.engine == "dask":
        from fanout.engines.dask import Dask

        return Dask(root, agreed)
    from fanout.engines.local import Local

    return Local(root)


def cancel(db: sqlite3.Connection, root: str, run: Run) -> str:
    """Ends every process of a driven run that was cancelled, and keeps what it left. Returns what was not reached."""
    if run.engine == "dask" and terms.of_run(run).cluster:
        dask_extra.require()
        from fanout.engines import dask

        return dask.cancel(db, root, run, terms.of_run(run))
    from fanout.engines import local

    local.cancel(db, root, run)
    return ""


def _check(run: Run) -> None:
    if not run.is_driven:
        raise FanoutError(
            f"the agents of {run.id} are those of a conversation.",
            "`fanout start SOURCE --engine local` makes one to drive.",
        )
    if run.state != "active":
        raise FanoutError(f"run {run.id} is {run.state} already.", f"`fanout land {run.id}` brings it to your branch.")


def _follow(root: str, db: sqlite3.Connection, driver: Driver, is_quiet: bool) -> None:
    """The driver in a thread of its own, and what it does on the screen. Ctrl-C and TERM stop it in good order."""
    failed: list[BaseException] = []

    def go() -> None:
        try:
            driver.go()
        except BaseException as error:
            failed.append(error)

    signal.signal(signal.SIGTERM, lambda *_: driver.stop.set())
    thread = threading.Thread(target=go)
    thread.start()
    try:
        _wait(thread) if is_quiet else _watch(root, db, driver.name, thread)
    except KeyboardInterrupt:
        click.echo("Stopping: what its clients did is kept.", err=True)
    finally:
        driver.stop.set() if runs.get(db, driver.name).state == "active" else None
        thread.join()
    if failed:
        raise failed[0]


def _wait(thread: threading.Thread) -> None:
    while thread.is_alive():
        thread.join(LOOK_SECONDS)  # where Ctrl-C is heard


def _watch(root: str, db: sqlite3.Connection, run: str, thread: threading.Thread) -> None:
    from fanout.cli.shared import watching

    watching.show(root, db, run, thread.is_alive)


def _say_end(run: Run) -> None:
    if run.state == "active":
        why = f"It is paused: {run.paused}. `fanout go {run.id}`, then" if run.paused else "It is not over:"
        click.echo(f"{why} `fanout drive {run.id}` goes on.")
    elif run.state == "ended":
        click.echo(
            f"`fanout land {run.id}` brings what is merged to your branch; `fanout report {run.id}` has the details."
        )


def _detach(root: str, db: sqlite3.Connection, run: str, as_json: bool) -> None:
    """Starts the same command in the background, and waits until it has the lease."""
    from fanout.engines import lease

    folder = os.path.join(state_dir.folder_of(root), "attempts", run)
    os.makedirs(folder, exist_ok=True)
    log = os.path.join(folder, "driver.txt")
    process = _in_background(root, run, log)
    last = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < last:
        driver = runs.get(db, run).driver.split()
        if driver[:2] == [lease.host(), str(process.pid)]:
            said = f"Driven by process {process.pid}. `fanout status --watch {run}` follows it; it says more in {log}."
            _say_begun(db, run, said, as_json, process.pid, log)
            return
        time.sleep(LOOK_SECONDS)
    with open(log, encoding="utf-8", errors="replace") as text:
        said_last = text.read().strip().splitlines()
    if process.poll() != 0:
        raise FanoutError(
            f"the driver did not start: {said_last[-1] if said_last else 'it said nothing'}", f"See {log}."
        )
    _say_begun(db, run, "\n".join(said_last), as_json)


def _say_begun(
    db: sqlite3.Connection, run: str, said: str, as_json: bool, pid: int | None = None, log: str = ""
) -> None:
    if as_json:
        project.echo_json(engine_json.driven(db, runs.get(db, run), pid, log))
    else:
        click.echo(said)


def _in_background(root: str, run: str, log: str) -> subprocess.Popen[bytes]:
    main = Path(__file__).resolve().parents[3]
    command = [sys.executable, str(main), "drive", run]
    with open(log, "wb") as said:
        return subprocess.Popen(
            command, cwd=root, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )


@click.command()
@RUN
@click.option("--merge", "as_merge", is_flag=True, help="One merge commit, instead of one commit a task in plan order.")
@click.option("--pr", "requests", type=click.Choice(["run", "task"]), help="Pull requests to it, through gh, instead.")
@click.option("--remote", default="origin", show_default=True, metavar="NAME", help="Where --pr pushes.")
@options.JSON
def land(run: str | None, as_merge: bool, requests: str | None, remote: str, as_json: bool) -> None:
    """Bring what a driven run merged to the branch that you are on.

    Your tree has to be clean. Nothing is forced: where both changed the same lines, nothing happens and it is said.
    With --pr your branch and tree are left alone: one pull request of the run, or one of each task upon the one before it.
    """
    from fanout.cli.commands.sync import mark_done
    from fanout.engines import landing

    root, db = project.journal()
    chosen = project.run(root, db, run)
    if not chosen.is_driven:
        raise FanoutError(
            f"the agents of {chosen.id} worked in your own tree.",
            f"`fanout commit --all {chosen.id}` commits what they did.",
        )
    if requests:
        if as_merge:
            raise click.UsageError("--merge is a commit on your own branch, --pr makes none: choose one.")
        _request(root, db, chosen, requests, remote, as_json)
        return
    landed = landing.land(db, root, chosen, as_merge)
    if not as_json:
        _say_landed(chosen.id, landed)
    not_marked = mark_done(db, root, chosen.id) if landed.commits else []
    for line in not_marked:
        click.echo(line, err=True)
    if as_json:
        project.echo_json(engine_json.landed(chosen.id, landed, not_marked))


def _say_landed(run: str, landed: Landed) -> None:
    if not landed.commits:
        click.echo(f"Nothing of {run} is merged that {landed.branch} does not have.")
        return
    for task, commit in landed.commits:
        click.echo(f"{task}  {commit[:12]}")
    many = sum(len(names.split(", ")) for names, _ in landed.commits)
    click.echo(f"{many} {'task' if many == 1 else 'tasks'} landed on {landed.branch}.")
    if landed.note:
        click.echo(landed.note)


def _request(root: str, db: sqlite3.Connection, run: Run, kind: str, remote: str, as_json: bool) -> None:
    from fanout.engines import landing, pull_requests, work_trees

    made = (pull_requests.of_run if kind == "run" else pull_requests.of_tasks)(db, root, run, remote)
    if as_json:
        branch = landing.branch_of(work_trees.tree_of(root, run))
        project.echo_json(engine_json.requested(run.id, branch, made))
        return
    for one in made:
        click.echo(f"{one.head} -> {one.base}  {one.url}")
    click.echo(
        "Nothing is merged that your branch does not have."
        if not made
        else f"{len(made)} pull {'request' if len(made) == 1 else 'requests'}; what is merged later is added by the same command."
    )
