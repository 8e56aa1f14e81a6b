"""Which task is still to make what a check misses, and what then becomes of the task that was checked."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.evidence import acceptance, missing_files
from fanout.run.store import journal
from fanout.run.store.records import Agent

MEANT = [
    ("src/store.py", "src/store", True),
    ("src/store.py", "store", True),
    ("store.py", "src/store", True),
    ("src/store.py", "/home/me/project/src/store", True),
    ("src/store/__init__.py", "store", True),
    ("src/store/index.ts", "src/store", True),
    ("src/store/mod.rs", "store", True),
    ("src/store/disk.py", "src/store", True),
    ("src/store/disk.py", "src/sto", False),
    ("src/mystore.py", "store", False),
    ("store.py", "restore", False),
    ("src/store.py", "src", True),
    ("index.ts", "index", True),
]


@pytest.mark.parametrize(("path", "stem", "is_meant"), MEANT)
def test_whether_a_file_is_what_was_missed(path: str, stem: str, is_meant: bool) -> None:
    assert missing_files._is_meant(path, stem) is is_meant


MISSED = [
    ("ModuleNotFoundError: No module named 'src.store'", ["src/store"]),
    ("/usr/bin/python: No module named store", ["store"]),
    ("Error: Cannot find module './store.js'", ["store"]),
    ("Cannot find package '@me/store' imported", ["@me/store"]),
    ('Could not resolve "../src/store.ts"', ["src/store"]),
    ("Module not found: Error: Can't resolve './lib/a.css'", ["lib/a"]),
    ("cat: src/store.py: No such file or directory", ["src/store"]),
    ("FileNotFoundError: [Errno 2] No such file or directory: 'data/x.json'", ["data/x"]),
    ("ENOENT: no such file or directory, open '/p/src/store.ts'", ["p/src/store"]),
    ("cannot load such file -- ./store", ["store"]),
    ("error[E0583]: file not found for module `store`", ["store"]),
    ("No module named 'a'\nNo module named 'b.c'", ["a", "b/c"]),
    ("AssertionError: 1 != 2", []),
    ("permission denied: src/store.py", []),
]


@pytest.mark.parametrize(("text", "stems"), MISSED)
def test_the_names_that_an_output_misses(text: str, stems: list[str]) -> None:
    assert list(missing_files._missed(text)) == stems


def at_work(desk: Desk, others: dict[str, dict[str, Any]]) -> Agent:
    """The agent of task 01, with the other tasks beside it."""
    run = desk.start(plan({"01": {"writes": ["tests/test_a.py", "own.py"]}, **others}))
    number = agents.open_launch(desk.db, "s", "", "", "", run, "01")
    agents.bind(desk.db, number, "one")
    found = agents.get(desk.db, number)
    assert found is not None
    return found


NOT_THERE = b"cat: src/a.py: No such file or directory\n"
# The other tasks, what is there, what of that is half made; and who is to make what is missing.
MAKERS: dict[str, tuple[dict[str, dict[str, Any]], list[str], set[str], dict[str, list[str]]]] = {
    "nobody": ({"02": {"writes": ["src/b.py"]}}, [], set(), {}),
    "one that waits": ({"02": {"writes": ["src/b.py", "src/a.py"]}}, [], set(), {"02": ["src/a.py"]}),
    "one at work": ({"02": {"writes": ["src/a.py"], "state": "running"}}, [], set(), {"02": ["src/a.py"]}),
    "one that is done": ({"02": {"writes": ["src/a.py"], "state": "done"}}, [], set(), {}),
    "one that failed": ({"02": {"writes": ["src/a.py"], "state": "failed"}}, [], set(), {"02": ["src/a.py"]}),
    "one that is left out": ({"02": {"writes": ["src/a.py"], "state": "skipped"}}, [], set(), {}),
    "two": (
        {"02": {"writes": ["src/a.py"]}, "03": {"writes": ["src/a.ts"]}},
        [],
        set(),
        {"02": ["src/a.py"], "03": ["src/a.ts"]},
    ),
    "it is there": ({"02": {"writes": ["src/a.py"]}}, ["src/a.py"], set(), {}),
    "it is there, half made": ({"02": {"writes": ["src/a.py"]}}, ["src/a.py"], {"src/a.py"}, {"02": ["src/a.py"]}),
    "a pattern names none": (
        {"02": {"writes": ["src/*.py", "src/{a,b}.py", "src/[ab].py", "src/?.py"]}},
        [],
        set(),
        {},
    ),
    "declares nothing": ({"02": {}}, [], set(), {}),
}


@pytest.mark.parametrize("case", MAKERS)
def test_who_is_to_make_what_is_missing(desk: Desk, case: str) -> None:
    others, there, absent, makers = MAKERS[case]
    Project(desk.root).write(dict.fromkeys(there, "x\n"))
    agent = at_work(desk, others)
    assert missing_files.of(desk.db, str(desk.root), agent, NOT_THERE, absent) == makers
    assert missing_files.of(desk.db, str(desk.root), agent, b"AssertionError\n", absent) == {}


def test_what_is_its_own_is_nobody_elses_to_make(desk: Desk) -> None:
    agent = at_work(desk, {"02": {"writes": ["src/a.py"]}})
    assert missing_files.of(desk.db, str(desk.root), agent, b"cat: own.py: No such file or directory\n", set()) == {}


def failed(desk: Desk, agent: Agent, makers: dict[str, list[str]]) -> str:
    failure = acceptance.Failure({"command": "make test"}, 1, NOT_THERE, "/kept", None)
    return missing_files.excuse(desk.db, agent, failure, makers)


def test_it_waits_for_who_makes_it(desk: Desk) -> None:
    agent = at_work(desk, {"02": {"writes": ["src/a.py"]}, "03": {"writes": ["src/b.py"]}})
    with pytest.raises(acceptance.NotYours) as raised:
        failed(desk, agent, {"02": ["src/a.py"], "03": ["src/b.py", "src/c.py"]})
    assert str(raised.value) == (
        "`make test` can't pass before 02, 03 are done, which are to make src/a.py, src/b.py, src/c.py: it is run again then."
    )
    assert raised.value.is_final and raised.value.makers == {"02": ["src/a.py"], "03": ["src/b.py", "src/c.py"]}
    assert journal.events(desk.db, desk.run, "not-yet") == []


@pytest.mark.parametrize("needs", [["01"], ["03"]])
def test_where_who_makes_it_waits_for_this_one_it_counts_as_done(desk: Desk, needs: list[str]) -> None:
    """Else nobody could ever pass; it is noted that its check could not pass yet."""
    agent = at_work(desk, {"02": {"writes": ["src/a.py"], "needs": needs}, "03": {"needs": ["01"]}})
    assert failed(desk, agent, {"02": ["src/a.py"]}) == ""
    (event,) = journal.events(desk.db, desk.run, "not-yet")
    assert (event.task, event.agent) == ("01", agent.id)
    assert event.facts == {"command": "make test", "paths": "src/a.py", "makers": ["02"]}
