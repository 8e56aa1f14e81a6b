"""The result line, and what an agent says beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanout.run.evidence import findings, result
from fanout.run.store import run_files

LINES: list[tuple[str, tuple[str, str] | None, str]] = [
    # the message, what it says of task 01, and the words beside
    ("DONE|01|made it", ("DONE", "made it"), ""),
    ("  > **DONE | 01 | made it**", ("DONE", "made it"), ""),
    ("`DONE|demo-1/01|made it`", ("DONE", "made it"), ""),
    ("Two faults.\n\nBLOCKED|01|no key", ("BLOCKED", "no key"), "Two faults."),
    ("DONE|01|first\nNEEDS|01|a.py, why", ("NEEDS", "a.py, why"), ""),
    ("DONE|02|x", None, ""),
    ("DONE|01|x\nDONE|02|y", ("DONE", "x"), ""),
    ("done|01|x", None, "done|01|x"),
    ("I am DONE|01|x", None, "I am DONE|01|x"),
    ("DONE|101|x", None, ""),
    ("DONE|01|a|b", ("DONE", "a|b"), ""),
    ("```\nfound\n```\nDONE|01|", ("DONE", ""), "found"),
    ("", None, ""),
]


@pytest.mark.parametrize(("message", "line", "beside"), LINES)
def test_what_a_last_message_says(message: str, line: tuple[str, str] | None, beside: str) -> None:
    assert result.of_task(message, "01") == line
    assert findings.of_message(message) == beside


@pytest.mark.parametrize(
    ("message", "is_so"),
    [
        ("Prompt is too long", True),
        ("API Error: 400 prompt is too long: 210000 tokens", True),
        ("  Autocompact is thrashing: ...", True),
        ("Context limit reached", True),
        ("The prompt is too long for this model, so I split it.", False),
        ("I read that the context limit is near.", False),
        ("", False),
    ],
)
def test_the_clients_words_for_a_full_context(message: str, is_so: bool) -> None:
    assert result.is_out_of_context(message) is is_so


def test_findings_are_kept_once_and_added_to_notes(tmp_path: Path) -> None:
    root, path = str(tmp_path), run_files.result(str(tmp_path), "r", "01")
    assert findings.of(root, "r", "01") == ""
    findings.keep(root, "r", "01", "DONE|01|x")
    assert not Path(path).exists()
    findings.keep(root, "r", "01", "One.\nDONE|01|x")
    findings.keep(root, "r", "01", "One.\nDONE|01|y")
    assert Path(path).read_text() == "One.\n" and findings.of(root, "r", "01") == path
    findings.keep(root, "r", "01", "Two.\nDONE|01|x")
    assert Path(path).read_text() == "One.\n\n\nTwo.\n"
    Path(path).write_text(" \n")
    assert findings.of(root, "r", "01") == ""
