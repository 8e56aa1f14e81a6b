"""Which paths an MCP tool would write, as far as its name and arguments tell: there is no contract for that."""

from __future__ import annotations

import re

WRITES = re.compile(
    r"write|edit|create|delete|remove|move|rename|copy|patch|replace|insert|append|save|upload|truncate|apply|update",
    re.IGNORECASE,
)
READS = re.compile(r"(^|_)(read|get|list|search|find|view|show|fetch|query|describe)", re.IGNORECASE)
PATH_KEY = re.compile(
    r"^(path|file|filename|uri|(file|relative|absolute|target|dest|destination|source|src|output|old|new|from|to)_?"
    r"(path|file|name)?|paths|files)$",
    re.IGNORECASE,
)


def targets(tool: str, call: dict[str, object]) -> list[str]:
    """The paths in the arguments of a tool whose name says that it writes; [] for one that reads."""
    name = tool.rsplit("__", 1)[-1]
    if not WRITES.search(name) or (READS.search(name) and not WRITES.match(name)):
        return []
    found: list[str] = []
    _collect(call, found, 0)
    return found


def _collect(value: object, found: list[str], depth: int) -> None:
    if depth > 4 or not isinstance(value, dict):
        return
    for key, item in value.items():
        items = item if isinstance(item, list) else [item]
        for each in items:
            if isinstance(each, dict):
                _collect(each, found, depth + 1)
            elif isinstance(each, str) and isinstance(key, str) and PATH_KEY.match(key) and _is_path(each):
                found.append(each[len("file://") :] if each.startswith("file://") else each)


def _is_path(text: str) -> bool:
    return 0 < len(text) < 4096 and "\n" not in text and not re.match(r"(?!file:)[a-z][a-z0-9+.-]+://", text)
