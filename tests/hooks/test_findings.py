"""What a reader finds reaches the tasks that build on it, and the user."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.flow import brief

FOUND = "src/a.py:10 the query is put together from input\nsrc/b.py:4 two writers, no lock"
TASKS: dict[str, dict[str, Any]] = {
    "sec": {"agent": "spec:code-reviewer", "title": "Security"},
    "map": {"agent": "Explore", "title": "Map"},
    "docs": {"record": {"read_only": True}, "title": "Docs"},
    "syn": {"needs": ["sec", "map", "docs"], "writes": ["report.md"], "title": "Synthesis"},
}


@pytest.fixture
def reading(desk: Desk) -> Desk:
    desk.start(plan(TASKS))
    for task in ("sec", "map", "docs"):
        desk.launch(task)
    return desk


@pytest.mark.parametrize("task", ["sec", "map", "docs"])
def test_a_reader_is_asked_for_its_findings_and_for_no_file(reading: Desk, task: str) -> None:
    text = brief.write(reading.db, str(reading.root), reading.run, task)
    assert "Your last message is the result" in text and f"`DONE|{task}|the gist of what you found`" in text
    assert "Details worth keeping" not in text and "Temporary files" not in text


def test_findings_are_kept_and_named_to_who_builds_on_them(reading: Desk) -> None:
    assert reading.end("agent-sec", f"{FOUND}\n\nDONE|sec|2 findings") == {}
    assert reading.end("agent-map", "`DONE|map|nothing of note`") == {}
    assert reading.end("agent-docs", "I had no way in.\nBLOCKED|docs|no network") == {}
    kept = reading.root / ".fanout" / "results" / reading.run
    assert (kept / "sec.txt").read_text() == FOUND + "\n"
    assert not (kept / "map.txt").exists() and (kept / "docs.txt").read_text() == "I had no way in.\n"
    text = brief.write(reading.db, str(reading.root), reading.run, "syn")
    assert f"- sec Security: 2 findings (read `.fanout/results/{reading.run}/sec.txt`)" in text
    assert "- map Map: nothing of note\n" in text
    report = Project(reading.root).fanout("report").out
    assert f"Details: .fanout/results/{reading.run}/sec.txt" in report.replace("\\", "")


def test_what_an_agent_wrote_there_itself_stays(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    desk.launch("01")
    notes = desk.root / ".fanout" / "results" / desk.run / "01.txt"
    notes.write_text("my notes\n")
    desk.do("agent-01", "a.txt")
    for _ in range(2):
        desk.end("agent-01", "It went well.\nDONE|01|wrote it")
    assert notes.read_text() == "my notes\n\n\nIt went well.\n"


def test_a_review_that_lacked_its_last_line_is_kept_and_asked_for_again_whole(desk: Desk) -> None:
    """The next message of its agent may be the line alone, and nobody else has read the one before."""
    desk.start(plan({"01": {"record": {"read_only": True}}}))
    desk.launch("01")
    said = desk.say("agent-01", "Two holes: a.py:3, b.py:9.")["reason"]
    assert (
        "Send what you found again, whole, as only your last message is read. End it with the one line `DONE|01|"
        in said
    )
    assert desk.say("agent-01", "DONE|01|two holes") == {}
    kept = (desk.root / ".fanout" / "results" / "demo-1" / "01.txt").read_text()
    assert kept == "Two holes: a.py:3, b.py:9.\n"


def test_the_last_time_that_it_is_sent_back_says_so(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}}))
    desk.launch("01")
    first, second = (desk.say("agent-01", "DONE|01|wrote it")["reason"] for _ in range(2))
    last = "This is the last time that it is sent back"
    assert last not in first and last in second
    assert desk.say("agent-01", "DONE|01|wrote it") == {} and desk.state("01") == "failed"
