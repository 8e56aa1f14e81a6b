"""What the main conversation carries of fanout's own text, in a run of six tasks with a retry and a report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dev import told

MOST_TOKENS = 3000


@pytest.mark.client
def test_a_run_of_six_with_a_retry_and_a_report_leaves_at_most_3000_tokens(client: Path, tmp_path: Path) -> None:
    found = told.play(tmp_path)
    main = [one for one in found if one.reader == "main"]
    ways = [one.way for one in main]
    assert {"skill", "fanout start", "fanout retry", "fanout report", "UserPromptSubmit"} <= set(ways), ways
    assert 1000 < told.tokens(found) <= MOST_TOKENS, [(one.way, one.tokens) for one in main]
    assert "6 of 6 done" in "".join(one.text for one in main)
    assert [one for one in main if re.match(r"(Write|Fix|Bring|Do) it\b", one.text)] == [], "that is for its agent"
    briefs = [one.text for one in found if one.way == "brief"]
    assert len(briefs) == 7 and all(text.startswith("# Task t") for text in briefs), "six, and one again"
    assert [one.way for one in main if one.text.startswith("# Task")] == [], "no brief in the main conversation"
