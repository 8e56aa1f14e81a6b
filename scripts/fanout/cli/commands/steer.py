"""Steering a run: ask, why, claim, retry, skip, resume, release."""

from __future__ import annotations

import os
import sqlite3
import time

import click

from fanout.cli.shared import changed, project
from fanout.errors import FanoutError
from fanout.run.agents import agents, claims
from fanout.run.flow import ending, prompts, recovery, runs, worker
from fanout.run.store import base, journal, meta, paths
from fanout.run.store.db import Write
from fanout.run.tasks import ready, scope, tasks

LOOK_SECONDS = 0.5
RETRIED = ("failed", "blocked")
TASK = click.argument("task", metavar="RUN/TASK")


@click.command()
@TASK
@click.argument("path")
@click.argument("why", nargs=-1)
def ask(task: str, path: str, why: tuple[str, ...]) -> None:
    """Ask for a path that a task's plan did not give it: granted when nobody owns it, else queued. Exit 1 when never."""
    run, name = project.split_task(task)
    root, db = project.journal()
    click.echo(scope.ask(db, paths.Naming(root, meta.folds_case(db)), run, name, path, " ".join(why)))


@click.command()
@click.argument("path")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def why(path: str, as_json: bool) -> None:
    """Say who owns PATH now, and what was decided about it."""
    root, db = project.journal()
    name = paths.Naming(root, meta.folds_case(db)).name(path, base.tree(root, os.getcwd()))
    owned = [
        {
            "owner": agents.name_of(row),
            "run": row["run"],
            "task": row["task"],
            "kind": row["claim_kind"],
            "since": row["since"],
        }
        for row in claims.covering(db, name)
    ]
    decided = [
        {"at": row["at"], "task": row["task"], "kind": row["kind"], "data": row["data"]}
        for row in db.execute("SELECT * FROM event WHERE data LIKE ? ORDER BY id", (f'%"{name}"%',))
    ]
    if as_json:
        project.echo_json({"path": name, "owners": owned, "decisions": decided})
        return
    for row in owned:
        click.echo(f"{name} belongs to {row['owner']} ({row['kind']}, since {_clock(row['since'])})")
    if not owned:
        click.echo(f"{name} belongs to nobody now")
    for row in decided:
        click.echo(f"{_clock(row['at'])}  {row['kind']}  {row['task'] or ''}")


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))


@click.command()
@click.option("--worker", required=True, metavar="NAME", help="Who takes it; the same name gets its own task again.")
@click.option("--wait", type=click.IntRange(0, 540), default=0, metavar="SECONDS", help="Wait so long for a task.")
@click.argument("run", required=False)
def claim(worker: str, wait: int, run: str | None) -> None:
    """Take the next ready task, for workers that organise themselves. Prints its brief; exit 1 when none is ready."""
    _claim(worker, wait, run)


def _claim(name: str, wait: int, run: str | None) -> None:
    root, db = project.journal()
    row = project.run(root, db, run)
    last = time.monotonic() + wait
    while (taken := worker.take(db, root, row["id"], name)) is None:
        view = worker.look(db, root, row["id"], name)
        if time.monotonic() >= last or view.run["state"] != "active" or ready.is_over(view):
            raise FanoutError(*worker.nothing(view, name))
        time.sleep(LOOK_SECONDS)
    click.echo(taken)


@click.command()
@TASK
def retry(task: str) -> None:
    """Undo what a failed task changed and make it ready again."""
    run, name = project.split_task(task)
    root, db = project.journal()
    row = tasks.get(db, run, name)
    runs.refuse_cancelled(runs.get(db, run))
    if row["state"] in ("pending", "running", "done"):
        raise FanoutError(
            f"task {name} is {row['state']}.", "Only a task that failed, is blocked or was left out is retried."
        )
    recovery.retry(db, root, run, name)
    if tasks.get(db, run, name)["state"] != "pending":
        raise FanoutError(f"task {name} was {tasks.get(db, run, name)['outcome']}")
    reactivate(db, root, run)
    click.echo(prompts.text(prompts.conclude(db, root, run)))


@click.command()
@TASK
@click.argument("reason", nargs=-1)
def skip(task: str, reason: tuple[str, ...]) -> None:
    """Go on without a task: what depends on it may start."""
    run, name = project.split_task(task)
    root, db = project.journal()
    row = tasks.get(db, run, name)
    runs.refuse_cancelled(runs.get(db, run))
    if row["state"] in ("running", "done"):
        raise FanoutError(f"task {name} is {row['state']}.", "It can't be skipped.")
    with Write(db):
        db.execute("UPDATE task SET state = 'pending' WHERE run = ? AND id = ?", (run, name))
        tasks.finish(db, run, name, "skipped", " ".join(reason) or "skipped by hand")
    reactivate(db, root, run)
    click.echo(prompts.text(prompts.conclude(db, root, run)))


@click.command()
@click.argument("run", required=False)
def resume(run: str | None) -> None:
    """Go on with a run after a crash or in another session: what was lost is ready again."""
    root, db = project.journal()
    row = project.run(root, db, run)
    runs.refuse_cancelled(row)
    reactivate(db, root, row["id"])
    session = os.environ.get("CLAUDE_CODE_SESSION_ID", "")
    if session and row["session"] != session:
        with Write(db):
            runs.take_over(db, row["id"], session)
    lost = db.execute(
        "SELECT DISTINCT task FROM event WHERE run = ? AND kind = 'agent-lost' ORDER BY task", (row["id"],)
    ).fetchall()
    pending = [r["task"] for r in lost if tasks.get(db, row["id"], r["task"])["state"] == "pending"]
    if pending:
        click.echo(
            f"Lost with their agents, to be done again: {', '.join(pending)}. Half-done work: `fanout diff RUN/TASK`."
        )
    for line in changed.since(root, row):
        click.echo(line)
    click.echo(prompts.text(prompts.conclude(db, root, row["id"])))


@click.command()
@TASK
def release(task: str) -> None:
    """Give up on a task's agent that will not come back: its claims are released, the task is ready again."""
    run, name = project.split_task(task)
    root, db = project.journal()
    with Write(db):
        agent = agents.of_task(db, run, name)
        if agent is None:
            raise FanoutError(f"task {name} has no live agent.")
        ending.lost(db, agent, "released by hand")
        runs.settle(db, root)
    click.echo(prompts.text(prompts.conclude(db, root, run)))


def reactivate(db: sqlite3.Connection, root: str, run: str) -> None:
    """A run that had ended is active again when something of it can start."""
    with Write(db):
        row = db.execute("SELECT state FROM run WHERE id = ?", (run,)).fetchone()
        if row["state"] == "ended" and not ready.is_over(ready.View(db, run)):
            runs.reopen(db, root, run)
            journal.note(db, "run-reopened", run)
