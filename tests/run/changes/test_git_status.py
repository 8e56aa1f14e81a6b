"""What git says is not as committed: every file by its name, and why it can't say."""

from __future__ import annotations

from pathlib import Path

from project import Project

from fanout.run.changes import git


def test_each_file_of_a_new_folder_is_named(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"a.txt": "1\n", "old name.txt": "x\n" * 9})
    project.commit_all()
    project.write({"a.txt": "2\n", "new/one.txt": "", "new/deep/two.txt": ""})
    project.git("mv", "old name.txt", "b.txt")
    states, trouble = git.status(str(tmp_path))
    assert trouble == ""
    assert sorted(states) == [
        (" M", "a.txt"), ("??", "new/deep/two.txt"), ("??", "new/one.txt"), ("A ", "b.txt"), ("D ", "old name.txt"),
    ]  # fmt: skip


def test_outside_git_it_says_why(tmp_path: Path) -> None:
    states, trouble = git.status(str(tmp_path))
    assert states == [] and "not a git repository" in trouble
