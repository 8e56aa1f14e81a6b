"""Which folder a list's paths are relative to: the project's root, the linked worktree or the folder that one is in.

find -> _top (the work tree one is in)      --base names another one
     -> _means_here (in a folder below it: where do the list's paths exist?)
"""

from __future__ import annotations

import dataclasses
import os
import re
from typing import TYPE_CHECKING

import click

from fanout.cli.shared import project
from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.store import db as journal
from fanout.run.store import state_dir

if TYPE_CHECKING:  # commands that lead a run take BASE from here and read no list
    from fanout.plan.reading import Source

BASE = click.option(
    "--base", metavar="DIR", help="Take SOURCE's paths from this folder of the project or of one of its worktrees."
)
LITERAL = re.compile(r"[^*?\[\]{}\\]*")
CLIENTS_OWN = ".claude/worktrees"  # where the client makes worktrees


def find(given: str, format_: str | None = None, asked: str | None = None) -> tuple[Source, str]:
    """The source, its root being the base, and what is to be said of the choice in a line ("" when it is plain)."""
    root, here = project.root(), os.path.realpath(os.getcwd())
    top = _top(root, here)
    found = _resolve(given, top, root)
    if asked is not None:
        return dataclasses.replace(found, root=_asked(asked, root)), ""
    if here == top or not here.startswith(top.rstrip(os.sep) + os.sep):
        return found, "" if top == root else f"Works in the worktree {top}: paths, checks and commits are taken there."
    near, far = _votes(found, format_, here)
    name = os.path.relpath(here, top)
    if near and not far:
        line = f"Paths are taken from {name}: they exist there and not in {top}. Another folder: --base DIR."
        return dataclasses.replace(found, root=here), line
    if far and not near:
        return found, ""
    return found, f"Paths are taken from {top}; --base . takes them from {name}."


def _top(root: str, here: str) -> str:
    """The linked worktree that one is in, unless an agent has it to itself; else the root."""
    top = state_dir.linked(here)
    if top is None or state_dir.main_worktree(os.path.join(top, state_dir.GIT)) != root or _is_agents(root, top):
        return root
    return top


def _is_agents(root: str, worktree: str) -> bool:
    if not os.path.exists(journal.path_of(root)):
        return False
    db = journal.connect(root)
    try:
        return agents.has_worktree(db, worktree)
    finally:
        db.close()


def _resolve(given: str, top: str, root: str) -> Source:
    """A feature is looked for in the worktree, then in the main one."""
    from fanout.source.resolve import resolve

    try:
        return resolve(given, top)
    except FanoutError:
        if top == root or given == "-":
            raise
        return dataclasses.replace(resolve(given, root), root=top)


def _asked(asked: str, root: str) -> str:
    folder = os.path.realpath(asked)
    if not os.path.isdir(folder):
        raise FanoutError(f"--base: there is no folder {folder}.", f"Name one below {root} or in a worktree of it.")
    if state_dir.root_for(folder) != root:
        raise FanoutError(f"--base: {folder} is not in {root} nor in a worktree of it.", f"Run it in {folder}.")
    return folder


def _votes(source: Source, format_: str | None, here: str) -> tuple[int, int]:
    """How many of the list's paths exist further from `here`, and how many further from the top."""
    from fanout.plan.read import registry

    try:
        tasks = registry.read(source, format_).document.tasks
    except FanoutError:
        return 0, 1  # planning says what is wrong
    near = far = 0
    for path in {path for task in tasks for path in (*task.writes, *task.reads)}:
        names = _names(path)
        one, other = _depth(here, names), _depth(source.root, names)
        near, far = near + (one > other), far + (other > one)
    return near, far


def _names(path: str) -> list[str]:
    """The literal beginning of a pattern, in segments; [] for a path that says itself where it begins."""
    literal = LITERAL.match(path)
    whole = literal.group() if literal else ""
    if os.path.isabs(path) or ".." in path.split("/"):
        return []
    names = whole.split("/")
    return [name for name in (names if whole == path else names[:-1]) if name not in ("", ".")]


def _depth(folder: str, names: list[str]) -> int:
    """How many of the names, one below the other, exist."""
    for number, name in enumerate(names):
        folder = os.path.join(folder, name)
        if not os.path.lexists(folder):
            return number
    return len(names)


def name(root: str, folder: str, fold: bool) -> str:
    """What a run keeps of its base."""
    from fanout.run.store.paths import Naming

    found = Naming(root, fold).name(folder, root)
    return "" if found == "." else found


def worktrees(root: str, folder: str) -> list[str]:
    """The linked worktrees strictly below a folder, relative to it: other checkouts, not part of it."""
    names = [CLIENTS_OWN]
    made = os.path.join(root, state_dir.GIT, "worktrees")
    for entry in sorted(os.listdir(made)) if os.path.isdir(made) else []:
        try:
            with open(os.path.join(made, entry, "gitdir"), encoding="utf-8") as file:
                top = os.path.dirname(os.path.normpath(os.path.join(made, entry, file.readline().strip())))
        except (OSError, UnicodeDecodeError):
            continue
        if top.startswith(folder.rstrip(os.sep) + os.sep):
            names.append(os.path.relpath(top, folder).replace(os.sep, "/"))
    return names
