"""ccpm: .claude/epics/<epic>/<N>.md with front matter, and <N>-analysis.md with parallel streams."""

from __future__ import annotations

import os
import re

from fanout.errors import FanoutError
from fanout.plan.file_access import Files
from fanout.plan.read import parent_tasks
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text import front, labelled_sections, markdown
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.front import Front
from fanout.plan.read.text.markdown import Line
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "ccpm"
_TASK = re.compile(r"(\d+)\.md\Z")
_ANALYSIS = re.compile(r"(\d+)-analysis\.md\Z")
_STREAM = re.compile(r"Stream\s+([A-Za-z0-9]+)\b\s*[:.-]?\s*(.*)\Z", re.IGNORECASE)
_STREAMS = re.compile(r"\bStreams?\s+((?:[A-Z0-9]\b(?:\s*(?:,|and|&|\+)\s*)?(?:Stream\s+)?)+)", re.IGNORECASE)
_ID = re.compile(r"#?\d+\Z")
_WORD: dict[Status, str] = {"pending": "open", "in_progress": "in-progress", "completed": "closed"}


def detect(source: Source) -> float:
    """Numbered Markdown files with this front matter."""
    if source.is_folder:
        return 0.9 if _epics(source.files, source.path) else 0.0
    matter = front.peek(source.text)
    own = {"depends_on", "parallel", "conflicts_with"} & matter.values.keys()
    called = {"name", "title", "issue"} & matter.values.keys()
    if not called or "status" not in matter.values or "schema" in matter.values:
        return 0.0
    sure = 0.9 if len(own) > 1 else 0.7 if own else 0.0
    return sure if "name" in called else min(sure, 0.75)


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    if not source.is_folder:
        _task(gather, source.path, _stem(source.path))
        return gather.reading()
    folder = _epic(source.files, source.path)
    names = sorted(source.files.names(folder), key=_order)
    for name in names:
        if _TASK.match(name):
            _task(gather, os.path.join(folder, name), name[:-3])
    if not gather.entries:
        raise FanoutError(f"{folder} has no task file such as 001.md.", "Run /pm:epic-decompose there first.")
    _settle_ids(gather)
    for name in names:
        match = _ANALYSIS.match(name)
        if match:
            _streams(gather, os.path.join(folder, name), match[1])
    title = ""
    epic = os.path.join(folder, "epic.md")
    if source.files.is_file(epic):
        title = front.parse(markdown.page(gather.text(epic), gather.name(epic)).lines).text("name")
        gather.settings["context_files"] = [gather.name(epic)]
    return gather.reading(os.path.basename(folder), title or os.path.basename(folder))


def _epics(files: Files, folder: str) -> list[str]:
    """The folder itself when it is an epic, or those in .claude/epics."""
    if _is_epic(files, folder):
        return [folder]
    for inside in (folder, os.path.join(folder, "epics"), os.path.join(folder, ".claude", "epics")):
        if os.path.basename(inside) == "epics" and files.is_folder(inside):
            epics = [os.path.join(inside, name) for name in files.names(inside) if name != "archived"]
            return [path for path in epics if _is_epic(files, path)]
    return []


def _is_epic(files: Files, folder: str) -> bool:
    names = files.names(folder)
    tasks = [name for name in names if _TASK.match(name)]
    if not tasks:
        return False
    if "epic.md" in names or os.path.basename(os.path.dirname(folder)) == "epics":
        return True
    head = files.peek(os.path.join(folder, min(tasks)), 4000)
    return head.startswith("---") and "\nstatus:" in head and ("\nparallel:" in head or "\ndepends_on:" in head)


def _epic(files: Files, folder: str) -> str:
    found = _epics(files, folder)
    if not found:
        raise FanoutError(f"{folder} has no epic with task files such as 001.md.", "Name .claude/epics/<epic>.")
    if len(found) > 1:
        names = ", ".join(os.path.basename(path) for path in found[:8])
        raise FanoutError(f"{folder} holds {len(found)} epics.", f"Name one: {names}.")
    return found[0]


def _order(name: str) -> tuple[int, str]:
    number = re.match(r"\d+", name)
    return (int(number[0]) if number and len(number[0]) < 18 else 0, name)


def _stem(path: str) -> str:
    return os.path.basename(path).rsplit(".", 1)[0] or "task"


def _task(gather: Gather, path: str, identity: str) -> None:
    page = markdown.page(gather.text(path), gather.name(path))
    head = front.parse(page.lines)
    title = head.text("name") or head.text("title") or next((line.title for line in page.lines if line.level), identity)
    status = statuses.exact(head.text("status"))
    place = gather.place(path, head.lines.get("name", 1))
    entry = gather.task(identity, title, place, status or "pending")
    if status is None and head.text("status"):
        gather.warn("unknown-status", f"status {head.text('status')!r} is taken as pending", entry.id)
    for line in head.strange:
        gather.leave(gather.place(path, line.number), line.text)
    entry.note.parallel = head.flag("parallel")
    entry.add("depends_on", _ids(gather, entry, head, "depends_on", path))
    entry.add("excludes", _ids(gather, entry, head, "conflicts_with", path))
    lines = page.lines[head.end :]
    labelled_sections.body(entry, lines)
    labelled_sections.describe(entry, lines)
    touched.settle(gather, entry, title)


def _ids(gather: Gather, entry: Entry, head: Front, key: str, path: str) -> list[str]:
    ids = []
    for item in head.texts(key):
        if _ID.match(item.strip()):
            ids.append(clean_id(item.strip().lstrip("#")))
        elif item.strip():
            where = gather.place(path, head.lines.get(key, 1))
            message = f"{where}: {key} holds {item[:60]!r}, which is no task number"
            gather.warn("placeholder", message, entry.id, "Write numbers, or nothing: [].")
    return ids


def _settle_ids(gather: Gather) -> None:
    """001 and 1 are the same task."""
    short = {entry.id.lstrip("0"): entry.id for entry in gather.entries}
    for entry in gather.entries:
        for key in ("depends_on", "excludes"):
            names = [name if name in gather.known else short.get(name.lstrip("0"), name) for name in entry.get(key)]
            if key in entry.fields:
                entry.fields[key] = list(dict.fromkeys(names))


def _streams(gather: Gather, path: str, number: str) -> None:
    """The streams of an analysis: one task each, and the whole task closes over them."""
    parent = gather.known.get(number) or gather.known.get(number.lstrip("0"))
    page = markdown.page(gather.text(path), gather.name(path))
    if parent is None:
        gather.leave(gather.place(path, 1), f"an analysis of task {number}, which has no file")
        return
    bodies = _stream_tasks(gather, parent, page.lines, path)
    if not bodies:
        return
    gather.entries.remove(parent)
    gather.entries.append(parent)
    streams = {key: entry for key, (entry, _lines) in bodies.items()}
    for entry, lines in bodies.values():
        labelled_sections.body(entry, lines, stated_files=True)
        labelled_sections.describe(entry, lines)
        entry.note.parallel = True
        _starts(entry, lines, streams)
    _shared(page.lines, streams)
    for entry in streams.values():
        touched.settle(gather, entry, str(entry.fields["title"]))
    parent_tasks.close_over(parent, list(streams.values()), "its streams")
    parent_tasks.spread_excludes(gather.entries, parent, list(streams.values()))


def _stream_tasks(gather: Gather, parent: Entry, lines: list[Line], path: str) -> dict[str, tuple[Entry, list[Line]]]:
    """A task for each stream's letter, and the lines below its heading."""
    streams: dict[str, tuple[Entry, list[Line]]] = {}
    for index, line in enumerate(lines):
        match = _STREAM.match(markdown.bare(line.title)) if line.level and line.plain else None
        if match is None or match[1].upper() in streams:
            continue
        title = f"{parent.fields['title']}: {match[2] or 'stream ' + match[1]}"
        place = gather.place(path, line.number)
        entry = gather.task(f"{parent.id}-{match[1].upper()}", title, place, parent.note.status)
        streams[match[1].upper()] = (entry, markdown.section(lines, index))
    return streams


def _starts(entry: Entry, lines: list[Line], streams: dict[str, Entry]) -> None:
    for line in lines:
        field = line.field()
        if field and re.match(r"can start|dependenc|depends", field[0]):
            for name in _names(field[1]):
                if name in streams and streams[name] is not entry:
                    entry.add("depends_on", [streams[name].id])
                    entry.note.parallel = None


def _names(text: str) -> list[str]:
    return [name for match in _STREAMS.finditer(text) for name in re.findall(r"\b([A-Z0-9])\b", match[1])]


def _shared(lines: list[Line], streams: dict[str, Entry]) -> None:
    """A file under "Shared Files" is written by every stream named beside it, or by all."""
    for index, line in enumerate(lines):
        if line.level and re.match(r"shared files", markdown.bare(line.title), re.IGNORECASE):
            for item in markdown.section(lines, index):
                text = item.bullet()
                if text is None or not item.plain:
                    continue
                named = [streams[name] for name in _names(text) if name in streams]
                for entry in named or list(streams.values()):
                    before = len(entry.get("writes"))
                    if labelled_sections.file_item(entry, text) and len(entry.get("writes")) > before:
                        entry.infer("writes", "it stands under the files that streams share", 0.7)


def mark(origin: Origin) -> list[Edit]:
    """Sets `status:` in the task's front matter; a stream has none of its own."""
    source = origin.source
    if not source.is_folder:
        return front_status(source.files, source.path, _WORD.get(origin.status))
    if re.search(r"-\w+\Z", origin.task):
        return []
    return front_status(
        source.files, os.path.join(_epic(source.files, source.path), f"{origin.task}.md"), _WORD.get(origin.status)
    )


def front_status(files: Files, path: str, word: str | None) -> list[Edit]:
    """The edit that sets the front matter's `status`; none when the format has no word for it."""
    if word is None:
        return []
    content = Content(files, path)
    head = front.parse(markdown.page(content.text, path).lines)
    if "status" not in head.spots:
        raise FanoutError(f"{path} has no 'status:' in its front matter.", "Add it, or mark the task by hand.")
    start, end = head.spots["status"]
    shown = content.text[start:end]
    old = front.scalar(shown)
    if not isinstance(old, str) or old == word:
        return []
    first, last = front.inside(shown)
    gap = "" if old or shown or content.text[start - 1 : start].isspace() else " "
    return [content.edit(start + first, start + last, gap + word)]


FORMAT = Format(NAME, detect, read, mark)
