"""The run's branch comes to the user's: in the plan's order, the same tree, and nothing of the user's in the way of harm."""

from __future__ import annotations

import json

import pytest
from engines.bench import Begin, Bench

from fanout.engines import landing
from fanout.errors import FanoutError
from fanout.run.store.db import Write

LINES = "".join(f"{n}\n" for n in range(20))


def three(bench: Begin, order: str = "cab") -> Bench:
    """Three tasks, merged in this order."""
    work: Bench = bench({"a": {"title": "The a"}, "b": {}, "c": {}}, {"f.txt": LINES})
    for name in order:
        work.do(name, {f"{name}.txt": f"{name}\n"})
        work.merge()
    return work


def subjects(work: Bench) -> list[str]:
    return work.git("log", "--reverse", "--format=%s").split("\n")[1:]


def test_one_commit_a_task_in_the_plans_order_and_the_same_tree(bench: Begin) -> None:
    work = three(bench)
    assert work.merged() == ["c", "a", "b"]
    landed = landing.land(work.db, work.root, work.run)
    assert (landed.branch, [task for task, _ in landed.commits], landed.note) == ("main", ["a", "b", "c"], "")
    assert subjects(work) == ["The a", "Task b", "Task c"]
    assert work.git("diff", "main", "fanout/demo-1") == ""
    assert (work.project.path / "b.txt").read_text() == "b\n"
    assert work.git("status", "--porcelain") == ""
    assert landing.land(work.db, work.root, work.run).commits == []  # once


def test_what_depends_on_the_order_of_merging_keeps_it(bench: Begin) -> None:
    work = bench({"a": {}, "b": {}}, {"f.txt": "one\n"})
    work.do("b", {"f.txt": "two\n"})
    work.merge()
    work.do("a", {"f.txt": "three\n"})
    work.merge()
    landed = landing.land(work.db, work.root, work.run)
    assert [task for task, _ in landed.commits] == ["b", "a"]
    assert landed.note.startswith("In the order of merging")
    assert (work.project.path / "f.txt").read_text() == "three\n"


def test_as_one_merge(bench: Begin) -> None:
    work = three(bench)
    landed = landing.land(work.db, work.root, work.run, as_merge=True)
    assert len(landed.commits) == 1
    assert work.git("rev-list", "--parents", "-1", "HEAD").count(" ") == 2
    assert work.git("diff", "main", "fanout/demo-1") == ""
    assert landing.land(work.db, work.root, work.run).commits == []


def test_on_a_branch_that_has_moved_and_again_when_more_is_merged(bench: Begin) -> None:
    work = bench({"a": {"check": "test -e mine.txt -o -e a.txt"}, "b": {}}, {"f.txt": LINES})
    work.do("a", {"f.txt": f"a\n{LINES}", "a.txt": "x\n"})
    work.merge()
    work.project.write({"mine.txt": "x\n", "f.txt": f"{LINES}mine\n"})
    work.git("add", "-A")
    work.git("commit", "-qm", "mine")
    assert [task for task, _ in landing.land(work.db, work.root, work.run).commits] == ["a"]
    work.do("b", {"b.txt": "x\n"})
    work.merge()
    assert [task for task, _ in landing.land(work.db, work.root, work.run).commits] == ["b"]
    assert subjects(work) == ["mine", "Task a", "Task b"]
    assert (work.project.path / "f.txt").read_text() == f"a\n{LINES}mine\n"


REFUSED = [
    ("changed", "f.txt", "f.txt in .* is changed and not committed"),
    ("staged", "staged.txt", "staged.txt in .* is changed and not committed"),
    ("in the way", "a.txt", "a.txt in .* is not in git, and what lands has a file of that name"),
]


@pytest.mark.parametrize(("how", "path", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_dirty_tree_is_refused_by_name_and_nothing_changes(bench: Begin, how: str, path: str, said: str) -> None:
    work = three(bench)
    work.project.write({path: "mine\n"})
    if how == "staged":
        work.git("add", path)
    head = work.git("rev-parse", "HEAD")
    with pytest.raises(FanoutError, match=rf"(?s){said}"):
        landing.land(work.db, work.root, work.run)
    assert work.git("rev-parse", "HEAD") == head
    assert (work.project.path / path).read_text() == "mine\n"


def test_an_untracked_file_that_nothing_touches_stays(bench: Begin) -> None:
    work = three(bench)
    work.project.write({"notes.txt": "mine\n"})
    assert len(landing.land(work.db, work.root, work.run).commits) == 3
    assert (work.project.path / "notes.txt").read_text() == "mine\n"


def test_a_conflict_with_the_users_branch_is_named(bench: Begin) -> None:
    work = bench({"a": {}}, {"f.txt": "one\n"})
    work.do("a", {"f.txt": "two\n"})
    work.merge()
    work.project.write({"f.txt": "mine\n"})
    work.git("commit", "-qam", "mine")
    with pytest.raises(
        FanoutError, match=r"what demo-1 merged conflicts with main in f\.txt\. `git merge fanout/demo-1`"
    ):
        landing.land(work.db, work.root, work.run)
    assert subjects(work) == ["mine"]


def test_what_is_red_with_the_users_own_commits_does_not_land(bench: Begin) -> None:
    work = bench({"a": {"check": "test ! -e mine.txt"}})
    work.do("a", {"a.txt": "x\n"})
    work.merge()
    work.project.write({"mine.txt": "x\n"})
    work.git("add", "-A")
    work.git("commit", "-qm", "mine")
    with pytest.raises(FanoutError, match=r"with what your branch has by now `test ! -e mine\.txt` exited 1"):
        landing.land(work.db, work.root, work.run)
    assert subjects(work) == ["mine"]


def test_without_a_branch(bench: Begin) -> None:
    work = three(bench)
    work.git("switch", "-q", "--detach")
    with pytest.raises(FanoutError, match="is on no branch"):
        landing.land(work.db, work.root, work.run)


@pytest.mark.parametrize("is_ignored", [False, True])
def test_a_file_of_the_users_that_git_does_not_have_is_refused_by_name_and_stays(
    bench: Begin, is_ignored: bool
) -> None:
    work = bench({"a": {}}, {".gitignore": "*.txt\n" if is_ignored else "*.log\n"})
    one = work.begin("a")
    work.leave(one, {"mine é.txt": "the task's\n", ".gitignore": "\n"})
    work.merge()
    mine = work.project.path / "mine é.txt"
    mine.write_text("the user's\n")
    with pytest.raises(FanoutError, match=r"^mine é\.txt in .* is not in git, and what lands has a file of that name"):
        landing.land(work.db, work.root, work.run)
    assert mine.read_text() == "the user's\n" and subjects(work) == []
    mine.unlink()
    assert [task for task, _ in landing.land(work.db, work.root, work.run).commits] == ["a"]


def test_the_list_in_which_what_is_done_is_marked_may_have_any_name(bench: Begin) -> None:
    work = bench({"a": {}}, {"our list é.md": "- [ ] a\n"})
    work.do("a", {"a.txt": "a\n"})
    work.merge()
    listed = work.project.path / "our list é.md"
    listed.write_text("- [x] a\n")
    with pytest.raises(FanoutError, match=r"^our list é\.md in "):
        landing.land(work.db, work.root, work.run)
    with Write(work.db):
        work.db.execute("UPDATE run SET files = ?", (json.dumps({str(listed): "x"}),))
    assert len(landing.land(work.db, work.root, work.run).commits) == 1
