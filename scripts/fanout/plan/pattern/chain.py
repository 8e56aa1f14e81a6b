"""A pattern without braces as a row of segments: `src/**/*.ts` is `src`, any number of segments, `*.ts`.

A label is a name (str), a Glob, ANY (exactly one segment, whatever its name) or LOOP (any number of segments). `below`
says that everything under a match matches too. A row never ends in LOOP: `src/**` is `src`, ANY and below.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from fanout.plan.pattern.chars import Mode, key
from fanout.plan.pattern.lex import STAR, PatternError, Token
from fanout.plan.pattern.segment import Glob, glob


class Wild(Enum):
    """Whole segments that say nothing about the name."""

    ANY = "*"
    LOOP = "**"


ANY = Wild.ANY
LOOP = Wild.LOOP
Segment = str | tuple[Token, ...]  # a name, or a segment with wildcards
Label = str | Glob | Wild


class Chain(NamedTuple):
    """One row of segments, names in the key form of one mode."""

    labels: tuple[Label, ...]
    below: bool


class Row(NamedTuple):
    """As written: the segments, normalised, and whether the last stands for a folder."""

    segments: tuple[Segment, ...]
    below: bool


def has_extension(name: str) -> bool:
    """`app.ts`, `.eslintrc.json`; not `Makefile`, `.github`, `name.`: dots in front or at the end start none."""
    stem, _, extension = name.lstrip(".").rpartition(".")
    return bool(stem and extension)


def row(tokens: Sequence[Token], before: Sequence[str] = (), slash: bool = False) -> Row:
    """The normalised row of a pattern whose braces are taken apart.

    `before`: the names that lead to where the tokens start, `.` and `..` resolved; `slash`: a slash stands there.
    """
    segments: list[Segment] = list(before)
    wild = False
    for segment in _split(tokens):
        if segment in ("", "."):
            continue
        if segment == "..":
            _refuse_parent(wild, bool(segments))
            segments.pop()
        else:
            wild = wild or not isinstance(segment, str)
            segments.append(segment)
    last = segments[-1] if segments else ""
    folder = tokens[-1] == "/" if tokens else slash
    return Row(tuple(segments), folder or (isinstance(last, str) and not has_extension(last)))


def _split(tokens: Sequence[Token]) -> list[Segment]:
    segments: list[list[Token]] = [[]]
    for token in tokens:
        if token == "/":
            segments.append([])
        else:
            segments[-1].append(token)
    return ["".join(map(str, one)) if all(isinstance(part, str) for part in one) else tuple(one) for one in segments]


def _refuse_parent(wild: bool, inside: bool) -> None:
    if wild:
        raise PatternError(
            "parent-after-wildcard",
            "it has `..` after a wildcard, where it is not one place.",
            "Write the folder that is meant.",
        )
    if not inside:
        raise outside()


def outside() -> PatternError:
    """For a path that leaves the project."""
    return PatternError(
        "outside",
        "it leads out of the project.",
        "Only paths inside the project's root can be claimed; write it relative to the root.",
    )


@lru_cache(maxsize=65536)
def chain(one: Row, mode: Mode) -> Chain:
    """The row with its names folded, and with `**` in its shortest form."""
    labels: list[Label] = [_label(segment, mode) for segment in one.segments] or [LOOP]
    if isinstance(labels[-1], str):
        return Chain(tuple(_squeezed(labels) if LOOP in labels else labels), one.below)
    head = len(labels)
    while head and labels[head - 1] in (ANY, LOOP):
        head -= 1
    tail = labels[head:]
    if LOOP in tail:  # x/**, x/**/*, x/**/**: all that is strictly below x
        depth = tail.count(ANY) + (tail[-1] is LOOP)
        return Chain((*_squeezed(labels[:head]), *[ANY] * depth), True)
    return Chain(tuple(_squeezed(labels)), one.below)


def _squeezed(labels: list[Label]) -> list[Label]:
    """Without the second of two `**` in a row."""
    return [label for at, label in enumerate(labels) if not (label is LOOP and labels[at - 1 : at] == [LOOP])]


def _label(segment: Segment, mode: Mode) -> Label:
    if isinstance(segment, str):
        return key(segment, mode)
    if segment == (STAR, STAR):  # three are one `*`
        return LOOP
    return ANY if all(token is STAR for token in segment) else glob(segment, mode)
