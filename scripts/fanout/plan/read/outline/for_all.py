# ruff: noqa: RUF001 - full-width punctuation, as lists are written with it
"""What a free page says of all its tasks: the words before the first one and behind the last, sections of rules, the command
that each has to pass and the test that each is to have. Every brief carries it, for an agent sees one task and not the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from fanout.plan.read import edges
from fanout.plan.read.outline import around
from fanout.plan.read.outline.around import Paragraph
from fanout.plan.read.prose import of_all, own_test, passing, standing_check
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import front, markdown
from fanout.plan.read.text.markdown import Line, Page

MOST = 1200  # letters
_SHOWN = 100
_SOME = "The list says for all tasks of this section:"
_FIX = 'If it holds for all, say so ("Each ...") or put it before the first item; else it may stay.'
_RULES = re.compile(
    r"\W*(?:(?:ground|general|global|common|important|coding|project|team|working|other)\s+)?"
    r"(?:rules|conventions?|guidelines?|standards?|constraints?|notes?|ground\s+rules|(?:technical\s+)?requirements\s+for\s+"
    r"(?:all|every|each)\b.*|(?:for|in)\s+(?:all|every|each)\s+(?:of\s+)?(?:the(?:se)?\s+)?tasks?|"
    r"regeln|hinweise|règles|reglas|notas)\W*\Z",
    re.IGNORECASE,
)
# What only describes the file: "**Status**: Ready", "> Last updated: 2026-02-13", "日期: 2026-04-09", "Updated 2026-03-15".
_ABOUT = re.compile(
    r"[\s>*_-]*(?:(?:status|state|(?:target\s+)?(?:date|release|version|order|branch)|created|started|begun|completed|finished|author|owner|"
    r"maintainer|priority|complexity|progress|issue|epic|story(?:\s+file)?|feature|facilitator|participants|predecessor|successor|"
    r"estimate\w*(?:\s+\w+)?|effort|size|agent(?:\s+slot)?|project\s+lead|tags?|labels?|(?:last\s+)?(?:updated?|modified|reviewed)(?:\s+(?:at|on))?|"
    r"current\s+(?:status|version)|[úu]ltima\s+\S+|vers[ãa]o\s+\S+|stand|datum|日期|状态|开始日期|更新日期|作者|日付|状態)[\s*_]*[:：]|"
    r"(?:last\s+)?updated\b[^.]{0,40}\d{4})",
    re.IGNORECASE,
)
# A page's head that is made of fields only says nothing of the work, unless one of these is among them.
_FIELD = re.compile(r"[\s>*_-]*[^:：`]{1,40}[:：][*_]*(?:\s|\Z)")
_OF_WORK = re.compile(
    r"[\s>*_-]*(?:goals?|aims?|constraints?|rules?|architecture|tech\w*(?:\s+stack)?|stack|context|(?:out\s+of\s+)?scope|"
    r"non-?goals?|important|notes?|style|tests?|testing|each|all|(?:for\s+)?(?:every(?:one|body)?|any(?:one|body)|no(?:body|\s+one)|whoever)|"
    r"please|always|never|reminder|remember|alle|jeder|niemand|für\s+alle)\b",
    re.IGNORECASE,
)
# No words of the list: badges, rules across the page, rows of a table, links of a contents, what a box means.
_NO_WORDS = re.compile(r"\s*(?:\[?!\[|[-*_=]{3,}\s*\Z|\||<[^>]*>\s*\Z|[-*+]\s*\[[^\]]*\]\(#|$)")
_LEGEND = re.compile(r"\[[ xX~!/-]\].*\[[ xX~!/-]\]")
_EACH = re.compile(
    r"\b(?:each|every|all|any)\s+(?:of\s+)?(?:the(?:se)?\s+)?(?:single\s+)?(?:tasks?|steps?|items?|changes?|stor(?:y|ies)|tickets?|boxes|box|"
    r"points?|one)\b|\b(?:a|the)\s+(?:task|step|item|box|ticket|story)\s+(?:is|counts|may\s+be|can\s+be|gets?|has|must|should|needs)\b|"
    r"\b(?:tick|mark|check\s+off|close)\w*\s+(?:a|the|an|off|any|it)\b|\bjede[rsn]?\s+(?:aufgabe|schritt|punkt)\b|\balle\s+(?:aufgaben|schritte)\b|"
    r"\bchaque\s+(?:tâche|étape)\b|\btoutes\s+les\s+(?:tâches|étapes)\b|\bcada\s+(?:tarea|tarefa|paso|passo)\b|\btod[ao]s\s+[la]?[ao]s\s+(?:tareas|tarefas)\b|"
    r"\bogni\s+(?:compito|attività|passo)\b|\belke\s+taak\b|\bкажд(?:ая|ую)\s+задач|(?:每个|每项|所有)(?:任务|步骤)|(?:各|すべての|全ての?)タスク",
    re.IGNORECASE,
)
_PASSES = re.compile(
    r"\b(?:pass(?:es|ing)?|green|succeeds?|exits?\s+(?:with\s+)?0|clean|bestehen|besteht|grün|laufen|passer|passe|pasar|pasa|passar|passare|"
    r"superare|slagen|groen|verde|vert)\b|проход|通过|通る|成功",
    re.IGNORECASE,
)
_RUNS = re.compile(r"\b(?:run|runs|re-?run|check|verify)\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|never|no\s+need|needn't|don't|doesn't|without|optional(?:ly)?|nicht|ne\s+pas)\b", re.IGNORECASE
)
# Denied twice: "Never tick a box before `npm test` passes", "No task is done without `npm test` being green".
_NOT_BEFORE = re.compile(
    r"\b(?:not|never|don't|no)\b.*\b(?:tick|mark|check|clos|done|finish|complet|merg)\w*\b.*\b(?:before|until|unless|without)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"`([^`\n]+)`")
# That the tasks are independent: then no order among them is concluded from anything.
_INDEPENDENT = re.compile(
    r"\bnothing\s+to\s+do\s+with\s+(?:each|one\s+an)\s*other\b|\b(?:do(?:n't|\s+not)|no(?:ne|\s+\w+)?)\b.{0,30}\bdepends?\s+on\s+"
    r"(?:each\s+other|one\s+another|any\s+other|another)\b|\b(?:are|is|all|each|fully|completely)\s+independent(?:\s+of\s+(?:each|one\s+an)"
    r"\s*other)?\b(?!\s+of\s+(?!each|one))|\bin\s+(?:any|whatever|no\s+(?:particular|special|specific|fixed|certain|set))\s+order\b|\border\s+(?:does\s+not|doesn't)\s+matter\b|"
    r"\bunabhängig\s+voneinander\b|\bin\s+beliebiger\s+reihenfolge\b",
    re.IGNORECASE,
)
_NOT_INDEPENDENT = re.compile(
    r"\b(?:not|isn't|aren't|never|nicht)\s+(?:\w+\s+){0,3}(?:independent|in\s+any\s+order|unabhängig)|\b(?:only|except|apart\s+from|but)\b",
    re.IGNORECASE,
)
# That each waits for the one before it.
_NEXT = r"(?:the\s+)?next(?:\s+(?:one|task|step|item|phase|slice))?"
_IN_ORDER = re.compile(
    rf"\b(?:each|every|one|an?|the)\s+(?:task|step|item|phase|slice|one)?\b[^.;]{{0,60}}\bbefore\s+(?:you\s+)?(?:start(?:ing|s)?\s+|begin(?:ning|s)?\s+|moving\s+(?:on\s+)?to\s+|"
    rf"going\s+(?:on\s+)?to\s+)?{_NEXT}\b|"
    rf"\b(?:do\s+not|don['’]t|never)\s+(?:start|begin|move\s+(?:on\s+)?to|go\s+(?:on\s+)?to)\s+{_NEXT}\b[^.;]{{0,30}}\b(?:until|before|unless)\b|"
    r"\b(?:strictly|exactly)\s+in\s+(?:this|the\s+given|the\s+listed)?\s*order\b|\bone\s+after\s+(?:the\s+other|another)\b|"
    r"\b(?:do|work|complete|implement|execute|take)\w*\s+(?:on\s+|through\s+)?(?:them|these|the\s+(?:tasks|steps|items))\s+(?:strictly\s+)?(?:in\s+order|in\s+sequence|sequentially|one\s+at\s+a\s+time)\b",
    re.IGNORECASE,
)
_NOT_IN_ORDER = re.compile(
    r"\b(?:where|when|if|unless|parallel|same\s+file|within|depend\w*|commit\w*)\b", re.IGNORECASE
)
_OF_TASKS = re.compile(
    r"\b(?:they|them|these|those|all|none|tasks?|steps?|items?|pages?|modules?|order|aufgaben|sie)\b", re.IGNORECASE
)
# For whoever hands the tasks out, and no matter to who does one of them.
_OF_LEADER = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|several|many)\s+(?:agents?\b|at\s+(?:a|the\s+same)\s+time\b|at\s+once\b)|"
    r"\b(?:tasks|them|these|all)\s+(?:can\s+(?:be\s+done|run)\s+)?in\s+parallel\b",
    re.IGNORECASE,
)


def settle(gather: Gather, page: Page, path: str) -> None:
    """Put what the page says of all tasks into the document, and the checks and tests that it asks of each to the open ones."""
    tasks = _task_lines(gather, path)
    first = min(tasks, default=0)
    labels = around.labels(page, tasks)
    whole = words(page, first, tasks)
    for one in around.paragraphs(page, tasks, {line.number for line in _before(page, first)} | labels.keys()):
        if one.is_of_page and (one.is_of_all or not _of_each(one.text)):
            whole = f"{whole}\n\n{one.text}" if whole else one.text
        else:
            _of_some(gather, path, one)
    _tell_groups(gather, path, page, labels)
    if are_independent(whole):
        names = frozenset(entry.id for entry in gather.entries)
        for entry in gather.entries:
            entry.note.free_of = names - {entry.id}
    elif said_in_order := in_order(whole):
        for before, entry in pairwise(gather.entries):
            edges.after(entry, [before], f'the list says "{said_in_order}"', 0.9, "stated")
    said = _of_each(whole)
    if said:
        gather.settings["notes"] = _cut(said, gather.name(path))
        _ask(gather.entries, said)


def _tell_groups(gather: Gather, path: str, page: Page, labels: Mapping[int, list[int]]) -> None:
    """Each task is told the word that it and those beside it stand below: "Dates"."""
    above = {
        number: page.lines[label - 1].text.strip(" *_:：") for label, inside in labels.items() for number in inside
    }
    for entry in gather.entries if above else ():
        label = above.get(_line_of(gather, path, entry), "")
        if label:
            entry.fields["description"] = (
                f"{entry.fields.get('description') or entry.fields['title']}\n\nIt stands below: {label}"
            )


def _of_some(gather: Gather, path: str, one: Paragraph) -> None:
    """Put what a paragraph says of all tasks of its section to each of these; name it where it is behind them and says nothing
    of all."""
    if one.is_of_all:
        entries = [entry for entry in gather.entries if _line_of(gather, path, entry) in one.tasks]
        for entry in entries:
            before = entry.fields.get("description") or entry.fields["title"]
            entry.fields["description"] = f"{before}\n\n{_SOME} {one.text}"
        _ask(entries, one.text)
    elif one.is_lost:
        text = " ".join(one.text.split())
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        message = f"{gather.place(path, one.lines[0].number)} stands behind the items and is in no brief: {shown!r}"
        gather.warn("in-no-brief", message, "", _FIX)


def _ask(entries: Iterable[Entry], said: str) -> None:
    """Put the check that the words ask of each, and the test, to those of the tasks that are open."""
    commands, test = _checks_of_each(said), own_test.asked_of_each(said)
    for entry in entries:
        for command in [one for one in commands if _takes(entry, one)]:
            entry.accept("", command)
            entry.infer("accept", "the list says that each task has to pass it", 0.8)
        if test and own_test.is_for(entry):
            entry.accept(test)
            entry.infer("accept", "the list says that each task is to have a test", 0.8)


def words(page: Page, first: int, tasks: set[int]) -> str:
    """The words before the line `first`, and below headings of rules that no task stands under."""
    labels = around.labels(page, tasks)
    parts = [
        _text([line for line in _before(page, first) if line.number not in labels]),
        *(_text(lines) for lines in _sections(page, tasks)),
    ]
    return "\n\n".join(part for part in parts if part)


def are_independent(said: str) -> bool:
    """Whether a sentence says so of the tasks: "They have nothing to do with each other." "Do them in any order"."""
    return any(
        _INDEPENDENT.search(one) and _OF_TASKS.search(one) and not _NOT_INDEPENDENT.search(one)
        for one in of_all.sentences(said)
    )


def in_order(said: str) -> str:
    """The words that say so of the tasks: "Every item lands green before the next starts"; "" for none."""
    for sentence in of_all.sentences(re.sub(r"(?<=\S)\n(?=\S)", " ", said)):  # a paragraph may break anywhere
        match = _IN_ORDER.search(sentence)
        if match and not _NOT_IN_ORDER.search(sentence):
            return " ".join(match[0].split())[:_SHOWN]
    return ""


def _of_each(said: str) -> str:
    """Without the sentences that only whoever hands the tasks out can follow."""
    kept = []
    for line in said.split("\n"):
        sentences = [one for one in of_all.sentences(line) if not (_OF_LEADER.search(one) or are_independent(one))]
        if sentences or not line.strip():
            kept.append(" ".join(sentences))
    return "\n".join(kept).strip()


def _checks_of_each(said: str) -> list[str]:
    """The commands that sentences ask of each task, or name without speaking of any: "Check with `npm test`."."""
    standing = [one for sentence in of_all.sentences(said) for one in standing_check.find(sentence)]
    asked = _asked_of_each(said)
    return list(dict.fromkeys([*standing, *([asked] if asked else [])]))


def _asked_of_each(said: str) -> str:
    """The command that a sentence asks of each task: "Each task has to pass `npm test`."; "" for none."""
    for sentence in of_all.sentences(said):
        found = _CODE.findall(sentence)
        bare = _CODE.sub(" ", sentence)
        denied = _NOT.search(bare) and not _NOT_BEFORE.search(bare)
        if len(found) != 1 or not _EACH.search(bare) or denied or not passing.is_command(found[0]):
            continue
        if _PASSES.search(bare) or (_RUNS.search(bare) and passing.CHECKS.search(found[0])):
            return str(found[0]).strip()
    return ""


def _takes(entry: Entry, command: str) -> bool:
    """Whether the task is open and makes something; one that has a check of its own has to pass both."""
    is_open = entry.note.status not in ("completed", "skipped")
    has_it = any(one.get("command") == command for one in entry.get("accept"))
    return is_open and not entry.fields.get("read_only") and not has_it


def _task_lines(gather: Gather, path: str) -> set[int]:
    return {line for entry in gather.entries if (line := _line_of(gather, path, entry))}


def _line_of(gather: Gather, path: str, entry: Entry) -> int:
    """The line of the page that the task stands in; 0: it stands elsewhere."""
    name, _, line = entry.note.place.rpartition(":")
    return int(line) if name == gather.name(path) else 0


def _before(page: Page, first: int) -> Iterator[Line]:
    """The lines below the page's title, or its first ones, up to a second heading or the first task."""
    for line in page.lines[front.parse(page.lines).end :]:
        if line.number >= first or (line.level > 1 and line.plain):
            return
        if not line.level:
            yield line


def _sections(page: Page, tasks: set[int]) -> Iterator[list[Line]]:
    """Below each heading of rules its lines, the heading before them."""
    index = 0
    while index < len(page.lines):
        line = page.lines[index]
        below = []
        if line.level > 1 and line.plain and _RULES.match(markdown.bare(line.title)):
            below = markdown.section(page.lines, index)
            if not any(one.number in tasks for one in below):
                yield [line, *below]
        index += 1 + len(below)


def _text(lines: Iterator[Line] | list[Line]) -> str:
    """The lines as they stand, without what says nothing; "" where only a heading is left."""
    kept = [line for line in lines if line.plain and not _is_bare(line.text)]
    said = [line.text for line in kept if not line.level]
    if all(_FIELD.match(text) and not (_OF_WORK.match(text) or standing_check.is_said(text)) for text in said):
        return ""
    return "\n".join(f"{markdown.bare(line.title)}:" if line.level else line.text.strip() for line in kept)


def _is_bare(text: str) -> bool:
    return bool(_NO_WORDS.match(text) or _ABOUT.match(text) or _LEGEND.search(text))


def _cut(said: str, name: str) -> str:
    if len(said) <= MOST:
        return said
    return f"{said[:MOST].rpartition(' ')[0]} ... (cut here; the rest stands in {name})"
