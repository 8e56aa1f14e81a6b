"""What a task changed, as a patch that `git apply` takes: binary and empty files, links and modes included."""

from __future__ import annotations

import os
import tempfile

from fanout.run.agents import agents
from fanout.run.changes import changes, git, objects
from fanout.run.store import base, run_files

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

SIDES = ("a", "b")
OPTIONS = ("--no-index", "--no-prefix", "--binary", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color")


def of_task(db: sqlite3.Connection, root: str, run: str, task: str) -> str:
    """The task's changes; of a task that still runs, up to now. Files whose bytes were not kept are named only."""
    steps = {base.in_tree(db, root, run, path): change for path, change in changed(db, root, run, task).items()}
    unkept = [path for path, change in steps.items() if objects.NOT_KEPT in change]
    named = "".join(f"{path} changed; it was too large to be kept, or could not be read\n" for path in unkept)
    return _patch(root, {path: change for path, change in steps.items() if path not in unkept}) + named


def changed(db: sqlite3.Connection, root: str, run: str, task: str) -> dict[str, tuple[str, str]]:
    """Each path that the task changed, in order: the objects before and after."""
    steps = changes.of_task(db, run, task)
    agent = agents.of_task(db, run, task)
    if agent is not None:
        for path, before in changes.before_of(db, root, agent).items():
            full = path if os.path.isabs(path) else os.path.join(root, path)
            steps[path] = (steps.get(path, (before, ""))[0], objects.keep(root, full))
    return {path: change for path, change in sorted(steps.items()) if changes.differs(*change)}


def keep(db: sqlite3.Connection, root: str, run: str, task: str) -> str:
    """Writes the patch beside the task's result. Returns its path, as it is shown to who works in the run."""
    path = run_files.patch(root, run, task)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(of_task(db, root, run, task))
    return run_files.shown(base.folder(db, root, run), path)


def _patch(root: str, steps: dict[str, tuple[str, str]]) -> str:
    """git's own diff of the files laid out in two folders, away from the repository and its attributes."""
    if not steps:
        return ""
    with tempfile.TemporaryDirectory(prefix="fanout-diff-") as folder:
        for path, change in steps.items():
            for side, name in zip(SIDES, change):
                os.makedirs(os.path.join(folder, side), exist_ok=True)
                if name != objects.ABSENT:
                    target = os.path.join(folder, side, path.lstrip("/"))
                    objects.put(target, objects.load(root, name), objects.kind(name))
        return git.diff(folder, *OPTIONS, *SIDES)
