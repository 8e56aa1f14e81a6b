"""An acceptance command that fails for another's work: what is concluded from how it ends in copies, and from its words.

With real copies: hooks/test_not_yours.py.
"""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.changes import changes, objects
from fanout.run.evidence import acceptance, excused_failures
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.store.records import Agent

OWN = {"src/own.py": "o" * 40}
HALF = {"task 02": {"src/half.py": "h" * 40}}
RED = b"FAILED tests/test_other.py: odd\n"


@pytest.fixture
def agent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Agent:
    """Of task 01, which has changed src/own.py."""
    Project(desk.root).write({"tests/test_other.py": "x\n", "tests/test_own.py": "x\n", "src/own.py": "x\n"})
    run = desk.start(plan({"01": {"writes": ["src/own.py"]}, "02": {}}))
    number = agents.open_launch(desk.db, "s", "", "", "", run, "01")
    agents.bind(desk.db, number, "a")
    monkeypatch.setattr(changes, "before_of", lambda db, root, agent: OWN)
    return agents.get(desk.db, number)


def failure(output: bytes = RED, command: str = "run tests", code: int = 1) -> acceptance.Failure:
    return acceptance.Failure({"command": command}, code, output, "/kept/out.txt", None)


class Copies:
    """How the command ends in copies without some files; None where no copy can be had."""

    def __init__(self, *ends: tuple[int, bytes] | None) -> None:
        self.ends = list(ends)
        self.without: list[set[str]] = []

    def __call__(self, db: Any, root: str, agent: Agent, before: dict[str, str], failed: Any) -> Any:
        self.without.append(set(before))
        return self.ends.pop(0)


def excuse(
    desk: Desk,
    agent: Agent,
    monkeypatch: pytest.MonkeyPatch,
    copies: Copies,
    half: dict[str, dict[str, str]] = HALF,
    failed: acceptance.Failure | None = None,
    record: dict[str, Any] | None = None,
) -> str | None:
    monkeypatch.setattr(excused_failures, "_in_copy", copies)
    monkeypatch.setattr(excused_failures, "beside", lambda db, root, agent: half)
    return excused_failures.excuse(desk.db, str(desk.root), agent, record or {}, failed or failure())


def events(desk: Desk, *kinds: Any) -> list[dict[str, Any]]:
    return [event.facts for event in journal.events(desk.db, desk.run, *kinds)]


def test_without_what_is_half_done_it_passes(desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = Copies((0, b""))
    assert excuse(desk, agent, monkeypatch, copies) == "" and copies.without == [{"src/half.py"}]
    assert events(desk, "judged-apart") == [{"command": "run tests", "without": ["task 02"]}]


@pytest.mark.parametrize("is_as_begun", [True, False])
def test_without_either_it_fails_as_much_so_it_was_red(
    desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch, is_as_begun: bool
) -> None:
    monkeypatch.setattr(excused_failures, "_is_else_as_begun", lambda db, root, agent, known: is_as_begun)
    copies = Copies((1, RED), (1, RED))
    with pytest.raises(acceptance.NotYours, match=excused_failures.RED[is_as_begun]) as raised:
        excuse(desk, agent, monkeypatch, copies)
    assert copies.without == [{"src/half.py"}, {"src/half.py", "src/own.py"}]
    assert "`run tests` exits 1" in str(raised.value) and "tests/test_other.py: odd" in str(raised.value)
    assert excuse(desk, agent, monkeypatch, Copies((1, RED), (1, RED))) == "", "once it is told, it may end"
    assert [fact["proven"] for fact in events(desk, "red-before")] == [is_as_begun]


NOT_RED = {
    # how it ends without what is half done, and without the task's work too
    "green before": ((1, RED), (0, b"")),
    "red in another way": ((1, RED), (1, b"FAILED tests/test_other.py: else\n")),
    "more than before": ((1, RED + b"FAILED tests/test_other.py: more\n"), (1, RED)),
    "no copy": ((1, RED), None),
}


@pytest.mark.parametrize("case", NOT_RED)
def test_what_was_not_as_red_is_sent_back(desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    said = excuse(desk, agent, monkeypatch, Copies(*NOT_RED[case]))
    assert said and said.startswith(
        "`run tests` exits 1 also in a copy without the unfinished work of task 02; there it says:"
    )
    assert events(desk, "red-before", "judged-apart") == []


OF_THE_TASK: dict[str, tuple[dict[str, Any], str, bytes]] = {
    # the task's record, the command, the output
    "to be repaired": ({"title": "Repair the suite"}, "run tests", RED),
    "described so": ({"description": "The flaky test"}, "run tests", RED),
    "a file that the command names": ({}, "run tests/test_other.py", RED),
    "its own file": ({}, "run tests", b"FAILED src/own.py:3 in tests/test_other.py\n"),
    "a file that it declares": ({"writes": ["lib/more.py"]}, "run tests", b"lib/more.py and tests/test_other.py\n"),
    "named for its file": ({}, "run tests", b"FAILED tests/test_own.py\n"),
    "no file": ({}, "run tests", b"FAILED\n"),
    "nothing": ({}, "run tests", b"\n"),
    "dots": ({}, "run tests", b"..F. [100%]\n"),
}


@pytest.mark.parametrize("case", OF_THE_TASK)
def test_what_the_task_is_to_get_right_is_sent_back_also_where_it_was_red(
    desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    record, command, output = OF_THE_TASK[case]
    copies = Copies((1, output), (1, output))
    said = excuse(desk, agent, monkeypatch, copies, record=record, failed=failure(output, command))
    assert said and "also in a copy without" in said and len(copies.without) == 1


def test_with_nobody_beside_it_one_copy_is_enough(desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = Copies((0, b""))
    assert excuse(desk, agent, monkeypatch, copies, half={}) is None and copies.without == [{"src/own.py"}]
    with pytest.raises(acceptance.NotYours):
        excuse(desk, agent, monkeypatch, Copies((1, RED)), half={})


def test_what_others_half_did_in_its_own_files_stays(desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = Copies((0, b""))
    excuse(desk, agent, monkeypatch, copies, half={"task 02": {"src/own.py": "x", "src/half.py": "y"}})
    assert copies.without == [{"src/half.py"}]


NAMED = b"error in src/half.py line 3\n"


def test_where_no_copy_can_be_had_it_is_said_whose_and_asked_again(
    desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(excused_failures.ROUNDS):
        with pytest.raises(acceptance.NotYours, match=r"names src/half\.py of task 02, half done just now") as raised:
            excuse(desk, agent, monkeypatch, Copies(None), failed=failure(NAMED))
        assert not raised.value.is_final
    with pytest.raises(acceptance.NotYours, match=r"exits 1 in src/half\.py of task 02, which was half done") as raised:
        excuse(desk, agent, monkeypatch, Copies(None), failed=failure(NAMED))
    assert raised.value.is_final and len(events(desk, "not-judged")) == excused_failures.ROUNDS
    assert excuse(desk, agent, monkeypatch, Copies(None)) is None, "and where nobody is named it is the task's"


def test_whose_half_done_work_is_named_is_said_beside_what_is_left(
    desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = excuse(desk, agent, monkeypatch, Copies((2, b"")), failed=failure(NAMED), record={"title": "fix"})
    assert said == (
        "`run tests` exits 2 also in a copy without the unfinished work of task 02 (src/half.py of task 02, half done just "
        "now, is not yours), and prints nothing. Fix what is yours."
    )


@pytest.mark.parametrize(
    "output", [b"Interrupted: 2 errors during collection\n", b"Interrupted: 1 error during collection\n"]
)
def test_a_suite_that_stops_before_its_first_test_is_run_on(
    desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch, output: bytes
) -> None:
    copies = Copies((1, b"FAILED src/own.py\n"))
    said = excuse(desk, agent, monkeypatch, copies, half={}, failed=failure(output, code=2))
    assert copies.without == [set()] and said is not None
    assert said.startswith("`run tests` exits 2 before it runs a test, as not all can be collected; with ")


SPEAKS = [
    ("src/a/b.py:3: error", "src/a/b.py", True),
    ("at a/b.py", "src/a/b.py", True),
    ("in b.py", "src/a/b.py", False),
    ("b.py:12", "src/a/b.py", True),
    ("b.py(12)", "src/a/b.py", True),
    ("in b.py", "b.py", True),
    ("src.a.b.test", "src/a/b.py", True),
    ("a.b", "src/a/b.py", False),
    ("/x/src/a/b.py", "src/a/b.py", True),
    ("src/a/b.pyc", "src/a/b.py", False),
    ("src/a/b.py-old", "src/a/b.py", False),
    ("my-src/a/b.py", "src/a/b.py", True),  # by a/b.py
    ("xa/b.py", "src/a/b.py", False),
    ("src/axb.py", "src/a.b.py", False),
    ("", "b.py", False),
    ("Makefile:3", "Makefile", True),
    ("src.Makefile", "src/Makefile", True),
]


@pytest.mark.parametrize(("text", "path", "speaks"), SPEAKS)
def test_of_which_files_an_output_speaks(text: str, path: str, speaks: bool) -> None:
    assert excused_failures._speaks_of(text, path) == speaks


@pytest.mark.parametrize(
    ("word", "is_named"),
    [
        ("tests/test_other.py", True),
        ("./tests/../tests/test_other.py", True),
        ("tests", False),
        ("none.py", False),
        ("../out.py", False),
        (".venv/bin/pytest", False),
        ("node_modules/.bin/jest", False),
        ("node_modules/x/y.js", False),
        ("tools/bin/run", False),
        ("bin/in/run", True),
        ("gradlew", False),
        ("sub/mvnw", False),
    ],
)
def test_which_words_of_a_command_are_files_of_the_project(desk: Desk, agent: Agent, word: str, is_named: bool) -> None:
    names = (
        ".venv/bin/pytest",
        "node_modules/.bin/jest",
        "node_modules/x/y.js",
        "tools/bin/run",
        "bin/in/run",
        "gradlew",
    )
    Project(desk.root).write(dict.fromkeys((*names, "sub/mvnw", "../out.py"), "x\n"))
    assert excused_failures._is_named_file(str(desk.root), word) == is_named


def test_a_file_is_of_the_task_by_its_name_or_its_text(desk: Desk, agent: Agent) -> None:
    texts = {
        "test_own.py": "",
        "use.py": "import own\n",
        "camel.py": "ownership = 1\n",
        "snake.py": "x = my_own_part\n",
    }
    Project(desk.root).write(texts)
    found = {name: excused_failures._mention([str(desk.root / name)], {"own"}) for name in texts}
    assert found == {"test_own.py": True, "use.py": True, "camel.py": False, "snake.py": True}
    assert not excused_failures._mention([], {"own"}) and not excused_failures._mention(
        [str(desk.root / "use.py")], set()
    )


def test_who_works_beside_it(desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is live in the same work tree, and tasks that ended without being done, with what differs from before."""
    root = str(desk.root)
    old = objects.keep_bytes(root, b"old\n", "")
    Project(desk.root).write({"changed.py": "new\n", "same.py": "old\n"})
    before = {"changed.py": old, "same.py": old, "gone.py": objects.ABSENT, "went.py": old}
    monkeypatch.setattr(changes, "before_of", lambda db, root, other: before)
    monkeypatch.setattr(changes, "of_task", lambda db, run, task: {"changed.py": (old, "n"), "same.py": (old, "n")})

    def beside() -> dict[str, list[str]]:
        return {who: sorted(files) for who, files in excused_failures.beside(desk.db, root, agent).items()}

    assert beside() == {"task 02": ["changed.py"]}, "what a pending task left of its last try"
    for name, more in {"own child": {"parent": agent.id}, "own tree": {}, "other": {}}.items():
        number = agents.open_launch(desk.db, "s", "", "", name, **more)  # type: ignore[arg-type]
        agents.bind(desk.db, number, name, worktree="/w" if name == "own tree" else None)
    number = agents.open_launch(desk.db, "s", "", "", "again", desk.run, "01")
    agents.bind(desk.db, number, "a")
    assert beside() == {
        "agent own child": ["changed.py", "went.py"],
        "agent other": ["changed.py", "went.py"],
        "task 02": ["changed.py"],
    }
    with Write(desk.db):
        desk.db.execute("UPDATE task SET state = 'done' WHERE id = '02'")
    assert "task 02" not in beside()


def test_whether_nothing_else_changed_since_the_launch(desk: Desk, agent: Agent) -> None:
    root = desk.root
    for path in [root, *root.rglob("*")]:
        if ".fanout" not in path.parts:
            os.utime(path, (1, 1))

    def is_as_begun(*known: str) -> bool:
        return excused_failures._is_else_as_begun(desk.db, str(root), agent, set(known))

    assert is_as_begun()
    for name, known in {"src/own.py": "src/own.py", "tests/new.py": "tests/new.py"}.items():
        (root / name).write_text("changed\n")
        os.utime(root / name, (time.time() + 9, time.time() + 9))
        assert not is_as_begun() and is_as_begun("src/own.py", known)
    (root / "node_modules").mkdir()
    (root / "node_modules" / "x").write_text("x\n")
    os.utime(root, (1, 1))
    assert is_as_begun("src/own.py", "tests/new.py"), "what is made again is passed over"
    os.utime(root, None)
    assert not is_as_begun("src/own.py", "tests/new.py"), "something went from the folder"


def test_whose_the_files_are_that_an_output_names(desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    makers = {"tests/test_other.py": ["01", "02"], "tests/test_own.py": ["02", "01"], "src/own.py": []}
    monkeypatch.setattr(changes, "makers", lambda db, run, path: makers[path])
    output = b"tests/test_other.py tests/test_own.py ./src/own.py none.py\n"
    said = excused_failures._last_changed(desk.db, str(desk.root), agent, output)
    assert said == " (tests/test_other.py, last changed by task 02)"
    assert excused_failures._last_changed(desk.db, str(desk.root), agent, b"") == ""
