"""One segment as a Python regular expression; see regex for why it never gives a place back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fanout.plan.pattern.chars import LAST, ONE, SLASH, CharClass, Intervals, Mode, complement, folded_set, merge
from fanout.plan.pattern.lex import Star, Token


def name_regex(tokens: Sequence[Token], mode: Mode, names: Iterator[int]) -> str:
    """Matches the names that the tokens take; `names` numbers its groups."""
    parts: list[str] = [""]
    for token in tokens:
        if isinstance(token, Star):
            parts.append("")
        else:
            parts[-1] += one_character(token, mode)
    text = parts[0]
    for part in parts[1:-1]:
        text += once(f"[^/]*?{part}", names)
    return text + (f"[^/]*{parts[-1]}" if len(parts) > 1 else "")


def once(inner: str, names: Iterator[int]) -> str:
    """The first way in which it fits, and no other."""
    name = f"g{next(names)}"
    return f"(?=(?P<{name}>{inner}))(?P={name})"


def one_character(one: CharClass | str, mode: Mode) -> str:
    """Matches one character of a name."""
    if isinstance(one, str):
        return re.escape(one)
    if one == ONE:
        return "[^/]"
    inside = folded_set(one, mode)
    if one.negated:
        return f"[^/{_set(inside)}]"
    without = _without_slash(inside)
    return f"[{_set(without)}]" if without else "(?!)"


def _without_slash(inside: Intervals) -> Intervals:
    return complement(merge([*complement(inside), (SLASH, SLASH)]))


def _set(intervals: Intervals) -> str:
    return "".join(_code(low) if low == high else f"{_code(low)}-{_code(high)}" for low, high in intervals)


def _code(code: int) -> str:
    char = chr(code)
    if char.isascii() and char.isalnum():
        return char
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{min(code, LAST):08x}"
