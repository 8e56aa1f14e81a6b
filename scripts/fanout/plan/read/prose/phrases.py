# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Dependencies in prose: "depends on T012, T013", "Dependencies: T004-T007", "blocked by #12", "None".

A phrase of waiting that names no task of the list is no dependency, and no freedom either: it is a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fanout.plan.read.prose import before_all, behind_all, spoken_of
from fanout.plan.read.prose import waiting_words as words
from fanout.plan.read.prose.told_after import Titles

_MARKS = re.compile(r"\*\*|__|`")


@dataclass(slots=True)
class Needs:
    """Ids that the text waits for, ids that wait for it, whether it says that there are none, and what is unclear.

    `doubts` are phrases of waiting that name nothing known.
    """

    on: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    none: bool = False
    quote: str = ""
    before_quote: str = ""
    doubts: list[str] = field(default_factory=list)
    but: frozenset[str] = frozenset()  # what "after all except ..." leaves out

    def wait(self, ids: Sequence[str], quote: str) -> None:
        self.on += [one for one in ids if one not in self.on]
        self.quote = self.quote or quote


class Phrases:
    """Finds dependency phrases over the ids that `name` (a regular expression of one id) describes.

    `resolve` turns a spelling into an id, itself when it is none; `order` is every id in the list's order, for ranges;
    `called` are other names of tasks, in lower case.
    """

    def __init__(
        self, name: str, resolve: Callable[[str], str], order: Sequence[str], called: Mapping[str, str] | None = None
    ) -> None:
        self._resolve = resolve
        self._order = list(order)
        self._place = {identity: index for index, identity in enumerate(self._order)}
        self._called = called or {}
        self._heads = {_head(identity) for identity in self._order} - {""}
        item = rf"(?<![A-Za-z0-9_.])(?:{name})(?![A-Za-z0-9_])"
        next_ = (
            rf"{words.RANGE}(?:{name})(?![A-Za-z0-9_])|{words.JOIN}{item}|(?:{words.RANGE}|{words.COMMA}){words.BARE}"
        )
        many = rf"(?P<many>{item}(?:{next_})*)"
        self._phrase = re.compile(
            rf"(?:(?P<on>{words.FORWARD})|(?P<before>{words.BACKWARD}))(?:{words.FILL}){many}", re.I
        )
        self._behind = re.compile(rf"{many}\s*(?:{words.LATE})", re.I)
        self._alone = re.compile(rf"{words.ALONE}{words.FILL}{many}{words.ALONE_END}", re.I | re.M)
        self._item = re.compile(
            rf"(?P<range>{words.RANGE})(?P<last>{name})(?![A-Za-z0-9_])|(?P<one>{item})"
            rf"|(?:(?P<to>{words.RANGE})|{words.COMMA})(?P<bare>{words.BARE})",
            re.I,
        )

    def find(self, text: str, owner: str = "") -> Needs:
        """What the text of the task `owner` says of order."""
        needs = Needs(none=words.says_none(text))
        flat = self._before_all(_MARKS.sub("", text), owner, needs)
        starts = words.starts(flat)
        tells = starts is None or bool(starts)
        said = self._listed(flat, starts, needs) if tells else set()
        for match in self._behind.finditer(flat) if words.may_end_late(flat) else ():
            ids = [] if match["many"].isdigit() else self.ids(match["many"])
            needs.on.extend(ids)
            needs.quote = needs.quote or (_short(match[0]) if ids else "")
        for match in self._alone.finditer(flat) if words.may_stand_alone(flat) else ():
            ids = self.ids(match["many"])
            is_sure = len(ids) > 1 or not match["many"].isdigit() or not (match["and"] or match["goes_on"] is not None)
            if ids and is_sure and owner not in ids and self._are_known(match["many"], ids[0]):
                needs.wait(ids, _short(match["said"]))
        self._whole(flat, owner, needs)
        self._after_them(flat, owner, needs)
        self._spoken_of(flat, owner, needs)
        if tells:
            self._loose(flat, starts, owner, said, needs)
        needs.on = list(dict.fromkeys(needs.on))
        return needs

    def _before_all(self, flat: str, owner: str, needs: Needs) -> str:
        """ "Everything depends on it": all that stands behind it waits. The text without these words."""
        said = before_all.find(flat) if owner in self._place else None
        if said is None:
            return flat
        needs.before += self._order[self._place[owner] + 1 :]
        needs.before_quote = _short(said[0].strip(" .;!(–—:"))
        return flat[: said.start()] + " " * len(said[0]) + flat[said.end() :]

    def _listed(self, flat: str, starts: list[int] | None, needs: Needs) -> set[int]:
        """Takes in words of waiting with a list of ids behind them; returns where they stand."""
        said: set[int] = set()
        for match in words.found_at(self._phrase, flat, starts):
            if _negated(flat, match.start()):
                continue
            ids = self._meant(match, flat)
            if not ids:
                continue
            said.add(match.start())
            if match["on"]:
                needs.on.extend(ids)
                needs.quote = needs.quote or _short(match[0])
            else:
                needs.before.extend(ids)
                needs.before_quote = needs.before_quote or _short(match[0])
        return said

    def _everything(self, text: str, owner: str) -> list[str]:
        """What stands before it where a field says "all", without what that leaves out; of the first task all the others."""
        said = words.EVERYTHING.match(text)
        if not said:
            return []
        but = self._left_out(said["but"] or "", owner)
        place = self._place.get(owner, 0)
        return [one for one in self._order[:place] or self._order if one not in but and one != owner]

    def _whole(self, flat: str, owner: str, needs: Needs) -> None:
        """ "Document all of it", "..., at the very end": all that stands before it."""
        line, place = flat.split("\n", 1)[0], self._place.get(owner, 0)
        whole = words.whole(line) or behind_all.find(line, place == len(self._order) - 1)
        if whole:
            needs.but = self._left_out(behind_all.left_out(line, whole), owner)
            ids = [one for one in self._order[:place] if one not in needs.but]
            needs.wait(ids, _short(whole[0].strip(" ,;:(–—-")))

    def _left_out(self, text: str, owner: str) -> frozenset[str]:
        """The tasks that "after all except ..." names, by their ids or by what they are about; none where one is not known."""
        found: set[str] = set()
        for part in filter(None, (one.strip() for one in words.PARTS.split(text))):
            ids = [one for one in self.ids(part) if one in self._place] or self._about(part, owner)
            if not ids:
                return frozenset()
            found.update(ids)
        return frozenset(found)

    def _about(self, part: str, owner: str) -> list[str]:
        """The one or two tasks whose names have each word of the part; those that begin with it before all others."""
        named = [(name, one) for name, one in self._called.items() if one != owner]
        titles = Titles([name for name, _one in named])
        places = titles.beginning(part) or titles.meant(part, len(named))
        return list(dict.fromkeys(named[place][1] for place in places))

    def _after_them(self, flat: str, owner: str, needs: Needs) -> None:
        """ "Uses the text of (1) and (4), so after them", "once COBS (5) is there": what the sentence has named."""
        them = list(words.AFTER_THEM.finditer(flat)) if "so " in flat and "after " in flat else []
        for match in [*them, *(words.ONCE_THERE.finditer(flat) if "(" in flat else ())]:
            ids = [self._resolve(one) for one in words.REFERENCE.findall(match["what"])] + self._explicit(match["what"])
            if ids and all(self._stands_before(one, owner) for one in ids):
                needs.wait(list(dict.fromkeys(ids)), _short(match[0]))

    def _spoken_of(self, flat: str, owner: str, needs: Needs) -> None:
        """ "Tests for the config thing from number 2", in the title or the first line below it."""
        lines = "\n".join(flat.split("\n", 2)[:2])
        for number, quote, anywhere in spoken_of.find(lines) if spoken_of.may_say(lines) else ():
            identity = self._resolve(number)
            if self._stands_before(identity, owner) or (anywhere and owner in self._place and identity in self._place):
                needs.wait([identity] if identity != owner else [], _short(quote))

    def value(self, text: str, owner: str = "") -> Needs:
        """The value of a field that names dependencies: "Task 1, 2", "None", "all previous tasks"."""
        flat = _MARKS.sub("", text).strip()
        if not flat or words.NOTHING.match(flat):
            return Needs(none=True)
        if every := self._everything(flat, owner):
            return Needs(every, quote=_short(flat))
        plain = re.sub(r"\([^()]*\)", " ", flat)
        needs = Needs(self.ids(plain) or self.ids(flat), quote=_short(flat))
        if words.PROSE.search(flat):
            needs.on = [one for one in needs.on if one in self._place]
        needs.on += [one for one in self._earlier(flat, owner) if one not in needs.on]
        needs.on = needs.on or self._by_name(flat, owner)
        if not needs.on:
            needs.doubts.append(_short(f"depends on: {flat}"))
        return needs

    def ids(self, text: str) -> list[str]:
        """Every id in a list such as "T001, T004-T007 and T009", ranges spelled out."""
        ids: list[str] = []
        end = 0
        for match in self._item.finditer(text):
            spelled = match["last"] or match["one"] or match["bare"]
            across = self._across(spelled)
            beside = self._beside(ids[-1], spelled) if ids and spelled.isdigit() else ""
            identity = across[0] if across else beside or ("" if match["bare"] else self._resolve(spelled))
            if not identity:
                continue
            if (match["range"] or match["to"]) and ids and match.start() <= end + 1:
                ids += self._between(ids[-1], identity)
            else:
                ids.append(identity)
            ids += across[1:]
            end = match.end()
        return list(dict.fromkeys(ids))

    def _across(self, spelled: str) -> list[str]:
        """The ids from the first to the last where what looks like one id is a range of two: "W1-W4"; [] for none."""
        if "-" not in spelled or self._resolve(spelled) in self._place:
            return []
        for dash in re.finditer("-", spelled):
            first, last = self._resolve(spelled[: dash.start()]), self._resolve(spelled[dash.end() :])
            if first in self._place and self._place[first] < self._place.get(last, -1):
                return [first, *self._between(first, last)]
        return []

    def _beside(self, before: str, number: str) -> str:
        """What a number without letters means behind an id that has some: the 3 of "T001, 3"; "" for nothing."""
        head = _head(before)
        tried = (f"{head}{number}", f"{head}{number.zfill(len(before) - len(head))}")
        return next((self._resolve(one) for one in tried if self._resolve(one) in self._place), "")

    def _are_known(self, text: str, first: str) -> bool:
        """Whether each id that the text spells is of the list; `first` is the first of them."""
        spelled = [match["last"] or match["one"] or match["bare"] for match in self._item.finditer(text)]
        return all(
            self._resolve(one) in self._place or self._beside(first, one) or self._across(one) for one in spelled
        )

    def _meant(self, match: re.Match[str], flat: str) -> list[str]:
        """The ids of a phrase, without numbers that only count something: "needs 3 columns"."""
        ids = self.ids(match["many"])
        verb = match["on"] or match["before"]
        if words.STRONG_WORD.match(verb) or re.search(r"[:：]", flat[match.start() + len(verb) : match.start("many")]):
            return ids
        if match["many"][:1].isdigit() and words.COUNTED.match(flat[match.end() :]):
            return []
        return [one for one in ids if one in self._place or _head(one) in self._heads]

    def _loose(self, flat: str, starts: list[int] | None, owner: str, said: set[int], needs: Needs) -> None:
        """What stands behind a sure word of waiting in another form than a list of ids. `said`: where lists were found."""
        for quote, ids in self._earlier_of(flat, starts, owner):
            needs.wait([one for one in ids if one not in needs.but], quote)
        for match in words.found_at(words.STRONG, flat, starts):
            if not _negated(flat, match.start()):
                self._behind_word(flat, match, owner, match.start() in said, needs)

    def _behind_word(self, flat: str, match: re.Match[str], owner: str, is_said: bool, needs: Needs) -> None:
        rest = flat[match.end() : match.end() + 200]
        object_ = _object(rest)
        ids = [one for one in self._explicit(object_) if self._stands_before(one, owner)]
        every = self._everything(rest.partition("\n")[0], owner)
        ids = every or ids
        over = bool(ids) or is_said or bool(self._earlier(rest, owner))
        named = [] if over or words.NOTHING.match(object_) else self._called_in(object_, owner)
        quote = _short(match[0] + object_)
        needs.wait(ids or named, quote if ids or named else "")
        if over or named or not words.SAYS.search(object_):
            return
        first_line = flat.partition("\n")[0]
        if _is_doubt(match[0], flat[: match.start()], rest, object_, match.start() < len(first_line)):
            needs.doubts.append(quote)

    def _called_in(self, object_: str, owner: str) -> list[str]:
        return self._by_name(object_, owner) if words.SAYS.search(object_) else []

    def _explicit(self, text: str) -> list[str]:
        """Ids in free text, but not bare numbers."""
        spelled = [match["one"] or match["last"] or "" for match in self._item.finditer(text)]
        named = [one for one in spelled if one and not one[0].isdigit()]
        return [each for one in named for each in self._across(one) or [self._resolve(one)]]

    def _stands_before(self, one: str, owner: str) -> bool:
        return one in self._place and owner in self._place and self._place[one] < self._place[owner]

    def _earlier_of(self, flat: str, starts: list[int] | None, owner: str) -> Iterator[tuple[str, list[str]]]:
        """Quote and ids of "after the previous task", "depends on all previous tasks"."""
        for match in words.found_at(words.AFTER_EARLIER, flat, starts):
            if not _negated(flat, match.start()):
                yield _short(match[0]), self._earlier(match["which"], owner)

    def _earlier(self, text: str, owner: str) -> list[str]:
        place = self._place.get(owner, 0)
        if not place:
            return []
        if words.ALL_EARLIER.match(text):
            return self._order[:place]
        return [self._order[place - 1]] if words.PREVIOUS.match(text) else []

    def _by_name(self, text: str, owner: str) -> list[str]:
        """The tasks that the text names by what they are called; [] unless each part is such a name."""
        parts = [_name(part) for part in words.PARTS.split(text)]
        found = [self._called.get(part, "") for part in parts if part]
        return [one for one in found if one != owner] if all(found) else []

    def _between(self, first: str, last: str) -> list[str]:
        start, end = self._place.get(first), self._place.get(last)
        if start is None or end is None or start > end:
            return [last]
        return self._order[start + 1 : end + 1]


def _head(identity: str) -> str:
    """The letters in front of an id's number, in upper case."""
    match = re.match(r"[^\W\d_]+[-_.]?(?=\d)", identity)
    return match[0].upper() if match else ""


def _object(text: str) -> str:
    """What a word of waiting is about: up to the end of the clause, or of the bracket it stands in."""
    depth = 0
    stop = words.STOP.search(text)
    text = text[: stop.start() if stop else 160]
    for at, char in enumerate(text):
        depth += (char in "([（") - (char in ")]）")
        if depth < 0:
            return text[:at]
    return text


def _name(part: str) -> str:
    """What a task is called, without the words and marks around it, in lower case."""
    marks = " \t:：\"'“”()[].*"
    part = re.sub(r"\A(?:the\s+)?(?:tasks?|steps?)\s+|\Athe\s+", "", part.strip(marks).lower())
    return re.sub(r"\s+(?:tasks?|steps?)\Z", "", part).strip(marks)


def _negated(text: str, at: int) -> bool:
    return bool(words.NEGATED.search(text[max(0, at - 40) : at]))


def _is_doubt(word: str, before: str, rest: str, object_: str, in_title: bool) -> bool:
    """Whether a phrase without any id tells of order among tasks, rather than of what the work is about."""
    before = before[-40:]
    if (
        words.NOTHING.match(object_)
        or words.NOTHING.match(rest)
        or words.PATH.search(object_)
        or words.RELATIVE.search(before)
    ):
        return False
    label = bool(re.match(r"\s*[:：]", rest))
    clause = bool(words.CLAUSE.search(before)) or not before.strip()
    if words.LABEL.match(word):
        return clause and label
    if words.OWN.match(word):
        return in_title or clause
    return clause and (in_title or label or before.rstrip().endswith(("(", "[", "（")))


def _short(text: str) -> str:
    return " ".join(text.split())[:80]


def doubtful(needs: Needs) -> Iterator[str]:
    """Each doubt of a text, as it is said of the task."""
    for doubt in dict.fromkeys(needs.doubts):
        yield f'its text says "{doubt}", which names no task of the list'
