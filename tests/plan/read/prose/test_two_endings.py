"""One name with several endings is several files; a folder called [id] and a choice of anything else stay as they are."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.read.prose.mentions import mentions
from fanout.plan.reading import Source


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("list_remove (`src/list.[ch]`)", ["src/list.c", "src/list.h"]),
        ("list_remove in src/list.[ch]", ["src/list.c", "src/list.h"]),
        ("list_remove in `list.[hc]`", ["list.h", "list.c"]),
        ("Fix src/a.[jt]s", ["src/a.js", "src/a.ts"]),
        ("Fix `src/x.{c,h}`", ["src/x.c", "src/x.h"]),
        ("Fix src/x.{c,h} and src/y.c", ["src/x.c", "src/x.h", "src/y.c"]),
        ("Fix `src/{a,b}/x.c`", ["src/{a,b}/x.c"]),
        ("arg: long options (src/arg.c / .h)", ["src/arg.c", "src/arg.h"]),
        ("arg: long options (`src/arg.c`, `.h`)", ["src/arg.c", "src/arg.h"]),
        ("arg: long options in src/arg.c/.h", ["src/arg.c", "src/arg.h"]),
        ("arg: long options in src/arg.c and .h", ["src/arg.c", "src/arg.h"]),
        ("Fix `app/[id]/page.tsx`", [r"app/\[id\]/page.tsx"]),
        ("Fix `src/*.{ts,tsx}`", ["src/*.{ts,tsx}"]),
        ("Fix `src/file.[0-9].log`", ["src/file.[0-9].log"]),
        ("Fix src/arg.c, .h files follow", ["src/arg.c", "src/arg.h"]),
        ("Fix src/arg.c and .gitignore", ["src/arg.c", ".gitignore"]),
        ("Fix src/arg.c and .config", ["src/arg.c"]),
    ],
)
def test_the_files_of_a_name(text: str, paths: list[str]) -> None:
    assert [one.pattern for one in mentions(text)] == paths


def test_in_a_table_and_in_a_list_of_files_too() -> None:
    text = "| # | Task | Files |\n|--|--|--|\n| 1 | List | src/list.[ch] |\n| 2 | Arg | `src/arg.c` / `.h` |\n"
    found = registry.read(Source("-", "todo.md", text, "/x"))
    assert [task.writes for task in found.document.tasks] == [["src/list.c", "src/list.h"], ["src/arg.c", "src/arg.h"]]
