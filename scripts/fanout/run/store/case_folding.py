"""Does a file system take two spellings of a name that differ in case for one? Decided here, for everybody.

Inodes don't tell: some file systems give the two spellings different ones. What a folder lists is the truth: where the
other spelling of a listed name is found and not listed, the two are one. How a name is spelled then: spelling.py.
"""

from __future__ import annotations

import os

# Set, for tests: names fold wherever a project is, as far as fanout decides it. CAPITALS: and keys are in capitals, which
# the tests' names are not, so that a key in the place of a name names nothing.
FORCED = "FANOUT_FOLD_NAMES"
CAPITALS = "capitals"
MOST_TRIED = 5


def is_forced() -> bool:
    return bool(os.environ.get(FORCED))


def is_on(folder: str) -> bool:
    """Whether names in `folder` are folded. A folder that is not there is answered by those above; one without a name
    that has two spellings by those above on the same file system, or by a name that is made there and removed again."""
    if is_forced():
        return True
    folder = _there(os.path.realpath(folder))
    place = folder
    while True:
        answer = _seen_in(place)
        if answer is not None:
            return answer
        above = os.path.dirname(place)
        if above == place or _device(above) != _device(folder):
            return _tried_in(folder)
        place = above


def as_key(folded: str) -> str:
    """A folded name as the key that it is."""
    return folded.upper() if os.environ.get(FORCED) == CAPITALS else folded


def for_keys(regex: str) -> str:
    """The regex of a folded pattern, for keys."""
    if os.environ.get(FORCED) != CAPITALS:
        return regex
    import re

    parts = re.compile(r"\\.|\(\?P[<=]\w+[>)]|\(\?[:=!<]*|.", re.DOTALL)
    return parts.sub(lambda found: found[0].upper() if len(found[0]) == 1 else found[0], regex)


def has_other_spellings(path: str) -> bool:
    """Whether the path, or a folder above it, is found in another case too: what it is called has to be looked up."""
    if is_forced():
        return True
    while True:
        above, last = os.path.split(path)
        if not last:
            return False
        if swapped(last) != last and os.path.lexists(os.path.join(above, swapped(last))):
            return True
        path = above


def swapped(name: str) -> str:
    """The name with the case of its ASCII letters changed; itself when it has none."""
    return "".join(char.swapcase() if char.isascii() else char for char in name)


def _seen_in(folder: str) -> bool | None:
    try:
        names = os.listdir(folder)
    except OSError:
        return None
    listed = set(names)
    pairs = ((name, swapped(name)) for name in names)
    for name, other in [pair for pair in pairs if pair[0] != pair[1]][:MOST_TRIED]:
        if other in listed:
            return False
        if os.path.lexists(os.path.join(folder, other)):
            return True
        if os.path.lexists(os.path.join(folder, name)):  # else it went meanwhile
            return False
    return None


def _tried_in(folder: str) -> bool:
    """Answered by a name that is made for it; no where nothing can be made."""
    probe = f".fanout-probe-{os.getpid()}"
    try:
        os.mkdir(os.path.join(folder, probe))
    except OSError:
        return False
    try:
        return os.path.lexists(os.path.join(folder, swapped(probe)))
    finally:
        os.rmdir(os.path.join(folder, probe))


def _there(folder: str) -> str:
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def _device(folder: str) -> int:
    return os.stat(folder).st_dev
