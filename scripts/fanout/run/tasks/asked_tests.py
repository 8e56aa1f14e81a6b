"""Tests that a task asks for, or is checked by, and names no file of: a new file of tests is its own too."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SAID = "Tests that it asks for and that are not there yet are yours too, in a new file."
_ASKED = re.compile(r"\b(?:with|and|plus|includ\w+|writ(?:e|ing)|add(?:ing)?)\b[^.\n]{0,30}\btests?\b", re.IGNORECASE)
_CHECKED = re.compile(r"test_|[._]test\b|[._]spec\b|_test\b", re.IGNORECASE)


def are_unnamed(record: Mapping[str, Any]) -> bool:
    """Whether the task of a plan's record asks for tests and declares no file of them."""
    writes = record.get("writes") or []
    if not writes or record.get("read_only") or any(is_test(path) for path in writes):
        return False
    checks = " ".join(item.get("command") or "" for item in record.get("accept") or [])
    return bool(_CHECKED.search(checks) or _ASKED.search(f"{record.get('title', '')}\n{record.get('description', '')}"))


def is_test(path: str) -> bool:
    """Whether a path's name is that of tests, or of what stands with them."""
    return "test" in path.lower() or "spec" in path.lower()
