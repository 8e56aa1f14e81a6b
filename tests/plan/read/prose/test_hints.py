"""The quick question before the search for phrases never answers no where the search would find something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plan.read import corpus
from plan.read.prose import test_waiting_words

from fanout.plan.read.prose.hints import may_wait
from fanout.plan.read.prose.phrases import Needs, Phrases

IDS = [f"A{number}" for number in range(1, 10)]


def texts(value: object) -> Iterator[str]:
    """Every text in the tables of a test module."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)


def tables() -> list[str]:
    marks = [mark for test in vars(test_waiting_words).values() for mark in getattr(test, "pytestmark", [])]
    found = [text for mark in marks for text in texts(mark.args[1])]
    return list(dict.fromkeys(found))


def found(text: str, order: list[str]) -> Needs:
    return Phrases(r"[A-Z]{1,15}-?\d{1,6}|\d{1,4}(?:\.\d{1,4})*", str, order).find(text, order[-1])


def test_there_are_tables_to_hold_it_to() -> None:
    assert len([text for text in tables() if found(text, IDS) != Needs()]) > 50


@pytest.mark.parametrize("text", tables())
def test_every_phrase_of_waiting_has_a_hint(text: str) -> None:
    if found(text, IDS) != Needs():
        assert may_wait(text)


@pytest.mark.parametrize("name", [name for name in corpus.FILES if name.endswith(".md")])
def test_every_line_of_every_fixture_too(name: str) -> None:
    for line in (corpus.FIXTURES / name).read_text(encoding="utf-8").splitlines():
        assert may_wait(line) or found(line, IDS) == Needs(), line


@pytest.mark.parametrize("text", ["Write `src/a.ts`", "Show the list as it should behave", "Mach `src/a.ts` auf"])
def test_most_texts_have_none(text: str) -> None:
    assert not may_wait(text)
