"""Paths from another folder than the root: found, told, or left."""

from __future__ import annotations

import pytest
from plan.made import reading as native

from fanout.plan.order import base_paths
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

TREE = frozenset(
    {
        "apps/desk/src/x.ts",
        "apps/desk/src/views/SessionsView.tsx",
        "apps/web/lib/index.ts",
        "apps/desk/lib/index.ts",
        "tools/run.py",
        "README.md",
    }
)


def read(text: str) -> Reading:
    return registry.read(Source("-", "", text, "/nowhere"))


@pytest.mark.parametrize(
    ("words", "writes", "code"),
    [
        ("Fix `src/x.ts`", ["apps/desk/src/x.ts"], "other-base"),
        ("Fix `SessionsView.tsx`", ["apps/desk/src/views/SessionsView.tsx"], "other-base"),
        ("Create `src/views/NewView.tsx`", ["apps/desk/src/views/NewView.tsx"], "other-base"),  # its folder is known
        ("Fix `lib/index.ts`", ["lib/index.ts"], "ambiguous-path"),
        ("Fix `index.ts`", ["index.ts"], "ambiguous-path"),
        ("Create `SessionsView.tsx`", ["SessionsView.tsx"], ""),  # a new one in the root
        ("Create `src2/y.ts`", ["src2/y.ts"], ""),  # no folder ends so
        ("Fix `tools/x.ts`", ["tools/x.ts"], ""),  # a folder of the root: a new file of it
        ("Fix `README.md`", ["README.md"], ""),  # it is there
        ("Fix `views/*.tsx`", ["views/*.tsx"], ""),  # a pattern is left
    ],
)
def test_where_a_path_is(words: str, writes: list[str], code: str) -> None:
    found = base_paths.resolve(read(f"- [ ] {words}\n- [ ] Write `tools/other.py`\n"), TREE)
    assert found.document.tasks[0].writes == writes
    assert [one.code for one in found.warnings] == ([code] if code else [])


def test_what_is_told() -> None:
    found = base_paths.resolve(
        read("- [ ] Fix `src/x.ts`\n- [ ] Fix `lib/index.ts`\n- [ ] Fix `src/x.ts` again\n"), TREE
    )
    assert [(one.task, one.message) for one in found.warnings] == [
        ("01", "src/x.ts is not there, and is taken as apps/desk/src/x.ts, the only place of the project that ends so"),
        (
            "02",
            "lib/index.ts is not there, and may be any of apps/desk/lib/index.ts, apps/web/lib/index.ts: nothing protects "
            "the one that is meant",
        ),
    ]
    assert found.document.tasks[2].writes == ["apps/desk/src/x.ts"]
    assert found.as_read is not None and found.as_read.tasks[0].writes == ["src/x.ts"]


def test_the_native_document_means_what_it_says() -> None:
    reading = native({"id": "a", "writes": ["src/x.ts"]})
    assert base_paths.resolve(reading, TREE) is reading


def test_without_a_tree_nothing_is_said() -> None:
    reading = read("- [ ] Fix `src/x.ts`\n")
    assert base_paths.resolve(reading, frozenset()) is reading
