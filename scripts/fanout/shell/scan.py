"""Runs of characters at a place of a text, each in one pass. By hand, for what every line needs: see lazy_re."""

from __future__ import annotations


def span(text: str, at: int, allowed: str) -> int:
    """The end of the run of these characters."""
    end = len(text)
    while at < end and text[at] in allowed:
        at += 1
    return at


def until(text: str, at: int, stops: str) -> int:
    """The place of the first of these characters, the text's end when there is none."""
    end = len(text)
    while at < end and text[at] not in stops:
        at += 1
    return at


def words(text: str, at: int, more: str = "") -> int:
    r"""The end of the run of letters, digits, `_` (what `\w` is) and `more`."""
    end = len(text)
    while at < end and (text[at].isalnum() or text[at] == "_" or text[at] in more):
        at += 1
    return at


def name(text: str, at: int) -> int:
    """The end of the variable's name that begins there, `at` when none does."""
    first = text[at : at + 1]
    return words(text, at) if first.isascii() and (first.isalpha() or first == "_") else at


def digits(text: str, at: int) -> int:
    end = len(text)
    while at < end and text[at].isdecimal():
        at += 1
    return at


def has_any(text: str, characters: frozenset[str]) -> bool:
    return not characters.isdisjoint(text)
