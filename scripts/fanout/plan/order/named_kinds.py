"""Files of tasks that name none, by what the tree calls them: "Both exporters lose the cents" where there are two, and "the docs,
i.e. usage and the readme" where there are docs/usage.md and README.md.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from fanout.plan.agent_types import READERS
from fanout.plan.model import Task
from fanout.plan.order import found_writes, modules
from fanout.plan.order.base_paths import EXACT
from fanout.plan.order.signs import is_test
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.reading import Inference, Note, Reading

LIKELY = 0.7
MOST = 8
_COUNTS = {"both": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
# "Both exporters", "the three parsers", "all our exporters"; not "like both exporters", "tests for both stores".
_KIND = re.compile(
    r"(?:\A[\W\d_]*|[.;:,]\s+|\b(?:in|fix|change|update|teach|make|let|give|move|port|convert|refactor|rewrite|extend|clean\s+up)\s+)"
    r"(?P<many>both|all|(?:the\s+|our\s+|all\s+)?(?:two|three|four|five|six))\s+(?:(?:of\s+)?(?:the|our|these)\s+)?(?P<kind>[a-z][a-z-]{2,30}s)\b",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\A\W*(?:tests?|specs?|docs?|document\w*|describ\w*|explain\w*|verif\w*|check|review|run)\b", re.IGNORECASE
)
_TELLS = (
    r"(?:describ|explain|mention|say|tell|cover|document|show|list|updat|writ|extend|adapt|refresh|revis|rewrit|improv|fix|add|get|need|put|"
    r"beschreib|erklär|aktualisier)\w*"
)
_DOCS = re.compile(r"\b(?:docs?|documentation|manual|handbook|guides?)\b", re.IGNORECASE)
_README = re.compile(r"(?<![\w./-])readme(?![\w/-]|\.\w)", re.IGNORECASE)
_SPOKEN_OF = re.compile(
    r"\b(?:see|as|per|like|from|reads?|follow\w*|according\s+to|than|by|linked|consult)\s+(?:(?:in|to|from)\s+)?(?:[\w-]+\s+){0,6}\Z",
    re.IGNORECASE,
)
_TELLING = re.compile(rf"\b{_TELLS}\b", re.IGNORECASE)
_TEXT = re.compile(r"\.(?:md|mdx|rst|txt|adoc)\Z")
_CLAUSE = re.compile(r"(?<![ie]\.[eg]\.)(?<=[.;!?])\s|\n")


def resolve(reading: Reading, tracked: frozenset[str]) -> Reading:
    """The reading with such files written; nothing is known without `tracked`, the files of the project."""
    if not tracked or reading.format in EXACT:
        return reading
    found: dict[str, found_writes.Found] = {}
    for task in reading.document.tasks:
        if not _may_write(reading, task):
            continue
        more = dict([*_kinds(task, tracked), *_texts(task, tracked)])
        if more:
            found[task.id] = list(more), [Inference("writes", why, LIKELY) for why in dict.fromkeys(more.values())]
    return found_writes.put(reading, found) if found else reading


def _may_write(reading: Reading, task: Task) -> bool:
    """Whether the task is open and names no file that it writes, though it writes something."""
    note = reading.notes.get(task.id, Note())
    is_open = note.status not in ("completed", "skipped") and note.parallel is not False
    return is_open and not (task.writes or task.read_only or task.agent in READERS or only_looks(task.title))


def _kinds(task: Task, tracked: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The files of what the title says is changed of several: as many as it says, in a folder or by a name that is called so."""
    if _ELSE.search(task.title):
        return
    for match in _KIND.finditer(task.title):
        kind = match["kind"].lower()
        paths = _of_kind(kind, tracked)
        wanted = _COUNTS.get(match["many"].lower().split()[-1], 0)
        if paths and (len(paths) == wanted or (not wanted and 1 < len(paths) <= MOST)):
            for path in paths:
                yield path, f"it is one of the {kind} that the project has"


def _of_kind(kind: str, tracked: frozenset[str]) -> list[str]:
    """The code below a folder of that name, else that which is called so: exporters/csv.py, csv_exporter.py."""
    one = kind[:-1]
    code = [
        path
        for path in sorted(tracked)
        if modules.is_code(path) and not is_test(path) and _stem(path) not in ("__init__", "index", "mod")
    ]
    below = [path for path in code if posixpath.basename(posixpath.dirname(path)).lower() in (kind, one)]
    named = [path for path in code if re.search(rf"(?:\A|[_.-]){re.escape(one)}s?\Z", _stem(path).lower())]
    both = [path for path in below if path in named]
    return both or below or named


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _texts(task: Task, tracked: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The readme, and the pages of the folder of docs, in a sentence that says what they are to tell."""
    for sentence in _CLAUSE.split(f"{task.title}\n{task.description}"):
        if not _TELLING.search(sentence):
            continue
        named = _README.search(sentence)
        if named and not _SPOKEN_OF.search(sentence, 0, named.start()):
            readmes = [path for path in tracked if re.fullmatch(r"README(?:\.\w+)?", path, re.IGNORECASE)]
            if len(readmes) == 1:
                yield readmes[0], "its words say what the readme is to tell"
        docs = _DOCS.search(sentence)
        if docs and not _SPOKEN_OF.search(sentence, 0, docs.start()):
            words = {word.lower() for word in re.findall(r"[^\W_]+", sentence)}
            for path in sorted(tracked):
                is_page = path.startswith(("docs/", "doc/")) and _TEXT.search(path)
                if is_page and _stem(path).lower() in words - {"docs", "doc", "readme", "index", "the"}:
                    yield path, "its words say what this page of the docs is to tell"
