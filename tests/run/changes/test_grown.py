"""A test that only grew checks as much as before: whole lines came, or a check more within a line."""

from __future__ import annotations

import pytest

from fanout.run.changes import grown

C = b'int main(void) { buf_push(&b, "abc", 3); assert(b.len == 3); return 0; }\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"assert a\n"),
        (b"assert a\nassert b\n", b"assert a\nassert c\nassert b\n"),
        (C, C.replace(b" return 0", b" buf_push(&b, x, 100); assert(b.len == 103 && !b.full); return 0")),
        (C, b"#include <string.h>\n" + C.replace(b"return", b"assert(!strcmp(b.data, x)); return")),
        (b"CASES = [(1, 2)]\n", b"CASES = [(1, 2), (3, 4)]\n"),
        (b"from a import b\n", b"from a import b, c\n"),
        (b"is(sum(1), 1); is(sum(), 0);\n", b"is(sum(1), 1); is(sum(2), 2); is(sum(), 0);\n"),
    ],
)
def test_it_only_grew(before: bytes, after: bytes) -> None:
    assert grown.only_grew(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"assert a\n", b""),
        (b"assert a\nassert b\n", b"assert b\nassert a\n"),
        (b"assert a == 3\n", b"assert a == 4\n"),
        (b"assert a == 3\n", b"assert a == 3 or True\n"),
        (b"assert a\n", b"assert not a\n"),
        (b"assert(a);\n", b"if (0) assert(a);\n"),
        (b"assert(a);\n", b"// assert(a);\n"),
        (b"assert(a);\n", b"/* assert(a); */\n"),
        (b"test('x', f)\n", b"test.skip('x', f)\n"),
        (b"  }\n", b"  }}\n"),
        (C, C.replace(b"assert", b"return 0; assert")),
    ],
)
def test_it_may_check_less(before: bytes, after: bytes) -> None:
    assert not grown.only_grew(before, after)
