"""Makes paths hold kept objects: all of them, or none, also when the process is killed on the way.

    carry_out -> the intent, a file of its own (the caller's transaction is not committed yet) -> each path
              -> an error: what was done goes back
    unfinished -> the intents that are still there; go_on does what is left of one, done removes it

The intent goes when the journal has the token as done: until then the next command does the rest.
"""

from __future__ import annotations

import json
import os
import time

from fanout.errors import FanoutError
from fanout.run.changes import objects
from fanout.run.store import state_dir, under_way

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Any

    Put = tuple[str, str, str, str]
    """A path, the objects that it holds and is to hold, and where a file goes whose bytes are not kept, else ""."""


def carry_out(root: str, run: str, task: str, puts: list[Put], after: int, is_part: bool = False) -> str:
    """Returns the token of the intent. Raises FanoutError when a path can't be written: then nothing is changed.

    `is_part`: the rest of the task's work stays. `after` is the id of the newest event: what the journal tells of the task
    later, it tells of the time since.
    """
    token = f"{time.time_ns()}-{os.getpid()}"
    _write(root, token, {"run": run, "task": task, "token": token, "puts": puts, "after": after, "is_part": is_part})
    done: list[Put] = []
    for put in puts:
        try:
            done.append(put)
            _put(root, *put)
        except OSError as error:
            for path, held, new, aside in reversed(done):
                _back(root, path, held, new, aside)
            forget(root, token)
            raise FanoutError(
                f"{put[0]} can't be written: {error.strerror or error}.", "Nothing was changed."
            ) from None
    return token


def unfinished(root: str) -> list[dict[str, Any]]:
    """The intents that are there, oldest first: run, task, token, puts."""
    try:
        names = sorted(name for name in os.listdir(_folder(root)) if name.endswith(".json"))
    except OSError:
        return []
    plans = []
    for name in names:
        with open(os.path.join(_folder(root), name), encoding="utf-8") as file:
            plans.append(json.load(file))
    return plans


def go_on(root: str, intent: dict[str, Any]) -> list[str]:
    """Puts what is not put yet. Returns the paths that somebody changed since: they stay as they are."""
    changed, process = [], intent["token"].rpartition("-")[2]
    for path, held, new, aside in intent["puts"]:
        half = objects.temporary(_full(root, path), process)
        if os.path.lexists(half):
            os.unlink(half)
        now = objects.keep(root, _full(root, path))
        if aside or now == held:
            _put(root, path, held, new, aside)
        elif now != new:
            changed.append(path)
    return changed


def forget(root: str, token: str) -> None:
    try:
        os.unlink(os.path.join(_folder(root), f"{token}.json"))
    except FileNotFoundError:
        pass


def _put(root: str, path: str, held: str, new: str, aside: str) -> None:
    full = _full(root, path)
    if aside:
        if os.path.lexists(full) and not os.path.lexists(aside):
            os.makedirs(os.path.dirname(aside), exist_ok=True)
            os.replace(full, aside)
    elif new != objects.ABSENT:
        if os.path.isdir(full) and not os.path.islink(full):
            _remove_empty(full)
        objects.put(full, objects.load(root, new), objects.kind(new))
    elif os.path.lexists(full):
        os.unlink(full)


def _back(root: str, path: str, held: str, new: str, aside: str) -> None:
    """As far as it was put. A path that can't be put back either was not changed."""
    try:
        if aside and os.path.lexists(aside):
            os.replace(aside, _full(root, path))
        elif not aside and objects.keep(root, _full(root, path)) != held:
            _put(root, path, new, held, "")
    except OSError:
        pass


def _remove_empty(folder: str) -> None:
    for inner, _, _ in os.walk(folder, topdown=False):
        os.rmdir(inner)


def _write(root: str, token: str, intent: dict[str, Any]) -> None:
    under_way.mark(root)
    os.makedirs(_folder(root), exist_ok=True)
    path = os.path.join(_folder(root), f"{token}.json")
    with open(f"{path}.tmp", "w", encoding="utf-8", newline="\n") as file:
        json.dump(intent, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.tmp", path)


def _folder(root: str) -> str:
    return os.path.join(state_dir.folder_of(root), "undo", "under-way")


def _full(root: str, path: str) -> str:
    return path if os.path.isabs(path) else os.path.join(root, path)
