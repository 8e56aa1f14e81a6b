"""The page on platforms, the workflow that runs on them, and how one installs: nothing that is not there."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys

import click
import yaml
from pack.documents import DOCS
from project import CHECKOUT

from dev import hook_imports
from fanout.cli.app import app

PAGE = (CHECKOUT / "docs" / "platforms.md").read_text()
WORKFLOW = yaml.safe_load((CHECKOUT / ".github" / "workflows" / "platforms.yml").read_text())
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
RUN = "\n".join(step.get("run", "") for step in STEPS)


def test_the_files_that_the_page_names_are_there() -> None:
    named = re.findall(r"`((?:tests|scripts|docs|\.github)/[^`]+|\.gitattributes)`", PAGE)
    assert named and [name for name in named if not (CHECKOUT / name.split()[0]).exists()] == []


def test_what_the_workflow_runs_is_there() -> None:
    paths = re.findall(r"(?<![\w/])(?:\./)?((?:scripts|tests|hooks|bin|requirements)/[\w./]+)", RUN)
    assert paths and [path for path in paths if not (CHECKOUT / path).exists()] == []
    commands = re.findall(r"bin/fanout (\w+)|scripts (\w+) \|", RUN)
    assert {one or other for one, other in commands} == {"doctor", "demo"}
    assert {"doctor", "demo"} <= set(app.list_commands(click.Context(app)))


def test_the_matrix_has_each_system_and_python() -> None:
    jobs = WORKFLOW["jobs"]
    systems = ["ubuntu-latest", "macos-latest", "macos-15-intel", "windows-latest"]
    assert jobs["hooks"]["strategy"]["matrix"]["os"] == jobs["suite"]["strategy"]["matrix"]["os"] == systems
    assert jobs["suite"]["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    hooks = [
        step["with"]["python-version"] for step in jobs["hooks"]["steps"] if "setup-python" in step.get("uses", "")
    ]
    assert hooks == ["3.9"]


def test_what_the_workflow_tests_everywhere_is_collected_without_the_modules_of_unix() -> None:
    """One import that Windows lacks, and no test of the whole job runs."""
    unix = {"fcntl", "grp", "pty", "pwd", "readline", "resource", "termios", "tty"}
    suite = next(step["run"] for step in WORKFLOW["jobs"]["suite"]["steps"] if "pytest" in step.get("run", ""))
    files = [path for folder in re.findall(r"tests/\w+", suite) for path in (CHECKOUT / folder).rglob("*.py")]
    files += [*(CHECKOUT / "tests").glob("*.py"), *(CHECKOUT / "scripts/fanout/client").glob("[!t]*.py")]
    for path in files:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not unix & {name.partition(".")[0] for name in names}, path
            assert "fanout.client.terminal" not in names, path


def test_the_modules_of_hooks_are_imported_as_the_workflow_does() -> None:
    script = CHECKOUT / "scripts" / "dev" / "hook_imports.py"
    done = subprocess.run([sys.executable, "-I", "-S", str(script)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{len(hook_imports.names())} modules on Python ")
    assert {"fanout.hooks.guard", "fanout.run.store.db", "fanout.shell.powershell.parser"} <= set(hook_imports.names())


def test_nothing_to_type_has_a_placeholder() -> None:
    for path in DOCS:
        assert "OWNER" not in path.read_text(), path


def test_what_the_readme_installs_is_what_the_marketplace_has() -> None:
    text = (CHECKOUT / "README.md").read_text()
    market = json.loads((CHECKOUT / ".claude-plugin" / "marketplace.json").read_text())
    names = {plugin["name"] for plugin in market["plugins"]}
    for plugin, of in re.findall(r"/plugin (?:un)?install (\w+)@(\w+)", text):
        assert plugin in names and of == market["name"]
    assert re.findall(r"/plugin marketplace update (\w+)", text) == [market["name"]]
