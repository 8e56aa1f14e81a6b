"""Whether a result line itself tells what a task found that is there to find something: names, numbers, several statements."""

from __future__ import annotations

import re

from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# How the title of a task begins that is there to look. "List" and "write up" make something as often.
LOOKS = re.compile(
    r"\W*(?:\w+:\s+)?(?:re-?)?(?:review|audit|find|look|inspect|investigate|analy[sz]e|research|explore|assess|evaluate|compare|"
    r"search|identify|survey|examine|study|read|trace|measure)\b",
    re.IGNORECASE,
)
RUNS = re.compile(r"\W*(?:\w+:\s+)?(?:re-?)?(?:run|execute|test|check|verify|validate)\b", re.IGNORECASE)
STATEMENT = re.compile(r"[;\n]\s*|\.\s+|,\s+(?:and|but)\s+")
NAMES = re.compile(r"\d|`[^`]+`|\w[/.]\w|\w_\w|[a-z][A-Z]|\w\(\)")
FEWEST_WORDS = 2


def is_one(record: dict[str, Any], line: str) -> bool:
    """Whether the task is there to find something and its result line, alone, says what."""
    if not _finds(record):
        return False
    statements = [part for part in STATEMENT.split(line) if len(part.split()) >= FEWEST_WORDS]
    return len(statements) > 1 or bool(statements and NAMES.search(line))


def is_of_more(record: dict[str, Any], line: str, beside: str, could_not: re.Pattern[str]) -> bool:
    """Whether what could not be done is one finding among others, or is explained, of a task that is there to find something.
    Of one that is there to run something it is the whole result."""
    if not _finds(record):
        return False
    others = [part for part in STATEMENT.split(line) if not could_not.search(part)]
    if any(len(part.split()) >= FEWEST_WORDS for part in others):
        return True
    return bool(beside) and RUNS.match(_title(record)) is None


def _finds(record: dict[str, Any]) -> bool:
    return tasks.writes_nothing(record) or LOOKS.match(_title(record)) is not None


def _title(record: Mapping[str, Any]) -> str:
    return str(record.get("title", ""))
