"""A task that waits to be judged again: its agent said that it is done, and nothing came after that."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import tasks, waits_to_be_judged

SAID: tuple[str, dict[str, Any]] = ("not-judged", {"summary": "did it", "makers": ["02"]})
FAILED: tuple[str, dict[str, Any]] = ("not-judged", {"command": "make", "named": []})
AGAIN: tuple[str, dict[str, Any]] = ("task-reopened", {})
LAUNCHED: tuple[str, dict[str, Any]] = ("launched", {})

CASES: dict[str, tuple[str, list[tuple[str, dict[str, Any]]], bool]] = {
    "said": ("blocked", [SAID], True),
    "said after another try": ("blocked", [LAUNCHED, AGAIN, SAID], True),
    "nothing said": ("blocked", [], False),
    "only sent back for its check": ("blocked", [FAILED], False),
    "said, then checked": ("blocked", [SAID, FAILED], False),
    "opened again since": ("blocked", [SAID, AGAIN], False),
    "launched again since": ("blocked", [SAID, LAUNCHED], False),
    "judged since": ("done", [SAID], False),
    "at work": ("running", [SAID], False),
    "failed": ("failed", [SAID], False),
}


@pytest.mark.parametrize("case", CASES)
def test_whether_it_waits(desk: Desk, case: str) -> None:
    state, events, waits = CASES[case]
    run = desk.start(plan({"01": {}, "02": {}}))
    with Write(desk.db):
        for kind, facts in events:
            journal.note(desk.db, kind, run, "01", None, **facts)  # type: ignore[arg-type]
        journal.note(desk.db, "not-judged", run, "02", None, summary="another's")
        desk.db.execute("UPDATE task SET state = ?", (state,))
    assert waits_to_be_judged.is_so(desk.db, tasks.get(desk.db, run, "01")) is waits
