"""`[-]`: cancelled, unless the list or its tool says that it means begun; either way it is said."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.report import reading_text


def read(text):
    return registry.read(Source("-", "", text, "/nowhere"))


@pytest.mark.parametrize(
    "text",
    [
        "- [-] T001 Write `src/a.py`\n- [-] T002 Write `src/b.py`\n- [ ] T003 Write `src/c.py`\n",
        "- [-] A1: write `src/a.py`\n- [-] A2: write `src/b.py`\n- [ ] A3: write `src/c.py`\n",
    ],
)
def test_a_dash_that_leaves_out_is_said_once(text):
    found = read(text)
    first, second, _open = found.notes
    (remark,) = found.warnings
    assert (remark.code, remark.task) == ("dash-skipped", first)
    assert remark.message == (
        f"[-] is read as cancelled: {first}, {second} will not run, and what waits for them may start"
    )
    assert remark.fix == "Write [~] for what is begun, [!] for what has to wait."
    assert reading_text.summary(found).startswith("3 tasks, 0 done, 2 skipped; ")


@pytest.mark.parametrize(
    "text",
    [
        "- [-] 1. Write `src/a.ts`\n  - _Requirements: 1.1_\n- [ ] 2. Write `src/b.ts`\n",
        "Legend: [-] in progress\n\n- [-] A1: write `src/a.ts`\n- [ ] A2: write `src/b.ts`\n",
        "Legend: [-] = in progress\n\n- [-] T001 Write `src/a.ts`\n- [ ] T002 Write `src/b.ts`\n",
    ],
)
def test_a_dash_that_means_begun_is_begun(text):
    found = read(text)
    assert [note.status for note in found.notes.values()] == ["in_progress", "pending"]
    assert "dash-skipped" not in [item.code for item in found.warnings]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("~~write `src/a.ts`~~ dropped", "skipped"),
        ("~~write `src/a.ts`~~ moved to 4", "skipped"),
        ("~~write `src/a.ts`~~ write `src/c.ts` in its place", "pending"),
    ],
)
def test_a_word_behind_what_is_struck_out_says_that_it_is_off(text, status):
    found = read(f"- [ ] {text}\n- [ ] write `src/b.ts`\n")
    assert [note.status for note in found.notes.values()] == [status, "pending"]


def test_words_that_are_struck_out_need_no_word():
    assert read("- [ ] ~~A1: write `src/a.ts`~~\n- [ ] A2: write `src/b.ts`\n").warnings == []
