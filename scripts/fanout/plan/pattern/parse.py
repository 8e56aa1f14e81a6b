"""From the text of a pattern to a Pattern, and everything that is refused on the way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from fanout.plan.pattern import braces
from fanout.plan.pattern.chain import Row, has_extension, outside, row
from fanout.plan.pattern.chars import Mode
from fanout.plan.pattern.compiled import Pattern
from fanout.plan.pattern.lex import Alternatives, Lexed, Node, PatternError, lex

LONGEST = 4096
LONGEST_BRACES = 1000  # with more alternatives than are taken apart
_SIMPLE = re.compile(r"[A-Za-z0-9_.\-][A-Za-z0-9_.\-/@+ ]*")
_DRIVE = re.compile(r"[A-Za-z]:")
_FLAT = {"", ".", ".."}


def parse(text: str, *, root: str | None = None) -> Pattern:
    """The pattern, or PatternError. `root`: the project's absolute path, to make absolute patterns relative."""
    try:
        return _parse(text, root)
    except PatternError as error:
        if error.message.startswith("it "):
            raise PatternError(
                error.code, f"the pattern {_short(text)} can't be used: {error.message}", error.fix
            ) from None
        raise


@lru_cache(maxsize=65536)
def _parse(text: str, root: str | None) -> Pattern:
    if _SIMPLE.fullmatch(text) and len(text) <= LONGEST:
        names = text.split("/")
        if _FLAT.isdisjoint(names):
            return Pattern(text, [Row(tuple(names), not has_extension(names[-1]))])
    _refuse(text)
    lexed = lex(unicodedata.normalize("NFC", text))
    _refuse_start(lexed.nodes)
    before, slash, rest = _lead(lexed, root)
    if braces.count(rest) <= braces.MOST_ROWS:
        choices = [one for one in braces.expand(rest) if one or before or slash]
        return Pattern(text, [row(one, before, slash) for one in choices], None, lexed.oddities)
    if len(text) > LONGEST_BRACES:
        raise PatternError(
            "too-many",
            f"it has more than {braces.MOST_ROWS} alternatives in more than {LONGEST_BRACES} characters.",
            "Write several patterns.",
        )
    pattern = Pattern(text, [], (tuple(rest), before, slash), lexed.oddities)
    pattern.automaton(Mode.EXACT)
    return pattern


def _refuse(text: str) -> None:
    """What is wrong with the text as such."""
    if not text.strip():
        raise PatternError("empty", "the pattern is empty.", "Write a path, or . for the whole project.")
    if len(text) > LONGEST:
        raise PatternError("too-long", f"it has more than {LONGEST} characters.", "Write several patterns.")
    if "\0" in text or any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise PatternError("not-text", "it holds a character that no path has.", "Write the path as plain text.")
    if "\n" in text or "\r" in text:
        raise PatternError("line-break", "it holds a line break.", "Write one pattern for each path.")
    if text.startswith("!"):
        raise PatternError(
            "negated",
            "it starts with !, and a claim can't leave something out.",
            r"List what is written instead; \! is a file name that starts so.",
        )
    if _DRIVE.match(text):
        raise PatternError(
            "drive", "it starts with a drive letter.", "Write it relative to the project's root, with /."
        )


def _refuse_start(nodes: Sequence[Node]) -> None:
    """`{/a,b}` and `{!a,b}` would be refused if they were written apart."""
    if not nodes or not isinstance(nodes[0], Alternatives):
        return
    for branch in nodes[0].branches:
        _refuse_start(branch)
        if branch[:1] == ("/",):
            raise PatternError("absolute", "it has an absolute path in braces.", "Write it as a pattern of its own.")
        if branch[:1] == ("!",):
            raise PatternError("negated", "it has a ! in front of a path in braces.", r"Write \! for the character.")


def _lead(lexed: Lexed, root: str | None) -> tuple[tuple[str, ...], bool, list[Node]]:
    """The names up to the last slash before any wildcard or brace, resolved; whether there is one; the rest."""
    size = next((at for at, node in enumerate(lexed.nodes) if not isinstance(node, str)), len(lexed.nodes))
    text = "".join(node for node in lexed.nodes[:size] if isinstance(node, str))
    absolute = text.startswith("/")
    if size == len(lexed.nodes) and absolute:
        names = _inside(_resolve(text, True), root)
        return _as_lead(names, text)
    size = text.rfind("/") + 1
    names = _resolve(text[:size], absolute)
    if absolute:
        names = _inside(names, root)
    return tuple(names), size > 0, list(lexed.nodes[size:])


def _as_lead(names: list[str], text: str) -> tuple[tuple[str, ...], bool, list[Node]]:
    """An absolute path that is literal to its end."""
    if text.endswith("/") or not names:
        return tuple(names), True, []
    return tuple(names[:-1]), True, list(names[-1])


def _resolve(text: str, absolute: bool) -> list[str]:
    names: list[str] = []
    for name in text.split("/"):
        if name == "..":
            if not names and not absolute:
                raise outside()
            del names[-1:]
        elif name not in ("", "."):
            names.append(name)
    return names


def _inside(names: list[str], root: str | None) -> list[str]:
    """The names after those of the root."""
    if root is None:
        raise PatternError("absolute", "it is an absolute path.", "Write it relative to the project's root.")
    base = _resolve(unicodedata.normalize("NFC", root).replace("\\", "/"), True)
    if names[: len(base)] != base:
        raise PatternError(
            "outside",
            f"it is an absolute path that is not inside the project ({root}).",
            "Only paths inside the project's root can be claimed; write it relative to the root.",
        )
    return names[len(base) :]


def _short(text: str) -> str:
    return repr(text) if len(text) <= 80 else repr(text[:77]) + "..."
