"""Which tests execute which line: measured once for a state of the checkout, and kept in the cache."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dev.mutation.points import Point

TESTS = ("tests/hooks", "tests/run", "tests/shell", "tests/cli")
# What a test of another folder proves of a line that no test executes in its own process.
STARTED = ("tests/hooks/test_start.py", "tests/hooks/test_killed.py")
WITHOUT_CLIENT = "not client and not slow"


class Covering:
    """`seconds` of each test; `lines`: for each module and line the numbers of the tests, in the order of `names`."""

    def __init__(self, found: dict[str, object]) -> None:
        self.seconds: dict[str, float] = found["seconds"]  # type: ignore[assignment]
        self.names: list[str] = found["names"]  # type: ignore[assignment]
        self.lines: dict[str, dict[str, list[int]]] = found["lines"]  # type: ignore[assignment]

    def of(self, point: Point, top: Path, seconds: float) -> list[str]:
        """The tests that execute the point: the fastest of each file, then the next of each, as many as take so many
        seconds together. Tests of one file look at the same thing."""
        of_file: dict[str, list[str]] = {}
        for name in sorted((self.names[number] for number in self._at(point, top)), key=self._takes):
            of_file.setdefault(name.partition("::")[0], []).append(name)
        chosen: list[str] = []
        left = seconds
        for in_turn in itertools.zip_longest(*of_file.values()):
            for name in filter(None, in_turn):
                left -= self._takes(name)
                if chosen and left < 0:
                    return chosen
                chosen.append(name)
        return chosen

    def _takes(self, name: str) -> float:
        return self.seconds.get(name, 1.0)

    def _at(self, point: Point, top: Path) -> set[int]:
        lines = self.lines.get(point.module, {})
        if found := lines.get(str(point.line)):
            return set(found)
        text = (top / point.module).read_text(encoding="utf-8").splitlines()
        if not point.definition:
            return self._using(top, _name_at(text, point.line))
        around = _definition_around(text, point.line)
        return {number for line in around for number in lines.get(str(line), ())}

    def _using(self, top: Path, name: str) -> set[int]:
        """The tests of the lines where a name of a module stands."""
        found: set[int] = set()
        for module, lines in self.lines.items():
            for number, text in enumerate((top / module).read_text(encoding="utf-8").splitlines(), 1):
                if name and re.search(rf"\b{name}\b", text):
                    found.update(lines.get(str(number), ()))
        return found


def measured(top: Path, cache: Path, again: bool) -> Covering:
    """From the cache, or by running the tests under coverage: some minutes."""
    file = cache / f"mutants-{state_of(top)}.json"
    if again or not file.exists():
        file.write_text(json.dumps(_measure(top, cache / "mutants-coverage")), encoding="utf-8")
    return Covering(json.loads(file.read_text(encoding="utf-8")))


def state_of(top: Path) -> str:
    """A name for the present text of the code and the tests."""
    digest = hashlib.sha256()
    for folder in ("hooks", "scripts/fanout", "tests"):
        for path in sorted((top / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(top)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _measure(top: Path, folder: Path) -> dict[str, object]:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("coverage.*"):
        old.unlink()
    print("Measuring which tests execute which lines, once for this state of the checkout ...", flush=True)
    env = {**os.environ, "FANOUT_COVER": str(folder), "PYTHONPATH": "scripts:tests"}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "dev.mutation.contexts", "-m", WITHOUT_CLIENT]
    subprocess.run([*command, *TESTS], cwd=top, env=env, stdout=subprocess.DEVNULL, check=False)
    return gather(top, folder)


def gather(top: Path, folder: Path) -> dict[str, object]:
    """What the plugin left in the folder. Tests that failed are left out."""
    import coverage

    told = json.loads((folder / "tests.json").read_text(encoding="utf-8"))
    failed = set(told["failed"])
    if failed:
        print(
            f"{len(failed)} tests fail without any change, and are left out: {', '.join(sorted(failed)[:5])}",
            flush=True,
        )
    names = [name for name in told["seconds"] if name not in failed]
    number = {name: place for place, name in enumerate(names)}
    lines: dict[str, dict[str, list[int]]] = {}
    for file in folder.glob("coverage.*"):
        data = coverage.CoverageData(str(file))
        data.read()
        for path in data.measured_files():
            module = path[path.rindex("scripts/fanout/") :]
            of_module = lines.setdefault(module, {})
            for line, contexts in data.contexts_by_lineno(path).items():
                known = of_module.setdefault(str(line), [])
                known += [number[name] for name in contexts if name in number]
    unique = {module: {line: sorted(set(tests)) for line, tests in found.items()} for module, found in lines.items()}
    return {"seconds": told["seconds"], "names": names, "lines": unique}


def _name_at(text: list[str], line: int) -> str:
    """The name that the statement of a module around a line gives a value."""
    for place in range(line - 1, -1, -1):
        if found := re.match(r"(\w+)\s*(?::[^=]+)?=", text[place]):
            return found.group(1)
    return ""


def _definition_around(text: list[str], line: int) -> range:
    """The lines of the function around a line."""
    start = next((place for place in range(line - 1, -1, -1) if re.match(r"\s*(async )?def ", text[place])), line - 1)
    depth = len(text[start]) - len(text[start].lstrip())
    for place in range(start + 1, len(text)):
        words = text[place].strip()
        if words and not words.startswith((")", "]")) and len(text[place]) - len(text[place].lstrip()) <= depth:
            return range(start + 1, place + 1)
    return range(start + 1, len(text) + 1)
