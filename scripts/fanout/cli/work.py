"""What one task changed: diff, undo, commit."""

from __future__ import annotations

import sqlite3

import click

from fanout.cli import project
from fanout.errors import FanoutError
from fanout.run import commit as commits
from fanout.run import patch, runs, tasks
from fanout.run import undo as undoing

TASK = click.argument("task", metavar="RUN/TASK")


@click.command()
@click.argument("name", metavar="[RUN[/TASK]]", required=False)
@click.option("--keep", is_flag=True, help="Write each task's patch to a file, and print a line for each.")
def diff(name: str | None, keep: bool) -> None:
    """Print what a task changed, or every task of a run, as unified diffs; of a running one, up to now."""
    root, db = project.journal()
    for run, task in _named(db, name):
        changed = len(patch.changed(db, root, run, task))
        if changed and keep:
            files = f"{changed} {'file' if changed == 1 else 'files'}"
            click.echo(f"{task} {tasks.get(db, run, task)['title']}: {files}, {patch.keep(db, root, run, task)}")
        elif changed:
            click.echo(patch.of_task(db, root, run, task), nl=False)
        elif name and "/" in name:
            click.echo(f"Task {task} changed nothing.", err=True)


def _named(db: sqlite3.Connection, name: str | None) -> list[tuple[str, str]]:
    """The (run, task) pairs that a name stands for: one task, or all tasks of a run in their order."""
    if name and "/" in name:
        run, task = project.split_task(name)
        return [(run, tasks.get(db, run, task)["id"])]
    run = runs.get(db, name)["id"]
    return [(run, row["id"]) for row in tasks.all_of(db, run)]


@click.command()
@TASK
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
def undo(task: str, dry_run: bool) -> None:
    """Undo what one task changed, without touching anybody else's bytes."""
    run, name = project.split_task(task)
    root, db = project.journal()
    if tasks.get(db, run, name)["state"] == "running":
        raise FanoutError(f"task {name} is still running.", "Stop its agent first.")
    steps = undoing.plan(db, root, run, name) if dry_run else undoing.carry_out(db, root, run, name)
    for step in steps:
        click.echo(f"{step.verb:8}{step.path}{f': {step.clash}' if step.clash else ''}")
    if not steps:
        click.echo(f"Task {name} changed nothing that could be undone.")


@click.command()
@click.argument("task", metavar="RUN/TASK", required=False)
@click.option(
    "--all", "every", metavar="RUN", help="Every task of RUN that is done and not committed, one commit each."
)
@click.option("-m", "--message", help="Instead of the task's title and result.")
def commit(task: str | None, every: str | None, message: str | None) -> None:
    """Commit exactly what a task changed; what is staged by you or written by siblings stays as it is."""
    if bool(task) == bool(every):
        raise click.UsageError("name either RUN/TASK or --all RUN.")
    root, db = project.journal()
    if task:
        run, name = project.split_task(task)
        _told(name, commits.task(db, root, run, name, message or ""))
        return
    run = runs.get(db, every)["id"]
    for row in tasks.all_of(db, run):
        if row["state"] == "done" and not _is_committed(db, run, row["id"]):
            _told(row["id"], commits.task(db, root, run, row["id"], message or ""))


def _is_committed(db: object, run: str, task: str) -> bool:
    found = db.execute(  # type: ignore[attr-defined]
        "SELECT 1 FROM event WHERE run = ? AND task = ? AND kind = 'committed'", (run, task)
    )
    return found.fetchone() is not None


def _told(task: str, made: str) -> None:
    click.echo(f"{task}  {made[:12]}" if made else f"{task}  nothing to commit")
