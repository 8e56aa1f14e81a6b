"""The numbers of the house: how large rooms, modules and functions are, who imports whom, where SQL stands.

    python scripts/dev/house.py [--names] [SCRIPTS]

With --names each module and function that a number counts; SCRIPTS is the scripts/ of another checkout.
A report, not a check: nothing here fails. What is held, tests/run/test_layers.py holds.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import imports

LONG_MODULE = 400
LONG_FUNCTION = 25
COMPLEX = (10, 15)
RUN = "fanout.run"
RUN_ORDER = ("store", "agents", "tasks", "changes", "commits", "evidence", "flow")
# Each writes a table of its own; SQL stands there and in the store.
WRITERS = (
    *(f"run/agents/{name}.py" for name in ("agents", "attempts", "calls", "claims", "held", "waiting")),
    *(f"run/changes/{name}.py" for name in ("changes", "latest", "watch", "written")),
    *(f"run/tasks/{name}.py" for name in ("asked", "runs", "tasks")),
)
SQL = re.compile(
    r"\s*(SELECT\s.+?(\sFROM\s|\Z)|INSERT\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s|REPLACE\s+INTO\s"
    r"|PRAGMA\s|(CREATE|DROP|ALTER)\s+(TABLE|INDEX)\s|BEGIN\s+IMMEDIATE)",
    re.DOTALL,
)
DECISIONS = (
    *(ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While),
    *(ast.ExceptHandler, ast.Assert, ast.match_case),
)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Texts = dict[str, str]  # module as a path below fanout -> its text
Row = tuple[str, object, list[str]]  # what is counted, the number, what it counts


def rows(scripts: Path = imports.SCRIPTS) -> list[Row]:
    texts = {_short(path, scripts): path.read_text(encoding="utf-8") for path in imports.modules(scripts).values()}
    return [*_of_sizes(texts), *_of_rooms(texts, scripts), *_of_words(texts)]


def _of_sizes(texts: Texts) -> list[Row]:
    lines = {name: len(text.splitlines()) for name, text in texts.items()}
    found = dict(one for name, text in texts.items() for one in functions(name, text))
    sizes = {name: _size(function) for name, function in found.items()}
    branches = {name: complexity(function) for name, function in found.items()}
    return [
        ("modules", len(texts), []),
        ("lines", sum(lines.values()), []),
        ("lines of a module: median, longest", _middle_and_most(lines.values()), []),
        (f"modules over {LONG_MODULE} lines", *_over(lines, LONG_MODULE)),
        ("functions", len(sizes), []),
        ("lines of a function: median, longest", _middle_and_most(sizes.values()), []),
        (f"functions over {LONG_FUNCTION} lines", *_over(sizes, LONG_FUNCTION)),
        *[(f"functions of complexity over {most}", *_over(branches, most)) for most in COMPLEX],
    ]


def _of_rooms(texts: Texts, scripts: Path) -> list[Row]:
    arrows = imports.imports(scripts)
    circles = imports.circles(imports.imports(scripts, types=False))
    folders = Counter(name.rpartition("/")[0] for name in texts).most_common()
    joined = imports.between(arrows, RUN)
    return [
        (f"files in the fullest folder ({folders[0][0]})", folders[0][1], [f"{n}  {folder}" for folder, n in folders]),
        ("arrows between the rooms of run", len(joined), [f"{pair}: {len(found)}" for pair, found in joined.items()]),
        ("arrows of run that go upward", *_counted(imports.upward(arrows, RUN, RUN_ORDER))),
        (
            "circles of modules",
            *_counted([" <-> ".join(circle) for circle in circles]),
        ),
    ]


def _of_words(texts: Texts) -> list[Row]:
    return [
        ("SQL outside run/store and the writers", *_counted(list(_sql(texts)))),
        ("file names that occur twice or more", *_counted(_twice(texts))),
    ]


def _counted(names: list[str]) -> tuple[int, list[str]]:
    return len(names), names


def _over(sizes: dict[str, int], most: int) -> tuple[int, list[str]]:
    large = sorted(((size, name) for name, size in sizes.items() if size > most), reverse=True)
    return len(large), [f"{size}  {name}" for size, name in large]


def _middle_and_most(sizes: Iterable[int]) -> str:
    numbers = sorted(sizes)
    return f"{statistics.median(numbers):g}, {numbers[-1]}"


def _short(path: Path, scripts: Path) -> str:
    return path.relative_to(scripts / imports.PACKAGE).as_posix()


def functions(module: str, text: str) -> Iterable[tuple[str, Function]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{module}:{node.lineno} {node.name}", node


def _size(function: Function) -> int:
    """Its lines, from `def` to its end, the docstring left out."""
    first = function.body[0]
    words = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(function) is not None else 0
    return (function.end_lineno or 0) - function.lineno + 1 - words


def complexity(function: ast.AST) -> int:
    """Cyclomatic, as radon counts: boolean operators and comprehensions are decisions too; inner functions their own."""
    found = 1
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        found += complexity(node) - 1
        if isinstance(node, DECISIONS):
            found += 1
        elif isinstance(node, ast.BoolOp):
            found += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            found += 1 + len(node.ifs)
    return found


def _sql(texts: Texts) -> Iterable[str]:
    for name, text in texts.items():
        if name.startswith("run/store/") or name in WRITERS:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
                yield f"{name}:{node.lineno} {' '.join(node.value.split())[:60]}"


def _twice(texts: Texts) -> list[str]:
    places: dict[str, list[str]] = {}
    for name in texts:
        folder, _, file = name.rpartition("/")
        if file != "__init__.py":
            places.setdefault(file, []).append(folder)
    return [f"{file}: {', '.join(folders)}" for file, folders in sorted(places.items()) if len(folders) > 1]


def main(arguments: list[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    folders = [argument for argument in arguments if argument != "--names"]
    for what, number, names in rows(Path(folders[0]).resolve() if folders else imports.SCRIPTS):
        print(f"{what:<56}{number}")
        for name in names if "--names" in arguments else ():
            print(f"    {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
