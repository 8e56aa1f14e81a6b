"""A reader's tests, linters, builds and scripts may run: what one of them changed of the user's files is put back.

Caches and build output, which git ignores or does not know, stay. Of files that are in no commit, one that is gone comes
back; one that changed is left, as its user may be at it, with the version before beside it. Without git every file counts as
known to it. What is staged and gone from the index comes back; what was staged meanwhile is left, as its user may be at it.
What others own is theirs, whoever changed it: that is judged in snapshot.py. The bytes that are put aside are kept.
"""

from __future__ import annotations

import json
import os

from fanout.run.changes import change_messages, git, heads, objects
from fanout.run.store import base, meta, paths, run_files

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container

KEY = "reader before "
MOST_LOOSE = 1000  # files in no commit that are looked at
LARGEST_LOOSE = 2_000_000  # bytes of one of them that are kept


def before(db: sqlite3.Connection, root: str, tree: str, tool_use: str) -> None:
    """Notes what of the tracked files differs from HEAD and what is in no commit, and keeps it. Inside a transaction."""
    names = _changed(tree)
    known = {name: [_stamp(tree, name), objects.keep(root, os.path.join(tree, name))] for name in names or ()}
    loose = [name for name in _loose(tree, names is None) if _size(tree, name) <= LARGEST_LOOSE]
    noted = {name: [_stamp(tree, name), objects.keep(root, os.path.join(tree, name))] for name in loose[:MOST_LOOSE]}
    head = "" if names is None else heads.of(tree)
    meta.put(db, KEY + tool_use, json.dumps([known, noted, _staged(tree, names is None), head]))


def after(db: sqlite3.Connection, root: str, tree: str, tool_use: str, others: Container[str]) -> list[str]:
    """Puts back what changed meanwhile and nobody else owns. Returns lines for the reader. Inside a transaction."""
    noted = meta.get(db, KEY + tool_use)
    if not noted:
        return []
    meta.drop(db, KEY + tool_use)
    known, loose, staged, head = json.loads(noted)
    tracked, folder = _changed(tree), os.path.join(change_messages.folder(root), "reader")

    def is_free(name: str, as_before: dict[str, list[object]]) -> bool:
        was = as_before.get(name, [None])[0]
        return was != _stamp(tree, name) and base.named(root, tree, name) not in others

    back = known if tracked is not None else {**known, **loose}
    names = [name for name in dict.fromkeys([*(tracked or ()), *back]) if is_free(name, back)]
    _put_back_tracked(root, tree, folder, {name: back[name][1] if name in back else None for name in names})
    entries = _entries_since(root, tree, staged, others) if tracked is not None else {}
    index = [name for name, now in entries.items() if name in names or now is None]
    _put_back_entries(tree, {name: staged.get(name) for name in index})
    added = [name for name in entries if name not in index]
    _set_entries_aside(tree, {name: staged[name] for name in added if name in staged}, folder)
    touched = [name for name in loose if name not in back and name not in names and is_free(name, loose)]
    gone, left = _put_back_loose(root, tree, folder, {name: loose[name][1] for name in touched})
    where = run_files.shown(tree, folder)
    return _said([*dict.fromkeys([*names, *index])], gone, left, where) + _staged_meanwhile(added) + _moved(tree, head)


def _put_back_tracked(root: str, tree: str, folder: str, kept: dict[str, str | None]) -> None:
    """What the command left goes to `folder`, the version before to its place."""
    for name, version in kept.items():
        _set_aside(tree, name, folder)
        _put_back(root, tree, name, version)


def _put_back_loose(root: str, tree: str, folder: str, kept: dict[str, str]) -> tuple[list[str], list[str]]:
    """Of files that are in no commit the version before: in its place where the file is gone, else in `folder`. Returns both
    kinds."""
    gone = [name for name in kept if not _stamp(tree, name)]
    for name, version in kept.items():
        _put_back(root, *((tree, name) if name in gone else (folder, run_files.copy(name))), version)
    return gone, [name for name in kept if name not in gone]


def _said(names: list[str], gone: list[str], left: list[str], where: str) -> list[str]:
    lines = []
    if names:
        lines.append(
            f"This command changed {_few(names)}, which git tracks. You only "
            f"read, so it is put back; what the command left is in {where}. Report it if it matters."
        )
    if gone:
        lines.append(f"{_few(gone)} went while this command ran, and is in no commit: it is put back. Report it.")
    if left:
        lines.append(
            f"{_few(left)} changed while this command ran, and is in no commit: the version before is in {where}. Report it."
        )
    return lines


def _staged_meanwhile(names: list[str]) -> list[str]:
    if not names:
        return []
    return [f"{_few(names)} was staged while this command ran. If that was your command, report it: you only read."]


def _moved(tree: str, head: str) -> list[str]:
    """What a reader is told when commits were made, or HEAD set elsewhere, while its command ran."""
    now = heads.of(tree) if head else ""
    if now == head:
        return []
    return [
        f"HEAD went from {head[:12]} to {now[:12]} while this command ran. If that was your command, report it: you only read."
    ]


def _few(names: list[str]) -> str:
    return f"{', '.join(names[:5])}{' and more' if len(names) > 5 else ''}"


def _changed(tree: str) -> list[str] | None:
    """The tracked files that differ from HEAD, by their names in the tree; None without git."""
    code, out, _err = git.attempt(tree, "diff", "HEAD", "--name-only", "-z", "--no-renames", "--ignore-submodules")
    return [name for name in out.split("\0") if name] if code == 0 else None


def _loose(tree: str, is_without_git: bool) -> list[str]:
    """The files that are in no commit, those that git ignores aside; without git all."""
    if is_without_git:
        naming = paths.Naming(tree, False)
        return paths.files_below(naming, ".")
    out = git.attempt(tree, "ls-files", "--others", "--exclude-standard", "-z")[1]
    return [name for name in out.split("\0") if name and not name.endswith("/")]


def _staged(tree: str, is_without_git: bool) -> dict[str, str]:
    """What the index has that HEAD has not: its mode and blob by name."""
    if is_without_git:
        return {}
    words = git.attempt(tree, "diff-index", "--cached", "--no-renames", "-z", "HEAD")[1].split("\0")
    return {name: ",".join(entry.split()[1:4:2]) for entry, name in zip(words[::2], words[1::2])}


def _entries_since(root: str, tree: str, before: dict[str, str], others: Container[str]) -> dict[str, str | None]:
    """The entries that are not as they were and nobody else's, as they are now; None for what is as HEAD has it."""
    now = _staged(tree, False)
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return {name: now.get(name) for name in names if base.named(root, tree, name) not in others}


def _put_back_entries(tree: str, before: dict[str, str | None]) -> None:
    """The index's entries as they were."""
    for name, entry in before.items():
        if entry is None:
            git.attempt(tree, "reset", "-q", "--", f":(literal){name}")
        elif entry.startswith("000000"):
            git.attempt(tree, "update-index", "--force-remove", "--", name)
        else:
            git.attempt(tree, "update-index", "--add", "--cacheinfo", f"{entry},{name}")


def _set_entries_aside(tree: str, before: dict[str, str], folder: str) -> None:
    """What was staged of files that are staged in another version now."""
    for name, entry in before.items():
        mode, _, blob = entry.partition(",")
        if mode in ("100644", "100755"):
            objects.put(os.path.join(folder, run_files.copy(name)), git.blob(tree, blob), "")


def _size(tree: str, name: str) -> int:
    stamp = _stamp(tree, name)
    return stamp[0] if stamp else 0


def _stamp(tree: str, name: str) -> list[int]:
    try:
        status = os.lstat(os.path.join(tree, name))
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _set_aside(tree: str, name: str, folder: str) -> None:
    source, target = os.path.join(tree, name), os.path.join(folder, run_files.copy(name))
    if os.path.isfile(source) and not os.path.islink(source):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(source, "rb") as file, open(target, "wb") as out:
            out.write(file.read())


def _put_back(root: str, tree: str, name: str, kept: str | None) -> None:
    """As it was before the command: its kept bytes, else what HEAD has."""
    path = os.path.join(tree, name)
    if kept is None:
        git.run(tree, "restore", "--source=HEAD", "--worktree", "--", f":(literal){name}")
    elif kept == objects.ABSENT:
        if os.path.lexists(path):
            os.unlink(path)
    elif kept != objects.NOT_KEPT:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        objects.put(path, objects.load(root, kept), objects.kind(kept))
