"""What fanout holds outside the work trees: listed, restored, forgotten."""

from __future__ import annotations

import os

import click

from fanout.errors import FanoutError
from fanout.report.cells import counted
from fanout.run.store import run_files, state_dir, switch, vault


def found() -> str:
    """How many projects are held, how much that is, and where."""
    folders = vault.folders()
    if not folders:
        return "nothing"
    size = sum(map(vault.size_of, folders)) / 1e6
    return (
        f"{counted(len(folders), 'project')}, {size:.1f} MB in {vault.data_dir()}; kept {vault.DAYS_KEPT:g} days after a "
        f"run, at most {vault.BYTES_KEPT >> 30} GB and {vault.FILES_KEPT:,} files"
    )


def restore(start: str) -> None:
    """Brings back what .fanout lacks in the project at or around `start`. Raises FanoutError when nothing is held."""
    root = _marked(start) or start
    folder = vault.folder_of(root)
    if not folder or not os.path.exists(os.path.join(folder, vault.MARK)):
        if os.path.exists(os.path.join(state_dir.folder_of(root), vault.JOURNAL)):
            click.echo(f"Nothing to restore: {run_files.shown(root, state_dir.folder_of(root))} is there.")
            return
        raise FanoutError(
            f"no live run of {root} is held in {vault.data_dir()}.", "Start one with `fanout start SOURCE`."
        )
    count = vault.restore(root)
    switch.set_live(root, vault.interpreter(root))
    click.echo(f"Restored {counted(count, 'file')} to {state_dir.folder_of(root)}. The run goes on: `fanout status`.")


def forget(start: str) -> None:
    """Gives up what is held of the project, and switches its hooks off where its journal is gone."""
    root = _marked(start) or start
    vault.forget(root)
    if not os.path.exists(os.path.join(state_dir.folder_of(root), vault.JOURNAL)):
        switch.clear_live(root)
    click.echo(f"Nothing of {root} is held outside it any more.")


def _marked(start: str) -> str | None:
    """The nearest folder at or around `start` in which a run is marked as live."""
    folder = os.path.realpath(start)
    while not os.path.exists(os.path.join(vault.folder_of(folder), vault.MARK)):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return None
    return folder
