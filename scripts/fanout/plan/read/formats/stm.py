"""simple-task-master: .simple-task-master/tasks/<id>-<slug>.md with front matter."""

from __future__ import annotations

import os
import re

from fanout.errors import FanoutError
from fanout.plan.file_access import Files
from fanout.plan.read.formats.ccpm import front_status
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.reading_builder import Gather, clean_id
from fanout.plan.read.text import front, labelled_sections, markdown
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "stm"
_TASK = re.compile(r"(\d+)-[^/]*\.md\Z|(\d+)\.md\Z")
_WORD: dict[Status, str] = {"pending": "pending", "in_progress": "in-progress", "completed": "done"}


def detect(source: Source) -> float:
    """Front matter with schema, id, title and status."""
    if source.is_folder:
        return 0.92 if _paths(source.files, source.path) else 0.0
    head = front.peek(source.text)
    return 0.95 if {"schema", "id", "title", "status"} <= head.values.keys() else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    files = [source.path] if not source.is_folder else _paths(source.files, source.path)
    if not files:
        raise FanoutError(f"{source.path} has no task file such as 1-name.md.", "Name .simple-task-master.")
    for path in files:
        _task(gather, path)
    return gather.reading()


def _paths(files: Files, folder: str) -> list[str]:
    for inside in (
        os.path.join(folder, ".simple-task-master", "tasks"),
        os.path.join(folder, "tasks") if os.path.basename(folder) == ".simple-task-master" else folder,
    ):
        if files.is_folder(inside):
            names = sorted((name for name in files.names(inside) if _TASK.match(name)), key=_number)
            paths = [os.path.join(inside, name) for name in names]
            if paths and (inside.endswith("tasks") or inside == folder) and _is_task(files, paths[0]):
                return paths
    return []


def _number(name: str) -> tuple[int, str]:
    return int(re.match(r"\d{1,17}", name)[0]), name  # type: ignore[index]


def _is_task(files: Files, path: str) -> bool:
    head = files.peek(path, 4000)
    return head.startswith("---") and "\nschema:" in head and "\nstatus:" in head


def _task(gather: Gather, path: str) -> None:
    page = markdown.page(gather.text(path), gather.name(path))
    head = front.parse(page.lines)
    stem = _TASK.match(os.path.basename(path))
    identity = head.text("id") or (stem[1] or stem[2] if stem else "task")
    title = head.text("title") or identity
    status = statuses.exact(head.text("status"))
    entry = gather.task(identity, title, gather.place(path, head.lines.get("title", 1)), status or "pending")
    if status is None:
        gather.warn("unknown-status", f"status {head.text('status')!r} is taken as pending", entry.id)
    for line in head.strange:
        gather.leave(gather.place(path, line.number), line.text)
    entry.add("depends_on", [clean_id(item.lstrip("#")) for item in head.texts("dependencies") if item])
    lines = page.lines[head.end :]
    labelled_sections.body(entry, lines)
    labelled_sections.describe(entry, lines)
    touched.settle(gather, entry, title)


def mark(origin: Origin) -> list[Edit]:
    """Sets `status:` in the task's front matter."""
    word = _WORD.get(origin.status)
    source = origin.source
    for path in [source.path] if not source.is_folder else _paths(source.files, source.path):
        gather = Gather(source, NAME)
        _task(gather, path)
        if gather.entries[0].id == origin.task:
            return front_status(source.files, path, word)
    raise FanoutError(f"{source.path} has no task {origin.task} any more.", "Read it again.")


FORMAT = Format(NAME, detect, read, mark)
