"""The plan as text: what it says, and never more than 40 lines."""

from __future__ import annotations

import json
import re

import pytest
from project import Project
from report.plans import many, planned, task

from fanout.plan import planner
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.report import plan_text, plan_waits
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
    assert lines[:13] == [
        "Small: 5 tasks, up to 2 agents at once (limit 5). Rolling 27 min (optimal), 1.5 times faster than one after another "
        "(41 min); in batches 33 min, 1.2 times; dealt round-robin 27 min.",
        "Rolling starts a at once; b, c after 10 min; d after 18 min; e after 25 min.",
        "In batches, as start --barrier would run it",
        "Batch 1: 1 agent, 10 min",
        "  a  Title of a  10 min",
        "Batch 2: 2 agents, 15 min",
        "  b  Title of b  15 min",
        "  c  Title of c  8 min",
        "Batch 3: 1 agent, 6 min",
        "  d  Title of d  6 min",
        "Batch 4: 1 agent, 2 min",
        "  e  Title of e  2 min",
        "Waits, rolling",
    ]
    assert "  d waits for c: both write shared.py" in lines
    assert "  b, c wait for a: they need it" in lines
    assert "Critical path 27 min: a 10 -> b 15 -> e 2" in lines
    split = "To gain most, split a (10 min): as two tasks of 5 min side by side rolling takes 22 min, 5 min less."
    split += " b, c, d, e start only after all of it: let each depend on the half that it needs."
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


def test_one_title_where_rolling_and_batches_are_the_same() -> None:
    lines = plan_text.render(planned([task("a"), task("b"), task("c", 5, "a b")])).splitlines()
    assert lines[1:3] == ["In batches; rolling starts the same tasks at the same times", "Batch 1: 2 agents, 10 min"]
    assert not [line for line in lines if line.startswith("Rolling")]


def test_no_task_waits_under_a_title_of_another_schedule() -> None:
    """Each task of the line on rolling stands there once, with the time that the schedule gives it."""
    plan = planned(many(30))
    (line,) = [line for line in plan_text.render(plan, everything=True).splitlines() if line.startswith("Rolling")]
    starts: dict[str, str] = {}
    for part in line.removeprefix("Rolling starts ").removesuffix(".").split("; "):
        names, when = part.rsplit(" at ", 1) if part.endswith("at once") else part.rsplit(" after ", 1)
        starts |= dict.fromkeys(names.split(", "), when)
    assert starts == {
        name: plan_text.minutes(start) if start else "once"
        for name, start in zip(plan.names, plan.answer.start, strict=True)
    }


def test_titles_stay_as_long_as_the_waits_can_give_way() -> None:
    tasks = [task(f"t{n}", n + 1, writes=f"src/{n // 2}") for n in range(20)]
    lines = plan_text.render(planned(tasks)).splitlines()
    assert len(lines) == 40
    assert {line.split()[3] for line in lines if line.startswith("  t") and "  Title of " in line} == {
        f"t{n}" for n in range(20)
    }
    assert [line for line in lines if line.endswith("--all")]


@pytest.mark.parametrize("everything", [False, True])
def test_no_line_is_endless(everything: bool) -> None:
    tasks = [task("x" * 90 + str(n), n % 7 + 1, writes="src/shared.ts") for n in range(120)]
    lines = plan_text.render(planned(tasks), everything).splitlines()
    assert everything or max(map(len, lines)) <= 600
    names = [f"T{n}" for n in range(120)]
    short = planned([task(name, 5, writes="src/shared.ts") for name in names])
    (lane,) = [line for line in plan_text.render(short).splitlines() if line.startswith("One agent for a chain")]
    assert lane == (
        "One agent for a chain (start --lanes), 119 agents fewer in the same time: T0 -> T1 -> T2 -> T3 -> T4 -> "
        "T5 -> (109 more) -> T115 -> T116 -> T117 -> T118 -> T119 (all write src/shared.ts)."
    )


SPEC = """# Tasks: Albums
## Phase 1: Setup
- [ ] T001 Create src/a.ts
- [ ] T002 [P] Create src/b.ts
- [ ] T003 Create src/c.ts
## Phase 2: Core
- [ ] T004 [P] Create src/d.ts (depends on T003)
- [ ] T005 [P] Create src/e.ts
"""


def test_order_that_the_list_does_not_state_is_said_to_be_inferred() -> None:
    plan = planner.make(registry.read(Source("-", "", SPEC, "/nowhere"), "spec-kit"), "quick")
    lines = plan_waits.lines(plan)
    assert "T004 waits for T003: it needs it" in lines
    assert "T002 waits for T001: inferred, T001 before it is not marked [P], so the list's order holds" in lines
    (phase,) = [line for line in lines if line.startswith("T005")]
    assert phase == "T005 waits for T003: inferred, phase 'Phase 1: Setup' comes before 'Phase 2: Core'"
    assert plan.waits()["T005"] == phase.removeprefix("T005 ")
    assert plan.waits()["T004"] == "waits for T003: it needs it"


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
    assert data["split"] == {"task": "a", "makespan_minutes": 22, "saves_minutes": 5, "gates": ["b", "c", "d", "e"]}
    assert (data["round_robin_minutes"], round(data["speedup"], 3)) == (27, round(41 / 27, 3))


def test_json_stays_what_it_was(project: Project) -> None:
    ran = project.fanout("plan", "--json", "-", input=json.dumps({"tasks": DIAMOND}))
    assert {
        "batches", "rolling_order", "schedule", "makespan_minutes", "batch_makespan_minutes", "sequential_minutes",
        "lower_bound_minutes", "critical_path", "hazards", "warnings",
    } <= set(ran.data)  # fmt: skip


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ([task("a", 3), task("b", 4, "a")], "Small: 2 tasks, one agent at a time. Rolling 7 min (optimal)"),
        ([{"id": "a"}, {"id": "b", "writes": ["b"]}], "Small: 2 tasks, up to 2 agents at once (limit 5). If each task"),
        ([task(str(n), 1, "", f"{n}.py") for n in range(9)], "Small: 9 tasks, up to 5 agents at once (the limit). Rolling"),
    ],
)  # fmt: skip
def test_how_many_work_at_once_is_what_the_plan_has_and_not_the_limit(tasks: list[dict], said: str) -> None:
    assert plan_text.head(planned(tasks, title="Small")).startswith(said)


def test_all_that_a_task_waits_for_is_named() -> None:
    text = (
        "# Tasks: T\n\n## Phase 3: User Story 1\n- [ ] T001 [P] [US1] One in src/a.py\n- [ ] T002 [P] [US1] Two in src/cli.py\n"
        "- [ ] T003 [US1] Three in src/cli.py, uses T001\n"
    )
    found = planner.make(registry.read(Source("-", "", text, "/nowhere")))
    [line] = [line for line in plan_waits.lines(found) if line.startswith("T003")]
    assert {"T001", "T002"} <= set(re.findall(r"T\d+", line))
