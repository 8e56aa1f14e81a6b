"""A step is a change of a file, from one kept object to another; laid onto a third it says what that file would hold."""

from __future__ import annotations

from fanout.run.changes import merge, objects


def laid(root: str, before: str, current: str, after: str) -> tuple[bytes | None, str] | None:
    """The bytes (None: no file) and kind of `current` after the step; None when it does not fit."""
    if current in (before, after):
        return (None, "") if after == objects.ABSENT else (objects.load(root, after), objects.kind(after))
    sides = (before, current, after)
    if objects.ABSENT in sides or objects.NOT_KEPT in sides or objects.LINK in map(objects.kind, sides):
        return None
    merged = merge.merge(*(objects.load(root, side) for side in sides))
    kind = objects.kind(after if objects.kind(after) != objects.kind(before) else current)
    return None if merged is None else (merged, kind)


def kept(root: str, before: str, current: str, after: str) -> str | None:
    """The same as an object, which is kept; None when it does not fit."""
    if before == current:
        return after
    new = laid(root, before, current, after)
    if new is None:
        return None
    data, kind = new
    return objects.ABSENT if data is None else objects.keep_bytes(root, data, kind)
