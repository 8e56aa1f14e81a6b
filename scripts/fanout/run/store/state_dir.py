"""Where a project's state lives: the folder .fanout in the project's root, one for all its worktrees and sessions."""

from __future__ import annotations

import os
from _thread import get_ident  # threading is slow to import

FOLDER = ".fanout"
GIT = ".git"
LIVE = "live"
REFINED = "refined"  # side files of lists: what an analyst writes and fanout only reads
RULED = (FOLDER, GIT, ".claude")  # the names that rules are about


def find(start: str) -> str | None:
    """The root of the project around the folder `start` that has a .fanout, or None when there is none."""
    for folder in _ancestors(start):
        if os.path.exists(os.path.join(folder, FOLDER)):
            return folder
        git = os.path.join(folder, GIT)
        if os.path.isfile(git):
            main = main_worktree(git)
            return main if main and os.path.exists(os.path.join(main, FOLDER)) else None
        if os.path.isdir(git):
            return None
    return None


def root_for(start: str) -> str:
    """The root that a new .fanout belongs in: of a git repository its main worktree, else the folder `start`."""
    root = find(start)
    if root is not None:
        return root
    for folder in _ancestors(start):
        git = os.path.join(folder, GIT)
        if os.path.isdir(git):
            return folder
        if os.path.isfile(git):
            return main_worktree(git) or folder
    return os.path.realpath(start)


def main_worktree(git_file: str) -> str | None:
    """The main worktree behind a worktree's .git file; None for a submodule's file or an unreadable one."""
    try:
        with open(git_file, encoding="utf-8") as file:
            line = file.readline().strip()
    except (OSError, UnicodeDecodeError):
        return None
    if not line.startswith("gitdir:"):
        return None
    target = os.path.normpath(os.path.join(os.path.dirname(git_file), line[len("gitdir:") :].strip()))
    common, worktrees = os.path.split(os.path.dirname(target))
    if worktrees != "worktrees" or os.path.basename(common) != GIT:
        return None
    return os.path.dirname(common)


def linked(start: str) -> str | None:
    """The top of the linked worktree that the folder `start` is in; None in a main one, a submodule, and outside git."""
    for folder in _ancestors(start):
        git = os.path.join(folder, GIT)
        if os.path.isfile(git):
            return folder if main_worktree(git) else None
        if os.path.isdir(git):
            return None
    return None


def folder_of(root: str) -> str:
    return os.path.join(root, FOLDER)


def is_inside(name: str) -> bool:
    """Whether a name is in a state folder; one in a worktree or a subfolder would be taken for the project's later."""
    return FOLDER in name and FOLDER in name.split("/")


def is_side_file(name: str) -> bool:
    """Whether a name is one of a list's side files, which tools write."""
    folder, _, file = name.rpartition("/")
    return folder == f"{FOLDER}/{REFINED}" and file.endswith(".json")


def create(root: str) -> str:
    """Makes .fanout, which git ignores through its own .gitignore. Returns its path. Raises OSError."""
    folder = folder_of(root)
    os.makedirs(folder, exist_ok=True)
    ignore = os.path.join(folder, ".gitignore")
    if not os.path.exists(ignore):
        write_whole(ignore, "*\n")
    return folder


def write_whole(path: str, text: str) -> None:
    """Writes a file so that readers see the old content or the new, never a part."""
    temporary = f"{path}.{os.getpid()}.{get_ident()}.tmp"
    with open(temporary, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)
    os.replace(temporary, path)


def _ancestors(start: str) -> list[str]:
    folder = os.path.realpath(start)
    found = [folder]
    while os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        found.append(folder)
    return found
