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
    ("build.gradle", "gradle -q test"),
    ("build.gradle.kts", "gradle -q test"),
    ("Package.swift", "swift test"),
    ("build.sbt", "sbt test"),
    ("stack.yaml", "stack test"),
    ("rebar.config", "rebar3 eunit"),
    ("project.clj", "lein test"),
    (".busted", "busted"),
)
DENO_TEST = re.compile(r"(?:^|[._])test\.[cm]?[jt]sx?$")
PERL = ("cpanfile", "Makefile.PL", "Build.PL", "dist.ini", "META.json", ".proverc")
PERL_TEST = re.compile(r"\A#!.*\bperl|^use (?:Test|Test2)::", re.MULTILINE)
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
    if isinstance(tasks, dict) and "test" in tasks:
        return "deno task test", "deno.json"
    for name in ("deno.json", "deno.jsonc"):
        text = _text(root, name)
        places = [one for folder in (".", "src", "test", "tests") for one in _listed(os.path.join(root, folder))]
        if text and any(DENO_TEST.search(one) for one in places):
            own = re.search(r'"test"\s*:', re.sub(r"^\s*//.*", "", text, flags=re.MULTILINE))
            return ("deno task test" if own and name.endswith("c") else "deno test"), name
    return None


def _php(root: str) -> Found | None:
    """What composer.json says, or by the settings of the program that it is tested with."""
    scripts = _json(root, "composer.json").get("scripts")
    if isinstance(scripts, dict) and "test" in scripts:
        return "composer test", "composer.json"
    name = next((one for one in ("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml") if one in _listed(root)), "")
    programs = (("vendor/bin/pest", "tests/Pest.php"), ("vendor/bin/phpunit", "vendor/bin/phpunit"))
    own = next((program for program, path in programs if os.path.exists(os.path.join(root, path))), "phpunit")
    return (own, name) if name else None


def _ruby(root: str) -> Found | None:
    within = "bundle exec " if os.path.exists(os.path.join(root, "Gemfile")) else ""
    if os.path.exists(os.path.join(root, ".rspec")) or (within and os.path.isdir(os.path.join(root, "spec"))):
        return f"{within}rspec", "Gemfile" if within else ".rspec"
    if os.path.exists(os.path.join(root, "bin/rails")) and os.path.isdir(os.path.join(root, "test")):
        return "bin/rails test", "bin/rails"
    for name in ("Rakefile", "rakefile", "Rakefile.rb"):
        found = re.search(
            r"\bTestTask\.new\b(?:\(:?(\w+)\))?|^\s*task\s+:?(test|spec)\b", _text(root, name), re.MULTILINE
        )
        if found:
            return f"{within}rake {found[1] or found[2] or 'test'}", name
    return None


def _perl(root: str) -> Found | None:
    """t/*.t beside lib/ or what describes a distribution; elsewhere only what is Perl by its first lines."""
    names = sorted(name for name in _listed(os.path.join(root, "t")) if name.endswith(".t"))
    if not names:
        return None
    mark = next((name for name in PERL if os.path.exists(os.path.join(root, name))), "")
    texts = [_text(os.path.join(root, "t"), name) for name in names[:MOST_TEST_FILES]]
    if not mark and not any(PERL_TEST.search(text) for text in texts):
        return None
    return ("prove -lr t" if "lib" in _listed(root) else "prove -r t"), mark or f"t/{names[0]}"


def _dart(root: str) -> Found | None:
    text = _text(root, "pubspec.yaml")
    return (("flutter test" if "sdk: flutter" in text else "dart test"), "pubspec.yaml") if text else None


def _haskell(root: str) -> Found | None:
    names = sorted(name for name in _listed(root) if name.endswith(".cabal") and "test-suite" in _text(root, name))
    return ("cabal test", names[0]) if names else None


def _dotnet(root: str) -> Found | None:
    names = sorted(name for name in _listed(root) if name.endswith((".sln", ".slnx")))
    names += [name for name in sorted(_listed(root)) if name.endswith("proj") and "Test.Sdk" in _text(root, name)]
    return ("dotnet test", names[0]) if names else None


def _built(root: str) -> Found | None:
    """Of a project that has been set up in `build` already: what sets it up is for its people to choose."""
    if os.path.exists(os.path.join(root, "build/CTestTestfile.cmake")):
        return "cmake --build build && ctest --test-dir build --output-on-failure", "CMakeLists.txt"
    if os.path.exists(os.path.join(root, "build/build.ninja")) and os.path.exists(os.path.join(root, "meson.build")):
        return "meson test -C build", "meson.build"
    return None


def _by_file(root: str) -> Found | None:
    return next(((command, name) for name, command in BY_FILE if os.path.exists(os.path.join(root, name))), None)


LOOKS: tuple[Callable[[str], Found | None], ...] = (
    _script,
    _deno,
    _python,
    _by_file,
    _php,
    _ruby,
    _dart,
    _haskell,
    _dotnet,
    _just,
    _make,
    _built,
    _perl,
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
