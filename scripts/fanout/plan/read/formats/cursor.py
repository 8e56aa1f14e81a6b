"""Cursor: .cursor/plans/<name>.plan.md, its to-dos in the front matter, the plan in prose below."""

from __future__ import annotations

import os
import re

from fanout.errors import FanoutError, Problem, SourceError
from fanout.plan.read import stages
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import markdown, task_fields, yaml_nodes
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.yaml_nodes import Value
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "cursor"
_FRONT = re.compile(r"\A---[ \t]*(?:\r\n|\n|\r)(?P<yaml>.*?[\r\n])---[ \t]*(?:[\r\n]|\Z)", re.DOTALL)
_TODOS = re.compile(
    r"^todos:[ \t]*(?:#.*)?\r?\n[ \t]*- +(?:\{\s*)?[\"']?(?:id|content|status|dependencies)[\"']?:|^todos:[ \t]*\[(?!\s*\])",
    re.MULTILINE,
)
_WORD: dict[Status, str] = {
    "pending": "pending",
    "in_progress": "in_progress",
    "completed": "completed",
    "skipped": "cancelled",
}


def detect(source: Source) -> float:
    """Front matter with a list `todos`; a folder with such files. A plan whose list is empty has its tasks below."""
    if source.is_folder:
        return 0.6 if len(_files(source)) == 1 else 0.0
    front = _FRONT.match(source.text)
    return 0.95 if front and _TODOS.search(front["yaml"]) else 0.0


def _files(source: Source) -> list[str]:
    return [os.path.join(source.path, name) for name in source.files.names(source.path) if name.endswith(".plan.md")]


def _file(source: Source) -> str:
    found = _files(source) if source.is_folder else [source.path]
    if len(found) != 1:
        names = ", ".join(os.path.basename(path) for path in found[:8])
        raise FanoutError(f"{source.path} holds {len(found)} plans.", f"Name one: {names}.")
    return found[0]


def read(source: Source) -> Reading:
    path = _file(source)
    gather = Gather(source, NAME)
    text = gather.text(path)
    markdown.page(text, gather.name(path))  # a merge conflict below the front matter is refused too
    data = _data(text, gather.name(path))
    problems: list[Problem] = []
    waits = Waits()
    todos = data.get("todos")
    for index, todo in enumerate(todos if isinstance(todos, list) else []):
        if isinstance(todo, dict):
            _todo(gather, todo, path, index, waits)
        else:
            where = f"{gather.name(path)} todos[{index}]"
            problems.append(Problem(where, "", "", "each to-do must be a map", "Write id, content and status."))
    if problems:
        raise SourceError(problems)
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    stages.order(gather, [Stage("", "", gather.entries)], waits)
    if path.startswith(gather.base):
        gather.settings["context_files"] = [gather.name(path)]
    return gather.reading("", yaml_nodes.text_of(data.get("name")))


def _data(text: str, name: str) -> dict[str, Value]:
    front = _FRONT.match(text)
    data = yaml_nodes.parse(front["yaml"], name, front.start("yaml"), 2) if front else None
    if not isinstance(data, dict):
        raise SourceError([Problem(name, "todos", "", "there is no front matter with todos", "Write it between ---.")])
    return data


def _todo(gather: Gather, todo: dict[str, Value], path: str, index: int, waits: Waits) -> Entry:
    words = yaml_nodes.text_of(todo.get("content")) or yaml_nodes.text_of(todo.get("id"))
    first = next((value for value in todo.values() if isinstance(value, yaml_nodes.Scalar)), None)
    said = yaml_nodes.text_of(todo.get("status")) or "pending"
    status = statuses.exact(said)
    identity = yaml_nodes.text_of(todo.get("id")) or f"{index + 1:02d}"
    entry = gather.task(
        identity, markdown.bare(words), gather.place(path, first.line if first else 1), status or "pending"
    )
    if status is None:
        gather.warn("unknown-status", f"status {said!r} is taken as pending", entry.id)
    entry.fields["description"] = words
    needs = yaml_nodes.texts_of(todo.get("dependencies"))
    if entry.add("depends_on", needs) or "dependencies" in todo:
        waits.known.add(entry.id)
    prose = task_fields.prose([words])
    if prose:
        touched.from_prose(entry, prose)
    return entry


def mark(origin: Origin) -> list[Edit]:
    """Sets the to-do's `status`."""
    path = _file(origin.source)
    content = Content(origin.source.files, path)
    todos = _data(content.text, path).get("todos")
    for index, todo in enumerate(todos if isinstance(todos, list) else []):
        named = isinstance(todo, dict) and (yaml_nodes.text_of(todo.get("id")) or f"{index + 1:02d}")
        status = todo.get("status") if isinstance(todo, dict) else None
        if named == origin.task and origin.status in _WORD:
            if not isinstance(status, yaml_nodes.Scalar):
                raise FanoutError(f"{path}: to-do {origin.task} has no status.", "Write 'status: pending' into it.")
            word = yaml_nodes.quoted(status, content.text, _WORD[origin.status])
            return [content.edit(status.start, status.end, word)]
    raise FanoutError(f"{path} has no to-do {origin.task} any more.", "Read it again.")


FORMAT = Format(NAME, detect, read, mark)
