"""The files on disk that match what tasks declare."""

from __future__ import annotations

from pathlib import Path

import pytest
from project import Project
from run.plans import declared

from fanout.run.changes import matching_files
from fanout.run.store.paths import Naming

FILES = [
    "a.py",
    "src/a.py",
    "src/b.ts",
    "src/deep/c.py",
    "src/deep/.git-x/d.py",
    "node_modules/x/e.py",
    "src/.git/f.py",
]
TABLE: dict[str, list[str]] = {
    "a.py": ["a.py"],
    "none.py": [],
    "*.py": ["a.py"],
    "**/*.py": ["a.py", "src/a.py", "src/deep/.git-x/d.py", "src/deep/c.py"],
    "src/**": ["src/a.py", "src/b.ts", "src/deep/.git-x/d.py", "src/deep/c.py"],
    "src/*.py": ["src/a.py"],
    "src/deep/*.py": ["src/deep/c.py"],
    "s*/b.*": ["src/b.ts"],
    "node_modules/**": ["node_modules/x/e.py"],
}


def found(root: Path, *patterns: str, most: int = 100, folds: bool = False) -> list[str]:
    given = [declared(pattern, folds) for pattern in patterns]
    rows = [(one["anchor"], one["pattern"], one["regex"]) for one in given]
    return matching_files.matching(Naming(str(root), folds), rows, most)


@pytest.fixture
def root(project: Project) -> Path:
    project.write(dict.fromkeys(FILES, "x\n"))
    return project.path


@pytest.mark.parametrize("pattern", TABLE)
def test_what_matches(root: Path, pattern: str) -> None:
    assert found(root, pattern) == TABLE[pattern]


def test_of_several_each_is_named_once_and_at_most_so_many(root: Path) -> None:
    assert found(root, "src/*.py", "src/a.py", "*.py") == ["a.py", "src/a.py"]
    assert len(found(root, "src/**", most=2)) == 2


def test_links_are_named_and_not_followed(root: Path) -> None:
    (root / "link").symlink_to("src")
    (root / "src" / "l.py").symlink_to("a.py")
    assert found(root, "link", "link/**", "src/l.py") == ["link", "src/l.py"]


def test_another_checkout_below_and_what_the_client_is_at_are_passed_over(project: Project) -> None:
    project.write({"src/a.py": "x\n", "src/a.py.tmp.123.0af3": "half\n", "src/b.tmp.x.1": "x\n"})
    project.commit_all()
    project.git("worktree", "add", "-q", "src/w")
    assert found(project.path, "src/**") == ["src/a.py", "src/b.tmp.x.1"]


def test_where_the_project_is_a_linked_worktree_git_s_own_file_is_nobodys(project: Project) -> None:
    project.write({"src/a.py": "x\n"})
    project.commit_all()
    project.git("worktree", "add", "-q", "../linked")
    assert found(project.path.parent / "linked", "**") == ["src/a.py"]


def test_where_names_fold_they_are_as_the_folders_spell_them(folding_mount: Path, tmp_path: Path) -> None:
    root = folding_mount / tmp_path.name
    Project(root).write({"Src/Deep/A.py": "x\n", "Src/b.py": "x\n"})
    assert found(root, "src/deep/*.py", folds=True) == ["Src/Deep/A.py"]
    assert found(root, "SRC/B.PY", "src/none.py", folds=True) == ["Src/b.py"]
