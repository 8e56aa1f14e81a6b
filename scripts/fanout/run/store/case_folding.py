"""Does a file system take two spellings of a name that differ in case for one? Decided here, for everybody.

Inodes don't tell: some file systems give the two spellings different ones. What a folder lists is the truth: where the
other spelling of a listed name is found and not listed, the two are one.
"""

from __future__ import annotations

import os


def is_on(folder: str) -> bool:
    """Whether names in `folder` are folded. False where no name in it or above it has two spellings."""
    folder = os.path.realpath(folder)
    while True:
        answer = _seen_in(folder)
        above = os.path.dirname(folder)
        if answer is not None or above == folder:
            return bool(answer)
        folder = above


def _seen_in(folder: str) -> bool | None:
    try:
        names = os.listdir(folder)
    except OSError:
        return None
    listed = set(names)
    for name in names:
        other = name.swapcase()
        if other != name and other not in listed:
            return os.path.lexists(os.path.join(folder, other))
    return None
