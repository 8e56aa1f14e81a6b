"""Values of front matter as writers of YAML write them: quotes in quotes, escapes, what is folded over lines."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.read.text import front, markdown
from fanout.source import write_back
from fanout.source.resolve import resolve


def values(*lines: str) -> dict[str, object]:
    return front.parse(markdown.page("\n".join(["---", *lines, "---", ""]), "").lines).values


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("'The user''s page'", "The user's page"),
        ("'it''s'  # a comment", "it's"),
        ('"C:\\\\new \\"shop\\""', 'C:\\new "shop"'),
        ('"tab\\there"', "tab\there"),
        ('"caf\\u00e9 \\ud83c\\udf89"', "café 🎉"),
        ('"half \\ud83c"', "half \ufffd"),
        ("'never closed", "never closed"),
        ("it's plain # a comment", "it's plain"),
        ("a#b", "a#b"),
        ("''", ""),
        ("['it''s, one', \"two, \\\"2\\\"\", three]", ["it's, one", 'two, "2"', "three"]),
    ],
)
def test_a_value(said: str, meant: object) -> None:
    assert values(f"title: {said}", "status: open") == {"title": meant, "status": "open"}


@pytest.mark.parametrize(
    "lines",
    [
        ["title: Show what the store", "  holds and what it", "  lacks"],
        ["title: 'Show what the store", "  holds and what it lacks'"],
        ['title: "Show what the store', '  holds and what it lacks"'],
        ["title: >-", "  Show what the store", "  holds and what it lacks"],
    ],
)
def test_a_value_that_is_folded(lines: list[str]) -> None:
    found = {"title": "Show what the store holds and what it lacks", "status": "open"}
    assert values(*lines, "status: open") == found
    assert values("status: open", *lines) == found


def test_keys_and_items_below_a_value_are_none_of_it() -> None:
    page = markdown.page("---\ntitle: Store\n  - item\n  key: value\nstatus: open\n---\n", "")
    found = front.parse(page.lines)
    assert found.values["title"] == "Store"


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("status: 'open'", "status: 'closed'"),
        ('status: "in\\u002dprogress"  # now', 'status: "closed"  # now'),
        ("status:", "status: closed"),
        ("status: ''", "status: 'closed'"),
    ],
)
def test_a_status_is_written_where_its_words_stand(said: str, then: str, tmp_path) -> None:
    path = tmp_path / "001.md"
    text = f"---\nname: 'The user''s page'\n{said}\ndepends_on: []\nparallel: true\n---\n"
    path.write_text(text)
    reading = registry.read(resolve(str(path), str(tmp_path)))
    assert [task.title for task in reading.document.tasks] == ["The user's page"]
    write_back.set_status(reading, "001", "completed")
    assert path.read_text() == text.replace(said, then)
