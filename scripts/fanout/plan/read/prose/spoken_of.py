# ruff: noqa: RUF001 - typographic quotes and dashes, as lists are written with them
"""Earlier tasks that a text speaks of by their number, as it works on what they make: "Tests for the config thing from number 2",
"document the switch of item 3", "the rounding from 4".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = r"(?:number|no\.?|nr\.?|item|point|task|todo|bullet|nummer|punkt|aufgabe|numéro|tâche|número|tarea|tarefa|punto|ponto)"
_OF = r"(?:from|for|of|von|aus|für|zu|du|de|pour|del|para|do|da)"
_THE = r"(?:(?:the|der|dem|die|la|el|o|a)\s+)?"
_NAMED = re.compile(
    rf"(?<![\w-])(?P<word>{_OF})\s+{_THE}{_NUMBER}\s*#?\s*(?P<number>\d{{1,4}})(?![\w.-]*\w)"
    # A menu may have an item 2: nothing goes on behind the number but another clause, or where it is done.
    r"(?=\s*(?:[,;.:()–—!?]|\Z|(?:and|or|which|that|und|et|y)\b|(?:in|to|into)\s+`?[\w/-]+[./]))",
    re.IGNORECASE,
)
# "the config thing from 2": the number alone, where nothing goes on that it may count.
_BARE = re.compile(
    r"\b(?:the|that|those|these|both|its?)\s+(?P<what>[^\W\d_][\w'’` -]{1,40}?)\s+from\s+"
    r"#?(?P<number>\d{1,4})(?=\s*(?:[,;)–—]|[.:!](?:\s|\Z)|\Z))",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\b(?:rais|lower|increas|decreas|reduc|bump|chang|mov|renumber|start|count|upgrad|updat|migrat|go(?:es)?|number|port|version|"
    r"limit|size|level|index|step|page|line|default|range)\w*\b",
    re.IGNORECASE,
)
_NOT_OF = re.compile(
    r"\b(?:independent(?:ly)?|regardless|instead|ahead|irrespective|unlike|apart|different(?:ly)?|separate(?:ly)?|"
    r"not|n['’]t|never|without|no\s+part|unabhängig|statt|anstelle)\b[^,;.]{0,20}\Z",
    re.IGNORECASE,
)
_TESTS = re.compile(r"\btests?\b[^.;]{0,40}\Z", re.IGNORECASE)
_ORDER_ELSE = re.compile(
    r"\b(?:before|prepar\w*|basis|ground(?:work)?|needed|required|ahead|room|ready)\b[^,;.]{0,30}\Z", re.I
)
_WORDS = ("from ", "for ", "of ", "von ", "aus ", "für ", "zu ", "du ", "de ", "pour ", "del ", "para ", "do ", "da ")


def may_say(text: str) -> bool:
    """False: `find` finds nothing. Asked first, as the search takes longer."""
    low = text.lower()
    return any(char.isdigit() for char in low) and any(word in low for word in _WORDS)


def find(text: str) -> Iterator[tuple[str, str, bool]]:
    """The number of each such task as it is spelled, the words that speak of it, and whether it may stand below: what is taken
    from it and what tests it come behind it wherever it stands."""
    for match in _NAMED.finditer(text):
        head = text[max(0, match.start() - 60) : match.start()]
        if not (_NOT_OF.search(head) or _ORDER_ELSE.search(head)):
            anywhere = match["word"].lower() == "from" or bool(_TESTS.search(head))
            yield match["number"], match[0], anywhere
    for match in _BARE.finditer(text):
        if not _COUNTS.search(text, 0, match.end("what")):
            yield match["number"], match[0], True
