"""Do two path patterns have a path in common? Decided exactly, with that path as the witness."""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Sequence
from typing import TypeGuard

from fanout.errors import FanoutError
from fanout.plan.pattern import Mode, Pattern, PatternError, key, modes, parse
from fanout.plan.pattern.braces import chain_automaton
from fanout.plan.pattern.chain import ANY, LOOP, Chain, Label
from fanout.plan.pattern.segment import Glob, any_name, meet

Move = tuple[Label, int]


def overlap(a: Pattern, b: Pattern, *, case_insensitive: bool = False) -> str | None:
    """A path that both match, short and readable, or None when there is none.

    Where case is ignored, two patterns overlap if they do under full or under simple case folding (see pattern.chars).
    """
    for mode in modes(case_insensitive, a.is_ascii and b.is_ascii):
        witness = _overlap(a, b, mode)
        if witness is not None:
            return witness if mode is Mode.EXACT else _as_written(a, b, witness, mode)
    return None


def overlaps(a: Pattern, b: Pattern, *, case_insensitive: bool = False) -> bool:
    """Whether they overlap, when the witness is not needed."""
    return any(overlap_in(a, b, mode) for mode in modes(case_insensitive, a.is_ascii and b.is_ascii))


def overlap_in(a: Pattern, b: Pattern, mode: Mode) -> bool:
    """Whether they overlap under one way to compare names."""
    return _overlap(a, b, mode) is not None


def _overlap(a: Pattern, b: Pattern, mode: Mode) -> str | None:
    if a.is_big or b.is_big:
        meetings = (meet(one, two) for one in _automata(a, mode) for two in _automata(b, mode))
        return next((path for path in meetings if path is not None), None)
    for one in a.chains(mode):
        for two in b.chains(mode):
            names = chains_meet(one, two, mode)
            if names is not None:
                return "/".join(names)
    return None


def _automata(pattern: Pattern, mode: Mode) -> list[Glob]:
    if pattern.is_big:
        return [pattern.automaton(mode)]
    return [chain_automaton(one, mode) for one in pattern.chains(mode)]


def chains_meet(a: Chain, b: Chain, mode: Mode) -> list[str] | None:
    """The names of a shared path, or None."""
    if LOOP not in a.labels:
        return _aligned(a, b, mode) if LOOP not in b.labels else _anywhere(b, a, mode)
    return _walk(_moves(a), _moves(b), mode) if LOOP in b.labels else _anywhere(a, b, mode)


def _anywhere(loop: Chain, other: Chain, mode: Mode) -> list[str] | None:
    """A row with `**` against one without. `**/x.ts` and a folder, by far the most frequent case, need no search."""
    if not (other.below and len(loop.labels) == 2 and loop.labels[0] is LOOP):
        return _walk(_moves(loop), _moves(other), mode)
    *above, last = other.labels
    end = label_meet(loop.labels[1], last, mode)
    names = [label_meet(label, ANY, mode) for label in (above if end is not None else other.labels)]
    names.append(end if end is not None else label_meet(loop.labels[1], ANY, mode))
    known = [name for name in names if name is not None]
    return known if len(known) == len(names) else None


def _aligned(a: Chain, b: Chain, mode: Mode) -> list[str] | None:
    """Without `**`: segment by segment."""
    size, other = len(a.labels), len(b.labels)
    if (size < other and not a.below) or (other < size and not b.below):
        return None
    longer = (a if size > other else b).labels[min(size, other) :]
    names = []
    for one, two in zip(a.labels, b.labels, strict=False):
        name = label_meet(one, two, mode)
        if name is None:
            return None
        names.append(name)
    for label in longer:
        name = label_meet(label, ANY, mode)
        if name is None:
            return None
        names.append(name)
    return names


def label_meet(one: Label, two: Label, mode: Mode) -> str | None:
    """A name that both labels take (neither is `**`)."""
    if isinstance(one, str):
        if isinstance(two, str):
            return one if one == two else None
        return one if not isinstance(two, Glob) or two.matches(one) else None
    if isinstance(two, str):
        return two if not isinstance(one, Glob) or one.matches(two) else None
    return meet(one if isinstance(one, Glob) else any_name(mode), two if isinstance(two, Glob) else any_name(mode))


def _moves(chain: Chain) -> list[list[Move]]:
    """From each place in the row: what the next segment may be, and where that leads. The last place is a match."""
    size = len(chain.labels)
    moves: list[list[Move]] = [[] for _ in range(size + 1)]
    if chain.below:
        moves[size] = [(ANY, size)]
    for at in range(size - 1, -1, -1):
        label = chain.labels[at]
        moves[at] = [(ANY, at), *moves[at + 1]] if label is LOOP else [(label, at + 1)]
    return moves


def _walk(left: Sequence[Sequence[Move]], right: Sequence[Sequence[Move]], mode: Mode) -> list[str] | None:
    """Breadth first over pairs of places, so that the path has as few segments as can be."""
    goal = (len(left) - 1, len(right) - 1)
    came: dict[tuple[int, int], tuple[tuple[int, int], str] | None] = {(0, 0): None}
    waiting = deque(came)
    while waiting:
        place = waiting.popleft()
        if place == goal:
            return _spell(came, place)
        for one, to_left in left[place[0]]:
            for two, to_right in right[place[1]]:
                after = (to_left, to_right)
                if after in came:
                    continue
                name = label_meet(one, two, mode)
                if name is not None:
                    came[after] = (place, name)
                    waiting.append(after)
    return None


def _spell(came: dict[tuple[int, int], tuple[tuple[int, int], str] | None], place: tuple[int, int]) -> list[str]:
    names = []
    step = came[place]
    while step is not None:
        place, name = step
        names.append(name)
        step = came[place]
    return names[::-1]


def _as_written(a: Pattern, b: Pattern, witness: str, mode: Mode) -> str:
    """The witness in the case in which one of the patterns spells it."""
    names = witness.split("/")
    for pattern in (b, a):
        for at, name in enumerate(pattern.anchor.split("/")[: len(names)]):
            if key(name, mode) == key(names[at], mode):
                names[at] = name
    written = unicodedata.normalize("NFC", "/".join(names))
    return written if a.matches(written, True) and b.matches(written, True) else witness


def overlap_record(record: object, root: str | None = None) -> dict[str, object]:
    """One line of `fanout overlap --json -`: {"a", "b", "case_insensitive"} to {"overlap", "witness", "error"}.

    Never raises; what is wrong with the record stands in `error`, and then `overlap` is None. `root`: the project's
    absolute path, if it is known.
    """
    try:
        if not _is_record(record):
            raise FanoutError("the line is not an object.", 'Write {"a": "src/**", "b": "src/app.ts"}.')
        a, b = (_pattern(record, field, root) for field in ("a", "b"))
        witness = overlap(a, b, case_insensitive=_flag(record))
    except FanoutError as error:
        return {"overlap": None, "witness": None, "error": str(error)}
    return {"overlap": witness is not None, "witness": witness, "error": None}


def _is_record(record: object) -> TypeGuard[dict[str, object]]:
    return isinstance(record, dict)


def _pattern(record: dict[str, object], field: str, root: str | None) -> Pattern:
    text = record.get(field)
    if not isinstance(text, str):
        raise FanoutError(f"{field} is {text!r}, not a path pattern.", 'Write it as text, such as "src/**/*.ts".')
    try:
        return parse(text, root=root)
    except PatternError as error:
        raise FanoutError(f"{field}: {error.message}", error.fix) from None


def _flag(record: dict[str, object]) -> bool:
    flag = record.get("case_insensitive")
    if flag is None or isinstance(flag, bool):
        return bool(flag)
    raise FanoutError(f"case_insensitive is {flag!r}.", "Write true or false.")
