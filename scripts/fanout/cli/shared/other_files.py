"""Other files for a task that waits: planned beside the other tasks anew, with these to write."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

from fanout.cli.shared import adding
from fanout.errors import FanoutError
from fanout.plan.read.prose.mentions import LEFT_ALONE, mentions
from fanout.run.flow import order_message, start_run
from fanout.run.store.db import Write
from fanout.run.tasks import amendments, runs, tasks

if TYPE_CHECKING:
    from fanout.run.store.records import Task

SURE = 0.7
INSTEAD = re.compile(r"\b(?:instead|rather than|not in)\b", re.IGNORECASE)


def declare(db: sqlite3.Connection, root: str, run: str, name: str, writes: list[str]) -> str:
    """In words, what the task waits for no more. Raises FanoutError, SourceError where it can't be planned so."""
    plan = adding.planned_anew(db, root, runs.get(db, run), name, writes)
    with Write(db):
        runs.refuse_cancelled(runs.get(db, run))
        before = tasks.get(db, run, name)
        lifted = start_run.declare_anew(db, root, run, name, plan)
        _name_anew(db, before, writes)
    return order_message.no_more(lifted)


def declare_named(db: sqlite3.Connection, root: str, run: str, name: str, note: str) -> str:
    """A note says to write files that the task does not declare: it may, and they are looked for at its end; or to leave some
    of its own alone: it may not. In words; "" where the note names none, or the task names no files of its own."""
    declared = tasks.record(tasks.get(db, run, name)).get("writes") or []
    spared = [one.pattern for one in mentions(note) if one.why == LEFT_ALONE and one.pattern in declared]
    if spared and len(spared) < len(declared):
        declared = [path for path in declared if path not in spared]
        lifted = declare(db, root, run, name, declared)
        return f" It writes no more {tasks.few(spared)}, as the note says.{lifted}{_more(db, root, run, name, note, declared)}"
    return _more(db, root, run, name, note, declared)


def _more(db: sqlite3.Connection, root: str, run: str, name: str, note: str, declared: list[str]) -> str:
    """Of `declare_named`: what the task writes besides."""
    new = _named(note, declared) if declared else []
    if not new:
        return ""
    way = f"`fanout amend {run}/{name} {' '.join(f'--writes {path}' for path in new)}`"
    if INSTEAD.search(note):
        return f" It still may write only {tasks.few(declared)}: {way} lets it write what the note names instead."
    try:
        lifted = declare(db, root, run, name, [*declared, *new])
    except FanoutError as error:
        return f" It may not write {tasks.few(new)}, which the note names: {error}"
    return f" It writes {tasks.few(new)} too, as the note says.{lifted}"


def _named(note: str, declared: list[str]) -> list[str]:
    """The files that the note says are to be written."""
    written = [one.pattern for one in mentions(note) if one.mode == "write" and one.confidence >= SURE]
    return [path for path in written if path not in declared and not path.endswith("/") and "*" not in path]


def _name_anew(db: sqlite3.Connection, before: Task, writes: list[str]) -> None:
    """A title that names the one file that is replaced names the new one: it stands in the report and in a commit."""
    record = tasks.record(before)
    gone = [path for path in record.get("writes") or [] if path not in writes and path in before.title]
    new = [path for path in writes if path not in before.title]
    if len(gone) == len(new) == 1:
        words = {"title": before.title, "description": str(record.get("description") or "")}
        told = {key: text.replace(gone[0], new[0]) for key, text in words.items() if text}
        amendments.reword(db, before.run, before.id, told)
