"""Files that the project tells a task to write: they stand with what it writes, and no more with what it reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from fanout.plan.reading import Inference, Note, Reading, with_tasks

Found = tuple[Collection[str], Sequence[Inference]]


def put(reading: Reading, found: Mapping[str, Found]) -> Reading:
    """The reading with them: by the id of a task its paths, and what is inferred of these."""
    notes, tasks = dict(reading.notes), []
    for task in reading.document.tasks:
        if task.id not in found:
            tasks.append(task)
            continue
        paths, told = found[task.id]
        note = notes.get(task.id, Note())
        kept = [one for one in note.inferred if task.writes or one.field != "writes"]
        notes[task.id] = replace(note, unsure=False, inferred=[*kept, *told])
        reads = [path for path in task.reads if path not in paths]
        tasks.append(task.model_copy(update={"writes": [*task.writes, *paths], "reads": reads}))
    return replace(with_tasks(reading, tasks), notes=notes, as_read=reading.as_read or reading.document)
