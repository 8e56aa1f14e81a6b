"""Go or no-go: each row of the when-to-use tables has its answer, and each answer its reason."""

from __future__ import annotations

from typing import Any

import pytest
from plan.made import plan, task

from fanout.plan import advice
from fanout.plan.advice import Advice

# The eight rows that users of parallel agents are taught, as the command line takes them.
TABLE: dict[str, tuple[dict[str, Any], bool, str, str]] = {
    "independent analysis": (
        {"tasks": 4, "minutes": 5, "files": "none"},
        True,
        "parallel",
        "all tasks are independent",
    ),
    "tasks with dependencies": ({"tasks": 6, "minutes": 5, "order": "some"}, True, "hybrid", "some are independent"),
    "quick operations": ({"tasks": 3, "minutes": 0.3}, False, "sequential", "it is quicker inline: 18 s each"),
    "research and exploration": ({"tasks": 2, "minutes": 5, "files": "none"}, True, "parallel", "independent"),
    "heavy computation": (
        {"tasks": 1, "minutes": 10, "heavy": True},
        True,
        "sequential",
        "one agent in the background",
    ),
    "diagnostics": (
        {"tasks": 4, "minutes": 3, "files": "none", "perspectives": True},
        True,
        "swarm",
        "several read-only agents look at the same thing",
    ),
    "dependent edits": ({"tasks": 4, "minutes": 5, "files": "same"}, False, "sequential", "they change the same files"),
    "large decomposition": (
        {"tasks": 2, "minutes": 10, "order": "chain", "heavy": True},
        True,
        "sequential",
        "keeps the main conversation small",
    ),
}
# The rows on when not to.
NOT: dict[str, tuple[dict[str, Any], str]] = {
    "interactive refinement": ({"tasks": 5, "minutes": 5, "interactive": True}, "refined together with the user"),
    "single small task": ({"tasks": 1, "minutes": 5}, "it is a single task"),
    "sequential logic": ({"tasks": 5, "minutes": 5, "order": "chain"}, "each needs the result of the one before"),
    "one agent only": ({"tasks": 2, "minutes": 5, "cap": 1}, "max_parallel is 1"),
}


def words(found: Advice, expected: str) -> bool:
    return all(word in found.reason for word in expected.split())


@pytest.mark.parametrize(("numbers", "go", "strategy", "reason"), TABLE.values(), ids=TABLE)
def test_the_table_of_when_to_use(numbers, go, strategy, reason):
    found = advice.of_numbers(**numbers)
    assert (found.go, found.strategy) == (go, strategy)
    assert words(found, reason)


@pytest.mark.parametrize(("numbers", "reason"), NOT.values(), ids=NOT)
def test_when_not(numbers, reason):
    found = advice.of_numbers(**numbers)
    assert (found.go, found.strategy, found.speedup, found.cap) == (False, "sequential", 1.0, 1)
    assert words(found, reason)


MINUTES: dict[str, Any] = {"estimate_minutes": 10}
PLANS: dict[str, tuple[list[dict[str, Any]], bool, str, str]] = {
    "independent": ([task(n, f"{n}.ts", **MINUTES) for n in "abc"], True, "parallel", "all tasks are independent"),
    "a chain": ([task("a", **MINUTES), task("b", needs="a", **MINUTES)], False, "sequential", "the result of the one"),
    "one hot file": ([task(n, "x.ts", **MINUTES) for n in "abc"], False, "sequential", "they change the same files"),
    "one database": ([task(n, uses="db", **MINUTES) for n in "abc"], False, "sequential", "they share a resource"),
    "a graph": (
        [task("a", **MINUTES), task("b", **MINUTES), task("c", needs="a b", **MINUTES)],
        True,
        "hybrid",
        "each starts as soon as it can",
    ),
    "some files shared": (
        [task("a", "x", **MINUTES), task("b", "x", **MINUTES), task("c", "y", **MINUTES)],
        True,
        "hybrid",
        "some tasks are independent and some wait",
    ),
    "perspectives": (
        [task(n, reads="src/**", read_only=True, **MINUTES) for n in ("security", "style", "speed")],
        True,
        "swarm",
        "several read-only agents",
    ),
    "perspectives and a judge": (
        [
            *(task(n, reads="src/**", read_only=True, **MINUTES) for n in ("security", "style")),
            task("judge", "report.md", needs="security style", **MINUTES),
        ],
        True,
        "swarm",
        "one judges what they found",
    ),
    "seconds": ([task(n, estimate_minutes=0.3) for n in "abc"], False, "sequential", "it is quicker inline"),
    "little to gain": (
        [task("a", estimate_minutes=100), task("b", estimate_minutes=5)],
        False,
        "sequential",
        "agents save too little: 1 times as fast",
    ),
    "alone": ([task("a", **MINUTES)], False, "sequential", "it is a single task"),
}


@pytest.mark.parametrize(("tasks", "go", "strategy", "reason"), PLANS.values(), ids=PLANS)
def test_plans(tasks, go, strategy, reason):
    found = advice.of_plan(plan(*tasks))
    assert (found.go, found.strategy) == (go, strategy)
    assert words(found, reason)


def test_the_speedup_counts_what_starting_agents_costs():
    found = advice.of_plan(plan(*(task(n, f"{n}.ts", estimate_minutes=m) for n, m in (("a", 10), ("b", 15), ("c", 8)))))
    assert found.with_agents == 15.5
    assert found.speedup == pytest.approx(33 / 15.5, abs=0.01)


@pytest.mark.parametrize(
    ("minutes", "cap", "enough"), [([10] * 6, 6, 6), ([30, 10, 10, 10], 4, 2), ([10] * 4, 3, 2), ([5] * 8, 3, 3)]
)
def test_no_more_agents_than_help(minutes, cap, enough):
    tasks = [task(str(number), estimate_minutes=size) for number, size in enumerate(minutes)]
    assert advice.of_plan(plan(*tasks, max_parallel=cap)).cap == enough


def test_every_rule_says_why_and_the_quick_test_is_answered():
    found = advice.of_plan(plan(task("a", "x", **MINUTES), task("b", "x", **MINUTES), task("c", **MINUTES, needs="a")))
    assert {rule.name: rule.holds for rule in found.rules} == {
        "several": True,
        "long-enough": True,
        "independent": True,
        "own-files": False,
        "own-state": True,
        "no-questions": True,
        "pays": True,
        "provable": False,
    }
    assert all(rule.text for rule in found.rules)
    assert found.quick_test == "No: 1 of 3 wait for another."
    assert advice.of_numbers(3, 5).quick_test == "Yes."


def test_of_a_list_that_is_done_nothing_is_advised():
    found = advice.of_numbers(0, 5)
    assert not found.go and found.reason == "nothing is left to do: no task is open" and len(found.rules) == 1


def test_the_same_question_has_the_same_answer():
    tasks = [task(str(n), f"f{n % 3}", estimate_minutes=n + 1) for n in range(9)]
    assert advice.of_plan(plan(*tasks)) == advice.of_plan(plan(*tasks))


def test_without_any_size_the_start_of_an_agent_is_not_weighed():
    found = advice.of_plan(plan(task("a", "a"), task("b", "b"), task("c", "b")))
    assert (found.go, found.strategy, found.speedup) == (True, "hybrid", 1.5)
    texts = {rule.name: rule.text for rule in found.rules}
    assert texts["long-enough"] == "no size is stated; starting an agent takes about 30 s"
    assert texts["pays"] == "1.5 times as fast with agents, if all take equally long"
