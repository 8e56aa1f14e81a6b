"""After a result: the rest is planned again, and what is done is marked in the user's own task file."""

from __future__ import annotations

import os
import sqlite3

import click

from fanout.cli.shared import project
from fanout.cli.shared.replan import replan
from fanout.errors import FanoutError
from fanout.run.changes import commit
from fanout.run.flow import runs
from fanout.run.store import base, journal, meta
from fanout.run.store.db import Write
from fanout.run.tasks import tasks
from fanout.source import write_back
from fanout.source.resolve import resolve


@click.command(hidden=True)
@click.argument("run")
def sync(run: str) -> None:
    """Mark what RUN finished in its source, and plan the rest again; started by the hooks after each result."""
    root, db = project.journal()
    replan(db, runs.get(db, run)["id"])
    for line in mark_done(db, root, runs.get(db, run)["id"]):
        click.echo(line, err=True)
    if meta.get(db, "commit") == "task":
        commit_done(db, root, runs.get(db, run)["id"])


def commit_done(db: sqlite3.Connection, root: str, run: str) -> None:
    """One commit for each task that is done and has none yet; what can't be committed is journaled and left."""
    for task in commit.pending(db, run):
        told = db.execute(
            "SELECT 1 FROM event WHERE run = ? AND task = ? AND kind = 'commit-refused'", (run, task["id"])
        ).fetchone()
        if told is not None:
            continue
        try:
            commit.task(db, root, run, task["id"])
        except FanoutError as error:
            with Write(db):
                journal.note(db, "commit-refused", run, task["id"], reason=str(error)[:300])


def mark_done(db: sqlite3.Connection, root: str, run: str) -> list[str]:
    """Marks every task that is done and not yet marked. Returns what could not be marked, in words."""
    row = runs.get(db, run)
    if not row["source"] or row["source"] == "-" or not write_back.keeps_status(row["format"]):
        return []
    refused = []
    for task in tasks.all_of(db, run):
        if task["state"] == "done" and not _told(db, run, task["id"]):
            refused += _mark(db, root, row, task)
    return refused


def _mark(db: sqlite3.Connection, root: str, run: sqlite3.Row, task: sqlite3.Row) -> list[str]:
    try:
        found = resolve(os.path.join(root, run["source"]), base.of_row(root, run))
        write_back.set_status(found, task["id"], "completed", task["outcome"][:200], task["title"] or None)
    except FanoutError as error:
        with Write(db):
            journal.note(db, "mark-refused", task["run"], task["id"], reason=str(error)[:300])
        return [f"{task['id']} is done but not marked in {run['source']}: {error}"]
    with Write(db):
        journal.note(db, "marked", task["run"], task["id"])
    return []


def unmark(db: sqlite3.Connection, root: str, run: sqlite3.Row, task: sqlite3.Row) -> list[str]:
    """Takes back the mark of a task that is done no more. Returns what could not be taken back, in words."""
    marks = db.execute(
        "SELECT kind FROM event WHERE run = ? AND task = ? AND kind IN ('marked', 'unmarked') ORDER BY id DESC LIMIT 1",
        (run["id"], task["id"]),
    ).fetchone()
    if marks is None or marks["kind"] == "unmarked":
        return []
    try:
        found = resolve(os.path.join(root, run["source"]), base.of_row(root, run))
        write_back.set_status(found, task["id"], "pending", "", task["title"] or None)
    except FanoutError as error:
        return [f"{task['id']} is still marked as done in {run['source']}: {error}"]
    with Write(db):
        journal.note(db, "unmarked", run["id"], task["id"])
    return []


def _told(db: sqlite3.Connection, run: str, task: str) -> bool:
    """Whether the task was marked, or its marking refused, since it was last started."""
    found = db.execute(
        "SELECT MAX(CASE WHEN kind IN ('marked', 'mark-refused') THEN id END) AS told,"
        " MAX(CASE WHEN kind = 'task-done' THEN id END) AS done FROM event WHERE run = ? AND task = ?",
        (run, task),
    ).fetchone()
    return found["done"] is None or (found["told"] is not None and found["told"] > found["done"])
