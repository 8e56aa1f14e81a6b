"""What the journal knows of a run, as plain data: the one source of every report."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from fanout.run import measure, ready


def of_run(db: sqlite3.Connection, run: str) -> dict[str, Any]:
    """Everything a report shows. Times are seconds since the run started; durations are seconds."""
    view = ready.View(db, run)
    began = view.run["started"]
    agents = [_agent(row, began) for row in _agents(db, run)]
    return {
        "run": run,
        "title": view.run["title"],
        "source": view.run["source"],
        "state": view.run["state"],
        "mode": view.run["mode"],
        "cap": view.run["cap"],
        "started": began,
        "tasks": [_task(view, row, began) for row in view.tasks.values()],
        "agents": agents,
        "denials": [_event(row, began) for row in _events(db, run, "write-denied", "launch-denied")],
        "sent_back": [_event(row, began) for row in _events(db, run, "sent-back")],
        "predicted": json.loads(view.run["predicted"]),
        "measured": measured(view.spans),
    }


def measured(spans: list[tuple[float, float]]) -> dict[str, Any]:
    """The figures of `run.measure`, rounded."""
    return {
        "work_seconds": round(measure.work(spans), 3),
        "makespan_seconds": round(measure.makespan(spans), 3),
        "speedup": round(measure.speedup(spans), 3),
        "most_at_once": measure.most_at_once(spans),
        "sentence": measure.sentence(spans),
    }


def _agents(db: sqlite3.Connection, run: str) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM agent WHERE run = ? AND state <> 'undone' ORDER BY id", (run,)).fetchall()


def _agent(row: sqlite3.Row, began: float) -> dict[str, Any]:
    return {
        "task": row["task"],
        "agent_id": row["agent_id"],
        "type": row["agent_type"],
        "state": row["state"],
        "start": round((row["started"] or row["opened"]) - began, 3),
        "end": None if row["ended"] is None else round(row["ended"] - began, 3),
        "ending": row["ending"],
    }


def _task(view: ready.View, row: sqlite3.Row, began: float) -> dict[str, Any]:
    return {
        "id": row["id"],
        "title": row["title"],
        "batch": row["batch"],
        "agent": row["agent"],
        "state": row["state"],
        "outcome": row["outcome"],
        "attempts": row["attempts"],
        "bounces": row["bounces"],
        "estimate_minutes": row["estimate"],
        "start": None if row["started"] is None else round(row["started"] - began, 3),
        "end": None if row["ended"] is None else round(row["ended"] - began, 3),
        "waits": ready.why_not(view, row["id"]) if row["state"] == "pending" else "",
    }


def _events(db: sqlite3.Connection, run: str, *kinds: str) -> list[sqlite3.Row]:
    marks = ", ".join("?" for _ in kinds)
    return db.execute(f"SELECT * FROM event WHERE run = ? AND kind IN ({marks}) ORDER BY id", (run, *kinds)).fetchall()


def _event(row: sqlite3.Row, began: float) -> dict[str, Any]:
    return {"at": round(row["at"] - began, 3), "task": row["task"], "kind": row["kind"], **json.loads(row["data"])}
