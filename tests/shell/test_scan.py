"""Runs of characters found by hand are those that an expression finds."""

from __future__ import annotations

import re

import pytest

from fanout.shell import globs, scan
from fanout.shell.runtime import tools
from fanout.shell.words import PLAIN

TEXTS = ["", "abc", "_a1=", "1a", "éa", "aé²٣ⅷ_b-c", "a b", "٣٤x", "²", "\xa0x", "a\u2028b", "a.b/c{d}", "'q'", "\0\6a"]
RUNS = [
    (lambda text, at: scan.name(text, at), r"[A-Za-z_]\w*"),
    (lambda text, at: scan.words(text, at), r"\w+"),
    (lambda text, at: scan.words(text, at, PLAIN), r"[\w./:=@%+,^~\[\]{}*?!#-]+"),
    (lambda text, at: scan.digits(text, at), r"\d+"),
    (lambda text, at: scan.span(text, at, "ab"), r"[ab]+"),
    (lambda text, at: scan.until(text, at, "=' "), r"[^=' ]+"),
]


@pytest.mark.parametrize(("run", "expression"), RUNS)
def test_a_run_ends_where_that_of_the_expression_ends(run, expression: str) -> None:
    for text in TEXTS:
        for at in range(len(text) + 1):
            found = re.compile(expression).match(text, at)
            assert run(text, at) == (found.end() if found else at), (text, at)


@pytest.mark.parametrize(
    ("text", "numbers", "number"),
    [
        ("", [], ""),
        ("\0", [], ""),
        (globs.tagged(3), ["3"], "3"),
        (f"a {globs.tagged(12)}", ["12"], ""),
        (globs.tagged(1) + globs.tagged(2), ["1", "2"], ""),
        ("\0\6x\6", [], ""),
    ],
)
def test_the_output_of_a_git_command_is_found_in_a_text(text: str, numbers: list[str], number: str) -> None:
    assert (globs.tags(text), globs.tag(text)) == (numbers, number)


STARTS = [
    "",
    "cache clean --force",
    "cache",
    "cach",
    "caches",
    "clean -modcache",
    "colr",
    "colour x",
    "x stop",
    "stop",
    "b c",
]
PATTERNS = [
    *(words for rules in tools.STOPPING.values() for words, _, _ in rules),
    r"^colou?r\b",
    r"^cache*\b",
    "^a|b",
    "^b(?:a| c)",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_matches_may_match(pattern: str) -> None:
    for text in STARTS:
        assert tools._may_match(pattern, text) or not re.search(pattern, text), text


def test_a_line_that_begins_otherwise_is_known_by_its_beginning() -> None:
    assert not tools._may_match(r"^cache clean\b.*(?:--force|-f)\b", "test")
