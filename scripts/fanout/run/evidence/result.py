"""The last line of an agent's last message: DONE|TASK|summary, BLOCKED|TASK|reason or NEEDS|TASK|path, why."""

from __future__ import annotations

import re

LINE = re.compile(r"^[\s>*`_-]*(DONE|BLOCKED|NEEDS)\s*\|\s*([^|\n]*?)\s*\|\s*(.*?)[\s*`_]*$", re.MULTILINE)
LONGEST = 300
OUT_OF_CONTEXT = re.compile(
    r"\W*(?:[^\n]*API error: (?:\d+ )?)?\W*(?:prompt is too long|autocompact is thrashing|context limit)", re.IGNORECASE
)


def parse(message: str) -> list[tuple[str, str, str]]:
    """Every result line of a message in order, as (verdict, task, text); text is cut to one short line."""
    return [(m.group(1), m.group(2), m.group(3)[:LONGEST]) for m in LINE.finditer(message)]


def of_task(message: str, task: str) -> tuple[str, str] | None:
    """The last (verdict, text) that names `task`, or None. A lone line that names another task does not count."""
    named = [(verdict, text) for verdict, name, text in parse(message) if name == task or name.endswith("/" + task)]
    return named[-1] if named else None


def is_out_of_context(message: str) -> bool:
    """Whether these are the client's words, in place of the agent's, for a context that is full."""
    return OUT_OF_CONTEXT.match(message[:400]) is not None
