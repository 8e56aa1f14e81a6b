# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""What headings and items call a task: "Task A.1: ...", "NAV-001: ...", "1.2 ...", "US-001", "Step 2", "タスク 3"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

STEP_WORDS = r"steps?|步骤|ステップ|단계|pasos?|schritte?|étapes?|passos?|passi|шаг|stap|krok"
TASK_WORDS = (
    r"(?:sub-?)?tasks?|units?|tickets?|issues?|work\s+items?|to-?dos?|任务|タスク|태스크|작업|tareas?|aufgaben?|tâches?|"
    r"tarefas?|compit[oi]|attività|taak|taken|задач[аи]|zadani[ea]"
)
# What a task is called where another one names it, besides "task" and "step".
NAMED_WORDS = (
    r"タスク|ステップ|태스크|작업|단계|tareas?|pasos?|aufgaben?|schritte?|tâches?|étapes?|tarefas?|passos?|attività|"
    r"passi|задач[аиеуй]|шаг"
)
WEAK_WORDS = (
    r"(?:user\s+)?stor(?:y|ies)|milestones?|workstreams?|features?|epics?|slices?|increments?|items?|故事|里程碑"
)
PHASE_WORDS = (
    r"phases?|stages?|sprints?|milestones?|iterations?|waves?|weeks?|days?|阶段|フェーズ|段階|단계|fases?|étapes?|phase|etapas?|"
    r"schritte?|steps?|этап|faza"
)
_TAIL = r"(?:\.\d+){0,5}[a-zA-Z]?"
LETTERS = rf"[A-Z]{{1,10}}(?:\d{{1,3}}-[A-Z]{{1,3}}|(?:-[A-Z]{{1,8}})?-[A-Z]{{0,3}})\d{{1,6}}{_TAIL}"  # NAV-001, CC-1.1, P1-T2
_SERIES = r"[A-Z]{1,4}\d{2,6}[a-z]?"  # M001, TR01
_LETTER = rf"[A-Z](?:\.\d{{1,4}}){{1,4}}[a-z]?|[A-Z]\d{{1,4}}{_TAIL}|WS-?\d+"  # A.1, A1
_NUMBER = rf"\d{{1,6}}{_TAIL}"
FALSE = r"(?!(?:UTF|ISO|SHA|RFC|HTTP|IEEE|AES|MD|ES|UTC|GPT|COVID|WCAG|ADR|FR|NFR|AC|SC|REQ|CVE|PR)-?\d)"
_END = r"(?![\w]|-\w|\.\d|\.\w+/)"
_GROUP = r"(?!\s*(?:group|list|breakdown|overview|summary|分组|组)\b)"

HEADING = re.compile(
    r"(?P<lead>[^\w\[~(#]*)(?:\[(?P<box>.?)\]\s*)?(?P<mark>[^\w\[~(#]*)(?:"
    rf"(?P<word>{TASK_WORDS}|{STEP_WORDS})(?![A-Za-z]){_GROUP}\s*(?:id\s*)?[#(\[]?\s*(?P<a>{LETTERS}|{_SERIES}|{_LETTER}|{_NUMBER}|[A-Z](?=\s*[:：.)–—-]))|"
    rf"(?P<weak>{WEAK_WORDS}){_GROUP}\s*#?(?P<b>{LETTERS}|{_SERIES}|{_LETTER}|{_NUMBER})|"
    rf"\[?{FALSE}(?P<c>{LETTERS}|{_SERIES})|#(?P<e>\d{{1,6}})(?=\]?\s*[:：])|"
    rf"(?P<d>WS-?\d+|(?:{_LETTER})(?=\]?\s*[:：.)–—-])|{_NUMBER})"
    rf"){_END}[\])]?\s*[:：.)、–—-]*\s*(?P<rest>.*)\Z",
    re.IGNORECASE,
)
_UPPER = re.compile(r"[A-Z][A-Z\d.-]*[a-z]?\Z|\d|(?:task|story|issue|ticket|bug|step)-\d")
SAID = re.compile(
    rf"[~\s]*(?:{TASK_WORDS}|{STEP_WORDS})\s*(?:#?\d|[A-Z]\b|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)",
    re.IGNORECASE,
)
_OPEN, _CLOSE = r"(?:\*\*|`)?", r"(?:\*\*|`)?"
_BOXED = re.compile(
    rf"(?:{_OPEN}(?:"
    rf"\[(?!P\]|US-?\d){FALSE}(?P<a>{LETTERS}|{_SERIES}|[A-Z]{{1,15}}-?\d{{1,6}}|\d{{1,4}}{_TAIL})\]|\((?P<b>\d{{1,4}})\)|"
    rf"(?:(?i:{TASK_WORDS}|{STEP_WORDS}|{WEAK_WORDS}){_GROUP}\s*#?)(?P<c>{LETTERS}|{_SERIES}|{_LETTER}|{_NUMBER})|#(?P<d>\d{{1,6}})|"
    rf"(?P<e>\d{{1,4}}(?:\.\d{{1,4}})+[a-z]?|[A-Z](?:\.\d{{1,4}}){{1,4}})|{FALSE}(?P<f>{LETTERS})"
    rf"){_END}(?!\.?[\w-]){_CLOSE}[:：.)、–—-]*\s+|"
    rf"{_OPEN}(?:(?i:{TASK_WORDS}|{STEP_WORDS})\s*)?"
    rf"(?P<g>{LETTERS}|[A-Z]{{1,15}}-?\d{{1,6}}|#?\d{{1,4}}{_TAIL}|[A-Z](?=[.:)]))(?!\.?\d){_CLOSE}\s*[:：.)、]+\s*"
    r")(?:\*\*)?(?P<rest>\S.*)\Z"
)
_ID_NEAR = re.compile(r"\d|[A-Z][.:)]")  # in the first words of every text with an id; looked up first
_IN_SERIES = re.compile(rf"{_OPEN}(?P<id>(?P<letters>[A-Z]{{1,4}})\d{{2,6}}[a-z]?){_CLOSE}\s+(?:\*\*)?(?P<rest>\S.*)\Z")
_STEP = re.compile(rf"(?:{STEP_WORDS})\Z", re.IGNORECASE)
_STEP_FIRST = re.compile(rf"[^\w]*(?:{STEP_WORDS})\s*#?\d", re.IGNORECASE)
PHASE = re.compile(
    rf"[^\w]*(?:{PHASE_WORDS})\s*[-#:]?\s*"
    r"(?P<number>\d+(?:\.\d+)*|(?-i:[A-Z]\b|[IVX]+\b)|[一二三四五六七八九十]+)",
    re.IGNORECASE,
)
PHASE_CJK = re.compile(r"[^\w]*第\s*[一二三四五六七八九十\d]+\s*(?:阶段|步|フェーズ|段階|단계)")


class Name(NamedTuple):
    """The id and the words of a heading. `strong`: what stands there is a task whatever is below it."""

    id: str
    rest: str
    box: str | None
    strong: bool
    step: bool
    number: bool  # a number alone


def heading(title: str) -> Name | None:
    """What a heading calls its task, or None when it calls none."""
    match = HEADING.match(title)
    if match is None:
        return None
    own = match["a"] or match["b"] or match["c"] or match["e"] or match["d"]
    if not match["word"] and not match["weak"] and not _UPPER.match(own):
        return None
    word = match["word"] or ""
    strong = bool(word or match["c"] or match["e"] or match["box"] is not None)
    number = own[0].isdigit() and not (word or match["e"])
    return Name(own, match["rest"], match["box"], strong, bool(_STEP.match(word)), number)


def says_step(text: str) -> bool:
    return bool(_STEP_FIRST.match(text))


def series(texts: Iterable[str]) -> frozenset[str]:
    """The letters that begin the ids of two boxes or more: the TR of "TR01 ..." and "TR02 ..."."""
    found = Counter(match["letters"] for text in texts for match in [_IN_SERIES.match(text)] if match)
    return frozenset(letters for letters, times in found.items() if times > 1)


def boxed(text: str, letters: Collection[str] = ()) -> tuple[str, str] | None:
    """The id and the words of a box, or None when it names none. `letters` begin ids that need no colon."""
    if not _ID_NEAR.search(" ".join(text.split(None, 3)[:3])):
        return None
    match = _BOXED.match(text)
    if match:
        own = next(match[key] for key in "abcdefg" if match[key])
        return own.lstrip("#"), match["rest"].replace("**", "")
    found = _IN_SERIES.match(text)
    return (found["id"], found["rest"].replace("**", "")) if found and found["letters"] in letters else None


def is_phase(title: str) -> bool:
    """Whether a heading opens a phase: what has a place in an order."""
    return bool(PHASE.match(title) or PHASE_CJK.match(title))
