"""What is proven becomes the branch; what clashes or is red is done again, and nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from engines.bench import Begin, Bench

from fanout.engines import merger, work_trees
from fanout.errors import FanoutError
from fanout.run.changes import git
from fanout.run.flow import brief
from fanout.run.store import journal
from fanout.run.tasks import tasks

SAME_LINE = {"f.txt": "one\ntwo\nthree\n"}


def whole(bench: Begin, count: int, check: str = "true") -> Bench:
    return bench({f"t{n}": {"writes": [f"{n}.txt"], "check": check} for n in range(count)})


def test_what_is_proven_is_merged_in_one_step(bench: Begin) -> None:
    work = whole(bench, 4)
    for n in range(4):
        work.do(f"t{n}", {f"{n}.txt": "x\n"})
    assert [work.state(f"t{n}") for n in range(4)] == ["running"] * 4  # done means merged
    work.merge()
    assert [work.state(f"t{n}") for n in range(4)] == ["done"] * 4
    assert work.merged() == ["t0", "t1", "t2", "t3"]
    assert work.git("rev-list", "--count", "--merges", "fanout/demo-1") == "0"
    assert work.git("status", "--porcelain") == ""


def test_a_clash_is_done_again_from_the_tip_with_the_reason_in_its_brief(bench: Begin) -> None:
    work = bench({"a": {}, "b": {}}, SAME_LINE)
    one, other = work.begin("a"), work.begin("b")
    work.leave(one, {"f.txt": "one\nA\nthree\n"})
    lost = work.leave(other, {"f.txt": "one\nB\nthree\n", "new.txt": "kept\n"})
    work.merge()
    assert (work.state("a"), work.state("b")) == ("done", "pending")
    assert work.ending(lost) == "not merged"
    again = work.begin("b")
    assert again.base == work.git("rev-parse", "fanout/demo-1")
    text = brief.write(work.db, work.root, work.name, "b")
    assert "a merge conflict with a in f.txt" in text
    assert f"`git show {lost.work}`" in text
    assert work.git("show", f"{work_trees.ref(lost)}:new.txt") == "kept"
    work.leave(again, {"f.txt": "one\nA and B\nthree\n"})
    work.merge()
    assert (work.state("b"), work.at("f.txt")) == ("done", "one\nA and B\nthree\n")


def test_changes_of_other_lines_of_one_file_go_together(bench: Begin) -> None:
    work = bench({"a": {}, "b": {}}, {"f.txt": "".join(f"{n}\n" for n in range(20))})
    one, other = work.begin("a"), work.begin("b")
    work.leave(one, {"f.txt": "".join(f"{n}\n" for n in ["A", *range(1, 20)])})
    work.leave(other, {"f.txt": "".join(f"{n}\n" for n in [*range(19), "B"])})
    work.merge()
    assert (work.state("a"), work.state("b")) == ("done", "done")
    assert work.at("f.txt").split()[0] + work.at("f.txt").split()[-1] == "AB"


def test_two_that_are_green_alone_and_red_together(bench: Begin) -> None:
    check = "test $(cat *.txt | wc -l) -lt 3"
    work = bench({"a": {"check": check}, "b": {"check": check}}, {"0.txt": "x\n"})
    one, other = work.begin("a"), work.begin("b")
    work.leave(one, {"1.txt": "x\n"})
    work.leave(other, {"2.txt": "x\n"})
    work.merge()
    assert (work.state("a"), work.state("b")) == ("done", "pending")
    assert work.merged() == ["a"]
    assert f"with what is merged by now `{check}` exited 1" in brief.write(work.db, work.root, work.name, "b")


def test_what_breaks_the_check_of_a_merged_task_is_not_merged(bench: Begin) -> None:
    work = bench({"a": {"check": "test ! -e b.txt"}, "b": {}})
    one, other = work.begin("a"), work.begin("b")
    work.leave(one, {"a.txt": "x\n"})
    work.merge()
    work.leave(other, {"b.txt": "x\n"})
    work.merge()
    assert (work.state("a"), work.state("b")) == ("done", "pending")


@pytest.mark.parametrize("culprits", [{0}, {3}, {6}, {1, 4}, {0, 1, 2, 3, 4, 5, 6}])
def test_a_red_batch_is_split_until_its_culprits_are_alone(bench: Begin, culprits: set[int]) -> None:
    work = whole(bench, 7, "! grep -q bad *.txt")
    begun = [work.begin(f"t{n}") for n in range(7)]
    for n, one in enumerate(begun):
        work.leave(one, {f"{n}.txt": "bad\n" if n in culprits else "good\n"})
    work.merge()
    assert {n for n in range(7) if work.state(f"t{n}") == "pending"} == culprits
    assert work.merged() == [f"t{n}" for n in range(7) if n not in culprits]


def test_the_fourth_time_it_has_failed(bench: Begin) -> None:
    work = bench({"a": {"check": "false"}})
    for _ in range(merger.MOST_REDONE):
        work.do("a", {"a.txt": "x\n"})
        work.merge()
        assert work.state("a") == "pending"
    work.do("a", {"a.txt": "x\n"})
    work.merge()
    assert work.state("a") == "failed"
    assert tasks.get(work.db, work.name, "a").outcome.startswith("not merged after 4 attempts: with what is merged")
    assert len(work.git("for-each-ref", "refs/fanout").splitlines()) == 4


def test_the_branch_that_somebody_moves_is_merged_to_where_it_is(bench: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    work = bench({"a": {}})
    work.do("a", {"a.txt": "x\n"})
    moved: list[str] = []

    def meanwhile(root: str, run: Any, tip: str, top: str, move: Any = merger._move) -> None:
        if not moved:
            made = work.git("commit-tree", f"{tip}^{{tree}}", "-p", tip, "-m", "by hand")
            work.git("update-ref", "refs/heads/fanout/demo-1", made)
            moved.append(made)
        move(root, run, tip, top)

    monkeypatch.setattr(merger, "_move", meanwhile)
    work.merge()
    assert work.state("a") == "done"
    assert work.git("rev-parse", "fanout/demo-1~1") == moved[0]


def test_a_branch_that_is_checked_out_is_not_moved(bench: Begin) -> None:
    work = bench({"a": {}})
    work.do("a", {"a.txt": "x\n"})
    work.git("switch", "-q", "fanout/demo-1")
    with pytest.raises(FanoutError, match=r"refs/heads/fanout/demo-1 is checked out in .*project") as told:
        work.merge()
    assert "switch -`" in str(told.value)
    assert (work.state("a"), work.git("rev-parse", "HEAD")) == ("running", work.run.begun_at)


CHANGES: list[tuple[str, dict[str, str | None], str]] = [
    ("taken away", {"f.txt": None}, ""),
    ("ignored, not declared", {"out/log": "x"}, ""),
    ("nothing", {}, "nothing"),
]


@pytest.mark.parametrize(("files", "what"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_what_is_left_becomes_a_commit(bench: Begin, files: dict[str, str | None], what: str) -> None:
    work = bench({"a": {}}, {**SAME_LINE, ".gitignore": "out/\n"})
    left = work.do("a", files)
    work.merge()
    assert work.state("a") == "done"
    assert bool(left.work) == ("f.txt" in files)
    assert work.merged() == (["a"] if left.work else [])


def test_an_ignored_file_that_is_declared_goes_with_it(bench: Begin) -> None:
    work = bench({"a": {"writes": ["out/made.txt"]}}, {".gitignore": "out/\n"})
    work.do("a", {"out/made.txt": "x\n", "out/junk": "x\n"})
    work.merge()
    assert work.git("ls-tree", "-r", "--name-only", "fanout/demo-1").split() == [".gitignore", "out/made.txt"]


def test_a_task_may_have_any_name(bench: Begin) -> None:
    names = ["1.1", "a:b", "a..b", "ä", "a.lock", "x y"]
    work = bench({name: {} for name in names})
    for place, name in enumerate(names):
        work.do(name, {f"{place}.txt": "x\n"})
    work.merge()
    assert work.merged() == names
    assert len(work.git("for-each-ref", "refs/fanout").splitlines()) == len(names)


def test_each_merge_is_on_record(bench: Begin) -> None:
    work = bench({"a": {}})
    one = work.do("a", {"a.txt": "x\n"})
    work.merge()
    [event] = journal.events(work.db, work.name, "merged")
    assert (event.task, event.agent, event.facts["commit"]) == ("a", one.agent, work.git("rev-parse", "fanout/demo-1"))
    said = work.git("log", "-1", "--format=%B", "fanout/demo-1").split("\n")
    assert said[-3:] == ["Fanout-Run: demo-1", "Fanout-Task: a", "Fanout-Attempt: 1"]


def test_a_change_in_the_very_moment_of_the_checkout_is_seen(bench: Begin) -> None:
    """Of the same size and with the same times: git looks into the file only where its index is no younger."""
    work = bench({"a": {}}, {"f.txt": "one\n"})
    work.git("config", "core.trustctime", "false")
    one = work.begin("a")
    place = Path(work_trees.place_of(work.root, one))
    index = place / git.run(str(place), "rev-parse", "--git-path", "index")
    at = 1_700_000_000_000_000_000
    os.utime(place / "f.txt", ns=(at, at))
    git.run(str(place), "update-index", "-q", "--refresh")
    (place / "f.txt").write_text("two\n")
    for path in (place / "f.txt", index):
        os.utime(path, ns=(at, at))
    work.leave(one, {})
    work.merge()
    assert work.at("f.txt") == "two\n"
