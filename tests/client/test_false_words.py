"""What fanout says in a whole run of an example is so; benchmarks/false_words.py plays eight of them.

And the check itself finds a false sentence: each kind is told to the wrong agent, or of another file or time.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from project import benchmark

false_words = benchmark("false_words")


@pytest.mark.client
@pytest.mark.slow
def test_every_sentence_of_a_run_is_so(client: Path, tmp_path: Path) -> None:
    truth = false_words.play(tmp_path, "helpers-conflict", 1)
    sentences = false_words.said(truth)
    judge = false_words.Judge(truth, sentences)
    assert judge.wrong == []
    assert judge.counts["done"] == 3 and judge.counts["changed"] > 0
    told = [one for one in sentences if " belongs to you" in one.text or "While your command" in one.text]
    for one in told:
        other = type(one)(one.at, one.to, one.agent, one.event, one.text.replace("src/", "nowhere/"))
        assert false_words.Judge(truth, [other]).wrong, f"nobody touched it: {other.text}"
