"""OpenAgentsControl: a feature folder with task.json and subtask_NN.json, both schema versions."""

from __future__ import annotations

import os

from fanout.errors import Problem, SourceError
from fanout.plan.read.formats import oac_files, oac_status
from fanout.plan.read.formats.oac_files import Feature, Subtask
from fanout.plan.read.prose import touched
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry, Gather, clean_id, name_of
from fanout.plan.read.text import jsonc
from fanout.plan.read.text.fields import Fields
from fanout.plan.reading import Format, Reading, Source, Status

NAME = "openagentscontrol"
_STATUS: dict[str, Status] = {
    "pending": "pending",
    "in_progress": "in_progress",
    "completed": "completed",
    "blocked": "blocked",
}


def detect(source: Source) -> float:
    """A folder with such files, a folder of such folders, or one of the files themselves."""
    if source.is_folder:
        if oac_files.has_files(source.files, source.path):
            return 0.95
        return 0.9 if oac_files.features_below(source.files, source.path) else 0.0
    name = os.path.basename(source.path)
    if name != oac_files.TASK and not oac_files.SUBTASK.match(name):
        return 0.0
    data = jsonc.peek(source.text)
    marks = ("subtask_count", "objective", "exit_criteria", "seq", "acceptance_criteria", "deliverables")
    known = isinstance(data, dict) and "tasks" not in data and any(mark in data for mark in marks)
    return (
        0.95
        if known
        else 0.6
        if data is None and oac_files.has_files(source.files, os.path.dirname(source.path))
        else 0.0
    )


def read(source: Source) -> Reading:
    """Raises SourceError with every broken file, its line and column."""
    folder = oac_files.folder_of(source)
    feature = oac_files.load(source.files, folder, name_of(folder, source.root))
    gather = Gather(source, NAME)
    gather.strict = True
    gather.files = [item.path for item in feature.subtasks]
    problems: list[Problem] = []
    if feature.task is not None:
        gather.files.insert(0, os.path.join(folder, oac_files.TASK))
        _settings(gather, Fields(feature.task, gather.name(gather.files[0]), problems, "openagentscontrol-task"))
    ids = _ids(feature)
    for item in feature.subtasks:
        _task(gather, item, ids, problems)
    if problems:
        raise SourceError(problems)
    _remarks(gather, feature)
    title = str((feature.task or {}).get("name") or "")
    return gather.reading(str((feature.task or {}).get("id") or feature.name), title)


def _ids(feature: Feature) -> dict[str, str]:
    """Every spelling of a subtask's name in depends_on, to its id."""
    ids: dict[str, str] = {}
    for item in feature.subtasks:
        identity = clean_id(item.seq)
        bare = item.seq.lstrip("0") or "0"
        spellings = (bare, os.path.basename(item.path), f"subtask_{item.seq}", item.text_of("id"), item.seq)
        ids.update({name: identity for name in spellings if name})
    return ids


def _task(gather: Gather, item: Subtask, ids: dict[str, str], problems: list[Problem]) -> None:
    name = gather.name(item.path)
    fields = Fields(item.data, name, problems, "openagentscontrol-subtask")
    entry = gather.task(item.seq, fields.text("title"), f"{name}:1", _status(gather, fields, item))
    entry.note.parallel = fields.flag("parallel")
    entry.add("depends_on", [ids.get(need.strip(), clean_id(need)) for need in fields.texts("depends_on")])
    for text in fields.texts("deliverables"):
        touched.deliverable(entry, text)
    for key in ("context_files", "reference_files"):
        entry.add("reads", _files(gather, fields, key, entry.id))
    for text in fields.texts("acceptance_criteria"):
        entry.accept(text)
    if fields.text("suggested_agent"):
        entry.set("agent", fields.text("suggested_agent"))
    _describe(entry, fields)
    touched.settle(gather, entry, fields.text("title"))


def _status(gather: Gather, fields: Fields, item: Subtask) -> Status:
    text = fields.text("status", "pending")
    known = _STATUS.get(text.strip().lower().replace("-", "_"))
    if known is None:
        message = f"status {text!r} is none of {', '.join(_STATUS)}: taken as pending"
        gather.warn("unknown-status", message, clean_id(item.seq), f'Correct "status" in {fields.record}.')
    return known or "pending"


def _files(gather: Gather, fields: Fields, key: str, task: str) -> list[str]:
    """Paths, each given as text or as {"path", "lines", "reason"}."""
    paths: list[str] = []
    value = fields.data.get(key)
    for item in value if isinstance(value, list) else [value] if value else []:
        path = item.get("path") if isinstance(item, dict) else item
        if not isinstance(path, str) or not path.strip():
            fields.wrong(key)
            continue
        usable = as_path(path)
        if usable is not None:
            paths.append(usable)
        else:
            gather.warn("not-a-path", f"{key} has {path[:80]!r}, which is no path inside the project", task)
    return paths


def _describe(entry: Entry, fields: Fields) -> None:
    """What the fields of the document have no place for."""
    parts = []
    for key, words in (("deliverables", "Deliverables"), ("bounded_context", "Bounded context"), ("module", "Module")):
        values = fields.texts(key)
        if values and (key != "deliverables" or any(as_path(value) is None for value in values)):
            parts.append(f"{words}: {'; '.join(values)}")
    if parts:
        entry.set("description", "\n".join(parts))


def _settings(gather: Gather, fields: Fields) -> None:
    gather.settings["context_files"] = [
        *_files(gather, fields, "context_files", ""),
        *_files(gather, fields, "reference_files", ""),
    ]


def _remarks(gather: Gather, feature: Feature) -> None:
    shown = gather.name(feature.folder)
    for name in feature.strays:
        gather.leave(f"{shown}/{name}", f"{name}: only subtask_NN.json with two digits is read")
    if feature.task is None:
        gather.warn("missing-task-json", f"{shown} has no task.json", "", "Write one with id, name, status, objective.")
        return
    done = sum(entry.note.status == "completed" for entry in gather.entries)
    for key, real, what in (
        ("subtask_count", len(feature.subtasks), "subtask files"),
        ("completed_count", done, "completed subtasks"),
    ):
        stated = feature.task.get(key)
        if isinstance(stated, int) and stated != real:
            message = f"task.json says {key} {stated}, but there are {real} {what}"
            missing = " A subtask may not have been written." if stated > real else ""
            gather.warn("declared-count", message, "", f'Correct "{key}" to {real}.{missing}')


FORMAT = Format(NAME, detect, read, oac_status.mark)
