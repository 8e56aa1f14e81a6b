"""Tasks that must run alone, because what they touch is not known or is said to be shared: why, and in what order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from fanout.plan import graph
from fanout.plan.model import Task
from fanout.plan.reading import Edge, Inference, Note, Reading, Remark, with_tasks

MOST_PAIRS = 200_000
_ALONE = ", so it runs with no other task beside it"
_KEPT = "a task that must run alone keeps its place in the list"


def reasons(reading: Reading, is_apart: bool = False) -> dict[int, str]:
    """The index of each doubtful task that is left to do, to the reason as a clause that names it. `is_apart`: see ProjectFacts;
    what is said not to be parallel may share more than files.
    """
    clauses = {}
    for index, task in enumerate(reading.document.tasks):
        note = reading.notes.get(task.id)
        is_free = is_apart and note is not None and note.parallel is not False
        if note is not None and note.unsure and not is_free and note.status not in ("completed", "skipped"):
            clauses[index] = f"{task.id} {_reason(note)}"
    return clauses


def _reason(note: Note) -> str:
    if note.parallel is False:
        return "is said not to be parallel, so it may touch what others use"
    known = [inference for inference in note.inferred if inference.field == "writes"]
    if not known:
        return "does not say what it writes"
    reason = min(known, key=lambda inference: inference.confidence).reason
    return reason.removesuffix(_ALONE).removeprefix("it ")


def keep_order(reading: Reading, doubtful: Mapping[int, str]) -> Reading:
    """The reading with the doubtful tasks in one line by inferred dependencies, in the order of the list.

    For lists so long that a pair for every two tasks would not fit: each doubtful task waits for everything since the
    one before it, and what comes after waits for it.
    """
    before = reading.document.tasks
    alone = {before[index].id for index in doubtful}
    more = _more_needs(before, alone)
    tasks = [
        task.model_copy(update={"depends_on": [*task.depends_on, *more[task.id]]}) if more.get(task.id) else task
        for task in before
    ]
    notes = {
        **reading.notes,
        **{name: _kept(reading.notes.get(name, Note()), new) for name, new in more.items() if new},
    }
    message = f"{len(alone)} of {len(tasks)} tasks must run alone: the list's order is kept for them"
    remark = Remark("kept-in-order", message, "", "Name the files that each of them writes.")
    return replace(with_tasks(reading, tasks, remark), notes=notes)


def _more_needs(tasks: Sequence[Task], alone: Set[str]) -> dict[str, list[str]]:
    """What each task waits for beside what it depends on, so that those of `alone` have nobody beside them."""
    stated = {task.id: task.depends_on for task in tasks}
    more: dict[str, list[str]] = {}
    last = ""
    since: list[str] = []
    for name in graph.topological(stated):
        wanted = since or [last] if name in alone else [last]
        more[name] = [other for other in wanted if other and other not in stated[name]]
        if name in alone:
            last, since = name, []
        else:
            since.append(name)
    return more


def _kept(note: Note, more: Sequence[str]) -> Note:
    inference = Inference("depends_on", _KEPT, 0.5)
    return replace(note, inferred=[*note.inferred, inference], order={**note.order, **dict.fromkeys(more, Edge(_KEPT))})
