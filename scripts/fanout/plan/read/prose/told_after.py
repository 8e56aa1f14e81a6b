# ruff: noqa: RUF001 - dashes as people type them
"""Tasks that a text waits for by what they are about: "flags in main.go, after the config file and the pool are there".

Only where each thing that is named stands in the title of one or two earlier tasks: "hide it once the user has typed" is
about the work itself. Of many that are said to be there, "(after the pages exist)", it is each task of that name, or under that
heading. What a title itself waits for is not what its task is about. Of "(needs Low stock)" it is what an earlier title begins
with, up to a colon or a dash. A document that explains several things waits for what makes them: "Write docs/use.md: explain
bulky, insurance and pickup", "docs/api.md for the ring buffer and the string builder".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_STATE = (
    r"\s+(?:is|are|has|have|was|were|been|exists?|works?|lands?|stands?)\b"
    r"(?:\s+(?:been\s+)?(?:there|done|in(?:\s+place)?|ready|finished|merged|completed?|built|written|available|working|landed|implemented|"
    r"added|made|here|set\s+up|up(?:\s+and\s+running)?|usable|settled))?"
)
_SAYS = re.compile(
    r"(?:\A|[,;(:—–]\s*|\s-\s+|\s(?=only\s))(?:only\s+|but\s+|to\s+do\s+|do\s+(?:this|it)\s+)?(?:after|once|as\s+soon\s+as|when)\s+"
    rf"(?P<what>[^,;()\n]{{3,80}}?)(?P<there>{_STATE})?\s*(?=[,;).]?\s*\Z|[,;)]|\s[—–-]\s|(?(there)\(|(?!)))",
    re.IGNORECASE,
)
_NEEDS = re.compile(
    r"(?:[(,;]\s*|\s[—–-]\s+)(?:it\s+)?(?:needs|requires|uses|using|builds\s+on|based\s+on)\s+"
    r"(?:(?:the\s+)?(?:outputs?|results?)\s+(?:of|from)\s+)?(?P<what>[^,;()\n]{3,80}?)\s*"
    r"(?=[,;).]?\s*\Z|[,;)]|\s[—–-]\s)",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(
    r"\b(?:explain|describ|document|cover|mention|present|summari[sz]|erklär|beschreib|dokumentier|expliqu|décri|explic|describ)\w*\s+"
    r"(?:how\s+to\s+use\s+)?(?P<what>[^;:()\n`/]{5,120}?)\s*(?=[.;:()]|\Z|\s(?:in|into|on|with|for|to|as|at|für|dans|en|em)\b|\s+and\s+(?:put|add|link|write)\b)",
    re.IGNORECASE,
)
_TEXT_FOR = re.compile(
    r"(?:(?<![\w./-])[\w./-]+\.(?:md|mdx|rst|txt|adoc|html?)`?|\b(?:docs?|documentation|manual|guide|readme|reference))\s+(?:for|about|on|of|covering)\s+"
    r"(?P<what>[^;:()\n`/]{5,120}?)\s*(?=[.;:()]|\Z|\s(?:in|into|on|with|for|to|as|at)\b)",
    re.IGNORECASE,
)
# "It should look like the two we have, so do it when those are fixed": the nearest earlier task that is about the same.
_SETTLED = r"(?:fixed|in(?:\s+place)?|merged|landed|settled|finished|repaired|through)"
_WHEN = r"(?:once|when|after|as\s+soon\s+as)"
_BE = r"(?:is|are|has|have)\s+(?:both\s+|all\s+)?(?:been\s+)?"
_THOSE = re.compile(
    rf"\b(?:do|start|begin|write|make|add|tackle)\s+(?:it|this|that)\s+(?:only\s+)?{_WHEN}\s+(?:those|these|they|that|this|both|it)(?:\s+two)?\s+"
    rf"{_BE}(?:{_SETTLED}|done|there|ready|working)\b|"
    rf"(?:[,;(:–—]\s*|\s-\s+)(?:but\s+|only\s+|so\s+)*{_WHEN}\s+(?:those|these|that|both)(?:\s+two)?\s+{_BE}{_SETTLED}(?=\s*(?:[,;:.)–—]|\Z))",
    re.IGNORECASE,
)
# "Wire str_trim and the long options into src/main.c": what other tasks make is used there.
_WIRES = re.compile(
    r"(?<![\w-])(?:wire|hook|plug|integrate|mount|connect|glue|tie)(?:s|ing)?\s+(?:(?:up|in)\s+)?(?P<what>[^,;:()\n]{3,80}?(?:,[^,;:()\n]{3,60}?){0,3})\s+"
    r"(?:up\s+)?(?:into|in(?:side)?|to(?:gether)?|with)(?=\s|[.,;:]|\Z)",
    re.IGNORECASE,
)
_TEXT = re.compile(r"(?:\A|/)docs?/|\.(?:md|mdx|rst|txt|adoc|html?)\Z|(?:\A|/)(?:README|MANUAL)\w*\Z")
_LABEL = re.compile(r"[*_`\s]*(?P<label>[^:(–—]{2,60}?)[*_`]*\s*(?::\s|\s[–—-]\s|\s\(|\Z)")
_AND = re.compile(r"\s*,\s*|\s+(?:and|&|plus|und|et|y|e)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LITTLE = frozenset(
    _WORD.findall(
        "a an the its their our this that these those new all both two three four five six seven eight nine ten task tasks step "
        "steps work of for from in on to with"
    )
)
_WORDS_OF = (
    *(
        "wire",
        "wiring",
        "hook",
        "plug",
        "integrat",
        "mount",
        "connect",
        "glue",
        "tie ",
        "after ",
        "once ",
        "when ",
        "as soon",
        "needs ",
        "requires ",
        "uses ",
        "using ",
        "builds ",
        "based ",
    ),
    *("explain", "describ", "document", "cover", "mention", "present", "summari", "erklär", "beschreib", "dokumentier"),
    *(
        "expliqu",
        "décri",
        "explic",
        ".md",
        ".rst",
        ".txt",
        ".adoc",
        ".html",
        "docs ",
        "documentation ",
        "manual ",
        "guide ",
        "readme ",
        "reference ",
    ),
)
_MANY = re.compile(r"\A\s*(?:all\b|both\b)|(?<![sui])s\s*\Z", re.IGNORECASE)  # "all the modules", "pages", not "status"
_ALL = re.compile(r"all\s", re.IGNORECASE)
MOST = 2  # tasks that one name may mean
MOST_OF_MANY = 40  # ... that says itself that it means several
FEWEST = 3  # letters
_BEGINNING = 80  # letters of a title


class Titles:
    """The titles of a list's tasks in its order, by their words; `headings` are what each stands under."""

    def __init__(self, titles: Sequence[str], headings: Sequence[str] = ()) -> None:
        self._places: dict[str, set[int]] = {}
        self._labels: dict[frozenset[str], list[int]] = {}
        self._under: dict[frozenset[str], list[int]] = {}
        self._waits: dict[int, list[set[str]]] = {}
        self._begins = [[word for word in map(_stem, _WORD.findall(title[:_BEGINNING])) if word] for title in titles]
        for place, title in enumerate(titles):
            label = _LABEL.match(title)
            if label:
                self._labels.setdefault(frozenset(_words(label["label"])), []).append(place)
            for word in _words(self._own(title, place)):
                self._places.setdefault(word, set()).add(place)
        for place, heading in enumerate(headings):
            self._under.setdefault(frozenset(_words(heading)), []).append(place)

    def meant(self, name: str, before: int) -> list[int]:
        """The places of the tasks before one that have every word of the name; [] for none, and where it is too many."""
        found = self._found(name, before)
        return found if len(found) <= MOST else []

    def beginning(self, name: str) -> list[int]:
        """The places of the tasks that begin with the words of the name, in their order; [] for none, and for too many."""
        wanted = [word for word in map(_stem, _WORD.findall(name)) if word]
        found = [place for place, begins in enumerate(self._begins) if wanted and begins[: len(wanted)] == wanted]
        return found if len(found) <= MOST else []

    def all_meant(self, name: str, before: int) -> list[int]:
        """The same of a name that is said to be there: where it means many, each of them, or of those under that heading."""
        if not _MANY.search(name):
            return self.meant(name, before)
        under = self._under.get(frozenset(_words(name)), []) if _words(name) else []
        found = [place for place in under if place < before] or self._found(name, before)
        return found if len(found) <= MOST_OF_MANY else []

    def called(self, name: str, before: int) -> list[int]:
        """The place of the one task before another that is called so; [] for none."""
        found = [place for place in self._labels.get(frozenset(_words(name)), []) if place < before]
        return found if len(found) == 1 and _words(name) else []

    def nearest(self, text: str, before: int) -> int:
        """The place of the nearest earlier task that shares a word with the text which few tasks have; else of the one before."""
        few = [self._places.get(word, set()) for word in _words(text) if len(word) > FEWEST]
        shared = {place for places in few if len(places) <= MOST + 1 for place in places if place < before}
        return max(shared, default=before - 1)

    def _own(self, title: str, place: int) -> str:
        """A title without its words of waiting, which are kept apart."""
        if not may_say(title):
            return title
        for says in (_SAYS, _NEEDS):
            for match in says.finditer(title):
                self._waits.setdefault(place, []).extend(_words(part) for part in _AND.split(match["what"]))
        return _NEEDS.sub(" ", _SAYS.sub(" ", title))

    def _found(self, name: str, before: int) -> list[int]:
        """... and that don't wait for the same themselves."""
        words = _words(name)
        sets = sorted((self._places.get(word, set()) for word in words), key=len)
        both = sets[0].intersection(*sets[1:]) if sets else set()
        return sorted(place for place in both if place < before and words not in self._waits.get(place, ()))


def find(text: str, titles: Titles, before: int, writes: Sequence[str] = ()) -> tuple[list[int], str]:
    """The places of the tasks before `before` that the text waits for by name, and its words; ([], "") for none. `writes` are
    the files of its task: only one that writes nothing but texts is taken to explain."""
    forms = [(_SAYS, titles.meant, 1), (_NEEDS, titles.called, 1), (_WIRES, titles.meant, 1)]
    if writes and all(map(_TEXT.search, writes)):
        forms += [(_EXPLAINS, titles.meant, 2), (_TEXT_FOR, titles.meant, 2)]
    for says, meant, least in forms:
        for match in says.finditer(text):
            parts = [part for part in _AND.split(match["what"]) if part.strip()]
            by_name = titles.all_meant if says is _SAYS and (match["there"] or _ALL.match(match["what"])) else meant
            found = [by_name(part, before) for part in parts]
            if len(found) >= least and all(found):
                places = dict.fromkeys(place for some in found for place in some)
                return list(places), _quote(match)
    those = _THOSE.search(text) if before else None
    return ([titles.nearest(text[: those.start()], before)], _quote(those)) if those else ([], "")


def _quote(match: re.Match[str]) -> str:
    return " ".join(match[0].strip(" ,;(:—–-").split())


def may_say(text: str) -> bool:
    """False: `find` finds nothing. Asked first, as the search takes longer."""
    low = text.lower()
    return any(word in low for word in _WORDS_OF)


def _words(text: str) -> set[str]:
    """The words that say something, in lower case and without the s of many."""
    return {word for word in map(_stem, _WORD.findall(text)) if word}


def _stem(word: str) -> str:
    """The word in lower case and without the s of many; "" where it says nothing."""
    low = word.lower()
    if low in _LITTLE:
        return ""
    return low[:-1] if low.endswith("s") and len(low) > FEWEST else low
