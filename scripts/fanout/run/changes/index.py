"""The user's own index: a step of a task is laid onto what is staged there, and where it does not fit nothing moves."""

from __future__ import annotations

import time

from fanout.errors import FanoutError
from fanout.run.changes import blobs

TRIES = 40
PAUSE_SECONDS = 0.05


def move(tree: str, steps: dict[str, blobs.Step], tries: int = TRIES) -> bool:
    """Makes the steps in the user's index. False when it stayed locked: then nothing moved. Doing it twice is as once."""
    for left in reversed(range(tries)):
        entries = {path: entry for path, step in steps.items() if (entry := _entry(tree, path, step)) is not None}
        try:
            if entries:
                blobs.put(tree, entries, None)
            return True
        except FanoutError as error:
            if "index.lock" not in str(error):
                raise
        if left:
            time.sleep(PAUSE_SECONDS)
    return False


def _entry(tree: str, path: str, step: blobs.Step) -> blobs.Entry | None:
    """What the index is to have; None where the step does not fit, or is there already."""
    there = blobs.staged(tree, path)
    try:
        entry = step[1] if there == blobs.NOTHING == step[0] else blobs.laid(tree, path, step, there)
    except blobs.Clash:
        return None
    return None if entry == there else entry
