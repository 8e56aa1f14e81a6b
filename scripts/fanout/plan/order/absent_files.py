"""Files that a task was taken to read, and that are neither in the project nor made by a task: it makes them.

Which word before a path means reading is a guess ("Render the page: `src/page.js`"); that nobody can read what is not there
is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from fanout.plan.agent_types import READERS
from fanout.plan.model import Task
from fanout.plan.order import found_writes, modules
from fanout.plan.order.base_paths import EXACT
from fanout.plan.order.signs import is_test
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.reading import Inference, Note, Reading

WHY = "it is not there, and no other task makes it"
SURE = 0.8  # nobody can read what is not there
USES = "what is written before it uses it"  # read/prose/write_or_read.py
PROGRAMMED = re.compile(
    r"\W*(?:validat|read|load|check|compar)\w*\b(?!\W*(?:that|whether|if|how|why)\b)", re.IGNORECASE
)
BEFORE = re.compile(r"'([^']+)' stands before the path")  # read/prose/write_or_read.py says so
WILD = frozenset("*?[]{}")


def resolve(reading: Reading, tracked: frozenset[str], exists: Callable[[str], bool]) -> Reading:
    """The reading with such files written, each by the first task that names it. Nothing is known without `tracked`, the files
    of the project; `exists` asks for one that git does not know."""
    if not tracked or reading.format in EXACT:
        return reading
    made = {path for task in reading.document.tasks for path in task.writes}
    changed: dict[str, list[str]] = {}
    for task in reading.document.tasks:
        absent = [path for path in _guessed(reading, task) if path not in tracked and not _is_made(path, made)]
        absent = [path for path in absent if not exists(path)]
        if absent:
            changed[task.id] = absent
            made.update(absent)
    told = Inference("writes", WHY, SURE)
    return (
        found_writes.put(reading, {name: (paths, [told] * len(paths)) for name, paths in changed.items()})
        if changed
        else reading
    )


def _guessed(reading: Reading, task: Task) -> list[str]:
    """The code that the task was taken to read, by the words around it; not of one that only looks."""
    note = reading.notes.get(task.id, Note())
    if task.read_only or task.agent in READERS or _only_looks(task.title) or note.parallel is False:
        return []
    reasons = [one.reason for one in note.inferred if one.field == "reads"]
    words = [match for reason in reasons for match in BEFORE.findall(reason)]
    if not all(map(PROGRAMMED.match, words)):  # "see" and "from" speak of what is elsewhere
        return []
    if not words and not any(USES in reason for reason in reasons):  # "in src/pop.c with include/pop.h"
        return []
    return [path for path in task.reads if not WILD & set(path) and (modules.is_code(path) or is_test(path))]


def _only_looks(title: str) -> bool:
    """What is to be programmed begins as what is to be looked at: "Validate an address", "Read the settings in `conf.js`"."""
    return only_looks(title) and not PROGRAMMED.match(title)


def _is_made(path: str, made: set[str]) -> bool:
    folders = (path[:at] for at, char in enumerate(path) if char == "/")
    return path in made or any(folder in made or f"{folder}/" in made or f"{folder}/**" in made for folder in folders)
