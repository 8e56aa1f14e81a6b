"""GitHub issues as `gh issue list --json ...` saves them; of one issue alone its task list."""

from __future__ import annotations

import re

from fanout.errors import FanoutError, Problem, SourceError
from fanout.plan.read import edges, outlined, stages
from fanout.plan.read.outlined import Grammar
from fanout.plan.read.prose import touched
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import json_records, jsonc, labelled_sections, markdown, outline
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.json_records import Record
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "github"
FIELDS = "number,title,body,state,stateReason,labels,url"  # what to ask `gh issue list --json` for
_NUMBER = r"(?:#|GH-|https://github\.com/[\w.-]+/[\w.-]+/issues/)(\d{1,9})"
# "Blocked by #12, #13": the words are GitHub's own and those that people write in their place.
_NEEDS = re.compile(
    rf"(?:blocked\s+by|depends?\s+on|depends|requires|waits?\s+for|needs|after|依赖|阻塞于)[\s:*_-]*(?P<ids>{_NUMBER}"
    rf"(?:\s*(?:,|and|&|\n\s*[-*])\s*{_NUMBER})*)",
    re.IGNORECASE,
)
_BLOCKS = re.compile(
    rf"(?<!\w)(?:blocks|blocking)[\s:*_-]*(?P<ids>{_NUMBER}(?:\s*(?:,|and|&)\s*{_NUMBER})*)", re.IGNORECASE
)
_PART = re.compile(rf"\A{_NUMBER}(?![\w-])")
_PARENT = re.compile(rf"(?:parent(?:\s+issue)?|part\s+of|sub-?issue\s+of|epic)[\s:*_-]*{_NUMBER}", re.IGNORECASE)
_HELD = ("blocked", "on hold", "on-hold", "status: blocked", "waiting")
GRAMMAR = Grammar(numbered=False)


def detect(source: Source) -> float:
    """Objects with number and title, and a body, a state or a url of GitHub's."""
    if source.is_folder or '"number"' not in source.text or source.text.lstrip()[:1] not in ("[", "{"):
        return 0.0
    data = jsonc.peek(source.text)
    items = data if isinstance(data, list) else [data]
    good = [item for item in items if isinstance(item, dict) and {"number", "title"} <= item.keys()]
    own = any({"body", "state", "url", "labels", "subIssues"} & item.keys() for item in good)
    return 0.95 if good and own and len(good) == len(items) else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    text = gather.text(source.path)
    records = _records(text, gather.name(source.path))
    if len(records) == 1 and _own_tasks(records[0]):
        return _one(gather, records[0])
    for record in records:
        _issue(gather, record, source.path)
    for record in records:
        _needs(gather, record)
    parts = _parts(gather, records)
    for whole, children in parts.items():
        parent = gather.known[whole]
        edges.after(parent, [gather.known[name] for name in children], "its sub-issues come first", 0.9, "stated")
        parent.note.unsure = False
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    known = {entry.id for entry in gather.entries}
    stages.order(gather, [Stage("", "", gather.entries)], Waits(known=known))
    return gather.reading("issues", "")


def _records(text: str, name: str) -> list[Record]:
    data = jsonc.parse(text, name)
    records = [Record("", data, 0, 1)] if isinstance(data, dict) else json_records.records(text)
    for record in records:
        if not isinstance(record.data.get("number"), int):
            fix = f"Save it with: gh issue list --json {FIELDS}"
            raise SourceError([Problem(f"{name}:{record.line}", "number", "", "each issue must have a number", fix)])
    if not records:
        raise FanoutError(f"{name} holds no issue.", f"Save some with: gh issue list --json {FIELDS}")
    return records


def _text(record: Record, key: str) -> str:
    value = record.data.get(key)
    return value if isinstance(value, str) else ""


def _status(record: Record) -> Status:
    if _text(record, "state").lower() == "closed":
        return "skipped" if _text(record, "stateReason").upper() in ("NOT_PLANNED", "DUPLICATE") else "completed"
    labels = record.data.get("labels")
    names = (
        [label.get("name") if isinstance(label, dict) else label for label in labels]
        if isinstance(labels, list)
        else []
    )
    return "blocked" if any(str(name).lower() in _HELD for name in names) else "pending"


def _issue(gather: Gather, record: Record, path: str) -> Entry:
    entry = gather.task(
        str(record.data["number"]), _text(record, "title"), gather.place(path, record.line), _status(record)
    )
    body = _text(record, "body").replace("\r\n", "\n")
    url = _text(record, "url")
    entry.fields["description"] = "\n\n".join(part for part in (body, url) if part) or entry.fields["title"]
    lines = markdown.page(body, entry.note.place).lines
    labelled_sections.body(entry, lines)
    touched.from_prose(entry, _text(record, "title"), only_reads=bool(entry.get("writes")))
    return entry


def _numbers(text: str) -> list[str]:
    return list(dict.fromkeys(match[1] for match in re.finditer(_NUMBER, text)))


def _linked(value: object) -> list[str]:
    """Numbers of a list of issues, plain or in GraphQL's {"nodes": []}."""
    items = value.get("nodes") if isinstance(value, dict) else value
    found = (
        [item.get("number") if isinstance(item, dict) else item for item in items] if isinstance(items, list) else []
    )
    return [str(number) for number in found if isinstance(number, int)]


def _needs(gather: Gather, record: Record) -> None:
    """What waits for an issue that is not in the list waits for nothing: it is closed, or it is named."""
    entry = gather.known[str(record.data["number"])]
    body = _text(record, "body")
    wanted = _linked(record.data.get("blockedBy"))
    for match in _NEEDS.finditer(body):
        wanted += _numbers(match["ids"])
    outside = [name for name in dict.fromkeys(wanted) if name not in gather.known]
    if outside:
        message = f"it waits for {', '.join(f'#{name}' for name in outside)}, which the list does not hold"
        gather.warn("outside", message, entry.id, "Fetch those too, with --state all, if one may still be open.")
    entry.add("depends_on", [name for name in wanted if name in gather.known and name != entry.id])
    blocks = _linked(record.data.get("blocking"))
    for match in _BLOCKS.finditer(body):
        blocks += _numbers(match["ids"])
    for name in blocks:
        if name in gather.known and name != entry.id:
            gather.known[name].add("depends_on", [entry.id])


def _parts(gather: Gather, records: list[Record]) -> dict[str, list[str]]:
    """The sub-issues of each issue: linked, in its task list, or naming it as their parent."""
    parts: dict[str, list[str]] = {}
    for record in records:
        own = str(record.data["number"])
        for name in [*_linked(record.data.get("subIssues")), *_listed(record)]:
            parts.setdefault(own, []).append(name)
        for name in _wholes(record):
            parts.setdefault(name, []).append(own)
    kept = {
        whole: [name for name in dict.fromkeys(children) if name in gather.known and name != whole]
        for whole, children in parts.items()
        if whole in gather.known
    }
    return {whole: children for whole, children in kept.items() if children}


def _listed(record: Record) -> list[str]:
    """The issues in the task list of an issue's text."""
    lines = markdown.page(_text(record, "body").replace("\r\n", "\n"), str(record.data["number"])).lines
    boxes = [box for line in lines if line.plain and (box := line.box())]
    return [match[1] for box in boxes if (match := _PART.match(box.text.strip()))]


def _wholes(record: Record) -> list[str]:
    """The issue that an issue names as its parent: linked, else in its text."""
    parent = record.data.get("parent")
    linked = _linked([parent]) if isinstance(parent, dict) else []
    said = _PARENT.search(_text(record, "body"))
    return linked or ([said[1]] if said else [])


def _own_tasks(record: Record) -> bool:
    """Whether the issue's text holds a task list of its own."""
    page = markdown.page(_text(record, "body").replace("\r\n", "\n"), "")
    return len(outlined.works(outline.groups(page), GRAMMAR)) > 1


def _one(gather: Gather, record: Record) -> Reading:
    """The task list of a single issue: its boxes are the tasks."""
    body = _text(record, "body").replace("\r\n", "\n")
    page = markdown.page(body, gather.name(gather.source.path))
    found = outlined.read(gather, page, gather.source.path, GRAMMAR)
    outlined.finish(gather, found, GRAMMAR)
    return gather.reading(f"issue-{record.data['number']}", _text(record, "title"))


def mark(origin: Origin) -> list[Edit]:
    """Sets the issue's `state` in the saved file; of one issue alone the box in its body. `fanout push` tells GitHub."""
    content = Content(origin.source.files, origin.source.path)
    records = _records(content.text, content.path)
    if len(records) == 1 and _own_tasks(records[0]):
        return _box(origin, content, records[0])
    word = {"completed": "CLOSED", "pending": "OPEN"}.get(origin.status)
    record = next((one for one in records if str(one.data["number"]) == origin.task), None)
    if record is None:
        raise FanoutError(f"{content.path} has no issue {origin.task} any more.", "Fetch the issues again.")
    if word is None:
        return []
    word = word.lower() if _text(record, "state").islower() else word
    return json_records.set_value(content, [record], lambda _i, _r: origin.task, origin.task, {"state": word})


def _box(origin: Origin, content: Content, record: Record) -> list[Edit]:
    """The box's character inside the JSON text of the body."""
    if origin.status not in ("completed", "pending"):
        return []
    body = _text(record, "body")
    page = markdown.page(body, "")
    made = outlined.works(outline.groups(page), GRAMMAR)
    work = next((one for one in made if one.id == origin.task), None)
    start, _end = jsonc.members(jsonc.plain(content.text), record.start)["body"]
    if work is None:
        raise FanoutError(f"{content.path} has no task {origin.task} any more.", "Fetch the issue again.")
    at = start + 1 + _escaped(content.text[start + 1 :], work.item.box.at)
    return [content.edit(at, at + len(work.item.box.token), "x" if origin.status == "completed" else " ")]


def _escaped(text: str, offset: int) -> int:
    """Where the character `offset` of a JSON string lies in its written form."""
    at = 0
    while offset > 0:
        if text[at] != "\\":
            at, offset = at + 1, offset - 1
        elif text[at + 1] != "u":
            at, offset = at + 2, offset - 1
        else:
            pair = 0xD800 <= int(text[at + 2 : at + 6], 16) < 0xDC00 and text[at + 6 : at + 8] == "\\u"
            at, offset = at + (12 if pair else 6), offset - 1
    return at


FORMAT = Format(NAME, detect, read, mark)
