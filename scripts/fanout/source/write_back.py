"""Marks a task in the user's own file: changes the status token and no other byte, or refuses."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

from fanout.errors import Busy, FanoutError
from fanout.plan.read import registry
from fanout.plan.reading import Edit, Origin, Reading, Source, Status
from fanout.source.disk import DISK

PATIENCE = 30.0
_UNDERWAY: tuple[Status, ...] = ("in_progress",)


def keeps_status(format_name: str) -> bool:
    """Whether the format holds a status that can be written back."""
    format_ = registry.FORMATS.get(format_name)
    return format_ is not None and format_.mark is not None


def set_status(
    what: Reading | Source, task: str, status: Status, summary: str = "", title: str | None = None
) -> list[str]:
    """Mark and apply in one step: the paths that changed, none when the task had that status already."""
    return apply(mark(what, task, status, summary, title))


def mark(what: Reading | Source, task: str, status: Status, summary: str = "", title: str | None = None) -> list[Edit]:
    """The edits that give `task` its new status, in the files as they are now; none when it has it already.

    Raises FanoutError when the format holds no status, the task is gone, or it is another one than was read: its title
    is not `title` (a reading's own, when `what` is a reading), or its status was changed to something else meanwhile.
    """
    source = what.source if isinstance(what, Reading) else what
    if source is None or not source.path:
        raise FanoutError("standard input has no file to write a status to.", "Plan from the file itself.")
    source = _fresh(source)
    format_ = registry.FORMATS[what.format] if isinstance(what, Reading) else registry.choose(source)
    if format_.mark is None:
        raise FanoutError(f"the format {format_.name} holds no status to write back.", "The run's journal keeps it.")
    now = format_.read(source)
    _same_task(what, now, task, status, title)
    origin = Origin(source, task, status, " ".join(summary.split()), format_.name)
    if now.notes[task].status == status:
        return []
    return [dataclasses.replace(edit, origin=origin) for edit in format_.mark(origin)]


def apply(edits: list[Edit]) -> list[str]:
    """Write the edits and return the paths that changed. Each file is replaced whole, by a rename in its own folder.

    Under a lock on the files' folders every place is looked up again, so that changes elsewhere in the file, by others
    or by another `apply`, stay. Raises FanoutError when the bytes to replace are no longer what they were.
    """
    folders = sorted({os.path.dirname(os.path.realpath(edit.path)) for edit in edits})
    with contextlib.ExitStack() as locks:
        for folder in folders:
            locks.enter_context(_locked(folder))
        return _write(_located(edits))


def under_lock(folder: str, make: Callable[[], list[Edit]]) -> list[str]:
    """Make the edits of one folder's files and write them, with nobody in between: the paths that changed."""
    with _locked(os.path.realpath(folder)):
        return _write(make())


def _fresh(source: Source) -> Source:
    if os.path.isdir(source.path):
        return dataclasses.replace(source, text="")
    if not os.path.exists(source.path):
        raise FanoutError(f"{source.path} is gone.", "Nothing was written.")
    return dataclasses.replace(source, text=DISK.text(source.path))


def _same_task(what: Reading | Source, now: Reading, task: str, status: Status, title: str | None) -> None:
    titles = {entry.id: entry.title for entry in now.document.tasks}
    place = now.files[0] if now.files else now.base
    if task not in titles:
        raise FanoutError(f"{place} has no task {task} any more: nothing was written.", "Read the source again.")
    if isinstance(what, Reading):
        title = next((entry.title for entry in what.document.tasks if entry.id == task), title)
        old, new = (what.notes[task].status if task in what.notes else "pending"), now.notes[task].status
        if new not in (old, status, *_UNDERWAY):
            raise FanoutError(
                f"{now.notes[task].place}: task {task} was {old} when it was read and is {new} now: not written.",
                "Read the source again.",
            )
    if title is not None and title != titles[task]:
        raise FanoutError(
            f"{now.notes[task].place}: task {task} was {title!r} when it was read and is {titles[task]!r} now: "
            "nothing was written.",
            "Read the source again.",
        )


def _located(edits: list[Edit]) -> list[Edit]:
    """The edits at their places in the files as they are now."""
    located = [edit for edit in edits if edit.origin is None]
    for origin in dict.fromkeys(edit.origin for edit in edits if edit.origin is not None):
        wanted = [edit for edit in edits if edit.origin == origin]
        fresh = dataclasses.replace(origin, source=_fresh(origin.source))
        mark_ = registry.FORMATS[origin.format].mark
        again = mark_(fresh) if mark_ is not None else []
        kept = [(edit.path, edit.before) for edit in again if not edit.derived]
        if kept and kept != [(edit.path, edit.before) for edit in wanted if not edit.derived]:
            raise _changed(wanted[0])
        located += again
    return located


def _changed(edit: Edit) -> FanoutError:
    return FanoutError(f"{edit.path} changed since it was read: nothing was written.", "Read the source again.")


def _write(edits: list[Edit]) -> list[str]:
    paths = list(dict.fromkeys(edit.path for edit in edits))
    ready: list[tuple[str, bytes]] = []
    for path in paths:
        with open(path, "rb") as file:
            data = file.read()
        for edit in sorted((edit for edit in edits if edit.path == path), key=lambda edit: -edit.start):
            if data[edit.start : edit.end] != edit.before:
                raise _changed(edit)
            data = data[: edit.start] + edit.after + data[edit.end :]
        ready.append((path, data))
    for path, data in ready:
        _replace(os.path.realpath(path), data)
    return paths


def _replace(path: str, data: bytes) -> None:
    """All of `data` or the old content, never a part: written beside it, flushed, renamed. The mode is kept."""
    state = os.stat(path)
    try:
        handle, temporary = tempfile.mkstemp(prefix=".fanout-", dir=os.path.dirname(path))
    except OSError as error:
        raise FanoutError(
            f"{os.path.dirname(path)} can't be written to: {error.strerror}.", "Mark it by hand."
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, state.st_mode & 0o7777)
        with contextlib.suppress(OSError, AttributeError):
            os.chown(temporary, state.st_uid, state.st_gid)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def _locked(folder: str) -> Iterator[None]:
    """A lock on the folder itself where the system can, so that no lock file is left in it."""
    handle = _open(folder)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _take(handle):
            if time.monotonic() > deadline:
                raise Busy(f"{folder} stayed locked by another fanout for {PATIENCE:g} s.", "Try again.")
            time.sleep(0.005)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import hashlib
    import msvcrt

    def _open(folder: str) -> int:
        name = hashlib.sha256(os.path.normcase(folder).encode()).hexdigest()[:32]
        path = os.path.join(tempfile.gettempdir(), f"fanout-{name}.lock")
        return os.open(path, os.O_RDWR | os.O_CREAT)

    def _take(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _open(folder: str) -> int:
        return os.open(folder, os.O_RDONLY)

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
