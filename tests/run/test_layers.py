"""Folders and their rooms import each other one way only, modules in no circle, and hooks the standard library only."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from project import CHECKOUT

from dev import imports as graph

PACKAGE = CHECKOUT / "scripts" / "fanout"
MAY = {
    "errors": set(),
    "run": {"errors", "run"},
    "engines": {"errors", "engines", "run", "version"},
    "shell": {"shell"},
    "hooks": {"errors", "shell", "run", "hooks"},
    "plan": {"errors", "plan"},
    "source": {"errors", "plan", "source"},
}

# The rooms of each package, from the ground up: a room imports only rooms that stand before it.
ORDER = {
    "fanout": "shell run engines hooks plan source report client cli",
    "fanout.run": "store agents tasks changes commits evidence flow",
    "fanout.shell": "inline commands git runtime powershell",
    "fanout.hooks": "guarding launching",
    "fanout.plan": "pattern schema schedule read order refine check",
    "fanout.plan.read": "prose text outline formats",
    "fanout.cli": "shared commands",
}
# Circles that stand from before. Take one out when it is gone; a new one is a wrong cut.
OPTIONAL = {"cluster.py": ("distributed",)}  # imported when a cluster is used
CIRCLES = ("plan.read.formats.oac plan.read.formats.oac_status",)


@cache
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


@pytest.mark.parametrize("folder", ["errors", "shell", "run", "engines", "hooks"])
def test_hooks_need_the_standard_library_alone(folder: str) -> None:
    wrong = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in files(folder)
        for name in imports(path)
        if name.split(".")[0] not in {*sys.stdlib_module_names, "fanout", "__future__", *OPTIONAL.get(path.name, ())}
    }
    assert not wrong


# This one, and every other that this machine has and that hooks promise to run on.
INTERPRETERS = [sys.executable, *filter(shutil.which, (f"python3.{minor}" for minor in range(9, 16)))]

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


@pytest.mark.parametrize("python", INTERPRETERS)
def test_every_module_of_the_hooks_loads(python: str) -> None:
    if subprocess.run([python, "-I", "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"{python} is a name without an interpreter")
    done = subprocess.run(
        [python, "-I", "-S", "-c", LOAD, str(CHECKOUT / "scripts")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("folder", ["errors", "shell", "run", "hooks"])
def test_hooks_are_written_for_python_39(folder: str) -> None:
    for path in files(folder):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


@pytest.fixture(scope="module")
def arrows() -> graph.Arrows:
    return graph.imports()


@pytest.mark.parametrize("package", ORDER)
def test_no_room_imports_one_above_it(arrows: graph.Arrows, package: str) -> None:
    assert not graph.upward(arrows, package, ORDER[package].split())


@pytest.mark.parametrize("package", ORDER)
def test_every_room_that_is_joined_to_another_has_its_place(arrows: graph.Arrows, package: str) -> None:
    joined = {room for pair in graph.between(arrows, package) for room in pair.split(" -> ")}
    assert joined <= set(ORDER[package].split()), f"give the new room its place in ORDER[{package!r}]"


def test_no_new_circle_of_modules() -> None:
    """Of what modules need when they run, also inside functions; types may be named both ways."""
    arrows = graph.imports(types=False)
    known = [{f"fanout.{name}" for name in circle.split()} for circle in CIRCLES]
    assert not [circle for circle in graph.circles(arrows) if not any(set(circle) <= one for one in known)]


def test_an_upward_import_and_a_circle_are_seen(tmp_path: Path) -> None:
    """In a package of its own: absolute and relative imports, whole modules and names of them, also inside functions."""
    for name, text in {
        "__init__": "",
        "low/__init__": "",
        "low/ground": "def late():\n    from fanout.high import roof\n",
        "low/other": "from fanout.low import ground\n",
        "high/__init__": "",
        "high/roof": "import fanout.low.other\nfrom .beam import load\n",
        "high/beam": "from fanout.low.ground import late\n",
    }.items():
        path = tmp_path / "fanout" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = graph.imports(tmp_path)
    assert graph.upward(found, "fanout", ["low", "high"]) == ["fanout.low.ground imports fanout.high.roof"]
    assert graph.circles(found) == [["fanout.high.beam", "fanout.high.roof", "fanout.low.ground", "fanout.low.other"]]
    assert graph.between(found, "fanout")["high -> low"] == {
        "fanout.high.roof imports fanout.low.other",
        "fanout.high.beam imports fanout.low.ground",
    }
