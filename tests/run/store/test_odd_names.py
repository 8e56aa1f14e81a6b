"""Names that are not UTF-8: kept in the journal, and shown, without losing a byte."""

from __future__ import annotations

import os

import pytest

from fanout.run.store import odd_names

LONE = "".join(map(chr, range(0xD800, 0xE000)))
ODD = os.fsdecode(b"caf\xe9.txt")


def test_what_the_journal_holds_is_read_back_whole() -> None:
    assert odd_names.loaded(odd_names.stored(LONE).encode()) == LONE
    assert odd_names.stored(ODD) == "caf\U0010dce9.txt", "as journals hold it already"
    assert odd_names.loaded(os.fsencode(ODD)) == ODD


@pytest.mark.parametrize("text", ["", "a.txt", "é", "\U0010ffff", "\U0010d7ff", "\U0010e000", "漢"])
def test_any_other_text_is_as_it_is(text: str) -> None:
    assert odd_names.stored(text) == text == odd_names.loaded(text.encode()) == odd_names.shown(text)
    assert not odd_names.is_odd(text)


@pytest.mark.parametrize(
    ("text", "shown"), [(ODD, "caf\\xe9.txt"), ("\udc80\udcff", "\\x80\\xff"), ("\udc7f", "\ufffd")]
)
def test_a_byte_is_shown_by_its_number(text: str, shown: str) -> None:
    assert odd_names.is_odd(text) and odd_names.shown(text) == shown
    assert odd_names.all_shown({text: [text, (text,), 7, None]}) == {shown: [shown, [shown], 7, None]}


def test_the_parameters_of_a_statement_are_taken_as_they_come() -> None:
    kept = odd_names.stored(ODD)
    assert odd_names.given((ODD, 1, None, b"x")) == (kept, 1, None, b"x")
    assert odd_names.given({"name": ODD, "n": 1}) == {"name": kept, "n": 1}
