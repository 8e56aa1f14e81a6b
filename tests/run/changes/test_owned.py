"""The files that somebody counts on, and whose they are: of the living and of tasks that are done."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.agents import agents, claims
from fanout.run.changes import owned
from fanout.run.store.db import Write
from fanout.run.store.records import Agent


@pytest.fixture
def desk(desk: Desk) -> Desk:
    Project(desk.root).write(dict.fromkeys(("a.py", "src/b.py", "src/c.py", "done.py", "free.py"), "old\n"))
    tasks = {
        "01": {"writes": ["a.py", "new.py"]},
        "02": {"writes": ["src/**"]},
        "03": {"writes": ["done.py"]},
        "04": {},
    }
    desk.start(plan(tasks))
    for name in ("01", "02", "03"):
        desk.launch(name)
    return desk


def agent(desk: Desk, name: str) -> Agent:
    found = agents.by_agent_id(desk.db, name)
    assert found is not None
    return found


def of(desk: Desk, name: str = "agent-01") -> owned.Owned:
    return owned.by_all(desk.db, desk.naming, agent(desk, name))


def owners(files: dict[str, Agent]) -> dict[str, str]:
    return {name: one.agent_id or "" for name, one in files.items()}


def finish(desk: Desk) -> None:
    assert desk.do("agent-03", "done.py", "made\n") == {}
    assert desk.end("agent-03", "DONE|03|made it") == {}


def test_what_the_living_declare_and_have_written(desk: Desk) -> None:
    assert desk.do("agent-02", "free.py", "mine\n") == {}
    found = of(desk)
    whose = {"a.py": "agent-01", "done.py": "agent-03", "free.py": "agent-02"}
    assert owners(found.files) == {**whose, **dict.fromkeys(("src/b.py", "src/c.py"), "agent-02")}
    assert "a.py" not in found.others and owners(found.others) == {
        name: who for name, who in owners(found.files).items() if who != "agent-01"
    }
    assert found.is_shared


def test_what_is_done_and_not_committed_is_still_counted_on(desk: Desk) -> None:
    finish(desk)
    desk.end("agent-02", "BLOCKED|02|why")
    found = of(desk)
    assert owners(found.files) == {"a.py": "agent-01", "done.py": "agent-03"}
    assert owners(found.others) == {"done.py": "agent-03"} and found.is_shared


@pytest.mark.parametrize("is_left", [True, False])
def test_who_is_alone_shares_with_nobody(desk: Desk, is_left: bool) -> None:
    desk.end("agent-02", "BLOCKED|02|why")
    if is_left:
        finish(desk)
    else:
        desk.end("agent-03", "BLOCKED|03|why")
    assert of(desk).is_shared is is_left


def test_who_claims_it_since_is_its_owner(desk: Desk) -> None:
    finish(desk)
    with Write(desk.db):
        claims.take(desk.db, agent(desk, "agent-02").id, "done.py", "done.py")
    assert owners(of(desk).files)["done.py"] == "agent-02"


def test_a_workers_files_and_those_of_who_launched_it_are_one_familys(desk: Desk) -> None:
    with Write(desk.db):
        agents.adopt(desk.db, desk.session, "worker", "x", agent(desk, "agent-01").id)
    assert desk.do("worker", "free.py", "its own\n") == {}
    assert {"a.py", "free.py"}.isdisjoint(of(desk, "worker").others)
    assert {"src/b.py", "src/c.py", "done.py"} <= set(of(desk, "worker").others)


def test_what_is_no_longer_as_the_caller_left_it(desk: Desk) -> None:
    assert desk.do("agent-01", "a.py", "mine\n") == {} and desk.do("agent-02", "src/b.py", "theirs\n") == {}
    desk.bash("agent-01", "echo x > new.py")
    before = of(desk).rewritten
    (desk.root / "a.py").write_text("other words\n")
    (desk.root / "src" / "b.py").write_text("other words\n")
    assert "a.py" in of(desk).rewritten and set(of(desk).rewritten) <= {*before, "a.py"}


@pytest.mark.parametrize("inside", [True, False])
def test_what_is_in_no_work_tree_of_the_project_is_nobodys(desk: Desk, tmp_path: Path, inside: bool) -> None:
    elsewhere = (desk.root if inside else tmp_path) / "out.py"
    elsewhere.write_text("old\n")
    assert desk.do("agent-02", str(elsewhere), "x\n") == {}
    names = [name for name in of(desk).files if name.endswith("out.py")]
    assert names == (["out.py"] if inside else [])


def test_of_many_files_each_has_its_share(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written goes before what may be."""
    monkeypatch.setattr(owned, "MOST_FILES", 3)
    assert desk.do("agent-02", "src/z.py", "mine\n") == {}
    assert owners(of(desk).files) == {"a.py": "agent-01", "src/z.py": "agent-02", "done.py": "agent-03"}
