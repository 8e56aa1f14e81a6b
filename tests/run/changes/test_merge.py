from __future__ import annotations

import pytest

from fanout.run.changes.merge import merge

BASE = b"a\nb\nc\nd\ne\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (BASE, b"A\nb\nc\nd\ne\n", b"A\nb\nc\nd\ne\n"),
        (b"a\nb\nc\nd\nE\n", BASE, b"a\nb\nc\nd\nE\n"),
        (b"a\nb\nc\nd\nE\n", b"A\nb\nc\nd\ne\n", b"A\nb\nc\nd\nE\n"),
        (b"A\nb\nc\nd\ne\n", b"A\nb\nc\nd\ne\n", b"A\nb\nc\nd\ne\n"),
        (b"A\nb\nc\nd\ne\n", b"X\nb\nc\nd\ne\n", None),
        (b"a\nb\nx\nc\nd\ne\n", b"a\nb\ny\nc\nd\ne\n", None),
        (b"a\nb\nd\ne\n", b"a\nb\nC\nd\ne\n", None),
        (b"a\nb\nx\nc\nd\ne\n", b"a\nb\nC\nd\ne\n", None),  # an insertion where the other's change begins, or ends
        (b"a\nb\nc\nx\nd\ne\n", b"a\nb\nC\nd\ne\n", None),
        (b"a\nb\nc\nd\nx\ne\n", b"a\nb\nC\nd\ne\n", b"a\nb\nC\nd\nx\ne\n"),
        (b"a\nB\nc\nd\ne\n", b"a\nb\nC\nd\ne\n", b"a\nB\nC\nd\ne\n"),
        (b"a\nb\nc\nd\ne\ny\n", b"x\na\nb\nC\nd\ne\n", b"x\na\nb\nC\nd\ne\ny\n"),
        (b"a\0\n", b"A\nb\nc\nd\ne\n", None),
        (b"a\nc\nd\ne\nf\n", b"z\na\nb\nc\nd\ne\n", b"z\na\nc\nd\ne\nf\n"),
    ],
)
def test_merge(ours: bytes, theirs: bytes, merged: bytes | None) -> None:
    assert merge(BASE, ours, theirs) == merged


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (b"a\nb\nc\n", b"a\nb\nc\nd\ne\nx\n", b"a\nb\nc\nx\n"),
        (b"a\nb\nd\ne\n", b"a\nb\nx\nc\nd\ne\n", b"a\nb\nx\nd\ne\n"),
        (b"a\nb\nx\nc\nd\ne\n", b"a\nb\nC\nd\ne\n", b"a\nb\nx\nC\nd\ne\n"),
        (b"a\nb\nx\nc\nd\ne\n", b"a\nb\ny\nc\nd\ne\n", None),
        (b"a\nd\ne\n", b"a\nb\nx\nc\nd\ne\n", None),
        (b"a\nd\ne\n", b"a\nB\nC\nd\ne\n", None),
    ],
)
def test_lines_may_be_put_in_beside_what_is_left_out(ours: bytes, theirs: bytes, merged: bytes | None) -> None:
    assert merge(BASE, ours, theirs, is_close=True) == merged
