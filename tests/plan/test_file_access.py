"""What a file's bytes are as text."""

from __future__ import annotations

import pytest

from fanout.errors import FanoutError
from fanout.plan.file_access import decode

TEXT = "- [ ] Add `a.py`\r\n- [x] 日本語です 中国国 é\n"


@pytest.mark.parametrize("text", [TEXT, "", "a\0b", "です" * 40, "中國國中 中文 国\n" * 9])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_in_utf_8_and_in_utf_16_with_its_mark(text, codec):
    assert decode(text.encode(codec), "x") == text


def test_utf_16_of_the_other_order():
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be"), "x") == TEXT


LITTLE = b"\xff\xfe" + "- [ ] A\n".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (LITTLE + b"x", "x:2:1: damaged UTF-16 text"),
        (LITTLE + b"x\0\0\xd8", "x:2:2: damaged UTF-16 text"),
        (LITTLE + b"- [ ] Bcd\n", "x:2:1: damaged UTF-16 text"),
        (b"\xfe\xff" + "- [ ] A\n".encode("utf-16-be") + b"- [ ] Bc\r\n", "x:2:1: damaged UTF-16 text"),
        (TEXT.encode("utf-16-le"), "x: no text, or UTF-16 without its mark: many bytes are 0"),
        (TEXT.encode("utf-32"), "x: it is UTF-32 text"),
        ("ä".encode("latin-1"), "x:1:1: not UTF-8 text"),
    ],
)
def test_damaged_text_is_one_error(data, error):
    with pytest.raises(FanoutError) as raised:
        decode(data, "x")
    assert str(raised.value).startswith(error)
    assert "as UTF-8." in str(raised.value)
