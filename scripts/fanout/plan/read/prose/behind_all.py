# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Words of a task that comes behind all that stands before it: "When all that is in: ...", "Deploy, once everything else is
done", "Changelog (last)". Not "Close the pool when all workers are done", which is about the work itself.
"""

from __future__ import annotations

import re

_ONE = r"(?:tasks?|steps?|items?|ones?|points?|boxes)"
_DONE = (
    r"(?:done|finished|complete[d]?|merged|in(?:\s+place)?|there|ready|landed|green|over|built|ticked|through|settled|committed|"
    r"works?|working|stands?)"
)
_SOME = r"other\s+(?:two|three|four|five|six|seven|eight|nine|ten|\d+)"
_REST = rf"(?:the\s+)?(?:others?|rest|{_SOME}|(?:other|earlier|previous)\s+{_ONE}|{_ONE}\s+(?:above|before)|above)"
_THAT = (
    rf"(?:\s+(?:else|before(?:\s+(?:it|this))?|above|(?:of\s+)?(?:it|this|that|these|those|them|{_REST})|the\s+{_ONE}))"
)
_WHEN = r"(?:once|when|after|as\s+soon\s+as)"
_IS = r"(?:(?:\s+(?:is|are|has|have|had)|['’]s)\s+(?:all\s+)?(?:been\s+)?|\s+(?=(?:works?|stands?)\b))"
_OPENS = (
    r"(?:\A[\W\d_]*(?:(?:only|but|and|last|finally)\W+)?|"
    r"[,;(–—:]\s*(?:but\s+|only\s+|and\s+|then\s+|do\s+(?:this|it)\s+|to\s+do\s+)?|\s-\s+)"
)
_CLOSES = r"(?=\s*(?:[:,;.)!–—，。：]|\s-\s|\Z))"
_LAST_ONE = r"(?:as\s+)?(?:the\s+)?(?:very\s+)?last(?:\s+of\s+all|\s+(?:one|task|step|thing))?"
_FINAL = r"(?:as\s+)?(?:the\s+)?(?:very\s+)?(?:last|final)\s+(?:task|step)"
# "After all of that except the docs": the task waits for the rest.
_SAVE = r"(?:except|excepting|excluding|but|apart\s+from|aside\s+from|other\s+than|save)(?:\s+for)?"
_EXCEPT = rf"(?:\s*[,(]?\s*{_SAVE}\s+(?!only\b)[^,;:.()\n]{{1,60}}?\)?)"
_ENGLISH = (
    # "After all of that except the docs:", "once everything but 9 is done".
    rf"{_OPENS}{_WHEN}\s+(?:all|everything|every\s+{_ONE}){_THAT}?(?:{_IS}{_DONE})?{_EXCEPT}(?:{_IS}{_DONE})?{_CLOSES}|"
    # Anywhere: "once everything else is done", "after all tasks are merged".
    rf"\b{_WHEN}\s+(?:all|every(?:thing|\s+other)?)\b(?:\s+{_ONE})?{_THAT}?(?:\s+{_ONE})?{_IS}{_DONE}\b|"
    # As a clause: "When all that is in:", ", after all of these", "once they are all done,", "when the rest is in".
    rf"{_OPENS}{_WHEN}\s+(?:all|everything){_THAT}(?:{_IS}{_DONE})?{_CLOSES}|"
    rf"{_OPENS}(?:after|wait(?:s|ing)?\s+for)\s+{_REST}{_CLOSES}|"
    rf"{_OPENS}{_WHEN}\s+(?:(?:they|these|those)(?:\s+all{_IS}|\s+(?:are|have)\s+all\s+(?:been\s+)?)|{_REST}{_IS}){_DONE}{_CLOSES}|"
    rf"{_OPENS}(?:when|once)\s+(?:you\s+are\s+)?(?:done|finished|through)\s+with\s+(?:all|everything)\b[^,:;.]{{0,30}}{_CLOSES}|"
    rf"(?:[,;(–—]\s*|:\s+|\s-\s+)(?:but\s+|only\s+|do\s+(?:this|it)\s+|to\s+do\s+)?(?:at\s+the\s+(?:very\s+)?end|{_LAST_ONE}|{_FINAL})\s*[).!]*\s*\Z|"
    # With more behind it: "..., at the very end. Leave the licence", "... (last of all): ...".
    rf"(?:[,;(–—]\s*|:\s+|\s-\s+)(?:but\s+|only\s+|do\s+(?:this|it)\s+|to\s+do\s+)?"
    rf"(?:at\s+the\s+very\s+end|last\s+of\s+all|as\s+the\s+(?:very\s+)?last\s+one|{_FINAL})(?:\s*\)|(?=\s*[.;!]\s))|"
    # A sentence of its own: "Last of all.", "Do this last."
    r"[.;:!]\s+(?:do\s+(?:this|it)\s+|(?:this|it)\s+(?:is\s+done|comes|goes)\s+)?(?:at\s+the\s+very\s+end|last\s+of\s+all|"
    r"(?:(?<=this\s)|(?<=it\s)|(?<=comes\s)|(?<=goes\s)|(?<=done\s))last)(?=\s*[.;!)]|\s*\Z)"
)
_READY = r"(?:fertig|erledigt|drin|getan|da|gemacht|durch|abgeschlossen|steht|stehen|läuft|laufen|gemergt)"
_OTHERS = (
    rf"{_OPENS}(?:erst\s+)?(?:wenn|sobald|nachdem)\s+(?:das\s+|dies\s+|die\s+)?all(?:es|e)\b(?:\s+\w+){{0,2}}\s+{_READY}(?:\s+(?:ist|sind))?{_CLOSES}|"
    rf"{_OPENS}(?:erst\s+)?(?:wenn|sobald|nachdem)\s+(?:der\s+rest|(?:die|das)\s+(?:anderen?|übrigen?))\s+{_READY}(?:\s+(?:ist|sind))?{_CLOSES}|"
    r"(?:[,;(–—]\s*|\s-\s+)(?:(?:ganz\s+)?am\s+ende|(?:ganz\s+)?zum\s+schluss|zuletzt|als\s+letztes)\s*[).!]*\s*\Z|"
    rf"{_OPENS}nach\s+all(?:em|en)(?:\s+(?:anderen?|davor|dem|diesen|aufgaben|schritten)){_CLOSES}|"
    rf"{_OPENS}(?:quand|lorsque|une\s+fois(?:\s+que)?|dès\s+que)\s+tou(?:t|s|tes)\b[^,:;.]{{0,30}}\b(?:fini|fait|prêt|terminé|place|là)\w*{_CLOSES}|"
    rf"{_OPENS}après\s+tou(?:t|s|tes)\s+(?:le\s+reste|les\s+autres|cela|ça){_CLOSES}|"
    rf"{_OPENS}(?:cuando|una\s+vez(?:\s+que)?)\s+tod[oa]s?\b[^,:;.]{{0,30}}\b(?:list|hech|terminad|complet|acabad)\w*{_CLOSES}|"
    rf"{_OPENS}(?:después|tras|depois)\s+(?:de\s+)?tod[oa]s?\s+(?:lo\s+|l?[oa]s\s+)?(?:demás|anterior|otr|outr|rest)\w*{_CLOSES}|"
    rf"{_OPENS}(?:quando|depois\s+que)\s+tu(?:do|tto)\b[^,:;.]{{0,30}}\b(?:pront|feit|fatt|terminad|finit|conclu)\w*{_CLOSES}|"
    rf"{_OPENS}(?:als|zodra)\s+alles\s+(?:klaar|af|gedaan)(?:\s+is)?{_CLOSES}|"
    r"(?:全部|所有)(?:的)?(?:任务|步骤|以上)?(?:都)?完成(?:之后|以后|后)|(?:すべて|全て|全部)[^。、]{0,8}(?:終わ|完了)(?:った|し)?(?:たら|後)"
)
# What stands at the beginning of the last task only, and is said of what it prints elsewhere: "At the end: a total".
_FIRST = (
    rf"\A[\W\d_]*(?:(?:and\s+)?(?:at\s+the\s+(?:very\s+)?end|{_LAST_ONE}|last(?:ly)?|finally)|(?:ganz\s+)?(?:am\s+ende|zum\s+schluss)|zuletzt|als\s+letztes|"
    r"à\s+la\s+(?:toute\s+)?fin|en\s+dernier|al\s+final|por\s+último|no\s+final|por\s+fim|alla\s+fine|aan\s+het\s+eind|最后|最後に)\s*[:：,，、–—]"
)
_SAYS = re.compile(rf"{_ENGLISH}|{_OTHERS}", re.IGNORECASE)
_SAYS_FIRST = re.compile(_FIRST, re.IGNORECASE)
_LEFT_OUT = re.compile(rf"{_EXCEPT}(?=(?:{_IS}{_DONE})?{_CLOSES})", re.IGNORECASE)
_EXCEPTS = re.compile(rf"\W*{_SAVE}\s+|{_IS}{_DONE}\W*\Z|\)\Z", re.IGNORECASE)
_PARTS = (
    "all",
    "every",
    "the end",
    "very end",
    "final",
    "am ende",
    "schluss",
    "zuletzt",
    "letztes",
    "ander",
    "last",
    "rest",
    "others",
    "other ",
    "above",
    "tod",
    "tudo",
    "tout",
    "tous",
    "tutto",
)


def find(line: str, is_last: bool) -> re.Match[str] | None:
    """The words of a task's first line that say so; `is_last`: no task stands below it. Looked up first: a search takes long."""
    low = line.lower()
    if line.isascii() and not any(part in low for part in _PARTS):
        return _SAYS_FIRST.search(line) if is_last else None
    return _SAYS.search(line) or (_SAYS_FIRST.search(line) if is_last else None)


def left_out(line: str, match: re.Match[str]) -> str:
    """What the words leave out of all, in them or right behind: "the docs" of "After all of that except the docs"; else ""."""
    inside = _LEFT_OUT.search(line, match.start(), match.end() + 1) or _LEFT_OUT.match(line, match.end())
    return _EXCEPTS.sub("", inside[0]) if inside else ""
