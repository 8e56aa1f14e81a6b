"""The small parsers below the readers: tolerant JSON, front matter, Markdown lines, rings."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanout.errors import SourceError
from fanout.plan.read.prose import statuses
from fanout.plan.read.text import front, jsonc, markdown

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 2]))
def test_strict_json_is_read_as_json_reads_it(value, indent):
    text = json.dumps(value, indent=indent)
    assert jsonc.parse(text, "x") == json.loads(text)
    assert jsonc.plain(text) == text


@given(JSON)
def test_comments_and_trailing_commas_vanish_and_offsets_stay(value):
    text = json.dumps(value, indent=1, ensure_ascii=False)
    lines = [
        line + (" // , ] }" if not line.rstrip().endswith(("[", "{")) else " /* [ */") for line in text.split("\n")
    ]
    noisy = "\n".join(lines)
    plain = jsonc.plain(noisy)
    assert len(plain) == len(noisy)
    assert jsonc.parse(noisy, "x") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ("[1, 2, ]", [1, 2]),
        ('{"a": "// no /* comment */ ,]"}', {"a": "// no /* comment */ ,]"}),
        ('{"a": "\\",]"}', {"a": '",]'}),
        ('/* x */ {"a": 1, // y\n}', {"a": 1}),
        ('{"a": "\\ud800"}', {"a": "\ufffd"}),
        ('{"a": "\\ud83c\\udfaf"}', {"a": "🎯"}),
    ],
)
def test_tolerated(text, value):
    assert jsonc.parse(text, "x") == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "x:1:2: not valid JSON: expecting property name enclosed in double quotes."),
        ('{"a": 1\n "b": 2}', "x:2:2: not valid JSON: expecting ',' delimiter (found '\"b\": 2}')."),
        ("/* never closed", "x:1:16: not valid JSON: expecting value."),
        ("", "x:1:1: not valid JSON: expecting value."),
        ("<<<<<<< HEAD\n{}", "x:1:1: an unresolved merge conflict."),
        ("[" * 200_000, "x: the JSON is nested too deeply."),
    ],
)
def test_refused_with_line_and_column(text, message):
    with pytest.raises(SourceError) as error:
        jsonc.parse(text, "x")
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ('{"a": 1\n "b": 2}', "A comma is missing: write it at the end of line 1, column 8."),
        ('[1,\n {"a": 1 "b": 2}]', "A comma is missing: write it before it."),
        ('[1,\n\n {"a": 1}\n\n {"b": 2}]', "A comma is missing: write it at the end of line 3, column 10."),
        ('{"a": [1, 2}', "Another bracket is open there: write ] before it."),
        ('{"a": [{"b": "]"', "The text ends too early: write }]} at its end."),
        ('{"a": [', "The text ends too early: write ]} at its end."),
        ('{"a" 1}', "Write a colon between the name and its value."),
        ("{a: 1}", 'Write names in double quotes, as "id".'),
        ("{'a': 1}", "Write texts and names in double quotes."),
        ("{\"a\": 'b'}", "Write texts and names in double quotes."),
        ('{"a": True}', "Write true, false or null, in small letters."),
        ('{"a": , "b": 1}', "A value is missing there, or a comma stands there too many."),
        ('{"a": yes}', "Write a text in double quotes, a number, true, false, null, an object or an array."),
        ('{"a": "x\ny"}', 'Write a line break in a text as \\n and a tab as \\t; or its closing " is missing.'),
        ('{"a": "x}', 'Write the closing " of the text that begins there.'),
        ('{"a": "\\q"}', "Write a backslash in a text twice: \\\\."),
        ('{"a": 1}}', "Remove what stands there behind the end, or the bracket that closes too early."),
    ],
)
def test_what_to_do_about_broken_json(text, fix):
    with pytest.raises(SourceError) as error:
        jsonc.parse(text, "x")
    assert str(error.value).endswith(f" {fix}")


def test_spots_of_members_and_elements():
    text = '{"a": [1, {"b": "x"}], "c": null}'
    spots = jsonc.members(text)
    assert {key: text[slice(*spot)] for key, spot in spots.items()} == {"a": '[1, {"b": "x"}]', "c": "null"}
    assert [text[slice(*spot)] for spot in jsonc.elements(text, spots["a"][0])] == ["1", '{"b": "x"}']


FRONT = """---
name: A plan   # with a comment
"quoted key": 'it''s'
empty:
inline: [a, "b, c", 'd']
wild: [Will be updated when synced]
block:
  - one
  - "two: three"
long: [a,
  b,
  c]
text: |
  first
  second
nested:
  list:
    - path: src/a.py
      provides: x
    - path: src/b.py
  key: value
url: https://example.org/a#b
? strange
last: true
---
body
"""


def test_front_matter():
    page = markdown.page(FRONT, "x")
    head = front.parse(page.lines)
    assert head.values["name"] == "A plan"
    assert head.values["inline"] == ["a", "b, c", "d"]
    assert head.values["wild"] == ["Will be updated when synced"]
    assert head.values["block"] == ["one", "two: three"]
    assert head.values["long"] == ["a", "b", "c"]
    assert head.values["text"] == "first\nsecond"
    assert head.values["nested"] == {
        "list": [{"path": "src/a.py", "provides": "x"}, {"path": "src/b.py"}],
        "key": "value",
    }
    assert head.values["url"] == "https://example.org/a#b"
    assert (head.text("empty"), head.texts("empty"), head.flag("last")) == ("", [], True)
    assert [line.text for line in head.strange] == ["? strange"]
    assert page.lines[head.end].text == "body"
    start, end = head.spots["name"]
    assert FRONT[start:end] == "A plan   # with a comment"


@pytest.mark.parametrize("text", ["no front\n---\na: 1\n---\n", "---\na: 1\n", "", "---"])
def test_no_front_matter(text):
    head = front.parse(markdown.page(text, "x").lines)
    assert (head.values, head.end) == ({}, 0)


@given(st.text())
def test_every_character_of_a_text_is_in_one_line(text):
    lines = markdown.page(text.replace("<", ""), "x").lines
    assert all(text.replace("<", "")[line.start :].startswith(line.text) for line in lines)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("**Files:**", ("files", "")),
        ("**Size**: Small", ("size", "Small")),
        ("- **Depends on:** Task 1", ("depends on", "Task 1")),
        ("__Status__: done", ("status", "done")),
        ("**依赖**：T001", ("依赖", "T001")),  # noqa: RUF001
        ("**bold** text: x", None),
        ("plain: x", None),
    ],
)
def test_fields(line, field):
    assert markdown.page(line, "x").lines[0].field() == field


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("in-progress", "in_progress"),
        ("In_Progress", "in_progress"),
        ("Done", "completed"),
        ("closed", "completed"),
        ("cancelled", "skipped"),
        ("deferred", "blocked"),
        ("whatever", None),
    ],
)
def test_status_words(word, status):
    assert statuses.exact(word) == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("✅ Completed (yesterday)", "completed"),
        ("Not started", "pending"),
        ("Not done", "pending"),
        ("✅", "completed"),
        ("unknown", "pending"),
        ("Undone", "pending"),
    ],
)
def test_status_within_a_line(text, status):
    assert statuses.within(text) == status


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Entry wants __eq__ and __repr__ (a.py)", "Entry wants __eq__ and __repr__ (a.py)"),
        ("Entry wants `__eq__`/`__repr__`", "Entry wants __eq__/__repr__"),
        ("**Add** `__all__` to src/__init__.py", "Add __all__ to src/__init__.py"),
        ("Write `load__fast` ✅", "Write load__fast"),
        ("__Add__ the form", "Add the form"),
        ("__note__: the **form**", "note: the form"),
        ("**Add `x`**", "Add x"),
    ],
)
def test_emphasis_is_left_out_and_names_stay(text: str, bare: str) -> None:
    assert markdown.bare(text) == bare
