"""What else could be done with the same tasks."""

from __future__ import annotations

import time

import networkx
import pytest
from plan import made
from report.plans import many, planned, task

from fanout.plan import whatif
from fanout.plan.schedule import replay
from fanout.plan.schedule.halve import Halves, halved

START = -1  # of the graph: before every task that needs none


def named(tasks, **fields):
    plan = planned(tasks, **fields)
    found = whatif.split(plan)
    return found and (plan.tasks[found.task].id, found.makespan, found.saves)


@pytest.mark.parametrize(
    ("tasks", "fields", "wanted"),
    [
        ([task("a", 30), task("b", 10), task("c", 10)], {}, ("a", 15, 15)),
        ([task("a", 10), task("b", 40, "a"), task("c", 5, "b")], {}, ("b", 35, 20)),
        ([task("a", 30), task("b", 30)], {}, None),  # halving one leaves the other
        ([task("a", 30)], {"max_parallel": 1}, None),  # nobody is there for the other half
        ([task("a", 1)], {}, None),  # too small to split
        ([task("a", 20, writes="x.py"), task("b", 20, writes="x.py")], {}, ("a", 30, 10)),  # halves keep b away
    ],
)
def test_the_task_to_split(tasks, fields, wanted) -> None:
    assert named(tasks, **fields) == wanted


@pytest.mark.parametrize("seed", range(5))
def test_no_split_makes_it_longer_and_round_robin_never_wins_against_the_bound(seed: int) -> None:
    plan = planned(many(40, seed))
    found = whatif.split(plan)
    assert found is None or 0 < found.makespan < plan.answer.makespan
    assert whatif.round_robin(plan) >= plan.answer.lower_bound


def test_round_robin_keeps_conflicts_apart() -> None:
    plan = planned([task("a", 10, writes="x.py"), task("b", 10, writes="x.py"), task("c", 5)], max_parallel=3)
    assert whatif.round_robin(plan) == 20


def test_round_robin_respects_the_room_of_a_type() -> None:
    tasks = [task(name, 10, agent="coder") for name in "abc"]
    assert whatif.round_robin(planned(tasks, agent_capacity={"coder": 2})) == 20


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("capacity", [{}, {"coder": 2, "tester": 40}])
def test_a_half_made_from_the_model_takes_as_long_as_one_made_from_the_problem(seed: int, capacity) -> None:
    plan = planned(many(30, seed), agent_capacity=capacity)
    problem, order = plan.problem, plan.answer.order
    base = Halves(problem, order)
    for index in range(len(plan.tasks)):
        at = order.index(index) + 1
        assert base.makespan(index) == max(replay(halved(problem, index), [*order[:at], 30, *order[at:]])[1])


def test_a_task_too_short_to_matter_is_not_tried() -> None:
    plan = planned([task(f"t{n}", 5, writes="x.py") for n in range(60)])
    assert whatif.split(plan) is None
    assert whatif.split(planned([task("long", 100), *(task(f"t{n}", 1) for n in range(9))])) is not None


def test_a_list_on_one_file_is_asked_what_to_split_at_next_to_no_cost() -> None:
    begun = time.process_time()
    plan = planned([task(f"t{n}", n % 7 + 1, writes="src/shared.ts") for n in range(500)])
    made = time.process_time()
    assert whatif.split(plan) is None
    assert time.process_time() - made < (made - begun) / 5


@pytest.mark.parametrize("seed", range(12))
def test_a_task_gates_what_it_dominates(seed: int) -> None:
    plan = planned(many(25, seed))
    drawn = networkx.DiGraph()
    for index, needs in enumerate(plan.problem.needs):
        drawn.add_edges_from((need, index) for need in needs or [START])
    above = networkx.immediate_dominators(drawn, START)
    for index in range(len(plan.tasks)):
        dominated = set()
        for other in range(len(plan.tasks)):
            at = above[other]
            while at not in (index, START):
                at = above[at]
            dominated |= {other} if at == index else set()
        assert whatif.gated_by(plan, index) == sorted(dominated - {index})


def test_what_is_done_gates_nothing_and_is_not_gated() -> None:
    plan = made.plan(
        *(
            made.task("a"),
            made.task("b"),
            made.task("c", needs="a b"),
            made.task("d", needs="c"),
            made.task("e", needs="d b"),
        ),
        done=["b", "d"],
    )
    assert [whatif.gated_by(plan, index) for index in (0, 2)] == [[2], []]
