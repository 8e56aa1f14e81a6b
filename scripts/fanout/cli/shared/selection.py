"""Which tasks of a list a run takes: `--only` and `--skip`, by id, by a range of ids, or by a word of the task."""

from __future__ import annotations

import dataclasses
import difflib
import re
from typing import TYPE_CHECKING

from fanout.errors import FanoutError
from fanout.plan.reading import Note

if TYPE_CHECKING:
    from fanout.plan.model import Task
    from fanout.plan.reading import Reading

RANGE = re.compile(r"(\S+?)\s*(?:-|\.\.)\s*(\S+)")
DONE = ("completed", "skipped")
CLOSE = 5  # names shown where one matches nothing


def of(reading: Reading, only: str, skip: str) -> Reading:
    """The reading with what is left out as skipped. Raises FanoutError for a name of nothing, or when nothing is left."""
    if not only and not skip:
        return reading
    every = {task.id for task in reading.document.tasks}
    chosen = (_named(reading, only, "--only") if only else every) - (_named(reading, skip, "--skip") if skip else set())
    if not chosen:
        raise FanoutError("nothing is left to start.", "--only and --skip leave no task; `fanout read` lists them.")
    notes = dict(reading.notes)
    for name in every - chosen:
        note = notes.get(name) or Note()
        if note.status not in DONE:
            notes[name] = dataclasses.replace(note, status="skipped", unasked=True)
    return dataclasses.replace(reading, notes=notes)


def unmet(reading: Reading) -> list[str]:
    """A line for each task that depends on one that is left out and not done."""
    gone = {name for name, note in reading.notes.items() if note.unasked}
    taken = [task for task in reading.document.tasks if task.id not in gone]
    waits = {task.id: [need for need in task.depends_on if need in gone] for task in taken}
    return [
        f"{name} depends on {', '.join(needs)}, which is left out: it starts as if that were done."
        for name, needs in waits.items()
        if needs
    ]


def _named(reading: Reading, words: str, option: str) -> set[str]:
    found: set[str] = set()
    for word in filter(None, (part.strip() for part in words.split(","))):
        names = _of_word(reading, word)
        if not names:
            ids = [task.id for task in reading.document.tasks]
            close = difflib.get_close_matches(word, ids, CLOSE, 0.4) or ids[:CLOSE]
            raise FanoutError(
                f"{option}: no task is called {word!r}, and none has that word in its title, phase or files.",
                f"Ids: {', '.join(close)}{' ...' if len(ids) > len(close) else ''}; `fanout read` lists all.",
            )
        found |= names
    return found


def _of_word(reading: Reading, word: str) -> set[str]:
    tasks = reading.document.tasks
    ids = {_plain(task.id): place for place, task in enumerate(tasks)}
    if _plain(word) in ids:
        return {tasks[ids[_plain(word)]].id}
    ends = RANGE.fullmatch(word)
    if ends and _plain(ends[1]) in ids and _plain(ends[2]) in ids:
        first, last = sorted((ids[_plain(ends[1])], ids[_plain(ends[2])]))
        return {task.id for task in tasks[first : last + 1]}
    return {task.id for task in tasks if _speaks_of(reading, task, word)}


def _speaks_of(reading: Reading, task: Task, word: str) -> bool:
    note = reading.notes.get(task.id)
    texts = [task.title or "", note.phase if note else "", *task.writes]
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for text in texts)


def _plain(name: str) -> str:
    """An id as people say it: `3` is `03`, `t3` is `T003`."""
    return re.sub(r"\d+", lambda found: found[0].lstrip("0") or "0", name.casefold())
