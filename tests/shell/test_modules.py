"""The files of the shell reader import each other without a circle, also where an import waits inside a function."""

from __future__ import annotations

import ast
from pathlib import Path

from project import CHECKOUT

SCRIPTS = CHECKOUT / "scripts"
FOLDER = SCRIPTS / "fanout" / "shell"


def named(path: Path) -> str:
    parts = path.relative_to(SCRIPTS).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, modules: set[str]) -> set[str]:
    """The modules that it needs when it runs; imports for the type checker alone are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in modules else node.module for name in whole}
    return names & modules - {named(path)}


def test_no_import_circle() -> None:
    paths = {named(path): path for path in FOLDER.rglob("*.py")}
    waiting = {name: imported(path, set(paths)) for name, path in paths.items()}
    assert len(waiting) > 40
    while True:
        ready = {name for name, needs in waiting.items() if not needs & waiting.keys()}
        if not ready:
            break
        waiting = {name: needs for name, needs in waiting.items() if name not in ready}
    assert not waiting
