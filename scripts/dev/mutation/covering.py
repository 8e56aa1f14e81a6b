"""Which tests execute which line: measured once for each file of tests, and kept in the cache."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import itertools
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dev.mutation.points import Point

TESTS = ("tests/hooks", "tests/run", "tests/shell", "tests/cli")
# What a test of another folder proves of a line that no test executes in its own process.
STARTED = ("tests/hooks/test_start.py", "tests/hooks/test_killed.py")
WITHOUT_CLIENT = "not client"
SOURCE = "scripts/fanout"
BEFORE_ANY = -1  # what is executed before the first test
RULES = "2"  # another one when contexts.py leaves out other tests: what was measured by the last one is measured again


class Covering:
    """`seconds` of each test; `lines`: for each module and line the numbers of the tests that `names` has."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.seconds: dict[str, float] = found["seconds"]
        self.names: dict[int, str] = {number: name for name, number in found["names"].items()}
        self.lines: dict[str, dict[str, list[int]]] = found["lines"]
        of_function: dict[str, list[float]] = {}
        for name, took in self.seconds.items():
            of_function.setdefault(_function_of(name), []).append(took)
        self.median = {function: statistics.median(took) for function, took in of_function.items()}

    def is_used_at_import(self, point: Point) -> bool:
        """Whether it is executed before the first test: what it made then is kept."""
        return not point.definition or BEFORE_ANY in self.lines.get(point.module, {}).get(str(point.line), ())

    def of(self, point: Point, top: Path, seconds: float, collected: Iterable[str] = ()) -> list[str]:
        """The tests that execute the point: those of the file that mirrors its module, then the fastest of each file, the
        next of each, and so on, as many as take so many seconds together (tests of one file look at the same thing). Then
        as long of the cases that were not measured, and as long of the slow ones in these files."""
        found = {self.names[number] for number in self._at(point, top) if number in self.names}
        fastest = sorted(found, key=self._takes)
        own = [name for name in fastest if _file_of(name) == _mirror_of(point.module)]
        others = _in_turn((name for name in fastest if name not in own), _file_of)
        chosen = self._within(seconds, itertools.chain(own, others))
        more = dict.fromkeys(_in_turn(self._other_cases(found, collected), _function_of))
        files = {_mirror_of(point.module), *map(_file_of, found)}
        slow = (name for name in collected if name not in self.seconds and _file_of(name) in files and name not in more)
        ordered = sorted(_in_turn(slow, _function_of), key=lambda name: _file_of(name) != _mirror_of(point.module))
        return chosen + self._within(seconds, more) + self._within(seconds, ordered)

    def _within(self, seconds: float, names: Iterable[str]) -> list[str]:
        """What fits, in order; of the first, which may take longer than that, at least one."""
        chosen: list[str] = []
        for name in names:
            if not chosen or self._takes(name) <= seconds:
                chosen.append(name)
                seconds -= self._takes(name)
        return chosen

    def _other_cases(self, found: set[str], collected: Iterable[str]) -> list[str]:
        """What was not measured and looks at the same: other cases of these tests, and other tests of these cases."""
        functions = {_function_of(name) for name in found}
        cases = {_case_of(name) for name in found if "[" in name}
        return [
            name
            for name in collected
            if name not in self.seconds and (_function_of(name) in functions or _case_of(name) in cases)
        ]

    def _takes(self, name: str) -> float:
        """Of a case that was not measured, as long as half of its test's take at most."""
        return self.seconds.get(name) or self.median.get(_function_of(name), 1.0)

    def _at(self, point: Point, top: Path) -> set[int]:
        lines = self.lines.get(point.module, {})
        found = set(lines.get(str(point.line), ())) - {BEFORE_ANY}
        text = (top / point.module).read_text(encoding="utf-8").splitlines()
        if not point.definition:  # the tests that met the line are those that happened to import the module first
            return self._using(top, point.module, _name_at(text, point.line)) or found
        if found:
            return found
        around = _definition_around(text, point.line)
        return {number for line in around for number in lines.get(str(line), ())}

    def _using(self, top: Path, defined: str, name: str) -> set[int]:
        """The tests of the lines where a name that a module defines stands, in it and in those that import it."""
        found: set[int] = set()
        for module, lines in self.lines.items() if name else ():
            text = (top / module).read_text(encoding="utf-8")
            if module != defined and not re.search(rf"\b{Path(defined).stem}\b", text):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                if re.search(rf"\b{name}\b", line):
                    found.update(lines.get(str(number), ()))
        return found


def _digest(file: Path) -> str:
    return f"{RULES}:{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}"


def _in_turn(names: Iterable[str], group: Callable[[str], str]) -> Iterator[str]:
    """The first of each group, then the second of each, and so on."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(group(name), []).append(name)
    return (name for in_turn in itertools.zip_longest(*groups.values()) for name in in_turn if name is not None)


def _file_of(name: str) -> str:
    return name.partition("::")[0]


def _mirror_of(module: str) -> str:
    """tests/run/agents/test_claims.py for scripts/fanout/run/agents/claims.py."""
    folder, _, file = module.removeprefix("scripts/fanout/").rpartition("/")
    return f"tests/{folder}/test_{file}"


def _function_of(name: str) -> str:
    return name.partition("[")[0]


def _case_of(name: str) -> tuple[str, str]:
    """The folder, and the parameters: the tests of a folder share tables."""
    return name.partition("::")[0].rpartition("/")[0], name.partition("[")[2]


def measured(top: Path, cache: Path, again: bool, jobs: int) -> Covering:
    """From the cache. Files of tests that it does not know as they are now are run under coverage."""
    file = cache / "mutants.json"
    known = Known(json.loads(file.read_text(encoding="utf-8")) if file.exists() and not again else {})
    known.follow(top)
    if stale := known.stale(top):
        print(f"Measuring which lines the tests of {len(stale)} files execute ...", flush=True)
        folder = cache / f"mutants-coverage-{os.getpid()}"
        _run_covered(top, folder, sorted(stale), jobs)
        known.take(top, folder, stale)
        shutil.rmtree(folder)
        cache.joinpath("mutants.new").write_text(json.dumps(known.all), encoding="utf-8")
        cache.joinpath("mutants.new").replace(file)
    return Covering(known.all)


class Known:
    """What was measured: `files` of tests by their digest, `names` and `seconds` of tests by number, the `texts` of modules
    that `lines` numbers the lines of, and for each of them which tests execute it; BEFORE_ANY where it is executed before
    the first."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.all: dict[str, Any] = found or {"files": {}, "names": {}, "seconds": {}, "texts": {}, "lines": {}}

    def follow(self, top: Path) -> None:
        """The code was edited: each line's tests go where it stands now. Tests that are gone are forgotten."""
        self._forget([name for name in self.all["files"] if not (top / name).exists()])
        self._follow_moves(top)
        for module, was in self.all["texts"].items():
            now = (top / module).read_text(encoding="utf-8")
            if now == was:
                continue
            lines, moved = self.all["lines"][module], {}
            same = difflib.SequenceMatcher(None, was.splitlines(), now.splitlines(), autojunk=False)
            for start, to, length in same.get_matching_blocks():
                for step in range(1, length + 1):
                    if str(start + step) in lines:
                        moved[str(to + step)] = lines[str(start + step)]
            self.all["texts"][module], self.all["lines"][module] = now, moved

    def _follow_moves(self, top: Path) -> None:
        """A module that is gone is the new one that has most of its lines, if one has half of them."""
        texts = self.all["texts"]
        there = {path.relative_to(top).as_posix(): path for path in (top / SOURCE).rglob("*.py")}
        new = {
            name: set(path.read_text(encoding="utf-8").splitlines())
            for name, path in there.items()
            if name not in texts
        }
        for gone in [name for name in texts if name not in there]:
            text, lines = texts.pop(gone), self.all["lines"].pop(gone, {})
            was = set(text.splitlines())
            best = max(new, key=lambda name: len(new[name] & was), default="")
            if best and 2 * len(new.pop(best) & was) > len(was):
                texts[best], self.all["lines"][best] = text, lines

    def stale(self, top: Path) -> dict[str, str]:
        """The files of tests whose lines are to be measured, with their digests."""
        files = (file for folder in TESTS for file in (top / folder).rglob("test_*.py"))
        now = {file.relative_to(top).as_posix(): _digest(file) for file in files}
        return {name: digest for name, digest in now.items() if self.all["files"].get(name) != digest}

    def take(self, top: Path, folder: Path, files: dict[str, str]) -> None:
        """What contexts.py left in the folder, in place of what was known of these files. Tests that failed are left out."""
        self._forget(files)
        told = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("tests.*.json")]
        failed = {name for each in told for name in each["failed"]}
        if failed:
            some = ", ".join(sorted(failed)[:5])
            print(f"{len(failed)} tests fail without any change, and are left out: {some}", flush=True)
        first = 1 + max(self.all["names"].values(), default=0)
        seconds = {name: took for each in told for name, took in each["seconds"].items() if name not in failed}
        numbers = {name: first + place for place, name in enumerate(seconds)}
        self.all["names"].update(numbers)
        self.all["seconds"].update(seconds)
        numbers[""] = BEFORE_ANY
        for path in folder.glob("coverage.*"):
            for module, test, lines in _executed(path):
                if test in numbers:
                    self._add(module, numbers[test], lines)
        for module in self.all["lines"]:
            self.all["texts"][module] = (top / module).read_text(encoding="utf-8")
        self.all["files"].update(files)

    def _forget(self, files: Collection[str]) -> None:
        gone = {number for name, number in self.all["names"].items() if _file_of(name) in files}
        for key in ("names", "seconds"):
            self.all[key] = {
                name: value for name, value in self.all[key].items() if name.partition("::")[0] not in files
            }
        for name in files:
            self.all["files"].pop(name, None)
        for lines in self.all["lines"].values() if gone else ():
            for line, tests in lines.items():
                lines[line] = [number for number in tests if number not in gone]

    def _add(self, module: str, number: int, executed: list[int]) -> None:
        lines = self.all["lines"].setdefault(module, {})
        for line in executed:
            tests = lines.setdefault(str(line), [])
            if number not in tests[-1:]:
                tests.append(number)


def _executed(file: Path) -> Iterator[tuple[str, str, list[int]]]:
    """Module, test and lines of each row that coverage wrote."""
    from coverage.numbits import numbits_to_nums

    rows = (
        "SELECT file.path, context.context, numbits FROM line_bits JOIN file ON file.id = file_id"
        " JOIN context ON context.id = context_id ORDER BY context_id"
    )
    with contextlib.closing(sqlite3.connect(file)) as db:
        for path, test, lines in db.execute(rows):
            yield path[path.rindex("scripts/fanout/") :], test, numbits_to_nums(lines)


def _run_covered(top: Path, folder: Path, files: list[str], jobs: int) -> None:
    folder.mkdir(parents=True)
    env = {**os.environ, "FANOUT_COVER": str(folder), "PYTHONPATH": "scripts:tests"}
    workers = str(jobs) if jobs > 1 else "0"
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "-p", "dev.mutation.contexts", "-m", WITHOUT_CLIENT]
    done = subprocess.run([*command, *files], cwd=top, env=env, stdout=subprocess.PIPE, text=True, check=False)
    if not list(folder.glob("tests.*.json")):
        raise SystemExit(f"pytest ended with {done.returncode} and measured nothing:\n{done.stdout[-2000:]}")


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
