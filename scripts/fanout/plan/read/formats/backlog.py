"""Backlog.md: backlog/tasks/<id> - <title>.md, one file a task, with id, status and dependencies in front matter."""

from __future__ import annotations

import os
import re

from fanout.errors import FanoutError
from fanout.plan.read import edges
from fanout.plan.read.formats.ccpm import front_status
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text import front, labelled_sections, markdown
from fanout.plan.read.text.front import Front
from fanout.plan.read.text.markdown import Line
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "backlog"
_FILE = re.compile(r"[A-Za-z]+-\d+(?:\.\d+)*\b.*\.md\Z")
_ID = re.compile(r"[A-Za-z]+-\d+(?:\.\d+)*\Z")
_OWN = {"created_date", "updated_date", "assignee", "labels", "dependencies", "ordinal", "milestone", "parent_task_id"}
_WORD: dict[Status, str] = {"pending": "To Do", "in_progress": "In Progress", "completed": "Done"}
_MARKER = re.compile(r"\s*<!--.*?-->\s*\Z")


def detect(source: Source) -> float:
    """Files with id, title and status in front matter, beside Backlog.md's other keys."""
    if source.is_folder:
        return 0.93 if any(_is_task(source.files.peek(path, 2000)) for path in _files(source)[:5]) else 0.0
    if not source.text.startswith("---") or "\nid:" not in source.text[:2000]:
        return 0.0
    head = front.peek(source.text)
    same = {"id", "title", "status"} <= head.values.keys() and "schema" not in head.values
    return 0.93 if same and _ID.match(head.text("id")) and _OWN & head.values.keys() else 0.0


def _is_task(head: str) -> bool:
    return head.startswith("---") and "\nid:" in head and "\ntitle:" in head and "\nstatus:" in head


def _folder(source: Source) -> str:
    """The folder backlog of the project, itself, or one of its folders."""
    path = source.path
    if os.path.basename(path) in ("tasks", "completed") and os.path.basename(os.path.dirname(path)) in (
        "backlog",
        ".backlog",
    ):
        return os.path.dirname(path)
    inside = [os.path.join(path, name) for name in ("backlog", ".backlog")]
    return next((one for one in inside if source.files.is_folder(os.path.join(one, "tasks"))), path)


def _files(source: Source) -> list[str]:
    """The open tasks and those that were moved to `completed`, in the order of their numbers."""
    found: list[str] = []
    for name in ("tasks", "completed"):
        folder = os.path.join(_folder(source), name)
        found += [os.path.join(folder, one) for one in source.files.names(folder) if _FILE.match(one)]
    return sorted(found, key=lambda path: [int(number) for number in re.findall(r"\d+", os.path.basename(path))[:1]])


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    parts: dict[str, list[Entry]] = {}
    for path in [source.path] if not source.is_folder else _files(source):
        entry, whole = _task(gather, path)
        if whole:
            parts.setdefault(whole, []).append(entry)
    if not gather.entries:
        raise FanoutError(f"{source.path} has no task file such as 'task-1 - Login.md'.", "Name the folder backlog.")
    names = {entry.id.lower(): entry.id for entry in gather.entries}
    for entry in gather.entries:
        entry.fields["depends_on"] = [names.get(name.lower(), name) for name in entry.get("depends_on")]
        if not source.is_folder:
            entry.fields["depends_on"] = []
    for whole, children in parts.items():
        parent = gather.known.get(names.get(whole.lower(), ""))
        if parent is not None:
            edges.after(parent, children, "it is finished after its parts", 0.9, "stated")
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    edges.same_files(gather)
    return gather.reading("backlog")


def _task(gather: Gather, path: str) -> tuple[Entry, str]:
    """The task of a file, and the id of the whole that it is a part of, or ""."""
    page = markdown.page(gather.text(path), gather.name(path))
    head = front.parse(page.lines)
    entry = _entry(gather, head, path)
    for line in head.strange:
        gather.leave(gather.place(path, line.number), line.text)
    entry.add("depends_on", [clean_id(one) for one in head.texts("dependencies") if one])
    _files_of(entry, head)
    _body(entry, head, page.lines)
    whole = head.text("parent_task_id") or head.text("parent")
    return entry, clean_id(whole) if whole else ""


def _entry(gather: Gather, head: Front, path: str) -> Entry:
    """Id, title and status; an id that an earlier task has gets a number."""
    stem = os.path.basename(path).split(" ")[0].removesuffix(".md") or "task"
    word = head.text("status")
    done = os.path.basename(os.path.dirname(path)) == "completed"
    status = "completed" if done else statuses.exact(word)
    place = gather.place(path, head.lines.get("title", 1))
    identity = clean_id(head.text("id") or stem)
    twice = identity in gather.known
    entry = gather.task(_free(gather, identity), head.text("title") or stem, place, status or "pending")
    if twice:
        message = f"its id {identity} is an earlier task's too: it is called {entry.id} here"
        gather.warn("duplicate-id", message, entry.id, "Give it an id of its own.")
    if status is None and word:
        gather.warn("unknown-status", f"status {word!r} is taken as open", entry.id)
    return entry


def _free(gather: Gather, identity: str) -> str:
    names = (identity, *(f"{identity}-{count}" for count in range(2, len(gather.entries) + 3)))
    return next(name for name in names if name not in gather.known)


def _files_of(entry: Entry, head: Front) -> None:
    """What the front matter says of files: modified ones are written, references read."""
    for key in ("modified_files", "modifiedFiles", "files"):
        entry.add("writes", [one for one in map(as_path, head.texts(key)) if one])
    entry.add("reads", [one for key in ("references", "documentation") for one in map(as_path, head.texts(key)) if one])


def _body(entry: Entry, head: Front, lines: list[Line]) -> None:
    """Description and plan are the work; notes and summaries tell of work that is done."""
    kept: list[Line] = []
    told = False
    for line in lines[head.end :]:
        if line.level and line.plain:
            told = bool(re.match(r"(?:implementation\s+)?notes|final\s+summary|comments", line.title, re.IGNORECASE))
        if not told and not (line.hidden and _MARKER.match(line.text)):
            kept.append(line)
    if entry.note.status not in ("completed", "skipped"):
        labelled_sections.body(entry, kept)
    labelled_sections.describe(entry, kept)


def mark(origin: Origin) -> list[Edit]:
    """Sets `status:` in the task's front matter."""
    source = origin.source
    gather = Gather(source, NAME)
    for path in [source.path] if not source.is_folder else _files(source):
        if _task(gather, path)[0].id == origin.task:
            return front_status(source.files, path, _WORD.get(origin.status))
    raise FanoutError(f"{source.path} has no task {origin.task} any more.", "Read it again.")


FORMAT = Format(NAME, detect, read, mark)
