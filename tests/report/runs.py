"""A run with everything in it, driven through the hooks: done, sent back, denied, failed, waiting, at work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hooks.desk import Desk
from run.plans import plan

from fanout.run.store.db import Write

TASKS: dict[str, dict[str, Any]] = {
    "01": {"writes": ["a.py"], "batch": 1, "agent": "code-reviewer", "estimate": 2},
    "02": {"writes": ["b.py"], "batch": 1, "record": {"estimate_minutes": 3}},
    "03": {"writes": ["c.py"], "batch": 1},
    "04": {"writes": ["a.py", "d.py"], "needs": ["01"], "batch": 2},
    "05": {"writes": ["e.py"], "needs": ["02"], "batch": 2, "record": {"timeout_minutes": 5}},
    "06": {"writes": ["f.py"], "needs": ["03"], "batch": 3},
}


def desk_in(folder: Path) -> Desk:
    root = folder / "project"
    root.mkdir(parents=True, exist_ok=True)
    return Desk(root)


def eventful(desk: Desk, tasks: dict[str, dict[str, Any]] = TASKS, **fields: Any) -> Desk:
    """01 is done, 02 was sent back once, 03 failed, 04 works and was denied a path of 05, 05 works, 06 can't start."""
    desk.start(plan(tasks, **fields))
    for name in ("01", "02", "03"):
        desk.launch(name)
    desk.do("agent-01", "a.py")
    desk.end("agent-01", "DONE|01|45/45 tests pass")
    desk.end("agent-02", "DONE|02|done")
    desk.do("agent-02", "b.py")
    desk.end("agent-02", "DONE|02|written this time")
    desk.end("agent-03", "BLOCKED|03|the API key is missing")
    for name in ("04", "05"):
        desk.launch(name)
    desk.do("agent-04", "d.py")
    desk.do("agent-05", "e.py")
    desk.do("agent-04", "e.py")
    return desk


def age(desk: Desk, seconds: float) -> None:
    """As if everything had happened so much earlier."""
    with Write(desk.db):
        desk.db.execute("UPDATE run SET started = started - ?, ended = ended - ?", (seconds, seconds))
        desk.db.execute("UPDATE task SET started = started - ?, ended = ended - ?", (seconds, seconds))
        desk.db.execute(
            "UPDATE agent SET opened = opened - ?, started = started - ?, seen = seen - ?, ended = ended - ?",
            (seconds,) * 4,
        )
        desk.db.execute("UPDATE event SET at = at - ?", (seconds,))
        desk.db.execute("UPDATE call SET at = at - ?", (seconds,))
