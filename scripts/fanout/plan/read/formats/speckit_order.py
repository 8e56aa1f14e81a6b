# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""The order among the phases of spec-kit's lists: what their sentences and arrows state, and else their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from fanout.plan.read import edges
from fanout.plan.read.prose.of_all import sentences
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text.markdown import Page

ID = r"T\d{1,6}(?:\.\d+)*[a-z]?"
NUMBER = re.compile(r"(?:phase|阶段|フェーズ|fase)\s*(\d+(?:\.\d+)*)", re.IGNORECASE)
STORY = re.compile(r"(?:user\s+stor(?:y|ies)|story|用户故事|ユーザーストーリー|\bUS)[\s-]*(\d+)", re.IGNORECASE)
_ARROW = re.compile(r"\s*(?:-->(?:\|[^|\n]*\|)?|-\.->|==>|--+>|->|→|⟶|=>)\s*")
_HEADS_OF_ARROWS = (">", "→", "⟶")
_FEWEST, _MOST_WORDS, _SHOWN = 2, 4, 80
_OF_NEEDS = re.compile(r"depend|dépend|abhäng|dipend|зависи|依赖|依存|의존", re.IGNORECASE)  # of a heading


@dataclass(slots=True)
class Phase:
    """A heading and its tasks; `story` is the number of its user story."""

    title: str
    number: str = ""
    story: str = ""
    entries: list[Entry] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)  # commands that it is checked by
    after: list[Phase] | None = None  # stated in the dependency section
    behind: list[tuple[Phase, str]] = field(
        default_factory=list
    )  # a sentence puts it behind these: "Setup first, then ..."
    blocks: bool = False  # it says that those behind it wait, or a checkpoint ends it


def between(phases: list[Phase]) -> None:
    """Phases are barriers, but for one that states another order; story phases wait for the last ones before the stories."""
    base: list[Phase] = []
    stories: list[Phase] = []
    for phase in phases:
        stated = phase.after or []
        if phase.story:
            before = [*stated, *base]
            stories.append(phase)
        elif stories and stated:  # beside the stories
            before = stated
            stories.append(phase)
        else:
            before = stories or stated or base
            base, stories = [*(one for one in base if stated and one not in stated and not stories), phase], []
        first = edges.sources(phase.entries)
        for other, quote in phase.behind:
            _behind(phase, other, f'the list says "{quote}"')
        for other in {id(item): item for item in before if item is not phase}.values():
            reason = f"phase '{other.title}' comes before '{phase.title}'" if other.title else "it stands before"
            edges.barrier(edges.sinks(other.entries), first, reason, 0.8, other.blocks)


def _behind(phase: Phase, other: Phase, reason: str) -> None:
    """Each task waits for each of the other phase, whatever falls of the order within the two."""
    many = len(phase.entries) * len(other.entries) > edges.MOST
    for entry in edges.sources(phase.entries) if many else phase.entries:
        edges.after(entry, edges.sinks(other.entries) if many else other.entries, reason, 0.9, "stated")


def stated(gather: Gather, page: Page, phases: list[Phase]) -> None:
    """Arrows between tasks, stories or phases, and "User Story 3 depends on User Story 1"."""
    names = _Names(gather, phases)
    arrows: list[tuple[str, bool]] = []  # and whether they only tell in which order it may be delivered
    delivery = False
    for line in page.lines:
        if line.level and line.plain:
            delivery = not _OF_NEEDS.search(line.title)
        if line.box() or line.hidden:
            continue
        arrow = any(head in line.text for head in _HEADS_OF_ARROWS) and _ARROW.search(line.text)
        if arrow and (line.fenced or not line.level):
            arrows.append((line.text, delivery and not line.fenced))
        elif line.plain and not line.level:
            _sentence(names, line.text)
            _needs_tasks(names, line.text)
            _then(names, line.text)
    said = [phase for phase in phases if phase.after]
    for text, only_told in arrows:
        _arrows(names, text, said if only_told else [])


_WAITS = re.compile(
    r"\b(?:depends? on|requires?|depende\s+d[eao]l?s?|requiere|requer|dépend\s+(?:de|du|des)|nécessite|hängt\s+(?:ab\s+)?von|"
    r"abhängig\s+von|benötigt|dipende\s+da\w*|richiede|зависит\s+от|требует)(?!\w)|依赖",
    re.IGNORECASE,
)
_WAITING = (
    "depend",
    "requi",
    "requer",
    "依赖",
    "dépend",
    "nécess",
    "häng",
    "benöt",
    "dipend",
    "richied",
    "завис",
    "требу",
)
# Behind it stands something else than what the phase depends on: "Foundational; it uses the dashboard of US3".
_NOTES = re.compile(r"\((?!\s*(?:phases?|fases?|US)\s*\d+\s*\))[^()]*\)", re.IGNORECASE)
_NEED_ENDS = re.compile(r"[;；。]|\s[—–-]\s|\.(?:\s|\Z)|\bbut\b")
_AFTER = re.compile(r"\b(?:starts?|executed?|runs?|begins?)\s+(?:it\s+)?(?:only\s+)?after\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|any|todas|todos|alle|toutes|tous|tutte)\b", re.IGNORECASE)
_SEVERAL = re.compile(
    r"(?P<kind>user\s+stor(?:y|ies)|stor(?:y|ies)|US|phases?|fases?)[\s-]*(?P<first>\d+)"
    r"(?P<rest>(?:\s*(?:-|–|/|,|&|\b(?:to|through|and|or|y|et|und)\b)\s*(?:US)?\d+)+)",
    re.IGNORECASE,
)


def _sentence(names: _Names, text: str) -> None:
    """A phase that depends on other ones waits for them, if they stand before it."""
    match = _WAITS.search(text) if any(word in text.lower() for word in _WAITING) else None
    owner = names.phase(text[: match.start()]) if match else None
    if match is None or owner is None:
        return
    for start in (match, *_AFTER.finditer(text, match.end())):
        said = _NEED_ENDS.split(_NOTES.sub(" ", text[start.end() :]), maxsplit=1)[0]
        if _ALL.search(said) and not owner.story:
            return
        for part in re.split(r"\b(?:and|or|y|e|et|und|и)\b|,|、|和|/|\+", _SEVERAL.sub(_each, said)):
            other = names.phase(part)
            if other and owner is not other and names.phases.index(other) < names.phases.index(owner):
                owner.after = [*(owner.after or []), other]


# "US2 needs T005's store layout", "Phase 4 uses what T005 and T006 make": tasks that a whole phase builds on.
_NEEDS = re.compile(
    r"\b(?:needs?|requires?|depends?\s+on|uses?|builds?\s+(?:up)?on|waits?\s+(?:for|on)|relies\s+on|rel(?:y|ies)\s+on|"
    r"(?:comes?|starts?|begins?)\s+(?:only\s+)?after|benötigt|braucht)\b",
    re.IGNORECASE,
)
_NEEDS_NOT = re.compile(r"\b(?:not|never|no\s+longer|nothing|none|without)\b|n['’]t\b", re.IGNORECASE)


def _needs_tasks(names: _Names, text: str) -> None:
    """The tasks of a phase wait for those that a sentence says it needs, where they stand before it."""
    for sentence in sentences(text) if "T" in text else ():
        verb = _NEEDS.search(sentence)
        owner = names.phase_only(sentence[: verb.start()]) if verb else None
        if verb is None or owner is None or not owner.entries or _NEEDS_NOT.search(sentence):
            continue
        place = {entry.id: number for number, entry in enumerate(names.gather.entries)}
        first = min(place[entry.id] for entry in owner.entries)
        needed = names.tasks(_NEED_ENDS.split(_NOTES.sub(" ", sentence[verb.end() :]), maxsplit=1)[0])
        before = [entry for entry in needed if place[entry.id] < first]
        quote = " ".join(sentence.strip(" -*>_.").split())[:_SHOWN]
        for entry in owner.entries if before else ():
            edges.after(entry, before, f'the list says "{quote}"', 0.9, "stated")


_THEN = re.compile(r"\s*[,;]?\s*\b(?:and\s+)?(?:only\s+)?(?:then|after\s+that)\b[\s,:]*", re.IGNORECASE)
_AROUND = re.compile(
    r"\A[\W_]*(?:(?:first|start(?:\s+with)?|begin(?:\s+with)?|do|complete|finish|all(?:\s+of)?|the|only)\b[\W_]*)*|"
    r"[\W_]*(?:\b(?:first|phase|tasks|last|at\s+the\s+end|in\s+parallel)\b[\W_]*)*\Z",
    re.IGNORECASE,
)
_STORIES = re.compile(r"(?:(?:user|remaining|other)\s+)*stories\Z", re.IGNORECASE)


def _then(names: _Names, text: str) -> None:
    """ "Setup first, then Foundational, then the stories": each of these phases waits for the one before it."""
    sentence = re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0]
    parts = _THEN.split(sentence) if "then" in sentence or "after that" in sentence else []
    groups = [names.group(part) for part in parts]
    places = [names.phases.index(phase) for group in groups for phase in group]
    if len(groups) < _FEWEST or not all(groups) or places != sorted(set(places)):
        return
    quote = " ".join(sentence.strip(" -*>_.").split())[:_SHOWN]
    for before, behind in pairwise(groups):
        for phase in behind:
            phase.behind += [(other, quote) for other in before]


def _each(several: re.Match[str]) -> str:
    """ "US1-US3" as "US 1, US 2, US 3"; "Phases 3 and 5" as "Phase 3, Phase 5"."""
    numbers = [int(several["first"])]
    for joint, number in re.findall(r"(-|–|to|through|\S+?)\s*(?:US)?(\d+)", several["rest"]):
        until = range(numbers[-1] + 1, min(int(number), numbers[-1] + 50))
        numbers += [*(until if joint in ("-", "–", "to", "through") else ()), int(number)]
    kind = "Phase" if several["kind"][:1].lower() in "pf" else "US"
    return ", ".join(f"{kind} {number}" for number in numbers)


class _Names:
    """What the nodes of an arrow diagram stand for: a task, or a phase by number, story or title."""

    def __init__(self, gather: Gather, phases: list[Phase]) -> None:
        self.gather = gather
        self.phases = phases
        self.nodes: dict[str, str] = {}

    def phase(self, text: str) -> Phase | None:
        story, number = STORY.search(text), NUMBER.search(text)
        for phase in self.phases:
            if (number and phase.number == number[1]) or (story and phase.story == story[1]):
                return phase
        word = re.sub(r"[^\w ]", "", text).strip().lower()
        return next((p for p in self.phases if len(word) > 3 and word in p.title.lower()), None)

    def phase_only(self, text: str) -> Phase | None:
        """The phase that the words name by its number or its story's, and no task."""
        named = STORY.search(text) or NUMBER.search(text)
        return self.phase(text) if named and not self.tasks(text) else None

    def group(self, text: str) -> list[Phase]:
        """The phases that words name and say nothing else of: "the stories" are all of these."""
        words = _AROUND.sub("", text)
        if _STORIES.match(words):
            return [phase for phase in self.phases if phase.story]
        one = self.phase(words) if len(words.split()) <= _MOST_WORDS else None
        return [one] if one else []

    def tasks(self, text: str) -> list[Entry]:
        names = re.findall(rf"\b{ID}\b", text)
        return [self.gather.known[name] for name in names if name in self.gather.known]


def _arrows(names: _Names, text: str, said: list[Phase]) -> None:
    """What a line of arrows draws; phases in `said` state already what they wait for."""
    parts = _ARROW.split(text)
    for part in parts:
        label = re.search(r"\b([A-Za-z]\w*)\s*[\[({]+(.+)", part)
        if label:
            names.nodes[label[1]] = label[2]
    shown = [names.nodes.get(part.strip(), part) for part in parts]
    for left, right in pairwise(shown):
        before, behind = names.tasks(left), names.tasks(right)
        if before and behind:
            for entry in behind:
                edges.after(entry, before, f"the list draws {before[0].id} before {entry.id}", 0.9, "stated")
            continue
        first, second = names.phase(left), names.phase(right)
        ordered = first and second and names.phases.index(first) < names.phases.index(second)
        if first and second and ordered and second.story and second not in said:
            second.after = [*(second.after or []), first]
