"""The user's index, moved by us: git must go on to see what the user changes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from project import Project

from fanout.run.commits import index

ROUNDS = 20


def committed_and_changed_in_one_second(project: Project) -> bool:
    """The index has a file's dates, and the file has another content of the same size by the same dates."""
    file = project.path / "list.md"
    project.write({"list.md": "- [ ] a\n", "other.txt": "1\n"})
    project.commit_all()
    before = os.stat(file)
    with open(file, "r+") as opened:
        opened.write("- [x] a\n")
    return int(os.stat(file).st_ctime) == int(before.st_ctime) == int(os.stat(project.path / ".git/index").st_mtime)


@pytest.mark.skipif(os.name == "nt", reason="goes by the dates of a Unix file system")
def test_what_changed_in_the_second_of_a_commit_is_still_seen(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        project = Project(tmp_path / str(number))
        project.path.mkdir()
        if not committed_and_changed_in_one_second(project):
            continue  # a second began in between
        time.sleep(1.1)
        old = project.git("rev-parse", "HEAD:other.txt").strip()
        new = project.git("hash-object", "-w", "list.md").strip()
        assert index.move(str(project.path), {"other.txt": (("100644", old), ("100644", new))})
        assert " M list.md" in project.git("status", "--porcelain").splitlines()
        return
    pytest.fail("a second began in each round")
