"""From a reading to a plan: the invariants of every plan, and what is left out."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from plan.made import plan, reading, task

from fanout.plan import planner
from fanout.report import plan_json


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[dict[str, Any]], int]:
    made = []
    for number in range(draw(st.integers(1, 10))):
        needs = draw(st.lists(st.sampled_from(range(number)), max_size=2)) if number else []
        writes = draw(st.lists(st.sampled_from(("a.ts", "b.ts", "src/**", "src/c.ts")), max_size=2))
        uses = draw(st.lists(st.sampled_from(("db", "port")), max_size=1))
        minutes = draw(st.sampled_from((0.5, 1, 3, 10)))
        made.append(
            task(
                str(number),
                " ".join(writes),
                "",
                " ".join(map(str, needs)),
                uses=" ".join(uses),
                estimate_minutes=minutes,
            )
        )
    return made, draw(st.integers(1, 4))


@settings(deadline=None)
@given(documents())
def test_no_plan_breaks_a_dependency_a_hazard_or_the_cap(given_):
    tasks, slots = given_
    found = plan(*tasks, max_parallel=slots)
    answer = found.answer
    batch = {index: number for number, batch in enumerate(answer.batches) for index in batch}
    assert sorted(batch) == sorted(answer.order) == list(range(len(tasks)))
    assert all(len(one) <= slots for one in answer.batches)
    for index, needs in enumerate(found.problem.needs):
        assert all(batch[need] < batch[index] and answer.finish[need] <= answer.start[index] for need in needs)
    for hazard in found.hazards:
        assert batch[hazard.a] != batch[hazard.b]
        assert answer.finish[hazard.a] <= answer.start[hazard.b] or answer.finish[hazard.b] <= answer.start[hazard.a]
        assert found.resolution(hazard)


def test_what_is_done_is_neither_planned_nor_in_the_way():
    made = planner.make(
        reading(task("a", "x", estimate_minutes=30), task("b", "x", needs="a"), task("c"), done=["a"]), "quick"
    )
    assert made.done == {0}
    assert made.sequential_minutes() == 2
    assert made.answer.makespan == 1
    data = plan_json.render(made)
    assert data["batches"] == [["b", "c"]]
    assert data["rolling_order"][0] == "a"  # type: ignore[index]


def test_a_capacity_of_an_agent_type_holds():
    tasks = [task(str(i), agent="tester", estimate_minutes=2) for i in range(4)]
    made = plan(*tasks, agent_capacity={"tester": 1})
    assert made.answer.makespan == 8
    assert all(len(batch) == 1 for batch in made.answer.batches)


def test_tasks_that_all_write_one_file_run_one_after_another():
    made = plan(*(task(str(i), "hot.ts") for i in range(200)))
    assert made.answer.makespan == made.sequential_minutes() == 200
    assert made.speedup() == 1
