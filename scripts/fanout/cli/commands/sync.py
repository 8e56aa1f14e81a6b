"""After a result: the rest is planned again, and what is done is marked in the user's own task file."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import Any

import click

from fanout.cli.shared import list_edits, project
from fanout.cli.shared.changed import digest
from fanout.cli.shared.replan import replan
from fanout.errors import Busy, FanoutError, NothingToMark
from fanout.run.changes import git, heads
from fanout.run.commits import commit
from fanout.run.flow import hooks_switch
from fanout.run.store import base, journal, meta
from fanout.run.store.db import Write
from fanout.run.store.records import Run, Task
from fanout.run.tasks import runs, tasks
from fanout.source import write_back
from fanout.source.resolve import resolve


@click.command(hidden=True)
@click.argument("run")
def sync(run: str) -> None:
    """Mark what RUN finished in its source, and plan the rest again; started by the hooks after each result."""
    root, db = project.journal()
    name = runs.get(db, run).id
    list_edits.take_in(db, root, runs.get(db, name))
    replan(db, name)
    for line in mark_done(db, root, name):
        click.echo(line, err=True)
    if meta.get(db, "commit") == "task":
        with hooks_switch.Kept(db, root):
            commit_done(db, root, name)


def commit_done(db: sqlite3.Connection, root: str, run: str) -> None:
    """One commit for each task that is done and has none yet; what can't be committed is journaled and left."""
    for task in commit.pending(db, run):
        if journal.last(db, run, task.id, "commit-refused") is not None:
            continue
        try:
            if how := heads.moved(db, root, run):
                raise FanoutError(f"{how}.", f"`fanout commit {run}/{task.id}` commits it there, when that is right.")
            git.refuse_nobody(root)
            commit.task(db, root, run, task.id)
        except Busy:
            continue  # a git command holds the index, or somebody the journal: the next result tries it again
        except FanoutError as error:
            with Write(db):
                journal.note(db, "commit-refused", run, task.id, reason=str(error)[:300])


def mark_done(db: sqlite3.Connection, root: str, run: str) -> list[str]:
    """Marks every task that is done and not yet marked. Returns what could not be marked, in words."""
    chosen = runs.get(db, run)
    if not chosen.has_list or not write_back.keeps_status(chosen.format):
        return []
    refused = []
    lost = journal.tasks_with(db, run, "marked") if _is_as_it_began(chosen) else []
    due = [task for task in tasks.in_state(db, run, "done") if task.id in lost or not _told(db, run, task.id)]
    read = _as_read(db, chosen) if due else {}
    for task in due:
        refused += _mark(db, root, chosen, task, read)
    return refused


def _as_read(db: sqlite3.Connection, run: Run) -> dict[str, str]:
    """The tasks of the list, by their ids, with the titles that were read there: a task of the run may be called anew by
    now, and one that was added stands in no list."""
    return {task["id"]: task.get("title") or "" for task in runs.document(db, run).get("tasks", [])}


def _is_as_it_began(run: Run) -> bool:
    """Whether the list is what it was as the run began: marks that were made are gone, as a `git checkout .` does that was
    judged before they were made and ran after it."""
    return all(digest(path) == before for path, before in json.loads(run.files).items())


def _mark(db: sqlite3.Connection, root: str, run: Run, task: Task, read: dict[str, str]) -> list[str]:
    """`read`: the titles of the list's tasks. An added task is marked where the user has written it there as well."""
    try:
        source = resolve(os.path.join(root, run.source), base.of_run(root, run))
        write_back.set_status(source, task.id, "completed", task.outcome[:200], read.get(task.id, task.title) or None)
    except FanoutError as error:
        is_none = isinstance(error, NothingToMark) or task.id not in read
        facts: dict[str, Any] = {"reason": str(error)[:300], **({"nothing": True} if is_none else {})}
        with Write(db):
            journal.note(db, "mark-refused", task.run, task.id, **facts)
        return [] if is_none else [f"{task.id} is done but not marked in {run.source}: {error}"]
    with Write(db):
        journal.note(db, "marked", task.run, task.id)
    return []


def unmark(db: sqlite3.Connection, root: str, run: Run, task: Task) -> list[str]:
    """Takes back the mark of a task that is done no more. Returns what could not be taken back, in words."""
    mark = journal.last(db, run.id, task.id, "marked", "unmarked")
    if mark is None or mark.kind == "unmarked":
        return []
    try:
        source = resolve(os.path.join(root, run.source), base.of_run(root, run))
        write_back.set_status(source, task.id, "pending", "", _as_read(db, run).get(task.id, task.title) or None)
    except FanoutError as error:
        return [f"{task.id} is still marked as done in {run.source}: {error}"]
    with Write(db):
        journal.note(db, "unmarked", run.id, task.id)
    return []


def _told(db: sqlite3.Connection, run: str, task: str) -> bool:
    """Whether the task was marked, or its marking refused, since it was last started."""
    told = journal.last(db, run, task, "marked", "mark-refused")
    done = journal.last(db, run, task, "task-done")
    return done is None or (told is not None and told.id > done.id)
