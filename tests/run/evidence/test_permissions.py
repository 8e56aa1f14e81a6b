"""Calls that were not permitted: which answers say so, what is said of them, and when they explain that nothing came."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.evidence import permissions
from fanout.run.store.db import Write
from fanout.run.store.records import Agent
from fanout.run.tasks import tasks

ANSWERS = [
    ("The user doesn't want to proceed with this tool use. The tool use was rejected.", True),
    ("The user doesn't want to take this action right now.", True),
    ("Claude requested permissions to write to a.py, but you haven't granted it yet.", True),
    ("Permission to use Bash with command npm test has been denied.", True),
    ("Permission for this action was denied by a rule.\nAsk.", True),
    ("Permission to use Bash\nwith two lines has been denied.", True),
    ("PreToolUse:Write hook error: Permission to use Write has been denied.", False),
    (f"{'x' * 80} hook error; you haven't granted it", True),
    ("The user wants to proceed", False),
    ("permission denied: a.py", False),
    ("", False),
]


@pytest.mark.parametrize(("said", "is_so"), ANSWERS)
def test_which_answers_say_that_a_call_was_not_permitted(said: str, is_so: bool) -> None:
    assert permissions.is_refusal(said) is is_so


@pytest.fixture
def agent(desk: Desk) -> Agent:
    desk.start(plan({"01": {"writes": ["a.py", "src/b.py"]}, "02": {"writes": ["c.py"]}}))
    desk.launch("01")
    desk.launch("02")
    found = agents.by_agent_id(desk.db, "agent-01")
    assert found is not None
    return found


def refused(desk: Desk, agent: Agent, *calls: tuple[str, str, str], by_user: bool = False) -> None:
    with Write(desk.db):
        for tool, path, command in calls:
            permissions.note(desk.db, agent, tool, path, command, by_user)


def test_what_is_said_of_it(desk: Desk, agent: Agent) -> None:
    assert permissions.denied(desk.db, agent) == ""
    refused(desk, agent, ("Write", "src/b.py", ""), ("Bash", "", "npm test"), ("Write", "lib/b.py", ""))
    assert permissions.denied(desk.db, agent) == "permission denied for Write of b.py, Bash npm test"
    refused(desk, agent, ("Bash", "", "y" * 100))
    assert permissions.denied(desk.db, agent).endswith(f"Bash {'y' * permissions.LONGEST_COMMAND}")
    refused(desk, agent, ("WebFetch", "", ""))
    assert permissions.denied(desk.db, agent).endswith(", WebFetch")


@pytest.mark.parametrize("first", [True, False])
def test_a_word_of_the_user_is_no_want_of_a_permission(desk: Desk, agent: Agent, first: bool) -> None:
    refused(desk, agent, ("Write", "a.py", ""), by_user=True)
    assert permissions.denied(desk.db, agent) == "the user refused Write of a.py"
    refused(desk, agent, ("Bash", "", "make"), by_user=first)
    head = "the user refused" if first else "permission denied for"
    assert permissions.denied(desk.db, agent) == f"{head} Write of a.py, Bash make"


def test_it_stands_beside_what_is_said_of_the_task(desk: Desk, agent: Agent) -> None:
    assert permissions.beside(desk.db, agent, "it broke") == "it broke"
    assert permissions.beside(desk.db, agent, "z" * 400) == tasks.shortened("z" * 400, 300)
    refused(desk, agent, ("Bash", "", "make"))
    why = "permission denied for Bash make"
    assert permissions.beside(desk.db, agent, "it broke") == f"it broke ({why})"
    assert permissions.beside(desk.db, agent, f"no: {why}") == f"no: {why}", "said already"
    long = permissions.beside(desk.db, agent, "words " * 100)
    assert len(long) <= permissions.LONGEST_OUTCOME and long.endswith(f" ... ({why})")
    assert permissions.outcome(desk.db, agent, "I could not") == f"{why}; its agent said: I could not"
    assert len(permissions.outcome(desk.db, agent, "words " * 100)) <= len(why) + 20 + permissions.LONGEST_SAID


# The calls that were refused, what the agent wrote, and whether that is why something is missing.
EXPLAINED: dict[str, tuple[list[tuple[str, str, str]], list[str], bool]] = {
    "nothing was refused": ([], [], False),
    "a file, and nothing came": ([("Write", "a.py", "")], [], True),
    "a command, and nothing came": ([("Bash", "", "make")], [], True),
    "PowerShell, and nothing came": ([("PowerShell", "", "make")], [], True),
    "a server's tool, and nothing came": ([("mcp__fs__write", "", "")], [], True),
    "what writes nothing": ([("WebFetch", "", "https://x")], [], False),
    "its file, and another came": ([("Write", "a.py", "")], ["src/b.py"], True),
    "its file, which came another way": ([("Write", "a.py", "")], ["a.py"], False),
    "another's file, and one of its came": ([("Edit", "c.py", "")], ["a.py"], False),
    "a command, and one came": ([("Bash", "", "make")], ["a.py"], False),
}


@pytest.mark.parametrize("case", EXPLAINED)
def test_when_it_explains_what_is_missing(desk: Desk, agent: Agent, case: str) -> None:
    calls, written, is_why = EXPLAINED[case]
    for name in written:
        assert desk.do("agent-01", name, "made\n") == {}
    refused(desk, agent, *calls)
    assert permissions.explain(desk.db, str(desk.root), agent) is is_why


@pytest.mark.parametrize(
    ("tool", "wrote", "done", "is_so"),
    [
        ("Write", None, False, True),
        ("NotebookEdit", None, False, True),
        ("Bash", None, False, False),
        ("mcp__fs__write", None, False, False),
        ("Write", ("agent-01", "a.py"), False, False),
        ("Write", ("agent-02", "c.py"), False, False),
        ("Write", None, True, False),
    ],
)
def test_whether_the_client_lets_nobody_write(
    desk: Desk, agent: Agent, tool: str, wrote: Any, done: bool, is_so: bool
) -> None:
    if wrote:
        assert desk.do(*wrote) == {}
    if done:
        desk.db.execute("UPDATE task SET state = 'done' WHERE id = '02'")
    refused(desk, agent, (tool, "a.py", ""))
    assert permissions.refuses_files(desk.db, str(desk.root), agent) is is_so
