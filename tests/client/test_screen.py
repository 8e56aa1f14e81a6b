from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanout.client.screen import Screen

SHOWN = [
    ("text", "hello", "hello"),
    ("lines", "a\r\nb", "a\nb"),
    ("wraps", "abcdefghijkl", "abcdefghij\nkl"),
    ("scrolls", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5"),
    ("returns", "abc\rX", "Xbc"),
    ("backspace", "abc\bX", "abX"),
    ("tab", "a\tb", "a       b"),
    ("moves", "\x1b[2;3Hx", "\n  x"),
    ("moves up and right", "a\r\nb\x1b[A\x1b[2Cx", "a  x\nb"),
    ("column and row", "\x1b[5Gx\x1b[2dy", "    x\n     y"),
    ("stays inside", "\x1b[99;99Hx", "\n\n\n         x"),
    ("erases to the end of the line", "abcdef\x1b[3G\x1b[K", "ab"),
    ("erases the start of the line", "abcdef\x1b[3G\x1b[1K", "   def"),
    ("erases the line", "abcdef\x1b[2K", ""),
    ("erases below", "a\r\nb\r\nc\x1b[2;1H\x1b[J", "a"),
    ("erases above", "a\r\nb\r\nc\x1b[2;1H\x1b[1J", "\n\nc"),
    ("erases all", "a\r\nb\x1b[2J", ""),
    ("inserts and deletes lines", "a\r\nb\x1b[1;1H\x1b[Lx\x1b[2;1H\x1b[M", "x\nb"),
    ("inserts and deletes characters", "abc\x1b[1G\x1b[@\x1b[3G\x1b[P", " ac"),
    ("saves and restores", "a\x1b7\x1b[3;3Hx\x1b8b", "ab\n\n  x"),
    ("colours are not shown", "\x1b[1;38;5;12mred\x1b[0m", "red"),
    ("titles are not shown", "\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b", "ab"),
    ("modes are not shown", "\x1b[?25l\x1b[?2004h\x1b[>1u\x1b=a", "a"),
    ("the other screen is empty", "abc\x1b[?1049h\x1b[Hx", "x"),
    ("wide characters", "日本\x1b[1;5Hx", "日本x"),
    ("combining characters take no room", "e\u0301x", "ex"),
    ("scrolls up and down", "a\r\nb\x1b[S\x1b[T", "\nb"),
]


@pytest.mark.parametrize(("written", "shown"), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_shows(written: str, shown: str) -> None:
    screen = Screen(10, 4)
    screen.feed(written.encode())
    assert screen.text == shown
    piecewise = Screen(10, 4)
    for byte in written.encode():
        piecewise.feed(bytes([byte]))
    assert piecewise.text == shown


@pytest.mark.parametrize(
    ("asked", "answer"), [("\x1b[c", b"\x1b[?62;c"), ("ab\x1b[6n", b"\x1b[1;3R"), ("\x1b[?u", b"\x1b[?0u"), ("a", b"")]
)
def test_answers_queries(asked: str, answer: bytes) -> None:
    assert Screen(10, 4).feed(asked.encode()) == answer


def test_keeps_what_scrolled_away() -> None:
    screen = Screen(10, 2)
    screen.feed(b"1\r\n2\r\n3")
    assert screen.scrolled == ["1"]


PIECE = st.one_of(st.text(max_size=5), st.sampled_from([row[1] for row in SHOWN]), st.binary(max_size=4))


@given(st.lists(PIECE, max_size=20))
def test_no_input_breaks_it(pieces: list[str | bytes]) -> None:
    screen = Screen(10, 4)
    for piece in pieces:
        screen.feed(piece.encode("utf-8", "replace") if isinstance(piece, str) else piece)
        assert [len(cells) for cells in screen.cells] == [10] * 4
        assert 0 <= screen.row < 4
        assert 0 <= screen.column <= 10
