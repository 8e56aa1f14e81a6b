"""What `drive`, `land` and `worker` tell a script: the values of "data"."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fanout.run.agents import attempts
from fanout.run.store.records import Run
from fanout.run.tasks import tasks

if TYPE_CHECKING:
    from fanout.engines.landing import Landed
    from fanout.engines.pull_requests import Request

STATES = ("pending", "running", "done", "failed", "blocked", "skipped", "cancelled")


def driven(db: sqlite3.Connection, run: Run, pid: int | None = None, log: str = "") -> dict[str, Any]:
    """Where the run stands. `pid` and `log` are of a driver that goes on in the background; `paused` says why, "" where nothing
    has paused it; `then` is the command that goes on."""
    spent, turns = attempts.taken(db, run.id)
    counts: dict[str, int] = {str(state): count for state, count in tasks.count(db, run.id).items()}
    return {
        "run": run.id,
        "engine": run.engine,
        "state": run.state,
        "paused": run.paused or "",
        "branch": f"fanout/{run.id}",
        "tasks": {state: counts.get(state, 0) for state in STATES},
        "attempts": len(attempts.of_run(db, run.id)),
        "merged": len(attempts.merged(db, run.id)),
        "spent_usd": round(spent, 4),
        "turns": turns,
        "driver": {"pid": pid, "log": log} if pid else None,
        "then": _then(run, bool(pid)),
    }


def _then(run: Run, goes_on: bool) -> list[list[str]]:
    if goes_on:
        return [["fanout", "status", "--watch", run.id]]
    if run.state != "active":
        return [["fanout", "land", run.id]] if run.state == "ended" else []
    return [*([["fanout", "go", run.id]] if run.paused else []), ["fanout", "drive", run.id]]


def landed(run: str, found: Landed, not_marked: Sequence[str]) -> dict[str, Any]:
    """`commits` is empty when there is nothing new. `not_marked`: what could not be marked in the user's list, in words."""
    commits = [{"tasks": names.split(", "), "commit": commit} for names, commit in found.commits]
    return _land(run, found.branch) | {"commits": commits, "note": found.note, "not_marked": list(not_marked)}


def requested(run: str, branch: str, made: Sequence[Request]) -> dict[str, Any]:
    requests = [{"head": one.head, "base": one.base, "url": one.url} for one in made]
    return _land(run, branch) | {"pull_requests": requests}


def _land(run: str, branch: str) -> dict[str, Any]:
    return {"run": run, "branch": branch, "commits": [], "pull_requests": [], "note": "", "not_marked": []}
