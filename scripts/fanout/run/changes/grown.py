"""Whether a text only grew: each thing that was in it still is, in the same order, and nothing that was put into a line of it
may make that line check less. Where a whole line came, that is not asked."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(rb"\w+|[^\w\s]")
WORD = re.compile(rb"\w")
WEAKER = frozenset(b"or if return skip xfail todo only ignore disable exit pass unless try catch except # | ?".split())
TURNED = frozenset(b"not ! true True".split())  # harmless in a check of its own
CHECK = re.compile(rb"assert|expect|check|should|verify|require|equal|test|\bok\b", re.I)
COMMENT = re.compile(rb"/ /|/ \*|- -")


def only_grew(before: bytes, after: bytes) -> bool:
    """Both as bytes: a text in any encoding."""
    new = iter(after.splitlines())
    return all(_holds(line, new) for line in before.splitlines())


def _holds(line: bytes, new: Iterator[bytes]) -> bool:
    """Whether one of the next new lines is this one, or this one with harmless things put into it."""
    return any(one == line or is_within(line, one) for one in new)


def is_within(line: bytes, longer: bytes) -> bool:
    """Whether the line, one with a word in it, stands in the longer one in pieces, and what is between weakens nothing."""
    old, more = TOKEN.findall(line), []
    if not any(WORD.match(token) for token in old):
        return False
    place = 0
    for token in TOKEN.findall(longer):
        if place < len(old) and token == old[place]:
            place += 1
        else:
            more.append(token)
    put_in = b" ".join(more)
    weaker = WEAKER if CHECK.search(put_in) else WEAKER | TURNED
    return place == len(old) and not weaker.intersection(more) and not COMMENT.search(put_in)
