"""What one task changed: diff, undo, commit."""

from __future__ import annotations

import click

from fanout.cli import project
from fanout.errors import FanoutError
from fanout.run import commit as commits
from fanout.run import patch, runs, tasks
from fanout.run import undo as undoing

TASK = click.argument("task", metavar="RUN/TASK")


@click.command()
@TASK
def diff(task: str) -> None:
    """Print what a task changed, as a unified diff; of a running one, up to now."""
    run, name = project.split_task(task)
    root, db = project.journal()
    tasks.get(db, run, name)
    text = patch.of_task(db, root, run, name)
    click.echo(text, nl=False) if text else click.echo(f"Task {name} changed nothing.", err=True)


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
