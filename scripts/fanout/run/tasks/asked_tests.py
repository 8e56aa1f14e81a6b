"""Tests that a task asks for, or is checked by, and names no file of: a new file of tests is its own too."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SAID = "Tests that it asks for and that are not there yet are yours too, in a new file."
# "with a test", "and a test for it", "add tests"; not "names the FAQ and the two tests", "and run the tests", "with test data".
_ASKED = re.compile(
    r"\b(?:with|and|plus|includ\w+|writ(?:e|es|ing)|add(?:s|ing)?)\s+"
    r"(?:(?!(?:the|those|these|both|all|existing|old|other|run|runs|running|pass|passes|keep|keeps|how|names?|says?)\b)[^\s.]+\s+){0,4}?"
    r"(?:[\w-]+-)?tests?\b(?![-\w]|\s+(?:data|runs?|runners?|suites?|commands?|servers?|env\w*|accounts?|pages?|results?|coverage|output|mode|users?)\b)",
    re.IGNORECASE,
)
_TEXT = re.compile(
    r"\.(?:md|mdx|txt|rst|adoc|html?|tex)\Z|(?:\A|/)(?:NEWS|CHANGES|Changes|ChangeLog|CHANGELOG|HISTORY|README|AUTHORS|LICENSE|INSTALL|TODO)\Z|"
    r"(?:\A|/)man\d?/[^/]+\.\d\w*\Z"
)
_OF_PERL = re.compile(r"(?:\A|/)x?t/[^/]+\.\w+\Z")  # as others keep theirs too: t/disk.sh
_CHECKED = re.compile(r"test_|[._]test\b|[._]spec\b|_test\b", re.IGNORECASE)


def are_unnamed(record: Mapping[str, Any]) -> bool:
    """Whether the task of a plan's record asks for tests and declares no file of them."""
    checks = " ".join(item.get("command") or "" for item in record.get("accept") or [])
    return _names_none(record) and bool(_CHECKED.search(checks) or _asks(record))


def are_asked_for(record: Mapping[str, Any]) -> bool:
    """Whether the task's own words ask for them, and it declares no file of them."""
    return _names_none(record) and _asks(record)


def _asks(record: Mapping[str, Any]) -> bool:
    """Of what writes nothing but texts nobody wants tests: it only speaks of some."""
    return not all(map(_TEXT.search, record["writes"])) and bool(_ASKED.search(_words(record)))


def _names_none(record: Mapping[str, Any]) -> bool:
    writes = record.get("writes") or []
    return bool(writes) and not record.get("read_only") and not any(is_test(path) for path in writes)


def _words(record: Mapping[str, Any]) -> str:
    """What its title, its description and its criteria say."""
    criteria = [item.get("text") or "" for item in record.get("accept") or []]
    return "\n".join([record.get("title") or "", record.get("description") or "", *criteria])


def is_test(path: str) -> bool:
    """Whether a path's name is that of tests, or of what stands with them."""
    return "test" in path.lower() or "spec" in path.lower() or bool(_OF_PERL.search(path))
