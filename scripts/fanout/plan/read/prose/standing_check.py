# ruff: noqa: RUF001 - full-width punctuation, as lists are written with it
"""Sentences that name a check and speak of no task in particular: "Check with `pytest -q`.", "All checked by `make test`", "Run
`npm test` before each commit", "`npm test` has to stay green". It is the check of each task.

Not what holds at the end ("Finally check with `x`"), of one task ("Check the second with `x`"), or under a condition.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from fanout.plan.read.prose import of_all, own_command, passing

_CODE = r"`[^`\n]+`"
_COMMANDS = rf"(?P<commands>{_CODE}(?:\s*(?:,|&|\b(?:and|und|et|y|e)\b)+\s*{_CODE})*|(?P<bare>[^\s`][^`\n]*))"
_KINDLY = r"\A[\s>*_-]*(?:(?:please|always|and|bitte)\s+)*"
_HOW = r"(?:(?:with|by|via|using|mit|avec|con|com|met)\b(?:\s+running)?(?:\s*[:：])?|[:：])[\s*_]*"
_WORK = r"(?:tasks?|steps?|items?|changes?|one|points?|commits?|stor(?:y|ies)|tickets?)"
_ALL = (
    rf"(?:it\s+all|everything|all|both|each|every\s*one|(?:each|every)\s+{_WORK}|(?:all\s+)?(?:the\s+|these\s+)?{_WORK})"
    r"(?:\s+of\s+(?:it|them|these|those))?"
)
_EACH = r"(?:each|every)\s+(?:single\s+|new\s+)?[^\W\d_]+"
_OBJECT = rf"(?:it|this|that|them|{_ALL}|{_EACH}|your\s+\w+|the\s+(?:work|results?|whole(?:\s+thing)?))"
_MADE = r"(?:checked|tested|verified|validated|proved|proven|geprüft|getestet)"
_IS = r"(?:(?:is|are|gets?|be|been|being|will|must|should|shall|can|has|have|to|wird|werden)\s+)*"
_BEFORE = (
    rf"(?:before|after|with|at|on|for)\s+(?:the\s+end\s+of\s+)?(?:each|every|any|all)\s+(?:single\s+)?{_WORK}\b|"
    r"before\s+(?:you\s+)?(?:commit|push|tick|merg|finish|check|clos)\w*|(?:every|each)\s+time\b"
)
_LABEL = (
    r"(?:checks?|tests?|testing|checking|verification|verify|proof|(?:quality\s+)?gates?|checked\s+by|(?:how\s+)?to\s+(?:check|test|verify)|"
    r"(?:test|check)\s+commands?)"
)
# Before a command that must pass: "Everything must pass `x`", "Make sure that `x` passes".
_OPENS = re.compile(
    rf"(?:{_KINDLY}(?:(?:make\s+sure|ensure|see(?:\s+to\s+it)?)(?:\s+that)?)?\s*(?:{_ALL}|(?:all\s+)?(?:the\s+|our\s+)?tests)?)\s*\Z",
    re.IGNORECASE,
)
# Denied twice: "Don't commit unless `x` is green", "Never tick a box before `x` passes".
_NOT_BEFORE = re.compile(
    rf"{_KINDLY}(?:don['’]?t|do\s+not|never)\s+(?:commit|push|merge|tick|finish|stop|end|report|check\s+off)\b[^`.;]{{0,40}}"
    rf"\b(?:before|until|unless|without)\s+(?P<commands>{_CODE})(?P<bare>)\s+(?:passes|passing|succeeds|is\s+green|being\s+green)\b",
    re.IGNORECASE,
)
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_KINDLY}(?:check|test|verify|validate|prove|prüfen?|teste?n?|vérifier|tester|probar|comprobar|testar)\s+(?:{_OBJECT}\s+)?{_HOW}{_COMMANDS}",
        rf"{_KINDLY}{_LABEL}[\s*_]*[:：][\s*_]*{_COMMANDS}",
        rf"{_KINDLY}(?:the\s+)?(?:tests?|checks?|suite)\s+(?:(?:are|is|get)\s+)?(?:run|started|done)\s+{_HOW}{_COMMANDS}",
        rf"{_KINDLY}use\s+{_COMMANDS}\s+(?:to\s+(?:check|test|verify|validate)|for\s+(?:checking|testing))\b",
        rf"{_KINDLY}{_COMMANDS}\s+(?:checks|tests|verifies|validates)\s+{_OBJECT}\b",
        rf"{_KINDLY}(?:{_ALL}\s+)?{_IS}{_MADE}(?:\s+(?:wird|werden))?\s+{_HOW}{_COMMANDS}",
        rf"{_KINDLY}用\s*{_COMMANDS}\s*(?:检查|测试|验证)",
    )
]
_RUNS = [
    re.compile(rf"{_KINDLY}(?:re-?)?run\s+{_COMMANDS}\s+(?:{_BEFORE})", re.IGNORECASE),
    re.compile(rf"{_KINDLY}(?:{_BEFORE})[^`.;]{{0,20}}\brun\s+{_COMMANDS}", re.IGNORECASE),
]
_NOT = re.compile(
    r"\b(?:not|never|no\s+need|needn't|don't|doesn't|without|optional(?:ly)?|only|if|unless|in\s+case|e\.g|for\s+(?:example|instance|the)|nicht|wenn|"
    r"at\s+the\s+(?:very\s+)?end|in\s+the\s+end|end(?:s|ing)?\s+with|finally|last(?:ly)?|once|(?:when|after)\s+(?:all|everything|the)|ne\s+pas)\b|"
    rf"\b{_WORK}\s*#?\d|#\d",
    re.IGNORECASE,
)


def find(sentence: str) -> list[str]:
    """The commands that a sentence says are the check of whatever is done; [] where one of them is none."""
    denied = _NOT_BEFORE.match(sentence)
    if denied:
        return _named(denied, passing.is_command)
    if _NOT.search(re.sub(_CODE, " ", sentence)):
        return []
    for form in (*_FORMS, *_RUNS):
        said = form.match(sentence)
        if said:
            return _named(said, passing.is_command if form in _FORMS else _is_check)
    found = passing.find(sentence)
    return [one.command for one in found] if found and _opens(sentence, found[0]) else []


def _opens(sentence: str, one: passing.Passed) -> bool:
    """Whether what stands before the words of passing speaks of no task; where these say no must, it says that."""
    before = sentence[: one.start]
    return bool(_OPENS.match(before)) and (one.sure or bool(re.search(r"sure|ensure|see", before, re.IGNORECASE)))


def _named(said: re.Match[str], is_right: Callable[[str], bool]) -> list[str]:
    """What stands in backticks, else the words up to the sentence's end where they are nothing but a check."""
    bare = (said["bare"] or "").strip().rstrip(".!")
    if bare:
        return [bare] if own_command.is_check(bare) else []
    named = [one.strip() for one in re.findall(r"`([^`\n]+)`", said["commands"])]
    return named if all(map(is_right, named)) else []


def _is_check(command: str) -> bool:
    """Whether a command that is run before each commit checks: "Run `npm run fmt` after each task" changes files."""
    return passing.is_command(command) and bool(passing.CHECKS.search(command))


def is_said(text: str) -> bool:
    """Whether a sentence of the text is one."""
    return any(map(find, of_all.sentences(text)))
