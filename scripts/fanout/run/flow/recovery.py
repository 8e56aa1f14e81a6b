"""What follows from results: failed tasks are tried again, enough results end the rest, overload slows the pace."""

from __future__ import annotations

import re
import sqlite3

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.changes import changes, undo
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import quorum, tasks

OVERLOAD = re.compile(r"\b(429|529)\b|overloaded|rate.?limit|too many requests", re.IGNORECASE)
MOST_OVERLOADS = 5


def settle(db: sqlite3.Connection, root: str, run: str) -> None:
    """Applies the run's policies to what has ended since. May be called as often as one likes."""
    row = db.execute("SELECT * FROM run WHERE id = ?", (run,)).fetchone()
    if row is None or row["state"] != "active":
        return
    if row["on_failure"] == "retry":
        for task in _to_retry(db, run, row["retries"]):
            retry(db, root, run, task)
    if row["joined"] != "all":
        _join(db, run, row["joined"])
    for task in _losers(db, run):
        _set_apart(db, root, run, task)


def retry(db: sqlite3.Connection, root: str, run: str, task: str) -> None:
    """The task's own changes are undone and it is pending again. When they can't be undone it stays as it is."""
    try:
        undo.carry_out(db, root, run, task)
    except FanoutError as error:
        with Write(db):
            journal.note(db, "retry-refused", run, task, reason=str(error)[:300])
            db.execute(
                "UPDATE task SET outcome = ? WHERE run = ? AND id = ?", (f"not retried: {error}"[:300], run, task)
            )
        return
    with Write(db):
        if tasks.get(db, run, task)["state"] in ("failed", "blocked", "cancelled", "skipped"):
            tasks.reopen(db, run, task, "tried again")
            db.execute("UPDATE task SET bounces = 0 WHERE run = ? AND id = ?", (run, task))


def is_overload(error: str) -> bool:
    return OVERLOAD.search(error) is not None


def slow_down(db: sqlite3.Connection, run: str) -> None:
    """After an overload: half as many agents at once. Inside a transaction."""
    db.execute("UPDATE run SET pace = MAX(1, pace / 2) WHERE id = ?", (run,))
    journal.note(db, "slowed", run)


def speed_up(db: sqlite3.Connection, run: str) -> None:
    """After a result: one more at once, up to the cap. Inside a transaction."""
    db.execute("UPDATE run SET pace = MIN(cap, pace + 1) WHERE id = ? AND pace < cap", (run,))


def overloads(db: sqlite3.Connection, run: str, task: str) -> int:
    found = db.execute(
        "SELECT COUNT(*) FROM event WHERE run = ? AND task = ? AND kind = 'overloaded'", (run, task)
    ).fetchone()
    return int(found[0])


def _to_retry(db: sqlite3.Connection, run: str, retries: int) -> list[str]:
    rows = db.execute(
        "SELECT id FROM task WHERE run = ? AND state = 'failed' AND attempts <= ? AND outcome NOT LIKE 'not retried:%'",
        (run, retries),
    )
    return [row["id"] for row in rows]


def _join(db: sqlite3.Connection, run: str, joined: str) -> None:
    """With enough tasks done, what is pending is cancelled, and what runs is a loser: it may write no more."""
    enough = 1 if joined == "any" else int(joined)
    with Write(db):
        done = db.execute("SELECT COUNT(*) FROM task WHERE run = ? AND state = 'done'", (run,)).fetchone()[0]
        if done < enough:
            return
        for row in db.execute("SELECT id FROM task WHERE run = ? AND state = 'pending'", (run,)).fetchall():
            tasks.finish(db, run, row["id"], "cancelled", f"{enough} done, enough for this run")
        for row in agents.live(db, ("task",)):
            if row["run"] == run and not row["read_only"]:
                quorum.lose(db, row, enough)


def _losers(db: sqlite3.Connection, run: str) -> list[str]:
    """Ended tasks that lost the race and whose work still stands in the tree."""
    rows = db.execute(
        "SELECT DISTINCT event.task FROM event JOIN task ON task.run = event.run AND task.id = event.task"
        " WHERE event.run = ? AND event.kind = 'lost-the-race' AND task.state NOT IN ('pending', 'running')"
        " AND NOT EXISTS (SELECT 1 FROM event AS later WHERE later.run = event.run AND later.task = event.task"
        " AND later.kind = 'set-apart')",
        (run,),
    )
    return [row["task"] for row in rows]


def _set_apart(db: sqlite3.Connection, root: str, run: str, task: str) -> None:
    """A loser's work leaves the tree; its patch is kept beside its result."""
    kept = ""
    outcome = "lost the race; it had changed nothing"
    if changes.of_task(db, run, task):
        from fanout.run.changes import patch

        kept = patch.keep(db, root, run, task)
        try:
            undo.carry_out(db, root, run, task)
            outcome = f"lost the race; its work is kept in {kept}"
        except FanoutError as error:
            outcome = f"lost the race; its work stands: {error}"
    with Write(db):
        journal.note(db, "set-apart", run, task, kept=kept)
        db.execute(
            "UPDATE task SET state = 'cancelled', outcome = ? WHERE run = ? AND id = ?", (outcome[:300], run, task)
        )
