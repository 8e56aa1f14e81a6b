"""Who imports whom in scripts/fanout: modules, rooms (folders), circles. Read from the text, wherever an import stands."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
PACKAGE = "fanout"

Arrows = dict[str, set[str]]


def modules(scripts: Path = SCRIPTS) -> dict[str, Path]:
    """Each module below fanout by its dotted name; a package has the name of its folder."""
    found = {}
    for path in sorted((scripts / PACKAGE).rglob("*.py")):
        parts = path.relative_to(scripts).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(scripts: Path = SCRIPTS, types: bool = True) -> Arrows:
    """For each module the modules of ours that it imports; without `types` those that it needs when it runs."""
    known = modules(scripts)
    return {name: set(_imported(name, path, known, types)) - {name} for name, path in known.items()}


def _imported(name: str, path: Path, known: dict[str, Path], types: bool) -> Iterable[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _nodes(tree, types):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            home = package.rsplit(".", node.level - 1)[0] if node.level else ""
            source = ".".join(part for part in (home, node.module) if part)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                if inner in known or source in known:
                    yield inner if inner in known else source


def _nodes(tree: ast.AST, types: bool) -> Iterable[ast.AST]:
    """Every node, without `types` but those below `if TYPE_CHECKING:`."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not types and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield from _nodes(child, types)


def rooms(arrows: Arrows, below: str) -> dict[str, str]:
    """Each module that is in a folder of the package `below`, with that folder: fanout.run.store.db is in store."""
    packages = {name.rpartition(".")[0] for name in arrows}
    inside = {name: name.removeprefix(below + ".") for name in arrows if name.startswith(below + ".")}
    return {name: rest.split(".")[0] for name, rest in inside.items() if "." in rest or name in packages}


def between(arrows: Arrows, below: str) -> Arrows:
    """For each pair of rooms of the package `below` that are joined, as "tasks -> store": the imports that join them."""
    place = rooms(arrows, below)
    found: dict[str, set[str]] = defaultdict(set)
    for module, targets in arrows.items():
        for target in targets:
            if module in place and target in place and place[module] != place[target]:
                found[f"{place[module]} -> {place[target]}"].add(f"{module} imports {target}")
    return dict(found)


def upward(arrows: Arrows, below: str, order: Iterable[str]) -> list[str]:
    """Imports of a room from one that stands behind it in `order`, or nowhere in it."""
    place = {name: number for number, name in enumerate(order)}
    joined = between(arrows, below)
    pairs = {pair: pair.split(" -> ") for pair in joined}
    wrong = [pair for pair, (one, other) in pairs.items() if place.get(one, -1) < place.get(other, len(place))]
    return sorted(one for pair in wrong for one in joined[pair])


def circles(arrows: Arrows) -> list[list[str]]:
    """Modules that import each other, directly or around: strongly connected groups of more than one, by Tarjan."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for target in sorted(arrows.get(module, ())):
            if target not in index:
                visit(target)
                low[module] = min(low[module], low[target])
            elif target in stack:
                low[module] = min(low[module], index[target])
        if low[module] == index[module]:
            group = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(arrows):
        if module not in index:
            visit(module)
    return sorted(found)
