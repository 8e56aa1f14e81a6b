"""Names of files that are not UTF-8: in memory their bytes are lone surrogates, as Python reads them from a folder.

SQLite, JSON for others and terminals take no lone surrogates. In the journal each is the character of plane 16 (private
use) that has its last four digits; where people and models read, its byte is written as `\\xe9`.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

KEY = "odd_names"  # of meta: the journal holds some
_LONE = re.compile("[\ud800-\udfff]")
_STORED = re.compile("[\U0010d800-\U0010dfff]")
_PLANE = 0x100000


def is_odd(text: str) -> bool:
    return not text.isascii() and _LONE.search(text) is not None


def stored(text: str) -> str:
    """The text as the journal holds it."""
    return text if text.isascii() else _LONE.sub(lambda found: chr(ord(found[0]) + _PLANE), text)


def loaded(data: bytes) -> str:
    """The text that the journal holds so."""
    text = data.decode("utf-8", "surrogateescape")
    return text if text.isascii() else _STORED.sub(lambda found: chr(ord(found[0]) - _PLANE), text)


def given(values: Sequence[Any] | Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
    """The parameters of a statement as the journal can take them."""
    if hasattr(values, "items"):
        return {key: stored(value) if isinstance(value, str) else value for key, value in values.items()}
    return tuple([stored(value) if isinstance(value, str) else value for value in values])


def shown(text: str) -> str:
    """The text for people and models."""
    return text if text.isascii() else _LONE.sub(_byte, text)


def all_shown(value: Any) -> Any:
    """What JSON can hold, with every text in it for people and models."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {all_shown(key): all_shown(one) for key, one in value.items()}
    return [all_shown(one) for one in value] if isinstance(value, (list, tuple)) else value


def _byte(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else "\ufffd"
