"""What is installed from the tree itself is imported from its copy: editable packages of Python, workspaces of Node."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from project import Project

from fanout.run.evidence import installed_from_tree
from fanout.run.evidence.installed_from_tree import Unmapped


@pytest.fixture
def tree(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with one environment in it; no other Python is found."""
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    project.write({".venv/pyvenv.cfg": "", "src/pkg/__init__.py": "", "lib/mod.py": ""})
    return project.path


def packages(place: Path, *parts: str) -> Path:
    folder = place.joinpath(*(parts or ("lib", "python3.11", "site-packages")))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


PTH: dict[str, tuple[str, list[str]]] = {
    "a folder": ("$/src\n", ["src"]),
    "two": ("# words\nimport os\n$/src\n  $/lib  \n$/src\n", ["src", "lib"]),
    "the tree itself": ("$\n", ["."]),
    "elsewhere": ("/usr/lib/x\n$/../other\n", []),
    "relative": ("src\n", []),
}


@pytest.mark.parametrize("case", PTH)
def test_folders_that_a_pth_file_adds(tree: Path, case: str) -> None:
    text, folders = PTH[case]
    (packages(tree / ".venv") / "a.pth").write_text(text.replace("$", str(tree)))
    (packages(tree / ".venv") / "a.txt").write_text(f"{tree}/none\n")
    assert installed_from_tree.editable(str(tree)) == folders


FINDERS: dict[str, tuple[str, str, list[str] | None]] = {
    # the file, its text, and the folders to import from; None: no folder gives that name
    "setuptools": ("__editable___a_1_0_finder.py", "MAPPING: dict[str, str] = {'pkg': '$/src/pkg'}\n", ["src"]),
    "two of it": ("__editable___a.py", "MAPPING = {'pkg': '$/src/pkg', \"mod\": \"$/lib/mod.py\"}\n", ["src", "lib"]),
    "a package's file": ("_editable_impl_a.py", "F.map_module('pkg', '$/src/pkg/__init__.py')\n", ["src"]),
    "under another name": ("__editable__a.py", "MAPPING = {'other': '$/src/pkg'}\n", None),
    "elsewhere": ("__editable__a.py", "MAPPING = {'other': '/usr/pkg'}\n", []),
    "no mapping": ("__editable__a.py", "X = {'pkg': '$/src/pkg'}\n", []),
    "another file": ("editable.py", "MAPPING = {'pkg': '$/src/pkg'}\n", []),
    "another kind": ("__editable__a.pyc", "MAPPING = {'pkg': '$/src/pkg'}\n", []),
}


@pytest.mark.parametrize("case", FINDERS)
def test_modules_that_a_finder_maps(tree: Path, case: str) -> None:
    name, text, folders = FINDERS[case]
    (packages(tree / ".venv") / name).write_text(text.replace("$", str(tree)))
    if folders is None:
        with pytest.raises(Unmapped, match="other"):
            installed_from_tree.editable(str(tree))
    else:
        assert installed_from_tree.editable(str(tree)) == folders


PLACES = {
    # where the environment is, whose packages stand in these folders below it, and the variable that tells of it
    "in the tree": ("project/.venv", ("lib", "python3.9", "dist-packages"), ""),
    "of Windows": ("project/.venv", ("Lib", "site-packages"), ""),
    "active": ("env", ("lib", "python3.12", "site-packages"), "VIRTUAL_ENV"),
    "of conda": ("conda", ("lib", "python3.12", "site-packages"), "CONDA_PREFIX"),
    "of the user": ("home/.local", ("lib", "python3.12", "site-packages"), ""),
    "found first": ("usr", ("lib", "python3.12", "site-packages"), "PATH"),
    "no Python": ("usr", ("lib", "ruby3.12", "site-packages"), "VIRTUAL_ENV"),
    "not told": ("env", ("lib", "python3.12", "site-packages"), ""),
}


@pytest.mark.parametrize("case", PLACES)
def test_which_environments_are_looked_at(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    where, parts, variable = PLACES[case]
    place = tmp_path / where
    (packages(place, *parts) / "a.pth").write_text(f"{tree}/src\n")
    if variable == "PATH":
        (place / "bin").mkdir()
        (place / "bin" / "python").write_text("")
        monkeypatch.setenv("PATH", f"{tmp_path}/none::{place / 'bin'}")
    elif variable:
        monkeypatch.setenv(variable, str(place))
    found = installed_from_tree.editable(str(tree))
    assert found == ([] if case in ("no Python", "not told") else ["src"])


@pytest.mark.parametrize("known", ["", "/mine"])
def test_the_copys_folders_go_before_the_users(tree: Path, monkeypatch: pytest.MonkeyPatch, known: str) -> None:
    assert installed_from_tree.environment(str(tree), "/copy") == {"UV_NO_SYNC": "1"}
    (packages(tree / ".venv") / "a.pth").write_text(f"{tree}\n{tree}/src\n")
    monkeypatch.setenv("PYTHONPATH", known)
    found = installed_from_tree.environment(str(tree), "/copy")
    assert found == {"UV_NO_SYNC": "1", "PYTHONPATH": os.pathsep.join(["/copy", "/copy/src", *filter(None, [known])])}


@pytest.fixture
def node(tree: Path, tmp_path: Path) -> Path:
    Project(tree).write({"packages/a/i.js": "", "packages/b/i.js": "", "node_modules/.store/x/i.js": ""})
    Project(tree).write({"node_modules/plain/i.js": "", "node_modules/@me/c/i.js": "", "node_modules/.bin/tool": ""})
    links = {
        "a": "../packages/a",
        "x": ".store/x",
        "@me/b": "../../packages/b",
        "out": str(tmp_path),
        "gone": "../none",
    }
    for name, target in links.items():
        (tree / "node_modules" / name).symlink_to(target)
    return tree


def test_links_into_the_tree_are_workspaces(node: Path) -> None:
    assert installed_from_tree.workspaces(str(node), str(node / "node_modules")) == ["a", "gone", "@me/b"]
    assert installed_from_tree.workspaces(str(node), str(node / "packages")) == []
    assert installed_from_tree.workspaces(str(node), str(node / "none")) == []


def test_the_copy_has_its_own_workspaces_and_the_trees_packages(node: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    Project(copy).write({"packages/a/i.js": "", "packages/b/i.js": ""})
    installed_from_tree.link(str(node), str(copy), "node_modules", ["a", "@me/b"])
    modules = copy / "node_modules"
    led = {name: os.path.realpath(modules / name) for name in ("a", "@me/b", "@me/c", "plain", "x", ".bin")}
    assert led == {
        "a": str(copy / "packages/a"),
        "@me/b": str(copy / "packages/b"),
        "@me/c": str(node / "node_modules/@me/c"),
        "plain": str(node / "node_modules/plain"),
        "x": str(node / "node_modules/.store/x"),
        ".bin": str(node / "node_modules/.bin"),
    }
    assert not (modules / "@me").is_symlink()
