# ruff: noqa: RUF001 - typographic apostrophes, as lists are written with them
"""The paths that a text forbids to write: "Nobody touches `docs/CHANGELOG.md`", "Don't touch config/", "`a.json` stays as it is".

Only what is certain: the path stands right where the words speak of it, and under no condition.
"""

from __future__ import annotations

import re

from fanout.plan.read.prose import of_all
from fanout.plan.read.prose import vocabulary as words
from fanout.plan.read.prose.mentions import is_spared, path_tokens
from fanout.plan.read.prose.path_words import cached_path

_TOUCH = (
    r"(?:touch(?:es|ed)?|chang(?:es?|ed)|edit(?:s|ed)?|modif(?:y|ies|ied)|alter(?:s|ed)?|"
    r"(?:over|re)?writ(?:es?|ten)(?:\s+(?:to|into|in))?)"
)
_GAP = r"(?:(?:the|file|files|folder|anything|in|under|below)\s+){0,3}[`*(]*\Z"
_BEFORE = re.compile(
    r"\b(?:nobody|no\s+one|no\s+agent|none\s+of\s+(?:you|them|the\s+agents))\s+"
    rf"(?:(?:is|may|should|must|can|to|ever|else|allowed)\s+){{0,4}}{_TOUCH}\s+{_GAP}|"
    rf"\bhands\s+off\s+(?:of\s+)?{_GAP}|\bkeep\s+(?:out\s+of|away\s+from|(?:your\s+)?hands\s+off)\s+{_GAP}|"
    r"\bne\s+touche[rz]?\s+pas\s+(?:à|au)\s+[`*]*\Z",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"[`*)]*\s+(?:(?:stays?|remains?)\s+(?:as\s+(?:it|they)\b|untouched|unchanged|alone)|(?:is|are)\s+off[\s-]+limits\b|"
    rf"(?:must|may|should|shall|can)(?:\s*not|n['’]t)\s+be\s+{_TOUCH}\b|(?:is|are)\s+not\s+to\s+be\s+{_TOUCH}\b|"
    r"(?:bitte\s+)?nicht\s+(?:anfassen|ändern|bearbeiten)\b)",
    re.IGNORECASE,
)
# It holds not always, or not for every way of writing.
_UNDER_CONDITION = re.compile(
    r"\b(?:until|unless|before|yet|except|outside|beyond|if|when|while|only|other\s+than|without\s+(?:asking|a\b)|by\s+hand|"
    r"manually|directly|more\s+than|than\s+(?:needed|necessary))\b",
    re.IGNORECASE,
)
_NO_EXACT_PATH = re.compile(r"[*?\[\]{}~]|\A/|(?:\A|/)\.\.(?:/|\Z)|\A[A-Za-z]:")


def paths(text: str) -> list[str]:
    """Files and folders, each once; a folder ends in a stroke as the text has it."""
    found = [one for sentence in of_all.sentences(text) for one in _of_sentence(sentence)]
    return list(dict.fromkeys(found))


def _of_sentence(sentence: str) -> list[str]:
    found: list[str] = []
    last = -1  # where the last path that is left alone ends
    if _UNDER_CONDITION.search(sentence) or "://" in sentence:
        return found
    for start, end, token, marked in path_tokens(sentence):
        pattern = cached_path(token, marked)
        if pattern is None or _NO_EXACT_PATH.search(pattern) or not (marked or _is_certain(pattern)):
            continue
        listed = last >= 0 and bool(words.LISTED.match(sentence[last:start]))
        if listed or _is_left(sentence, start, end):
            found.append(pattern)
            last = end
    return found


def _is_certain(pattern: str) -> bool:
    """Whether it is a path also without backticks: "auth/login" may be two words."""
    return pattern.endswith("/") or "/" not in pattern or "." in pattern.rpartition("/")[2]


def _is_left(sentence: str, start: int, end: int) -> bool:
    if is_spared(sentence, start, end) or _BEFORE.search(sentence, 0, start):
        return True
    return bool(words.LEFT.match(sentence, end) or _BEHIND.match(sentence, end))
