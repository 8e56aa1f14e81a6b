"""Names without code: which layer of a program a file is in, and what thing it is about.

`src/models/user.py` is about a user and stands below `src/services/user_service.py`, which is about it too.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAMES = (
    """model models entity entities schema schemas type types migration migrations interface interfaces domain dto dtos db
    prisma contract contracts""",
    """repository repositories repo repos store stores storage lib libs util utils helper helpers adapter adapters parser
    parsers validator validators""",
    "service services usecase usecases manager managers provider providers engine engines core job jobs worker workers",
    """api apis route routes router routers controller controllers handler handlers endpoint endpoints hook hooks middleware
    command commands""",
    "component components page pages view views screen screens ui widget widgets cli form forms",
)
SCREEN = len(NAMES)  # what a router shows stands above all of them
LAYER = {word: number for number, words in enumerate(NAMES) for word in words.split()}
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
# `app/(tabs)/index.tsx`, `src/app/cart/page.tsx`, `apps/web/app/layout.tsx`: files that a router finds by their place.
_ROUTED = re.compile(r"(?:(?:apps|packages)/[\w-]+/)?(?:src/)?app/(?:[\w()@.\[\]\\-]+/)*[\w+.\[\]\\-]+\Z")
_VIEWS = (".tsx", ".jsx", ".vue", ".svelte")
EMPTY = _words(
    """
    index main app src init mod test tests spec page layout new the a of and to for base common file data
    """
)


class Name(NamedTuple):
    """What a path says: its layer, -1 when none is known, and the words of the thing it is about."""

    layer: int
    about: frozenset[str]


def of(path: str) -> Name:
    """`src/services/user_service.py`: layer 2, about {user}."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    words = words_of(stem)
    layered = [LAYER[word] for word in words if word in LAYER]
    above = [LAYER[folder] for folder in posixpath.dirname(path).lower().split("/") if folder in LAYER]
    is_last = words[-1:] and words[-1] in LAYER  # storage_profile is a profile, and in schemas/ a schema
    layer = ((layered if is_last else above or layered) or above or [-1])[-1]
    is_own = layer < 0 or (stem in ("page", "layout") and not above)
    if is_own and _ROUTED.match(path) and posixpath.splitext(path)[1] in _VIEWS:
        layer = SCREEN
    if layer == LAYER["routes"] and not layered and posixpath.splitext(path)[1] in _VIEWS:
        layer = LAYER["pages"]  # routes/login.tsx is shown, and uses the hooks
    return Name(layer, frozenset(word for word in words if word not in LAYER and word not in EMPTY and len(word) > 2))


def words_of(text: str) -> list[str]:
    """The words in lower case and in the singular: `userStores` is user, store."""
    return [_single(word.lower()) for word in _WORD.findall(text)]


def _single(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
