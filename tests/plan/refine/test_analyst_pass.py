"""A list that is longer than a pass of an analyst: what each pass takes, and what it is told of the others."""

from __future__ import annotations

import json

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source
from fanout.plan.refine import analyst_input, analyst_pass, side_file, side_file_errors


def read(tasks: int, phases: tuple[int, ...] = (), done: int = 0) -> Reading:
    """A list of so many tasks; a new phase begins at each number of `phases`."""
    lines = ["# Tidy up", "", "## Phase 1: Begin", ""]
    for number in range(1, tasks + 1):
        if number in phases:
            lines += ["", f"## Phase {number}: Go on", ""]
        lines.append(f"- [{'x' if number <= done else ' '}] T{number:03d} Tidy the room {number}")
    return registry.read(Source("-", "", "\n".join(lines), "/nowhere"), "spec-kit")


def names(first: int, last: int) -> list[str]:
    return [f"T{number:03d}" for number in range(first, last + 1)]


def taken(reading: Reading, told: list[str], stale: tuple[str, ...] = (), done: tuple[str, ...] = ()) -> list[str]:
    return [task.id for task in analyst_pass.take(reading, told, stale, done)]


@pytest.mark.parametrize(
    ("phases", "told", "wanted"),
    [
        ((), [], names(1, 40)),
        ((), names(1, 40), names(41, 60)),
        ((), [*names(1, 20), *names(22, 40)], names(41, 60)),  # of 21 it had nothing to say
        ((31,), [], names(1, 30)),
        ((21, 34), [], names(1, 33)),
        ((21,), [], names(1, 40)),  # too few for a pass
        ((41,), [], names(1, 40)),
        ((31,), names(1, 30), names(31, 60)),
    ],
)
def test_a_pass_begins_where_the_one_before_it_ended(
    phases: tuple[int, ...], told: list[str], wanted: list[str]
) -> None:
    assert taken(read(60, phases), told) == wanted


def test_whose_text_has_changed_is_asked_about_again() -> None:
    assert taken(read(60), names(1, 40), stale=("T007",)) == ["T007", *names(41, 60)]
    assert taken(read(60), names(1, 60), stale=("T007",)) == ["T007"]


def test_when_all_are_told_of_the_front_is_taken_again_without_what_a_run_has_done() -> None:
    done = ("T006", "T009")  # so 7 and 10 can start
    assert taken(read(60, done=5), names(1, 60), done=done) == ["T007", "T010", "T008", *names(11, 47)]


def side(reading: Reading, told: list[str]) -> side_file.SideFile:
    texts = {task.id: side_file.text_hash(task) for task in reading.document.tasks}
    records = [{"id": name, "text": texts[name], "confidence": 0.95, "writes": [f"{name}.py"]} for name in told]
    return side_file.parse(json.dumps({"schema_version": 1, "tasks": records}), "side.json")


def test_the_second_pass_is_told_what_the_first_one_said() -> None:
    reading = read(60)
    said = analyst_input.before(reading, side(reading, names(1, 40)))
    text = "\n".join(analyst_input.render(reading, analyst_input.Project(), "side.json", "tasks.md", said))
    assert "side.json holds what earlier passes said: keep those records" in text
    assert "TASKS (20 of 60 that are left)\n\n[T041] text " in text and "LATER" not in text
    assert "EARLIER, titles only (a pass before took them):\n[T001] Tidy the room 1\n" in text


@pytest.mark.parametrize(
    ("tasks", "told", "codes"),
    [
        (60, names(1, 40), ["refined-in-part"]),
        (60, names(1, 60), []),
        (30, names(1, 29), ["refined-missing"]),  # one pass saw them all
    ],
)
def test_tasks_of_another_pass_are_none_that_were_left_out(tasks: int, told: list[str], codes: list[str]) -> None:
    reading = read(tasks)
    assert [one.code for one in side_file_errors.remarks(reading, side(reading, told))] == codes


@pytest.mark.parametrize("rules", [(), ("AGENTS.md",)])
def test_the_spec_beside_is_named_with_and_without_rules(rules: tuple[str, ...]) -> None:
    project = analyst_input.Project(rules=rules, documents=("spec.md",))
    lines = analyst_input.render(read(2), project, "side.json", "tasks.md")
    assert f"Context to read first: {', '.join([*rules, 'spec.md'])}\n" in lines
