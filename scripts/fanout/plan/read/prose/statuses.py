"""Status words of every format, and which of ours each one is."""

from __future__ import annotations

import re

from fanout.plan.read.prose import status_words
from fanout.plan.reading import Status

# "deferred" is not done, so what depends on it must not start; "cancelled" is never going to be done.
_WORDS: dict[str, Status] = {
    "pending": "pending",
    "open": "pending",
    "todo": "pending",
    "to do": "pending",
    "backlog": "pending",
    "planned": "pending",
    "ready": "pending",
    "not started": "pending",
    "new": "pending",
    "failing": "pending",
    "待办": "pending",
    "未开始": "pending",
    "in progress": "in_progress",
    "started": "in_progress",
    "active": "in_progress",
    "doing": "in_progress",
    "running": "in_progress",
    "wip": "in_progress",
    "partial": "in_progress",
    "partially": "in_progress",
    "almost": "in_progress",
    "nearly": "in_progress",
    "mostly": "in_progress",
    "incomplete": "in_progress",
    "unfinished": "in_progress",
    "to be": "pending",
    "will be": "pending",
    "hooked": "in_progress",
    "review": "in_progress",
    "进行中": "in_progress",
    "done": "completed",
    "complete": "completed",
    "completed": "completed",
    "closed": "completed",
    "finished": "completed",
    "implemented": "completed",
    "fixed": "completed",
    "shipped": "completed",
    "merged": "completed",
    "resolved": "completed",
    "passed": "completed",
    "passing": "completed",
    "已完成": "completed",
    "完成": "completed",
    "blocked": "blocked",
    "deferred": "blocked",
    "on hold": "blocked",
    "paused": "blocked",
    "阻塞": "blocked",
    "cancelled": "skipped",
    "canceled": "skipped",
    "skipped": "skipped",
    "wontfix": "skipped",
    "pinned": "skipped",
}
_WORDS = status_words.words() | _WORDS
_FINISHED = [word for word, status in _WORDS.items() if status == "completed"]
_LONGEST_FIRST = sorted(_WORDS, key=len, reverse=True)
_NOT = "".join(f"(?<!{word} )" for word in status_words.NEGATED)
_ANY = re.compile(rf"(?<!\w){_NOT}({'|'.join(map(re.escape, _LONGEST_FIRST))})(?!\w)", re.IGNORECASE)


_SHARE = re.compile(
    rf"(?<![\d/.-])(?:(\d{{1,4}})\s*/\s*(\d{{1,4}})|(\d{{1,3}}) ?%)\s*(?:\w+\s+)?(?:{'|'.join(_FINISHED)})",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\W*(?P<share>(?P<number>\d{1,3})(?:[.,]\d+)?[ \u00a0]?%)\W*\Z")
_DONE = (
    r"done|completed?|fixed|implemented|finished|shipped|merged|resolved|已完成|完成|已实现|已修复|完了|완료|"
    r"erledigt|fertig|terminée?|hecho|feito"
)
# One of these stands in what _TAIL_WORD finds: looked up first, for the search takes longer.
_DONE_STARTS = tuple(word.rstrip("?")[:7] for word in _DONE.lower().split("|"))
_BEFORE: dict[str, Status] = {
    "✅": "completed",
    "☑": "completed",
    "✔": "completed",
    "🔄": "in_progress",
    "🚧": "in_progress",
}
_BEFORE |= {"⏳": "in_progress", "⏭": "skipped"}
_EDGE = 80  # characters of a title, at each end, that are looked at
_LEAD = re.compile(r"[^\w\[(#`]*")
_TAIL_WORD = re.compile(
    rf"[(\[（【]\W*(?:(?i:{_DONE}))(?:[\s,:@-]+[\d/.:T-]+)*\W*[)\]）】]\W*\Z|[–—:-]\s*\W*(?:{_DONE.upper()})\W*\Z|\A\W*(?:{_DONE.upper()})\s*[:–—-]|"  # noqa: RUF001
    rf"\A\W*?[(\[]\s*(?i:{_DONE})\s*[)\]]\s*(?=\S)",  # "(done) `LICENSE`"
)


# "Store ✅ partial (60%)", "Mail ❌ skipped": a symbol, one status word, and at most a note.
_SYMBOLS = "✅☑✔🔄🚧⏳⏭❌⚠🟡🟢🔴"
_SYMBOL_WORD = re.compile(rf"[{_SYMBOLS}]\ufe0f?[\s*_(]*(?P<said>[^{_SYMBOLS}]{{2,60}})\Z")
_NOTE = re.compile(r"[\s*_)]*(?:[(（][^()（）]*[)）]|~?\d[\d/. %]*)?[\s*_).]*\Z")  # noqa: RUF001


def _said_behind(title: str) -> Status | None:
    """The word behind a symbol at the title's end."""
    found = _SYMBOL_WORD.search(title)
    word = _ANY.match(found["said"]) if found else None
    if found is None or word is None or not _NOTE.match(found["said"], word.end()):
        return None
    return within(found["said"])


def marked(title: str, behind: bool = True) -> Status | None:
    """What a mark before or behind the words says: "✅ Store", "Store (done)", "Store — FIXED"; None when nothing does.

    `behind` False: a symbol behind the words is theirs ("run it, all must pass ✅").
    """
    title = title if len(title) <= 2 * _EDGE else f"{title[:_EDGE]} {title[-_EDGE:]}"
    lead = _LEAD.match(title)
    ends = lead[0] if lead else ""
    if behind:
        ends += title[len(title.rstrip(" *_)].✅☑✔🔄🚧⏳⏭\ufe0f")) :]
    said = _said_behind(title) if behind and not title.isascii() else None
    if said is not None:
        return said
    for mark, status in _BEFORE.items():
        if mark in ends:
            return status
    low = title.lower()
    told = any([word in low for word in _DONE_STARTS])  # noqa: C419 - the loop is faster
    return "completed" if told and _TAIL_WORD.search(title) else None


# Behind it stands nothing, or a note: "~~3. Cache~~ **dropped**", "(moved to 4)", "— dropped", "dropped". Other words are its
# new text.
_STRUCK = re.compile(
    r"~~[^~]+~~\s*(?:\*\*[^*]+\*\*.*|[(（\[].*|[–—-]\s.*|"  # noqa: RUF001
    r"[,:]?\s*(?:is\s+|was\s+)?(?:dropped|removed|cancell?ed|obsolete|superseded|skipped|moved|postponed|deferred|wo(?:n't|nt)\s?fix|"
    r"no\s+longer|not\s+(?:needed|any\s*more|now)|out\b|done|fixed|merged|entfällt|gestrichen|erledigt)\b.*)?\Z",
    re.IGNORECASE,
)


def struck(text: str) -> bool:
    """Whether the words of a box are struck out as a whole."""
    return bool(_STRUCK.match(text))


def exact(text: str) -> Status | None:
    """The status that the whole text names, or the share that is done, or None."""
    return _WORDS.get(re.sub(r"[\s_-]+", " ", text).strip().lower()) or _percent(text)


def _percent(text: str) -> Status | None:
    """What a share alone says: "80 %"."""
    match = _PERCENT.match(text) if "%" in text else None
    number = int(match["number"]) if match else 0
    return None if match is None else "pending" if not number else "in_progress" if number < 100 else "completed"


def within(text: str) -> Status:
    """The first status word in a line such as "✅ Completed (today)", "2/10 complete"; pending when there is none."""
    alone = _percent(text)
    if alone is not None:
        return alone
    share = _SHARE.search(text)
    if share and (part := _part(share)) < 1:
        return "in_progress" if part else "pending"
    words = re.sub(r"[_-]", " ", text)
    match = _ANY.search(words)
    if match is None:
        return marked(text) or "pending"
    held = _ANY.match(words, match.end() + 1)  # "partially blocked" is blocked
    return "blocked" if held and _WORDS[held[1].lower()] == "blocked" else _WORDS[match[1].lower()]


def _part(share: re.Match[str]) -> float:
    return float(share[1]) / (float(share[2]) or 1) if share[1] else float(share[3]) / 100


def token(text: str) -> tuple[int, int] | None:
    """Where the first status word lies in the text, or the share that is done, or None."""
    match = _ANY.search(re.sub(r"[_-]", " ", text))
    share = _PERCENT.match(text) if match is None else None
    return match.span(1) if match else share.span("share") if share else None
