"""What a driver and its workers give each other: a branch that only goes forward, refs that are pushed once."""

from __future__ import annotations

from pathlib import Path

import pytest
from engines.bench import Begin

from fanout.engines import hub, work_trees
from fanout.errors import FanoutError
from fanout.run.changes import git


def test_an_attempt_begins_once_and_leaves_its_work_once(bench: Begin, tmp_path: Path) -> None:
    work = bench({"a": {}}, {"f.txt": "one\n"})
    url, tip = hub.made_here(work.root), work_trees.tip(work.root, work.run)
    assert hub.made_here(work.root) == url
    hub.publish(work.root, url, work.run, tip)
    branch, ref = work_trees.branch(work.name), f"refs/fanout/{work.name}/a/1"
    clones = [hub.cloned(str(tmp_path / name), url, tip, branch) for name in ("one", "two")]
    for clone in clones:
        git.run(clone, "config", "user.name", "A")
        git.run(clone, "config", "user.email", "a@example.org")
    notes = [hub.note_of_begin(clone, tip) for clone in clones]
    assert [hub.begin(clone, ref, note) for clone, note in zip(clones, notes, strict=True)] == [True, False]
    assert hub.begin(clones[0], ref, notes[0]), "tried again, for the hub's answer did not come"
    assert not hub.begin(clones[0], ref, hub.note_of_begin(clones[0], tip)), "the same worker, started again"
    other = ref.replace("/a/1", "/b/1")
    hub.gather(work.root, url, [ref, other])
    assert hub.gathered(work.root, ref, tip) == ("", "", True)
    left = [git.run(clone, "commit-tree", f"{tip}^{{tree}}", "-p", tip, "-m", clone) for clone in clones]
    assert [hub.offer(clone, ref, commit) for clone, commit in zip(clones, left, strict=True)] == [True, False]
    hub.gather(work.root, url, [other, ref])
    assert hub.gathered(work.root, ref, tip) == (left[0], f"{clones[0]}\n", True)
    assert hub.gathered(work.root, other, tip)[0] == ""
    changed = git.run(work.root, "commit-tree", git.run(work.root, "mktree", data=b""), "-m", "took all away")
    git.run(work.root, "update-ref", other, changed)
    assert hub.gathered(work.root, other, tip) == (changed, "took all away\n", False)


def test_a_clone_has_the_files_that_somebody_asks_for(bench: Begin, tmp_path: Path) -> None:
    work = bench({"a": {}}, {"f.txt": "one\n"})
    url, tip = hub.made_here(work.root), work_trees.tip(work.root, work.run)
    hub.publish(work.root, url, work.run, tip)
    clone = hub.cloned(str(tmp_path / "clone"), url, tip, work_trees.branch(work.name))
    assert "missing" not in git.run(clone, "cat-file", "-t", tip)
    lacking = git.run(clone, "rev-list", "--objects", "--missing=print", tip).splitlines()
    assert any(line.startswith("?") for line in lacking), "no file has come yet"
    place = work_trees.make(clone, str(tmp_path / "tree"), tip)
    assert (Path(place) / "f.txt").read_text() == "one\n"
    work.do("a", {"a.txt": "x\n"})
    work.merge()
    newer = work_trees.tip(work.root, work.run)
    hub.publish(work.root, url, work.run, newer)
    hub.cloned(clone, url, newer, work_trees.branch(work.name))
    assert git.run(clone, "cat-file", "-t", newer) == "commit"


def test_a_hub_that_takes_nothing_says_why(bench: Begin, tmp_path: Path) -> None:
    work = bench({"a": {}}, {"f.txt": "one\n"})
    tip = work_trees.tip(work.root, work.run)
    with pytest.raises(FanoutError, match=r"refs/heads/fanout/demo-1 can't be pushed to file://.*--hub names another"):
        hub.publish(work.root, f"file://{tmp_path}/nowhere", work.run, tip)
