# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Free Markdown: check boxes, numbered headings or numbered items. Everything beyond the words is inferred."""

from __future__ import annotations

import os
import re

from fanout.errors import FanoutError
from fanout.plan.files import Files
from fanout.plan.read import edges
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.mentions import as_path, mentions
from fanout.plan.read.prose.phrases import Phrases, doubtful
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import front, labelled_sections, listing, markdown
from fanout.plan.read.text.content import Content, flip
from fanout.plan.read.text.front import Front
from fanout.plan.read.text.markdown import Box, Line, Page
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "markdown"
_ID = r"(?:Tasks?\s*#?|Steps?\s*#?|任务\s*|步骤\s*|#)?[A-Z]{0,15}-?\d{1,6}(?:\.\d+)*[a-z]?"
_OPEN, _CLOSE = r"(?:\*\*|`)?", r"(?:\*\*|`)?"
# Names that are told apart by what stands around them, and those that must be followed by a colon or the like.
_NAMED = re.compile(
    rf"(?:{_OPEN}(?:"
    r"\[(?!P\]|US-?\d)(?P<a>[A-Z]{1,15}-?\d{1,6}|\d{1,4}(?:\.\d{1,4})*[a-z]?)\]|\((?P<b>\d{1,4})\)|"
    r"(?:Task|Step|Issue|Story)\s+#?(?P<c>\d{1,4}(?:\.\d{1,4})*[a-z]?)|#(?P<d>\d{1,6})|"
    r"(?P<e>\d{1,4}(?:\.\d{1,4})+[a-z]?)|(?!(?:UTF|ISO|SHA|RFC|HTTP|IEEE|AES|MD|ES|UTC|GPT|COVID)-)(?P<f>[A-Z]{2,15}-\d{1,6})"
    rf")(?!\.?[\w-]){_CLOSE}[:：.)、–—-]*\s+|"
    rf"{_OPEN}(?:(?:Task|Step|Issue|Story|任务|步骤|タスク)\s*)?"
    r"(?P<g>[A-Z]{1,15}-?\d{1,6}|#?\d{1,4}(?:\.\d{1,4})*[a-z]?|[A-Z](?=[.:)]))(?!\.?\d)"
    rf"{_CLOSE}\s*[:：.)、]+\s*)(?:\*\*)?(?P<rest>\S.*)\Z"
)
# What a task is called in front of its words: "auth: ...", "`api` ...".
_CALLED = re.compile(r"(?:\*\*)?`?(?P<name>[^\W\d][\w./-]{0,30})`?(?:\*\*)?\s*(?:(?<=`)|[:：](?=\s))")
_HEADING = re.compile(
    r"(?:\[(?P<box>.)\]\s*)?(?:(?:Task|Step|Unit|任务|步骤|タスク)\s*#?(?P<a>\d+(?:\.\d+)*[a-z]?)|(?P<b>[A-Z]{1,5}-\d+|\d+(?:\.\d+)*))"
    r"\s*[:：.)、–—-]*\s*(?P<rest>.*)\Z",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"[~\s]*(?:Task|Step|任务|步骤|タスク)\s*(?:#?\d|[A-Z]\b|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(\d{1,4})[.)]\s+(\S.*)\Z")
_LOOKS = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\[.?\]\s|#{2,6}\s+(?:Task|Step|任务|步骤)\s*#?\d", re.IGNORECASE)
_KIRO = re.compile(r"\s*[-*]\s+_Requirements?:|[ \t]*[-*] \[.?\]\*[ \t]", re.IGNORECASE)
_PARALLEL = re.compile(r"\[P\]|\[parallel\]|\((?:in )?parallel\)|\(可并行\)|（可并行）", re.IGNORECASE)
_FRONT = ("allowed_paths", "affected_paths", "files_affected", "writes", "parallel_safe")


def detect(source: Source) -> float:
    """Any Markdown with check boxes, or with headings or items that are numbered."""
    if source.is_folder:
        return 0.3 if _cards(source.files, source.path) else 0.0
    text = source.text
    if text.lstrip()[:1] in ("{", "["):
        return 0.0 if not re.match(r"\s*\[.?\]\s", text) else 0.1
    if re.search(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[.?\][ \t]", text, re.MULTILINE):
        return 0.3
    if text.startswith("---") and any(re.search(rf"^{key}:", text, re.MULTILINE) for key in _FRONT):
        return 0.35
    heads = re.search(r"^#{1,6}[ \t]+(?:(?:Task|Step|Unit|任务|步骤)[ \t]*#?)?\d", text, re.MULTILINE | re.IGNORECASE)
    items = re.search(r"^(?:\d+[.)])[ \t]+\S", text, re.MULTILINE)
    return 0.25 if heads else 0.15 if items else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    if source.is_folder:
        for path in _cards(source.files, source.path):
            _card(gather, path)
        return gather.reading(os.path.basename(source.path))
    page = markdown.page(gather.text(source.path), gather.name(source.path))
    head = front.parse(page.lines)
    if any(key in head.values for key in _FRONT):
        _card(gather, source.path)
        return gather.reading()
    style = _style(page)
    {"boxes": _boxes, "headings": _headings, "items": _items}.get(style, _nothing)(gather, page, source.path)
    listing.leave_hidden(gather, page, source.path, _LOOKS)
    _order(gather)
    title = next((line.title for line in page.lines if line.level == 1 and line.plain), "")
    return gather.reading("", markdown.bare(title))


def _style(page: Page) -> str:
    plain = [line for line in page.lines if line.plain]
    if any(line.box() for line in plain):
        heads = [line for line in plain if line.level and _HEADING.match(markdown.bare(line.title))]
        named = [line for line in heads if re.match(r"(?:Task|Step|Unit|任务|步骤)", markdown.bare(line.title), re.I)]
        return "headings" if len(named) > 1 else "boxes"
    if any(line.level and _HEADING.match(markdown.bare(line.title)) for line in plain):
        return "headings"
    return "items" if any(_NUMBERED.match(line.text) for line in plain) else ""


def _nothing(gather: Gather, page: Page, path: str) -> None:
    hidden = any(_LOOKS.match(line.text) for line in page.lines if not line.plain)
    where = " outside code fences and comments" if hidden else ""
    raise FanoutError(
        f"{gather.name(path)} has no task{where}.", "Write tasks as '- [ ] Add the form in `src/form.ts`', one a line."
    )


def _boxes(gather: Gather, page: Page, path: str) -> None:
    """A box is a task; a box below another one is a step of it."""
    stack: list[tuple[int, Entry]] = []
    phase = ""
    begun = any(_KIRO.match(line.text) for line in page.lines)
    details: dict[int, list[str]] = {}
    steps: dict[int, int] = {}  # still open
    for line in page.lines:
        if not line.plain:
            if stack and line.fenced:
                details[id(stack[-1][1])].append(line.text)
            continue
        if line.level:
            phase, stack = markdown.bare(line.title), []
            continue
        box = line.box()
        if box is None:
            inside = stack and (line.indent > stack[-1][0] or not line.text.strip())
            if inside and line.text.strip():
                details[id(stack[0][1])].append(line.text.strip())
            elif line.text.strip():
                stack = []
                if line.nearly() or _is_work(line):
                    gather.leave(gather.place(path, line.number), line.text)
            continue
        stack = [item for item in stack if item[0] < box.indent]
        if stack:
            details[id(stack[0][1])].append(line.text.strip())
            steps[id(stack[0][1])] = steps.get(id(stack[0][1]), 0) + (box.status in ("pending", "in_progress"))
            continue
        if not box.text.strip():
            gather.leave(gather.place(path, line.number), line.text)
            continue
        identity, title, counted = _named(gather, box.text)
        listing.unknown_box(gather, box, identity)
        words = _PARALLEL.sub("", markdown.bare(title)).strip()
        entry = gather.task(identity, words, gather.place(path, line.number), _status(box, begun))
        entry.counted = counted
        entry.note.phase = phase
        entry.note.parallel = True if _PARALLEL.search(title) else None
        entry.fields["description"] = title
        stack = [(box.indent, entry)]
        details[id(entry)] = [title]
    for entry in gather.entries:
        _with_steps(gather, entry, steps.get(id(entry), 0))
        entry.fields["description"] = "\n".join(details[id(entry)])
        touched.from_prose(entry, entry.fields["description"])


def _status(box: Box, begun: bool) -> Status:
    """`begun`: the list is of those where a dash means in progress, not skipped. What is struck out is skipped."""
    if re.fullmatch(r"~~[^~]+~~\s*", box.text):
        return "skipped"
    return "in_progress" if begun and box.token == "-" else box.status


def _with_steps(gather: Gather, entry: Entry, left: int) -> None:
    """A task that is over and has steps that are not."""
    if left and entry.note.status == "skipped":
        entry.note.status = "in_progress"
    elif left and entry.note.status == "completed":
        message = f"is done, so its {left} open step{'s' * (left > 1)} {'are' if left > 1 else 'is'} taken as done too"
        gather.warn("parent-over", message, entry.id, "Mark it open if there is still something to be done.")


def _is_work(line: Line) -> bool:
    """Whether an item without a box tells to write a file."""
    listed = bool(re.match(r"\d|\|", line.text))
    item = line.text if listed else line.bullet() or ""
    sure = 0.6 if listed else 0.85
    return any(found.mode == "write" and found.confidence >= sure for found in mentions(item)) if item else False


def _named(gather: Gather, text: str) -> tuple[str, str, bool]:
    """The task's own name, or a number counted up; its words; and whether it was counted."""
    match = _NAMED.match(text.strip())
    if match:
        own = next(match[key] for key in "abcdefg" if match[key]).lstrip("#")
        if own not in gather.known:
            return own, match["rest"].replace("**", ""), False
    return _next(gather), text.strip(), True


def _next(gather: Gather) -> str:
    number = len(gather.entries) + 1
    while f"{number:02d}" in gather.known:
        number += 1
    return f"{number:02d}"


def _headings(gather: Gather, page: Page, path: str) -> None:
    """A heading that says Task and holds no other such is one; else the deepest kind of numbered heading is."""
    found = [
        (index, line, match)
        for index, line in enumerate(page.lines)
        if line.level and line.plain
        for match in [_HEADING.match(markdown.bare(line.title))]
        if match
    ]
    named = [
        item
        for item in found
        if re.match(r"(?:\[.\]\s*)?(?:Task|Step|Unit|任务|步骤)", markdown.bare(item[1].title), re.I)
    ]
    chosen = named if len(named) > 1 else found
    level = max(line.level for _index, line, _match in chosen)
    phase = ""
    places = {index for index, _line, _match in chosen}
    if chosen is named:
        starts = {index for index in places if not _holds(page, index, places)}
    else:
        starts = {index for index, line, _match in chosen if line.level == level}
    for index, line in enumerate(page.lines):
        if line.level and line.plain and index not in starts:
            phase = markdown.bare(line.title) if line.level < level else phase
            struck = line.title.startswith("~~")
            like = index in places or bool(_SAID.match(markdown.bare(line.title)))
            if like and (struck or not _holds(page, index, starts)):
                gather.leave(gather.place(path, line.number), line.text)
    for index, line, match in chosen:
        if index in starts:
            _heading_task(gather, page, path, index, line, match)


def _holds(page: Page, index: int, wanted: set[int]) -> bool:
    """Whether a heading has one of the wanted ones below it."""
    return any(at in wanted for at in range(index + 1, index + 1 + len(markdown.section(page.lines, index))))


def _heading_task(gather: Gather, page: Page, path: str, index: int, line: Line, match: re.Match[str]) -> None:
    lines = markdown.section(page.lines, index)
    number = match["a"] or match["b"]
    identity = number if number not in gather.known else _next(gather)
    ticked = "✅" in line.title or bool(re.search(r"\[[xX✓✔]\]\s*\Z", line.title))
    status = markdown.status_of(match["box"]) if match["box"] else "completed" if ticked else "pending"
    boxes = [box.status for item in lines if item.plain for box in [item.box()] if box]
    if boxes and all(item == "completed" for item in boxes):
        status = "completed"
    for item in lines:
        field = item.field() if item.plain else None
        if field and field[0] in ("status", "状态"):
            status = statuses.within(field[1])
    entry = gather.task(identity, match["rest"] or markdown.bare(line.title), gather.place(path, line.number), status)
    entry.note.parallel = True if _PARALLEL.search(line.title) else None
    labelled_sections.body(entry, lines)
    touched.from_prose(entry, str(entry.fields["title"]), only_reads=bool(entry.get("writes")))
    labelled_sections.describe(entry, lines)


def _items(gather: Gather, page: Page, path: str) -> None:
    last: Entry | None = None
    for line in page.lines:
        match = _NUMBERED.match(line.text) if line.plain else None
        if match:
            last = gather.task(_next(gather), markdown.bare(match[2]), gather.place(path, line.number))
            last.fields["description"] = match[2]
        elif last is not None and line.plain and line.indent and line.text.strip():
            last.fields["description"] += "\n" + line.text.strip()
        elif line.text.strip() and line.plain:
            last = None
    for entry in gather.entries:
        touched.from_prose(entry, entry.fields["description"])


def _order(gather: Gather) -> None:
    """A task whose files are known may leave the list's order, one whose files are not may not."""
    found = listing.phrases(gather, _ID, _called(gather), _counted(gather))
    group: list[Entry] = []
    gate: Entry | None = None
    for entry in gather.entries:
        stated = _stated(gather, found, entry)
        touched.settle(gather, entry, str(entry.fields["title"]))
        if entry.note.parallel or entry.get("writes"):
            if gate is not None and not stated and not entry.note.parallel:
                edges.after(entry, [gate], f"{gate.id} before it names no file, so the list's order holds", 0.5)
            group.append(entry)
        else:
            edges.after(entry, group or ([gate] if gate else []), "it names no file, so the list's order holds", 0.5)
            gate, group = entry, []
    listing.keep_doubtful(gather)
    edges.same_files(gather)


def _called(gather: Gather) -> dict[str, str]:
    """Names in front of the words of exactly one task."""
    found: dict[str, list[str]] = {}
    for entry in gather.entries:
        match = _CALLED.match(str(entry.fields.get("description") or entry.fields["title"]))
        for name in {match["name"].lower() if match else "", "" if entry.counted else entry.id.lower()} - {""}:
            found.setdefault(name, []).append(entry.id)
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


def _counted(gather: Gather) -> set[str]:
    """Ids that were only counted up in a list whose tasks have numbers of their own: nobody can mean them."""
    counted = {entry.id for entry in gather.entries if entry.counted}
    return counted if len(counted) < len(gather.entries) else set()


def _stated(gather: Gather, found: Phrases, entry: Entry) -> list[str]:
    """Put what the task's text says of order to it and to those that wait for it."""
    needs = found.find(f"{entry.fields['title']}\n{entry.fields.get('description', '')}", entry.id)
    known = gather.known
    unknown = list(dict.fromkeys(name for name in needs.on if name not in known))
    entry.doubts += [f"its text seems to wait for {name!r}, which is no task of the list" for name in unknown]
    entry.doubts += doubtful(needs)
    stated = [name for name in needs.on if name in known and name != entry.id]
    entry.add("depends_on", stated, f'its text says "{needs.quote}"', 0.8)
    for name in needs.before:
        if name in known and name != entry.id:
            gather.known[name].add("depends_on", [entry.id], f'{entry.id} says "{needs.before_quote}"', 0.8)
    return stated


def _cards(files: Files, folder: str) -> list[str]:
    """The Markdown files of a folder that are one task each: their front matter lists paths."""
    found = []
    for name in files.names(folder):
        path = os.path.join(folder, name)
        if name.endswith(".md") and files.is_file(path):
            head = files.peek(path, 4000)
            if head.startswith("---") and any(f"\n{key}:" in head for key in _FRONT):
                found.append(path)
    return found


def _card(gather: Gather, path: str) -> None:
    """One file, one task: allowed_paths or affected_paths are its writes."""
    page = markdown.page(gather.text(path), gather.name(path))
    head: Front = front.parse(page.lines)
    stem = os.path.basename(path).rsplit(".", 1)[0] if path else "task"
    title = next((head.text(key) for key in ("title", "name") if head.text(key)), "")
    title = title or next((line.title for line in page.lines if line.level), stem)
    status = statuses.exact(head.text("status"))
    entry = gather.task(head.text("id") or stem, title, gather.place(path, 1), status or "pending")
    for line in head.strange:
        gather.leave(gather.place(path, line.number), line.text)
    for key in ("writes", "allowed_paths", "affected_paths", "files_affected"):
        for item in head.texts(key):
            used = as_path(item)
            if used:
                entry.add("writes", [used])
            else:
                gather.warn("not-a-path", f"{key} holds {item[:80]!r}, which is no path inside the project", entry.id)
    for key in ("depends_on", "dependencies", "deps", "blocked_by", "blockedBy"):
        entry.add("depends_on", [item.removesuffix(".md").lstrip("#") for item in head.texts(key)])
    entry.add("excludes", head.texts("conflicts_with"))
    entry.note.parallel = head.flag("parallel_safe") if "parallel_safe" in head.values else head.flag("parallel")
    lines = page.lines[head.end :]
    labelled_sections.body(entry, lines)
    labelled_sections.describe(entry, lines)
    touched.settle(gather, entry, title)


def mark(origin: Origin) -> list[Edit]:
    """Flips the task's check box, or those of its steps when a heading is the task."""
    source = origin.source
    gather = Gather(source, NAME)
    now = read(source)
    note = now.notes.get(origin.task)
    if note is None or source.is_folder:
        raise FanoutError(f"{source.path} has no check box for task {origin.task}.", "Mark it by hand.")
    number = int(note.place.rsplit(":", 1)[1])
    content = Content(source.files, source.path)
    page = markdown.page(content.text, gather.name(source.path))
    line = page.lines[number - 1]
    boxes = [box for box in [line.box()] if box] or [
        box
        for item in markdown.section(page.lines, number - 1)
        if line.level and item.plain
        for box in [item.box()]
        if box
    ]
    if not boxes:
        raise FanoutError(f"{note.place}: task {origin.task} has no check box to mark.", "Write it as '- [ ] ...'.")
    return [edit for box in boxes for edit in flip(content, box.at, box.token, origin.status)]


FORMAT = Format(NAME, detect, read, mark)
