"""How a superpowers task proves itself: "Run: `pytest tests/test_a.py -v`" with "Expected: PASS" below it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from fanout.plan.read.prose import vocabulary
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry
from fanout.plan.read.text.markdown import Line

MOST = 3  # commands of a task
NEAR = 6  # lines in which the expectation stands below its command
_START = r"\s*(?:[-*]\s+(?:\[.?\]\s+)?)?\**"
_RUN = re.compile(_START + r"(?:Re-?)?Run(?:\s+[\w ]{1,30})?\**\s*:\**\s*(?:`([^`\n]+)`)?", re.IGNORECASE)
_EXPECTED = re.compile(_START + r"Expect(?:ed)?(?:\s+\w+)?\**\s*:\**\s*(.+)", re.IGNORECASE)
_PASSES = re.compile(
    r"\W*(?:PASS(?:ES|ED|ING)?\b|(?:all|every|both|\d+|the)\b[\w \-/().`]{0,40}\bpass(?:es|ed|ing)?\b|tests? pass|green\b)",
    re.IGNORECASE,
)
_FAILS = re.compile(r"\bfail(?:s|ed|ing|ures?)?\b|\bpasses? manually\b", re.IGNORECASE)
_OPEN = re.compile(r"<[\w .-]+>|\.\.\.|…|\$\{?[A-Z_]+\}?")  # something to be filled in first


def take(entry: Entry, lines: Sequence[Line]) -> None:
    """The commands that are expected to pass at the end judge the task; what fails first by intention does not."""
    last: dict[str, bool] = {}
    for command, expected in _runs(lines):
        last.pop(command, None)
        last[command] = bool(_PASSES.match(expected)) and not _FAILS.search(expected)
    for command in [command for command, passes in last.items() if passes and _is_command(command)][-MOST:]:
        entry.accept("", command)
        entry.infer("accept", "a step runs it, and expects that it passes", 0.7)


def _is_command(text: str) -> bool:
    return not _OPEN.search(text) and not as_path(text) and (" " in text or text in vocabulary.COMMANDS)


def _runs(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Each command with what is expected of it, "" where nothing is said."""
    for index, line in enumerate(lines):
        found = _RUN.match(line.text) if line.plain else None
        if found is None:
            continue
        command = (found[1] or _fenced(lines, index + 1)).strip().removeprefix("$ ")
        if command:
            yield command, _expected(lines, index + 1)


def _from(lines: Sequence[Line], start: int) -> Iterator[Line]:
    return (lines[at] for at in range(start, len(lines)))


def _fenced(lines: Sequence[Line], start: int) -> str:
    """The one command of the block of code that comes next."""
    block = []
    for line in _from(lines, start):
        if line.fenced:
            block.append(line.text.strip())
        elif block or line.text.strip():
            break
    commands = [text for text in block if text and not text.startswith(("#", "```", "~~~"))]
    return commands[0] if len(commands) == 1 else ""


def _expected(lines: Sequence[Line], start: int) -> str:
    """What stands behind the next "Expected:", before another command or step."""
    said = (line for line in _from(lines, start) if line.plain and line.text.strip())
    for line in itertools.islice(said, NEAR):
        found = _EXPECTED.match(line.text)
        if found:
            return found[1]
        if line.box() or _RUN.match(line.text):
            break
    return ""
