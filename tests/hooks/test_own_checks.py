"""What a task changed of that which checks it is named, and not denied."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

PACKAGE = {"name": "x", "scripts": {"test": "jest"}, "dependencies": {}}
FILES: dict[str, object] = {
    "src/a.py": "a = 1\n",
    "tests/test_a.py": "assert True\n",
    "check.sh": "bash scripts/inner.sh\n",
    "scripts/inner.sh": "true\n",
    "scripts/other.sh": "true\n",
    "Makefile": "test:\n\ttrue\n",
    "package.json": PACKAGE,
    "pyproject.toml": "[project]\nname = 'x'\n[tool.pytest.ini_options]\naddopts = '-q'\n",
    "README.md": "x\n",
}


def changed(desk: Desk, files: dict[str, object], writes: list[str] | None = None) -> str:
    """What Claude is told when a task has changed these files beside its own."""
    Project(desk.root).write(FILES)
    record: dict[str, Any] = {"accept": [{"command": "bash check.sh"}]}
    desk.start(plan({"01": {"writes": writes or ["src/a.py", *files], "record": record}}))
    desk.launch("01")
    desk.do("agent-01", "src/a.py", "a = 2\n")
    for name, content in files.items():
        desk.do("agent-01", name, content if isinstance(content, str) else json.dumps(content))
    assert desk.end("agent-01", "DONE|01|did it") == {} and desk.state("01") == "done"
    return desk.notify("agent-01")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tests/test_a.py", "pass\n"),
        ("check.sh", "true\n"),
        ("scripts/inner.sh", "exit 0\n"),
        ("Makefile", "test:\n\techo fine\n"),
        ("package.json", {**PACKAGE, "scripts": {"test": "true"}}),
        ("pyproject.toml", "[project]\nname = 'x'\n[tool.pytest.ini_options]\naddopts = '-k nothing'\n"),
    ],
)
def test_it_is_named_to_claude_and_in_the_report(desk: Desk, path: str, content: object) -> None:
    told = changed(desk, {path: content})
    assert f"01 changed what may check it: {path} (changed)." in told
    assert "changed what may check it" not in desk.notify("agent-01"), "said once"
    assert f"changed what may check it: {path}" in Project(desk.root).fanout("report").out.replace("\\", "")


def test_settings_that_it_makes_are_named_too(desk: Desk) -> None:
    assert "may check it: tests/conftest.py (created)." in changed(
        desk, {"tests/conftest.py": "collect_ignore = ['.']\n"}
    )


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tests/test_new.py", "assert True\n"),  # a test that it adds is its work
        ("scripts/other.sh", "echo other\n"),
        ("README.md", "y\n"),
        ("package.json", {**PACKAGE, "dependencies": {"left": "1"}}),
        ("pyproject.toml", "[project]\nname = 'y'\n[tool.pytest.ini_options]\naddopts = '-q'\n"),
    ],
)
def test_what_checks_as_before_is_not_named(desk: Desk, path: str, content: object) -> None:
    assert "may check it" not in changed(desk, {path: content})


def test_the_report_does_not_call_it_a_trouble(desk: Desk) -> None:
    changed(desk, {"tests/test_a.py": "pass\n"})
    report = Project(desk.root).fanout("report").out
    assert "### Went wrong" not in report and "### To look at\n- 01: changed what may check it" in report


def test_a_command_that_calls_a_program_of_the_tree_is_no_trouble(desk: Desk) -> None:
    (desk.root / "check.bin").write_bytes(b"#!/bin/true\n\0\0/a.b\0")
    Project(desk.root).write({"a.txt": "old\n"})
    desk.start(plan({"01": {"writes": ["a.txt"], "record": {"accept": [{"command": "sh -c true ./check.bin"}]}}}))
    desk.launch("01")
    desk.do("agent-01", "a.txt", "new\n")
    assert desk.end("agent-01", "DONE|01|did it") == {} and desk.state("01") == "done"


@pytest.mark.parametrize("line", ["grep -q new a.txt", "test -s a.txt && ! grep old a.txt", "wc -l a.txt | cat"])
def test_what_a_check_only_reads_is_no_check(desk: Desk, line: str) -> None:
    Project(desk.root).write({"a.txt": "old\n"})
    desk.start(plan({"01": {"writes": ["a.txt"], "record": {"accept": [{"command": line}]}}}))
    desk.launch("01")
    desk.do("agent-01", "a.txt", "new\n")
    assert desk.end("agent-01", "DONE|01|did it") == {}
    assert "may check it" not in desk.notify("agent-01")


def test_it_is_named_too_where_the_task_is_said_done_by_hand(desk: Desk) -> None:
    project = Project(desk.root)
    project.write(FILES)
    desk.start(plan({"01": {"writes": ["tests/test_a.py"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    desk.do("agent-01", "tests/test_a.py", "pass\n")
    assert project.fanout("done", f"{desk.run}/01", "by me").code == 0
    desk.launch("02")
    desk.do("agent-02", "b.txt")
    desk.end("agent-02", "DONE|02|did it")
    assert "01 changed what may check it: tests/test_a.py (changed)." in desk.notify("agent-02")
