"""What an agent changed in a worktree of its own, and how that is laid onto the run's folder: all of it, or nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.agents import agents, attempts, claims
from fanout.run.changes import changes, objects
from fanout.run.commits import isolated, isolated_base
from fanout.run.store import meta
from fanout.run.store.db import Write
from fanout.run.store.records import Agent

LINES = [f"line {number}\n" for number in range(1, 10)]
FILES = {"a.txt": "".join(LINES), "pkg/b.txt": "b\n", "gone.txt": "x\n", "run.sh": "x\n", ".gitignore": "*.log\n"}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    project = Project(desk.root)
    project.write(FILES)
    (desk.root / "to").symlink_to("a.txt")
    project.commit_all()
    project.git("worktree", "add", "-q", "-b", "own", "../own")
    desk.start(plan({"01": {"writes": ["a.txt", "own.log"]}, "02": {"writes": ["c.txt"]}}))
    return desk


@pytest.fixture
def agent(desk: Desk) -> Agent:
    """At work in a worktree of its own, beside another that claims c.txt."""
    number = agents.open_launch(desk.db, "s", "one", "", "", desk.run, "01")
    agents.bind(desk.db, number, "a", worktree=str(place(desk)))
    other = agents.open_launch(desk.db, "s", "two", "", "", desk.run, "02")
    agents.bind(desk.db, other, "b")
    claims.take(desk.db, other, "c.txt", "c.txt")
    return agents.get(desk.db, number)


def place(desk: Desk) -> Path:
    return desk.root.parent / "own"


def work(desk: Desk) -> None:
    """Of each kind of change one, some of them committed."""
    own = Project(place(desk))
    own.write({"a.txt": "".join(["two\n" if line == "line 2\n" else line for line in LINES])})
    own.git("commit", "-qam", "by the agent")
    own.write({"new.txt": "new\n", "own.log": "ignored, and declared\n", "other.log": "ignored\n"})
    (own.path / "gone.txt").unlink()
    (own.path / "run.sh").chmod(0o755)
    (own.path / "to").unlink()
    (own.path / "to").symlink_to("pkg/b.txt")


CHANGED = ["a.txt", "gone.txt", "new.txt", "own.log", "run.sh", "to"]


def test_each_kind_of_change_is_a_step_from_where_it_began(desk: Desk, agent: Agent) -> None:
    work(desk)
    steps = isolated.steps(desk.db, str(desk.root), agent)
    assert sorted(steps) == CHANGED

    def held(name: str, which: int) -> bytes:
        return objects.load(str(desk.root), steps[name][which])

    assert held("a.txt", 0) == "".join(LINES).encode() and b"two\n" in held("a.txt", 1)
    assert steps["gone.txt"][1] == objects.ABSENT and steps["new.txt"][0] == objects.ABSENT
    assert [objects.kind(name) for name in steps["run.sh"]] == ["", objects.EXECUTABLE]
    assert [objects.kind(name) for name in steps["to"]] == [objects.LINK, objects.LINK]
    assert held("to", 0) == b"a.txt" and held("to", 1) == b"pkg/b.txt"


def test_all_of_it_is_laid_beside_what_others_did_meanwhile(desk: Desk, agent: Agent) -> None:
    work(desk)
    Project(desk.root).write({"a.txt": FILES["a.txt"].replace("line 8\n", "eight\n"), "new.txt": "new\n"})
    assert isolated.bring_in(desk.db, str(desk.root), agent) == ""
    assert (desk.root / "a.txt").read_text() == FILES["a.txt"].replace("line 2\n", "two\n").replace(
        "line 8\n", "eight\n"
    )
    assert not (desk.root / "gone.txt").exists() and (desk.root / "own.log").read_text().startswith("ignored, and")
    assert os.access(desk.root / "run.sh", os.X_OK) and os.readlink(desk.root / "to") == "pkg/b.txt"
    assert not (desk.root / "other.log").exists()
    with Write(desk.db):
        changes.record(desk.db, str(desk.root), agent)
    made = changes.of_task(desk.db, desk.run, "01")
    assert sorted(made) == [name for name in CHANGED if name != "new.txt"], "another had made that one so already"


CLASHES = {
    # what stands in the run's folder, and what is said of it
    "the same lines": ({"a.txt": FILES["a.txt"].replace("line 2\n", "zwei\n")}, "a.txt was changed in the same lines"),
    "another's new file": ({"new.txt": "another\n"}, "new.txt was changed in the same lines"),
    "a sibling's": ({}, "c.txt belongs to task 02"),
}


@pytest.mark.parametrize("case", CLASHES)
def test_where_one_file_clashes_nothing_is_laid(desk: Desk, agent: Agent, case: str) -> None:
    files, said = CLASHES[case]
    work(desk)
    if case == "a sibling's":
        Project(place(desk)).write({"c.txt": "mine\n"})
    Project(desk.root).write(files)
    answer = isolated.bring_in(desk.db, str(desk.root), agent)
    assert answer == f"its work stands in the worktree ../own and was not brought in: {said}"
    assert (desk.root / "gone.txt").exists() and not (desk.root / "own.log").exists()
    assert (desk.root / "a.txt").read_text() == files.get("a.txt", FILES["a.txt"])


def test_what_was_laid_there_before_is_not_the_agents(desk: Desk, agent: Agent) -> None:
    """What was uncommitted as it began: its step goes on from there, and what it left or put back is none."""
    own, root = Project(place(desk)), str(desk.root)
    own.write({"a.txt": "laid\n", "pkg/b.txt": "laid\n", "run.sh": "laid\n"})
    laid = {name: objects.keep(root, str(own.path / name)) for name in ("a.txt", "pkg/b.txt", "run.sh")}
    meta.put(desk.db, isolated_base.KEY + agent.worktree, json.dumps(laid))
    own.write({"a.txt": "laid and more\n", "run.sh": FILES["run.sh"]})
    steps = isolated.steps(desk.db, root, agent)
    assert list(steps) == ["a.txt"] and objects.load(root, steps["a.txt"][0]) == b"laid\n"


def test_of_an_attempt_it_begins_at_the_commit_that_is_on_record(
    desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(desk)
    head = Project(place(desk)).git("rev-parse", "HEAD").strip()
    attempt = type("Attempt", (), {"base": head})
    monkeypatch.setattr(attempts, "of_agent", lambda db, number: attempt if number == agent.id else None)
    assert sorted(isolated.steps(desk.db, str(desk.root), agent)) == [name for name in CHANGED if name != "a.txt"]


@pytest.mark.parametrize(("where", "named"), [("", ["pkg/b.txt", "a.txt"]), ("pkg", ["b.txt", "a.txt"])])
def test_what_is_below_the_runs_folder_is_named_from_there(
    desk: Desk, agent: Agent, where: str, named: list[str]
) -> None:
    desk.db.execute("UPDATE run SET base = ?", (where,))
    assert isolated.named(desk.db, str(desk.root), agent, ["pkg/b.txt", "a.txt"]) == named


def test_many_files_are_looked_up_in_parts(desk: Desk, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "AT_ONCE", 2)
    names = [*FILES, "to", "none", "pkg"]
    assert sorted(isolated._entries(agent.worktree, "HEAD", names)) == sorted([*FILES, "to"])
