"""How a superpowers task proves itself: "Run: `pytest tests/test_a.py -v`" with "Expected: PASS" below it, the test that it
writes and sees fail before it implements, and what the plan's constraints say that has to pass.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from fanout.plan.read.prose import standing_check, vocabulary
from fanout.plan.read.prose.of_all import sentences
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.prose.write_or_read import is_test
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import markdown
from fanout.plan.read.text.markdown import Line, Page

MOST = 3  # commands of a task
NEAR = 6  # lines in which the expectation stands below its command
_START = r"\s*(?:[-*]\s+(?:\[.?\]\s+)?)?\**"
_RUN = re.compile(_START + r"(?:Re-?)?Run(?:\s+[\w ]{1,30})?\**\s*:\**\s*(?:`([^`\n]+)`)?", re.IGNORECASE)
# All in the line of a step: "- [ ] **Step 2: Run it** `node --test tests/a.test.js` Expected: FAIL".
_IN_STEP = re.compile(
    r"\s*[-*]\s+\[.?\]\s+\**(?:Step\s+\d+\W{1,3})?(?:(?:now|then)\s+)?(?:Re-?)?Run\b[^`\n]{0,40}`(?P<command>[^`\n]+)`\W*"
    r"(?:Expect(?:ed)?\**\s*:?\**\s*(?P<expected>.+))?",
    re.IGNORECASE,
)
_MAKES = re.compile(
    r"\b(?:implement|make\s+(?:it|them|the\s+tests?)\s+pass|write\s+(?:the\s+)?(?:minimal|code|implementation))",
    re.IGNORECASE,
)
_CONSTRAINTS = re.compile(r"\b(?:constraints?|rules|conventions?|quality\s+gates?)\b", re.IGNORECASE)
_EXPECTED = re.compile(_START + r"Expect(?:ed)?(?:\s+\w+)?\**\s*:\**\s*(.+)", re.IGNORECASE)
_PASSES = re.compile(
    r"\W*(?:PASS(?:ES|ED|ING)?\b|(?:all|every|both|\d+|the)\b[\w \-/().`]{0,40}\bpass(?:es|ed|ing)?\b|tests? pass|green\b)",
    re.IGNORECASE,
)
_FAILS = re.compile(r"\bfail(?:s|ed|ing|ures?)?\b|\bpasses? manually\b", re.IGNORECASE)
_ITEM = re.compile(r"\A\s*(?:[-*+]|\d+[.)])\s+")
_OPEN = re.compile(r"<[\w .-]+>|\.\.\.|…|\$\{?[A-Z_]+\}?")  # something to be filled in first


def take(entry: Entry, lines: Sequence[Line]) -> None:
    """The commands that are expected to pass at the end judge the task; what fails first by intention does not, unless it runs
    the task's own test and the task goes on to implement what that is for."""
    last: dict[str, bool] = {}
    for command, expected, index in _runs(lines):
        last.pop(command, None)
        passes = bool(_PASSES.match(expected)) and not _FAILS.search(expected)
        last[command] = passes or (_is_own_test(entry, command, expected) and _goes_on(lines, index))
    for command in [command for command, passes in last.items() if passes and _is_command(command)][-MOST:]:
        entry.accept("", command)
        entry.infer("accept", "a step runs it, and expects that it passes", 0.7)


def _is_own_test(entry: Entry, command: str, expected: str) -> bool:
    """Whether a command that is to fail, or of which nothing is said, runs a test that the task writes."""
    own = {path for path in entry.get("writes") if is_test(path)}
    named = {as_path(word.partition("::")[0]) for word in command.split()}
    return bool(own & named) and (not expected or bool(_FAILS.search(expected) and not _PASSES.match(expected)))


def _goes_on(lines: Sequence[Line], index: int) -> bool:
    """Whether a later step implements."""
    return any(
        box is not None and _MAKES.search(box.text)
        for line in _from(lines, index + 1)
        if line.plain
        for box in [line.box()]
    )


def of_all(gather: Gather, page: Page) -> None:
    """Each open task is judged by what the plan's constraints say that has to pass: "`node --test tests/` must pass"."""
    commands = list(dict.fromkeys(_standing(page)))
    for entry in gather.entries if commands else ():
        if entry.note.status not in ("completed", "skipped") and not entry.fields.get("read_only"):
            for command in commands:
                entry.accept("", command)
            entry.infer("accept", "the plan says that each task has to pass it", 0.8)


def _standing(page: Page) -> Iterator[str]:
    for index, line in enumerate(page.lines):
        if line.level > 1 and line.plain and _CONSTRAINTS.search(line.title):
            for below in markdown.section(page.lines, index):
                text = _ITEM.sub("", below.text) if below.plain and not below.level else ""
                for sentence in sentences(text):
                    yield from standing_check.find(sentence)


def _is_command(text: str) -> bool:
    return not _OPEN.search(text) and not as_path(text) and (" " in text or text in vocabulary.COMMANDS)


def _runs(lines: Sequence[Line]) -> Iterator[tuple[str, str, int]]:
    """Each command with what is expected of it, "" where nothing is said, and the place of its line."""
    for index, line in enumerate(lines):
        step = _IN_STEP.match(line.text) if line.plain else None
        if step is not None:
            yield step["command"].strip().removeprefix("$ "), step["expected"] or _expected(lines, index + 1), index
            continue
        found = _RUN.match(line.text) if line.plain else None
        if found is None:
            continue
        command = (found[1] or _fenced(lines, index + 1)).strip().removeprefix("$ ")
        if command:
            yield command, _expected(lines, index + 1), index


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
