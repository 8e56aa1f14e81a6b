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
    assert permissions.beside(desk.db, agent, "no server answers here") == (
        "no server answers here (not permitted either: Bash make)"
    )
    long = permissions.beside(desk.db, agent, "make " * 100)
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


RULES = {
    "npm test": "Bash(npm test *)",
    "npm run build -- --all": "Bash(npm run build *)",
    "npx prettier -w .": "Bash(npx prettier *)",
    "CI=1 go test ./...": "Bash(go test *)",
    "cd app && cargo test --all": "Bash(cargo test *)",
    "make check": "Bash(make check *)",
    "make": "Bash(make *)",
    "make -j4": "Bash(make *)",
    "python3 -m unittest tests.test_dates": "Bash(python3 -m unittest *)",
    "python3 -W error -m pytest -q": "",
    "python3 scripts/build.py --all": "Bash(python3 scripts/build.py *)",
    ".venv/bin/python -m pytest": "Bash(.venv/bin/python -m pytest *)",
    "node --test test/a.test.js": "Bash(node --test *)",
    "python3 -c 'import os; os.remove(1)'": "",
    "bash -c 'rm -rf x'": "",
    "python3": "",
    "python3 'my tool.py'": "",
    "$TOOL --fix": "",
    "touch a.txt": "Bash(touch *)",
    "uv run pytest -q": "Bash(uv run pytest *)",
    "grep -c x a.txt | wc -l": "Bash(grep *)",
    "": "",
}


@pytest.mark.parametrize("command", RULES)
def test_the_rule_that_is_offered_allows_the_command_and_not_its_whole_program(command: str) -> None:
    assert permissions.rule("Bash", command) == RULES[command]


BY_MODE = "a mode (`--permission-mode acceptEdits` lets agents write)"
WAYS = {
    "permission denied for Write of a.py; its agent said: no": f"by a rule (`/permissions`) or {BY_MODE}",
    "permission denied for Bash npm test; its agent said: no, I may not": (
        "by a rule (`/permissions`; without a screen `--allowedTools 'Bash(npm test *)'`)"
    ),
    "permission denied for Bash go test ./a, Bash make x, Bash go test ./b": (
        "by a rule (`/permissions`; without a screen `--allowedTools 'Bash(go test *)' 'Bash(make x *)'`)"
    ),
    "permission denied for Write of a.py, Bash npm test": (
        f"by a rule (`/permissions`; without a screen `--allowedTools 'Bash(npm test *)'`) and {BY_MODE}"
    ),
    "a.py is not there (permission denied for Edit of a.py)": f"by a rule (`/permissions`) or {BY_MODE}",
    "a.py is not there (permission denied for Bash touch a.py)": (
        "by a rule (`/permissions`; without a screen `--allowedTools 'Bash(touch *)'`)"
    ),
    "permission denied for PowerShell npm test": (
        "by a rule (`/permissions`; without a screen `--allowedTools 'PowerShell(npm test *)'`)"
    ),
    "permission denied for Bash python3 -c 'print(1)'": "by a rule (`/permissions`)",
}


@pytest.mark.parametrize("outcome", WAYS)
def test_how_what_was_refused_is_allowed(outcome: str) -> None:
    assert permissions.way([outcome]) == WAYS[outcome]


def test_of_several_tasks_each_refusal_is_allowed_once() -> None:
    assert permissions.way([*WAYS][1:3]) == (
        "by a rule (`/permissions`; without a screen `--allowedTools 'Bash(npm test *)' 'Bash(go test *)' 'Bash(make x *)'`)"
    )
