# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Dependencies in prose: "depends on T012, T013", "Dependencies: T004-T007", "blocked by #12", "None"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_FORWARD = (
    r"depend(?:s|ent|ing)?(?:\s+up)?\s*on|dependenc(?:y|ies)|requires?|needs?|blocked\s+by|wait(?:s|ing)?\s+(?:for|on)|"
    r"after|prerequisites?|pre-requisites?|follows|builds\s+on|依赖于?|依赖任务|前置任务|前置|需要先?完成?|阻塞于|依存(?:関係)?|"
    r"depende\s+de|dépend\s+de|hängt\s+ab\s+von"
)
_BACKWARD = r"blocks|must\s+(?:be\s+)?complete[d]?\s+before|before|required\s+by|prerequisite\s+for|unblocks|阻塞"
_FILL_WORD = r"(?:on|the|all|of|both|tasks?|completion|completing|finishing|is|are|任务)[\s:：*_`]+"
_FILL = rf"[\s:：*_\[\]()（）#`]*(?:{_FILL_WORD}){{0,4}}"
_NONE = re.compile(
    r"(?:depend(?:s|enc(?:y|ies))?(?:\s+on)?|prerequisites?|blocked\s+by|依赖[^\s:：]{0,4}|前置任务)[\s*_]*[:：][\s*_`\[(]*"
    r"(?:none|n/?a|nil|nothing|no\s|-+\s*$|—|\[\s*\]|无|没有|なし|ninguna|aucune|keine)",
    re.IGNORECASE | re.MULTILINE,
)
_JOIN = r"\s*(?:,|、|，|;|；|/|\+|&|\band\b|\bor\b|和|与|及)*\s*(?:and\s+|tasks?\s+|task\s*#?|任务\s*)?"
_RANGE = r"\s*(?:-|–|—|\.\.\.?|~|\bthrough\b|\bto\b|至|到)\s*(?:task\s*#?)?"


@dataclass(slots=True)
class Needs:
    """Ids that the text waits for, ids that wait for it, and whether it says that there are none."""

    on: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    none: bool = False
    quote: str = ""


class Phrases:
    """Finds dependency phrases over the ids that `name` (a regular expression of one id) describes.

    `resolve` turns a spelling into an id, or "" when it is none; `order` is every id in the list's order, for ranges.
    """

    def __init__(self, name: str, resolve: Callable[[str], str], order: Sequence[str]) -> None:
        self._resolve = resolve
        self._order = list(order)
        self._place = {identity: index for index, identity in enumerate(self._order)}
        item = rf"(?<![\w.])(?:{name})(?![\w])"
        many = rf"(?P<many>{item}(?:(?:{_RANGE}|{_JOIN}){item})*)"
        self._phrase = re.compile(rf"(?:(?<!\w)(?:(?P<on>{_FORWARD})|(?P<before>{_BACKWARD})))(?:{_FILL}){many}", re.I)
        self._item = re.compile(rf"(?P<range>{_RANGE})?{item}", re.I)
        self._name = re.compile(name, re.I)

    def find(self, text: str) -> Needs:
        """What the text says of order."""
        found = Needs(none=bool(_NONE.search(text)))
        flat = re.sub(r"\*\*|__|`", "", text)
        for match in self._phrase.finditer(flat):
            ids = self.ids(match["many"])
            if ids:
                (found.on if match["on"] else found.before).extend(ids)
                found.quote = found.quote or " ".join(match[0].split())[:80]
        return found

    def ids(self, text: str) -> list[str]:
        """Every id in a list such as "T001, T004-T007 and T009", ranges spelled out."""
        found: list[str] = []
        end = 0
        for match in self._item.finditer(text):
            name = self._name.search(match[0][len(match["range"] or "") :])
            identity = self._resolve(name[0]) if name else ""
            if not identity:
                continue
            if match["range"] and found and match.start() <= end + 1:
                found += self._between(found[-1], identity)
            else:
                found.append(identity)
            end = match.end()
        return list(dict.fromkeys(found))

    def _between(self, first: str, last: str) -> list[str]:
        start, end = self._place.get(first), self._place.get(last)
        if start is None or end is None or start > end:
            return [last]
        return self._order[start + 1 : end + 1]
