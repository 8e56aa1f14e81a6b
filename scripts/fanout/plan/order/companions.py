# ruff: noqa: RUF001 - dashes as people type them
"""Files that go with the one that a task names: its header ("src/str.c (+ header)") and its test ("src/stats.js + tests",
"inv/pdf.py: escape parentheses; test it"). The tree tells where they are, or where those of its other files are.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from fanout.plan.agent_types import READERS
from fanout.plan.model import Task
from fanout.plan.order import architecture, found_writes, modules
from fanout.plan.order.base_paths import EXACT
from fanout.plan.order.signs import is_test
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.reading import Inference, Note, Reading

SURE = 0.8
_A = r"(?:(?:its|the|an?|some|new|own|unit|small|few|matching|good|und|mit)\s+){0,3}"
_PLUS = r"(?:\+|&|\bplus\b|\b(?:and|with|incl(?:uding|\.)?|mit|und|avec|con)\b|[,;(–—-])"
_HEADER = re.compile(
    rf"{_PLUS}\s*\(?{_A}headers?(?:\s+files?)?\b(?!\s+(?:line|row|of|for|in|is|are|that|field|name|value|level)\b)",
    re.IGNORECASE,
)
_TESTS = re.compile(
    rf"(?:\+|&|\bplus|\bincl(?:uding|\.)?)\s*{_A}(?:unit[\s-])?tests?\b(?!\s+(?:of|for|data|run|case))|"
    rf"\b(?:with|and|mit|und|avec|con)\s+(?:(?:its|an?|own|unit|small|few|some|good)\s+){{0,3}}(?:unit[\s-])?tests?\s*(?=[).,;:]|\Z)|"
    rf"(?:[;,.:(–—]|\s-|\band)\s*(?:then\s+|please\s+|and\s+)*(?:test\s+(?:it|this|that|both)|(?:add|write)\s+{_A}(?:unit[\s-])?tests?)\s*(?=[).,;:!]|\Z)",
    re.IGNORECASE,
)
_NO = re.compile(r"\b(?:no|not|without|never|don['’]t|ohne|kein\w*|sans|sin)\b[^.;]{0,12}\Z", re.IGNORECASE)
_C, _HEADERS = (".c", ".cc", ".cpp", ".cxx", ".m", ".mm"), (".h", ".hh", ".hpp", ".hxx")
_WILD = frozenset("*?[]{}")


def resolve(reading: Reading, tracked: frozenset[str]) -> Reading:
    """The reading with such files written; nothing is known without `tracked`, the files of the project."""
    if not tracked or reading.format in EXACT:
        return reading
    found: dict[str, found_writes.Found] = {}
    for task in reading.document.tasks:
        if _may_write(reading, task):
            more = {path: why for path, why in _of(task, tracked) if path not in task.writes}
            if more:
                found[task.id] = list(more), [Inference("writes", why, SURE) for why in dict.fromkeys(more.values())]
    return found_writes.put(reading, found) if found else reading


def _may_write(reading: Reading, task: Task) -> bool:
    note = reading.notes.get(task.id, Note())
    is_open = note.status not in ("completed", "skipped")
    return is_open and bool(task.writes) and not (task.read_only or task.agent in READERS or only_looks(task.title))


def _of(task: Task, tracked: frozenset[str]) -> Iterable[tuple[str, str]]:
    text = f"{task.title}\n{task.description}"
    code = [path for path in task.writes if modules.is_code(path) and not is_test(path) and not _WILD & set(path)]
    if len(code) == 1 and _says(_HEADER, text) and (header := _header(code[0], tracked)):
        yield header, f"its words name the header of {code[0]}"
    is_tested = any(map(is_test, task.writes))
    if len(code) in (1, 2) and not is_tested and _says(_TESTS, text):
        for path in code:
            if not path.endswith(_HEADERS) and (test := _test(path, tracked)):
                yield test, f"its words ask for the test of {path}"


def _says(words: re.Pattern[str], text: str) -> bool:
    return any(not _NO.search(text, 0, match.start() + 1) for match in words.finditer(text))


def _header(path: str, tracked: frozenset[str]) -> str:
    """The one header of that name, or where it would stand: as the others' do, else beside the file; "" for no C."""
    stem, ending = posixpath.splitext(path)
    if ending not in _C:
        return ""
    name = posixpath.basename(stem)
    there = [
        one
        for one in tracked
        if posixpath.splitext(one)[1] in _HEADERS and posixpath.basename(one).rpartition(".")[0] == name
    ]
    if len(there) == 1:
        return there[0]
    beside = [f"{stem}{one}" for one in _HEADERS]
    return next((one for one in beside if one in there), "" if there else _where(path, tracked, _HEADERS) or beside[0])


def _where(path: str, tracked: frozenset[str], endings: tuple[str, ...]) -> str:
    """Where the header of the file would stand, by those of the files beside it; "" where these say nothing."""
    folder = posixpath.dirname(path)
    names = {
        posixpath.basename(one).rpartition(".")[0]
        for one in tracked
        if posixpath.dirname(one) == folder and one.endswith(_C)
    }
    own = posixpath.basename(path).rpartition(".")[0]
    found = {
        posixpath.join(posixpath.dirname(one), own + posixpath.splitext(one)[1])
        for one in tracked
        if posixpath.splitext(one)[1] in endings and posixpath.basename(one).rpartition(".")[0] in names
    }
    return found.pop() if len(found) == 1 else ""


def _test(path: str, tracked: frozenset[str]) -> str:
    """The one test of the file, or where it would stand, as the tests of the files of its folder do; "" where that is unknown."""
    tests = sorted(one for one in tracked if is_test(one) and modules.is_code(one))
    own = [one for one in tests if architecture.is_test_of(one, path)]
    if own:
        return own[0] if len(own) == 1 else ""
    stem, ending = posixpath.splitext(posixpath.basename(path))
    folder = posixpath.dirname(path)
    beside = {posixpath.splitext(posixpath.basename(one))[0] for one in tracked if posixpath.dirname(one) == folder}
    made = set()
    for one in tests:
        subject = architecture.subject(one)
        if subject in beside and subject and posixpath.splitext(one)[1] == ending:
            made.add(posixpath.join(posixpath.dirname(one), posixpath.basename(one).replace(subject, stem, 1)))
    return made.pop() if len(made) == 1 else ""
