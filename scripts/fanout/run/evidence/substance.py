"""Whether what changed is work: white space, another mode, an empty or emptied file is none, unless that was the task.

Where indentation has a meaning (Python, YAML, make) a line that moved is work.
"""

from __future__ import annotations

import os
import re

from fanout.run.changes import objects

LAYOUT = re.compile(
    r"\b(format|reformat|whitespace|white space|indent|lint|style|line end|newline|blank|tab|chmod|executable|mode|empty"
    r"|placeholder|stub|touch|marker|package)",
    re.IGNORECASE,
)
INDENTED = re.compile(
    r"\.(py|pyi|ya?ml|pug|jade|haml|sass|slim|coffee|nim|hs|fs|mk|md|rst)\Z|(\A|/)(GNUm|m|M)akefile\Z"
)
EMPTY_ON_PURPOSE = {"__init__.py", "py.typed", ".gitkeep", ".keep", ".nojekyll"}


def hollow(root: str, folder: str, before: dict[str, str], words: str) -> list[str]:
    """The changed paths below the folder (with what they held), when none of them holds any work and `words` speak of
    nothing like it."""
    if not before or LAYOUT.search(words):
        return []
    return sorted(before) if all(_is_hollow(root, folder, name, old) for name, old in before.items()) else []


def _is_hollow(root: str, folder: str, name: str, old: str) -> bool:
    full = os.path.join(folder, name)
    if old in (objects.NOT_KEPT, objects.FOLDER) or os.path.basename(name) in EMPTY_ON_PURPOSE:
        return False
    new = objects.keep(root, full)
    if new in (objects.ABSENT, objects.NOT_KEPT) or objects.LINK in (objects.kind(old), objects.kind(new)):
        return False
    was = objects.load(root, old) if old != objects.ABSENT else b""
    now = objects.load(root, new)
    if not _words(now):
        return True  # also of one that held something
    return _words(was) == _words(now) and not (INDENTED.search(name) and _indents(was) != _indents(now))


def _words(data: bytes) -> list[bytes]:
    return data.removeprefix(b"\xef\xbb\xbf").split()


def _indents(data: bytes) -> list[int]:
    """How far in each line with something on it begins, against the one before it: deeper, as deep or less deep."""
    depths = [len(line) - len(line.lstrip()) for line in data.expandtabs(8).splitlines() if line.strip()]
    return [(one > other) - (one < other) for one, other in zip(depths[1:], depths)]
