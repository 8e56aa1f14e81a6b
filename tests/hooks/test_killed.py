"""The client and its hooks die by SIGKILL at any statement of the journal; another session brings the run to its end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import killed
import pytest
from hooks.desk import Desk, denial, launches
from project import Project
from run.plans import plan
from scale import SCALE

from fanout.run.store import db as journal

STEP = max(1, 9 // SCALE)  # every ninth statement by default
PLAN = {"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}, "03": {"writes": ["c.txt"], "needs": ["01"]}}


def story(desk: Desk) -> None:
    """A whole run, as one client's hooks see it."""
    desk.start(plan(PLAN))
    desk.stop()
    desk.launch("01")
    desk.launch("02")
    does(desk, "01", "agent-01")
    desk.notify("agent-01")
    desk.launch("03")
    does(desk, "02", "agent-02")
    does(desk, "03", "agent-03")
    desk.notify("agent-02")
    desk.notify("agent-03")
    desk.send("session-end", "SessionEnd", reason="other")


def does(desk: Desk, task: str, agent: str) -> None:
    assert desk.do(agent, PLAN[task]["writes"][0], f"by {task}\n") == {}
    assert desk.end(agent, f"DONE|{task}|written") == {}


def killed_at(root: Path, statement: int) -> bool:
    """Plays the story in a process that dies just before this statement; False when it came to its end before."""

    def work(count: Callable[..., None]) -> None:  # this process is client and hooks in one
        os.environ["CLAUDE_PID"] = str(os.getpid())
        module: Any = journal
        opened = module.sqlite3.connect

        def counting(*args: Any, **options: Any) -> Any:
            connection = opened(*args, **options)
            connection.set_trace_callback(count)
            return connection

        module.sqlite3 = type("sqlite3", (), {**vars(module.sqlite3), "connect": staticmethod(counting)})
        story(Desk(root))

    return killed.killed_at(statement, work, ())


def brought_to_its_end(root: Path) -> None:
    """What a second session does: it is told where the run stands, resumes it, and launches what it is handed."""
    desk = Desk(root, "s2")
    project = Project(root)
    desk.db = journal.connect(str(root), create=True)
    runs = desk.rows("SELECT id FROM run")
    if not runs:  # it died before there was a run: one starts it again
        desk.start(plan(PLAN))
    desk.run = "demo-1"
    desk.send("session-start", "SessionStart", source="startup")
    before = {row["id"]: row["attempts"] for row in desk.rows("SELECT * FROM task WHERE state = 'done'")}
    if desk.rows("SELECT 1 FROM run WHERE state = 'active'"):
        waiting = launches(project.fanout("resume").out)
        while waiting:
            task = waiting.pop(0)
            assert denial(desk.launch(task, f"again-{task}")) == ""
            does(desk, task, f"again-{task}")
            waiting += [name for name in launches(desk.notify(f"again-{task}")) if name not in waiting]
    assert desk.rows("PRAGMA integrity_check")[0][0] == "ok"
    assert {row["state"] for row in desk.rows("SELECT state FROM task")} == {"done"}
    done = Counter(row["task"] for row in desk.rows("SELECT task FROM event WHERE kind = 'task-done'"))
    assert done == Counter(list(PLAN)), "each task was done once"
    after = {row["id"]: row["attempts"] for row in desk.rows("SELECT id, attempts FROM task")}
    assert {name: after[name] for name in before} == before, "no done task was done again"
    assert desk.rows("SELECT * FROM claim") == []
    assert [row["state"] for row in desk.rows("SELECT state FROM run")] == ["ended"]
    assert not (root / ".fanout" / "live").exists()
    assert {path.name: path.read_text() for path in root.glob("*.txt")} == {
        task["writes"][0]: f"by {name}\n" for name, task in PLAN.items()
    }


@pytest.mark.parametrize("part", range(4))
@pytest.mark.slow
def test_killed_at_any_statement(tmp_path: Path, part: int) -> None:
    statement, tried = part * STEP, 0
    while True:
        root = tmp_path / f"{statement}"
        root.mkdir()
        killed = killed_at(root, statement)
        brought_to_its_end(root)
        tried += 1
        if not killed:
            break
        statement += 4 * STEP
    assert tried > 5
