"""Lists in JSON: what can't be read is named, and a list that no tool has named is read as a person reads it."""

from __future__ import annotations

import json

import pytest
from plan.read import corpus

from fanout.plan.read import registry
from fanout.plan.reading import Source

USUAL = {"id": "US-1", "title": "Store", "description": "Keep it.", "passes": False, "acceptanceCriteria": ["it keeps"]}


def ralph(**fields):
    return read({"userStories": [USUAL | fields, {"id": "US-2", "title": "Page", "passes": False}]})


def read(data):
    return registry.read(Source("-", "", json.dumps(data), "/nowhere"))


def told(reading):
    return [(item.code, item.task, item.message) for item in reading.warnings]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"passes": "perhaps"}, 'passes is "perhaps", and should be true or false'),
        ({"passes": 1}, "passes is 1, and should be true or false"),
        ({"dependsOn": [{"kind": "hard"}]}, 'dependsOn is [{"kind": "hard"}], and should be a list of ids'),
        ({"dependsOn": True}, "dependsOn is true, and should be a list of ids"),
        ({"acceptanceCriteria": [3]}, "acceptanceCriteria is [3], and should be a list of texts"),
        ({"files": {"src": 1}}, 'files is {"src": 1}, and should be a list of paths'),
        ({"title": ["Store"]}, 'title is ["Store"], and should be a text'),
        ({"status": 3}, 'status is 3, and should be a word such as "done"'),
    ],
)
def test_a_field_that_does_not_fit_is_named(fields, message):
    expected = f"standard input:1: {message}: what does not fit is not read"
    assert told(ralph(**fields)) == [("wrong-type", "US-1", expected)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"passes": True},
        {"passes": "true"},
        {"dependsOn": None},
        {"dependsOn": []},
        {"dependsOn": "US-2"},
        {"dependsOn": [{"id": "US-2"}]},
        {"files": "src/a.ts"},
        {"acceptanceCriteria": [{"text": "it keeps"}]},
        {"status": "done"},
    ],
)
def test_what_people_write_is_no_fault(fields):
    assert "wrong-type" not in [item.code for item in ralph(**fields).warnings]


def test_a_flag_in_quotes_is_one():
    assert [note.status for note in ralph(passes="true").notes.values()] == ["completed", "pending"]


def test_a_status_that_nobody_knows_is_named_with_its_field():
    found = ralph(passes=None, state="somewhere")
    assert told(found) == [("unknown-status", "US-1", "state 'somewhere' is taken as open")]
    assert found.warnings[0].fix == "Known: pending, in_progress, done, blocked, skipped."


def test_phases_with_tasks():
    found = corpus.read("json-tasks/phases.json")
    assert {task.id: task.depends_on for task in found.document.tasks} == {"1.1": [], "1.2": [], "2.1": ["1.1", "1.2"]}
    assert [note.status for note in found.notes.values()] == ["completed", "pending", "pending"]
    assert [task.writes for task in found.document.tasks] == [["src/shelves.ts"], ["src/names.ts"], ["src/door/**"]]
    assert [one.text for one in found.document.tasks[0].accept] == ["a shelf survives a restart"]
    assert [note.place for note in found.notes.values()] == ["phases.json:8", "phases.json:9", "phases.json:16"]


def test_phases_that_state_nothing_follow_one_another():
    phase = [{"title": name, "tasks": [{"title": name, "status": "open"}]} for name in ("Base", "Roof")]
    found = read({"phases": phase})
    assert {task.id: task.depends_on for task in found.document.tasks} == {"01": [], "02": ["01"]}


def test_a_list_alone():
    found = corpus.read("json-tasks/list.json")
    assert {task.id: task.depends_on for task in found.document.tasks} == {"fix-lamp": [], "test-lamp": ["fix-lamp"]}
    assert [task.writes for task in found.document.tasks] == [["src/lamp.ts"], ["tests/lamp.test.ts"]]


def test_tasks_with_fields_of_no_tool():
    tasks = [
        {"id": "W-1", "title": "Store", "deliverables": ["src/store.ts"]},
        {"id": "W-2", "title": "Page", "dependsOn": ["W-1"], "deliverables": ["src/page.ts"]},
    ]
    found = read({"spec": "shop", "tasks": tasks})
    assert found.format == "json-tasks"
    assert {task.id: task.depends_on for task in found.document.tasks} == {"W-1": [], "W-2": ["W-1"]}


@pytest.mark.parametrize(
    "data",
    [
        {"schema_version": 1, "tasks": [{"id": "a", "title": "A", "dependsOn": []}]},
        {"tasks": [{"id": "a", "title": "A", "depends_on": [], "deliverables": []}]},
    ],
)
def test_a_slip_in_our_own_document_stays_an_error(data):
    source = Source("-", "", json.dumps(data), "/nowhere")
    assert registry.choose(source).name == "native"


@pytest.mark.parametrize("status", [{"passes": True}, {"status": "completed"}])
def test_our_field_beside_a_status_is_another_tools_list(status):
    tasks = [
        {"id": "T-1", "story_id": "US-1", "title": "A", "files": ["a.py"], "depends_on": [], **status},
        {"id": "T-2", "story_id": "US-1", "title": "B", "depends_on": ["T-1"], "wave": 2},
    ]
    found = read({"version": "main", "tasks": tasks})
    assert found.format == "json-tasks"
    assert found.notes["T-1"].status == "completed"
    assert {task.id: task.depends_on for task in found.document.tasks} == {"T-1": [], "T-2": ["T-1"]}


def test_a_status_in_a_document_with_more_of_our_fields_stays_an_error():
    data = {"tasks": [{"id": "a", "title": "A", "depends_on": [], "writes": ["a.py"], "status": "done"}]}
    assert registry.choose(Source("-", "", json.dumps(data), "/nowhere")).name == "native"
