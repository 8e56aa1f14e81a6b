"""One commit for each task, with exactly its own paths.

The commit is built in a private index from the bytes that the task left behind, so that neither what siblings wrote nor
what the user has staged gets in or out. Afterwards the user's index is moved on for those paths alone, and only where
it still held what the last commit had.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time

from fanout.errors import FanoutError
from fanout.run import changes, git, journal, objects, place, tasks
from fanout.run.db import Write

TRIES = 40


def task(db: sqlite3.Connection, root: str, run: str, name: str, message: str = "") -> str:
    """Commits a task that is done. Returns the commit's id, "" when it changed nothing. Raises FanoutError."""
    row = tasks.get(db, run, name)
    if row["state"] == "running":
        raise FanoutError(f"task {name} is still running.", "Commit it when it is done.")
    with Turn(root):
        done = db.execute(
            "SELECT 1 FROM event WHERE run = ? AND task = ? AND kind = 'committed'", (run, name)
        ).fetchone()
        if done:
            raise FanoutError(f"task {name} is committed already.")
        found = {path: c for path, c in changes.of_task(db, run, name).items() if not os.path.isabs(path)}
        found = {path: change for path, change in found.items() if not _ignored(root, path)}
        unkept = [path for path, change in found.items() if change[1] == objects.NOT_KEPT]
        if unkept:
            raise FanoutError(f"{', '.join(unkept)} was too large to be kept.", "Commit it yourself.")
        if not found:
            return ""
        head, blobs, made = _build(root, found, message or _message(row))
        if made:
            _move_index(root, head, blobs)
        with Write(db):
            journal.note(db, "committed", run, name, commit=made, paths=sorted(found))
    return made


def _build(
    root: str, found: dict[str, tuple[str, str, int]], message: str
) -> tuple[str, dict[str, tuple[str, str]], str]:
    """The old head, what each path now is ((mode, blob) or ("0", "")), and the new commit that HEAD now names."""
    blobs = {path: _blob(root, change) for path, change in found.items()}
    for _ in range(TRIES):
        code, out, _err = git.attempt(root, "rev-parse", "--verify", "-q", "HEAD")
        head = out.strip() if code == 0 else ""
        with tempfile.TemporaryDirectory(dir=place.folder_of(root)) as folder:
            index = os.path.join(folder, "index")
            git.run(root, "read-tree", *([head] if head else ["--empty"]), index=index)
            _put(root, blobs, index)
            tree = git.run(root, "write-tree", index=index)
        if head and tree == git.run(root, "rev-parse", f"{head}^{{tree}}"):
            return head, blobs, ""
        parents = ["-p", head] if head else []
        made = git.run(root, "commit-tree", tree, *parents, data=message.encode())
        code, _, _err = git.attempt(
            root, "update-ref", "-m", f"fanout: {message.splitlines()[0]}", "HEAD", made, head or "0" * 40
        )
        if code == 0:
            return head, blobs, made
        time.sleep(0.05)  # somebody else committed meanwhile: build on that
    raise FanoutError("HEAD kept moving.", "Try again.")


def _blob(root: str, change: tuple[str, str, int]) -> tuple[str, str]:
    _, after, mode = change
    if after == objects.ABSENT:
        return "0", ""
    blob = git.run(root, "hash-object", "-w", "--stdin", data=objects.load(root, after))
    return ("100755" if mode & 0o100 else "100644"), blob


def _put(root: str, blobs: dict[str, tuple[str, str]], index: str | None) -> None:
    lines = b"".join(
        f"{mode} {blob or '0' * 40}\t{path}\0".encode("utf-8", "surrogateescape")
        for path, (mode, blob) in blobs.items()
    )
    git.run(root, "update-index", "-z", "--index-info", index=index, data=lines)


def _move_index(root: str, head: str, blobs: dict[str, tuple[str, str]]) -> None:
    """Where the user's index still has what the old head had, it gets what the new one has."""
    same = {path: entry for path, entry in blobs.items() if _staged(root, path) == _in_tree(root, head, path)}
    for _ in range(TRIES):
        try:
            return _put(root, same, None) if same else None
        except FanoutError as error:
            if "index.lock" not in str(error):
                raise
            time.sleep(0.05)
    raise FanoutError("the index stayed locked.", "The commit is made; `git reset -- PATHS` brings the index along.")


def _staged(root: str, path: str) -> str:
    return " ".join(git.run(root, "ls-files", "-s", "--", f":(literal){path}").split()[:2])


def _in_tree(root: str, head: str, path: str) -> str:
    if not head:
        return ""
    fields = git.run(root, "ls-tree", head, "--", path).split()
    return f"{fields[0]} {fields[2]}" if fields else ""


def _ignored(root: str, path: str) -> bool:
    return git.attempt(root, "check-ignore", "-q", "--", path)[0] == 0


def _message(row: sqlite3.Row) -> str:
    outcome = f"\n\n{row['outcome']}" if row["outcome"] else ""
    return f"{row['title'] or row['id']}{outcome}\n\nTask: {row['run']}/{row['id']}\n"


class Turn:
    """One committer at a time in a project."""

    __slots__ = ("file", "path")

    def __init__(self, root: str) -> None:
        self.path = os.path.join(place.folder_of(root), "commit.lock")

    def __enter__(self) -> None:
        self.file = open(self.path, "w")
        try:
            import fcntl

            fcntl.flock(self.file, fcntl.LOCK_EX)
        except ImportError:  # Windows: the compare-and-swap of HEAD is left
            pass

    def __exit__(self, *exc: object) -> None:
        self.file.close()
