"""Text in columns."""

from __future__ import annotations

import pytest

from fanout.report.cells import clean, counted, cut, few, pad, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\tand more", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("bell\x07 back\x08space", "bell back space"),
        ("\u202egnirts\u202c", "gnirts"),
        ("é 中文", "é 中文"),
        ("a\x9bb", "a b"),
        ("", ""),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("one too long", 11, "one too lo…"),
        ("中文字符", 8, "中文字符"),
        ("中文字符", 7, "中文字…"),
        ("中文字符", 6, "中文…"),
        ("ends here  x", 10, "ends here…"),
        ("anything", 1, "…"),
        ("anything", 0, ""),
    ],
)
def test_cut_and_pad(text: str, cells: int, shown: str) -> None:
    assert cut(text, cells) == shown
    assert width(cut(text, cells)) <= cells
    assert width(pad(text, cells)) == cells


def test_counts_and_names() -> None:
    assert [counted(n, "batch") for n in (0, 1, 2)] == ["0 batches", "1 batch", "2 batches"]
    assert few(["a", "b"], 2) == "a, b" and few(["a", "b", "c"], 2) == "a, b and 1 more"
