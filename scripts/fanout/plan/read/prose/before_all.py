# ruff: noqa: RUF001 - dashes as people type them
"""Words of a task that comes before all behind it: "everything else depends on it", "Do this first", "it blocks all others"."""

from __future__ import annotations

import re

_REST = (
    r"(?:everything(?:\s+else|\s+(?:below|after|that\s+follows)(?:\s+(?:it|this))?)?|"
    r"(?:all|every)\s+(?:of\s+)?(?:the\s+)?(?:others?|rest|later|following|remaining|subsequent)(?:\s+(?:tasks?|steps?|items?|phases?|stages?|work))?|"
    r"the\s+(?:rest|others)(?:\s+of\s+(?:this|the)\s+(?:list|plan))?)"
)
_IT = r"(?:it|this|that|this\s+(?:one|task|step|phase))\b"
_ENDS = r"(?=\s*(?:[.,;:!)–—]|\s-\s|\Z|\n))"
_SAYS = re.compile(
    rf"\b{_REST}\s+(?:else\s+)?(?:depends?|relies|rely|builds?|rests?|waits?)\s+(?:up)?(?:on|for)\s+{_IT}|"
    rf"\b(?:it|this(?:\s+(?:one|task|step|phase))?)\s+(?:un)?blocks?\s+(?:all\b(?!\s+\w)|{_REST})|"
    rf"(?:\A|[.;!]\s+|[(–—:]\s*)(?:please\s+)?do\s+(?:this|it)(?:\s+(?:one|task))?\s+first{_ENDS}|"
    rf"\b(?:this|it)\s+(?:must|has\s+to|needs\s+to|should)\s+(?:come|go|land|be\s+(?:done|finished|in(?:\s+place)?|merged))\s+first{_ENDS}|"
    rf"\b(?:this|it)\s+(?:comes|goes|must\s+(?:come|be\s+done|land))\s+before\s+{_REST}{_ENDS}|"
    rf"\b(?:do|finish)\s+(?:this|it)\s+before\s+(?:{_REST}|anything\s+else){_ENDS}|"
    r"\balles\s+(?:andere|weitere|übrige)\s+(?:hängt\s+(?:davon|daran)\s+ab|baut\s+darauf\s+auf)",
    re.IGNORECASE,
)
_PARTS = ("everything", "all ", "every ", "rest", "others", "first", "anything", "alles ")


def find(text: str) -> re.Match[str] | None:
    """The words of a task's text that say so. Looked up first: the search takes longer."""
    low = text.lower()
    return _SAYS.search(text) if any(part in low for part in _PARTS) else None
