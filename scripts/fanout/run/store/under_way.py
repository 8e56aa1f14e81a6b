"""A mark that a command is about to change git or files: as long as it stands, a killed one may be half done.

It is a file, so that a hook asks the file system and not the journal. See fanout.run.commits.repair.
"""

from __future__ import annotations

import os

from fanout.run.store import state_dir


def mark(root: str) -> None:
    """Before anything is changed. Inside a transaction."""
    state_dir.write_whole(_path(root), "")


def unmark(root: str) -> None:
    """Nothing is under way any more. Inside a transaction."""
    try:
        os.unlink(_path(root))
    except FileNotFoundError:
        pass


def is_marked(root: str) -> bool:
    return os.path.exists(_path(root))


def _path(root: str) -> str:
    return os.path.join(state_dir.folder_of(root), "under-way")
