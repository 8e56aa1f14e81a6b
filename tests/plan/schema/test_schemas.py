"""The schemas of foreign lists say what their readers say: no less, no more, and in words that help."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanout.errors import SourceError
from fanout.plan.file_access import NoFiles
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source
from fanout.plan.schema import catalogue, explain

SCALE = int(os.environ.get("FANOUT_TEST_SCALE", "1"))
FIXTURES = Path(__file__).parents[1] / "read" / "fixtures"
FEATURE = "/p/.tmp/tasks/shop"

MINE = {
    "native": ["native/plan.json"],
    "openagentscontrol-task": ["openagentscontrol/.tmp/tasks/checkout/task.json"],
    "openagentscontrol-subtask": ["openagentscontrol/.tmp/tasks/checkout/subtask_*.json"],
    "task-master": ["task-master/.taskmaster/tasks/tasks.json"],
    "beads": ["beads/.beads/issues.jsonl"],
    "dork-labs": ["dork-labs/specs/search/03-tasks.json"],
    "dork-labs-files": ["dork-labs/specs/search/03-tasks.fanout.json"],
    "ralph": ["ralph/prd.json"],
    "feature-list": ["feature-list/feature_list.json", "feature-list/map/feature_list.json"],
    "shrimp": ["shrimp/tasks.json"],
    "claude-tasks": ["claude-tasks/todos.json", "claude-tasks/list/*.json"],
    "github": ["github/issues.json", "github/one.json"],
    "blocked-by": ["blocked-by/tasks.json", "blocked-by/batches.json"],
}


class InMemory(NoFiles):
    """One file, in reach by its path."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.content = text

    def text(self, path: str) -> str:
        return self.content

    def names(self, folder: str) -> list[str]:
        return [os.path.basename(self.path)] if folder == os.path.dirname(self.path) else []

    def is_folder(self, path: str) -> bool:
        return path == os.path.dirname(self.path)


def read(shape: str, record: dict[str, object]) -> Reading:
    """A list whose one record of this shape is `record`."""
    if shape == "openagentscontrol-subtask":
        files = InMemory(f"{FEATURE}/subtask_01.json", json.dumps(record))
        return registry.read(Source("shop", FEATURE, "", "/p", files=files), "openagentscontrol")
    whole: object = {
        "task-master/task": {"tasks": [record]},
        "task-master/subtask": {"tasks": [{"id": 1, "subtasks": [record]}]},
        "beads": {"id": "a-1", **record},
        "dork-labs/top": record,
        "dork-labs/task": {"slug": "s", "tasks": [record]},
        "blocked-by/task": [record],
        "blocked-by/batch": [{"tasks": [1], **record}],
    }[shape]
    return registry.read(Source("-", "", json.dumps(whole), "/p"), shape.split("/")[0])


@pytest.mark.parametrize("name", catalogue.SCHEMAS)
def test_each_schema_is_one_and_accepts_what_its_tool_writes(name: str) -> None:
    schema = catalogue.SCHEMAS[name].make()
    jsonschema.Draft202012Validator.check_schema(schema)
    paths = [path for pattern in MINE[name] for path in sorted(FIXTURES.glob(pattern))]
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for record in text.splitlines() if path.suffix == ".jsonl" else [text]:
            data = _decoded(record)
            if data is not None:
                jsonschema.validate(data, schema, jsonschema.Draft202012Validator)


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("shape", "record", "said"),
    [
        (
            *("task-master/task", {"id": 1, "title": "a", "dependencies": [{"id": 2}]}),
            'standard input:1 dependencies[0]: this must be a text (found dict). Write ["1", "2"].',
        ),
        (
            *("task-master/task", {"id": 1, "title": "a", "subtasks": "none"}),
            'standard input:1 subtasks: this must be a list (found \'none\'). Write [{"id": 1, "title": "..."}].',
        ),
        (
            *("task-master/subtask", {"id": 1, "title": ["a"]}),
            "standard input:1 title: this must be a text (found list). Write it in quotes.",
        ),
        (
            *("beads", {"title": "a", "estimated_minutes": "1h"}),
            "standard input:1 estimated_minutes: this must be a number (found '1h'). "
            "Write it without quotes or a unit: 30.",
        ),
        (
            *("dork-labs/top", {"slug": "s", "tasks": {"1": {}}}),
            'standard input tasks: this must be a list (found dict). Write [{"id": "1.1", "subject": "..."}].',
        ),
        (
            *("dork-labs/task", {"id": "1", "subject": "a", "size": {"days": 2}, "parallelWith": True}),
            "standard input:1 size: this must be a text (found dict). Write it in quotes.\n"
            'standard input:1 parallelWith: this must be a list of texts (found True). Write ["1", "2"].',
        ),
        (
            *("blocked-by/task", {"id": 1, "subject": "a", "blockedBy": [[2]]}),
            'standard input:1 blockedBy[0]: this must be a text (found list). Write ["1", "2"].',
        ),
        (
            *("blocked-by/batch", {"blockedBy": {"1": True}}),
            'standard input:1 blockedBy: this must be a list of texts (found dict). Write ["1", "2"].',
        ),
        (
            *(
                "openagentscontrol-subtask",
                {"seq": "01", "title": "a", "parallel": "maybe", "context_files": [{"at": "x"}]},
            ),
            ".tmp/tasks/shop/subtask_01.json parallel: this must be true or false (found 'maybe'). Write true or false.\n"
            '.tmp/tasks/shop/subtask_01.json context_files[0]: each item must be a path or {"path": ...} (found dict). '
            'Write "src/a.ts".',
        ),
    ],
)
def test_an_error_says_record_path_value_and_fix(shape: str, record: dict[str, object], said: str) -> None:
    with pytest.raises(SourceError) as error:
        read(shape, record)
    assert str(error.value) == said


@pytest.mark.parametrize(
    ("name", "data", "fields"),
    [
        ("ralph", {"stories": []}, [""]),
        ("ralph", {"userStories": {}}, ["userStories"]),
        ("ralph", {"userStories": [{"title": "a", "passes": "no", "dependsOn": [{}]}]}, ["passes", "dependsOn[0]"]),
        ("feature-list", {"features": {"a": {"steps": {}}}}, ["features.a.steps"]),
        ("feature-list", [{"name": []}], ["[0].name"]),
        ("shrimp", {"tasks": [{"name": "a", "relatedFiles": ["a.ts"]}]}, ["tasks[0].relatedFiles[0]"]),
        ("claude-tasks", [{"content": "a", "blockedBy": [None]}], ["[0].blockedBy[0]"]),
        ("claude-tasks", {"subject": {"en": "a"}}, ["subject"]),
        ("github", [{"number": "12"}, {}], ["[0].number", "[1]"]),
        ("dork-labs-files", {"tasks": {"1.1": {"writes": "src/"}}}, ["tasks.1.1.writes"]),
        ("blocked-by", {"batches": [{"tasks": [1], "blockedBy": {}}]}, ["batches[0].blockedBy"]),
        ("task-master", {"master": {"tasks": [{"subtasks": [{"title": []}]}]}}, ["master.tasks[0].subtasks[0].title"]),
    ],
)
def test_an_editor_marks_the_place(name: str, data: object, fields: list[str]) -> None:
    marked = [problem.field for problem in explain.problems(name, "", data)]
    assert [field.removeprefix("userStories[0].") for field in marked] == fields


SHAPES = {
    "openagentscontrol-subtask": (),
    "task-master/task": (),
    "task-master/subtask": (),
    "beads": ("id",),
    "dork-labs/top": (),
    "dork-labs/task": (),
    # The first of several names that has a text is taken, and the others are not looked at.
    "blocked-by/task": ("title", "content", "name", "prompt", "agent"),
    "blocked-by/batch": ("batch", "blocked_by", "tasks"),
}
VALUES: list[object] = [
    *(None, True, False, 0, 7, 1.5, "", " ", "a", "true", "FALSE", "src/a.ts"),
    *([], ["a"], [1, 2], [None], [True], [{}], [[]], ["a", {}], {}, {"path": "src/a.ts"}, {"path": 1}, {"path": " "}),
    *([{"path": "src/a.ts"}], [{"path": ""}], [{"path": None}, "b"]),
]


@st.composite
def records(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    """A record of some shape whose fields have any values."""
    shape = draw(st.sampled_from(sorted(SHAPES)))
    schema = catalogue.of_record(shape)
    fields = schema["$defs"][shape.split("/")[1]]["properties"] if "$defs" in schema else schema["properties"]
    names = draw(st.lists(st.sampled_from(sorted(fields.keys() - set(SHAPES[shape]))), max_size=4, unique=True))
    record = {name: draw(st.sampled_from(VALUES)) for name in names}
    return shape, {"id": "1", "title": "t", **record} if shape == "beads" else record


@given(records())
@settings(max_examples=600 * SCALE, deadline=None)
def test_a_schema_refuses_exactly_what_its_reader_refuses(case: tuple[str, dict[str, object]]) -> None:
    shape, record = case
    known = explain.problems(shape, "R", record)
    try:
        read(shape, record)
    except SourceError as error:
        assert {problem.field for problem in known} <= {problem.field for problem in error.problems}
        assert "wrong type" not in str(error), "the reader refuses what the schema allows"
    else:
        assert not known, "the schema refuses what the reader takes"
