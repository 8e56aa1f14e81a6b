"""The common case of a write: which paths are looked at more closely, a sign of life now and then, whose call is noted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.hooks.guarding import fast_verdict
from fanout.hooks.guarding.fast_verdict import Target
from fanout.run.agents import agents, calls
from fanout.run.store import notice
from fanout.run.store.db import Write, now
from fanout.run.store.records import Agent


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


def agent(desk: Desk, name: str = "agent-01") -> Agent:
    found = agents.by_agent_id(desk.db, name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "is_near"),
    [
        ("src/a.py", False),
        ("a", False),
        ("", False),
        ("src/:x", False),
        (".github/x", True),
        (".git/config", True),
        ("sub/.fanout/live", True),
        (".claude/settings.json", True),
        ("/etc/hosts", True),
        ("C:/x", True),
    ],
)
def test_which_names_are_looked_at_more_closely(name: str, is_near: bool) -> None:
    assert fast_verdict._is_telling(name) is is_near


@pytest.mark.parametrize(
    ("kinds", "path", "reaches"),
    [((), "a.py", True), ((".py",), "src/a.py", True), ((".py",), "a.ts", False), ((".ts", ".py"), "a.py", True)],
)
def test_what_a_tool_for_some_kinds_reaches(kinds: tuple[str, ...], path: str, reaches: bool) -> None:
    assert Target("src", True, kinds).reaches(path) is reaches


@pytest.mark.parametrize(("ago", "is_noted"), [(5.0, False), (19.0, False), (25.0, True)])
@pytest.mark.parametrize("tool", ["Write", "Bash"])
def test_a_caller_gives_a_sign_of_life_now_and_then(two: Desk, ago: float, is_noted: bool, tool: str) -> None:
    before = now() - ago
    two.db.execute("UPDATE agent SET seen = ?", (before,))
    assert two.write("agent-01", "a.py") == {} if tool == "Write" else two.bash("agent-01", "echo x > a.py") == {}
    assert (agent(two).seen > before) is is_noted
    assert agent(two, "agent-02").seen == before, "each for itself"


def test_what_is_left_for_a_caller_is_seen_with_the_sign_of_life(two: Desk) -> None:
    with Write(two.db):
        notice.leave(two.db, agent(two).id, "read the plan again")
        two.db.execute("UPDATE agent SET seen = ?", (now() - 60,))
    answer = two.write("agent-01", "a.py")
    assert "read the plan again" in str(answer)


# Who writes what by a file tool, and whether the call is under way from then on.
CALLS: list[tuple[str | None, str, bool]] = [
    ("agent-01", "a.py", True),
    ("agent-01", "free.py", True),
    ("agent-01", "b.py", False),
    ("agent-01", ".fanout/live", False),
    ("stranger", "new.py", True),
    (None, "new.py", True),
    (None, "b.py", False),
]


@pytest.mark.parametrize(("who", "path", "is_begun"), CALLS)
def test_a_call_that_may_write_is_under_way(two: Desk, who: str | None, path: str, is_begun: bool) -> None:
    assert bool(denial(two.write(who, path))) is not is_begun
    begun = calls.tools_under_way(two.db)
    assert [list(json.loads(call.targets)) for call in begun.values()] == ([[path]] if is_begun else [])


def test_the_main_conversation_alone_is_no_agent(desk: Desk) -> None:
    """Nobody is beside it: what it writes is nobody's business, but for fanout's own state."""
    desk.start(plan({"01": {"writes": ["a.py"]}}))
    assert desk.write(None, "a.py") == {} and desk.write(None, "free.py") == {}
    assert desk.rows("SELECT 1 FROM agent") == [] and desk.rows("SELECT 1 FROM call") == []
    assert "fanout" in denial(desk.write(None, ".fanout/state.db"))


@pytest.mark.parametrize("tool", ["Write", "Edit"])
def test_a_reader_that_owns_a_path_from_before_writes_it_no_more(two: Desk, tool: Any) -> None:
    assert two.do("agent-01", "a.py") == {} and two.write("agent-01", "a.py", tool) == {}
    with Write(two.db):
        agents.forbid_writing(two.db, agent(two).id)
    assert "is read-only" in denial(two.write("agent-01", "a.py", tool))
