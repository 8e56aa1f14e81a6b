"""What of a command's output is shown."""

from __future__ import annotations

import pytest

from fanout.run.evidence import acceptance

WHOLE = "first\n" + "x" * (acceptance.SHOWN - 6)
ONE_LINE = "y" * (acceptance.SHOWN + 10)


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (b"", ""),
        (b"\n one\ntwo \n\n", "one\ntwo"),
        (WHOLE.encode(), WHOLE),
        (WHOLE.encode() + b"x", "x" * (acceptance.SHOWN - 5)),
        (ONE_LINE.encode(), "y" * acceptance.SHOWN),
        (b"caf\xe9\n", "caf\ufffd"),
    ],
)
def test_the_last_lines_are_shown_whole_as_far_as_there_is_room(output: bytes, shown: str) -> None:
    assert acceptance.tail(output) == shown
