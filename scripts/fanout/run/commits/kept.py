"""Bytes kept before something takes them away, by the names that they had: .fanout/kept/DIGEST/path.kept."""

from __future__ import annotations

import os

from fanout.run.changes import objects
from fanout.run.store import run_files, state_dir

MOST_KEPT = 2000


def keep(root: str, names: list[str], most: int = MOST_KEPT) -> dict[str, str]:
    """Keeps what the files hold (named from `root`, or absolute), at most so many. Returns each one's object by its name;
    NOT_KEPT for what is too large or can't be read. What is no file, and fanout's own state, is passed over."""
    kept_as: dict[str, str] = {}
    own = os.path.join(root, state_dir.FOLDER, "")
    for name in [name for name in names if not os.path.join(root, name).startswith(own)][:most]:
        kept = objects.keep(root, os.path.join(root, name))
        if kept == objects.ABSENT:
            continue
        kept_as[name] = kept
        if kept != objects.NOT_KEPT:
            put(root, name, kept)
    return kept_as


def put(root: str, name: str, object_: str) -> None:
    """Puts an object's bytes under the name that they had."""
    place = run_files.kept(root, name, object_)
    if not os.path.lexists(place):
        objects.put(place, objects.load(root, object_), objects.kind(object_))
