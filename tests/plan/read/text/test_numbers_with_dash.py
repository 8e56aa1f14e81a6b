"""Numbers such as 01-02 in front of an item: an id when a colon or a word says so, else a part of the sentence."""

from __future__ import annotations

import pytest

from fanout.plan.read.text.outline import words_of


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("**01-02**: Add the form", "01-02", "Add the form"),
        ("01-02: Add the form", "01-02", "Add the form"),
        ("Task 01-02: Add the form", "01-02", "Add the form"),
        ("**1.2**: Add the form", "1.2", "Add the form"),
        ("10-12 new tests", "", "10-12 new tests"),
        ("3-5 tests for it", "", "3-5 tests for it"),
        ("2024-01-02: notes", "", "2024-01-02: notes"),
    ],
)
def test_a_number_with_a_dash(text, number, words):
    assert words_of(text)[0] == number
    assert words_of(text)[2] == words
