"""What a task that writes nothing but texts is to tell of, and which earlier tasks make that: "Document `limit` and both stores"
needs the one that produces `limit`, and the two that make a store.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import NamedTuple

from fanout.plan.order.layers import EMPTY, words_of

_TELLS = re.compile(
    r"(?<![\w-])(?:document|describ|explain|mention|cover)(?:s|es?|ing)?\s+(?:how\s+to\s+use\s+)?(?P<what>(?:`[^`\n]+`|[^.;:()`\n]){1,120}?)\s*"
    r"(?=[.;:()\n]|\Z|\s(?:in|into|on|with|for|to|as|at)\s|\*\*)",
    re.IGNORECASE,
)
_TEXT = re.compile(r"(?:\A|/)docs?/|\.(?:md|mdx|rst|txt|adoc)\Z|(?:\A|/)(?:README|MANUAL)\w*\Z")
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|&|plus)\s+", re.IGNORECASE)
_MANY = re.compile(
    r"(?P<many>both|all|(?:all\s+)?the\s+(?:two|three|four)|the)\s+(?:of\s+)?(?:the\s+|our\s+|new\s+)*(?P<kind>[a-z][a-z-]{2,}s)\Z",
    re.IGNORECASE,
)
_COUNTS = {"both": 2, "two": 2, "three": 3, "four": 4}
_MAKES = re.compile(
    r"\b(?:produces?|exports?|creates?|adds?|defines?|implements?|provides?|exposes?)\b[^`\n]*(?P<spans>`.*)",
    re.IGNORECASE,
)
_CALLED = re.compile(r"`(?:[\w.]+\s+)?(?P<name>[A-Za-z_]\w*)")
_NAME = re.compile(r"`(?P<name>[A-Za-z_]\w*)(?:\([^`]*\))?`\Z")
MOST = 8
_LEAST = 3  # letters


class Told(NamedTuple):
    """What a task's text tells of by parts, and what it says that it makes: names, and words of its title, files and names."""

    tells: tuple[str, ...]
    makes: frozenset[str]
    words: frozenset[str]


def of(title: str, text: str, writes: Sequence[str]) -> Told:
    """`text` is all that the task says."""
    only_texts = bool(writes) and all(map(_TEXT.search, writes))
    parts = (
        [part.strip() for match in _TELLS.finditer(text) for part in _AND.split(match["what"])] if only_texts else []
    )
    makes = {called["name"] for match in _MAKES.finditer(text) for called in _CALLED.finditer(match["spans"])}
    stems = [posixpath.splitext(posixpath.basename(path))[0] for path in writes]
    words = {word for one in [title, *makes, *stems] for word in words_of(one)}
    return Told(tuple(dict.fromkeys(part for part in parts if part)), frozenset(makes), frozenset(words))


def makers(part: str, before: Sequence[Told]) -> list[int]:
    """The places of the earlier tasks that make what the part speaks of; [] where that is not clear."""
    name = _NAME.match(part)
    if name:
        found = [place for place, one in enumerate(before) if name["name"] in one.makes]
        return found if len(found) == 1 else []
    many = _MANY.match(part)
    kind = words_of(many["kind"]) if many else []
    if not many or len(kind) != 1 or len(kind[0]) < _LEAST or kind[0] in EMPTY:
        return []
    found = [place for place, one in enumerate(before) if kind[0] in one.words and not one.tells]
    wanted = _COUNTS.get(many["many"].lower().split()[-1], 0)
    return found if len(found) == wanted or (not wanted and 1 < len(found) <= MOST) else []
