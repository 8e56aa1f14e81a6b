"""Declared files below folders that are links: the same file by either name, for evidence, claims and order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import declared as declared_of
from run.plans import plan

from fanout.run.commits import commit
from fanout.run.store import through_links
from fanout.run.store.db import connect


@pytest.fixture
def linked(project: Project) -> Desk:
    project.write({"lib/models/user.py": "old\n", "conf/real.yml": "old\n", "app/x.py": ""})
    (project.path / "app/models").symlink_to("../lib/models")
    (project.path / "conf.yml").symlink_to("conf/real.yml")
    project.commit_all()
    return Desk(project.path)


def begin(desk: Desk, writes: str, other: str = "z.txt", **more: Any) -> None:
    desk.start(plan({"01": {"writes": [writes], **more}, "02": {"writes": [other]}}))
    desk.launch("01")


@pytest.mark.parametrize("declared", ["app/models/user.py", "lib/models/user.py", "app/models/**", "lib/models/**"])
@pytest.mark.parametrize("written", ["app/models/user.py", "lib/models/user.py"])
def test_a_write_by_either_name_is_the_declared_one(linked: Desk, declared: str, written: str) -> None:
    begin(linked, declared)
    linked.launch("02")
    assert "belongs to task 01" in denial(linked.do("agent-02", written, "by 02\n"))
    assert linked.do("agent-01", written, "by 01\n") == {}
    assert linked.end("agent-01", "DONE|01|did it") == {} and linked.state("01") == "done"
    assert "does not declare" not in linked.notify("agent-01")
    commit.task(linked.db, str(linked.root), linked.run, "01")
    assert Project(linked.root).git("show", "--name-only", "--format=", "HEAD") == "lib/models/user.py\n"


def test_nothing_changed_is_still_not_done(linked: Desk) -> None:
    begin(linked, "app/models/user.py")
    assert "nothing changed in what the task declares" in linked.end("agent-01", "DONE|01|did it")["reason"]


def test_a_new_file_below_a_link_counts(linked: Desk) -> None:
    begin(linked, "app/models/new.py")
    assert "app/models/new.py was to be written" in linked.end("agent-01", "DONE|01|did it")["reason"]
    linked.do("agent-01", "app/models/new.py", "new\n")
    assert linked.end("agent-01", "DONE|01|did it") == {} and linked.state("01") == "done"


@pytest.mark.parametrize("written", ["conf.yml", "conf/real.yml"])
def test_a_declared_link_may_be_written_through_and_replaced(linked: Desk, written: str) -> None:
    begin(linked, "conf.yml")
    linked.launch("02")
    assert "belongs to task 01" in denial(linked.do("agent-02", written, "by 02\n"))
    assert "belongs to task 01" in denial(linked.bash("agent-02", "rm conf.yml"))
    assert linked.do("agent-01", written, "by 01\n") == {}
    assert linked.end("agent-01", "DONE|01|did it") == {} and linked.state("01") == "done"


def test_two_tasks_on_one_file_by_two_names_do_not_overlap(linked: Desk) -> None:
    begin(linked, "app/models/user.py", "lib/models/user.py")
    assert "01" in denial(linked.launch("02"))
    linked.do("agent-01", "app/models/user.py", "by 01\n")
    linked.end("agent-01", "DONE|01|did it")
    assert not denial(linked.launch("02"))


@pytest.mark.parametrize(
    ("base", "declared", "found"),
    [
        ("", ("app/x.py", "app/x.py", r"app/x\.py"), [("app/x.py", "app/x.py", r"app/x\.py")]),
        (
            "",
            ("app/models", "app/models/*.py", r"app/models/[^/]*\.py"),
            [
                ("app/models", "app/models/*.py", r"app/models/[^/]*\.py"),
                ("lib/models", "lib/models/*.py", r"lib/models/[^/]*\.py"),
            ],
        ),
        (
            "",
            ("app/models", "{app/models/a.py,app/models/b.py}", r"app/models/a\.py|app/models/b\.py"),
            [
                ("app/models", "{app/models/a.py,app/models/b.py}", r"app/models/a\.py|app/models/b\.py"),
                ("lib/models", "{lib/models/a.py,lib/models/b.py}", r"lib/models/a\.py|lib/models/b\.py"),
            ],
        ),
        (
            "app",
            ("app/models/a.py", "app/models/a.py", r"app/(?:models/a\.py)"),
            [("lib/models/a.py", "lib/models/a.py", r"lib/models/a\.py")],
        ),
        (
            "",
            ("", "{app/models/[ab],1.py,\\\\{x}", r"app/models/[ab],1\.py|\{x"),
            [("", "{app/models/[ab],1.py,\\\\{x}", r"app/models/[ab],1\.py|\{x")],
        ),
        ("", ("", "**/*.py", r"(?:[^/]+/)*[^/]*\.py"), [("", "**/*.py", r"(?:[^/]+/)*[^/]*\.py")]),
    ],
)
def test_patterns_under_the_names_of_their_files(
    linked: Desk, base: str, declared: tuple[str, str, str], found: list[tuple[str, str, str]]
) -> None:
    assert through_links.resolve(connect(str(linked.root), create=True), str(linked.root), base, declared) == found


@pytest.mark.parametrize("declared", ["{app/models,app/views}/user.py", "{app/{models,views}/{user,x}.py,z/*.md}"])
@pytest.mark.parametrize("base", ["", "app"])
def test_alternatives_that_lead_through_a_link(linked: Desk, declared: str, base: str) -> None:
    whole = hand_over(declared if not base else declared.replace("app/", "").replace("z/", "y/"), base)
    found = through_links.resolve(connect(str(linked.root), create=True), str(linked.root), base, whole)
    keys = {name for name in ("lib/models/user.py", "app/models/user.py", "app/views/user.py", "lib/views/user.py")
            if any(re.fullmatch(regex, name) for _, _, regex in found)}  # fmt: skip
    assert keys == {"lib/models/user.py", "app/models/user.py", "app/views/user.py"} - {"app/models/user.py"}
    assert all(anchor == "" or key.startswith(anchor) for anchor, key, _ in found)


def hand_over(declared: str, base: str) -> tuple[str, str, str]:
    """As the planner hands a pattern below a base to a run."""
    plain = declared_of(declared)
    if not base:
        return plain["anchor"], plain["pattern"], plain["regex"]
    joined = f"{base}/{plain['anchor']}" if plain["anchor"] else base
    return joined, f"{base}/{plain['pattern']}", f"{base}/(?:{plain['regex']})"


def test_a_write_by_an_alternative_through_a_link_is_the_declared_one(linked: Desk) -> None:
    begin(linked, "{app/models,app/views}/user.py")
    linked.launch("02")
    assert "belongs to task 01" in denial(linked.do("agent-02", "lib/models/user.py", "by 02\n"))
    assert linked.do("agent-01", "app/models/user.py", "by 01\n") == {}
    assert linked.end("agent-01", "DONE|01|did it") == {} and linked.state("01") == "done"
