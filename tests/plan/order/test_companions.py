"""The header and the test that go with a task's file, where its words name them."""

from __future__ import annotations

import pytest

from fanout.plan.order import companions
from fanout.plan.read import registry
from fanout.plan.reading import Source

TREE = frozenset(
    [
        *("src/str.c", "src/str.h", "src/buf.c", "src/buf.h", "lib/box.c", "include/box.h", "lib/cup.c", "lib/other.c"),
        *(
            "inv/pdf.py",
            "inv/money.py",
            "tests/test_money.py",
            "src/stats.js",
            "src/parse.js",
            "test/parse.test.js",
            "README.md",
        ),
        *(
            "web/a.ts",
            "web/b.ts",
            "cmd/x.go",
            "cmd/y.go",
            "cmd/y_test.go",
            "src/a.py",
            "one/test_a.py",
            "two/test_a.py",
        ),
    ]
)


def read(item):
    text = f"# T\n\n1. {item}\n2. Add other/z.py\n"
    return companions.resolve(registry.read(Source("-", "", text, "/nowhere")), TREE)


@pytest.mark.parametrize(
    ("item", "writes"),
    [
        ("str: add str_trim in src/str.c (+ header)", ["src/str.c", "src/str.h"]),
        ("str: add str_trim in src/str.c and its header", ["src/str.c", "src/str.h"]),
        ("A set in src/set.c, with a header", ["src/set.c", "src/set.h"]),
        ("Fix lib/box.c + header", ["lib/box.c", "include/box.h"]),
        ("A cup in lib/cup.c (+ header)", ["lib/cup.c", "include/cup.h"]),
        ("inv/pdf.py: escape parentheses; test it", ["inv/pdf.py", "tests/test_pdf.py"]),
        ("Fix the rounding in inv/money.py and test it.", ["inv/money.py", "tests/test_money.py"]),
        ("median and p95: src/stats.js + tests", ["src/stats.js", "test/stats.test.js"]),
        ("src/parse.js skips blank lines, with tests", ["src/parse.js", "test/parse.test.js"]),
        ("cmd/x.go + test", ["cmd/x.go", "cmd/x_test.go"]),
        # No such words, several that may be meant, none known, a test that is named.
        ("src/parse.js skips blank lines", ["src/parse.js"]),
        ("src/parse.js skips the header", ["src/parse.js"]),
        ("src/str.c: parse the line, header of the mail first", ["src/str.c"]),
        ("src/str.c without header", ["src/str.c"]),
        ("inv/pdf.py, no tests", ["inv/pdf.py"]),
        ("inv/pdf.py: the tests pass", ["inv/pdf.py"]),
        ("src/a.py; test it", ["src/a.py"]),
        ("web/a.ts + tests", ["web/a.ts"]),
        ("inv/pdf.py; test it in tests/test_all.py", ["inv/pdf.py", "tests/test_all.py"]),
        ("README.md: how it works; test it", ["README.md"]),
    ],
)
def test_what_goes_with_a_file(item: str, writes: list[str]) -> None:
    assert read(item).document.tasks[0].writes == writes
