# ruff: noqa: RUF001 - words of languages that are written with other letters
"""What only the project's tree tells: a file without an ending that a word names, the test that a task's own check runs."""

from __future__ import annotations

import pytest

from fanout.plan.order import named_files
from fanout.plan.read import registry
from fanout.plan.reading import Source

TOP = ("Changes", "NEWS", "Makefile", "LICENSE", "build", "configure")
TREE = frozenset([*TOP, "docs/rules.md", "lib/Box.pm", "t/01-box.t", "src/a.js"])


def read(*items, tree=TREE):
    text = "# Mail 0.2\n\n" + "".join(f"- [ ] {item}\n" for item in items)
    reading = named_files.resolve(registry.read(Source("-", "", text, "/nowhere")), tree, lambda path: False)
    return [task.writes for task in reading.document.tasks]


@pytest.mark.parametrize(
    ("item", "writes"),
    [
        ("Document size in docs/rules.md and put a line into Changes", ["docs/rules.md", "Changes"]),
        ("Document size in docs/rules.md, add it to NEWS", ["docs/rules.md", "NEWS"]),
        ("Fix src/a.js (entry in Changes)", ["src/a.js", "Changes"]),
        ("Fix src/a.js and add a note to the `Changes`", ["src/a.js", "Changes"]),
        ("Update LICENSE and src/a.js", ["src/a.js", "LICENSE"]),
        ("Fix src/a.js; add a target to `build`", ["src/a.js", "build"]),
        ("Add src/a.js, Eintrag in Changes", ["src/a.js", "Changes"]),
        ("Fix src/a.js，在 Changes 中添加一行", ["src/a.js", "Changes"]),
        ("When all that is in: NEWS says what is new in 2.0", ["NEWS"]),
        ("NEWS: a line for 2.0", ["NEWS"]),
        ("Fix src/a.js; then `build` gets a target", ["src/a.js", "build"]),
        ("Fix src/a.js. The LICENSE names 2026", ["src/a.js", "LICENSE"]),
        ("Fix src/a.js und NEWS bekommt eine Zeile", ["src/a.js", "NEWS"]),
        ("NEWS entry for 2.0 that names the FAQ", ["NEWS"]),
        ("Write the release notes (NEWS)", ["NEWS"]),
        ("Fix src/a.js + NEWS", ["src/a.js", "NEWS"]),
        ("Fix src/a.js, Changes", ["src/a.js", "Changes"]),
        ("Fix src/a.js; describe it in the file Changes", ["src/a.js", "Changes"]),
        ("Fix src/a.js, with a line for Changes", ["src/a.js", "Changes"]),
        ("Fix src/a.js and write a NEWS entry", ["src/a.js", "NEWS"]),
        ("Fix src/a.js; update LICENSE and NEWS", ["src/a.js", "LICENSE", "NEWS"]),
        ("Fix src/a.js, tell users in NEWS", ["src/a.js", "NEWS"]),
        # Words that are no such file, or are only spoken of.
        ("Fix src/a.js after the NEWS entry was read", ["src/a.js"]),
        ("Fix src/a.js like the Changes lines say", ["src/a.js"]),
        ("Fix src/a.js (see NEWS)", ["src/a.js"]),
        ("Fix src/a.js, NEWS has the reason", ["src/a.js"]),
        ("Fix src/a.js for Changes", ["src/a.js"]),
        ("Fix src/a.js, build it", ["src/a.js"]),
        ("Changes to src/a.js in one go", ["src/a.js"]),
        ("Write Changes to src/a.js", ["src/a.js"]),
        ("Fix src/a.js as NEWS says", ["src/a.js"]),
        ("Add src/a.js to the build", ["src/a.js"]),
        ("Fix src/a.js, what Changes says is wrong", ["src/a.js"]),
        ("Fix src/a.js: build must pass", ["src/a.js"]),
        ("Fix src/a.js; do not add a line to Changes", ["src/a.js"]),
        ("Fix src/a.js and put a line into History", ["src/a.js"]),
        ("Fix src/a.js and put a line into Changes.old", ["src/a.js"]),
        ("Fix src/a.js and put a line into docs/Changes/", ["src/a.js", "docs/Changes/"]),
        ("Review the entries in Changes", []),
    ],
)
def test_a_file_at_the_top_without_an_ending(item: str, writes: list[str]) -> None:
    assert read(item, "Add src/z.js")[0] == writes


@pytest.mark.parametrize(
    ("items", "writes"),
    [
        (["Date rule in lib/Date.pm. Check: `prove -Ilib t/04-date.t`"], ["lib/Date.pm", "t/04-date.t"]),
        (["Date in src/b.js, must pass `node --test test/b.test.js`"], ["src/b.js", "test/b.test.js"]),
        (["Date in src/b.py. Check: `pytest tests/test_b.py::test_one`"], ["src/b.py", "tests/test_b.py"]),
        (["Date in src/b.js. Check: `cd web && npx vitest run src/b.test.js`"], ["src/b.js", "web/src/b.test.js"]),
        (["Date in src/b.js. Check: `bash scripts/b.sh`"], ["src/b.js", "scripts/b.sh"]),
        # It is there, another task makes it, several run it, or it is no file.
        (["Date rule in lib/Date.pm. Check: `prove -Ilib t/01-box.t`"], ["lib/Date.pm"]),
        (["Date rule in lib/Date.pm. Check: `prove t/04-date.t`", "Write t/04-date.t"], ["lib/Date.pm"]),
        (["Add lib/D.pm. Check: `prove t/9.t`", "Add lib/E.pm. Check: `prove t/9.t`"], ["lib/D.pm"]),
        (["Add lib/D.pm. Check: `prove -Ilib t`"], ["lib/D.pm"]),
        (["Add lib/D.pm. Check: `grep -q rule docs/new.md`"], ["lib/D.pm"]),
    ],
)
def test_a_test_that_its_own_check_runs(items: list[str], writes: list[str]) -> None:
    assert read(*items, "Add src/z.js")[0] == writes


def test_nothing_without_the_projects_files() -> None:
    assert read("Date in lib/Date.pm. Check: `prove t/04-date.t`", "Add src/z.js", tree=frozenset())[0] == [
        "lib/Date.pm"
    ]


def test_what_a_list_states_is_left() -> None:
    text = "### Task 1: Date\n\n**Files:**\n- Create: `lib/Date.pm`\n\nPut a line into Changes.\n"
    reading = registry.read(Source("-", "", text, "/nowhere"), "superpowers")
    assert named_files.resolve(reading, TREE, lambda path: False) is reading
