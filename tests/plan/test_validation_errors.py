"""What does not fit the document is told in its own words, with what to write."""

from __future__ import annotations

import pytest

from fanout.errors import SourceError
from fanout.plan.model import Document, Task, parse_document


def said(document: object) -> list[str]:
    with pytest.raises(SourceError) as error:
        parse_document(document, "t.json")
    for problem in error.value.problems:
        assert problem.fix, problem
        assert not any(word in str(problem) for word in ("input should", "valid dictionary", "constrained", "literal["))
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("blockedBy", 'Write it as "depends_on".'),
        ("dependencies", 'Write it as "depends_on".'),
        ("files", 'Write it as "writes".'),
        ("files_to_modify", 'Write it as "writes".'),
        ("name", 'Write it as "title".'),
        ("acceptance_criteria", 'Write it as "accept".'),
        ("dependsOn", 'Did you mean "depends_on"?'),
        ("write", 'Did you mean "writes"?'),
        ("status", "Remove it, and leave out the tasks that are done: this document keeps no status."),
        ("parallel", "Remove it: what may run side by side follows from depends_on and writes."),
        ("colour", f"Fields of a task: {', '.join(Task.model_fields)}."),
    ],
)
def test_an_unknown_field_of_a_task_is_answered_with_those_of_a_task(name: str, fix: str) -> None:
    assert said({"tasks": [{"id": "a", name: []}]}) == [f"t.json task a {name}: no such field (found list). {fix}"]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("project", 'Write it as "title".'),
        ("maxParallel", 'Did you mean "max_parallel"?'),
        ("depends_on", "It is a field of a task: write it there."),
        (
            "author",
            f"Fields of the document: {', '.join(Document.model_fields)}. A key that starts with x- is ignored.",
        ),
    ],
)
def test_an_unknown_field_of_the_document(name: str, fix: str) -> None:
    assert said({"tasks": [{"id": "a"}], name: "x"}) == [f"t.json {name}: no such field (found 'x'). {fix}"]


@pytest.mark.parametrize(
    ("task", "line"),
    [
        ("write it", 'task #1: this must be an object (found \'write it\'). Write {"id": "write it"}.'),
        ({"id": 1}, 'task #1 id: this must be a text (found 1). Write "1".'),
        ({"id": "a b"}, 'Write "a-b", also where depends_on names it.'),
        ({"id": "a", "writes": "src/a.ts"}, "writes: this must be a list (found 'src/a.ts'). Write [\"src/a.ts\"]."),
        ({"id": "a", "reads": [1]}, 'reads[0]: this must be a text (found 1). Write "1".'),
        ({"id": "a", "accept": ["it works"]}, "accept[0]: this must be an object (found 'it works'). Write {\"text\""),
        ({"id": "a", "resources": ["db"]}, 'Write {"name": "db"}.'),
        ({"id": "a", "resources": [{}]}, 'resources[0].name: this field is required (found nothing). Add "name".'),
        ({"id": "a", "accept": [{"criterion": "x"}]}, 'Write it as "text".'),
        ({"id": "a", "timeout_minutes": -1}, "this must be at least 0 (found -1). Write 0 or more."),
    ],
)
def test_a_value_of_the_wrong_kind_comes_with_the_right_one(task: object, line: str) -> None:
    (found,) = said({"tasks": [task]})
    assert line in found


def test_each_field_is_named_once_and_without_its_alternatives() -> None:
    assert said({"tasks": [{"id": "a"}], "policy": {"join": "some"}, "agent_capacity": {"code-er": 0}}) == [
        't.json policy.join: this must be "all", "any" or a whole number from 1 on (found \'some\'). '
        "Write one of these.",
        "t.json agent_capacity.code-er: this must be at least 1 (found 0). Write 1 or more.",
    ]
