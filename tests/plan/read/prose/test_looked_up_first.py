# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""What is looked up before a search: a text that is skipped is one in which the search finds nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanout.plan.read.prose import behind_all, mentions, path_words, vocabulary, waiting_words, write_or_read
from fanout.plan.read.text import task_fields

SEARCHES = {
    "starts": [
        re.compile(waiting_words.FORWARD, re.IGNORECASE),
        re.compile(waiting_words.BACKWARD, re.IGNORECASE),
        waiting_words.STRONG,
        waiting_words.AFTER_EARLIER,
    ],
    "whole": [waiting_words.WHOLE],
    "says_none": [waiting_words.NONE],
    "may_end_late": [waiting_words.LATE_WORD],
}
# The letters of every word that the searches know, spelled and cut in many ways.


def _words_of(*patterns: re.Pattern[str]) -> list[str]:
    bare = [re.sub(r"\\.|\(\?\S", " ", pattern.pattern) for pattern in patterns]
    return sorted({word for text in bare for word in re.findall(r"[^\W\d_]+", text)})


WORDS = _words_of(*(pattern for patterns in SEARCHES.values() for pattern in patterns))
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(
        [
            "depends on",
            "depends_on",
            "Depois de",
            "bloqueado por",
            "wartet auf",
            "document everything",
            "Blocked-By",
            "as soon as",
            "can't start before",
            "to be done",
            "<-",
            "<--",
        ]
    ),
    st.sampled_from(
        [" ", " ", "\n", ": ", "：", "-", "_", ".", "(", "none", "T001", "2", "all of the above", "the previous task"]
    ),
)
TEXTS = st.lists(PIECES, min_size=1, max_size=8).map("".join)


@pytest.mark.parametrize("name", SEARCHES)
@given(text=TEXTS)
def test_what_is_skipped_holds_nothing(name: str, text: str) -> None:
    for spelled in (text, text.upper(), text.title()):
        if not _told(name, spelled):
            assert [pattern.search(spelled) for pattern in SEARCHES[name]] == [None] * len(SEARCHES[name])


def _told(name: str, text: str) -> bool:
    """Whether the text is searched; no list of places means everywhere."""
    found = getattr(waiting_words, name)(text)
    return (name == "starts" and found is None) or bool(found)


@given(text=TEXTS)
def test_a_search_where_words_of_waiting_begin_finds_what_a_search_everywhere_does(text: str) -> None:
    for spelled in (text, text.upper(), text.title()):
        starts = waiting_words.starts(spelled)
        for pattern in SEARCHES["starts"]:
            wanted = [match.span() for match in pattern.finditer(spelled)]
            assert [match.span() for match in waiting_words.found_at(pattern, spelled, starts)] == wanted


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("starts", "Add the cart to the page", False),
        ("starts", "Add the cart once T001 is there", True),
        ("starts", "blocked_by T1", True),
        ("starts", "T1 <- T2", True),
        ("starts", "依赖 T1", True),
        ("says_none", "Note: none of the tests", False),
        ("says_none", "Dependencies: none", True),
        ("may_end_late", "Write the parser", False),
        ("may_end_late", "T1 must be done", True),
    ],
)
def test_most_texts_are_skipped(name: str, text: str, told: bool) -> None:
    assert _told(name, text) is told


@given(st.lists(st.sampled_from([*"ab./\\*-_ 1", "file", "Makefile", ".env", "*.py"]), max_size=12).map("".join))
def test_only_a_sentence_without_a_path_is_skipped(sentence: str) -> None:
    assert len(list(mentions.path_tokens(sentence))) == len(mentions._TOKEN.findall(sentence))


LINES = st.lists(
    st.sampled_from(
        [*"ab./\\`-_ 1:", "\n", "Makefile", "file ", "npm ", "bundle ", "pip3 ", "go ", "brew ", "Use ", "x.py"]
    ),
    max_size=12,
).map("".join)


@given(LINES)
def test_a_line_is_left_out_of_the_prose_only_when_it_names_no_path(text: str) -> None:
    lines = text.split("\n")
    wanted = [line for line in lines if task_fields._MAY.search(line) and task_fields.field_of(line) is None]
    assert task_fields.prose(lines) == "\n".join(wanted)


@given(
    st.lists(st.sampled_from(["create ", "Set ", "up ", "from ", "re-use ", "add-on ", "the cart ", "_", "a.py "])).map(
        "".join
    )
)
def test_the_words_before_a_path_that_say_what_is_done_are_all_found(text: str) -> None:
    found = write_or_read.cues_in(text, len(text))
    assert [(cue.start, cue.end) for cue in found] == [match.span() for match in vocabulary.CUE.finditer(text)]
    half = len(text) // 2
    assert [cue for cue in write_or_read.cues_in(text, half) if cue.end <= half] == [
        cue for cue in found if cue.end <= half
    ]


@pytest.mark.parametrize("head", ["", "x, ", "x (", "x: "])
@given(st.lists(st.sampled_from(_words_of(behind_all._SAYS)), min_size=1, max_size=6).map(" ".join))
def test_words_of_what_comes_last_are_all_looked_up(head: str, text: str) -> None:
    """The parts that are looked up in a line of ASCII stand in whatever the search finds there."""
    for line in (head + text, head + text.upper(), f"{head}{text}. More"):
        if line.isascii() and behind_all._SAYS.search(line):
            assert behind_all.find(line, False)


@pytest.mark.parametrize(
    "words", ["at the end", "at the very end", "last of all", "when all that is done", "after these are all done"]
)
def test_a_line_that_says_so_is_searched(words: str) -> None:
    assert behind_all.find(f"notes, {words}", False)


@pytest.mark.parametrize("word", ["text/html", "application/json", "feature/login", "origin/main", "refs/heads/x"])
def test_a_media_type_or_a_branch_is_no_path(word: str) -> None:
    assert path_words.as_path(word) is None
    assert path_words.as_path(f"src/{word}.py") == f"src/{word}.py"
