"""What is said of a path that is another's or that another has changed, and what a write that passes leaves on record."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.hooks.guarding import ownership
from fanout.run.agents import agents, claims
from fanout.run.changes import written
from fanout.run.store.db import Write
from fanout.run.store.records import Agent

LONG = "src/" + "/".join("part" * 3 for _ in range(5)) + "/file.py"


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Tasks 01 and 02 at work, a worker without a task, and a.py, b.py, src/x.py and src/y.ts there."""
    Project(desk.root).write(dict.fromkeys(("a.py", "b.py", "src/x.py", "src/y.ts"), "old\n"))
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}, "03": {"needs": ["01"]}}))
    for name in ("01", "02"):
        desk.launch(name)
    desk.launch("free", prompt="look around")
    desk.db.execute("DELETE FROM notice")
    return desk


def agent(desk: Desk, name: str) -> Agent:
    found = agents.by_agent_id(desk.db, name)
    assert found is not None
    return found


def claim(desk: Desk, who: str, path: str, kind: Any) -> None:
    with Write(desk.db):
        claims.take(desk.db, agent(desk, who).id, path, path, kind)


HOW = [
    ("granted", "x.py belongs to task 02 (granted on request, since "),
    ("first-write", "x.py belongs to task 02 (first to write, since "),
    ("declared", "x.py belongs to task 02 (declared in the plan, since "),
    (
        "meanwhile",
        "x.py changed while a command of task 02 ran, before your launch, and task 02 still works. Don't write",
    ),
]


@pytest.mark.parametrize(("kind", "head"), HOW)
def test_who_owns_it_since_when_and_why(two: Desk, kind: str, head: str) -> None:
    claim(two, "agent-02", "x.py", kind)
    said = denial(two.write("agent-01", "x.py"))
    assert said.startswith(head) and f"{ownership.HANDS_OFF} (1) `fanout ask demo-1/01 x.py" in said
    assert "(2) end with `NEEDS|01|path, why`, or (3) go on without it." in said
    if kind != "meanwhile":
        assert re.search(r", since \d\d:\d\d:\d\d\), which still works on it\. Don't", said)


def test_what_waits_for_the_users_word_has_not_written(two: Desk) -> None:
    (two.root / "x.py").write_text("a\n")
    two.bash("agent-02", "sed -i s/a/b/ x.py")  # the client asks for it
    said = denial(two.write("agent-01", "x.py"))
    assert re.match(
        r"x\.py belongs to task 02 \(a command of it that names it is under way, since [\d:]+\), which has not ended\. Don't",
        said,
    )
    (two.root / "x.py").write_text("b\n")  # now it ran
    said = denial(two.write("agent-01", "x.py"))
    assert "(first to write, since" in said and "which still works on it" in said


@pytest.mark.parametrize("who", ["agent-free", None])
def test_who_does_no_task_waits_or_goes_on(two: Desk, who: str | None) -> None:
    said = denial(two.write(who, "b.py"))
    assert said.endswith(f"{ownership.HANDS_OFF} Wait until it has ended, or go on without this file.")


def test_a_long_path_is_not_spelled_out_twice(two: Desk) -> None:
    claim(two, "agent-02", LONG, "first-write")
    said = denial(two.write("agent-01", LONG))
    assert '(1) `fanout ask demo-1/01 PATH "why"`' in said and said.startswith(LONG[-120:])


@pytest.mark.parametrize("tool", ["Edit", "NotebookEdit"])
def test_an_edit_is_held_by_its_owner_and_not_by_an_old_version(two: Desk, tool: str) -> None:
    """What such a call replaces must still be there: the client sees to it."""
    assert two.do("agent-02", "src/x.py", "theirs\n") == {}
    assert "belongs to task 02" in denial(two.write("agent-01", "src/x.py", tool))
    two.end("agent-02", "BLOCKED|02|why")
    assert two.write("agent-01", "src/x.py", tool) == {}


def test_an_old_version_is_said_once_and_of_what_is_there(two: Desk) -> None:
    for name in ("src/x.py", "src/y.ts"):
        assert two.do("agent-02", name, "theirs\n") == {}
    two.end("agent-02", "BLOCKED|02|why")
    (two.root / "src" / "y.ts").unlink()
    assert two.write("agent-01", "src/y.ts") == {}, "it is no more"
    said = denial(two.write("agent-01", "src/x.py"))
    assert re.match(r"src/x\.py was changed by task 02 at \d\d:\d\d:\d\d, after you began\. Read it again", said)
    assert two.do("agent-01", "src/x.py", "mine\n") == {} and two.do("agent-01", "src/x.py", "again\n") == {}


def told(desk: Desk, who: str, path: str) -> bool:
    return "is what task 02 made, which is done" in context(desk.do(who, path, "other\n"))


@pytest.mark.parametrize(
    ("state", "who", "is_told"),
    [("done", "late", True), ("failed", "late", False), ("done", "agent-01", False), ("done", "agent-free", False)],
)
def test_who_is_told_whose_work_it_writes(two: Desk, state: str, who: str, is_told: bool) -> None:
    """A task that began after the other was done; who began before it was said that it has changed."""
    assert two.do("agent-02", "b.py", "made\n") == {}
    two.end("agent-02", "DONE|02|made it")
    two.db.execute("UPDATE task SET state = ? WHERE id = '02'", (state,))
    assert two.do("agent-01", "a.py", "made\n") == {}
    if who == "late":
        two.end("agent-01", "DONE|01|made it")
        assert not denial(two.launch("03", agent="late"))
    else:
        two.write(who, "b.py")  # once: it has changed
    assert told(two, who, "b.py") is is_told


# -- what a write that passes leaves on record ----------------------------------------------------------------------------


def rows(desk: Desk, who: str = "agent-01") -> dict[str, str]:
    return {row.path: row.tool for row in written.of_agent(desk.db, agent(desk, who).id)}


def claimed(desk: Desk, who: str = "agent-01") -> list[str]:
    return sorted(claims.patterns_of(desk.db, agent(desk, who).id))


PASSED: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "a file of its own": ("echo x > a.py", {"a.py": "Bash"}, ["a.py"]),
    "a free file": ("echo x > free.py", {"free.py": "Bash"}, ["a.py", "free.py"]),
    "a folder that is made": ("mkdir out", {"out": written.MADE_FOLDER}, ["a.py"]),
    "a folder that is there": ("mkdir -p src", {}, ["a.py"]),
    "a folder's own mode": ("chmod 700 src", {}, ["a.py"]),
    "all of a folder": ("chmod -R 700 src", {"src/x.py": "Bash", "src/y.ts": "Bash"}, ["a.py"]),
    "a kind in a folder": ("black src", {"src/x.py": "Bash"}, ["a.py"]),
}


@pytest.mark.parametrize("case", PASSED)
def test_what_is_written_and_what_is_claimed(two: Desk, case: str) -> None:
    line, wrote, mine = PASSED[case]
    assert two.bash("agent-01", line) == {}
    assert rows(two) == wrote and claimed(two) == mine


def test_a_second_write_is_the_same_record(two: Desk) -> None:
    assert two.do("agent-01", "free.py", "one\n") == {}
    (first,) = [row for row in written.of_agent(two.db, agent(two, "agent-01").id) if row.path == "free.py"]
    assert two.do("agent-01", "free.py", "two\n") == {}
    (second,) = [row for row in written.of_agent(two.db, agent(two, "agent-01").id) if row.path == "free.py"]
    assert second.before == first.before and second.last >= first.last and claimed(two).count("free.py") == 1


def test_a_new_file_in_a_folder_that_another_made_is_free(two: Desk) -> None:
    assert two.bash("agent-02", "mkdir out") == {}
    (two.root / "out").mkdir()
    claim(two, "agent-02", "out", "first-write")
    assert two.do("agent-01", "out/mine.py", "x\n") == {}
    (two.root / "out" / "theirs.py").write_text("x\n")
    assert denial(two.write("agent-01", "out")), "the folder's own name is its maker's"


def test_a_denied_write_is_noted_and_takes_nothing(two: Desk) -> None:
    assert denial(two.bash("agent-01", "tee free.py b.py"))
    assert rows(two) == {} and claimed(two) == ["a.py"]
    noted = two.rows("SELECT task, data FROM event WHERE kind = 'write-denied'")
    assert [row["task"] for row in noted] == ["01"] and '"path": "b.py"' in noted[0]["data"]
