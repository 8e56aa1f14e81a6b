"""A run's base: names and absolute paths of what is in it, beside it and in a linked work tree."""

from __future__ import annotations

import sqlite3

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.store import base
from fanout.run.tasks import runs


@pytest.fixture
def linked(desk: Desk) -> sqlite3.Connection:
    """Runs in the root, in a folder of it, in a linked work tree, and in a folder there."""
    project = Project(desk.root)
    project.write({"pkg/a.txt": "a\n"})
    project.commit_all()
    project.git("worktree", "add", "-q", "../linked")
    for number in range(1, 5):
        assert desk.start(plan({"01": {}}, title=f"Demo {number}")) == f"demo-{number}-1"
    for run, where in {"demo-2-1": "pkg", "demo-3-1": PLACE, "demo-4-1": f"{PLACE}/pkg"}.items():
        desk.db.execute("UPDATE run SET base = ? WHERE id = ?", (where.format(desk.root.parent), run))
    return desk.db


PLACE = "{}/linked"  # below the folder that the project is in
BASES = {
    # the base by its name, as a path, the top of its work tree
    "demo-1-1": ("", "{}/project", "{}/project"),
    "demo-2-1": ("pkg", "{}/project/pkg", "{}/project"),
    "demo-3-1": ("{}/linked", "{}/linked", "{}/linked"),
    "demo-4-1": ("{}/linked/pkg", "{}/linked/pkg", "{}/linked"),
}


@pytest.mark.parametrize("run", BASES)
def test_where_a_run_is(desk: Desk, linked: sqlite3.Connection, run: str) -> None:
    root, above = str(desk.root), desk.root.parent
    name, folder, tree = (text.format(above) for text in BASES[run])
    assert base.name(linked, run) == name and base.folder(linked, root, run) == folder
    assert base.of_run(root, runs.get(linked, run)) == folder and base.tree(root, folder) == tree
    assert base.in_tree(linked, root, run, "pkg/a.txt") == "pkg/a.txt"
    own = f"{above}/linked/pkg/a.txt"
    assert base.in_tree(linked, root, run, own) == (own if tree == root else "pkg/a.txt")
    agent = agents.get(linked, agents.open_launch(linked, "s", "", "", "", run, "01"))
    assert base.of_agent(linked, root, agent) == folder
    agents.set_worktree(linked, agent.id, "/w")
    below = folder[len(tree) :]
    assert base.of_agent(linked, root, agents.get(linked, agent.id)) == f"/w{below}"


def test_what_belongs_to_no_run_is_of_the_root(desk: Desk, linked: sqlite3.Connection) -> None:
    root = str(desk.root)
    for run in (None, "", "none"):
        assert base.name(linked, run) == "" and base.folder(linked, root, run) == root
        assert base.in_tree(linked, root, run, "a.txt") == "a.txt"


@pytest.mark.parametrize(
    ("folder", "name", "inside"),
    [
        ("/r", "a/b", "a/b"),
        ("/r/", "a", "a"),
        ("/r/a", "a/b", "b"),
        ("/r/a", "ab/c", ""),
        ("/r/a", "a", ""),
        ("/r", "/o/a", ""),
        ("/o", "/o/a", "a"),
    ],
)
def test_what_lies_in_a_folder(folder: str, name: str, inside: str) -> None:
    assert base.inside("/r", folder, name) == inside


@pytest.mark.parametrize(
    ("folder", "path", "name"),
    [("/r", "a", "a"), ("/r", "/o/a", "/o/a"), ("/r/p", "a", "p/a"), ("/o", "a", "/o/a"), ("/r/p", "/o/a", "/o/a")],
)
def test_what_a_path_from_there_is_called(folder: str, path: str, name: str) -> None:
    assert base.named("/r", folder, path) == name


@pytest.mark.parametrize(
    ("where", "name", "shown"),
    [("", "p/a", "p/a"), ("p", "p/a", "a"), ("p", "pa/a", "/r/pa/a"), ("p", "q", "/r/q"), ("/o", "/o/a", "a")],
)
def test_how_a_path_is_said_to_who_works_there(where: str, name: str, shown: str) -> None:
    assert base.shown("/r", where, name) == shown
