"""Each row of the when-to-use tables has one computed answer: what the skills say is what `fanout advise` says."""

from __future__ import annotations

import pytest
from project import CHECKOUT, Project

ROWS = {
    "independent analyses or reviews": ("--tasks 3 --files none", True, "parallel"),
    "tasks with dependencies": ("--tasks 6 --order some", True, "hybrid"),
    "quick, under 30 seconds each": ("--tasks 5 --minutes 0.4", False, "sequential"),
    "research and exploration": ("--tasks 2 --files none", True, "parallel"),
    "heavy reading or computation": ("--tasks 1 --heavy", True, "sequential"),
    "diagnosis in several layers": ("--tasks 4 --files none --perspectives", True, "swarm"),
    "edits that depend on each other": ("--tasks 4 --order chain", False, "sequential"),
    "a large decomposition": ("--tasks 40 --order some", True, "hybrid"),
}
NOT = {
    "the same files": "--tasks 4 --files same",
    "a chain": "--tasks 4 --order chain",
    "step by step with the user": "--tasks 4 --interactive",
    "one small change": "--tasks 1",
}
STRATEGIES = {
    "parallel": "--tasks 5",
    "sequential": "--tasks 5 --order chain",
    "hybrid": "--tasks 6 --order some",
    "swarm": "--tasks 3 --perspectives",
}


@pytest.mark.parametrize("row", ROWS)
def test_the_table_of_the_skill_is_what_the_command_decides(project: Project, row: str) -> None:
    options, go, strategy = ROWS[row]
    found = project.fanout("advise", "--json", *options.split()).data
    assert (found["go"], found["strategy"]) == (go, strategy)
    assert f"| {row} |" in (CHECKOUT / "skills/parallel-execution/SKILL.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", NOT)
def test_what_should_not_be_parallel_is_a_no_with_its_reason(project: Project, case: str) -> None:
    found = project.fanout("advise", "--json", *NOT[case].split()).data
    assert found["go"] is False and found["reason"]
    assert [rule for rule in found["rules"] if not rule["holds"]] != []


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_strategy_of_the_coordination_skill(project: Project, strategy: str) -> None:
    found = project.fanout("advise", "--json", *STRATEGIES[strategy].split()).data
    assert found["strategy"] == strategy
    text = (CHECKOUT / "skills/agent-coordination/SKILL.md").read_text(encoding="utf-8")
    assert f"| {strategy} |" in text


def test_a_task_list_is_advised_by_its_plan(project: Project) -> None:
    tasks = [{"id": name, "writes": ["config.ts"], "estimate_minutes": 10} for name in "ab"]
    project.write({"tasks.json": {"tasks": tasks}})
    ran = project.fanout("advise", "tasks.json")
    assert ran.out.startswith("no-go: sequential") and "they change the same files" in ran.out
