"""What reading a long text costs."""

from __future__ import annotations

import time

from fanout.plan.read.prose import vocabulary as words
from fanout.plan.read.prose.mentions import mentions


def test_a_sentence_that_names_no_path_is_not_searched_for_verbs() -> None:
    text = "create update read the word after each other word " * 4000
    begun = time.process_time()
    verbs = sum(1 for _ in words.CUE.finditer(text))
    searched = time.process_time() - begun
    begun = time.process_time()
    assert mentions(text) == []
    assert verbs > 4000
    assert time.process_time() - begun < searched
