"""A three-way merge of lines. Two changes clash only where they touch the same lines of the base; binary files always do."""

from __future__ import annotations


def without(now: bytes, before: bytes, after: bytes) -> bytes | None:
    """`now` with the change from `before` to `after` taken out; None where its lines are others by now."""
    return merge(after, now, before)


def added(before: bytes, after: bytes) -> list[list[bytes]]:
    """The lines, stripped, of each change that made the text longer; binary files have none."""
    return [lines for start, end, lines in _stripped(before, after) if len(lines) > end - start]


def inserted(before: bytes, after: bytes) -> set[bytes]:
    """The lines, stripped, that were put in; none where the change did more than that, and of binary files."""
    hunks = _stripped(before, after)
    is_only_that = all(start == end for start, end, _ in hunks)
    return {line for *_, lines in hunks for line in lines if line} if is_only_that else set()


def _stripped(before: bytes, after: bytes) -> list[tuple[int, int, list[bytes]]]:
    """The changes as `_hunks` gives them, of the lines without the white space around them; binary files have none."""
    if b"\0" in before or b"\0" in after:
        return []
    return _hunks(*([line.strip() for line in side.splitlines()] for side in (before, after)))


def merge(base: bytes, ours: bytes, theirs: bytes, *, is_close: bool = False) -> bytes | None:
    """`ours` with the change from `base` to `theirs` applied; None where both changed the same lines differently. `is_close`:
    lines may be put in right beside lines that the other side changed or left out."""
    if ours == base:
        return theirs
    if theirs in (base, ours):
        return ours
    if any(b"\0" in side for side in (base, ours, theirs)):
        return None
    lines = base.splitlines(keepends=True)
    one = _hunks(lines, ours.splitlines(keepends=True))
    other = _hunks(lines, theirs.splitlines(keepends=True))
    chosen = [*one]
    for hunk in other:
        if hunk in one:
            continue
        if any((_overlap if is_close else _clash)(hunk, mine) for mine in one):
            return None
        chosen.append(hunk)
    merged = []
    place = 0
    for start, end, new in sorted(chosen, key=lambda hunk: hunk[:2]):  # what is put in before what it stands before
        merged += [*lines[place:start], *new]
        place = end
    return b"".join([*merged, *lines[place:]])


def _hunks(base: list[bytes], new: list[bytes]) -> list[tuple[int, int, list[bytes]]]:
    """The changes from base to new: (first line, line after the last, the lines in their place)."""
    import difflib  # slow to import

    matcher = difflib.SequenceMatcher(None, base, new, autojunk=False)
    return [(a, b, new[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _clash(one: tuple[int, int, list[bytes]], other: tuple[int, int, list[bytes]]) -> bool:
    """Whether two changes touch the same lines; two insertions clash at the same place."""
    if one[0] == one[1] or other[0] == other[1]:
        return max(one[0], other[0]) <= min(one[1], other[1])
    return _overlap(one, other)


def _overlap(one: tuple[int, int, list[bytes]], other: tuple[int, int, list[bytes]]) -> bool:
    """Whether two changes leave no order of their lines that holds for both."""
    is_inside = one[0] < other[0] == other[1] < one[1] or other[0] < one[0] == one[1] < other[1]
    return one[:2] == other[:2] or is_inside or max(one[0], other[0]) < min(one[1], other[1])
