"""A denied agent asks, notes, or goes on; nobody ever waits inside a call."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial, launches
from project import Project
from run.plans import plan

from fanout.errors import FanoutError
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
    return scope.ask(desk.db, desk.naming, desk.run, task, path, "because")


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
        (".", "is no single file: ask for each file"),
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


def test_who_is_told_of_the_launch_before_the_end_is_told_why(two: Desk) -> None:
    """The sibling's notification comes first, and brings the launch."""
    assert two.end("agent-01", "NEEDS|01|free.txt, to register the route") == {}
    two.do("agent-02", "b.py")
    two.end("agent-02", "DONE|02|b.py")
    said = two.notify("agent-02")
    why = "01 starts again with free.txt, which its agent asked for: to register the route."
    assert why in said and launches(said) == ["01", "03"]
    two.launch("01", agent="again")
    late = two.notify("agent-01")
    assert "Another agent does 01 now with free.txt, which its agent asked for" in late


def test_a_needs_note_without_a_path_is_a_question_to_the_user(two: Desk) -> None:
    two.end("agent-01", "NEEDS|01|to know the database's name")
    assert two.state("01") == "blocked"


@pytest.fixture
def three(desk: Desk) -> Desk:
    desk.start(plan({name: {"writes": [f"{name}.py"]} for name in ("01", "02", "03", "04")}))
    for name in ("01", "02", "03"):
        desk.launch(name)
    return desk


def test_a_path_stays_its_owners_while_others_end(three: Desk) -> None:
    """Who waits gets the path when its owner ends, and not before."""
    assert ask(three, "01", "02.py").startswith("queued")
    three.end("agent-03", "BLOCKED|03|x")
    assert three.write("agent-02", "02.py") == {}, "it declares it and still works"
    assert "belongs to task 02" in denial(three.write("agent-01", "02.py"))
    assert three.rows("SELECT 1 FROM claim WHERE kind = 'granted'") == []


def test_who_asked_first_has_it_first_and_nobody_comes_between(three: Desk) -> None:
    assert ask(three, "03", "02.py").startswith("queued")
    assert ask(three, "01", "02.py").startswith("queued")
    three.end("agent-02", "BLOCKED|02|x")
    for agent in ("agent-01", "stranger"):
        assert "02.py belongs to task 03 (granted on request" in denial(three.write(agent, "02.py")), agent
    assert three.write("agent-03", "02.py") == {}
    three.end("agent-03", "BLOCKED|03|x")
    assert "02.py belongs to task 01 (granted on request" in denial(three.write("stranger", "02.py"))


def test_a_wish_of_who_has_ended_is_dropped(three: Desk) -> None:
    assert ask(three, "01", "02.py").startswith("queued")
    three.end("agent-01", "BLOCKED|01|x")
    three.end("agent-02", "BLOCKED|02|x")
    assert three.write("stranger", "02.py") == {}
    assert [row["answer"] for row in three.rows("SELECT answer FROM asked")] == ["dropped"]


def test_what_a_task_needs_is_declared_and_in_conflict_from_then_on(three: Desk) -> None:
    """The path that it got by NEEDS holds like one of the plan: in both directions, and against who comes by."""
    three.end("agent-01", "NEEDS|01|routes.py, to register the route")
    assert three.state("01") == "pending"
    three.launch("01", agent="again")
    assert "routes.py belongs to task 01 (declared in the plan" in denial(three.write("agent-02", "routes.py"))
    assert three.write("again", "routes.py") == {}
    three.end("again", "BLOCKED|01|x")
    three.launch("04")
    three.end("agent-04", "NEEDS|04|01.py, it too")
    assert three.state("04") == "pending"


def test_a_path_that_a_waiting_task_is_to_write_comes_from_that_task(three: Desk) -> None:
    three.end("agent-01", "NEEDS|01|04.py, to register the route")
    assert "needs 04" in denial(three.launch("01", agent="again"))
    assert not denial(three.launch("04"))
    three.do("agent-04", "04.py")
    assert three.end("agent-04", "DONE|04|made it") == {}
    three.launch("01", agent="once more")
    assert three.write("once more", "04.py") == {}


def test_the_widened_task_waits_for_who_declares_the_path(three: Desk) -> None:
    three.launch("04")
    three.end("agent-01", "NEEDS|01|04.py, to register the route")
    assert "waits for 04: both write 04.py" in denial(three.launch("01", agent="again"))


def test_a_need_of_what_another_reads_is_a_conflict(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"], "reads": ["docs/**"]}}))
    desk.launch("01")
    desk.end("agent-01", "NEEDS|01|docs/x.md, to note it")
    assert "waits for 01: both write docs/x.md" in denial(desk.launch("02"))
    assert not denial(desk.launch("01", agent="again"))


def test_only_who_may_still_write_it_is_in_conflict(desk: Desk) -> None:
    """Neither tasks that are over, nor such as declare other paths."""
    desk.start(plan({name: {"writes": [f"{name}.py"]} for name in ("01", "02", "03")}))
    for name in ("01", "02"):
        desk.launch(name)
    assert desk.do("agent-02", "02.py") == {} and desk.end("agent-02", "DONE|02|did it") == {}
    desk.end("agent-01", "NEEDS|01|02.py, to register the route")
    assert desk.state("01") == "pending"
    assert desk.rows("SELECT task, other FROM hazard") == []
    assert denial(desk.launch("01", agent="again")) == "" and desk.write("again", "02.py") == {}
