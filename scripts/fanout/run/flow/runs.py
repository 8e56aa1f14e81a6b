"""Runs: started from a plan as plain data, found again, ended."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys

from fanout.errors import FanoutError
from fanout.run.agents import agents, team
from fanout.run.changes import undeclared_changes
from fanout.run.store import journal, meta, state_dir
from fanout.run.store.db import Write, now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Any


def start(db: sqlite3.Connection, root: str, plan: dict[str, Any], session: str = "") -> str:
    """Records a run and its tasks in one transaction, and switches the hooks on. Returns the run's id.

    `plan`: {"title", "source", "format", "files": {path: sha256}, "document", "predicted", "mode", "base" (of run/store/base.py,
    "" when left out), "tasks": [{"id", "rank", "batch", "title", "agent", "estimate", "record", "needs": [ids],
    "state", "outcome" (may be left out)}], "hazards": [{"tasks": [a, b], "kind", "witness"}], "declared": [{"task", "mode",
    "anchor", "pattern", "regex"}]}. Raises FanoutError when an active run has the same source and base.
    """
    document, base = plan["document"], plan.get("base", "")
    policy = document.get("policy") or {}
    with Write(db):
        active = db.execute(
            "SELECT id FROM run WHERE state = 'active' AND source = ? AND base = ?", (plan["source"], base)
        ).fetchone()
        if active is not None:
            raise FanoutError(
                f"run {active['id']} of {plan['source']} is still active.",
                f"Go on with `fanout next {active['id']}` or end it with `fanout cancel {active['id']}`.",
            )
        run = _fresh_id(db, document.get("id") or plan["title"] or plan["source"])
        db.execute(
            "INSERT INTO run (id, title, source, format, files, plan, predicted, mode, cap, pace, on_failure, retries,"
            " joined, base, state, session, started)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?)",
            (
                run,
                plan["title"],
                plan["source"],
                plan["format"],
                json.dumps(plan["files"]),
                json.dumps(document, ensure_ascii=False),
                json.dumps(plan["predicted"]),
                plan["mode"],
                document.get("max_parallel", 5),
                document.get("max_parallel", 5),
                policy.get("on_failure", "best-effort"),
                policy.get("retries", 1),
                str(policy.get("join", "all")),
                base,
                session,
                now(),
            ),
        )
        meta.record(db, root)
        _add_tasks(db, run, plan)
        undeclared_changes.begin(db, root, run)
        journal.note(db, "run-started", run, tasks=len(plan["tasks"]))
        state_dir.set_live(root, os.path.realpath(sys.executable))
    return run


def _add_tasks(db: sqlite3.Connection, run: str, plan: dict[str, Any]) -> None:
    for task in plan["tasks"]:
        db.execute(
            "INSERT INTO task (run, id, rank, batch, state, title, agent, estimate, record, outcome)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run,
                task["id"],
                task["rank"],
                task["batch"],
                task["state"],
                task["title"],
                task["agent"],
                task["estimate"],
                json.dumps(task["record"], ensure_ascii=False),
                task.get("outcome", ""),
            ),
        )
    db.executemany(
        "INSERT OR IGNORE INTO need (run, task, needs) VALUES (?, ?, ?)",
        [(run, task["id"], need) for task in plan["tasks"] for need in task["needs"]],
    )
    db.executemany(
        "INSERT OR IGNORE INTO hazard (run, task, other, kind, witness) VALUES (?, ?, ?, ?, ?)",
        [
            (run, one, other, hazard["kind"], hazard["witness"])
            for hazard in plan["hazards"]
            for one, other in (hazard["tasks"], hazard["tasks"][::-1])
        ],
    )
    db.executemany(
        "INSERT OR IGNORE INTO declared (run, task, mode, anchor, pattern, regex) VALUES (?, ?, ?, ?, ?, ?)",
        [(run, d["task"], d["mode"], d["anchor"], d["pattern"], d["regex"]) for d in plan["declared"]],
    )


def _fresh_id(db: sqlite3.Connection, title: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "run"
    number = 1
    while db.execute("SELECT 1 FROM run WHERE id = ?", (f"{stem}-{number}",)).fetchone():
        number += 1
    return f"{stem}-{number}"


def all_of(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Newest first."""
    return db.execute("SELECT * FROM run ORDER BY started DESC, id DESC").fetchall()


def active(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """The runs that are not over, oldest first."""
    return db.execute("SELECT * FROM run WHERE state = 'active' ORDER BY started, id").fetchall()


def get(db: sqlite3.Connection, run: str | None) -> sqlite3.Row:
    """The named run; without a name the only active one, else the newest. Raises FanoutError."""
    if run:
        row: sqlite3.Row | None = db.execute("SELECT * FROM run WHERE id = ?", (run,)).fetchone()
        if row is None:
            names = ", ".join(r["id"] for r in all_of(db)[:10]) or "none"
            raise FanoutError(f"there is no run {run!r}.", f"Runs: {names}.")
        return row
    return pick(all_of(db))


def pick(rows: list[sqlite3.Row]) -> sqlite3.Row:
    """Of runs, newest first: the only active one, else the newest. Raises FanoutError."""
    found = [row for row in rows if row["state"] == "active"]
    if len(found) > 1:
        raise FanoutError("several runs are active.", f"Name one: {', '.join(r['id'] for r in reversed(found))}.")
    if not rows:
        raise FanoutError("there is no run here.", "Start one with `fanout start SOURCE`.")
    return (found or rows)[0]


def refuse_cancelled(row: sqlite3.Row) -> None:
    """Raises FanoutError with the way on when the run was cancelled: nothing of it is changed any more."""
    if row["state"] == "cancelled":
        raise FanoutError(f"run {row['id']} was cancelled, nothing more of it starts.", anew(row))


def anew(row: sqlite3.Row) -> str:
    """How a run that is over is started again."""
    return f"`fanout start {row['source'] if row['source'] != '-' else 'SOURCE'}` starts a new one."


def reopen(db: sqlite3.Connection, root: str, run: str) -> None:
    """ended -> active, hooks on. Runs inside a transaction."""
    db.execute("UPDATE run SET state = 'active', ended = NULL WHERE id = ?", (run,))
    state_dir.set_live(root, os.path.realpath(sys.executable))


def take_over(db: sqlite3.Connection, run: str, session: str) -> None:
    """From now on the run belongs to this session. Runs inside a transaction."""
    db.execute("UPDATE run SET session = ? WHERE id = ?", (session, run))
    journal.note(db, "taken-over", run, session=session)


def end(db: sqlite3.Connection, run: str, state: str) -> bool:
    """active -> ended or cancelled; False when it was not active. Runs inside a transaction."""
    cursor = db.execute("UPDATE run SET state = ?, ended = ? WHERE id = ? AND state = 'active'", (state, now(), run))
    if cursor.rowcount:
        journal.note(db, f"run-{state}", run)
    return cursor.rowcount == 1


def settle(db: sqlite3.Connection, root: str) -> None:
    """Switches the hooks off once nothing needs them. Runs inside a transaction, as `start` does."""
    if not needs_hooks(db):
        state_dir.clear_live(root)


def needs_hooks(db: sqlite3.Connection) -> bool:
    """Whether a run is active, an agent lives, or a team can be woken by a message."""
    return bool(active(db) or agents.live(db) or team.stands(db))
