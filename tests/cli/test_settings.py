"""Settings: the command line, then fanout.toml, then the plugin's options, then the default."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.run.store import meta
from fanout.run.store.db import Write

TASKS = {"tasks": [{"id": "01"}, {"id": "02"}]}


def options(folder: Path, **values: object) -> dict[str, str]:
    """A cache folder in which the session's hook wrote the plugin's options, with the environment that is there."""
    from fanout.client import installed

    folder.mkdir()
    for made in installed.default_cache().glob("planner-*"):
        (folder / made.name).symlink_to(made)
    (folder / "options.json").write_text(json.dumps(values))
    return {"FANOUT_CACHE_DIR": str(folder)}


def test_each_origin_beats_the_next(project: Project, tmp_path: Path) -> None:
    found = project.fanout("config", "--json").data
    assert found["max_parallel"] == {"value": 5, "from": "default"}
    env = options(tmp_path / "cache", max_parallel="3", guard="warn", other="x", commit="")
    assert project.fanout("config", "--json", env=env).data["max_parallel"] == {"value": 3, "from": "plugin option"}
    project.write({"fanout.toml": "max_parallel = 2\ndispatch = 'barrier'\n"})
    found = project.fanout("config", "--json", env=env).data
    assert found["max_parallel"] == {"value": 2, "from": "fanout.toml"}
    assert found["guard"] == {"value": "warn", "from": "plugin option"}
    assert found["commit"] == {"value": "none", "from": "default"}


def test_a_run_follows_them(project: Project) -> None:
    project.write({"tasks.json": TASKS, "fanout.toml": "max_parallel = 1\ndispatch = 'barrier'\n"})
    started = project.fanout("start", "tasks.json").out
    assert "exactly this Agent call" in started
    assert project.fanout("report", "--json").data["mode"] == "barrier"
    project.fanout("cancel")
    assert "exactly these 2 Agent calls" in project.fanout("start", "tasks.json", "--max-parallel", "2").out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max_parallel = 0", "fanout.toml: max_parallel is 0. It has to be a whole number from 1 to 20."),
        ("guard = 'off'", "fanout.toml: guard is 'off'. It has to be 'deny' or 'warn'."),
        ("max_paralel = 3", "there is no setting 'max_paralel'"),
        ("= broken", "fanout.toml can't be read"),
    ],
)
def test_a_wrong_setting_is_named(project: Project, text: str, words: str) -> None:
    project.write({"fanout.toml": text, "tasks.json": TASKS})
    for command in (("config",), ("start", "tasks.json")):
        ran = project.fanout(*command)
        assert ran.code == 1 and words in ran.err
    assert not (project.path / ".fanout").exists()


def test_a_guard_that_warns_lets_it_pass(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}))
    desk.launch("01")
    desk.launch("02")
    assert "belongs to task 01" in denial(desk.write("agent-02", "a"))
    with Write(desk.db):
        meta.put(desk.db, "guard", "warn")
    answer = desk.write("agent-02", "a")
    assert not denial(answer) and "fanout warns" in context(answer)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    root = tmp_path / "desk"
    root.mkdir()
    return Desk(root)
