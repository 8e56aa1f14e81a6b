"""Every command that changes a state, while an agent moves: before each of the command's looks and changes in turn.

Whoever comes first, a task that an agent works on is running, and what an agent has finished stays finished.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hooks.desk import Desk
from run.plans import plan

from fanout.cli.app import app
from fanout.run.store import db as journal

Move = Callable[[Desk], object]


class Racer:
    """Makes a move just before the nth statement that the command executes outside a transaction.

    Inside one nobody else can write; so these are all the moments at which something can change under the command.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, desk: Desk, move: Move, number: int) -> None:
        self.left = number
        self.failure: Exception | None = None
        connect = journal.connect

        def traced(root: str, create: bool = False) -> sqlite3.Connection:
            connection = connect(root, create)

            def trace(statement: str) -> None:
                if connection.in_transaction or self.left <= 0:
                    return
                self.left -= 1
                if self.left == 0:
                    try:
                        move(desk)
                    except Exception as error:  # what is raised here, SQLite swallows
                        self.failure = error

            connection.set_trace_callback(trace)
            return connection

        monkeypatch.setattr(journal, "connect", traced)

    @property
    def has_moved(self) -> bool:
        if self.failure is not None:
            raise self.failure
        return self.left <= 0


def started(folder: Path) -> Desk:
    folder.mkdir()
    desk = Desk(folder)
    desk.start(plan({"01": {}, "02": {"needs": ["01"]}, "03": {}}))
    return desk


def running(folder: Path) -> Desk:
    desk = started(folder)
    desk.launch("01")
    desk.do("agent-01", "made.txt")
    return desk


def blocked(folder: Path) -> Desk:
    desk = running(folder)
    desk.end("agent-01", "BLOCKED|01|no key")
    assert desk.state("01") == "blocked"
    return desk


def over(folder: Path) -> Desk:
    desk = running(folder)
    desk.launch("03")
    desk.end("agent-01", "BLOCKED|01|no key")
    desk.end("agent-03", "DONE|03|did it")
    desk.notify("agent-03")
    assert run_state(desk) == "ended"
    return desk


def last_running(folder: Path) -> Desk:
    desk = running(folder)
    desk.launch("03")
    desk.end("agent-01", "BLOCKED|01|no key")
    return desk


def run_state(desk: Desk) -> str:
    return str(desk.rows("SELECT state FROM run")[0][0])


def begin(desk: Desk) -> None:
    desk.launch("01")


def finish(desk: Desk) -> None:
    desk.end("agent-01", "DONE|01|did it")


def wake(desk: Desk) -> None:
    """A message to an agent that had ended: it works on, and writes."""
    desk.do("agent-01", "more.txt")


def finish_the_run(desk: Desk) -> None:
    desk.end("agent-03", "DONE|03|did it")
    desk.notify("agent-03")


def cancel(desk: Desk) -> None:
    CliRunner().invoke(app, ["-C", str(desk.root), "cancel", desk.run])


RACES: list[tuple[str, Callable[[Path], Desk], Move, set[str]]] = [
    ("skip demo-1/01", started, begin, {"running", "skipped"}),
    ("skip demo-1/01", blocked, wake, {"running", "skipped"}),
    ("skip demo-1/01", running, finish, {"running", "done"}),
    ("done demo-1/01 --unchecked", started, begin, {"done"}),
    ("done demo-1/01 --unchecked", running, finish, {"done"}),
    ("done demo-1/01 --unchecked", blocked, wake, {"done"}),
    ("fail demo-1/01", started, begin, {"failed"}),
    ("fail demo-1/01", running, finish, {"failed", "done"}),
    ("retry demo-1/01", blocked, wake, {"running", "pending"}),
    ("release demo-1/01", running, finish, {"done", "pending"}),
    ("undo demo-1/01", blocked, wake, {"running", "blocked"}),
    ("undo demo-1/01", running, finish, {"running", "done", "cancelled"}),
    ("claim --worker w demo-1", started, begin, {"running"}),
    ("next demo-1", blocked, wake, {"running", "blocked"}),
]


@pytest.fixture(autouse=True)
def _cwd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("command", "setup", "move", "states"), RACES)
def test_a_task_that_an_agent_works_on_is_running(
    tmp_path: Path, command: str, setup: Callable[[Path], Desk], move: Move, states: set[str]
) -> None:
    number, has_moved = 1, True
    while has_moved:
        with pytest.MonkeyPatch.context() as monkeypatch:
            desk = setup(tmp_path / str(number))
            racer = Racer(monkeypatch, desk, move, number)
            ran = CliRunner().invoke(app, ["-C", str(desk.root), *command.split()])
            has_moved = racer.has_moved
        where = f"moved before statement {number}: {ran.output} {ran.exception}"
        live = desk.rows("SELECT id FROM agent WHERE task = '01' AND state IN ('open', 'running')")
        assert desk.state("01") in states, where
        assert desk.state("01") in ("running", "done") if live else desk.state("01") != "running", where
        if live:
            kinds = "('undone', 'task-started')"
            last = desk.rows(f"SELECT kind FROM event WHERE task = '01' AND kind IN {kinds} ORDER BY id DESC")[0][0]
            assert last == "task-started", f"{where}: files were taken from an agent at work"
        desk.db.close()
        number += 1
    assert number > 2, "the command looks at something"


@pytest.mark.parametrize(
    ("command", "setup", "move", "states"),
    [
        ("resume demo-1", over, cancel, {"cancelled", "active", "ended"}),
        ("retry demo-1/01", over, cancel, {"cancelled", "active", "ended"}),
        ("cancel demo-1", last_running, finish_the_run, {"cancelled", "ended"}),
    ],
)
def test_a_run_that_was_cancelled_stays_so(
    tmp_path: Path, command: str, setup: Callable[[Path], Desk], move: Move, states: set[str]
) -> None:
    number, has_moved = 1, True
    while has_moved:
        with pytest.MonkeyPatch.context() as monkeypatch:
            desk = setup(tmp_path / str(number))
            racer = Racer(monkeypatch, desk, move, number)
            ran = CliRunner().invoke(app, ["-C", str(desk.root), *command.split()])
            has_moved = racer.has_moved
        kinds = [row[0] for row in desk.rows("SELECT kind FROM event WHERE kind LIKE 'run-%' ORDER BY id")]
        assert run_state(desk) in states, ran.output
        assert "run-cancelled" not in kinds[:-1], f"moved before statement {number}: {kinds}"
        desk.db.close()
        number += 1


def test_the_refusal_says_who_works_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = started(tmp_path / "project")
    desk.launch("01", description="add routes")
    ran = CliRunner().invoke(app, ["-C", str(desk.root), "retry", "demo-1/01"])
    assert str(ran.exception) == (
        "task 01 is running (its agent: add routes). Only a task that failed, is blocked or was left out is retried. "
        "Wait for its agent, or stop it first (TaskStop "
        "agent-01); `fanout release demo-1/01` when it will not come back."
    )
