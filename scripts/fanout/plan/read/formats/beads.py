"""beads: issues.jsonl, one issue a line."""

from __future__ import annotations

import json
import os
import re
from itertools import islice

from fanout.errors import FanoutError, Problem, SourceError
from fanout.plan.file_access import Files
from fanout.plan.read import parent_tasks
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text import jsonc, labelled_sections, markdown
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.fields import Fields
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "beads"
_LINE = re.compile(r"[^\r\n]+")
_GATES = ("blocks", "conditional-blocks", "waits-for")
_PARTS = "parent-child"
_WORD: dict[Status, str] = {
    "pending": "open",
    "in_progress": "in_progress",
    "completed": "closed",
    "blocked": "blocked",
    "skipped": "closed",
}


# The first line of one JSON document, which is no list of records: "{", '{"tasks": ['.
_OPENS = re.compile(r'\s*[\[{][ \t]*(?:"[^"\n]*"[ \t]*:[ \t]*[\[{]?[ \t]*)?\r?\n')


def detect(source: Source) -> float:
    """Lines that are objects with id, title and status or issue_type."""
    if source.is_folder:
        return 0.92 if _file(source.files, source.path) else 0.0
    if _OPENS.match(source.text):
        return 0.0
    marks = [_marks(match[0]) for match in islice(_LINE.finditer(source.text), 20)]
    good, seen = sum(marks), len(marks)
    if not good:
        return 0.0
    if seen == 1 and source.path and not source.path.endswith(".jsonl"):
        return 0.5 if good > 1 else 0.0
    return min(0.95, 0.5 + good / (2 * seen)) if good >= seen / 2 else 0.0


def _marks(line: str) -> int:
    """0 for a line that is no issue, 2 for one with fields that only beads has."""
    data = jsonc.peek(line) if line.lstrip().startswith("{") else None
    if not isinstance(data, dict) or "id" not in data or "title" not in data or "tasks" in data:
        return 0
    return 2 if "issue_type" in data or "created_at" in data else 1


def read(source: Source) -> Reading:
    path = _file(source.files, source.path) if source.is_folder else source.path
    gather = Gather(source, NAME)
    text = gather.text(path)
    issues = _issues(gather, path, text)
    if not issues:
        raise FanoutError(f"{gather.name(path)} has no issue that can be read.", _first(gather))
    for fields, entry in issues:
        _depend(gather, fields, entry)
    _parts(gather, issues)
    return gather.reading()


def _first(gather: Gather) -> str:
    return f"First: {gather.unread[0].place}: {gather.unread[0].text[:80]}." if gather.unread else "It is empty."


def _file(files: Files, folder: str) -> str:
    for name in (os.path.join(".beads", "issues.jsonl"), "issues.jsonl", os.path.join(".beads", "beads.jsonl")):
        path = os.path.join(folder, name)
        if files.is_file(path) and (".beads" in path.split(os.sep) or name == "issues.jsonl"):
            return path
    return ""


def _issues(gather: Gather, path: str, text: str) -> list[tuple[Fields, Entry]]:
    issues: list[tuple[Fields, Entry]] = []
    problems: list[Problem] = []
    name = gather.name(path)
    lines = jsonc.Lines(text)
    for match in _LINE.finditer(text):
        if not match[0].strip():
            continue
        number = lines.line(match.start())
        data = _record(gather, match[0], name, number)
        if data is not None:
            fields = Fields(data, f"{name}:{number}", problems, NAME)
            issues.append((fields, _issue(gather, fields)))
    if problems:
        raise SourceError(problems)
    return issues


def _record(gather: Gather, line: str, name: str, number: int) -> dict[str, object] | None:
    """The issue on a line; None for one that is left, with the reason. A merge conflict is raised."""
    place = f"{name}:{number}"
    try:
        data = jsonc.parse(line, name, number)
    except SourceError as error:
        first = error.problems[0]
        if "merge conflict" in first.message:
            raise
        gather.leave(first.record if ":" in first.record else place, f"{first.message}: {line}")
        return None
    if not isinstance(data, dict) or not data.get("id"):
        gather.leave(place, f"not an issue: {line}")
        return None
    if data.get("status") == "tombstone":
        gather.leave(place, f"deleted: {data['id']} {data.get('title', '')}", told=True)
        return None
    return data


def _issue(gather: Gather, fields: Fields) -> Entry:
    word = fields.text("status", "open")
    status = statuses.exact(word)
    entry = gather.task(fields.text("id"), fields.text("title"), fields.record, status or "pending")
    if status is None:
        gather.warn("unknown-status", f"status {word!r} is taken as open", entry.id)
    texts = [fields.text(key) for key in ("description", "design", "notes")]
    entry.fields["description"] = "\n\n".join(text for text in texts if text)
    minutes = fields.number("estimated_minutes")
    if minutes and 0 < minutes <= 525600:
        entry.set("estimate_minutes", float(minutes))
    for text in texts:
        if text:
            labelled_sections.body(entry, markdown.page(text, fields.record).lines)
    for line in fields.text("acceptance_criteria").splitlines():
        if line.strip():
            entry.accept(re.sub(r"^\s*(?:[-*]|\d+[.)])\s*(?:\[.?\]\s*)?", "", line))
    touched.from_prose(entry, fields.text("title"), only_reads=bool(entry.get("writes")))
    touched.settle(gather, entry, fields.text("title"))
    return entry


def _depend(gather: Gather, fields: Fields, entry: Entry) -> None:
    value = fields.data.get("dependencies")
    for item in value if isinstance(value, list) else []:
        if isinstance(item, str):
            entry.add("depends_on", [clean_id(item)])
        if not isinstance(item, dict):
            continue
        kind = str(item.get("type", "blocks"))
        target = clean_id(str(item.get("depends_on_id") or item.get("id") or ""))
        owner = gather.known.get(clean_id(str(item.get("issue_id") or entry.id)), entry)
        if kind in _GATES and target != owner.id and (item.get("depends_on_id") or item.get("id")):
            owner.add("depends_on", [target])
        if kind == "conditional-blocks":
            message = f"it runs only if {target} fails, which a plan can't know: it waits for {target} and is held"
            gather.warn("conditional", message, entry.id, f"Start it by hand when {target} has failed.")
            owner.note.status = "blocked" if owner.note.status == "pending" else owner.note.status


def _parts(gather: Gather, issues: list[tuple[Fields, Entry]]) -> None:
    """A parent ends after its children, and what the parent waits for holds for them."""
    children: dict[str, list[Entry]] = {}
    for fields, entry in issues:
        value = fields.data.get("dependencies")
        for item in value if isinstance(value, list) else []:
            if isinstance(item, dict) and item.get("type") == _PARTS:
                parent = clean_id(str(item.get("depends_on_id") or ""))
                if parent != entry.id and entry not in children.setdefault(parent, []):
                    children[parent].append(entry)
    for name in _outer_first(children):
        whole = gather.known.get(name)
        if whole is None:
            for child in children[name]:
                message = f"its parent {name} is not in the file"
                gather.warn("unknown-parent", message, child.id, "Export the whole database.")
        else:
            parent_tasks.close_over(whole, children[name], "its children")


def _outer_first(children: dict[str, list[Entry]]) -> list[str]:
    """Parents before the parents among their children, so that what they wait for is handed all the way down."""
    inner = {child.id for group in children.values() for child in group}
    order = [name for name in children if name not in inner]
    for name in order:
        order += [child.id for child in children.get(name, []) if child.id in children and child.id not in order]
    return order + [name for name in children if name not in order]


def mark(origin: Origin) -> list[Edit]:
    """Sets the value of `status` in the issue's line."""
    path = _file(origin.source.files, origin.source.path) if origin.source.is_folder else origin.source.path
    content = Content(origin.source.files, path)
    word = json.dumps(_WORD[origin.status])
    for match in _LINE.finditer(content.text):
        plain = jsonc.plain(match[0])
        try:
            members = jsonc.members(plain)
        except ValueError:
            continue
        if "id" not in members or clean_id(str(json.loads(plain[slice(*members["id"])]))) != origin.task:
            continue
        if "status" not in members:
            raise FanoutError(f"{path}: issue {origin.task} has no status.", "Set it with bd.")
        start, end = members["status"]
        if plain[start:end] == word:
            return []
        return [content.edit(match.start() + start, match.start() + end, word)]
    raise FanoutError(f"{path} has no issue {origin.task} any more.", "Read it again.")


FORMAT = Format(NAME, detect, read, mark)
