"""The switch of the hooks: `hooks/start` leaves at once where it is off."""

from __future__ import annotations

import os

from fanout.run.store import state_dir, vault


def set_live(root: str, interpreter: str) -> None:
    """Switches the hooks on: `hooks/start` runs them with `interpreter` from now on."""
    state_dir.write_whole(_path(state_dir.create(root)), interpreter + "\n")
    vault.mark(root, interpreter)


def clear_live(root: str) -> None:
    """Switches the hooks off."""
    try:
        os.unlink(_path(state_dir.folder_of(root)))
    except FileNotFoundError:
        pass
    vault.unmark(root)


def is_live(root: str) -> bool:
    return os.path.exists(_path(state_dir.folder_of(root)))


def _path(folder: str) -> str:
    return os.path.join(folder, state_dir.LIVE)
