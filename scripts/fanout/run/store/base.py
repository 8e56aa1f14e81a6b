"""A run's base: the folder that its plan's paths are relative to, and the work tree around it.

The base is the project's root, a folder below it, or a linked worktree of it (or a folder there). A run keeps its name
as paths.Naming gives it, "" for the root; what the plan declares is kept under the names that the guard looks up.
"""

from __future__ import annotations

import os

from fanout.run.store import state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, Run


def name(db: sqlite3.Connection, run: str | None) -> str:
    """The base of a run by its name; "" for the root, and for what belongs to no run."""
    row = db.execute("SELECT base FROM run WHERE id = ?", (run,)).fetchone() if run else None
    return str(row["base"]) if row is not None else ""


def folder(db: sqlite3.Connection, root: str, run: str | None) -> str:
    """The base of a run as an absolute path."""
    found = name(db, run)
    return os.path.join(root, found) if found else root


def of_run(root: str, run: Run) -> str:
    """The base of a run as an absolute path, from its record."""
    return os.path.join(root, run.base) if run.base else root


def of_agent(db: sqlite3.Connection, root: str, agent: Agent) -> str:
    """Where an agent works: its run's base, or the same folder of the worktree that it has to itself."""
    found = folder(db, root, agent.run)
    if not agent.worktree:
        return found
    return os.path.normpath(os.path.join(agent.worktree, os.path.relpath(found, tree(root, found))))


def tree(root: str, folder_: str) -> str:
    """The top of the work tree that a base is in: a linked worktree, else the project's root."""
    return folder_ if folder_ == root else state_dir.linked(folder_) or root


def inside(root: str, folder_: str, name_: str) -> str:
    """A named path relative to the folder, "" when it is not below it."""
    full = os.path.join(root, name_)
    above = folder_.rstrip(os.sep) + os.sep
    return full[len(above) :] if full.startswith(above) else ""


def in_tree(db: sqlite3.Connection, root: str, run: str | None, name_: str) -> str:
    """A path as git names it in the run's work tree; its name where it is elsewhere."""
    return inside(root, tree(root, folder(db, root, run)), name_) or name_


def named(root: str, folder_: str, path: str) -> str:
    """The name of a path that is relative to the folder."""
    if folder_ == root:
        return path
    full = os.path.join(folder_, path)
    return inside(root, root, full) or full


def shown(root: str, base: str, name_: str) -> str:
    """A path for people and models who work in a run with this base (its name): what they can type there."""
    if not base:
        return name_
    return name_[len(base) + 1 :] if name_.startswith(base + "/") else os.path.join(root, name_)
