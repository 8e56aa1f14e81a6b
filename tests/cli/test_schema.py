"""fanout schema: the schemas that editors take, and what each command loads of the large libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from project import CHECKOUT, Project

from fanout.plan.schema import catalogue

LARGE = ("jsonschema", "networkx", "pydantic")


def test_without_a_name_all_are_listed(tmp_path: Path) -> None:
    ran = Project(tmp_path).fanout("schema")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == list(catalogue.SCHEMAS)
    assert "task-master                .taskmaster/tasks/tasks.json" in ran.out.splitlines()


@pytest.mark.parametrize("name", catalogue.SCHEMAS)
def test_a_name_prints_the_committed_schema(tmp_path: Path, name: str) -> None:
    ran = Project(tmp_path).fanout("schema", name)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (CHECKOUT / "schema" / f"{name}.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(ran.out))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("task-mastr", "Error: there is no schema 'task-mastr'. Did you mean 'task-master'?"),
        ("xyz", f"Error: there is no schema 'xyz'. Names: {', '.join(catalogue.SCHEMAS)}."),
    ],
)
def test_an_unknown_name_is_a_usage_error(tmp_path: Path, name: str, said: str) -> None:
    ran = Project(tmp_path).fanout("schema", name)
    assert (ran.code, ran.out) == (2, "") and said in ran.err


def loaded(project: Project, *args: str) -> tuple[int, list[str]]:
    """The exit code, and which of the large libraries were loaded."""
    command = [sys.executable, "-X", "importtime", str(CHECKOUT / "scripts"), *args]
    ran = subprocess.run(command, cwd=project.path, capture_output=True, text=True)
    names = {line.rsplit("|", 1)[-1].strip() for line in ran.stderr.splitlines() if line.startswith("import time:")}
    assert "click" in names, ran.stderr[-2000:]
    return ran.returncode, [name for name in LARGE if name in names]


GOOD = {"tasks": [{"id": 1, "title": "Add `a.py`", "details": "", "testStrategy": ""}]}
WRONG = {"tasks": [{"id": 1, "title": {"en": "Add"}, "details": "", "testStrategy": ""}]}
RING = {"tasks": [{"id": "a", "depends_on": ["b"]}, {"id": "b", "depends_on": ["a"]}]}


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("args", "code", "libraries"),
    [
        (["--version"], 0, []),
        (["--help"], 0, []),
        (["schema", "task-master"], 0, []),
        (["schema", "native"], 0, ["pydantic"]),
        (["plan", "good.json"], 0, ["pydantic"]),
        (["plan", "wrong.json"], 1, ["jsonschema", "pydantic"]),
        (["plan", "ring.json"], 1, ["networkx", "pydantic"]),
        (["plan", "--mermaid", "good.json"], 0, ["networkx", "pydantic"]),
    ],
)
def test_a_library_is_loaded_where_it_is_used(tmp_path: Path, args: list[str], code: int, libraries: list[str]) -> None:
    project = Project(tmp_path)
    project.write({"good.json": GOOD, "wrong.json": WRONG, "ring.json": RING})
    assert loaded(project, *args) == (code, libraries)


def test_a_run_is_looked_at_and_led_without_them(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"good.json": GOOD})
    project.commit_all()
    assert project.fanout("start", "good.json").code == 0
    for command in ("status", "next", "statusline", "why"):
        args = [command, "a.py"] if command == "why" else [command]
        assert loaded(project, *args) == (0, []), command
