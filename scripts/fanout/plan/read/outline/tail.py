# ruff: noqa: RUF001 - arrows and dashes as people type them
"""What people put at the end of a task's line: "(2 hours)", "[~30 min]", "(M)", "→ test-engineer"."""

from __future__ import annotations

import re

from fanout.plan.read.reading_builder import Entry
from fanout.plan.read.text import labelled_sections

_SIZE = re.compile(
    r"[(\[]\s*(?:est(?:imate[d]?|\.)?:?\s*|effort:?\s*|size:?\s*|time:?\s*)?[~≈<]?\s*"
    r"(?P<value>\d+(?:\.\d+)?(?:\s*[-–]\s*\d+(?:\.\d+)?)?\s*(?:h|hours?|hrs?|m|min(?:ute)?s?|d|days?|小时|分钟|天)|XS|S|M|L|XL)\s*[)\]]",
    re.IGNORECASE,
)
_AGENT = re.compile(
    r"(?:→|⟶|->|=>)\s*(?:@|agent:?\s*)?`?@?(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*-?"
    r"(?:agent|expert|engineer|developer|dev|specialist|reviewer|architect|writer|tester|designer|analyst|pro|lead))`?\s*[.)\]]*\s*\Z"
)


def take(entry: Entry, text: str) -> None:
    """The estimate and the agent that the end of a task's line names."""
    line = text.rstrip()
    agent = _AGENT.search(line)
    if agent and "agent" not in entry.fields:
        entry.set("agent", agent["name"])
        line = line[: agent.start()].rstrip()
    last = line[line.rfind("(") :] if line.endswith(")") else line[line.rfind("[") :] if line.endswith("]") else ""
    size = _SIZE.fullmatch(last) if last else None
    if size:
        labelled_sections.effort(entry, "size", size["value"])
