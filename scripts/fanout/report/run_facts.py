"""What the journal knows of a run, as plain data: the one source of every report.

Times are seconds since the run started, durations seconds, estimates minutes.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from fanout.report import figures
from fanout.run.evidence import findings
from fanout.run.store import base, meta, run_files
from fanout.run.store import db as journal
from fanout.run.tasks import measure, ready, tasks

NO_PATH = "git"  # what stands there for a denied git command
DENIALS = ("write-denied", "launch-denied")
TROUBLES = (
    "conflict",
    "agent-failed",
    "agent-lost",
    "out-of-context",
    "not-kept",
    "stray",
    "swept",
    "overloaded",
    "nudged",
    "retry-refused",
    "set-apart",
    "mark-refused",
)


def of_run(db: sqlite3.Connection, run: str, graph: bool = False) -> dict[str, Any]:
    """Everything that status and report show; with `graph` also what the tasks need and conflict with."""
    view = ready.View(db, run)
    began = view.run["started"]
    owned = _owned(db, run)
    found: dict[str, Any] = {
        "run": run,
        "title": view.run["title"],
        "source": view.run["source"],
        "state": view.run["state"],
        "mode": view.run["mode"],
        "cap": view.run["cap"],
        "pace": view.run["pace"],
        "on_failure": view.run["on_failure"],
        "started": began,
        "ended": _since(view.run["ended"], began),
        "elapsed": round((view.run["ended"] or journal.now()) - began, 3),
        "tasks": [_task(view, row, began, meta.root(db)) for row in view.tasks.values()],
        "agents": [_agent(row, began, owned) for row in _agents(db, run)],
        "denials": [_event(row, began) for row in _events(db, run, *DENIALS)],
        "sent_back": [_event(row, began) for row in _events(db, run, "sent-back")],
        "troubles": [_event(row, began) for row in _events(db, run, *TROUBLES)],
        "asked": _asked(db, run, began),
        "predicted": json.loads(view.run["predicted"]),
    }
    _name_paths(db, found, view.run["base"])
    found["measured"] = measured(view.spans) | figures.of(found, view.needs)
    if graph:
        found["needs"] = {name: sorted(wanted) for name, wanted in view.needs.items()}
        found["hazards"] = [
            {"tasks": [name, row["other"]], "kind": row["kind"], "witness": row["witness"]}
            for name, rows in view.hazards.items()
            for row in rows
            if name < row["other"]
        ]
    return found


def _name_paths(db: sqlite3.Connection, found: dict[str, Any], base_: str) -> None:
    """Names every path as who works in the run does."""
    root = meta.root(db)
    for agent in found["agents"]:
        agent["owns"] = [base.shown(root, base_, path) for path in agent["owns"]]
    for kind in ("denials", "troubles", "asked"):
        for item in found[kind]:
            if item.get("path") and item["path"] != NO_PATH:
                item["path"] = base.shown(root, base_, item["path"])


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
    return db.execute(
        "SELECT agent.*, (SELECT MIN(at) FROM pending_call WHERE pending_call.agent = agent.id) AS calls"
        " FROM agent WHERE run = ? AND state <> 'undone' ORDER BY id",
        (run,),
    ).fetchall()


def _owned(db: sqlite3.Connection, run: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = db.execute(
        "SELECT claim.agent, claim.pattern FROM claim JOIN agent ON agent.id = claim.agent WHERE agent.run = ?"
        " ORDER BY claim.pattern",
        (run,),
    )
    for row in rows:
        paths = found.setdefault(row["agent"], [])
        if not any(row["pattern"].startswith(f"{folder}/") for folder in paths):
            paths.append(row["pattern"])
    return found


def _agent(row: sqlite3.Row, began: float, owned: dict[int, list[str]]) -> dict[str, Any]:
    """`in_command` is since when a command of the agent has been running."""
    return {
        "task": row["task"],
        "agent_id": row["agent_id"],
        "session": row["session"],
        "type": row["agent_type"],
        "state": row["state"],
        "opened": _since(row["opened"], began),
        "start": _since(row["started"] or row["opened"], began),
        "seen": _since(row["seen"], began),
        "end": _since(row["ended"], began),
        "in_command": _since(row["calls"], began),
        "ending": row["ending"],
        "owns": owned.get(row["id"], []),
    }


def _task(view: ready.View, row: sqlite3.Row, began: float, root: str) -> dict[str, Any]:
    record = tasks.record(row)
    details = findings.of(root, row["run"], row["id"])
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
        "estimated": "estimate_minutes" in record,
        "timeout_minutes": record.get("timeout_minutes"),
        "writes": record.get("writes", []),
        "start": _since(row["started"], began),
        "end": _since(row["ended"], began),
        "waits": ready.why_not(view, row["id"]) if row["state"] == "pending" else "",
        "details": run_files.shown(root, details) if details else "",
    }


def _events(db: sqlite3.Connection, run: str, *kinds: str) -> list[sqlite3.Row]:
    marks = ", ".join("?" for _ in kinds)
    return db.execute(f"SELECT * FROM event WHERE run = ? AND kind IN ({marks}) ORDER BY id", (run, *kinds)).fetchall()


def _event(row: sqlite3.Row, began: float) -> dict[str, Any]:
    return {"at": _since(row["at"], began), "task": row["task"], "kind": row["kind"], **json.loads(row["data"])}


def _asked(db: sqlite3.Connection, run: str, began: float) -> list[dict[str, Any]]:
    rows = db.execute("SELECT * FROM asked WHERE run = ? ORDER BY id", (run,))
    return [
        {"at": _since(row["at"], began), **{key: row[key] for key in ("task", "path", "why", "answer")}} for row in rows
    ]


def _since(at: float | None, began: float) -> float | None:
    return None if at is None else round(at - began, 3)
