"""The files that a task declares, as they were when its agent began, and what is different of them since."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.agents import agents, calls
from fanout.run.changes import latest, objects, watch
from fanout.run.store.db import Write

FILES = {"a.py": "a\n", "src/b.py": "b\n", "src/c.py": "c\n", "other.py": "x\n"}


class Watching:
    """Task 01 and its agent, which declares a.py, src/** and new.py; other.py is nobody's."""

    def __init__(self, desk: Desk) -> None:
        Project(desk.root).write(FILES)
        self.desk, self.db, self.root = desk, desk.db, str(desk.root)
        self.agent = agents.open_launch(self.db, "s", "", "", "", desk.run, "01")
        agents.bind(self.db, self.agent, "one")

    def begin(self) -> Watching:
        with Write(self.db):
            watch.begin(self.db, self.root, self.agent, self.desk.run, "01")
        return self

    def changed(self) -> list[str]:
        return watch.changed(self.db, self.root, self.agent, self.desk.run, "01")

    def seen(self) -> dict[str, str]:
        return {one.path: one.object for one in watch.of_agent(self.db, self.agent)}


@pytest.fixture
def watching(desk: Desk) -> Watching:
    desk.start(plan({"01": {"writes": ["a.py", "src/**", "new.py"]}, "02": {}}))
    return Watching(desk)


def test_what_is_there_is_noted_with_its_bytes(watching: Watching) -> None:
    seen = watching.begin().seen()
    assert sorted(seen) == ["a.py", "src/b.py", "src/c.py"]
    assert objects.load(watching.root, seen["src/b.py"]) == b"b\n"
    assert watching.changed() == []
    assert sorted(watch.names_of(watching.db, watching.agent, 10)) == sorted(seen)
    assert len(watch.names_of(watching.db, watching.agent, 2)) == 2
    assert watch.of_agent(watching.db, watching.agent + 1) == [], "another agent found nothing"


CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "nothing": (lambda root: None, []),
    "written": (lambda root: (root / "a.py").write_text("other\n"), ["a.py"]),
    "as long as before": (lambda root: (root / "a.py").write_text("z\n"), ["a.py"]),
    "touched": (lambda root: os.utime(root / "a.py", (5, 5)), []),
    "deleted": (lambda root: (root / "src" / "b.py").unlink(), ["src/b.py"]),
    "created": (lambda root: (root / "new.py").write_text("n\n"), ["new.py"]),
    "made executable": (lambda root: (root / "a.py").chmod(0o755), ["a.py"]),
    "another's": (lambda root: (root / "other.py").write_text("y\n"), []),
}


@pytest.mark.parametrize("case", CHANGES)
def test_what_is_different_since(watching: Watching, case: str) -> None:
    change, names = CHANGES[case]
    watching.begin()
    change(watching.desk.root)
    assert watching.changed() == names


def test_a_link_is_what_it_leads_to(watching: Watching) -> None:
    link = watching.desk.root / "src" / "link"
    link.symlink_to("b.py")
    watching.begin()
    assert watching.changed() == []
    at = link.lstat().st_mtime_ns
    link.unlink()
    link.symlink_to("c.py")
    os.utime(link, ns=(at, at), follow_symlinks=False)
    assert watching.changed() == ["src/link"], "as long as before, and as old"


def test_an_executable_that_is_none_any_more_differs(watching: Watching) -> None:
    file = watching.desk.root / "a.py"
    file.chmod(0o755)
    watching.begin()
    assert watching.changed() == []
    file.chmod(0o644)
    assert watching.changed() == ["a.py"]


def test_beyond_so_many_files_their_size_and_date_tell(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MOST_KEPT", 1)
    seen = watching.begin().seen()
    assert [path for path, kept in seen.items() if kept != objects.NOT_KEPT] == ["a.py"]
    assert watching.changed() == []
    os.utime(watching.desk.root / "src" / "b.py", (5, 5))
    (watching.desk.root / "src" / "c.py").write_text("longer\n")
    assert watching.changed() == ["src/b.py", "src/c.py"]


@pytest.mark.parametrize(("most", "is_cut"), [(2, True), (3, True), (4, False)])
def test_where_not_all_files_were_seen_none_is_called_new(
    watching: Watching, monkeypatch: pytest.MonkeyPatch, most: int, is_cut: bool
) -> None:
    monkeypatch.setattr(watch.declared_files, "__defaults__", (most,))
    monkeypatch.setattr(watch, "MOST_SEEN", most)
    watching.begin()
    (watching.desk.root / "new.py").write_text("n\n")
    assert watching.changed() == ([] if is_cut else ["new.py"])
    assert watch.CUT not in watch.names_of(watching.db, watching.agent, 10)


@pytest.mark.parametrize("is_under_way", [True, False])
def test_while_a_command_runs_that_came_before_they_are_looked_at(watching: Watching, is_under_way: bool) -> None:
    """It was begun when these files were nobody's: what it does to them now is told by comparison."""
    if is_under_way:
        with Write(watching.db):
            calls.begin(watching.db, "c1", watching.agent, "Bash", "command", True, {})
    watching.begin()
    seen = {name: latest.get(watching.db, name) for name in FILES}
    assert [name for name, row in seen.items() if row] == (["a.py", "src/b.py", "src/c.py"] if is_under_way else [])
    assert {row.owner for row in seen.values() if row} <= {watching.agent}
