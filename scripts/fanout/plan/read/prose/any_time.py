# ruff: noqa: RUF001 - typographic apostrophes, as lists are written with them
"""Words of a task that it may be done whenever: "Nothing to do with the rest really", "Can be written any time", "Stands alone".

Said of the task, in a sentence of its own or behind a comma or a bracket: "The user can cancel at any time" is about the work.
"""

from __future__ import annotations

import re

from fanout.plan.read.prose import of_all

_OTHERS = (
    r"(?:(?:(?:any|all)\s+(?:of\s+)?)?(?:the\s+)?(?:rest|others?|other\s+(?:tasks|points|items|steps|ones)|above)"
    r"(?:\s+of\s+(?:it|this|the\s+list))?|(?:anything|everything)\s+(?:else|above))"
)
_IT = r"(?:(?:this|it|that)(?:\s+(?:one|task|item|point))?|(?:the\s+)?order)"
_DONE = r"(?:written|done|picked\s+up|fixed|implemented|tackled)"
_WHENEVER = r"(?:at\s+)?any\s?time|whenever(?:\s+(?:you\s+(?:like|want)|there\s+is\s+time))?|in\s+any\s+order"
_LITTLE = r"(?:really|actually|at\s+all|in\s+fact|though|,?\s*(?:we\s+know|so)\b.*|,?\s*by\s+the\s+way|,?\s*I\s+think)"
_OPENS = r"(?:\A[\W\d_]*|[,;:(–—.]\s*|\s-\s+|\band\s+)(?:(?:but|and|so|also|btw|by\s+the\s+way|NB)[\s,:]+)*"
_CLOSES = rf"(?:\s*{_LITTLE})?\s*(?=[,;.!)–—]|\s-\s|\Z)"
_SAYS = re.compile(
    rf"{_OPENS}(?:{_IT}\s+)?(?:has\s+|is\s+|there\s+is\s+)?nothing\s+to\s+do\s+with\s+{_OTHERS}{_CLOSES}|"
    rf"{_OPENS}(?:{_IT}\s+)?(?:(?:can|may|could)\s+(?:well\s+)?be\s+{_DONE}|(?:to\s+be\s+)?{_DONE}|do\s+(?:it|this))\s+(?:{_WHENEVER}){_CLOSES}|"
    rf"{_OPENS}(?:this|that)\s+(?:(?:one|task|item|point)\s+)?(?:can|may|could)\s+(?:be\s+)?(?:start(?:ed)?|begin|begun|go|come)\s+(?:{_WHENEVER}){_CLOSES}|"
    rf"{_OPENS}(?:{_IT}\s+)?(?:is\s+)?(?:fully\s+|completely\s+|quite\s+)?(?:independent|unrelated)(?:\s+(?:of|to|from)\s+{_OTHERS}){_CLOSES}|"
    rf"{_OPENS}(?:{_IT}\s+)?(?:does(?:n['’]t|\s+not)\s+)depends?\s+on\s+(?:any\s+of\s+)?{_OTHERS}{_CLOSES}|"
    rf"{_OPENS}(?:(?:das\s+|es\s+)?hat\s+)?nichts\s+mit\s+(?:dem\s+rest|den\s+anderen)\s+zu\s+tun{_CLOSES}|"
    rf"{_OPENS}(?:(?:das\s+|es\s+)?(?:kann|geht)\s+)?jederzeit(?:\s+(?:gemacht|geschrieben|erledigt|begonnen)(?:\s+werden)?)?{_CLOSES}|"
    rf"{_OPENS}rien\s+à\s+voir\s+avec\s+(?:le\s+reste|les\s+autres){_CLOSES}|"
    rf"{_OPENS}nada\s+que\s+ver\s+con\s+(?:lo\s+demás|el\s+resto|los\s+(?:otros|demás)){_CLOSES}",
    re.IGNORECASE,
)
_BUT = re.compile(r"\b(?:except|but|only|once|after|until|unless|as\s+long\s+as|außer|sauf|salvo)\b", re.IGNORECASE)
_PARTS = (
    "time",
    "whenever",
    "order",
    "nothing to do",
    "independent",
    "unrelated",
    "depend",
    "nichts mit",
    "rien à",
    "nada que",
    "away",
)


def is_said(text: str) -> bool:
    """Whether a sentence of the text says so, and under no condition. Looked up first: the search takes longer."""
    low = text.lower()
    if not any(part in low for part in _PARTS):
        return False
    return any(_is_said(one) for one in of_all.sentences(text))


def _is_said(sentence: str) -> bool:
    match = _SAYS.search(sentence)
    return match is not None and not _BUT.search(sentence, match.start())
