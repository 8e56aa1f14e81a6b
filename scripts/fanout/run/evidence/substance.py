"""Whether what changed is work: white space, another mode or an empty file is none, unless that was the task."""

from __future__ import annotations

import os
import re

from fanout.run.changes import objects

LAYOUT = re.compile(
    r"\b(format|reformat|whitespace|white space|indent|lint|style|line end|newline|blank|tab|chmod|executable|mode|empty"
    r"|placeholder|stub|touch|marker|package)",
    re.IGNORECASE,
)
EMPTY_ON_PURPOSE = {"__init__.py", "py.typed", ".gitkeep", ".keep", ".nojekyll"}


def hollow(root: str, before: dict[str, str], words: str) -> list[str]:
    """The changed paths (with what they held), when none of them holds any work and `words` speak of nothing like it."""
    if not before or LAYOUT.search(words):
        return []
    return sorted(before) if all(_is_hollow(root, name, old) for name, old in before.items()) else []


def _is_hollow(root: str, name: str, old: str) -> bool:
    full = os.path.join(root, name)
    if old in (objects.NOT_KEPT, objects.FOLDER) or os.path.basename(name) in EMPTY_ON_PURPOSE:
        return False
    new = objects.keep(root, full)
    if new in (objects.ABSENT, objects.NOT_KEPT) or objects.LINK in (objects.kind(old), objects.kind(new)):
        return False
    was = objects.load(root, old) if old != objects.ABSENT else b""
    return was.split() == objects.load(root, new).split()
