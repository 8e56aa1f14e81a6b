# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""The sections that task descriptions share: files, acceptance criteria, verification, effort."""

from __future__ import annotations

import re

from fanout.plan.read.prose import passing, two_endings
from fanout.plan.read.prose.mentions import SPAN
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.prose.touched import from_prose
from fanout.plan.read.reading_builder import Entry
from fanout.plan.read.text import markdown
from fanout.plan.read.text.criteria import is_criteria
from fanout.plan.read.text.field_line import Field
from fanout.plan.read.text.markdown import Line

_FILE = re.compile(
    r"(?:\*\*)?(?P<verb>(?:create|modify|tests?|read|delete|update|new|add|edit|reference|rename|move)(?=[\s:：*`])|"
    r"创建|新建|修改|测试|阅读|参考|删除)?"
    r"(?:\*\*)?\s*[:：]?\s*(?:\*\*)?\s*(?P<rest>\S.*)\Z",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\(([^()]*)\)")
PATH_ALONE = re.compile(r"\s*(?:[-*+]\s+)?[\w.-]*(?:/[\w.-]+)*\.\w+\s*\Z")  # a line of a fence below "Files:"
# Between two paths of an item, or behind a path before what is said of it.
_PARTED = re.compile(
    r"[,，、;；]\s*|<br\s*/?>|\s+(?:and|und|et|y|e|plus|和)\s+|\s+[+&/]\s*|\s+-+\s+|\s+[–—(]", re.IGNORECASE
)
_ITEM_ENDS = re.compile(r"[,，、;](?!\s*\d+(?:-\d+)?\s*(?:[,`]|\Z))\s*(?![^(（{]*[)）}])")
_RULE = re.compile(r"\s*(?:[-*_][ \t]*){3,}\Z")  # a line across the page
_AND = re.compile(r"\A(?:(?:and|und|et|y|e|plus)\s+|[+&]\s+|(?:the\s+|an?\s+)?(?:new\s+)?files?\s+)", re.IGNORECASE)
_ASIDE = re.compile(r"\s\([^()]*\)")
_ENDING = re.compile(r"\w\.\w+\Z")
_READ = ("read", "reference", "阅读", "参考")
_UNCHANGED = re.compile(
    r"[(\[,;–—:-]\s*(?:(?:is|stays?|kept|left)\s+)?(?:read[- ]?only|unchanged|untouched|not\s+(?:changed|modified)|"
    r"no\s+changes?|(?:for\s+)?reference(?:\s+only)?|only\s+read|context)\s*(?:[)\],;.]|\Z|for\b|needed\b)|不修改|只读",
    re.IGNORECASE,
)
_FILES_HEAD = re.compile(
    r"(?:(?:affected|related|relevant|target|touched|changed|modified|key)\s+)?files?"
    r"(?:\s+(?:to\s+(?:create|modify|change|touch|edit|update).*|(?:affected|created|added|changed|touched|modified|involved|needed)"
    r"(?:\s*(?:[/&,]|\band\b)\s*(?:created|added|changed|touched|modified|deleted|removed))*"
    r"(?:\s+(?:by|in|for)\s+th(?:is|e)\s+\w+)?))?\Z"
    r"|(?:受影响的?|相关|涉及的?|修改的?)文件|文件(?:列表|清单)?\Z",
    re.IGNORECASE,
)
# Files that are looked at, and stay as they are.
_READ_HEAD = re.compile(
    r"\W*(?:files?\s+to\s+(?:check|review|verify|inspect|read|reference|consult|study)|reference\s+files?)\W*\Z",
    re.IGNORECASE,
)
_ACCEPT_HEAD = re.compile(r"accept|success\s+criteria|definition\s+of\s+done|done\s+when|验收|完成标准", re.IGNORECASE)
# Fields that say something of the task, and not what there is to be done.
_ABOUT = re.compile(
    r"depend|block|prereq|status|parallel|priorit|size|effort|estimat|hours?|time|refer|related|context|see\b|read|owner|assign|"
    r"source|spec|verif|valid|accept|criteria|success|done|risk|phase|story|labels?|tags?|requirement|background|note|type|"
    r"agent|can (?:run|start)|test plan|how to test|依赖|状态|参考|前置|工时|规模",
    re.IGNORECASE,
)
_VERIFY_HEAD = re.compile(r"verif|validation|test\s+plan|how\s+to\s+test|验证", re.IGNORECASE)
_PROOF = re.compile(
    r"\s*(?:[-*+]\s+)?(?:check(?:ed by)?|verif(?:y|ied by)|proof|done when|test(?:ed by)?)\s*[:：]\s*(`[^`\n]+`.*)\Z",
    re.IGNORECASE,
)
# The same without a colon: "- done when `make test` passes", "It is done once `make test` is green".
_PASSES = re.compile(
    r"\s*(?:[-*+]\s+)?(?:(?:it|this|(?:the\s+)?task)(?:'s|\s+is)\s+)?(?:done|complete|finished|ready)\s+(?:when|once|if)\s+"
    r"(`[^`\n]+`)\s+(?:exits\s+(?:with\s+)?0|passes|succeeds|is\s+green|works)[\s.)]*\Z",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"(\d+(?:\.\d+)?)(?:\s*(?:-|–|to|~)\s*(\d+(?:\.\d+)?))?\s*(h\b|hours?|hrs?|小时|m\b|min(?:ute)?s?|分钟|d\b|days?|天)?",
    re.I,
)
_SIZES = "xs=10 s=20 sm=20 small=20 m=45 md=45 med=45 medium=45 l=90 lg=90 large=90 xl=180 xxl=360"
SIZES = {name: float(minutes) for name, _, minutes in (one.partition("=") for one in _SIZES.split())}


def file_item(entry: Entry, text: str, stated: bool = True) -> bool:
    """One item of a list of files: "Create: `src/a.py`", "`src/a.py` (modify) - why". False: there is no path in it."""
    paths, reading = _item(text)
    if not paths:
        return False
    reason = "" if stated else "it stands in a list of files"
    entry.listed.update(paths)
    entry.add("reads" if reading else "writes", paths, reason, 0.8)
    return True


def written(text: str) -> list[str]:
    """The paths of an item of a list of files that are not only read."""
    paths, reading = _item(text)
    return [] if reading else paths


def _item(text: str) -> tuple[list[str], bool]:
    """The paths of an item, and whether they are only read."""
    text = two_endings.spelled_out(text)
    spans = [match[2].strip() for match in SPAN.finditer(text)]
    verb = _FILE.match(text.strip())
    paths = [path for path in map(as_path, spans) if path]
    paths += _bare_paths(_ASIDE.sub(" ", SPAN.sub(" , ", text)) if paths else verb["rest"] if verb else text)
    paths = [file for path in paths for file in two_endings.files(path)]
    note = _NOTE.search(text.split(spans[0], 1)[-1] if spans else text)
    word = ((verb["verb"] or "") if verb else "").lower() or (note[1].strip().lower() if note else "")
    return paths, word.startswith(_READ) or bool(_UNCHANGED.search(text))


def _bare_paths(text: str) -> list[str]:
    """The paths of an item that stand in no backticks; those in brackets only where no other does: "5 files (a.css, b.css)"."""
    for said in dict.fromkeys((_ASIDE.sub(" ", text), text)):
        found = [path for part in _PARTED.split(said.strip()) for path in _side_by_side(_AND.sub("", part.strip()))]
        if found:
            return found
    return []


def _side_by_side(part: str) -> list[str]:
    """The path that a part of an item is, or those that it consists of: "src/a.py src/b.py"; [] where it says more."""
    glued = re.split(r"[+&]", part)
    words = glued if len(glued) > 1 and all(_ENDING.search(word) for word in glued) else part.split()
    found = [path for path in map(as_path, words) if path]
    return found if len(found) == len(words) else [path for path in (as_path(part),) if path]


def is_files(title: str) -> bool:
    return bool(_FILES_HEAD.match(re.sub(r"[*_:：`#]", "", title).strip()))


def body(entry: Entry, lines: list[Line], stated_files: bool = False, title: str = "") -> None:
    """Take files, criteria, commands and effort from the sections of a task's body, and paths from the rest and its title:
    one text, so that a name in it is the path that ends so: "## `src/store.py`" over "store.py keeps ..."."""
    found = _Body(entry, stated_files)
    for line in lines:
        if line.plain:
            found.line(line)
        elif line.fenced and is_files(found.head) and PATH_ALONE.match(line.text):
            file_item(entry, line.bullet() or line.text, stated_files)
    words = [title, *found.rest] if title else found.rest
    from_prose(entry, "\n".join(words), only_reads=bool(entry.get("writes")))


class _Body:
    """What the lines of a task's body say, one after the other; `rest` is what is prose."""

    def __init__(self, entry: Entry, stated_files: bool) -> None:
        self.entry, self.stated_files = entry, stated_files
        self.head, self.rest = "", list[str]()

    def line(self, line: Line) -> None:
        fields = line.fields() if not line.level and line.box() is None else []
        if line.level:
            self.head = line.title
        elif _RULE.match(line.text):
            self.head = ""
            return
        for field in fields:
            self._field(field)
        if not line.level and not fields and not self._label(line.text):
            self._item(line.bullet(), line.text)

    def _field(self, field: Field) -> None:
        self.head = field.name
        effort(self.entry, field.name, field.value)
        if field.value and is_files(field.name):
            self._files(field.value, self.stated_files)
        elif field.value and _READ_HEAD.match(field.name):
            for part in split_files(field.value):
                self._looked_at(part)
        elif _ACCEPT_HEAD.search(field.name) and field.value:
            self.entry.accept(field.value)
        elif field.value and not _ABOUT.match(field.name):
            self.rest.append(field.value)

    def _files(self, value: str, stated: bool) -> None:
        for part in split_files(value):
            file_item(self.entry, part, stated)

    def _label(self, text: str) -> bool:
        """A label without emphasis: "Files: a, b", "Acceptance criteria:"."""
        label = re.match(r"\s*(?:[-*+]\s+)?([^:：`\n\[\]]{2,40})[:：]\s*(.*)\Z", text)
        if label is None:
            return False
        if is_files(label[1]):
            self.head = label[1].strip()
            self._files(label[2], False)
        elif not label[2] and is_criteria(label[1]):
            self.head = label[1].strip()
        else:
            return False
        return True

    def _item(self, item: str | None, text: str) -> None:
        if not self._is_file(item) and proof(self.entry, text):
            return
        if item is not None and is_files(self.head):
            self.rest += [] if file_item(self.entry, item, self.stated_files) else [item]
        elif item is not None and _READ_HEAD.match(self.head):
            self._looked_at(item)
        elif item is not None and _ACCEPT_HEAD.search(self.head):
            self.entry.accept(re.sub(r"^\[.?\]\s*", "", item))
        elif text.strip() and _VERIFY_HEAD.search(self.head):
            verify(self.entry, item if item is not None else text)
        elif (item is None or not effort(self.entry, *_split(item))) and not passed(self.entry, text):
            self.rest.append(text)

    def _looked_at(self, item: str) -> None:
        self.entry.add("reads", _item(item)[0], "it stands in a list of files to look at", 0.8)

    def _is_file(self, item: str | None) -> bool:
        """Whether an item of a list of files names one: "Test: `tests/test_a.py`" is no command that checks."""
        spans = SPAN.findall(item) if item is not None and is_files(self.head) else []
        return bool(spans) and as_path(spans[0][1].strip()) is not None


def split_files(value: str) -> list[str]:
    """The items of a list of files on one line; a comma inside brackets or between lines of a file divides nothing."""
    return [part for part in _ITEM_ENDS.split(value) if part.strip()]


def proof(entry: Entry, text: str) -> bool:
    """A line of its own that names the command which checks the task: "Check: `make test`". False: it is none."""
    found = _PROOF.match(text) or _PASSES.match(text) if "`" in text else None
    if found is not None:
        verify(entry, found[1])
    return found is not None


def passed(entry: Entry, text: str) -> bool:
    """Take the commands that a line says the task has to pass. True: the line says nothing else."""
    said = passing.take(entry, text)
    return bool(said) and not text[: said[0].start].strip(" -*+") and not text[said[-1].end :].strip(" .)")


def verify(entry: Entry, text: str) -> None:
    """A line of a verification: a command in backticks at its start is the proof, anything else is prose."""
    text = re.sub(r"^\[.?\]\s*", "", text.strip())
    match = re.match(r"(?:run\s*:?\s+)?`([^`\n]+)`", text, re.IGNORECASE)
    if match and " " in match[1].strip() and not as_path(match[1]):
        entry.accept(text, match[1].strip())
        entry.infer("accept", "a command stands in backticks at the start of a verification line", 0.7)
    elif text:
        entry.accept(text)


def effort(entry: Entry, name: str, value: str) -> bool:
    """The estimate in a line such as "Hours: 4-6", "Size: M". False: it is none."""
    name = re.sub(r"[*_`]", "", name).strip().lower()
    value = re.sub(r"[*_`]", "", value).strip()
    if not re.fullmatch(
        r"(?:effort(?: estimate)?|size|hours?|estimate|estimated (?:time|effort)|time|工时|预估工时|规模|大小)", name
    ):
        return False
    if "estimate_minutes" in entry.fields:
        return True
    first = re.split(r"[\s(/]", value.lower(), maxsplit=1)[0]
    if first in SIZES:
        entry.set("estimate_minutes", SIZES[first], f"size {first} is taken as {SIZES[first]:g} minutes", 0.4)
        return True
    match = _HOURS.match(value)
    if not match:
        return False
    unit = (match[3] or ("h" if "hour" in name or "工时" in name else "")).lower()
    factor = {"h": 60.0, "小": 60.0, "m": 1.0, "分": 1.0, "d": 480.0, "天": 480.0}.get(unit[:1])
    if factor is None:
        return False
    minutes = (float(match[1]) + float(match[2] or match[1])) / 2 * factor
    reason = f"the middle of {match[0].strip()}" if match[2] else ""
    entry.set("estimate_minutes", min(minutes, 525600.0), reason, 0.8)
    return True


def _split(item: str) -> tuple[str, str]:
    name, _, value = re.sub(r"[*_`]", "", item).replace("：", ":").partition(":")
    return name, value


def describe(entry: Entry, lines: list[Line]) -> None:
    text = markdown.body(lines)
    if text.strip():
        entry.fields["description"] = text
