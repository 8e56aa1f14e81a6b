"""From a reading to a plan: the invariants of every plan, and what is left out."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from plan.made import plan, reading, task

from fanout.errors import SourceError
from fanout.plan import advice, planner
from fanout.plan.check import independence
from fanout.plan.pattern import PatternError, parse
from fanout.plan.project_facts import ProjectFacts
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


SOUP = st.text("ab/*?[]{},!\\.- $\u00e4", max_size=10)
WORDS = st.text("ab .\n`[]P", max_size=12)


def usable(text: str) -> bool:
    try:
        return not parse(text, root="/project").matches_nothing
    except PatternError:
        return False


@st.composite
def soups(draw: st.DrawFn) -> dict[str, Any]:
    names = [f"t{number}" for number in range(draw(st.integers(0, 5)))]
    wrong = draw(st.integers(0, 3)) == 0  # else references are right, and patterns mostly
    path = SOUP if wrong else st.one_of(SOUP.filter(usable), st.sampled_from(("a", "a/**", "./a/b.ts", "*.ts")))

    def some(place: int) -> st.SearchStrategy[list[str]]:
        known = [*names, "gone"] if wrong else names[:place]
        return st.lists(st.sampled_from(known), max_size=2) if known else st.just([])

    made = [
        {
            "id": name,
            "title": draw(WORDS),
            "writes": draw(st.lists(path, max_size=3)),
            "reads": draw(st.lists(path, max_size=2)),
            "depends_on": draw(some(place)),
            "excludes": draw(some(place)),
            "estimate_minutes": draw(st.sampled_from((None, 0, 0.1, 1, 500_000))),
            "agent": draw(st.sampled_from((None, "", "x", "CoderAgent"))),
            "read_only": draw(st.booleans()),
            "accept": draw(st.sampled_from(([], [{"command": "make"}], [{"text": ""}]))),
        }
        for place, name in enumerate(names)
    ]
    fields = {"context_files": draw(st.lists(SOUP, max_size=1)), "max_parallel": draw(st.integers(1, 30))}
    return {"tasks": made, "parallel": draw(st.lists(st.sampled_from(names), max_size=3)) if names else [], **fields}


@settings(max_examples=300)
@given(soups(), st.booleans(), st.booleans())
def test_whatever_a_document_holds_is_a_plan_or_a_list_of_problems(soup, there, fold):
    """And everything that is said about it is said in one line, with a way out."""
    tasks = soup.pop("tasks")
    project = ProjectFacts(lambda path: there, frozenset(("general-purpose",)), fold)
    try:
        made = planner.make(reading(*tasks, **soup), "quick", project)
    except SourceError as error:
        assert all(problem.record and problem.message and problem.fix for problem in error.problems)
        return
    for remark in made.warnings:
        assert remark.code and remark.message and remark.fix
        assert "\n" not in remark.message + remark.fix + remark.task
        assert not remark.task or remark.task in made.names
    assert len(independence.lines(made, project)) == 6
    assert advice.of_plan(made).reason
    assert plan_json.render(made)
