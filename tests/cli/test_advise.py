"""fanout advise: for a source or for a few numbers."""

from __future__ import annotations

import json

import pytest
from project import Project

TASKS = [{"id": n, "writes": [f"{n}.ts"], "estimate_minutes": 10, "accept": [{"text": "ok"}]} for n in "abc"]


def test_a_source(project: Project) -> None:
    ran = project.fanout("advise", "-", input=json.dumps({"tasks": TASKS}))
    assert ran.code == 0
    assert ran.out.splitlines()[:2] == [
        "go: parallel with up to 3 agents at once, about 2.9 times faster.",
        "Because all tasks are independent: they start together.",
    ]
    assert ran.out.splitlines()[-1] == "Can I start all simultaneously without knowing any results? Yes."


def test_a_no_go_is_an_answer_too(project: Project) -> None:
    ran = project.fanout("advise", "--tasks", "3", "--minutes", "0.3")
    assert ran.code == 0
    assert ran.out.startswith("no-go: sequential without agents.\nBecause it is quicker inline: 18 s each")


def test_the_data(project: Project) -> None:
    found = project.fanout("advise", "--json", "--tasks", "10", "--minutes", "3").data
    assert found["go"] is True and found["strategy"] == "parallel" and found["cap"] == 5
    assert found["speedup"] == pytest.approx(30 / 7, abs=0.01)  # two waves of five, and two starts
    assert {"name", "holds", "text"} == set(found["rules"][0])


def test_the_cap_of_the_command_line_counts(project: Project) -> None:
    found = project.fanout("advise", "--json", "-", "--max-parallel", "2", input=json.dumps({"tasks": TASKS})).data
    assert found["cap"] == 2


@pytest.mark.parametrize(
    "arguments", [[], ["tasks.json", "--tasks", "3"], ["--tasks", "0"], ["--tasks", "2", "--order", "no"]]
)
def test_a_wrong_call_is_usage(project: Project, arguments: list[str]) -> None:
    ran = project.fanout("advise", *arguments)
    assert ran.code == 2 and ran.out == "" and "Traceback" not in ran.err


def test_what_a_start_takes_can_be_said(project: Project) -> None:
    asked = ("advise", "--tasks", "6", "--minutes", "0.3")
    assert project.fanout(*asked).out.startswith("no-go")
    ran = project.fanout(*asked, "--start-seconds", "5")
    assert ran.out.startswith("go: parallel with up to 5 agents at once, about 2.3 times faster.")
    assert "18 s each; starting an agent takes about 5 s" in ran.out and "2.3 times as fast" in ran.out
