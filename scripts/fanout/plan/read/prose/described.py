"""Paths that a task only speaks of: what a document is to describe, and what a new file takes the place of.

"The docs should describe `ledger.toml`", "mention src/a.py in README.md", "replace what `old.pl` does by `lib/Stock.pm`".
"""

from __future__ import annotations

import re

_TELLS = (
    r"(?:describ|explain|mention|cover|summari[sz]|beschreib|erklär|erwähn|décri|expliqu|describ|explic|mencion)\w*"
)
_OBJECT = r"\s+(?P<object>[^.;:()\n]*?)[`*]*\Z"
_TOLD = re.compile(rf"(?<![\w-])(?:{_TELLS}){_OBJECT}", re.IGNORECASE)
_DOCUMENTS = re.compile(rf"(?<![\w-])document(?:s|ing)?{_OBJECT}", re.IGNORECASE)
# What goes on to another place, or to another verb, is no part of what is described.
_ELSEWHERE = re.compile(
    r"(?<![\w-])(?:in|into|to|at|under|inside|within|for|from|on|then|dans|en|"
    r"(?:and|also)\s+(?:\w+ly\s+)?(?:updat|add|chang|fix|writ|creat|mov|renam|delet|remov|extend|put|mak|implement|link)\w*)\b",
    re.IGNORECASE,
)
_A_TEXT = re.compile(
    r"\b(?:docs?|documentation|readme|manual|guide|handbook|help|usage|page|changelog)\b|\.(?:md|mdx|rst|txt|adoc)\b",
    re.I,
)
_IS_TEXT = re.compile(r"\.(?:md|mdx|rst|txt|adoc)\Z")
_IN_IT = re.compile(
    r"[`*]*[^\s`*]+[`*]*\s+(?:in|with|by)\s+(?:an?\s+|its\s+|the\s+)?(?:\w+\s+)?(?:comments?|docstrings?)\b",
    re.IGNORECASE,
)
_MENDS = re.compile(
    r"\b(?:fix|chang|correct|speed|improv|extend|simplif|rework|refactor|rewrit|updat|adjust|clean|optimi[sz]|alter|mend|repair|harden)\w*\s+"
    r"(?:up\s+)?what\b[^,;.]*\Z",
    re.IGNORECASE,
)
_WHAT = re.compile(r"\bwhat(?:ever)?\s+(?:the\s+)?(?:old\s+)?[`*]*\Z", re.IGNORECASE)
_DOES = re.compile(
    r"[`*]*\s+(?:does|did|do|has|had|holds?|held|makes?|made|returns?|prints?|contains?|says?|is\s+doing)\b",
    re.IGNORECASE,
)
_RUN_ON = re.compile(
    r"\b(?:which|that)\s+(?:runs|tries|calls|feeds|starts)\s+(?:[\w-]+\s+){1,4}(?:on|over|against)\s+[`*]*\Z",
    re.IGNORECASE,
)
_REWRITES = re.compile(
    r"\b(?:format\w*|fixers?|codemods?|prettier|black|gofmt|rustfmt|clang-format|autopep8|isort|sed|minif\w+|migrat\w+|refactor\w*)\b|--(?:fix|write)\b",
    re.IGNORECASE,
)
_REPLACES = re.compile(r"\breplac\w*\s+(?:the\s+)?(?:old\s+)?[`*]*\Z", re.IGNORECASE)
_ONLY_NEW = re.compile(
    r"\(?\b(?:only\s+the\s+new|the\s+new\s+(?:one|file)\s+only|the\s+old\s+one\s+stays)\b", re.IGNORECASE
)


def why(sentence: str, at: int, pattern: str) -> str:
    """Why the path that begins at `at` is only spoken of; "" where it may be written."""
    head = sentence[:at]
    if sentence[at : at + 1] not in ("(", "[") and _is_told(head, sentence[at:], pattern):
        return "it is what a text is to speak of"
    if _RUN_ON.search(head) and not _REWRITES.search(head):
        return "something is run on it"
    tail = sentence[at:].lstrip("`*").removeprefix(pattern)
    if _WHAT.search(head) and _DOES.match(tail) and not _MENDS.search(head):
        return "its words say what it does"
    if _REPLACES.search(head) and _ONLY_NEW.search(tail):
        return "only the file that takes its place is to be written"
    return ""


def _is_told(head: str, rest: str, pattern: str) -> bool:
    told = _TOLD.search(head)
    if told and _IN_IT.match(rest):
        return False
    if told:
        return not _ELSEWHERE.search(told["object"])
    documents = _DOCUMENTS.search(head)
    if not documents or _ELSEWHERE.search(documents["object"]) or _IS_TEXT.search(pattern):
        return False
    return bool(_A_TEXT.search(head, 0, documents.start()) or _A_TEXT.search(rest))
