# ruff: noqa: RUF001 - full-width punctuation, as lists are written with it
"""Words that ask of each task that it has a test of its own: "Each with a small test in test/", "Tests for all of them"."""

from __future__ import annotations

import re

from fanout.plan.read.prose import of_all
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.read.reading_builder import Entry

SAID = "with a test of its own: {}"  # run/tasks/asked_tests.py knows it by these words
_NAMES = r"(?:unit[\s-]?|integration[\s-]?|smoke[\s-]?)?(?:tests?|specs?|pruebas?|testes?|тест\w*)\b"
_BETWEEN = r"(?:(?!the\b|that\b|so\b|all\b|die\b|les\b|las\b|los\b)[\w'-]+\s+){0,5}"
_HAS = (
    r"with|gets?|needs?|has|have|wants?|plus|and|add|adds|includ\w+|writ(?:e|es|ing)|bring\w*|comes?|covered\s+by|must|should|shall|"
    r"mit|samt|bekomm\w*|brauch\w*|erhält|und|avec|et|reçoit|con|y|tiene|lleva|necesita|com|precisa|tem|met|krijgt|с"
)
_ASKED = re.compile(
    rf"\b(?:{_HAS})\s+{_BETWEEN}{_NAMES}|\b{_NAMES}\s+(?:for|of|per|für|pour|para|por|per|voor)\s+(?:each|every|all|jede\w*|alle|chaque|"
    r"cada|tod[oa]s|ogni|elke?)\b|\btested\b(?!\s+(?:with|by)\s+`)|getestet\b|测试|テスト|테스트",
    re.IGNORECASE,
)
_PER = re.compile(r"\b(?:an?|one)\s+[\w\s-]{0,30}tests?\s+(?:per|for\s+each|each)\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:no|not|never|none|without|don't|doesn't|needn't|nobody|pass(?:es|ing)?|green|run|runs|ohne|kein\w*|nicht|bestehen|sans|sin|sem|"
    r"senza|geen|zonder|без)\b|不|没|通过|なし|不要",
    re.IGNORECASE,
)
_TEXT = re.compile(
    r"\.(?:md|mdx|txt|rst|adoc)\Z|(?:\A|/)(?:NEWS|CHANGES|Changes|ChangeLog|CHANGELOG|HISTORY|README|AUTHORS|LICENSE)\Z"
)


def asked_of_each(said: str) -> str:
    """The criterion that a sentence of these words makes of it; "" for none. "All tests must pass" asks for none."""
    for sentence in of_all.sentences(said):
        if (
            of_all.is_said(sentence)
            and (_PER.search(sentence) or _ASKED.search(sentence))
            and not _NOT.search(sentence)
        ):
            return SAID.format(" ".join(sentence.split()).strip("*_- "))
    return ""


def is_for(entry: Entry) -> bool:
    """Whether the task is open and makes something that can be tested."""
    writes = entry.get("writes")
    only_texts = bool(writes) and all(map(_TEXT.search, writes))
    is_open = entry.note.status not in ("completed", "skipped")
    return is_open and not (only_texts or entry.fields.get("read_only") or only_looks(str(entry.fields["title"])))
