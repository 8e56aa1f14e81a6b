"""The files on disk that match what tasks declare: looked for below each pattern's anchor, links not followed."""

from __future__ import annotations

import os

from fanout.run.store import expressions, paths, state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.run.store.paths import Naming


def matching(naming: Naming, declared: list[tuple[str, str, str]], most: int) -> list[str]:
    """The existing files and links that match what is declared (anchor, pattern, regex), at most `most`. Sorted."""
    names: set[str] = set()
    for anchor, pattern, regex in declared:
        for name in below(naming.root, start(naming, anchor, pattern), 4 * most):
            key = naming.key(name)
            if key == anchor == pattern or expressions.matches(regex, key):
                names.add(name)
                if len(names) >= most:
                    return sorted(names)
    return sorted(names)


def start(naming: Naming, anchor: str, pattern: str) -> str:
    """A pattern's anchor, which is a key, as the folders spell it; what is not there as the plan does."""
    written = naming.as_written(anchor, pattern)
    full = naming.full(written)
    spelled = naming.listed(full)
    return written if spelled == full else spelled if os.path.isabs(anchor) else os.path.relpath(spelled, naming.root)


def below(root: str, name: str, most: int) -> list[str]:
    """The file of that name, or those below the folder; links are not followed."""
    start, prefix = (root, "") if name in ("", ".") else (os.path.join(root, name), f"{name}/")
    if os.path.islink(start) or os.path.isfile(start):
        return [name]
    names: list[str] = []
    folders = [(start, prefix)]
    while folders and len(names) < most:
        folder, prefix = folders.pop()
        entries = _entries(folder)
        if folder != start and _is_worktree(folder, entries):
            continue  # another checkout of the project
        inner = []
        for entry in entries:
            if entry.name == state_dir.GIT or is_half_written(entry.name):
                continue
            if entry.is_symlink() or entry.is_file(follow_symlinks=False):
                names.append(prefix + entry.name)
            elif entry.name not in paths.PASSED_OVER and entry.is_dir(follow_symlinks=False):
                inner.append((entry.path, f"{prefix}{entry.name}/"))
        folders += reversed(inner)
    return names


def is_half_written(name: str) -> bool:
    """Whether the client is at a file: it writes the new content beside it, and renames that. NAME.tmp.PROCESS.RANDOM"""
    _, *rest = name.rsplit(".", 3)
    return len(rest) == 3 and rest[0] == "tmp" and rest[1].isdigit() and not rest[2].strip("0123456789abcdef")


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What stands in a folder, by name; nothing when it can't be read."""
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []


def _is_worktree(folder: str, entries: list[os.DirEntry[str]]) -> bool:
    """Whether the folder is the top of a linked worktree."""
    return (
        any(entry.name == state_dir.GIT and entry.is_file() for entry in entries)
        and state_dir.linked(folder) is not None
    )
