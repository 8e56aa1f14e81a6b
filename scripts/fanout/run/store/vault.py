"""What of a project's state also stands outside its work tree: a mark of its live runs, the journal, the kept bytes.

`git clean -fdx` or `rm -rf` can take .fanout away while agents work. The hooks then still find the mark here and deny,
and `fanout doctor --restore` brings the rest back. A file is a second link to the one in .fanout where the file system
allows that: it costs no space and outlives the first; elsewhere it is a copy. Everything is private to the user.
"""

from __future__ import annotations

import os

from fanout.run.store import state_dir
from fanout.run.store.paths import is_outside

MARK = state_dir.LIVE
JOURNAL = "state.db"
DAYS_KEPT = 30.0
BYTES_KEPT = 2 << 30
FILES_KEPT = 50_000
PRIVATE = 0o700


def data_dir() -> str:
    """The user's folder for fanout's data, "" when there is no home. `hooks/start` finds the same one, from wherever it is
    started: a relative path in the environment means nothing."""
    own = _absolute("FANOUT_DATA_DIR")
    if own:
        return own
    home = os.environ.get("HOME") or os.environ.get("USERPROFILE") or ""
    shared = _absolute("XDG_DATA_HOME") or (os.path.join(home, ".local", "share") if home else "")
    return os.path.join(shared, "fanout") if shared else ""


def _absolute(variable: str) -> str:
    path = os.environ.get(variable, "")
    return path if os.path.isabs(path) else ""


def folder_of(root: str) -> str:
    """Where the state of the project at `root` stands outside it, "" when nowhere."""
    top = data_dir()
    if not top:
        return ""
    return _place(top, os.path.realpath(root))


def is_state(name: str) -> bool:
    """Whether a name, as `paths.Naming` gives it, is in a state folder that counts: in the project, in a linked work tree, or
    of another project of which something is held. A copy that somebody made of one counts for nothing."""
    if not state_dir.is_inside(name):
        return False
    if not is_outside(name):
        return True
    place = name[: f"{name}/".index(f"/{state_dir.FOLDER}/")] or os.sep
    return state_dir.linked(place) is not None or os.path.isdir(folder_of(place) or os.devnull)


def mark(root: str, interpreter: str) -> None:
    """Notes that a run is live in `root`, and which Python the hooks run on; holds its journal. Fails in silence."""
    folder = folder_of(root)
    if not folder:
        return
    try:
        _make(folder)
        _hold(root, folder, JOURNAL)
        for place in (folder, *_other_spellings(root)):
            os.makedirs(place, exist_ok=True)
            state_dir.write_whole(os.path.join(place, MARK), f"{interpreter}\n{_identity(root)}\n")
    except OSError:  # no such folder can be had: the run is guarded all the same
        return


def refusal(root: str) -> str:
    """Why nothing of the live run in `root` is held outside it, in words; "" when it is."""
    folder = folder_of(root)
    if folder and os.path.exists(os.path.join(folder, MARK)) and os.path.exists(os.path.join(folder, JOURNAL)):
        return ""
    why = f"{data_dir()} can't be written" if folder else "there is no home folder"
    return (
        f"Nothing of this run is held outside the project: {why}. The run is guarded all the same, but a .fanout that is "
        "removed can't be restored. FANOUT_DATA_DIR names another folder, by its absolute path."
    )


def unmark(root: str) -> None:
    """Nothing is live in `root` any more. The kept bytes stay, until they are too old or too many."""
    folder = folder_of(root)
    for place in (folder, *_other_spellings(root)) if folder else ():
        try:
            os.unlink(os.path.join(place, MARK))
        except OSError:
            pass


def hold(root: str, name: str) -> None:
    """Holds the file `name` of .fanout, as long as a run is marked. Fails in silence."""
    folder = folder_of(root)
    if folder and os.path.exists(os.path.join(folder, MARK)):
        try:
            _hold(root, folder, name)
        except OSError:
            return


def refresh(root: str) -> None:
    """Brings the held journal up to date: what stands beside it goes into it, and a copy is made again."""
    import sqlite3

    folder, path = folder_of(root), os.path.join(root, state_dir.FOLDER, JOURNAL)
    if not folder or not os.path.exists(os.path.join(folder, MARK)) or not os.path.exists(path):
        return
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        _hold(root, folder, JOURNAL)
    except (OSError, sqlite3.Error):
        return
    finally:
        connection.close()


def is_lost(root: str) -> bool:
    """Whether the project's journal is gone though a run is live in it. A mark of another folder of that name is not its."""
    folder = folder_of(root)
    if not folder or os.path.exists(os.path.join(root, state_dir.FOLDER, JOURNAL)):
        return False
    try:
        with open(os.path.join(folder, MARK), encoding="utf-8") as file:
            return file.read().splitlines()[1:2] == [_identity(root)] and os.path.exists(os.path.join(folder, JOURNAL))
    except OSError:
        return False


def restore(root: str) -> int:
    """Puts back what .fanout lacks of what is held, and returns how many files. Raises OSError."""
    folder = folder_of(root)
    target = state_dir.create(root)
    count = 0
    for name in _files(folder):
        there = os.path.join(target, name)
        if name == MARK or os.path.exists(there):
            continue
        os.makedirs(os.path.dirname(there), exist_ok=True)
        if name == JOURNAL:  # a process that still has the lost one open must not write into the new one
            _copy(os.path.join(folder, name), there)
        else:
            _link_or_copy(os.path.join(folder, name), there)
        count += 1
    return count


def interpreter(root: str) -> str:
    """The Python that the mark names. Raises OSError when there is no mark."""
    with open(os.path.join(folder_of(root), MARK), encoding="utf-8") as file:
        return file.readline().strip()


def forget(root: str) -> None:
    """Gives up what is held of the project."""
    folder = folder_of(root)
    unmark(root)
    if folder:
        _remove(folder)


def prune(now: float) -> None:
    """Gives up held bytes that are older than DAYS_KEPT, and the oldest beyond BYTES_KEPT or FILES_KEPT; projects with a live
    run are whole, as long as they are there. What can't be read or removed stays."""
    held = []
    for folder in folders():
        if os.path.exists(os.path.join(folder, MARK)) and not _is_gone(folder):
            continue
        for name in _files(folder):
            path = os.path.join(folder, name)
            try:
                status = os.stat(path)
            except OSError:
                continue
            held.append((max(status.st_mtime, status.st_ctime), status.st_size, path))
    size = 0
    for count, (at, bytes_, path) in enumerate(sorted(held, reverse=True), 1):
        size += bytes_
        if now - at > DAYS_KEPT * 86400 or size > BYTES_KEPT or count > FILES_KEPT:
            try:
                os.unlink(path)
            except OSError:
                continue
    for folder in folders():
        if not _files(folder):
            _remove(folder)


def _is_gone(folder: str) -> bool:
    """Whether the project of one of `folders` is no more. Of a drive the name alone does not tell."""
    path = os.path.relpath(os.path.dirname(folder), os.path.join(data_dir(), "projects"))
    return os.sep == "/" and not os.path.isdir("/" + path)


def folders() -> list[str]:
    """Every folder that holds something of a project, sorted."""
    top = os.path.join(data_dir(), "projects") if data_dir() else ""
    return sorted(path for path, _, _ in os.walk(top) if os.path.basename(path) == state_dir.FOLDER) if top else []


def size_of(folder: str) -> int:
    """Bytes in the files of one of `folders`."""
    return sum(os.path.getsize(os.path.join(folder, name)) for name in _files(folder))


def _place(top: str, path: str) -> str:
    """The folder for the project of that path; a drive's colon is left out, as in `hooks/start`."""
    path = path.replace(os.sep, "/")
    drive = path[:1] if path[1:2] == ":" else ""
    return os.path.join(top, "projects", (drive + path[2:] if drive else path).lstrip("/"), state_dir.FOLDER)


def _make(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    top = data_dir()
    if os.stat(top).st_mode & 0o077:
        os.chmod(top, PRIVATE)


def _identity(root: str) -> str:
    """Which folder it is, whatever stands under its name later."""
    status = os.stat(root)
    return f"{status.st_dev}:{status.st_ino}"


def _other_spellings(root: str) -> list[str]:
    """Where `hooks/start` looks when the client names the project in another way, through a link for instance."""
    real = os.path.realpath(root)
    found = []
    for spelling in (root, os.environ.get("CLAUDE_PROJECT_DIR", ""), os.environ.get("PWD", "")):
        if spelling and spelling != real and os.path.realpath(spelling) == real and os.path.isabs(spelling):
            found.append(_place(data_dir(), spelling))
    return found


def _hold(root: str, folder: str, name: str) -> None:
    source, target = os.path.join(root, state_dir.FOLDER, name), os.path.join(folder, name)
    if not os.path.exists(source):
        return
    if os.path.exists(target):
        if os.path.samefile(source, target):
            return
        if name != JOURNAL:  # bytes by their digest: the same
            return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    _link_or_copy(source, target)


def _link_or_copy(source: str, target: str) -> None:
    """A second link to the source in place of `target`, else a copy; whole or not at all."""
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        os.link(source, temporary)
    except OSError:
        if os.path.basename(source) != JOURNAL:
            _copy(source, target)
            return
        _copy_journal(source, temporary)
    os.replace(temporary, target)


def _copy(source: str, target: str) -> None:
    temporary = f"{target}.{os.getpid()}.tmp"
    with open(source, "rb") as file, open(temporary, "wb") as out:
        out.write(file.read())
    os.replace(temporary, target)


def _copy_journal(source: str, target: str) -> None:
    import sqlite3

    connection, copy = sqlite3.connect(source), sqlite3.connect(target)
    try:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # no second file beside the copy
    finally:
        copy.close()
        connection.close()


def _files(folder: str) -> list[str]:
    """The files below, named from the folder."""
    found = []
    for path, _, names in os.walk(folder):
        inside = os.path.relpath(path, folder)
        found += [name if inside == os.curdir else os.path.join(inside, name) for name in names]
    return sorted(found)


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
    above = os.path.dirname(folder)
    while above.startswith(os.path.join(data_dir(), "projects") + os.sep):
        try:
            os.rmdir(above)
        except OSError:
            return
        above = os.path.dirname(above)
