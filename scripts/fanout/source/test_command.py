"""The command that runs a project's own tests, found in the files that say so."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from typing import Any

Found = tuple[str, str]
"""The command, and the file that it was found in."""

LOCKS = {"pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn", "bun.lockb": "bun run", "bun.lock": "bun run"}
NO_TEST = "no test specified"  # what `npm init` writes
BY_FILE = (
    ("Cargo.toml", "cargo test"),
    ("go.mod", "go test ./..."),
    ("mix.exs", "mix test"),
    ("gradlew", "./gradlew test"),
    ("mvnw", "./mvnw -q test"),
    ("pom.xml", "mvn -q test"),
    ("Package.swift", "swift test"),
    ("build.sbt", "sbt test"),
    ("stack.yaml", "stack test"),
    ("pubspec.yaml", "dart test"),
)
TARGET = re.compile(r"^(?:test|check)[ \t]*:(?!=)", re.MULTILINE)
TEST_FILE = re.compile(r"test\w*\.py$")
UNITTEST = re.compile(r"^(?:import unittest|from unittest import)\b", re.MULTILINE)
PYTEST = re.compile(r"^(?:import|from) pytest\b", re.MULTILINE)
MOST_TEST_FILES = 20
MOST_SECONDS = 20
LARGEST = 1_000_000  # bytes of a file that is looked into


def find(root: str) -> Found | None:
    """The first that the project at `root` says and that can be run here; None when there is none."""
    return next((found for look in LOOKS if (found := look(root)) and _is_there(root, found[0])), None)


def _is_there(root: str, command: str) -> bool:
    program = command.split()[0]
    return os.path.exists(os.path.join(root, program)) if "/" in program else shutil.which(program) is not None


def _script(root: str) -> Found | None:
    scripts = _json(root, "package.json").get("scripts")
    test = scripts.get("test") if isinstance(scripts, dict) else None
    if not isinstance(test, str) or NO_TEST in test or not test.strip():
        return None
    runner = next((runner for lock, runner in LOCKS.items() if os.path.exists(os.path.join(root, lock))), "npm")
    return f"{runner} test", "package.json"


def _python(root: str) -> Found | None:
    for name in ("pytest.ini", "conftest.py", "tests/conftest.py"):
        if os.path.exists(os.path.join(root, name)):
            return _pytest(root, name)
    for name, part in (("pyproject.toml", "pytest"), ("setup.cfg", "[tool:pytest]"), ("tox.ini", "[pytest]")):
        if part in _text(root, name) and (part != "pytest" or _tests_by_pytest(_text(root, name))):
            return _pytest(root, name)
    return None


def _pytest(root: str, name: str) -> Found | None:
    """With the interpreter that has pytest; by unittest where none has it and the tests need no more."""
    for lock, runner in (("uv.lock", "uv"), ("poetry.lock", "poetry"), ("pdm.lock", "pdm")):
        if os.path.exists(os.path.join(root, lock)) and shutil.which(runner):
            return f"{runner} run pytest -q", name
    python = _interpreter(root)
    has_it = [os.path.join(root, python) if "/" in python else python, "-c", "import pytest"]
    try:
        is_there = subprocess.run(has_it, cwd=root, capture_output=True, timeout=MOST_SECONDS).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        is_there = False
    return (f"{python} -m pytest -q", name) if is_there else _unittest(root)


def _interpreter(root: str) -> str:
    """That of the project's own environment, else the one that is called so here."""
    own = [path for path in (".venv/bin/python", "venv/bin/python") if os.path.exists(os.path.join(root, path))]
    return own[0] if own else "python" if shutil.which("python") else "python3"


def _unittest(root: str) -> Found | None:
    """Python's own tests: a file of them that imports nothing but unittest to test with."""
    for folder in ("tests", "test", "."):
        names = sorted(name for name in _listed(os.path.join(root, folder)) if TEST_FILE.match(name))
        texts = [_text(os.path.join(root, folder), name) for name in names[:MOST_TEST_FILES]]
        if any(PYTEST.search(text) for text in texts):
            return None
        if any(UNITTEST.search(text) for text in texts):
            is_package = folder == "." or "__init__.py" in _listed(os.path.join(root, folder))
            where = "" if is_package else f" discover -s {folder}"
            return f"{_interpreter(root)} -m unittest{where}", "/".join([folder, names[0]]).removeprefix("./")
    return None


def _tests_by_pytest(text: str) -> bool:
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    tools = data.get("tool")
    return (isinstance(tools, dict) and "pytest" in tools) or bool(re.search(r"""["']pytest[\s<>=~!\[;"']""", text))


def _make(root: str) -> Found | None:
    for name in ("Makefile", "makefile", "GNUmakefile"):
        if found := TARGET.search(_text(root, name)):
            return f"make {found[0].split(':')[0].strip()}", name
    return None


def _just(root: str) -> Found | None:
    found = re.search(r"^test\b[^\n:=]*:(?!=)", _text(root, "justfile"), re.MULTILINE)
    return ("just test", "justfile") if found else None


def _deno(root: str) -> Found | None:
    tasks = _json(root, "deno.json").get("tasks")
    return ("deno task test", "deno.json") if isinstance(tasks, dict) and "test" in tasks else None


def _composer(root: str) -> Found | None:
    scripts = _json(root, "composer.json").get("scripts")
    return ("composer test", "composer.json") if isinstance(scripts, dict) and "test" in scripts else None


def _ruby(root: str) -> Found | None:
    if os.path.exists(os.path.join(root, "Gemfile")) and os.path.isdir(os.path.join(root, "spec")):
        return "bundle exec rspec", "Gemfile"
    return None


def _dotnet(root: str) -> Found | None:
    names = sorted(name for name in _listed(root) if name.endswith(".sln"))
    return ("dotnet test", names[0]) if names else None


def _by_file(root: str) -> Found | None:
    return next(((command, name) for name, command in BY_FILE if os.path.exists(os.path.join(root, name))), None)


LOOKS: tuple[Callable[[str], Found | None], ...] = (
    _script,
    _deno,
    _python,
    _by_file,
    _composer,
    _ruby,
    _dotnet,
    _just,
    _make,
    _unittest,  # what only the files look like: a target that the project names comes before
)


def _listed(root: str) -> list[str]:
    try:
        return os.listdir(root)
    except OSError:
        return []


def _text(root: str, name: str) -> str:
    try:
        with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
            return file.read(LARGEST)
    except OSError:
        return ""


def _json(root: str, name: str) -> dict[str, Any]:
    try:
        data = json.loads(_text(root, name) or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
