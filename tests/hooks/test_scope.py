"""A denied agent asks, notes, or goes on; nobody ever waits inside a call."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial, launches
from project import Project
from run.plans import plan

from fanout.errors import FanoutError
from fanout.run.store import paths
from fanout.run.tasks import scope


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(
        plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}, "03": {"writes": ["c.py"], "needs": ["02"]}})
    )
    desk.launch("01")
    desk.launch("02")
    return desk


def ask(desk: Desk, task: str, path: str) -> str:
    return scope.ask(desk.db, paths.Naming(str(desk.root)), desk.run, task, path, "because")


def test_a_free_path_is_granted_at_once(two: Desk) -> None:
    assert ask(two, "01", "free.txt").startswith("granted")
    assert "granted on request" in denial(two.write("agent-02", "free.txt"))


def test_an_owned_path_is_granted_when_its_owner_ends(two: Desk) -> None:
    assert ask(two, "01", "b.py").startswith("queued: b.py belongs to task 02")
    assert denial(two.write("agent-01", "b.py"))
    two.do("agent-02", "b.py")
    assert two.end("agent-02", "DONE|02|b.py") == {}
    assert "was changed by task 02" in denial(two.write("agent-01", "b.py")), "once: it may know the old version"
    assert two.write("agent-01", "b.py") == {}


def test_two_that_ask_each_other_both_end(two: Desk) -> None:
    assert ask(two, "01", "b.py").startswith("queued")
    assert ask(two, "02", "a.py").startswith("queued")
    two.do("agent-01", "a.py")
    assert two.end("agent-01", "DONE|01|a.py") == {}
    assert two.write("agent-02", "a.py", "Edit") == {}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (".fanout/state.db", "never granted"),
        (".git/config", "never granted"),
        ("src/*", "ask for each file"),
        (".", "ask for each file"),
        ("docs/", "ask for each file"),
        ("docs", "what nobody owns there you may just write"),
        ("../x", "outside"),
        ("/etc/hosts", "outside"),
    ],
)
def test_what_is_never_granted(two: Desk, path: str, words: str) -> None:
    (two.root / "docs").mkdir()
    with pytest.raises(FanoutError, match=words):
        ask(two, "01", path)
    ran = Project(two.root).fanout("ask", f"{two.run}/01", path)
    assert ran.code == 1 and words in ran.err and not ran.out
    assert two.rows("SELECT * FROM claim WHERE kind = 'granted'") == []


def test_a_task_without_an_agent_is_granted_nothing(two: Desk) -> None:
    ran = Project(two.root).fanout("ask", f"{two.run}/03", "free.txt")
    assert ran.code == 1 and "task 03 has no live agent" in ran.err
    assert Project(two.root).fanout("ask", f"{two.run}/01", "free.txt").code == 0


def test_a_needs_note_widens_the_task_and_queues_it_behind_the_owner(two: Desk) -> None:
    assert two.end("agent-01", "NEEDS|01|b.py, to register the route") == {}
    assert two.state("01") == "pending"
    assert launches(two.notify("agent-01")) == []
    two.do("agent-02", "b.py")
    two.end("agent-02", "DONE|02|b.py")
    assert launches(two.notify("agent-02")) == ["01", "03"]
    prompt = two.launch("01", agent="again")["hookSpecificOutput"]["updatedInput"]["prompt"]
    assert "Write only: `a.py`, `b.py`" in prompt
    assert two.write("again", "b.py") == {}
    assert two.end("again", "NEEDS|01|b.py, again") == {}
    assert two.state("01") == "blocked", "the same need twice is a question to the user"


def test_a_needs_note_without_a_path_is_a_question_to_the_user(two: Desk) -> None:
    two.end("agent-01", "NEEDS|01|to know the database's name")
    assert two.state("01") == "blocked"
