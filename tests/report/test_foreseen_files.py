"""Files that a run's tasks changed against those that the plan foresaw."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk
from report.runs import desk_in
from run.plans import plan

from fanout.report import foreseen_files, html, run_facts, run_text


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_in(tmp_path)


def run(desk: Desk, extra: dict[str, list[str]]) -> None:
    """Four tasks, each with a file of its own; `extra` is what they change beside it. The last ones name list.md."""
    text = {"c": "add it to list.md", "d": "add it to list.md"}
    records = {n: {"writes": [f"{n}.py"], "record": {"description": text.get(n, "")}} for n in "abcd"}
    made = plan(records)
    made["predicted"]["writes"] = {"a": {"paths": ["guess/**"], "confidence": 0.9}}
    desk.start(made)
    for name in "ab":
        desk.launch(name)
        for path in (f"{name}.py", *extra.get(name, ())):
            desk.do(f"agent-{name}", path, f"{name}\n")
        desk.end(f"agent-{name}", f"DONE|{name}|done")


@pytest.mark.parametrize(
    ("extra", "wanted"),
    [
        ({}, []),
        ({"a": ["guess/new.py"]}, []),  # predicted of it
        (
            {"a": ["list.md"], "b": ["list.md", "x.py"]},
            [
                "Files foreseen: 2 of the 5 that 2 tasks changed (40 %). Not foreseen: list.md (a, b), x.py (b).",
                "list.md: two tasks had touched it, so c, d do not run at once.",
            ],
        ),
        (
            {"b": ["guess/new.py"]},
            ["Files foreseen: 2 of the 3 that 2 tasks changed (67 %). Not foreseen: guess/new.py (b)."],
        ),
    ],
)
def test_what_was_foreseen(desk: Desk, extra: dict[str, list[str]], wanted: list[str]) -> None:
    run(desk, extra)
    found = foreseen_files.of_run(desk.db, desk.run)
    assert foreseen_files.lines(found) == wanted
    facts = {**run_facts.of_run(desk.db, desk.run, graph=True), "foreseen_files": found}
    assert all(line in run_text.report(facts) for line in wanted)
    assert ("Not foreseen" in html.render({**facts, "tokens": [], "accepted": {}}, "1.0")) == bool(wanted)


def test_tasks_that_nothing_was_foreseen_of_are_left_out(desk: Desk) -> None:
    desk.start(plan({"a": {}}))
    desk.launch("a")
    desk.do("agent-a", "anything.py")
    desk.end("agent-a", "DONE|a|done")
    assert foreseen_files.of_run(desk.db, desk.run) == {
        "tasks": 0,
        "changed": 0,
        "foreseen": 0,
        "others": {},
        "locks": {},
    }
