# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Markdown as lines that know where they are: headings, check boxes, and what stands in a fence or a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fanout.plan.read.text import field_line
from fanout.plan.read.text.field_line import Field
from fanout.plan.read.text.jsonc import conflict_error
from fanout.plan.reading import Status

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_FENCE = re.compile(r"\s*(?:[-*+]\s+)?(`{3,}|~{3,})([^`]*)\Z")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\Z")
_BOX = re.compile(
    r"([ \t]*)(?:(?:[-*+]|\d{1,6}[.)])[ \t]+|(?=\[[ xX]?\][ \t]+\S))"
    r"(?:\*\*(?=\[[ xX✓✔~/!-]\][ \t]))?\[(?!P\])(.?)\]((?:\\?\*)?)(?:[ \t]+|\Z)(.*)\Z"
)
_LEADING_BOX = re.compile(r"[^\w\[]*\[(.?)\][ \t]")
TRAILING_BOX = re.compile(r"\[([ xX✓✔✅~/!-])\]\s*\Z")
_BULLET = re.compile(r"([ \t]*)(?:[-*+]|\d{1,6}[.)])[ \t]+(.*)\Z")
# Almost a check box, or a mark that people set in place of one. A link is none, nor is a footnote.
_NEARLY = re.compile(
    r"[ \t]*(?:>[ \t]*)*(?:(?:[-*+•·‣◦–—]+|\d{1,6}[.)]|\|)[ \t]*)?(?:[*_~]{2})?(?:"
    r"\\?\[[ \t\u3000]*(?:[^\w\s]|[xXvVoO]|wip|todo|done|doing|open|pending|blocked|in[ _-]progress|skip(?:ped)?|cancell?ed)?"
    r"[ \t\u3000]*\\?\](?![(:\[])|[☐☑☒✅⬜🔲])|[ \t]*[-*+]+[ \t]+(?:TODO|FIXME|DOING|NEXT|WAITING|BLOCKED)\b",
    re.IGNORECASE,
)
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: |\Z)")
STATUS_OF_BOX: dict[str, Status] = {
    "": "pending",
    " ": "pending",
    "\u3000": "pending",
    "x": "completed",
    "X": "completed",
    "✓": "completed",
    "✔": "completed",
    "✅": "completed",
    "☑": "completed",
    "√": "completed",
    "v": "completed",
    "V": "completed",
    "~": "in_progress",
    "/": "in_progress",
    "-": "skipped",
    "!": "blocked",
}
_EMPHASIS = re.compile(r"\*\*|__|`|[✅☑✔🎯⚠️]")
# No emphasis: what stands in backticks, and the names with lines around them that Python knows: `__eq__`, __init__.py.
_CODE = re.compile(r"`[^`\n]*__[^`\n]*`")
_DUNDER = re.compile(
    r"(?<![\w_])__(?:eq|ne|lt|le|gt|ge|repr|str|hash|bool|bytes|format|init|new|del|call|len|iter|next|(?:get|set|del)(?:item|attr)?|contains|"
    r"missing|reversed|[ir]?(?:add|sub|mul|truediv|floordiv|mod|pow|and|or|xor|matmul|lshift|rshift)|neg|pos|abs|invert|round|int|float|"
    r"index|a?enter|a?exit|await|aiter|anext|getattribute|dir|set_name|init_subclass|subclasshook|class_getitem|post_init|copy|deepcopy|reduce|"
    r"(?:get|set)state|main|all|name|file|dict|slots|doc|version|author|path|class|module|annotations|future|"
    r"tests|mocks|snapshots|fixtures|pycache)__(?![\w_])"
)


def status_of(token: str) -> Status:
    """What the character in a check box says."""
    return STATUS_OF_BOX.get(token, "pending")


@dataclass(slots=True)
class Box:
    """A check box: how far it is indented, what is in it, the offset of that, and the text behind it.

    `optional`: a star stands behind it, which means that the work is welcome and nobody waits for it.
    """

    indent: int
    token: str
    at: int
    text: str
    optional: bool = False

    @property
    def status(self) -> Status:
        return status_of(self.token)


@dataclass(slots=True)
class Line:
    """One line without its end. `fenced` inside a code fence, `hidden` inside a comment: neither is a task."""

    number: int
    text: str
    start: int
    fenced: bool = False
    hidden: bool = False
    level: int = 0  # of a heading
    title: str = ""

    @property
    def plain(self) -> bool:
        return not self.fenced and not self.hidden

    @property
    def indent(self) -> int:
        return width(self.text[: len(self.text) - len(self.text.lstrip())])

    def box(self) -> Box | None:
        match = _BOX.match(self.text) if "[" in self.text else None
        if match is None:
            return None
        space, token, star, text = match.groups()
        return Box(width(space), token, self.start + match.start(2), text, bool(star))

    def heading_box(self) -> Box | None:
        """The box in a heading, before its words or behind them: "### [ ] 1. Store", "## Store [x]"."""
        match = (_LEADING_BOX.match(self.title) or TRAILING_BOX.search(self.title)) if self.level else None
        if match is None:
            return None
        return Box(0, match[1], self.start + self.text.index(self.title) + match.start(1), self.title)

    def nearly(self) -> bool:
        """Whether the line looks like an item with a check box, and is none."""
        return self.plain and not self.level and self.box() is None and bool(_NEARLY.match(self.text))

    def bullet(self) -> str | None:
        """The text of a list item, or None."""
        match = _BULLET.match(self.text)
        return match[2] if match else None

    def field(self) -> tuple[str, str] | None:
        """Name and value of `**Name**: value`, the name in lower case; of several on the line the first."""
        found = field_line.emphasised(self.text)
        return (found[0].name, found[0].value) if found else None

    def fields(self) -> list[Field]:
        """Every name and value on the line, also without emphasis."""
        return field_line.fields(self.text)


@dataclass(slots=True)
class Page:
    """A Markdown text as lines; `open_fence` is the line of a fence that never closes, 0 when there is none.

    `place` is what its file is called.
    """

    lines: list[Line]
    open_fence: int = 0
    place: str = ""


def page(text: str, place: str) -> Page:
    """The text as lines. Raises SourceError at the line of a merge conflict."""
    lines = _lines(text)
    fence = ""
    opened = 0
    commented = False
    for line in lines:
        mark = _FENCE.match(line.text) if "```" in line.text or "~~~" in line.text else None
        if fence:
            line.fenced = True
            if mark and _closes(mark, fence):
                fence = ""
        elif commented or (mark is None and "<!--" in line.text and line.text.lstrip().startswith("<!--")):
            line.hidden = True
            commented = "-->" not in line.text
        elif mark:
            fence, opened, line.fenced = mark[1], line.number, True
        elif "#" in line.text or line.text[:1] in ("<", ">"):
            _plain(line, place)
    return Page(lines, opened if fence else 0, place)


def _closes(mark: re.Match[str], fence: str) -> bool:
    return mark[1].startswith(fence) and not mark[2].strip()


def _lines(text: str) -> list[Line]:
    """Each line; one of nothing behind the last line's end is none."""
    lines = [Line(number, match[1], match.start()) for number, match in enumerate(_LINE.finditer(text), 1)]
    if len(lines) > 1 and lines[-1].start == len(text):
        lines.pop()
    return lines


def _plain(line: Line, place: str) -> None:
    """A line outside of fences and comments: it may be a heading."""
    if line.text.startswith(("<<<<<<<", ">>>>>>>")) and _CONFLICT.match(line.text):
        raise conflict_error(place, line.number)
    heading = _HEADING.match(line.text) if "#" in line.text else None
    if heading:
        line.level, line.title = len(heading[1]), heading[2]


def section(lines: Sequence[Line], index: int) -> list[Line]:
    """The lines below the heading at `index`, up to the next heading of its level or above."""
    level = lines[index].level
    end = index + 1
    while end < len(lines) and not 0 < lines[end].level <= level:
        end += 1
    return list(lines[index + 1 : end])


def before_heading(lines: Sequence[Line], start: int) -> Iterator[Line]:
    """The lines from the one at `start`, up to the next heading."""
    for at in range(start, len(lines)):
        if lines[at].level:
            return
        yield lines[at]


def field_below(lines: Sequence[Line], index: int) -> tuple[str, str] | None:
    """The field that begins at `index`; when its own line has no value, the items below it are the value."""
    field = lines[index].field()
    return field if field is None or field[1] else (field[0], _items_below(lines, index))


def fields_below(lines: Sequence[Line], index: int) -> list[tuple[str, str]]:
    """Every field on the line `index`; of one without a value, the items below it are the value."""
    found = lines[index].fields()
    return [(field.name, field.value or (_items_below(lines, index) if len(found) == 1 else "")) for field in found]


def _items_below(lines: Sequence[Line], index: int) -> str:
    items: list[str] = []
    for at in range(index + 1, len(lines)):
        line = lines[at]
        text = line.bullet() if line.plain and not line.field() and not line.box() else None
        if text is None and line.text.strip():
            break
        items += [text] if text else []
    return ", ".join(items)


def body(lines: Sequence[Line]) -> str:
    """The lines as text, fences included, without blank lines around them."""
    return "\n".join(line.text for line in lines if not line.hidden).strip("\n")


def prose(lines: Sequence[Line]) -> str:
    """The lines as text, without fences."""
    return "\n".join(line.text for line in lines if line.plain)


def width(space: str) -> int:
    return len(space.expandtabs(4)) if "\t" in space else len(space)


def bare(text: str) -> str:
    """The text of a heading or item without emphasis and check marks."""
    if "__" in text:
        return _bare_but_names(text)
    if not text.isascii() or ("**" in text and "__" in text):
        return _EMPHASIS.sub("", text).strip()
    return text.replace("**", "").replace("__", "").replace("`", "").strip()


def _bare_but_names(text: str) -> str:
    """The same of a text with lines that may be part of a name."""
    names = [*_CODE.finditer(text), *_DUNDER.finditer(text)]
    kept = {at for name in names for at in range(*name.span()) if text[at] == "_"}
    found = [match for match in _EMPHASIS.finditer(text) if match.start() not in kept]
    start, parts = 0, []
    for match in found:
        parts.append(text[start : match.start()])
        start = match.end()
    return "".join([*parts, text[start:]]).strip()
