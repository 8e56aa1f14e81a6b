"""Words that read as translated and must not come back, in what users, models and contributors read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from project import CHECKOUT

from dev import texts

# pattern -> the usual words
WORDS = {
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bfor whom\b": "which scope, who",
    r"\bis a question to (you|the user)\b": "asks you",
    r"\bthat there is not\b": "unknown",
    r"\bgets? on\b": "makes progress",
    r"\bthrough makespan\b": "divided by",
    r"\btimes their estimates\b": "times longer than estimated",
    r"\bhereby\b|\bthereof\b|\bwherein\b|\bof its own accord\b": "plain words",
}
PAGES = sorted(
    path
    for pattern in (
        "*.md",
        "docs/*.md",
        "skills/**/*.md",
        "commands/*.md",
        "agents/*.md",
        "plugins/**/*.md",
        "evals/README.md",
    )
    for path in CHECKOUT.glob(pattern)
    if path.name != "CHANGELOG.md"  # it tells of the past in the words of then
)
FENCE = re.compile(r"^(```|<pre>).*?^(```|</pre>)", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_a_page_is_in_plain_words(page: Path) -> None:
    said = FENCE.sub("", page.read_text(encoding="utf-8"))
    assert {match[0]: usual for word, usual in WORDS.items() for match in re.finditer(word, said, re.IGNORECASE)} == {}


@pytest.mark.parametrize("word", WORDS)
def test_no_message_has_it(told: list[texts.Text], word: str) -> None:
    found = [text for text in told if not text.where.endswith(".md") and re.search(word, text.words, re.IGNORECASE)]
    assert [f"{text.where}: {text.words[:90]}" for text in found] == []


@pytest.mark.parametrize(
    "words",
    [
        "Wait if it gets on; else stop it",
        "The client asks for whom to install",
        "every file of every agent is a question to you",
        "A key that there is not is an error",
        "work through makespan",
        "one edit can mend them all",
    ],
)
def test_the_list_bites(words: str) -> None:
    assert any(re.search(word, words, re.IGNORECASE) for word in WORDS)
