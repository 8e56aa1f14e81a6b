"""The folders import each other one way only, and hooks the standard library only."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from project import CHECKOUT

PACKAGE = CHECKOUT / "scripts" / "fanout"
MAY = {
    "errors": set(),
    "run": {"errors", "run"},
    "shell": {"shell"},
    "hooks": {"errors", "shell", "run", "hooks"},
    "plan": {"errors", "plan"},
    "source": {"errors", "plan", "source"},
}


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import, wherever it stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files(folder: str) -> list[Path]:
    return (
        [PACKAGE / f"{folder}.py"] if (PACKAGE / f"{folder}.py").exists() else sorted((PACKAGE / folder).rglob("*.py"))
    )


@pytest.mark.parametrize("folder", MAY)
def test_each_folder_imports_only_what_it_may(folder: str) -> None:
    wrong = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in files(folder)
        for name in imports(path)
        if name.startswith("fanout.") and name.split(".")[1] not in MAY[folder]
    }
    assert not wrong


@pytest.mark.parametrize("folder", ["errors", "shell", "run", "hooks"])
def test_hooks_need_the_standard_library_alone(folder: str) -> None:
    wrong = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in files(folder)
        for name in imports(path)
        if name.split(".")[0] not in {*sys.stdlib_module_names, "fanout", "__future__"}
    }
    assert not wrong


def interpreters() -> list[str]:
    """This one, and every other that this machine has and that hooks promise to run on."""
    import shutil
    import subprocess

    names = [f"python3.{minor}" for minor in range(9, 16)]
    found = [name for name in names if shutil.which(name)]
    return [sys.executable, *(n for n in found if subprocess.run([n, "-V"], capture_output=True).returncode == 0)]


LOAD = """
import importlib, os, sys
sys.path.insert(0, sys.argv[1])
for folder, _, names in os.walk(os.path.join(sys.argv[1], "fanout")):
    package = os.path.relpath(folder, sys.argv[1]).replace(os.sep, ".")
    if package.split(".")[1:2] in (["shell"], ["run"], ["hooks"]):
        for name in names:
            if name.endswith(".py"):
                importlib.import_module(package + "." + name[:-3])
"""


@pytest.mark.parametrize("python", interpreters())
def test_every_module_of_the_hooks_loads(python: str) -> None:
    import subprocess

    done = subprocess.run(
        [python, "-I", "-S", "-c", LOAD, str(CHECKOUT / "scripts")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("folder", ["errors", "shell", "run", "hooks"])
def test_hooks_are_written_for_python_39(folder: str) -> None:
    for path in files(folder):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
