"""A copy of the work tree without some changes: what is in it, what is linked, what is put back, when there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from project import Project

from fanout.run.changes import objects
from fanout.run.evidence import ignored_in_copy, tree_without_others
from fanout.run.evidence.tree_without_others import Copy, Impossible

FILES = {
    "src/a.py": "a\n",
    "src/b.py": "b\n",
    "new.py": "untracked\n",
    "run.sh": "x\n",
    "build/out.o": "ignored\n",
    "one.log": "ignored\n",
    "node_modules/x/x.js": "ignored\n",
    "__pycache__/a.pyc": "a cache\n",
    "src/__pycache__/a.pyc": "a cache\n",
    ".gitignore": "build/\n*.log\nnode_modules/\n__pycache__/\n",
    ".fanout/state.db": "ours\n",
}


@pytest.fixture
def tree(project: Project) -> Project:
    project.write(FILES)
    (project.path / "run.sh").chmod(0o755)
    (project.path / "to").symlink_to("src/a.py")
    (project.path / "nowhere").symlink_to("none")
    return project


def in_git(tree: Project) -> None:
    tree.git("init", "-q")
    tree.git("add", "src", "run.sh", ".gitignore", "to")


def there(top: str) -> set[str]:
    """The files and links of a copy; what a link leads to is not its own."""
    found = set()
    for place, folders, files in os.walk(top):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        found |= {os.path.relpath(os.path.join(place, name), top) for name in (*files, *links)}
    return found


COPIED = {"src/a.py", "src/b.py", "new.py", "run.sh", ".gitignore", "to", "nowhere"}


def test_with_git_packages_are_linked_and_caches_are_left_out(tree: Project) -> None:
    in_git(tree)
    with Copy(str(tree.path), str(tree.path), {}) as top:
        linked = {name for name in there(top) if os.path.islink(os.path.join(top, name))} - {"to", "nowhere"}
        assert there(top) - linked == COPIED | {"build/out.o", "one.log"} and linked == {"node_modules"}
        assert Path(top, "build", "out.o").read_text() == "ignored\n" and Path(top).name == tree.path.name
        assert os.access(Path(top, "run.sh"), os.X_OK) and os.readlink(Path(top, "to")) == "src/a.py"
        Path(top, "src", "a.py").write_text("by the command\n")
    assert not Path(top).exists() and (tree.path / "src" / "a.py").read_text() == "a\n"


def test_what_was_built_is_the_copys_own_and_older_than_its_sources(tree: Project) -> None:
    """It was linked: a build in the copy wrote over the project's with what other sources gave, which was then up to date."""
    in_git(tree)
    os.utime(tree.path / "src" / "b.py", (1, 1))
    with Copy(str(tree.path), str(tree.path), {}) as top:
        built = Path(top, "build", "out.o")
        assert {name for name in COPIED if os.lstat(Path(top, name)).st_mtime_ns <= built.stat().st_mtime_ns} == set()
        built.write_text("by the copy\n")
        Path(top, "build", "more.o").write_text("by the copy\n")
        Path(top, "one.log").write_text("by the copy\n")
    assert (tree.path / "one.log").read_text() == (tree.path / "build" / "out.o").read_text() == "ignored\n"
    assert os.listdir(tree.path / "build") == ["out.o"]


@pytest.mark.parametrize(("name", "most"), [("MOST_FILES", 0), ("MOST_BYTES", 7)])
def test_of_what_is_too_large_the_built_is_left_out_and_the_rest_linked(
    tree: Project, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    in_git(tree)
    monkeypatch.setattr(ignored_in_copy, name, most)
    with Copy(str(tree.path), str(tree.path), {}) as top:
        assert "build/out.o" not in there(top) and os.path.islink(Path(top, "one.log"))


def test_in_an_ignored_folder_packages_are_linked_and_agents_trees_left_out(tree: Project) -> None:
    tree.write(
        {".gitignore": "work/\n", "work/a/vendor/p.php": "p\n", "work/a/x.txt": "x\n", "work/env/pyvenv.cfg": "\n"}
    )
    tree.git("init", "-q")
    tree.commit_all()
    tree.git("worktree", "add", "-q", "work/own")
    with Copy(str(tree.path), str(tree.path), {}) as top:
        assert {name for name in there(top) if name.startswith("work/")} == {
            "work/a/vendor",
            "work/a/x.txt",
            "work/env",
        }


def test_without_git_what_tools_make_is_linked(tree: Project) -> None:
    with Copy(str(tree.path), str(tree.path), {}) as top:
        linked = {name for name in there(top) if os.path.islink(os.path.join(top, name))} - {"to", "nowhere"}
        assert "node_modules" in linked and not {name for name in linked if "__pycache__" in name or ".fanout" in name}
        assert COPIED | {"one.log"} <= there(top)


def test_what_others_changed_is_as_it_was_before(tree: Project) -> None:
    in_git(tree)
    root = str(tree.path)
    old = objects.keep_bytes(root, b"old\n", "")
    before = {
        "src/a.py": old,
        "src/gone.py": objects.keep_bytes(root, b"gone\n", objects.EXECUTABLE),
        "src/b.py": objects.ABSENT,
        "to": objects.ABSENT,
        "none.py": objects.ABSENT,
        "src": objects.FOLDER,
        "/elsewhere/x": objects.NOT_KEPT,
    }
    with Copy(root, root, before) as top:
        assert there(top) & {name for name in before if "/" in name or "." in name} == {"src/a.py", "src/gone.py"}
        assert Path(top, "src/a.py").read_text() == "old\n" and os.access(Path(top, "src/gone.py"), os.X_OK)
        assert "to" not in there(top) and (tree.path / "to").is_symlink()


def test_in_a_folder_of_the_project_names_are_the_projects(tree: Project) -> None:
    root, inner = str(tree.path), str(tree.path / "src")
    old = objects.keep_bytes(root, b"old\n", "")
    with Copy(root, inner, {"src/a.py": old, "new.py": old}) as top:
        assert there(top) == {"a.py", "b.py"} and Path(top, "a.py").read_text() == "old\n"


IMPOSSIBLE = {"not kept": (None, 0), "too many files": ("MOST_FILES", 6), "too many bytes": ("MOST_BYTES", 20)}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_there_may_be_no_copy_and_nothing_is_left_of_it(
    tree: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, case: str
) -> None:
    in_git(tree)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    name, most = IMPOSSIBLE[case]
    if name:
        monkeypatch.setattr(tree_without_others, name, most)
    with (
        pytest.raises(Impossible),
        Copy(str(tree.path), str(tree.path), {} if name else {"src/a.py": objects.NOT_KEPT}),
    ):
        pass
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize(("name", "most"), [("MOST_FILES", 7), ("MOST_BYTES", 10_000)])
def test_up_to_the_bound_there_is_one(tree: Project, monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    in_git(tree)
    monkeypatch.setattr(tree_without_others, name, most)
    with Copy(str(tree.path), str(tree.path), {}) as top:
        assert there(top) >= COPIED


def test_a_repository_inside_is_copied_and_an_agents_worktree_is_not(tree: Project) -> None:
    tree.commit_all()
    Project(tree.path / "in").write({"c.txt": "c\n", "node_modules/y.js": "y\n"})
    Project(tree.path / "in").git("init", "-q")
    tree.git("worktree", "add", "-q", "own")
    with Copy(str(tree.path), str(tree.path), {}) as top:
        assert "in/c.txt" in there(top) and "in/node_modules/y.js" not in there(top)
        assert not {name for name in there(top) if name.startswith("own/")}


def test_a_workspace_that_is_linked_among_packages_is_the_copys_own(tree: Project) -> None:
    in_git(tree)
    (tree.path / "node_modules" / "mine").symlink_to("../src")
    with Copy(str(tree.path), str(tree.path), {}) as top:
        assert os.path.realpath(os.path.join(top, "node_modules/mine")) == os.path.realpath(os.path.join(top, "src"))
        assert os.path.realpath(os.path.join(top, "node_modules/x")) == str(tree.path / "node_modules" / "x")
