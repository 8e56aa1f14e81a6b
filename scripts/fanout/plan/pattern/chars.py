"""Characters: classes such as `[a-z]`, and how names are compared on the user's file system.

A name is compared in one of three ways. EXACT is NFC. A file system that ignores case has two candidates: FULL is
Unicode's full case folding (`ß` is `ss`, as on APFS and on ext4 with casefold), SIMPLE folds one character to one
character (`ß` stays, as on NTFS). Two patterns overlap there if they overlap in either; for ASCII both are the same.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache, lru_cache
from typing import NamedTuple

SLASH = ord("/")
LAST = 0x10FFFF
_NEVER = ((0, 0), (SLASH, SLASH), (0xD800, 0xDFFF))  # in no name: NUL, the separator, half a character
_PLAIN = "xabcdefghijklmnopqrstuvwyz0123456789_-XABCDEFGHIJKLMNOPQRSTUVWYZ.@+=~ "

Intervals = tuple[tuple[int, int], ...]


class Mode(IntEnum):
    """How names are compared."""

    EXACT = 0
    FULL = 1
    SIMPLE = 2


class CharClass(NamedTuple):
    """One character out of a set: `[a-z]`, `[!a]`, and `?` as the negation of nothing."""

    intervals: Intervals
    negated: bool = False


ONE = CharClass((), True)


def key(text: str, mode: Mode) -> str:
    """The form in which two names are compared; the identity on its own results."""
    if text.isascii():
        return text if mode is Mode.EXACT else text.lower()
    if mode is Mode.FULL:
        text = text.casefold()
    elif mode is Mode.SIMPLE:
        text = "".join(map(_simple, text))
    return unicodedata.normalize("NFC", text)


def _simple(char: str) -> str:
    """Folded to one character, or as it is."""
    for folded in (char.casefold(), char.lower()):
        if len(folded) == 1:
            return folded
    return char


@cache
def _changers() -> tuple[list[int], list[int]]:
    """The code points above ASCII that folding changes to one other, and that other; no script with case is higher."""
    pairs = [(code, _simple(chr(code))) for code in range(0x80, 0x1F000) if not 0xD800 <= code <= 0xDFFF]
    changed = [(code, ord(folded)) for code, folded in pairs if folded != chr(code)]
    return [code for code, _ in changed], [folded for _, folded in changed]


def _images(intervals: Intervals) -> Iterator[tuple[int, int]]:
    for low, high in intervals:
        upper = (max(low, 65), min(high, 90))
        if upper[0] <= upper[1]:
            yield upper[0] + 32, upper[1] + 32
        if high < 0x80:
            continue
        codes, folded = _changers()
        for at in range(bisect_left(codes, low), bisect_left(codes, high + 1)):
            yield folded[at], folded[at]


def merge(intervals: Iterable[tuple[int, int]]) -> Intervals:
    """Sorted and disjoint."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(intervals: Intervals) -> Intervals:
    """Every code point that is in none of the (sorted, disjoint) intervals."""
    gaps, start = [], 0
    for low, high in intervals:
        if start < low:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


@lru_cache(maxsize=4096)
def folded_set(one: CharClass, mode: Mode) -> Intervals:
    """What stands in the brackets, with the folded forms added; negation not applied."""
    if mode is Mode.EXACT:
        return merge(one.intervals)
    return merge([*one.intervals, *_images(one.intervals)])


@lru_cache(maxsize=4096)
def members(one: CharClass | str, mode: Mode) -> Intervals:
    """The code points it takes, of those that a name may hold. `[!a]` does not take `A` where case is ignored."""
    if isinstance(one, str):
        return ((ord(one), ord(one)),)
    inside = folded_set(one, mode)
    outside = inside if one.negated else complement(inside)
    return complement(merge([*outside, *_NEVER]))


@lru_cache(maxsize=65536)
def example(low: int, high: int, mode: Mode) -> str | None:
    """The most readable character of the interval that is its own key, or None if there is none."""
    for char in _PLAIN:
        if low <= ord(char) <= high and key(char, mode) == char:
            return char
    own = [char for char in map(chr, range(low, min(high, low + 2000) + 1)) if key(char, mode) == char]
    readable = (char for char in own if char.isprintable() and not unicodedata.combining(char))
    return next(readable, own[0] if own else None)


def examples(low: int, high: int, mode: Mode) -> list[str]:
    """Several characters of the interval, of different kinds, for where neighbours would compose."""
    chars = [*"xqb_15", "\u4e2d", *map(chr, range(low, min(high, low + 40) + 1)), example(low, high, mode) or ""]
    return [char for char in dict.fromkeys(chars) if char and low <= ord(char) <= high and key(char, mode) == char]
