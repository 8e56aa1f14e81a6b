"""What makes a list impossible to plan, each problem with record, field, value and fix."""

from __future__ import annotations

import time

import pytest
from plan.made import reading, task

from fanout.errors import SourceError
from fanout.plan.validate import MOST_PROBLEMS, validate

CASES = {
    "two in a ring": ([task("a", needs="b"), task("b", needs="a")], "depends_on", "a -> b -> a", "circle"),
    "ring behind a tail": (
        [task("z", needs="a"), task("a", needs="c"), task("b", needs="a"), task("c", needs="b")],
        "depends_on",
        "a -> c -> b -> a",
        "circle",
    ),
    "unknown": ([task("01"), task("02", needs="10")], "depends_on", "'10'", "there is no such task"),
    "itself": ([task("a", needs="a")], "depends_on", "'a'", "a task can't name itself"),
    "excludes unknown": ([task("a", excludes=["b"])], "excludes", "'b'", "there is no such task"),
    "excludes itself": ([task("a", excludes=["a"])], "excludes", "'a'", "a task can't name itself"),
    "twice": ([task("a"), task("b"), task("a")], "id", "2 times", "the id is not unique"),
    "empty": ([], "tasks", "an empty list", "there is nothing to plan"),
    "out of the root": ([task("a", "../x")], "writes", "", "'../x' can't be used: it leads out of the project"),
    "after a wildcard": ([task("a", "", "src/*/../x")], "reads", "", "it has `..` after a wildcard"),
    "negated": ([task("a", "!x")], "writes", "", "'!x' can't be used: it starts with !"),
    "drive": ([task("a", "C:/x")], "writes", "", "'C:/x' can't be used: it starts with a drive letter"),
    "absolute": (
        [task("a", "/etc/passwd")],
        "writes",
        "",
        "an absolute path that is not inside the project (/project)",
    ),
    "nothing matches": ([task("a", "src/[.]")], "writes", "", "no path can match 'src/[.]'"),
    "no path at all": ([{"id": "a", "writes": [" "]}], "writes", "' '", "the pattern is empty"),
}


@pytest.mark.parametrize(("tasks", "field", "found", "message"), CASES.values(), ids=CASES)
def test_one_problem_each(tasks, field, found, message):
    with pytest.raises(SourceError) as error:
        validate(reading(*tasks))
    (problem,) = error.value.problems
    assert problem.field == field
    assert problem.found == found
    assert message in problem.message
    assert problem.fix.endswith((".", "?")) and len(problem.fix) > 5
    assert problem.record.startswith("tasks.json:") or not tasks


def test_every_problem_is_found_at_once():
    with pytest.raises(SourceError) as error:
        validate(reading(task("a", "../x !y", "C:/z", needs="b"), task("c", needs="c")))
    assert [(problem.record, problem.field) for problem in error.value.problems] == [
        ("tasks.json:1 task a", "depends_on"),
        ("tasks.json:2 task c", "depends_on"),
        ("tasks.json:1 task a", "writes"),
        ("tasks.json:1 task a", "writes"),
        ("tasks.json:1 task a", "reads"),
    ]


@pytest.mark.parametrize(
    ("name", "known", "fix"),
    [
        ("task-1O", ("task-10", "task-20"), "Did you mean 'task-10'?"),
        ("quite-different", ("01", "02"), "Add the task or remove the reference."),
    ],
)
def test_a_wrong_name_offers_the_nearest(name, known, fix):
    with pytest.raises(SourceError) as error:
        validate(reading(task("a", needs=name), *(task(one) for one in known)))
    assert error.value.problems[0].fix == fix


def test_an_absolute_path_inside_the_root_is_made_relative():
    patterns = validate(reading(task("a", f"{'/project'}/src/a.ts")))
    assert patterns.writes[0][0].normal == "src/a.ts"


@pytest.mark.parametrize(("join", "fails"), [("all", False), ("any", False), (2, False), (3, True)])
def test_more_results_than_tasks_can_never_come(join, fails):
    found = reading(task("a"), task("b"), policy={"join": join})
    if not fails:
        validate(found)
        return
    with pytest.raises(SourceError, match="there are only 2 tasks to join"):
        validate(found)


def test_a_cycle_of_ten_thousand_is_named_whole_and_quickly():
    size = 10_000
    began = time.process_time()
    with pytest.raises(SourceError) as error:
        validate(reading(*(task(f"t{i}", needs=f"t{(i + 1) % size}") for i in range(size))))
    assert error.value.problems[0].found.count(" -> ") == size
    assert time.process_time() - began < 10


def test_thousands_of_wrong_names_are_told_in_a_few_lines_and_quickly():
    began = time.process_time()
    with pytest.raises(SourceError) as error:
        validate(reading(*(task(f"task-{i}", needs=f"tusk-{i}") for i in range(5_000))))
    assert len(error.value.problems) == MOST_PROBLEMS + 1
    assert error.value.problems[-1].message == f"{5_000 - MOST_PROBLEMS} more problems"
    assert time.process_time() - began < 20
