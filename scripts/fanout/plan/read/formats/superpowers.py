"""superpowers: a plan with `### Task N: ...`, `**Files:**`, interfaces and steps with check boxes."""

from __future__ import annotations

import re

from fanout.plan.read import edges, order_section
from fanout.plan.read.formats import superpowers_files, superpowers_proofs
from fanout.plan.read.outline import headings
from fanout.plan.read.prose import touched, waiting_words
from fanout.plan.read.prose.phrases import Phrases
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import listing, markdown
from fanout.plan.read.text.markdown import Line, Page
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "superpowers"
_ID = r"(?:Tasks?\s+#?|#)\d+[a-z]?(?!\.\d)"
_FIELD_ID = r"(?:Tasks?\s+#?|#)?\d+[a-z]?(?!\.\d)"  # where nothing but tasks can be meant
_NEEDS = re.compile(
    r"depends|dependenc|blocked by|waits for|requires|needs|prerequisite|after|"
    rf"{waiting_words.FIELD}",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:\[.?\]\s*)?Task\s+(\d+[a-z]?)(?!\.\d)\b\s*[:.–—-]?\s*(.*)\Z", re.IGNORECASE)  # noqa: RUF001
_HEAD = re.compile(r"^#{2,4}[ \t]+(?:\[.?\][ \t]*)?Task[ \t]+\d+[a-z]?\b(?!\.\d)", re.MULTILINE | re.IGNORECASE)
_LOOKS = re.compile(r"\s*#{2,6}\s+(?:\[.?\]\s*)?Task\s+\d", re.IGNORECASE)
_STEP = re.compile(r"\*{0,2}Step\s+(\d+)\b", re.IGNORECASE)
_SYMBOL = re.compile(r"`([A-Za-z_][\w.]*)(?:\([^`]*\))?[^`]*`")
_USERS = re.compile(r"\([^()]*\b(?:used|consumed|needed|required|called)\s+by\b[^()]*\)", re.IGNORECASE)
_NOTHING = re.compile(r"\W*(?:none|nothing|n/a|no\b|existing\b|-|–|—|\Z)", re.IGNORECASE)  # noqa: RUF001
_COMMIT = re.compile(r"(\s*(?:\$ )?git\s+commit\b)(.*)\Z")
_ADD = re.compile(r"(\s*(?:\$ )?)git\s+(?:add|stage)\b.*\Z")
_YOURS = "<your own files>"
_SWEEP = re.compile(r"\s-(?:a|am|A)\b|\s--all\b")


def detect(source: Source) -> float:
    """Task headings with a plain number, and lists of files or steps."""
    if source.is_folder:
        return 0.0
    heads = len(_HEAD.findall(source.text))
    if not heads:
        return 0.0
    files = re.search(r"^\*\*Files\b[^*\n]*\*\*", source.text, re.MULTILINE)
    steps = re.search(r"^[ \t]*[-*] \[.?\] \*\*Step", source.text, re.MULTILINE)
    return 0.93 if files else 0.8 if steps else 0.2


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(source.path), gather.name(source.path))
    bodies = _tasks(gather, page, source.path)
    superpowers_files.share(gather, page, bodies)
    superpowers_proofs.of_all(gather, page)
    _order(gather, bodies, page, source.path)
    commits = [entry.id for entry, lines in zip(gather.entries, bodies, strict=True) if _describe(entry, lines)]
    if commits:
        counted = "task " if len(commits) == 1 else "tasks "
        message = (
            f"steps that stage or commit were limited to the task's own files ({counted}{', '.join(commits[:12])})"
        )
        gather.warn("commit-step", message, "", "A plain 'git add' or 'commit -a' would sweep up siblings' work.")
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    edges.same_files(gather)
    listing.leave_hidden(gather, page, source.path, _LOOKS)
    listing.leave_boxes(gather, page, source.path, bodies)
    if source.path.startswith(gather.base):
        gather.settings["context_files"] = [gather.name(source.path)]
    title = next((line.title for line in page.lines if line.level == 1 and line.plain), "")
    return gather.reading("", re.sub(r"\s*Implementation Plan\s*\Z", "", markdown.bare(title)))


def _tasks(gather: Gather, page: Page, path: str) -> list[list[Line]]:
    bodies: list[list[Line]] = []
    for index, line in enumerate(page.lines):
        match = _TITLE.match(markdown.bare(line.title)) if line.level and line.plain else None
        if match is None:
            continue
        lines = _body(page, index)
        entry = gather.task(
            match[1], match[2] or match[0], gather.place(path, line.number), headings.status(line, lines)
        )
        superpowers_files.read(entry, lines)
        superpowers_proofs.take(entry, lines)
        bodies.append(lines)
    return bodies


def _body(page: Page, index: int) -> list[Line]:
    """What stands below a task's heading. A fence that another one inside ends too early shows headings: steps that
    go on behind those are the task's."""
    lines = headings.below(page, index, _TITLE)
    counted = [int(step[1]) for box in _boxes(lines) for step in [_STEP.match(box.text)] if step]
    last, end = max(counted, default=0), 0
    start = index + 1 + len(lines)
    for at, line in enumerate(page.lines[start:] if last else [], start):
        if line.level and line.plain and _TITLE.match(markdown.bare(line.title)):
            break
        box = line.box() if line.plain else None
        step = _STEP.match(box.text) if box else None
        if step and int(step[1]) > last:
            last, end = int(step[1]), at + 1
    while end and end < len(page.lines) and not page.lines[end].level:
        end += 1
    return page.lines[index + 1 : end] if end else lines


def _boxes(lines: list[Line]) -> list[markdown.Box]:
    return [box for line in lines if line.plain for box in [line.box()] if box]


def _order(gather: Gather, bodies: list[list[Line]], page: Page, path: str) -> None:
    """Stated dependencies and interfaces; a plan with neither runs in its own order."""
    ids, fields = listing.phrases(gather, _ID), listing.phrases(gather, _FIELD_ID)
    made: dict[str, Entry] = {}
    stated = order_section.settle(gather, page, path, ids)  # the tasks of which something is said of order
    for entry, lines in zip(gather.entries, bodies, strict=True):
        symbols, says = _interfaces(entry, lines, ids, fields)
        title = str(entry.fields["title"])
        if says or (ids.find(title, entry.id).on and listing.need(gather, ids, entry, title)):
            stated.add(entry.id)
        for symbol in symbols["consumes"]:
            if symbol in made and made[symbol] is not entry:
                edges.after(
                    entry,
                    [made[symbol]],
                    f"it consumes {symbol}, which {made[symbol].id} produces",
                    0.9,
                    "produced and used",
                )
        made.update(dict.fromkeys(symbols["produces"], entry))
    for before, entry in zip(gather.entries, gather.entries[1:], strict=False):
        if entry.id not in stated:
            edges.after(entry, [before], "it states no dependencies, so the plan's order holds", 0.5)
    listing.keep_doubtful(gather)


def _interfaces(entry: Entry, lines: list[Line], ids: Phrases, fields: Phrases) -> tuple[dict[str, list[str]], bool]:
    """The symbols that the task consumes and produces, and whether it says of order what can be read.

    "Consumes: the job store" names no task and no symbol: what it needs is left to the list's order and to evidence.
    """
    symbols: dict[str, list[str]] = {"consumes": [], "produces": []}
    says = vague = False
    for name, text in _fields(lines):
        if _NEEDS.match(name):
            says = listing.need_value(fields, entry, text) or says
        elif name in symbols:
            says = True
            found = _SYMBOL.findall(text)
            symbols[name] += found
            if name == "consumes":
                names = [identity for identity in ids.ids(_USERS.sub("", text)) if identity != entry.id]
                vague = vague or not (names or found or _NOTHING.match(text))
                entry.add("depends_on", names, f"it consumes what {', '.join(names)} produces", 0.9)
    return symbols, says and not vague


def _fields(lines: list[Line]) -> list[tuple[str, str]]:
    """The `**Name:** value` lines, and `Consumes:` and `Produces:` items with or without emphasis."""
    fields = []
    for index, line in enumerate(lines):
        if not line.plain or line.box():
            continue
        field = markdown.field_below(lines, index)
        item = re.match(
            r"\s*[-*]\s+(?:\*\*)?(Consumes|Produces|Depends on)(?:\*\*)?\s*:(?:\*\*)?\s*(.*)\Z", line.text, re.I
        )
        if item:
            fields.append((item[1].lower(), item[2]))
        elif field:
            fields.append(field)
    return fields


def _describe(entry: Entry, lines: list[Line]) -> bool:
    """The body, its commits limited to the task's own files; True when there was something to limit."""
    own = " ".join(path for path in entry.get("writes") if "*" not in path and "{" not in path)
    changed = False
    kept: list[str] = []
    for line in lines:
        text = line.text
        if line.fenced or "`git" in text:
            text, swept = _limited(text, own)
            changed = changed or swept
        kept.append(text)
    entry.fields["description"] = "\n".join(kept).strip("\n")
    return changed


def _limited(text: str, own: str) -> tuple[str, bool]:
    parts = text.split("&&") if "&&" in text else []
    if any(_ADD.match(part) or _COMMIT.match(part) for part in parts):
        return "&&".join(_limited(part.rstrip(), own)[0] + " " for part in parts).rstrip(), True
    add, commit = _ADD.match(text), _COMMIT.match(text)
    if add:
        return f"{add[1]}git add -- {own or _YOURS}", True
    if commit:
        return commit[1] + _limited_options(commit[2], own), True
    return text, False


def _limited_options(given: str, own: str) -> str:
    """The options of a commit without those that sweep up everything, and with its paths unless the message goes on."""
    options = _SWEEP.sub(lambda match: " -m" if match[0] == " -am" else "", given)
    closed = options.count('"') % 2 == 0 and options.count("'") % 2 == 0 and "<<" not in options
    return f"{options} -- {own or _YOURS}" if closed and " -- " not in options else options


def mark(origin: Origin) -> list[Edit]:
    """Flips the check boxes of the task's steps, which are its status, unless its heading or a status line has it."""
    note = read(origin.source).notes.get(origin.task)
    return headings.mark_noted(origin, note, _body, "steps to check off", "Mark it by hand.")


FORMAT = Format(NAME, detect, read, mark)
