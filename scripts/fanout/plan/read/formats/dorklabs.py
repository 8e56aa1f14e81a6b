"""dork-labs: specs/<slug>/03-tasks.json. Its own reader is strict, so files are declared in 03-tasks.fanout.json."""

from __future__ import annotations

import os

from fanout.errors import Problem, SourceError
from fanout.plan.read.prose import touched
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text import jsonc, labelled_sections, markdown
from fanout.plan.read.text.fields import Fields
from fanout.plan.reading import Format, Reading, Source

NAME = "dork-labs"
_TOP = {"spec", "slug", "generatedAt", "mode", "lastDecomposeDate", "tasks"}
_SIDE = ("writes", "reads", "resources", "excludes")


def detect(source: Source) -> float:
    """An object with slug, mode and tasks that have a subject and a phase."""
    if source.is_folder:
        return 0.6 if source.files.is_file(os.path.join(source.path, "03-tasks.json")) else 0.0
    if '"tasks"' not in source.text or '"subject"' not in source.text:
        return 0.0
    data = jsonc.peek(source.text)
    tasks = data.get("tasks") if isinstance(data, dict) else None
    first = tasks[0] if isinstance(tasks, list) and tasks else None
    if not isinstance(data, dict) or not isinstance(first, dict) or "subject" not in first:
        return 0.0
    known = len({"slug", "mode", "spec", "generatedAt"} & data.keys()) + len({"phase", "parallelWith"} & first.keys())
    return 0.95 if known >= 2 else 0.5 if known else 0.0


def read(source: Source) -> Reading:
    path = os.path.join(source.path, "03-tasks.json") if source.is_folder else source.path
    gather = Gather(source, NAME)
    text = gather.text(path)
    problems: list[Problem] = []
    top = _top(gather, text, gather.name(path), problems)
    lines = jsonc.element_lines(text, "tasks")
    beside: dict[str, list[str]] = {}
    for index, item in enumerate(top.objects("tasks")):
        place = gather.place(path, lines[index] if index < len(lines) else 1)
        fields = Fields(item, place, problems, "dork-labs/task")
        entry = _task(gather, fields, place, index)
        beside[entry.id] = [clean_id(name) for name in fields.texts("parallelWith")]
        entry.note.parallel = True if beside[entry.id] else None
    _declared(gather, path, problems)
    if problems:
        raise SourceError(problems)
    for entry in gather.entries:
        if not entry.get("writes"):
            body = markdown.page(str(entry.fields["description"]), entry.note.place).lines
            labelled_sections.body(entry, body)
        touched.settle(gather, entry, str(entry.fields["title"]))
    _warn_of_one_sided(gather, beside)
    return gather.reading(top.text("slug"), top.text("spec") or top.text("slug"))


def _top(gather: Gather, text: str, name: str, problems: list[Problem]) -> Fields:
    data = jsonc.parse(text, name)
    if not isinstance(data, dict):
        raise SourceError(
            [Problem(name, "", type(data).__name__, "this must be an object", "Write slug, mode, tasks.")]
        )
    extra = sorted(data.keys() - _TOP)
    if extra:
        message = f"{name} has {', '.join(extra[:5])}, which its own reader rejects"
        gather.warn("extra-keys", message, "", "Remove them.")
    return Fields(data, name, problems, "dork-labs/top")


def _task(gather: Gather, fields: Fields, place: str, index: int) -> Entry:
    entry = gather.task(fields.text("id") or str(index + 1), fields.text("subject"), place)
    entry.note.phase = " ".join(part for part in (fields.text("phase"), fields.text("phaseName")) if part)
    entry.fields["description"] = fields.text("description")
    entry.add("depends_on", [clean_id(name) for name in fields.texts("dependencies")])
    labelled_sections.effort(entry, "size", fields.text("size"))
    return entry


def _warn_of_one_sided(gather: Gather, beside: dict[str, list[str]]) -> None:
    """Of two tasks that are parallel each should say so."""
    for identity, others in beside.items():
        for other in others:
            if other in beside and identity not in beside[other]:
                message = f"it is parallel with {other}, but {other} is not with it"
                gather.warn("parallel-one-sided", message, identity, "Say it in both tasks, or in neither.")


def _declared(gather: Gather, path: str, problems: list[Problem]) -> None:
    """What the side file declares: {"tasks": {"1.6": {"writes": [...], "reads": [...]}}}."""
    side = path[: -len(".json")] + ".fanout.json" if path.endswith(".json") else ""
    if not side or not gather.source.files.is_file(side):
        return
    name = gather.name(side)
    data = jsonc.parse(gather.text(side), name)
    tasks = data.get("tasks") if isinstance(data, dict) else None
    if not isinstance(tasks, dict):
        problems.append(Problem(name, "tasks", "", "this must be an object of tasks by id", 'Write {"tasks": {}}.'))
        return
    for identity, item in tasks.items():
        entry = gather.known.get(clean_id(str(identity)))
        if entry is None or not isinstance(item, dict):
            message = "there is no such task" if entry is None else "this must be an object"
            problems.append(Problem(name, f"tasks.{identity}", "", message, "Correct the id or remove it."))
            continue
        for key in _SIDE:
            if key in item:
                entry.fields[key] = item[key]


FORMAT = Format(NAME, detect, read)
