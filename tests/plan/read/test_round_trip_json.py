"""Made-up lists of the JSON formats: the standard decoder says what they hold, and what has changed after a mark.

Everything that JSON leaves open is drawn: blanks and line ends, the order of members, escapes, members that no reader knows,
values that look like the status. A mark changes one value and no other byte.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scale import SCALE

from fanout.plan.read import registry
from fanout.source import write_back
from fanout.source.resolve import resolve

Record = dict[str, Any]
TEXT = st.text("abc de/.,:{}[]\"\\'\n\tÄ中🎉`-", min_size=1, max_size=20).map(lambda text: f"w{text}w")
LIKE_A_STATUS = st.sampled_from(["pending", "done", '"status": "pending"', "passes", "[ ]"])
UNKNOWN = st.one_of(TEXT, LIKE_A_STATUS, st.integers(), st.none(), st.booleans(), st.lists(LIKE_A_STATUS, max_size=2))


@dataclass(frozen=True)
class Shape:
    """How a format wraps its records, what each of them has, and how it says open and done."""

    wrap: Callable[[list[Record]], object]
    fields: Callable[[int], Record]
    key: str
    open: tuple[object, ...]
    done: tuple[object, ...]


SHAPES = {
    "ralph": Shape(
        lambda records: {"branchName": "ralph/pending", "userStories": records},
        lambda number: {"id": f"US-{number}", "acceptanceCriteria": ["passes: false"], "priority": number},
        "passes",
        (False,),
        (True,),
    ),
    "feature-list": Shape(
        lambda records: records,
        lambda number: {"category": "functional", "steps": ["passes"]},
        "passes",
        (False,),
        (True,),
    ),
    "shrimp": Shape(
        lambda records: {"tasks": records},
        lambda number: {"id": f"id-{number}", "dependencies": [], "implementationGuide": "status"},
        "status",
        ("pending", "in_progress"),
        ("completed",),
    ),
    "task-master": Shape(
        lambda records: {"master": {"tasks": records, "metadata": {"status": "pending"}}},
        lambda number: {"id": number, "dependencies": [], "priority": "low"},
        "status",
        ("pending", "in-progress"),
        ("done",),
    ),
    "claude-tasks": Shape(
        lambda records: records,
        lambda number: {"activeForm": "Doing"},
        "status",
        ("pending", "in_progress"),
        ("completed",),
    ),
    "json-tasks": Shape(
        lambda records: {"phases": [{"title": "One", "tasks": records}]},
        lambda number: {"id": f"t{number}", "depends_on": []},
        "status",
        ("pending",),
        ("completed", "done"),
    ),
}
TITLE = {"ralph": "title", "feature-list": "description", "shrimp": "name", "claude-tasks": "content"}


@st.composite
def lists(draw: st.DrawFn, form: str) -> tuple[str, list[Record]]:
    """The text of a list, and its records as they were made."""
    shape = SHAPES[form]
    records = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        record = {**shape.fields(number), TITLE.get(form, "title"): f"{number} {draw(TEXT)}"}
        record |= {f"x{index}": draw(UNKNOWN) for index in range(draw(st.integers(0, 2)))}
        record[shape.key] = draw(st.sampled_from(shape.open + shape.done))
        names = draw(st.permutations(sorted(record)))
        records.append({name: record[name] for name in names})
    text = json.dumps(
        shape.wrap(records),
        indent=draw(st.sampled_from([None, 2, "\t"])),
        ensure_ascii=draw(st.booleans()),
        separators=draw(st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")])),
    )
    return draw(st.sampled_from(["", "\n", "\r\n"])) + text + draw(st.sampled_from(["", "\n"])), records


@pytest.mark.parametrize("form", SHAPES)
@settings(max_examples=25 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_list_is_read_as_a_decoder_reads_it_and_one_value_changes(
    form: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shape = SHAPES[form]
    text, records = data.draw(lists(form))
    path = tmp_path_factory.mktemp("list") / "list.json"
    path.write_bytes(text.encode())
    source = resolve(str(path), str(path.parent))
    reading = registry.read(source, form)
    tasks = reading.document.tasks
    assert len(tasks) == len(records)
    statuses = [reading.notes[task.id].status == "completed" for task in tasks]
    assert statuses == [record[shape.key] in shape.done for record in records]
    index = data.draw(st.sampled_from(range(len(records))))
    write_back.apply(write_back.mark(reading, tasks[index].id, "completed"))
    after = path.read_bytes().decode()
    if records[index][shape.key] in shape.done:
        assert after == text
        return
    expected = copy.deepcopy(records)
    expected[index][shape.key] = _value(after, form, index)
    assert expected[index][shape.key] in shape.done
    assert json.loads(after) == json.loads(json.dumps(shape.wrap(expected)))
    assert _without(after, expected[index][shape.key]) == _without(text, records[index][shape.key])


def _value(text: str, form: str, index: int) -> object:
    """What the record's status is now."""
    found: object = json.loads(text)
    path: dict[str, tuple[str | int, ...]] = {
        "ralph": ("userStories",),
        "shrimp": ("tasks",),
        "task-master": ("master", "tasks"),
        "json-tasks": ("phases", 0, "tasks"),
    }
    for key in (*path.get(form, ()), index, SHAPES[form].key):
        found = found[key]  # type: ignore[index]
    return found


def _without(text: str, value: object) -> int:
    """The length of the text but for the value: no blank came or went."""
    return len(text) - len(json.dumps(value))
