"""Words with strokes between them that were taken for folders: `try/finally`, `type/task`, `bg-primary/10`.

Without an ending they look as `cli/store` does; the project tells them apart, for it has such a path or the folder that it
begins with, or a task of the list makes something in that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from fanout.plan.model import Task
from fanout.plan.order.base_paths import EXACT
from fanout.plan.read.prose.vocabulary import FOLDERS
from fanout.plan.reading import Note, Reading, with_tasks

_PAIR = re.compile(r"[A-Za-z][\w-]*(?:/[\w-]+)+")
_MADE = re.compile(
    r"\b(?:folder|director(?:y|ies)|package|module|file|script|binary)s?\W*\Z|\bgit add [^\n]*\Z", re.IGNORECASE
)


def resolve(reading: Reading, tracked: frozenset[str], exists: Callable[[str], bool]) -> Reading:
    """The reading without them. Nothing is known without `tracked`, the files of the project; `exists` asks for a folder that
    git does not know."""
    if not tracked or reading.format in EXACT:
        return reading
    suspects = {task.id: found for task in reading.document.tasks if (found := _suspects(reading, task))}
    if not suspects:
        return reading
    folders = _folders(reading, tracked)
    gone = {
        name: {path for path in found if not _is_there(path, folders, tracked) and not exists(path.split("/", 1)[0])}
        for name, found in suspects.items()
    }
    tasks = [_without(task, gone.get(task.id, set())) for task in reading.document.tasks]
    if tasks == reading.document.tasks:
        return reading
    notes = dict(reading.notes)
    for before, after in zip(reading.document.tasks, tasks, strict=True):
        if before.writes and not after.writes:
            note = notes.get(after.id, Note())
            notes[after.id] = replace(note, inferred=[one for one in note.inferred if one.field != "writes"])
    return replace(with_tasks(reading, tasks), notes=notes, as_read=reading.as_read or reading.document)


def _suspects(reading: Reading, task: Task) -> set[str]:
    """Of what the words of a task were taken to write or read, what may be no path; no folder that is called so."""
    guessed = {one.field for one in reading.notes.get(task.id, Note()).inferred}
    paths = [*(task.writes if "writes" in guessed else ()), *(task.reads if "reads" in guessed else ())]
    return {
        path
        for path in paths
        if _PAIR.fullmatch(path) and path.split("/", 1)[0] not in FOLDERS and not _is_named(task, path)
    }


def _is_named(task: Task, path: str) -> bool:
    """Whether the words in front of it say what it is: "a script `deploy/all`"."""
    lines = [task.title, *task.description.split("\n")]
    return any(_MADE.search(line.partition(path)[0]) for line in lines if path in line)


def _folders(reading: Reading, tracked: frozenset[str]) -> set[str]:
    """The folders at the root that the project has, or that the list has files in."""
    listed = (
        path for task in reading.document.tasks for path in (*task.writes, *task.reads) if not _PAIR.fullmatch(path)
    )
    return {path.split("/", 1)[0] for path in (*tracked, *listed) if "/" in path}


def _is_there(path: str, folders: set[str], tracked: frozenset[str]) -> bool:
    """Whether its first folder is known, or the whole is the end of a path of the project."""
    return path.split("/", 1)[0] in folders or any(f"/{path}/" in f"/{one}/" for one in tracked)


def _without(task: Task, gone: set[str]) -> Task:
    if not gone:
        return task
    kept = {name: [path for path in getattr(task, name) if path not in gone] for name in ("writes", "reads")}
    return task.model_copy(update=kept)
