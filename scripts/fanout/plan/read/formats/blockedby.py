"""Lists with `blockedBy` and `blocks`: the client's own task list, and batches {"tasks": [...], "blockedBy": [...]}."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from fanout.errors import Problem, SourceError
from fanout.plan.read import edges
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text import jsonc
from fanout.plan.read.text.fields import Fields
from fanout.plan.reading import Edge, Format, Reading, Source

NAME = "blocked-by"
_OWN = {"blockedBy", "blocked_by", "blocks", "activeForm"}


def detect(source: Source) -> float:
    """Objects with blockedBy, blocks or activeForm, in a list or below tasks or batches."""
    if source.is_folder:
        return 0.0
    if not any(f'"{key}"' in source.text for key in _OWN):
        return 0.0
    items = _items(jsonc.peek(source.text))
    seen = [item for item in items if isinstance(item, dict)]
    return 0.85 if any(_OWN & item.keys() for item in seen) and not any("depends_on" in item for item in seen) else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    name = gather.name(source.path)
    data = jsonc.parse(gather.text(source.path), name)
    items = _items(data)
    if not items:
        raise SourceError([Problem(name, "", type(data).__name__, "there is no list of tasks", "Write [] of objects.")])
    problems: list[Problem] = []
    lines = jsonc.element_lines(source.text, *_path(data)) or [1]
    if any(isinstance(item, dict) and isinstance(item.get("tasks"), list) for item in items):
        _batches(gather, source, items, lines, problems)
    else:
        for index, item in enumerate(items):
            _task(gather, item, gather.place(source.path, lines[min(index, len(lines) - 1)]), index, problems)
    _both_ways(gather)
    for entry in gather.entries:
        words = f"{entry.fields['title']}\n{entry.fields.get('description', '')}"
        touched.from_prose(entry, words, only_reads=bool(entry.get("writes")))
        touched.settle(gather, entry, str(entry.fields["title"]))
    if problems:
        raise SourceError(problems)
    return gather.reading(os.path.basename(source.path).rsplit(".", 1)[0] if source.path else "")


def _items(data: object) -> list[object]:
    if isinstance(data, list):
        return data
    if isinstance(data, dict):
        for key in ("batches", "tasks"):
            if isinstance(data.get(key), list) and ("batches" in data or "blockedBy" not in data):
                items: list[object] = data[key]
                return items
        return [data] if _OWN & data.keys() else []
    return []


def _path(data: object) -> list[str]:
    if isinstance(data, dict):
        return [key for key in ("batches", "tasks") if isinstance(data.get(key), list)][:1]
    return []


def _task(gather: Gather, item: object, place: str, index: int, problems: list[Problem]) -> Entry | None:
    if isinstance(item, (str, int)) and not isinstance(item, bool):
        return gather.task(str(item), str(item), place)
    if not isinstance(item, dict):
        fix = 'Write {"id": "1", "subject": "..."}.'
        problems.append(Problem(place, "", type(item).__name__, "each task must be an object", fix))
        return None
    return _of_fields(gather, Fields(item, place, problems, "blocked-by/task"), index)


def _of_fields(gather: Gather, fields: Fields, index: int) -> Entry:
    title = next((fields.text(key) for key in ("subject", "title", "content", "name") if fields.text(key)), "")
    word = fields.text("status", "pending")
    status = statuses.exact(word)
    entry = gather.task(fields.text("id") or str(index + 1), title, fields.record, status or "pending")
    if status is None:
        gather.warn("unknown-status", f"status {word!r} is taken as pending", entry.id)
    entry.fields["description"] = fields.text("description") or fields.text("prompt")
    for key in ("blockedBy", "blocked_by", "dependencies"):
        entry.add("depends_on", [clean_id(name.lstrip("#")) for name in fields.texts(key)])
    for key in ("writes", "files"):
        entry.add("writes", [path for path in map(as_path, fields.texts(key)) if path])
    agent = fields.text("subagent_type") or fields.text("agent")
    if agent:
        entry.set("agent", agent)
    blocks = [clean_id(name.lstrip("#")) for name in fields.texts("blocks")]
    entry.edges = dict.fromkeys(blocks, Edge("blocks", "stated", -1.0))  # turned round in _both_ways
    return entry


def _both_ways(gather: Gather) -> None:
    """`blocks` is `blockedBy` seen from the other side."""
    for entry in gather.entries:
        blocked, entry.edges = entry.edges, {name: why for name, why in entry.edges.items() if why.strength >= 0}
        for name, edge in blocked.items():
            other = gather.known.get(name)
            if edge.strength < 0 and other is not None and other is not entry:
                other.add("depends_on", [entry.id])
            elif edge.strength < 0 and other is None:
                gather.warn("unknown-task", f"it blocks {name}, which is not in the list", entry.id, "Correct the id.")


@dataclass(slots=True)
class _Batch:
    name: str
    entries: list[Entry]
    stated: list[str] | None  # what it waits for; None: it does not say


def _batches(gather: Gather, source: Source, items: list[object], lines: list[int], problems: list[Problem]) -> None:
    """A batch waits for the batches or tasks in its blockedBy; without the field, for the batch before it."""
    groups: dict[str, list[Entry]] = {}
    batches: list[_Batch] = []
    for index, item in enumerate(items):
        place = gather.place(source.path, lines[min(index, len(lines) - 1)])
        if not isinstance(item, dict):
            problems.append(Problem(place, "", type(item).__name__, "each batch must be an object", "Correct it."))
            continue
        batch = _batch(gather, item, place, index, problems)
        for key in (clean_id(batch.name), f"batch-{index + 1}", f"Batch-{index + 1}"):
            groups.setdefault(key, batch.entries)
        batches.append(batch)
    numbered = {} if _name_batches(batches) else _numbered(gather)
    before: list[Entry] = []
    for batch in batches:
        if batch.stated is None and before and batch.entries:
            reason = "it is in the next batch, which does not say what it waits for"
            edges.barrier(before, batch.entries, reason, 0.7)
        for wanted in batch.stated or []:
            _wait(gather, batch.entries, wanted, groups, numbered)
        before = batch.entries or before


def _batch(gather: Gather, item: dict[str, object], place: str, index: int, problems: list[Problem]) -> _Batch:
    fields = Fields(item, place, problems, "blocked-by/batch")
    inner = item.get("tasks")
    tasks = inner if isinstance(inner, list) else []
    made = [_task(gather, task, place, len(gather.entries), problems) for task in tasks]
    name = fields.text("id") or fields.text("batch") or str(index + 1)
    entries = [entry for entry in made if entry is not None]
    for entry in entries:
        entry.note.phase = f"batch {name}"
        entry.note.parallel = True
    stated = next((fields.texts(key) for key in ("blockedBy", "blocked_by") if key in item), None)
    return _Batch(name, entries, stated)


def _wait(
    gather: Gather, group: list[Entry], wanted: str, groups: dict[str, list[Entry]], numbered: dict[str, Entry]
) -> None:
    """A name is a task's before it is a batch's."""
    identity = clean_id(re.sub(r"^#", "", wanted))
    task = gather.known.get(identity) or numbered.get(identity)
    names = [task.id] if task is not None and task not in group else [entry.id for entry in groups.get(identity, [])]
    for entry in group:
        entry.add("depends_on", [name for name in (names or [identity]) if name != entry.id])


def _name_batches(batches: list[_Batch]) -> bool:
    """Whether every number that a batch waits for is that of a batch before it."""
    before: set[str] = set()
    for place, batch in enumerate(batches, 1):
        if any(name.isdecimal() and name not in before for name in batch.stated or []):
            return False
        before |= {batch.name, str(place)}
    return True


def _numbered(gather: Gather) -> dict[str, Entry]:
    """The tasks by number, where each is called by one word and its number: `Task4`, `task-04`."""
    matches = [re.fullmatch(r"([A-Za-z]+[-_]?)0*(\d+)", entry.id) for entry in gather.entries]
    if not all(matches) or len({match[1] for match in matches if match}) > 1:
        return {}
    return {match[2]: entry for entry, match in zip(gather.entries, matches, strict=True) if match}


FORMAT = Format(NAME, detect, read)
