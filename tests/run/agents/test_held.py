"""What agents hold beside files: while what holds it goes on, and at a port while somebody listens."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents, calls, held
from fanout.run.store.db import Write, now


@pytest.fixture
def port() -> Iterator[int]:
    """Somebody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def silent_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


LONG_AGO = held.WARMING_UP + 1


@pytest.mark.parametrize(("goes_on", "age", "listened", "others"), [
    (True, 0, True, True),
    (True, LONG_AGO, False, True),
    (False, 0, False, False),
    (False, LONG_AGO, False, False),
])  # fmt: skip
def test_whether_it_is_held(
    port: int, silent_port: int, goes_on: bool, age: float, listened: bool, others: bool
) -> None:
    def is_held(thing: str) -> bool:
        return held.is_held(held.Held(thing, 1, now() - age, goes_on))

    assert is_held("db:app") is is_held(f"port:{port}") is others
    assert is_held(f"port:{silent_port}") is listened  # a server may not listen yet


@pytest.fixture
def two(desk: Desk) -> tuple[Desk, int, int]:
    desk.start(plan({"01": {}, "02": {}}))
    desk.launch("01")
    desk.launch("02")
    first, second = (agents.of_task(desk.db, desk.run, name) for name in ("01", "02"))
    assert first is not None and second is not None
    return desk, first.id, second.id


def things(desk: Desk) -> list[tuple[str, int]]:
    return [(one.thing, one.agent) for one in held.every(desk.db)]


def take(desk: Desk, agent: int, thing: str, tool_use: str, detached: bool) -> None:
    with Write(desk.db):
        held.take(desk.db, agent, thing, tool_use, detached)


def command(desk: Desk, agent: str) -> str:
    """A command of the agent under way."""
    desk.bash(agent, "make serve")
    tool_use = f"t{desk.calls}"
    assert calls.get(desk.db, tool_use) is not None
    return tool_use


def test_a_server_is_held_while_its_command_runs_and_a_container_until_its_agent_ends(
    two: tuple[Desk, int, int],
) -> None:
    desk, one, other = two
    tool_use = command(desk, "agent-01")
    take(desk, one, "service:web", tool_use, False)
    take(desk, other, "service:gone", "no such call", False)
    take(desk, other, "container:db", "no such call", True)
    assert things(desk) == [("service:web", one), ("container:db", other)]
    desk.send("after", "PostToolUse", tool_name="Bash", tool_use_id=tool_use, tool_input={}, agent_id="agent-01")
    assert things(desk) == [("container:db", other)]
    desk.end("agent-02", "BLOCKED|02|x")
    assert things(desk) == []


def test_each_of_two_that_share_a_thing_lets_go_of_its_own(two: tuple[Desk, int, int]) -> None:
    desk, one, other = two
    take(desk, one, "container:db", "t", True)
    take(desk, one, "container:db", "t", True)
    take(desk, other, "container:db", "t", True)
    with Write(desk.db):
        held.drop(desk.db, one, "container:cache")
        held.withdraw(desk.db, "another call")
    assert things(desk) == [("container:db", one), ("container:db", other)]
    with Write(desk.db):
        held.drop(desk.db, one, "container:db")
        held.release(desk.db, one)
    assert things(desk) == [("container:db", other)]
    with Write(desk.db):
        held.drop(desk.db, other, "container:db")
    assert things(desk) == []


def test_what_failed_to_start_is_nobodys(two: tuple[Desk, int, int]) -> None:
    desk, one, _ = two
    tool_use = command(desk, "agent-01")
    take(desk, one, "container:db", tool_use, True)
    failed = {"tool_name": "Bash", "tool_use_id": tool_use, "tool_input": {}, "error": "exit 1", "agent_id": "agent-01"}
    desk.send("after", "PostToolUseFailure", **failed)
    assert things(desk) == []
