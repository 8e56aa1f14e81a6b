"""task-master: tasks.json with tags, tasks and sub-tasks."""

from __future__ import annotations

import json
import os
import re
from itertools import pairwise
from typing import NamedTuple

from fanout.errors import FanoutError, Problem, SourceError
from fanout.plan.file_access import Files
from fanout.plan.read import edges, json_list, parent_tasks
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text import jsonc, labelled_sections
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.fields import Fields
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "task-master"
_MARKS = {"testStrategy", "subtasks", "dependencies", "priority", "details"}
_OTHERS = {"depends_on", "writes", "accept", "subject", "blockedBy"}  # other lists have tasks with these
_WORD: dict[Status, str] = {
    "pending": "pending",
    "in_progress": "in-progress",
    "completed": "done",
    "blocked": "blocked",
    "skipped": "cancelled",
}


def detect(source: Source) -> float:
    """An object with `tasks`, or of tags with `tasks`, whose items look like task-master's; or the list alone."""
    if source.is_folder:
        return 0.9 if _file(source.files, source.path) else 0.0
    if source.text.lstrip()[:1] not in ("{", "/", "[") or not any(
        f'"{mark}"' in source.text for mark in ("tasks", *_MARKS)
    ):
        return 0.0
    data = jsonc.peek(source.text)
    if isinstance(data, dict) and "schema_version" not in data:
        return _looks(
            data, "tasks" in data, any(isinstance(value, dict) and "tasks" in value for value in data.values())
        )
    return _looks(data, False, False) if isinstance(data, list) else 0.0


def _looks(data: object, plain: bool, tagged: bool) -> float:
    """How sure it is that the tasks are theirs; `plain` and `tagged` say where they stand."""
    tasks = _first_tasks(data)
    if not tasks:
        return 0.5 if tagged and not plain else 0.0
    numbered = any(isinstance(task.get("id"), int) for task in tasks)
    if any(_OTHERS & task.keys() for task in tasks):
        return 0.1 if numbered and (plain or tagged) else 0.0
    marks = max(len(_MARKS & task.keys()) for task in tasks)
    if marks >= 2:
        return 0.9 if plain or tagged else 0.62
    return _looks_bare(marks > 0, numbered, plain, tagged)


def _first_tasks(data: object) -> list[dict[str, object]]:
    return [task for value in _lists(data).values() for task in value[:20] if isinstance(task, dict)]


def _looks_bare(marked: bool, numbered: bool, plain: bool, tagged: bool) -> float:
    """The same of tasks with at most one mark."""
    if not plain:
        return 0.6 if tagged else 0.0
    if marked:
        return 0.6
    return 0.55 if numbered else 0.0


def read(source: Source) -> Reading:
    path = _file(source.files, source.path) if source.is_folder else source.path
    gather = Gather(source, NAME)
    name = gather.name(path)
    text = gather.text(path)
    data = jsonc.parse(text, name)
    lists = _lists(data)
    if not lists:
        raise SourceError([Problem(name, "", type(data).__name__, "there is no list of tasks", 'Write {"tasks": []}.')])
    tag = _tag(source, path, lists)
    problems: list[Problem] = []
    _tasks(gather, path, text, tag, lists[tag], problems)
    if problems:
        raise SourceError(problems)
    _others(gather, path, text, lists, tag)
    return gather.reading(tag)


def _file(files: Files, folder: str) -> str:
    for inside in (("tasks", "tasks.json"), (".taskmaster", "tasks", "tasks.json"), ("tasks.json",)):
        path = os.path.join(folder, *inside)
        if files.is_file(path) and (len(inside) > 2 or _is_theirs(files, path)):
            return path
    return ""


def _is_theirs(files: Files, path: str) -> bool:
    if ".taskmaster" in path.split(os.sep):
        return True
    text = files.peek(path)
    return any(f'"{mark}"' in text for mark in ("subtasks", "testStrategy"))


def _lists(data: object) -> dict[str, list[object]]:
    """The lists of tasks by tag; the untagged one is ""."""
    if isinstance(data, list):
        return {"": data} if data and all(isinstance(item, dict) for item in data) else {}
    if not isinstance(data, dict):
        return {}
    if isinstance(data.get("tasks"), list):
        return {"": data["tasks"]}
    lists: dict[str, list[object]] = {}
    for tag, value in data.items():
        inner = value.get("tasks") if isinstance(value, dict) else value
        if isinstance(inner, list) and (isinstance(value, dict) or (inner and isinstance(inner[0], dict))):
            lists[str(tag)] = inner
    return lists


def _array(plain: str, tag: str) -> int:
    """Where the list of a tag begins: in an object, in an object of the tag, or the tag's value, or the whole text."""
    if plain.lstrip()[:1] == "[":
        return plain.index("[")
    outer = jsonc.members(plain)
    if tag and plain[outer[tag][0]] == "[":
        return outer[tag][0]
    return (jsonc.members(plain, outer[tag][0]) if tag else outer)["tasks"][0]


def _tag(source: Source, path: str, lists: dict[str, list[object]]) -> str:
    """The tag the user named, else the current one of state.json, else master, else the first."""
    if source.part:
        if source.part not in lists:
            raise FanoutError(f"{path} has no tag {source.part!r}.", f"Tags: {', '.join(lists)}.")
        return source.part
    current = ""
    state = os.path.join(os.path.dirname(os.path.dirname(path)), "state.json") if path else ""
    if state and source.files.is_file(state):
        try:
            current = str(json.loads(source.files.peek(state)).get("currentTag", ""))
        except (ValueError, AttributeError):
            current = ""
    return next((tag for tag in (current, "master", "") if tag in lists), next(iter(lists)))


class _Part(NamedTuple):
    """A task or sub-task, and the fields that it was made of."""

    entry: Entry
    fields: Fields


def _tasks(gather: Gather, path: str, text: str, tag: str, items: list[object], problems: list[Problem]) -> None:
    lines, sub_lines = _lines(text, tag)
    made: list[tuple[_Part, list[_Part]]] = []
    for index, item in enumerate(items):
        place = gather.place(path, lines[index] if index < len(lines) else 1)
        fields = _object(item, place, problems)
        if fields is None:
            continue
        identity = fields.text("id") or str(index + 1)
        known = sub_lines[index] if index < len(sub_lines) else []
        children = _children(gather, fields, identity, [gather.place(path, line) for line in known], problems)
        made.append((_Part(_task(gather, fields, identity, place), fields), children))
    for part, children in made:
        _depend(gather, part, children)
        _settle(gather, part.entry, [child.entry for child in children])
    _keep_order(gather, made)


def _keep_order(gather: Gather, made: list[tuple[_Part, list[_Part]]]) -> None:
    """Where no record has a field of dependencies, nothing is stated, and the list's order holds."""
    if any(json_list.states_needs(one.fields.data) for part, children in made for one in (part, *children)):
        return
    for (before, _), (part, children) in pairwise(made):
        for entry in [child.entry for child in children] or [part.entry]:
            edges.after(entry, [before.entry], "no task of the list states dependencies, so its order holds", 0.5)
    edges.same_files(gather)


def _children(gather: Gather, fields: Fields, identity: str, places: list[str], problems: list[Problem]) -> list[_Part]:
    """The sub-tasks of the task `identity`; `places` are theirs, as far as they are known."""
    children: list[_Part] = []
    for number, sub in enumerate(fields.objects("subtasks")):
        place = places[number] if number < len(places) else fields.record
        inner = Fields(sub, place, problems, "task-master/subtask")
        name = inner.text("id") or str(number + 1)
        children.append(_Part(_task(gather, inner, _child_id(identity, name), place), inner))
    return children


def _depend(gather: Gather, part: _Part, children: list[_Part]) -> None:
    part.entry.add("depends_on", [clean_id(name) for name in part.fields.texts("dependencies")])
    for child in children:
        for name in child.fields.texts("dependencies"):
            _sibling(gather, part.entry, child.entry, name)


def _settle(gather: Gather, entry: Entry, children: list[Entry]) -> None:
    """What the parts touch, or the task itself when it has none; a whole closes over its parts."""
    for each in children or [entry]:
        words = f"{each.fields['title']}\n{each.fields.get('description', '')}"
        touched.from_prose(each, words, only_reads=bool(each.get("writes")))
        touched.settle(gather, each, str(each.fields["title"]))
    if children:
        _end_with(gather, entry, children)
        parent_tasks.close_over(entry, children, "its sub-tasks")


def _end_with(gather: Gather, entry: Entry, children: list[Entry]) -> None:
    """The open parts of a task that is over are over with it."""
    if entry.note.status not in ("completed", "skipped"):
        return
    left = [child for child in children if child.note.status not in ("completed", "skipped")]
    for child in left:
        child.note.status = entry.note.status
    if left:
        word = "done" if entry.note.status == "completed" else "cancelled"
        message = (
            f"is {word}, so its open sub-tasks ({', '.join(child.id for child in left[:8])}) are taken as {word} too"
        )
        gather.warn("parent-over", message, entry.id, "Mark it open if they are still to be done.")


def _lines(text: str, tag: str) -> tuple[list[int], list[list[int]]]:
    """The line of each task, and of each of its sub-tasks."""
    plain = jsonc.plain(text)
    index = jsonc.Lines(plain)
    tasks = jsonc.elements(plain, _array(plain, tag))
    inner: list[list[int]] = []
    for start, end in tasks:
        spot = jsonc.members(plain, start).get("subtasks") if '"subtasks"' in plain[start:end] else None
        inner.append([index.line(begin) for begin, _end in jsonc.elements(plain, spot[0])] if spot else [])
    return [index.line(start) for start, _end in tasks], inner


def _object(item: object, place: str, problems: list[Problem]) -> Fields | None:
    if isinstance(item, dict):
        return Fields(item, place, problems, "task-master/task")
    problems.append(Problem(place, "tasks", type(item).__name__, "each task must be an object", 'Write {"id": 1}.'))
    return None


def _task(gather: Gather, fields: Fields, identity: str, place: str) -> Entry:
    word = fields.text("status", "pending")
    status = statuses.exact(word)
    entry = gather.task(identity, fields.text("title") or fields.text("description"), place, status or "pending")
    if status is None:
        gather.warn("unknown-status", f"status {word!r} is taken as pending", entry.id)
    texts = [fields.text("description"), _joined(fields, "details")]
    entry.fields["description"] = "\n\n".join(text for text in texts if text)
    strategy = _joined(fields, "testStrategy")
    if strategy:
        entry.accept(strategy)
    for key in ("acceptanceCriteria", "acceptance_criteria"):
        for line in _joined(fields, key).splitlines():
            if line.strip():
                labelled_sections.verify(entry, re.sub(r"^\s*[-*]\s*", "", line))
    for item in fields.objects("relevantFiles"):
        used = as_path(str(item.get("path") or ""))
        if used:
            entry.add("reads" if item.get("action") == "reference" else "writes", [used])
    entry.add("writes", json_list.files(fields.data))
    return entry


def _joined(fields: Fields, name: str) -> str:
    value = fields.data.get(name)
    return "\n".join(fields.texts(name)) if isinstance(value, list) else fields.text(name)


def _child_id(parent: str, name: str) -> str:
    """1 below 2 is 2.1; what is written as 2.1 already stays so."""
    return name if name.startswith(f"{parent}.") else f"{parent}.{name}"


def _sibling(gather: Gather, parent: Entry, child: Entry, name: str) -> None:
    """A number inside a sub-task is a sibling; else it may mean a task of the whole list, which is only inferred."""
    identity, sibling = clean_id(name), clean_id(_child_id(parent.id, name))
    if sibling in gather.known and sibling != child.id:
        child.add("depends_on", [sibling])
    elif identity == parent.id or sibling == child.id:
        message = f"depends on {name}, which is the task that it is a part of"
        gather.warn("unknown-task", message, child.id, "Write the number of another sub-task, or nothing: [].")
    elif identity in gather.known and "." not in name:
        child.add(
            "depends_on", [identity], f"no sub-task beside it has the number {name}, so task {name} is meant", 0.7
        )
    else:
        child.add("depends_on", [identity if "." in name else sibling])


def _others(gather: Gather, path: str, text: str, lists: dict[str, list[object]], tag: str) -> None:
    others = {name: items for name, items in lists.items() if name != tag and items}
    for name, items in others.items():
        lines = jsonc.element_lines(text, name, "tasks")
        for line, item in zip(lines, items, strict=False):
            title = item.get("title", "") if isinstance(item, dict) else ""
            number = item.get("id", "?") if isinstance(item, dict) else "?"
            gather.leave(gather.place(path, line), f"tag {name}: task {number}: {title}", told=True)
    if others:
        message = f"tag {tag!r} was read; {', '.join(f'{name!r} ({len(items)})' for name, items in others.items())} not"
        gather.warn("other-tags", message, "", f"Name one as {gather.name(path)}#{next(iter(others))}.")


def mark(origin: Origin) -> list[Edit]:
    """Sets the value of `status`."""
    source = origin.source
    path = _file(source.files, source.path) if source.is_folder else source.path
    content = Content(source.files, path)
    plain = jsonc.plain(content.text)
    lists = _lists(jsonc.parse(content.text, path))
    tag = _tag(source, path, lists)
    spot = _find(plain, tag, origin.task)
    if spot is None:
        raise FanoutError(f"{path} has no task {origin.task} any more.", "Read it again.")
    members = jsonc.members(plain, spot)
    word = json.dumps(_WORD[origin.status])
    if "status" in members:
        start, end = members["status"]
        return [] if plain[start:end] == word else [content.edit(start, end, word)]
    end = next(iter(members.values()))[1]
    return [content.edit(end, end, f', "status": {word}')]


def _find(plain: str, tag: str, task: str) -> int | None:
    """Where the object of a task or sub-task begins."""
    for index, (start, _end) in enumerate(jsonc.elements(plain, _array(plain, tag))):
        members = jsonc.members(plain, start)
        identity = _identity(plain, members, index)
        if clean_id(identity) == task:
            return start
        if "subtasks" in members and task.startswith(clean_id(identity) + "."):
            for place, (begin, _stop) in enumerate(jsonc.elements(plain, members["subtasks"][0])):
                name = _identity(plain, jsonc.members(plain, begin), place)
                if clean_id(_child_id(identity, name)) == task:
                    return begin
    return None


def _identity(plain: str, members: dict[str, jsonc.Span], index: int) -> str:
    if "id" not in members:
        return str(index + 1)
    value = json.loads(plain[slice(*members["id"])])
    return value if isinstance(value, str) else str(value)


FORMAT = Format(NAME, detect, read, mark)
