"""What proves a task done: each way to be honest passes, each way to say done without having done it is told what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.evidence import evidence
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

OLD = {"old.py": "x = 1\n", "other.py": "y = 1\n"}
NOTHING = "nothing changed in what the task declares ({0})."
NOT_THERE = "{0} was to be written and is not there."
GONE = "{0} was there when the task began and is gone."
HOLLOW = "of {0} only white space or the mode changed, or it is empty"

Case = tuple[dict[str, Any], dict[str, str | None], str, str]
FILES: dict[str, Case] = {
    # the record, the files that its agent leaves (None: taken away), what it says, and what is missing
    "changed": ({"writes": ["old.py"]}, {"old.py": "x = 2\n"}, "x", ""),
    "made": ({"writes": ["new.py"]}, {"new.py": "n\n"}, "x", ""),
    "one of two that were there": ({"writes": ["old.py", "other.py"]}, {"old.py": "x = 2\n"}, "x", ""),
    "nothing": ({"writes": ["old.py"]}, {}, "x", NOTHING.format("old.py")),
    "nothing, right as it is": ({"writes": ["old.py"]}, {}, "already right: old.py", ""),
    "nothing, some are right": (
        {"writes": ["old.py", "other.py"]},
        {},
        "already right: old.py",
        NOTHING.format("old.py, other.py"),
    ),
    "nothing, not needed": ({"writes": ["old.py"]}, {}, "not needed: old.py", NOTHING.format("old.py")),
    "beside it, not needed": ({"writes": ["old.py"]}, {"free.py": "x\n"}, "in free.py; not needed: old.py", ""),
    "beside it, which is not there": ({"writes": ["new.py"]}, {"free.py": "x\n"}, "in free.py; not needed: new.py", ""),
    "beside it, and no word of it": ({"writes": ["old.py"]}, {"free.py": "x\n"}, "x", NOTHING.format("old.py")),
    "not there, and nothing beside it": ({"writes": ["new.py"]}, {}, "not needed: new.py", NOTHING.format("new.py")),
    "not there": ({"writes": ["new.py"]}, {}, "x", NOT_THERE.format("new.py")),
    "not there, of two": (
        {"writes": ["new.py", "more.py"]},
        {"new.py": "n\n"},
        "wrote new.py and more.py",
        NOT_THERE.format("more.py"),
    ),
    "not there, left out": ({"writes": ["new.py", "more.py"]}, {"new.py": "n\n"}, "not needed: more.py", ""),
    "not there, another left out": (
        {"writes": ["new.py", "more.py"]},
        {"new.py": "n\n"},
        "not needed: else.py",
        NOT_THERE.format("more.py"),
    ),
    "a pattern need not be there": ({"writes": ["src/*.py", "Makefile", ".env", "old.py"]}, {"old.py": "2\n"}, "x", ""),
    "gone": ({"writes": ["old.py", "other.py"]}, {"old.py": None, "other.py": "2\n"}, "x", GONE.format("old.py")),
    "gone, as it says": ({"writes": ["old.py"]}, {"old.py": None}, "removed old.py", ""),
    "gone, as the task says": ({"writes": ["old.py"], "description": "Remove the module."}, {"old.py": None}, "x", ""),
    "gone, as its title says": ({"writes": ["old.py"], "title": "Delete it"}, {"old.py": None}, "x", ""),
    "white space": ({"writes": ["old.py"]}, {"old.py": "x  = 1\n\n"}, "x", HOLLOW.format("old.py")),
    "white space, as it says": ({"writes": ["old.py"]}, {"old.py": "x  = 1\n\n"}, "format alone", ""),
    "empty": ({"writes": ["new.py"]}, {"new.py": ""}, "x", HOLLOW.format("new.py")),
}


def begin(desk: Desk, record: dict[str, Any], leaves: dict[str, str | None]) -> None:
    for name, was in OLD.items():
        (desk.root / name).write_text(was)
    desk.start(plan({"01": {"writes": record.get("writes", []), "record": record}, "02": {"writes": ["b.py"]}}))
    desk.launch("01")
    desk.launch("02")
    for name, text in leaves.items():
        if text is None:
            assert desk.bash("agent-01", f"rm {name}") == {}
            (desk.root / name).unlink()
        else:
            assert desk.do("agent-01", name, text) == {}


def gap(desk: Desk, says: str = "x", findings: str = "") -> str:
    agent = agents.of_task(desk.db, desk.run, "01")
    assert agent is not None
    return evidence.gap(desk.db, str(desk.root), agent, says, findings=findings)


@pytest.mark.parametrize("case", FILES)
def test_of_a_task_that_declares_files(desk: Desk, case: str) -> None:
    record, leaves, says, missing = FILES[case]
    begin(desk, record, leaves)
    assert gap(desk, says).startswith(missing) if missing else gap(desk, says) == ""


def test_what_is_not_there_is_not_offered_as_right(desk: Desk) -> None:
    begin(desk, {"writes": ["new.py"]}, {})
    assert gap(desk, "not needed: new.py").endswith("Do the work; or end with `BLOCKED|01|why`.")


WORDS: dict[str, Case] = {
    "nothing": (
        {},
        {},
        "",
        "its agent changed nothing that is on record, and its last message names nothing that it found.",
    ),
    "found": ({}, {}, "two faults", ""),
    "found, of one that is to run something": ({"title": "Run the tests"}, {}, "4 passed", ""),
    "changed": ({}, {"free.py": "x\n"}, "", ""),
    "a command decides": ({"accept": [{"command": "true"}]}, {}, "", ""),
    "its command fails": ({"accept": [{"text": "fine", "command": "exit 3"}]}, {}, "", "`exit 3` exited 3"),
    "a text is no command": ({"accept": [{"text": "fine"}]}, {}, "", "its agent changed nothing that is on record"),
    "it only reads": ({"read_only": True}, {}, "", ""),
}


@pytest.mark.parametrize("case", WORDS)
def test_of_a_task_that_declares_none(desk: Desk, case: str) -> None:
    record, leaves, found, missing = WORDS[case]
    begin(desk, record, leaves)
    assert gap(desk, findings=found).startswith(missing) if missing else gap(desk, findings=found) == ""


def test_one_whose_only_write_was_denied_is_told_so(desk: Desk) -> None:
    begin(desk, {}, {})
    desk.write("agent-01", "b.py")
    desk.write("agent-01", "b.py")
    desk.bash("agent-01", "git stash")
    said = "its write of b.py was denied and no other change of it is on record."
    assert gap(desk, findings="two faults").startswith(said)
    desk.do("agent-01", "free.py")
    assert gap(desk) == ""


@pytest.mark.parametrize(("accept", "noted"), [([], True), ([{"command": "true"}], False)])
def test_right_as_it_stands_is_said_beside_the_result_where_no_command_says_it(
    desk: Desk, accept: list[dict[str, str]], noted: bool
) -> None:
    begin(desk, {"writes": ["old.py"], "accept": accept}, {})
    agent = agents.of_task(desk.db, desk.run, "01")
    assert agent is not None and gap(desk, "already right: old.py") == ""
    said = evidence.reservation(desk.db, agent)
    assert said == ("not checked: it changed nothing" if noted else "")


def test_a_command_decides_what_is_not_needed(desk: Desk) -> None:
    begin(desk, {"writes": ["old.py"], "accept": [{"command": "true"}]}, {})
    assert gap(desk, "not needed: old.py") == ""
    assert gap(desk, "x").startswith(NOTHING.format("old.py"))


@pytest.mark.parametrize(
    ("accept", "says", "missing"),
    [
        ([], "x", True),
        ([], "no look needed: it is a rename", False),
        ([{"text": "fine"}], "x", True),
        ([{"command": "true"}], "x", False),
    ],
)
def test_who_used_no_tool_has_only_commands_to_speak_for_it(
    desk: Desk, accept: list[dict[str, str]], says: str, missing: bool
) -> None:
    begin(desk, {"accept": accept}, {})
    agent = agents.of_task(desk.db, desk.run, "01")
    assert agent is not None
    said = evidence.gap_without_a_look(desk.db, agent, says)
    assert said.startswith("its agent used no tool") is missing and bool(said) is missing


LINE = "no tests for api and db; 1 empty test passes; lint ok"
UNRUN = "no tests for api and db; lint cannot run"
FINDERS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"writes_nothing": True}, LINE, "", ""),
    ({"title": "Review src/api for holes"}, "src/api/users.ts has an injection", "", ""),
    ({"title": "Find which tests are missing; run the linter"}, UNRUN, "", ""),
    ({"title": "Find which tests are missing; run the linter"}, "lint cannot run", "a.ts:1 has no test", ""),
    ({"title": "Run the suite", "writes_nothing": True}, UNRUN, "", ""),
    ({"title": "Run the suite", "writes_nothing": True}, "tests cannot run", "no pytest", 'says "cannot run"'),
    ({"title": "Run the suite"}, UNRUN, "no pytest", 'says "cannot run"'),
    ({"title": "Review src/api for holes"}, "reviewed", "", "names nothing that it found"),
    ({"writes_nothing": True}, "all is done as asked", "", "names nothing that it found"),
    ({"title": "Add a route"}, LINE, "", "names nothing that it found"),
]


@pytest.mark.parametrize(("record", "says", "beside", "missing"), FINDERS)
def test_of_a_task_that_is_there_to_find_something_the_line_may_say_it(
    desk: Desk, record: dict[str, Any], says: str, beside: str, missing: str
) -> None:
    begin(desk, record, {})
    found = gap(desk, says, beside)
    assert missing in found and bool(found) is bool(missing)


RESERVED: list[tuple[str, dict[str, Any], str]] = [
    ("red-before", {"command": "make"}, "not checked: `make` fails in the same way without its changes"),
    ("red-before", {"command": "make", "proven": True}, "not checked: `make` fails as it did before the task began"),
    ("judged-apart", {"command": "make", "without": []}, "`make` passes in a copy of the project"),
    (
        "judged-apart",
        {"command": "make", "without": ["task 02"]},
        "`make` passes in a copy without the unfinished work of task 02",
    ),
    ("nothing-needed", {}, "not checked: it changed nothing"),
    ("sent-back", {}, ""),
]


@pytest.mark.parametrize(("kind", "facts", "said"), RESERVED)
def test_what_is_said_beside_a_result(desk: Desk, kind: Any, facts: dict[str, Any], said: str) -> None:
    begin(desk, {}, {})
    agent, other = (agents.of_task(desk.db, desk.run, name) for name in ("01", "02"))
    assert agent is not None and other is not None and evidence.reservation(desk.db, agent) == ""
    with Write(desk.db):
        journal.note(desk.db, kind, desk.run, "01", agent.id, **facts)
    assert evidence.reservation(desk.db, agent) == said
    with Write(desk.db):
        journal.note(desk.db, "nothing-needed", desk.run, "01", other.id)
    assert evidence.reservation(desk.db, agent) == "", "the newest is of another attempt"


def by_hand(desk: Desk, name: str, says: str = "") -> str:
    return evidence.by_hand(desk.db, str(desk.root), desk.run, name, says)


def test_what_is_said_done_by_hand_needs_the_same_files_and_commands(desk: Desk) -> None:
    (desk.root / "there.py").write_text("x\n")
    desk.start(
        plan(
            {
                "01": {},
                "02": {"needs": ["01"]},
                "03": {"writes": ["new.py"]},
                "04": {"writes": ["there.py"]},
                "05": {"record": {"accept": [{"command": "exit 4"}]}},
                "06": {"writes": ["old.py"], "record": {"title": "Remove it"}},
                "07": {"state": "skipped"},
                "08": {"needs": ["07"]},
            }
        )
    )
    assert by_hand(desk, "02") == "it needs 01 (pending)."
    with Write(desk.db):
        tasks.finish(desk.db, desk.run, "01", "done", "x")
    assert by_hand(desk, "02") == "" == by_hand(desk, "08")
    assert by_hand(desk, "03").startswith(NOT_THERE.format("new.py"))
    assert by_hand(desk, "03", "not needed: new.py") == "" == by_hand(desk, "04") == by_hand(desk, "06")
    assert by_hand(desk, "05").startswith("`exit 4` exited 4, and printed nothing.")


@pytest.mark.parametrize(
    ("title", "said", "missing"),
    [
        ("Run the tests", "could not run the tests, pytest is not installed", "could not run"),
        ("Check the links", "was unable to check them", "was unable to check"),
        ("Verify the build", "the build can't be run here", "can't be run"),
        ("Run the tests", "ran them, 4 passed", ""),
        ("Name the crate", "could not run the tests", ""),
    ],
)
def test_a_result_that_says_that_it_could_not_is_none(desk: Desk, title: str, said: str, missing: str) -> None:
    """Of a task that is there to run something, whatever stands above the line."""
    begin(desk, {"title": title}, {})
    found = gap(desk, said, "No module named pytest.")
    assert found.startswith(f'its result line says "{missing}": that is not done.') if missing else found == ""
