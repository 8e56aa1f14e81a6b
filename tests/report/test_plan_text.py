"""The plan as text: what it says, and never more than 40 lines."""

from __future__ import annotations

import json
import re

import pytest
from project import Project
from report.plans import many, planned, task

from fanout.report import plan_text
from fanout.report.ink import Ink

DIAMOND = [
    task("a", 10, writes="a.py"),
    task("b", 15, "a", "b.py"),
    task("c", 8, "a", "shared.py"),
    task("d", 6, "a", "shared.py"),
    task("e", 2, "b c d", "e.py"),
]


def test_a_small_plan_reads_whole() -> None:
    lines = plan_text.render(planned(DIAMOND, title="Small")).splitlines()
    assert lines[:11] == [
        "Small: 5 tasks, at most 5 agents at once. Rolling 27 min (optimal), 1.5 times faster than one after another "
        "(41 min); in batches 33 min, 1.2 times; dealt round-robin 27 min.",
        "Batch 1: 1 agent, 10 min",
        "  a  Title of a  10 min",
        "Batch 2: 2 agents, 15 min",
        "  b  Title of b  15 min",
        "  c  Title of c  8 min",
        "Batch 3: 1 agent, 6 min",
        "  d  Title of d  6 min",
        "Batch 4: 1 agent, 2 min",
        "  e  Title of e  2 min",
        "Waits",
    ]
    assert "  d waits for c: both write shared.py" in lines
    assert "  b, c wait for a: they need it" in lines
    assert "Critical path 27 min: a 10 -> b 15 -> e 2" in lines
    split = "To gain most, split a (10 min): as two tasks of 5 min side by side the plan takes 22 min, 5 min less."
    assert split in lines


@pytest.mark.parametrize("count", [1, 2, 7, 20, 45, 100, 400])
@pytest.mark.parametrize("chart", [False, True])
def test_at_most_forty_lines(count: int, chart: bool) -> None:
    plan = planned(many(count), title="Many")
    text = plan_text.render(plan, chart=chart)
    assert len(text.splitlines()) <= 40
    assert all(len(line) < 700 for line in text.splitlines())
    if count >= 100:
        cut = [int(n) for n in re.findall(r"\.\.\. (\d+) more lines?: --all", text)]
        assert cut and all(cut)


def test_everything_names_every_task_and_warning() -> None:
    plan = planned(many(100))
    text = plan_text.render(plan, everything=True)
    assert "--all" not in text
    assert set(re.findall(r"^  (T\d+)  ", text, re.MULTILINE)) == {f"T{n}" for n in range(100)}
    assert text.count("\nWarning ") == len(plan.warnings)


def test_the_chart_has_a_line_for_each_agent() -> None:
    text = plan_text.render(planned(DIAMOND), chart=True, columns=60)
    lines = text.splitlines()
    at = lines.index("Agents over time, rolling")
    assert lines[at + 1].startswith("   1 [a------") and "[e" in lines[at + 1]
    assert {"[b----", "[c----", "[d----"} == set(re.findall(r"\[[bcd]----", lines[at + 1] + lines[at + 2]))
    assert lines[at + 3].split()[0] == "0" and lines[at + 3].endswith("27 min")
    assert max(len(line) for line in lines[at : at + 4]) <= 62


def test_colour_only_when_asked_for() -> None:
    plan = planned(DIAMOND)
    assert "\x1b" not in plan_text.render(plan)
    coloured = plan_text.render(plan, ink=Ink(True))
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plan_text.render(plan)


def test_hostile_titles_stay_in_their_line() -> None:
    nasty = "\x1b]0;owned\x07\x1b[2J line\r\nBatch 9: all done \u202e"
    plan = planned([task("a", title=nasty, agent="x\x1b[1m"), task("b", title=nasty)], title=nasty)
    text = plan_text.render(plan, chart=True)
    assert not [char for char in text if ord(char) < 32 and char != "\n"] and "\u202e" not in text
    assert not [line for line in text.splitlines() if line.startswith("Batch 9")]


def test_all_done_and_no_time() -> None:
    assert "Nothing is left" in plan_text.render(planned([task("a", 0)]))


@pytest.mark.parametrize(
    ("sizes", "slots", "dealt"),
    [([30, 15, 10, 20, 25, 5], 3, 50), ([10, 15, 8], 3, 15), ([3] * 10, 5, 6), ([60, 1, 1, 60, 1, 1], 3, 120)],
)
def test_round_robin_is_computed(sizes: list[float], slots: int, dealt: float) -> None:
    plan = planned([task(f"t{n}", size) for n, size in enumerate(sizes)], max_parallel=slots)
    assert f"dealt round-robin {plan_text.minutes(dealt)}." in plan_text.head(plan)


def test_the_command_prints_plain_text_to_a_pipe(project: Project) -> None:
    project.write({"tasks.json": {"schema_version": 1, "title": "Small", "tasks": DIAMOND}})
    plain = project.fanout("plan", "tasks.json").out
    assert "\x1b" not in plain and "Agents over time" not in plain
    assert "Agents over time" in project.fanout("plan", "tasks.json", "--chart").out
    data = project.fanout("plan", "tasks.json", "--json").data
    assert data["split"] == {"task": "a", "makespan_minutes": 22, "saves_minutes": 5}
    assert (data["round_robin_minutes"], round(data["speedup"], 3)) == (27, round(41 / 27, 3))


def test_json_stays_what_it_was(project: Project) -> None:
    ran = project.fanout("plan", "--json", "-", input=json.dumps({"tasks": DIAMOND}))
    assert {
        "batches", "rolling_order", "schedule", "makespan_minutes", "batch_makespan_minutes", "sequential_minutes",
        "lower_bound_minutes", "critical_path", "hazards", "warnings",
    } <= set(ran.data)  # fmt: skip
