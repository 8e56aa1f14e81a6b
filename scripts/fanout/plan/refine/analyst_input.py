"""What an analyst is given: the list as it was read, why each edge holds, the project's files, and what to write."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fanout.plan.model import Task
from fanout.plan.reading import STATED, Note, Reading
from fanout.plan.refine import analyst_pass
from fanout.plan.refine.side_file import SideFile, text_hash

MOST_FILES = 1500
MOST_TEXT = 600

ASKED = """\
Write one JSON object to {place}, and nothing else anywhere; implement nothing, edit no other file.
{{"schema_version": 1, "source": "{source}", "tasks": [{{"id", "text", "confidence", "writes": [], "maybe_writes": [],
"hub_writes": [], "depends_on": [{{"id", "why", "confidence"}}], "independent_of": [], "checks": [],
"resources": [{{"name", "mode": "exclusive"}}]}}]}}

- id, text: as they stand in brackets below. Leave out a task of which you have nothing to say.
- writes: every file the task will create, change or delete, from the project's root; look them up, guess none. `**` only
  when you are sure (0.9). confidence: how sure you are that nothing is missing (0.95: you would bet on it; below 0.75 it
  locks nothing).
- maybe_writes: perhaps. hub_writes: changelog, README, barrel, registry where it only adds a line.
- depends_on: an earlier task whose result this one cannot do without (a symbol it calls, a table it reads, a file it
  extends), and why. Not because it comes earlier.
- independent_of: tasks whose order here is only inferred ("inferred" below) and which two people could do at once.
- checks: tasks whose work it verifies. resources: a port, database, browser or build folder that only one may use.
Then run `fanout refine {given} --check` and correct what it names.
"""


@dataclass(frozen=True)
class Project:
    """What stands beside the list; `hints` are pairs of a path and those that history changes with it, `changed` the files that
    tasks really changed in runs of the list, `done` those that are done in a run that goes on."""

    files: Sequence[str] = ()
    rules: Sequence[str] = ()
    documents: Sequence[str] = ()
    hints: Mapping[str, Sequence[str]] = field(default_factory=dict)
    changed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    done: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Before:
    """The ids of which earlier passes have said something: what still holds, and what is of a text that has changed."""

    told: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()


def before(reading: Reading, side: SideFile | None) -> Before:
    """What a side file says already."""
    if side is None:
        return Before()
    texts = {task.id: text_hash(task) for task in reading.document.tasks}
    told = {one.id for one in side.tasks if one.id in texts}
    stale = {one.id for one in side.tasks if one.text != texts.get(one.id, one.text)}
    return Before(frozenset(told), frozenset(stale))


def render(reading: Reading, project: Project, place: str, given: str, said: Before = Before()) -> list[str]:
    """The input for one pass, of so many tasks as a pass can hold: those that no pass before has come to."""
    now = analyst_pass.take(reading, said.told, said.stale, project.done)
    source = posixpath.basename(given.rstrip("/"))
    lines = [ASKED.format(place=place, source=source, given=given)]
    if said.told:
        lines.append(f"{place} holds what earlier passes said: keep those records, and add to them or correct them.\n")
    beside = [*project.rules, *project.documents]
    lines += [f"Context to read first: {', '.join(beside)}\n"] if beside else []
    every, left = len(reading.document.tasks), len(analyst_pass.left(reading, project.done))
    lines.append(f"TASKS ({len(now)} of {left} that are left{'; done ones are left out' if left < every else ''})\n")
    for task in now:
        lines += _task(task, reading.notes.get(task.id, Note()))
    lines += _others(reading, now, place, said, project)
    lines += _files(project.files)
    if project.hints:
        lines.append("\nCHANGED TOGETHER IN THE PAST (a hint, no rule)")
        lines += [f"{path}: {', '.join(others)}" for path, others in project.hints.items()]
    return lines


def _others(reading: Reading, now: Sequence[Task], place: str, said: Before, project: Project) -> list[str]:
    """The titles of the tasks of other passes; and what those that are done have really changed."""
    here = {task.id for task in now}
    rest = [task for task in analyst_pass.left(reading, project.done) if task.id not in here]
    later = [task for task in rest if task.id not in said.told]
    lines = _titles(
        f"LATER, titles only (keep their ids in mind; another pass takes them, keep what stands in {place}):", later
    )
    lines += _titles("EARLIER, titles only (a pass before took them):", [one for one in rest if one.id in said.told])
    done = [task for task in reading.document.tasks if project.changed.get(task.id)]
    if done:
        lines.append("\nDONE IN A RUN OF THIS LIST, with the files that each really changed:")
    return [*lines, *(f"[{one.id}] {one.title}: {', '.join(project.changed[one.id])}" for one in done)]


def _titles(heading: str, tasks: Sequence[Task]) -> list[str]:
    return [f"\n{heading}", *(f"[{task.id}] {task.title}" for task in tasks)] if tasks else []


def _task(task: Task, note: Note) -> list[str]:
    lines = [f"[{task.id}] text {text_hash(task)}  {task.title}"]
    text = " ".join(task.description.split())
    if text:
        lines.append(f"    {text[:MOST_TEXT]}{' ...' if len(text) > MOST_TEXT else ''}")
    if task.writes:
        sure = [one.confidence for one in note.inferred if one.field == "writes"]
        lines.append(f"    writes {', '.join(task.writes)}{f' (inferred, {min(sure):g})' if sure else ''}")
    else:
        lines.append("    writes: nobody knows")
    for name in task.depends_on:
        edge = note.order.get(name, STATED)
        lines.append(f"    after {name}: {f'inferred ({edge.source}), {edge.why}' if edge.why else 'stated'}")
    return lines


def _files(files: Sequence[str]) -> list[str]:
    """Every file, or of too many the folders with how much is in them."""
    if not files:
        return []
    if len(files) <= MOST_FILES:
        return [f"\nFILES ({len(files)})", *_by_folder(files)]
    folders = Counter(posixpath.dirname(path) for path in files)
    shown = [f"{folder or '.'}/ {count}" for folder, count in sorted(folders.items())[:MOST_FILES]]
    return [f"\nFOLDERS of {len(files)} files, with how many are in each", *shown]


def _by_folder(files: Iterable[str]) -> list[str]:
    inside: dict[str, list[str]] = {}
    for path in sorted(files):
        inside.setdefault(posixpath.dirname(path) or ".", []).append(posixpath.basename(path))
    return [f"{folder}/ {' '.join(names)}" for folder, names in inside.items()]
