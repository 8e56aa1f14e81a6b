"""Who may write a path: which claims cover it, and whose they are."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents, claims
from fanout.run.store.db import Write


@pytest.fixture
def three(desk: Desk) -> Desk:
    """01 declares src/**, 02 lib/a.py and *.md; `free` works without a plan, launched by 01."""
    desk.start(plan({"01": {"writes": ["src/**"]}, "02": {"writes": ["lib/a.py", "*.md"]}, "03": {"writes": ["z"]}}))
    desk.launch("01")
    desk.launch("02")
    with Write(desk.db):
        agents.adopt(desk.db, "s1", "free", "general-purpose", parent=number(desk, "01"))
    return desk


def number(desk: Desk, name: str) -> int:
    found = agents.of_task(desk.db, desk.run, name) if name.isdigit() else agents.by_agent_id(desk.db, name)
    assert found is not None
    return found.id


def take(desk: Desk, name: str, path: str, kind: str = "first-write") -> None:
    with Write(desk.db):
        claims.take(desk.db, number(desk, name), path, desk.naming.key(path), kind)  # type: ignore[arg-type]


def owners(desk: Desk, path: str, me: str) -> list[str]:
    found = claims.owners(desk.db, desk.naming.key(path), number(desk, me) if me else None)
    return [claim.owner.task or claim.owner.agent_id for claim in found]


@pytest.mark.parametrize(
    ("path", "me", "whose"),
    [
        ("src/x.py", "02", ["01"]),
        ("src/deep/x.py", "02", ["01"]),
        ("src/x.py", "01", []),
        ("src/x.py", "free", []),  # 01 launched it
        ("src/x.py", "", ["01"]),
        ("srcs/x.py", "02", []),
        ("lib/a.py", "01", ["02"]),
        ("lib/b.py", "01", []),
        ("README.md", "01", ["02"]),
        ("docs/README.md", "01", []),
        ("z", "01", []),  # nobody does that task
    ],
)
def test_what_a_plan_declares(three: Desk, path: str, me: str, whose: list[str]) -> None:
    assert owners(three, path, me) == whose


def test_who_wrote_first_has_it_until_the_plan_gives_it_to_another(three: Desk) -> None:
    take(three, "free", "own.txt")
    take(three, "free", "dir")
    assert owners(three, "own.txt", "02") == ["free"] == owners(three, "own.txt", "01")
    assert owners(three, "dir/below", "02") == ["free"] and owners(three, "direct", "02") == []
    three.launch("03")
    take(three, "free", "z")
    assert owners(three, "z", "03") == [] and owners(three, "z", "free") == ["03"]
    assert sorted(owners(three, "z", "02")) == ["03", "free"]


def test_what_is_given_back(three: Desk) -> None:
    for path, kind in (("one", "first-write"), ("two", "meanwhile"), ("three", "granted"), ("four", "first-write")):
        take(three, "02", path, kind)
    agent = number(three, "02")
    with Write(three.db):
        claims.give_back(three.db, agent, three.naming.key("four"))
        claims.give_back(three.db, agent, three.naming.key("three"))
        claims.give_back(three.db, agent, three.naming.key("lib/a.py"))
        claims.give_back(three.db, number(three, "01"), three.naming.key("one"))
    assert claims.patterns_of(three.db, agent) == ["*.md", "lib/a.py", "one", "three", "two"]
    with Write(three.db):
        claims.drop_first_writes(three.db, agent)
    assert claims.patterns_of(three.db, agent) == ["*.md", "lib/a.py", "three"]
    with Write(three.db):
        claims.release(three.db, agent)
    assert claims.patterns_of(three.db, agent) == [] and claims.count(three.db) == 1


def below(desk: Desk, folder: str) -> list[str]:
    return sorted(claim.pattern for claim in claims.below(desk.db, desk.naming.key(folder) if folder != "." else "."))


def test_what_begins_under_a_folder(three: Desk) -> None:
    for path in ("lib0", "lib-x", "lib/été.py", "li"):
        take(three, "02", path)
    assert below(three, "lib") == ["lib/a.py", "lib/été.py"]
    assert below(three, "lib/") == ["lib/a.py", "lib/été.py"]
    assert below(three, "lib/a.py") == ["lib/a.py"]
    assert below(three, ".") == sorted(["*.md", "lib/a.py", "src/**", "lib0", "lib-x", "lib/été.py", "li"])
    assert below(three, "none") == []


def reached(desk: Desk, folder: str, me: str) -> list[str]:
    return sorted(claim.pattern for claim in claims.owners_below(desk.db, desk.naming, folder, number(desk, me)))


def test_what_of_others_a_folder_holds(three: Desk) -> None:
    take(three, "free", "lib/own.txt")
    assert reached(three, "lib", "01") == ["lib/a.py", "lib/own.txt"]
    assert reached(three, "lib", "02") == ["lib/own.txt"] and reached(three, "lib", "free") == ["lib/a.py"]
    assert reached(three, "src/deep", "02") == [], "nothing is there"
    (three.root / "src" / "deep").mkdir(parents=True)
    (three.root / "src" / "deep" / "x").write_text("x")
    assert reached(three, "src/deep", "02") == ["src/**"] and reached(three, "src/deep", "free") == []


def same(desk: Desk, name: str, me: str) -> list[str]:
    return [claim.pattern for claim in claims.owners_of_same_file(desk.db, desk.naming, name, number(desk, me))]


def test_another_name_of_the_same_file_is_the_same_file(three: Desk) -> None:
    (three.root / "lib").mkdir()
    (three.root / "lib/a.py").write_text("x")
    (three.root / "link.py").hardlink_to(three.root / "lib/a.py")
    (three.root / "else.py").write_text("x")
    assert claims.has_other_names(str(three.root / "link.py"))
    assert not claims.has_other_names(str(three.root / "else.py"))
    assert not claims.has_other_names(str(three.root / "lib")) and not claims.has_other_names(str(three.root / "none"))
    assert same(three, "link.py", "01") == ["lib/a.py"]
    assert same(three, "link.py", "02") == [] == same(three, "else.py", "01") == same(three, "none.py", "01")


def test_what_a_run_does_not_know_of_by_its_own_hazards(three: Desk) -> None:
    take(three, "free", "own.txt")
    take(three, "02", "given.txt", "granted")
    three.do(None, "mains.txt")
    other = Desk(three.root)
    other.start(plan({"x": {"writes": ["x.txt"]}}, title="Other"))
    other.launch("x", "other-agent")

    def foreign(run: str) -> list[str]:
        return [claim.pattern for claim in claims.foreign(three.db, run)]

    assert foreign(three.run) == ["given.txt", "own.txt", "x.txt"]
    assert foreign(other.run) == ["*.md", "given.txt", "lib/a.py", "own.txt", "src/**"]
    assert [claim.pattern for claim in claims.of_run(three.db, other.run)] == ["x.txt"]
    mine = claims.of_agents(three.db, [number(three, "free"), number(three, "01")])
    assert sorted(claim.pattern for claim in mine) == ["own.txt", "src/**"]


@pytest.mark.parametrize("depth", [1, agents.MOST_PARENTS - 1, agents.MOST_PARENTS])
def test_a_family_is_looked_up_so_far_and_no_further(three: Desk, depth: int) -> None:
    take(three, "02", "own.txt")
    parent = number(three, "02")
    with Write(three.db):
        for place in range(depth):
            parent = agents.adopt(three.db, "s1", f"child{place}", "general-purpose", parent=parent)
    is_family = depth < agents.MOST_PARENTS
    assert owners(three, "own.txt", f"child{depth - 1}") == ([] if is_family else ["02"])
    assert len(agents.lineage(three.db, parent)) == min(depth + 1, agents.MOST_PARENTS)
