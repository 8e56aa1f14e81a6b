"""Of what a check printed, the lines that tell what failed: the tests by their names, then errors, else the end of it.

Known are TAP, Node's own reporter, jest, vitest, pytest, unittest, go, cargo, gradle, compilers, linters and make.
"""

from __future__ import annotations

import re

SHOWN = 600
ROOM = 900  # where the lines that tell are taken from all over
LONGEST_LINE = 240
CONTEXT = 12
CUT = "..."
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
TEST = re.compile(
    r"""\s*(?:
    not\ ok\b(?!.*\#\s*(?:TODO|SKIP)\b)
    |[✖✗✘\u00d7●]\s+(?!\d+\ problem|failing\ tests)\S
    |FAIL\s+\S.*\s[>\u203a]\s                       # vitest: the file and the test
    |FAILED\s+\S+::|ERROR\s+\S+\.py\b|\S+::\S+\s+(?:FAILED|ERROR)\b
    |(?:FAIL|ERROR):\s+\w                      # unittest
    |---\ FAIL:
    |(?!BUILD\b|test\ result)\S.*\s(?:FAILED|\.\.\.\ (?:FAIL|ERROR))\s*\Z
    )""",
    re.VERBOSE,
)
FILE = re.compile(r"\s*(?:FAIL\s+\S*[./]\S+|_{3,} \S.* _{3,}\s*\Z)")
ERROR = re.compile(
    r"""\s*(?:
    E\s{2,}\S
    |(?:[\w.]*\.)?\w*(?:Error|Exception)\b(?:\ \[\w+\])?:
    |(?:fatal\ |fatal:\ )?error(?:\[\w+\])?:\ (?!.*\bexited\b|test\ failed)
    |\S+[(:]\d+(?:[:,]\d+)?\)?:\ (?!.*\b(?:warning|note)\b)\S   # FILE:LINE: of a compiler
    |\d+:\d+\s+error\b
    |(?:thread\ .*|panic(?:ked)?\b.*)(?:panicked\ at|panic:)
    |panic:\ |Cannot\ find\ |error\ TS\d+
    )""",
    re.VERBOSE,
)
TELLING = (
    "Error: ",
    "Exception: ",
    "No module named",
    "Cannot find",
    "cannot find",
    "not found",
    "panicked at",
    "undefined: ",
)
NOISE = re.compile(
    r"\s*(?:g?make(?:\[\d+\])?: \*\*\*|npm (?:ERR!|error)|\W*ELIFECYCLE|error: (?:script|test failed|Recipe)|exit status \d"
    r"|# (?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms)\b|\u2139 |\d+\.\.\d+\Z|FAIL\Z|BUILD FAILED)"
)


def of(output: bytes) -> str:
    """What is shown of an output: all of it where it is short."""
    text = COLOURS.sub("", output.decode("utf-8", "replace")).strip()
    if len(text) <= SHOWN:
        return text
    lines = text.splitlines()
    named = _matching(lines, TEST) or _matching(lines, FILE)
    errors = _matching(lines, ERROR)
    if not named and not errors:
        return _end(text, SHOWN)
    chosen = _within(lines, named, ROOM // 2) if named else _last(lines, SHOWN // 2)
    wanted = [at + step for at in named for step in range(1, CONTEXT) if at + step not in named]
    chosen |= _within(lines, [*wanted, *errors, len(lines) - 1], ROOM - _size(lines, chosen), chosen)
    return _joined(lines, sorted(chosen))


def in_a_line(lines: list[str]) -> str:
    """Of some lines the one that tells most: the first test that failed, with its error, else an error, else the last."""
    for pattern in (TEST, FILE):
        named = _matching(lines, pattern)
        if named:
            until = named[1] if len(named) > 1 else len(lines)
            errors = [_whole(lines, at) for at in _matching(lines, ERROR) if named[0] < at < until]
            return ": ".join([lines[named[0]].rstrip(":"), *errors[:1]])
    told = [line for line in lines if any(word in line for word in TELLING)]
    errors = [_whole(lines, at) for at in _matching(lines, ERROR)]
    others = [line for line in lines if not NOISE.match(line)]
    return (told[-1:] or errors[:1] or others[-1:] or lines[-1:])[0]


def _whole(lines: list[str], at: int) -> str:
    """The line of an error, with the next one where it only announces that."""
    line = lines[at].removesuffix("|-").rstrip()
    return f"{line} {lines[at + 1].strip()}" if line.endswith(":") and at + 1 < len(lines) else line


def _matching(lines: list[str], pattern: re.Pattern[str]) -> list[int]:
    return [at for at, line in enumerate(lines) if pattern.match(line)]


def _within(lines: list[str], wanted: list[int], room: int, chosen: set[int] | None = None) -> set[int]:
    """The first of the wanted lines that there is room for."""
    found: set[int] = set()
    for at in wanted:
        if at >= len(lines) or at in found or at in (chosen or ()):
            continue
        room -= _size(lines, {at})
        if room < 0:
            break
        found.add(at)
    return found


def _last(lines: list[str], room: int) -> set[int]:
    return _within(lines, list(range(len(lines) - 1, -1, -1)), room)


def _size(lines: list[str], chosen: set[int]) -> int:
    return sum(min(len(lines[at]), LONGEST_LINE) + 1 for at in chosen)


def _joined(lines: list[str], chosen: list[int]) -> str:
    shown: list[str] = []
    for before, at in zip([chosen[0] - 1, *chosen], chosen):
        shown += [CUT] if at != before + 1 else []
        shown.append(lines[at][:LONGEST_LINE])
    return "\n".join(shown)


def _end(text: str, room: int) -> str:
    """The last lines, whole, as far as there is room."""
    cut = text[-room:]
    return cut.partition("\n")[2] or cut
