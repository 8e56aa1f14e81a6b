"""Two names that differ in case alone: where they are one file, the second task to make it is done again, and nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from engines.bench import Bench

from fanout.engines import landing
from fanout.run.flow import brief
from fanout.run.store import case_folding

TASKS: dict[str, dict[str, Any]] = {"a": {}, "b": {}}


@pytest.fixture
def work(folding: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    return Bench(folding / "project", TASKS, {"Old.txt": "one\n"})


def test_a_second_spelling_is_a_clash(work: Bench) -> None:
    one, other = work.begin("a"), work.begin("b")
    work.leave(one, {"Src/Main.txt": "A\n"})
    late = work.leave(other, {"src/main.txt": "B\n"})
    work.merge()
    assert (work.state("a"), work.state("b"), work.merged()) == ("done", "pending", ["a"])
    text = brief.write(work.db, work.root, work.name, "b")
    assert "a merge conflict with a in Src/Main.txt, src/main.txt" in text
    assert work.git("show", f"{late.work}:src/main.txt") == "B"
    landing.land(work.db, work.root, work.run)
    assert os.listdir(work.project.path / "Src") == ["Main.txt"]
    assert work.git("status", "--porcelain") == ""


def test_other_files_of_one_folder_go_together(work: Bench) -> None:
    one, other = work.begin("a"), work.begin("b")
    work.leave(one, {"Src/Main.txt": "A\n"})
    work.leave(other, {"Src/Other.txt": "B\n"})
    work.merge()
    assert work.merged() == ["a", "b"]


def test_a_name_that_is_spelled_in_another_way_from_now_on_is_none(work: Bench) -> None:
    one = work.begin("a")
    place = Path(work.root, ".claude", "worktrees", f"{work.name}.a.1")
    work.git("-C", str(place), "mv", "-f", "Old.txt", "between")
    work.git("-C", str(place), "mv", "-f", "between", "old.txt")
    work.leave(one, {})
    work.merge()
    assert (work.state("a"), work.merged()) == ("done", ["a"])
    assert landing.land(work.db, work.root, work.run).commits
    assert "old.txt" in work.git("ls-files")


def test_where_names_stay_apart_they_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    work = Bench(tmp_path / "project", TASKS, {})
    if case_folding.is_on(work.root):
        pytest.skip("here they are one")
    one, other = work.begin("a"), work.begin("b")
    work.leave(one, {"Src/Main.txt": "A\n"})
    work.leave(other, {"src/main.txt": "B\n"})
    work.merge()
    assert work.merged() == ["a", "b"]
