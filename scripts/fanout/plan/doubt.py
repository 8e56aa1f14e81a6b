"""Tasks that must run alone, because what they touch is not known or is said to be shared: why, and in what order."""

from __future__ import annotations

from fanout.plan import graph
from fanout.plan.reading import Inference, Note, Reading, Remark

MOST_PAIRS = 200_000
_ALONE = ", so it runs with no other task beside it"


def reasons(reading: Reading) -> dict[int, str]:
    """The index of each doubtful task that is left to do, to the reason as a clause that names it."""
    found = {}
    for index, task in enumerate(reading.document.tasks):
        note = reading.notes.get(task.id)
        if note is not None and note.unsure and note.status not in ("completed", "skipped"):
            found[index] = f"{task.id} {_reason(note)}"
    return found


def _reason(note: Note) -> str:
    if note.parallel is False:
        return "is said not to be parallel, so it may touch what others use"
    known = [inference for inference in note.inferred if inference.field == "writes"]
    if not known:
        return "does not say what it writes"
    reason = min(known, key=lambda inference: inference.confidence).reason
    return reason.removesuffix(_ALONE).removeprefix("it ")


def keep_order(reading: Reading, doubtful: dict[int, str]) -> Remark:
    """Put the doubtful tasks in one line by inferred dependencies, in the order of the list.

    For lists so long that a pair for every two tasks would not fit: each doubtful task waits for everything since the
    one before it, and what comes after waits for it.
    """
    tasks = {task.id: task for task in reading.document.tasks}
    alone = {reading.document.tasks[index].id for index in doubtful}
    last, since = "", list[str]()
    for name in graph.topological({task.id: task.depends_on for task in reading.document.tasks}):
        new = since or [last] if name in alone else [last]
        new = [other for other in new if other and other not in tasks[name].depends_on]
        if new:
            tasks[name].depends_on = [*tasks[name].depends_on, *new]
            reason = "a task that must run alone keeps its place in the list"
            note = reading.notes.setdefault(name, Note())
            note.inferred.append(Inference("depends_on", reason, 0.5))
            note.order.update(dict.fromkeys(new, reason))
        if name in alone:
            last, since = name, []
        else:
            since.append(name)
    message = f"{len(alone)} of {len(tasks)} tasks must run alone: the list's order is kept for them"
    return Remark("kept-in-order", message, "", "Name the files that each of them writes.")
