"""`plan` is pure: it computes with what it is given. Files, processes and standard input are other rooms' business."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest
from project import CHECKOUT
from pydantic import ValidationError

from fanout.plan import doubt, estimates, planner
from fanout.plan.estimates import Sample
from fanout.plan.plan import Plan
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

PLAN = CHECKOUT / "scripts" / "fanout" / "plan"
TEXT_ONLY = {"sep", "path"}  # of os
PATH_TEXT_ONLY = {"basename", "dirname", "join", "normcase", "relpath"}  # of os.path: computed from the text alone
BUILT_IN = {"open", "input", "print", "exec", "eval", "__import__", "breakpoint"}
MODULES = {
    *("builtins", "codecs", "ctypes", "fcntl", "fileinput", "glob", "importlib", "io", "linecache", "mmap", "msvcrt"),
    *("multiprocessing", "pathlib", "pkgutil", "select", "shutil", "signal", "socket", "sqlite3", "subprocess", "sys"),
    *("tempfile", "threading", "tokenize", "tomllib", "urllib", "zipfile"),
}


def effects(code: str) -> list[str]:
    """What in the code could reach the project outside, each with its line."""
    tree = ast.parse(code)
    return [f"{getattr(node, 'lineno', 0)}: {name}" for node in ast.walk(tree) for name in _effects(node)]


def _effects(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name.split(".")[0] in MODULES or alias.name == "os.path"]
    if isinstance(node, ast.ImportFrom):
        return [node.module] if node.module and node.module.split(".")[0] in {*MODULES, "os", "posix"} else []
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
        return [] if node.attr in TEXT_ONLY else [f"os.{node.attr}"]
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os.path":
        return [] if node.attr in PATH_TEXT_ONLY else [f"os.path.{node.attr}"]
    if isinstance(node, ast.Name) and node.id in BUILT_IN:
        return [node.id]
    return []


@pytest.mark.parametrize("path", sorted(PLAN.rglob("*.py")), ids=lambda path: str(path.relative_to(PLAN)))
def test_no_module_reaches_outside(path: Path) -> None:
    assert effects(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("open('a')", "open"),
        ("import os\nos.listdir('a')", "os.listdir"),
        ("import os\nos.path.isfile('a')", "os.path.isfile"),
        ("import os\nlook = os.path.exists", "os.path.exists"),
        ("from os.path import exists", "os.path"),
        ("from os import stat", "os"),
        ("import os.path as place", "os.path"),
        ("from pathlib import Path", "pathlib"),
        ("import subprocess", "subprocess"),
        ("import sys\nsys.stdin.read()", "sys"),
        ("def f():\n    import io", "io"),
        ("import os\nos.environ['HOME']", "os.environ"),
    ],
)
def test_each_way_out_is_seen(code: str, caught: str) -> None:
    assert [line.partition(": ")[2] for line in effects(code)] == [caught]


@pytest.mark.parametrize("code", ["import os\nos.path.join('a', os.sep)", "files.text('a')", "import re"])
def test_computing_with_names_is_no_way_out(code: str) -> None:
    assert effects(code) == []


def listed(*tasks: dict[str, Any]) -> Reading:
    text = json.dumps({"schema_version": 1, "tasks": list(tasks)})
    return registry.read(Source("-", "", text, "/nowhere"), "native")


def doubtful(count: int) -> Reading:
    """So many tasks that must run alone that the list's order is kept for them."""
    reading = listed(*({"id": str(number)} for number in range(count)))
    notes = {name: replace(note, unsure=True) for name, note in reading.notes.items()}
    return replace(reading, notes=notes)


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        (listed({"id": "a", "writes": ["x"]}, {"id": "b", "writes": ["x"], "estimate_minutes": 5}), "write-write"),
        (doubtful(doubt.MOST_PAIRS // 300), "kept-in-order"),
    ],
)
def test_a_stage_leaves_what_it_was_given(reading: Reading, code: str) -> None:
    before = deepcopy(reading)
    learned = estimates.applied(reading, estimates.learn([Sample("", 10, 20)] * 3))
    plan = planner.make(learned, "quick")
    assert code in {remark.code for remark in plan.warnings}
    assert "estimates-learned" in {remark.code for remark in plan.warnings}
    assert reading == before
    assert [task.estimate_minutes for task in learned.document.tasks] != [
        t.estimate_minutes for t in before.document.tasks
    ]
    kept = estimates.as_stated(plan.reading, reading)
    assert [task.estimate_minutes for task in kept.document.tasks] == [
        t.estimate_minutes for t in before.document.tasks
    ]
    assert [task.depends_on for task in kept.document.tasks] == [task.depends_on for task in plan.tasks]


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: setattr(plan, "warnings", []),
        lambda plan: setattr(plan.reading, "base", "/"),
        lambda plan: setattr(plan.tasks[0], "writes", []),
        lambda plan: setattr(plan.reading.document, "max_parallel", 1),
    ],
)
def test_what_a_stage_hands_on_is_frozen(change: Callable[[Plan], None]) -> None:
    with pytest.raises((FrozenInstanceError, ValidationError)):
        change(planner.make(listed({"id": "a"}), "quick"))
