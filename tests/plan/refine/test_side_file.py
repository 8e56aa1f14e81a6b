"""The side file of an analyst: what is wrong with one, and what it changes about a plan."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fanout.errors import SourceError
from fanout.plan import planner
from fanout.plan.order import relax
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source
from fanout.plan.refine import apply, side_file, side_file_errors

LIST = """# Tidy up
- [ ] T001 Tidy the cart
- [ ] T002 Tidy the mail
- [ ] T003 Tidy the bill (depends on T001)
- [ ] T004 Look at the page
"""


def read(text: str = LIST) -> Reading:
    return registry.read(Source("-", "", text, "/nowhere"), "spec-kit")


def record(reading: Reading, name: str, **more: Any) -> dict[str, Any]:
    texts = {task.id: side_file.text_hash(task) for task in reading.document.tasks}
    return {"id": name, "text": texts.get(name, "0"), "confidence": 0.95, **more}


def side(reading: Reading, **tasks: dict[str, Any]) -> side_file.SideFile:
    records = [record(reading, name, **more) for name, more in tasks.items()]
    return side_file.parse(json.dumps({"schema_version": 1, "tasks": records}), "side.json")


def needs(reading: Reading) -> dict[str, list[str]]:
    return {task.id: sorted(task.depends_on) for task in reading.document.tasks}


def refined(reading: Reading, risk: relax.Risk = "normal", **tasks: dict[str, Any]) -> Reading:
    given = side(reading, **tasks)
    assert side_file_errors.problems(reading, given, "side.json") == []
    return relax.settle(apply.applied(reading, given), risk)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "side.json: this is no JSON"),
        ("[]", "side.json: a side file is a JSON object (found list)."),
        ('{"tasks": [{"id": "T001", "text": "x"}]}', "side.json task T001 confidence: this field is required"),
        (
            '{"tasks": [{"id": "T001", "text": "x", "confidence": 2}]}',
            "side.json task T001 confidence: this must be at most 1 (found 2).",
        ),
        (
            '{"tasks": [{"id": "T001", "text": "x", "confidence": 1, "allow": ["Bash(rm:*)"]}]}',
            "side.json task T001 allow: no such field (found list).",
        ),
        (
            '{"tasks": [{"id": "T001", "text": "x", "confidence": 1, "depends_on": [{"id": "T002"}]}]}',
            "side.json task T001 depends_on[0].why: this field is required",
        ),
    ],
)
def test_a_file_of_another_shape_is_refused_by_record_and_field(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        side_file.parse(text, "side.json")
    assert str(caught.value).startswith(message)


NEEDS = {"why": "it calls it", "confidence": 0.9}


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ({"T009": {}}, "side.json task T009 id: the list has no such task (found 'T009')."),
        ({"T001": {"independent_of": ["T7"]}}, "side.json task T001 independent_of: this is no other task of the list"),
        (
            {"T001": {"checks": ["T001"]}},
            "side.json task T001 checks: this is no other task of the list (found 'T001').",
        ),
        (
            {"T001": {"writes": ["src/**"], "confidence": 0.8}},
            "side.json task T001 writes: a ** locks everything below, and the confidence is 0.8 (found 'src/**').",
        ),
        (
            {"T001": {"writes": ["src/"], "confidence": 0.8}},
            "side.json task T001 writes: a folder locks everything below, and the confidence is 0.8 (found 'src/').",
        ),
        (
            {"T001": {"hub_writes": ["docs/**"], "confidence": 0.8}},
            "side.json task T001 hub_writes: a ** locks everything below, and the confidence is 0.8 (found 'docs/**').",
        ),
        ({"T001": {"writes": ["../x.py"]}}, "side.json task T001 writes: "),
        (
            {"T001": {"checks": ["T003"]}},
            "side.json task T001 checks: the list states that T003 waits for T001 (found 'T003').",
        ),
        (
            {"T002": {"depends_on": [{"id": "T004", **NEEDS}]}, "T004": {"checks": ["T002"]}},
            "side.json depends_on: the dependencies go round in a circle",
        ),
        (
            {"T002": {"checks": ["T001"], "independent_of": ["T001"]}},
            "side.json task T002 independent_of: it is in checks too (found 'T001').",
        ),
        (
            {"T002": {"independent_of": ["T004"]}, "T004": {"checks": ["T002"]}},
            "side.json task T002 independent_of: T004 checks it (found 'T004').",
        ),
        (
            {"T001": {"depends_on": [{"id": "T003", **NEEDS}]}},
            "side.json task T001 depends_on: the list states that T003 waits for T001 (found 'T003').",
        ),
        (
            {"T003": {"independent_of": ["T001"]}},
            "side.json task T003 independent_of: the list states an order between the two, which holds (found 'T001').",
        ),
        (
            {"T002": {"depends_on": [{"id": "T004", **NEEDS}]}, "T004": {"depends_on": [{"id": "T002", **NEEDS}]}},
            "side.json depends_on: the dependencies go round in a circle",
        ),
        (
            {"T002": {"depends_on": [{"id": "T001", **NEEDS}], "independent_of": ["T001"]}},
            "side.json task T002 independent_of: it is in depends_on too (found 'T001').",
        ),
        (
            {"T002": {"independent_of": ["T004"]}, "T004": {"depends_on": [{"id": "T002", **NEEDS}]}},
            "side.json task T002 independent_of: T004 depends_on it (found 'T004').",
        ),
    ],
)
def test_what_a_side_file_may_not_say(tasks: dict[str, dict[str, Any]], message: str) -> None:
    reading = read()
    found = side_file_errors.problems(reading, side(reading, **tasks), "side.json")
    assert str(found[0]).startswith(message)


@pytest.mark.parametrize(
    "said",
    [
        {"writes": ["src/**", "docs/"], "confidence": 0.9},
        {"maybe_writes": ["src/**", "docs/"], "confidence": 0.5},  # it locks nothing
        {"writes": ["src/*.py", "docs/a.md"], "confidence": 0.8},
        {"checks": ["T002"], "depends_on": [{"id": "T002", **NEEDS}]},
    ],
)
def test_what_it_may_say(said: dict[str, Any]) -> None:
    reading = read()
    assert side_file_errors.problems(reading, side(reading, T003=said), "side.json") == []


def test_files_of_an_analyst_let_tasks_run_side_by_side_and_keep_those_of_one_file_apart() -> None:
    reading = read()
    assert planner.make(relax.settle(reading, "normal"), "quick").speedup() == 1
    found = refined(
        reading,
        T001={"writes": ["src/cart.py"]},
        T002={"writes": ["src/mail.py", "src/all.py"], "independent_of": ["T001"]},
        T003={"writes": ["src/bill.py", "src/all.py"], "independent_of": ["T002"]},
        T004={"writes": ["src/page.py"], "independent_of": ["T001", "T002", "T003"]},
    )
    assert needs(found) == {"T001": [], "T002": [], "T003": ["T001"], "T004": []}
    plan = planner.make(found, "quick")
    assert plan.speedup() == 2
    assert [(one.a, one.b, one.witness) for one in plan.hazards] == [(1, 2, "src/all.py")]


def test_a_prediction_is_no_part_of_what_a_task_declares() -> None:
    found = refined(read(), T001={"writes": ["src/cart.py"]})
    assert found.document.tasks[0].writes == []
    assert planner.make(found, "quick").patterns.writes[0] == []
    assert found.notes["T001"].predicted == ["src/cart.py"]


def test_only_what_is_called_independent_is_lifted() -> None:
    found = refined(read(), "low", T002={"independent_of": ["T001"]})
    assert needs(found) == {"T001": [], "T002": [], "T003": ["T001"], "T004": ["T003"]}


def test_a_need_of_an_analyst_is_an_edge_with_its_reason() -> None:
    found = refined(
        read(),
        T001={"writes": ["a.py"], "independent_of": ["T002"]},
        T002={"writes": ["b.py"]},
        T004={"writes": ["c.py"], "depends_on": [{"id": "T002", **NEEDS}], "independent_of": ["T001", "T003"]},
    )
    assert needs(found)["T004"] == ["T002"]
    assert found.notes["T004"].order["T002"] == ("it calls it", "analyst", 0.9)


def test_an_analyst_is_believed_before_what_is_inferred() -> None:
    """The list has T001 before T002 by its order alone; the analyst says that it is the other way round."""
    found = refined(read(), T001={"writes": ["a.py"], "depends_on": [{"id": "T002", **NEEDS}]})
    assert "T002" in needs(found)["T001"] and "T001" not in needs(found)["T002"]
    planner.make(found, "quick")


@pytest.mark.parametrize(
    ("confidence", "locked", "alone"),
    [(0.95, ["src/cart.py"], False), (0.8, ["src/cart.py", "src/index.py"], False), (0.6, [], True)],
)
def test_how_far_a_prediction_is_believed(confidence: float, locked: list[str], alone: bool) -> None:
    reading = read()
    given = side(reading, T001={"writes": ["src/cart.py"], "confidence": confidence})
    found = apply.applied(reading, given, beside={"src": ["src/index.py"]})
    assert found.notes["T001"].predicted == locked
    assert [one.name for one in found.document.tasks[0].resources] == ([apply.UNKNOWN] if alone else [])


def test_what_is_said_of_an_older_text_is_not_used() -> None:
    old, now = read(), read(LIST.replace("Tidy the cart", "Tidy the cart and the stock"))
    found = apply.applied(now, side(old, T001={"writes": ["src/cart.py"]}))
    assert found.notes["T001"].predicted == []
    told = [one.message for one in found.warnings if one.code == "refined-stale"]
    assert told == ["the text of T001 has changed since it was refined: what is said of it is not used"]
