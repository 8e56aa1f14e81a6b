# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""The words that lists wait with: before the names of tasks, behind them, and in place of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SURE = (
    r"depend(?:s|ent|ing|ed)?(?:\s+up)?[\s_-]*on|depends(?=\s*[:：])|deps|dependenc(?:y|ies)|blocked[\s_-]*by|"
    r"wait(?:s|ing)?\s+(?:for|on|until)|pre-?requisites?|"
    r"hängt\s+(?:ab\s+)?von|abhängig\s+von|abhängigkeit(?:en)?|wartet\s+auf|blockiert\s+(?:durch|von)|"
    r"dépend(?:ant)?s?\s+(?:de|du|des)|dépendances?|bloquée?\s+par|prérequis|"
    r"depende\s+d[eao]s?|dependencias?|dependências?|bloquead[oa]\s+por|"
    r"dipende\s+da[l]?|dipendenz[ae]|bloccat[oa]\s+da|hangt\s+af\s+van|afhankelijk\s+van|zależy\s+od|"
    r"зависит\s+от|зависимост[ьи]|заблокирован[ао]?"
)
_LATIN = (
    rf"{_SURE}|(?:not|cannot|can['’]t|nicht)\s+(?:\w+\s+){{0,2}}(?:before|until|vor)|"
    r"requires?|needs?|(?:only\s+)?after|once|when|as\s+soon\s+as|follows|builds\s+on|"
    r"benötigt|braucht|nach|setzt|voraussetzung(?:en)?|nécessite|après|requiere|después\s+de|tras|"
    r"requer|após|depois\s+d(?:e|as?|os?)\b|richiede|dopo|после|требует"
)
_CJK = r"依赖于?|前置|需要先?完成?|阻塞于|依存(?:関係)?|前提|先に"
_ARROW = r"←|<--?(?!-)"
FORWARD = rf"(?<!\w)(?:{_LATIN})|{_CJK}|{_ARROW}"
BACKWARD = (
    r"(?<!\w)(?:blocks|must\s+(?:be\s+)?(?:complete[d]?|done|finished)\s+before|before|required\s+by|prerequisite\s+for|"
    r"unblocks|vor)|阻塞"
)
# Words of waiting only where nothing but ids stands with them in a clause of its own: "(uses 2 and 5)", " - on top of T004".
_ALONE = (
    r"us(?:es|ing)|calls|imports|(?:be)?nutzt|verwendet|utilisent?|utilise|usan?|utilizan?|buil(?:ds?|ding|t)\s+(?:(?:up)?on(?:\s+top\s+of)?|from)|on\s+top\s+of|based\s+on|"
    r"made\s+(?:of|from)|combines"
)
_OPEN = r"[(\[（][^\S\n]*"
_CLAUSE = (
    r"(?:^[^\S\n]*(?:[-*+•][^\S\n]+)?|[,;:.—–，；][^\S\n]*|[^\S\n]--?[^\S\n]+|(?P<and>\b(?:and|und|et|y|e)[^\S\n]+))"
)
ALONE = rf"(?:(?P<open>{_OPEN})|{_CLAUSE})(?P<said>(?:{_ALONE})(?!\w)"
# Behind "and", and where the sentence goes on, only several ids are sure to be ids: "takes --size and uses 1 and 2".
ALONE_END = (
    r")[^\S\n]*(?(open)[)\]）]|(?:[.;]?[^\S\n]*$|(?=:[^\S\n])|"
    r"(?P<goes_on>(?=[,;，；][^\S\n]*[^\d\s#]|\.[^\S\n]+[^\d\s#]))))"
)
_ALONE_PARTS = (
    *("uses", "using", "calls", "imports", "nutzt", "verwendet", "utilis", "usa", "utiliza", "buil", "top of"),
    *("based on", "made ", "combines"),
)
_FILL_WORD = r"(?:on|the|all|of|both|tasks?|completion|completing|finishing|is|are|任务)[\s:：*_`]+"
FILL = rf"[\s:：*_\[\]()（）#`\"'“”-]*(?:{_FILL_WORD}){{0,4}}[\[(\"'“”]*"

_GAP = r"(?:[^\S\n]*\([^()\n]{0,60}\))?"
_WORD = r"(?:and\s+)?(?:(?:on|by|for|upon)\s+)?(?:tasks?\s+|task\s*#?|任务\s*)?"
JOIN = rf"{_GAP}\s*(?:,|、|，|;|；|/|\+|&|\band\b|\bor\b|\bund\b|\bet\b|\by\b|\be\b|と|和|与|及|\n\s*[-*]\s)*\s*{_WORD}"
COMMA = r"(?:[^\S\n]*\([^()\n]{0,60}\))?[^\S\n]*"
COMMA += r"(?:[,、，;；/&+]|\band\b|\bor\b|\bund\b|\bet\b|\by\b|\be\b|と|和|与|及)+[^\S\n]*(?:and\s+)?#?"
RANGE = r"[^\S\n]*(?:-|–|—|\.\.\.?|~|\bthrough\b|\bto\b|\bbis\b|至|到)[^\S\n]*(?:task\s*#?)?"
BARE = r"\d{1,6}(?![\w%]|\.\d)"
LATE = (
    r"(?:must|should|has\s+to|have\s+to|needs?\s+to)\s+(?:be|have\s+been)\s+"
    r"(?:done|completed?|finished|merged|ready|in\s+place|there)(?!\s+before)|"
    r"(?:comes?\s+|goes\s+)?first\b|に依存|の後|が完了|完了後|(?:完成)?(?:之后|以后|后)|완료\s*후|이후|에\s*의존"
)
LATE_WORD = re.compile(r"\bfirst\b|\bmust\b|\bshould\b|\bto\s+(?:be|have)\b|依存|後|完了|后|후|의존", re.IGNORECASE)


def says_none(text: str) -> bool:
    """Whether it is said that there is nothing to wait for. Looked up first: the search takes longer."""
    if text.isascii():
        low = text.lower()
        if ":" not in low or not ("dep" in low or "prereq" in low or "blocked" in low):
            return False
    return bool(NONE.search(text))


def may_end_late(text: str) -> bool:
    """Whether a word stands in the text that LATE may be part of."""
    if text.isascii():
        low = text.lower()
        to = "to" in low and ("be" in low or "have" in low)
        if not (to or "first" in low or "must" in low or "should" in low):
            return False
    return bool(LATE_WORD.search(text))


def may_stand_alone(text: str) -> bool:
    """Whether a word stands in the text that ALONE may begin with."""
    low = text.lower()
    return any(part in low for part in _ALONE_PARTS)


# What FORWARD, BACKWARD, STRONG and AFTER_EARLIER may begin with: the first three or four letters of each.
_STARTS = """
    depe deps depo bloc bloq wait wart prer pre not cann can nich requ need only afte once when as foll buil brau nach
    setz vora tras rich dopo hang afha must befo unbl vor dipe
"""
_START = re.compile(rf"\b(?:{'|'.join(_STARTS.split())})|<-", re.ASCII)


def starts(text: str) -> list[int] | None:
    """Where words of waiting may begin in the text, in its order; None: anywhere. Looked up first: the searches take longer."""
    return [match.start() for match in _START.finditer(text.lower())] if text.isascii() else None


def found_at(pattern: re.Pattern[str], text: str, starts: list[int] | None) -> Iterator[re.Match[str]]:
    """What `pattern.finditer(text)` yields, looked for only where it may begin."""
    if starts is None:
        yield from pattern.finditer(text)
        return
    end = 0
    for start in starts:
        match = pattern.match(text, start) if start >= end else None
        if match:
            end = match.end()
            yield match


def whole(line: str) -> re.Match[str] | None:
    """What WHOLE finds. Looked up first: the search takes longer."""
    low = line.lower()
    return WHOLE.search(line) if "all" in low or "every" in low or "each" in low else None


_NO = r"none|n/a|n\.\s?a\.|na\b|nil|nothing|not\s+applicable|no\b|free\s*$|[-–−·•/]+\s*$|—|"
_NO += r"\[\s*\]|∅|无|没有|なし|ningun[oa]|aucune?|keine?|nenhum[a]?|nessun[oa]?|нет"
NONE = re.compile(
    rf"(?:depend(?:s|enc(?:y|ies))?(?:[\s_-]*on)?|deps|prerequisites?|blocked[\s_-]*by|依赖[^\s:：]{{0,4}}|前置任务|"
    rf"abhängigkeit(?:en)?|dépendances?|dependencias?|dependências?)[\s*_]*[:：][\s*_`\[(]*(?:{_NO})",
    re.IGNORECASE | re.MULTILINE,
)
NOTHING = re.compile(rf"[\s*_`\[(:：]*(?:{_NO})", re.IGNORECASE | re.MULTILINE)
NEGATED = re.compile(
    r"(?:\bnot|n['’]t|\bno\s+longer|\bnever|\bwithout|\bindependent(?:ly)?\s+of|\bno|\bnicht(?:\s+mehr)?|\bkeine?|\bnon|"
    r"\bne|\bno\s+se|不再?|无需|不需要?|没有|не)\s*(?:(?:be|have\s+to|need\s+to|to|start|run|begin|\w+ly)\s+)*\Z",
    re.IGNORECASE,
)
# A number that counts something: "needs 3 columns", "after 30 s".
COUNTED = re.compile(
    r"[%°]|[^\S\n]*-?(?!(?:and|or|is|are|has|have|lands?|merged|done|first|then|in|to|und|et)\b)[^\W\d_]", re.IGNORECASE
)

# Words that tell of order among tasks also where no id stands behind them.
STRONG_WORD = re.compile(rf"(?:{_SURE})\Z|依赖|前置|阻塞于|依存", re.IGNORECASE)
STRONG = re.compile(rf"(?<!\w)(?:{_SURE})(?!\w)|依赖(?:于|任务)?|前置(?:任务)?|阻塞于", re.IGNORECASE)
OWN = re.compile(
    r"depend(?:s|ent)(?:\s+up)?[\s_-]*on|hängt|abhängig\s|dépend\s|depende\s|dipende\s|зависит|depends\b|blocked[_-]?by\Z|依赖|前置|阻塞",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"deps|dependenc|pre-?requisite|abhängigkeit|dépendance|dependencia|dependência|dipendenz|зависимост|prérequis",
    re.IGNORECASE,
)
# How the name of a field of needs begins in languages besides English.
FIELD = (
    r"depende\b|dependencia|dependência|abhängig|dépend|prérequis|dipenden|dipende\b|зависи|依存|依赖|前置|의존|선행"
)
CLAUSE = re.compile(r"(?:\A|[(\[（|.,;，；—–\n-])[\s*_>-]*\Z")
RELATIVE = re.compile(r"\b(?:that|which|who|what|whether|it|how|die|das|que|qui|che)\s+\Z", re.IGNORECASE)
SAYS = re.compile(r"\w")
PATH = re.compile(r"\w/\w|\w\.[A-Za-z]\w{0,5}\b")
STOP = re.compile(
    rf"[\n;；。]|\.\s|\.\Z|{BACKWARD}|(?<!\w)(?:{_SURE}|parallel|but|while|so\s+that|instead|unlike|not)(?!\w)",
    re.IGNORECASE,
)
PARTS = re.compile(r",|、|，|/|\+|&|\band\b|\bor\b|和|与|及", re.IGNORECASE)

# A word that is no name of a task: "Node 18".
PROSE = re.compile(r"(?<![\w#])(?!(?:tasks?|steps?|and|or|to|through)\b)[^\W\d_]{3,}(?![\w-]*\d)", re.IGNORECASE)

_ONE = r"(?:tasks?|steps?|items?|ones?)"
_EARLIER = r"(?:previous|preceding|prior|earlier|above|other)"
_ALL = r"(?:all|every(?:thing)?)\b(?:\s+of)?(?:\s+the)?\s*"
_ALL += rf"(?:{_EARLIER}\b(?:\s+{_ONE})?|{_ONE}\b(?:\s+(?:above|before))?|above|before)"
_LAST = rf"(?:the\s+)?(?:previous|preceding|prior|last)\s+{_ONE}\b|(?:the\s+)?{_ONE}\s+(?:above|before(?:\s+(?:it|this))?)\b|"
_LAST += r"(?:the\s+above|上一(?:个任务|步|项)|前一(?:个任务|步|项))"
ALL_EARLIER = re.compile(
    rf"[\s:：]*(?:{_ALL}|(?:the\s+)?{_EARLIER}\s+(?:tasks|steps|items|ones)\b|(?:之前|以上|前面)的?所有)", re.IGNORECASE
)
# The value of a field: "all", "everything above", "all but 2".
EVERYTHING = re.compile(
    r"[\s:：*_`(]*(?:all|every(?:thing|\s+task)|the\s+rest|alles|alle|tou(?:t|tes|s)|tod[oa]s?|全部|所有)"
    rf"(?:\s+(?:of\s+)?(?:it|them|this|these|else|others?|{_EARLIER}|(?:the\s+)?(?:above|before|rest|others?|{_ONE})|(?:{_ONE}\s+)?(?:above|before)))?"
    r"(?:[\s,(]*\b(?:except|excluding|but|apart\s+from|other\s+than)(?:\s+for)?\s+"
    r"(?P<but>[^,;:.()\n]+?(?:\s*(?:,|&|\band\b)+\s*#?[A-Za-z]{0,4}-?\d+)*)\)?)?[\s*_`.)]*(?=[;.,)\n|]|\Z)",
    re.IGNORECASE,
)
# "Document all of it", "Write tests for all of the above": the whole work before it.
WHOLE = re.compile(
    r"\b(?:all|everything|each)\s+of\s+(?:it|them|the\s+above|the\s+(?:tasks|steps)\s+above)\b|\b(?:everything|all)\s+above\b|"
    r"\b(?:document|test|review|verify|commit|clean\s+up)\w*\s+everything\b",
    re.IGNORECASE,
)
# What a sentence has named by its number, "(4)", "#4", "task 4", or its id: "it uses (1) and (4), so after them".
AFTER_THEM = re.compile(
    r"(?P<what>[^.;:\n]+?)[\s,–—-]+(?:and\s+)?so\s+(?:it\s+(?:is|comes|goes)\s+|do\s+(?:it|this)\s+|only\s+|comes\s+)*"
    r"after\s+(?:them|those|these|both|it|that)\b",
    re.IGNORECASE,
)
# Things, each with the number of the task that makes it: "once COBS (5) and the CRC (2) are there".
_NUMBERED = r"(?:the\s+)?[^\W\d_][\w'’/ -]{1,40}?\s*\(#?\d{1,4}\)"
ONCE_THERE = re.compile(
    r"(?<!\w)(?:after|once|when|as\s+soon\s+as|needs?|requires?|builds?\s+on|on\s+top\s+of|depends\s+on|uses|wait(?:s|ing)?\s+for)\s+"
    rf"(?P<what>{_NUMBERED}(?:\s*(?:,|\band\b|&|\bplus\b)+\s*{_NUMBERED})*)(?=\s*(?:[.,;:)—–]|$|(?:is|are|has|have|works?|lands?|exists?)\b))",
    re.IGNORECASE | re.MULTILINE,
)
REFERENCE = re.compile(r"(?:\(#?|#|\b(?:tasks?|steps?|items?)\s+#?)(\d{1,4})(?![\w.])", re.IGNORECASE)
PREVIOUS = re.compile(rf"[\s:：]*(?:{_LAST})", re.IGNORECASE)
AFTER_EARLIER = re.compile(
    rf"(?:{FORWARD})[\s:：]*(?P<which>{_ALL}|(?:the\s+)?{_EARLIER}\s+(?:tasks|steps|items|ones)\b|{_LAST})",
    re.IGNORECASE,
)
