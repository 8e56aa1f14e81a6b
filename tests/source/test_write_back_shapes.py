"""Marking a task in lists of many shapes changes its status token and no other byte."""

from __future__ import annotations

import difflib
import json

import pytest

from fanout.plan.read import registry
from fanout.source import write_back
from fanout.source.resolve import resolve

CRITERIA = "**Acceptance Criteria**:\n- [ ] it holds\n"
SHAPES = {
    "box with criteria": (
        "- [ ] A1: `a.py`\n  - **Acceptance criteria**:\n    - [ ] it holds\n",
        "A1",
        ["[ ] A1 -> [x] A1"],
    ),
    "the second of two ids": (
        "- [ ] A-1: `a.py`\n- [ ] A-1: `b.py`\n",
        "A-1-2",
        ["[ ] A-1: `b.py` -> [x] A-1: `b.py`"],
    ),
    "spec-kit, the second": (
        "- [ ] T001 `a.py`\n- [ ] T002 `c.py`\n- [ ] T001 `b.py`\n",
        "T001-2",
        ["[ ] T001 `b -> [x] T001 `b"],
    ),
    "status line in Spanish": (
        "### Tarea 1: A\n**Estado:** En curso\n### Tarea 2: B\n**Estado:** Pendiente\n",
        "1",
        ["En curso -> Completado"],
    ),
    "status line in Japanese": ("### タスク 1: A\n**状態**: 未着手\n### タスク 2: B\nx\n", "1", ["未着手 -> 完了"]),
    "JSON in Spanish": (
        json.dumps([{"id": "a", "title": "A", "status": "en curso"}, {"id": "b", "title": "B", "status": "pendiente"}]),
        "a",
        ["en curso -> completado"],
    ),
    "failing feature": (
        json.dumps([{"id": "a", "title": "A", "status": "failing", "depends_on": []}]),
        "a",
        ["failing -> passing"],
    ),
    "column in German": (
        "| Nr | Aufgabe | Status |\n|---|---|---|\n| A1 | `a.py` anlegen | offen |\n| A2 | `b.py` anlegen | fertig |\n",
        "A1",
        ["offen -> erledigt"],
    ),
    "optional": ("- [ ]* A1: `a.py`\n- [ ] A2: `b.py`\n", "A1", ["[ ]* -> [x]*"]),
    "heading with a box": (f"### [ ] 1. A\n`a.py`\n{CRITERIA}### [ ] 2. B\n`b.py`\n", "1", ["[ ] 1 -> [x] 1"]),
    "heading with a box behind": ("### Task 1: A [ ]\n`a.py`\n### Task 2: B [ ]\n`b.py`\n", "1", ["A [ ] -> A [x]"]),
    "status line": (
        f"### NAV-001: A\n**Status**: Pending\n{CRITERIA}### NAV-002: B\nx\n",
        "NAV-001",
        ["Pending -> Completed"],
    ),
    "status beside others": (
        "### Task 1.1: A\n- **Size**: M | **Status**: not started | **Deps**: none\n### Task 1.2: B\n- **Size**: M\n",
        "1.1",
        ["not started -> completed"],
    ),
    "steps, not criteria": (
        f"### Task 1.1: A\n- [x] 1.1 Write\n- [ ] 1.1 Test\n{CRITERIA}### Task 1.2: B\n**Size**: M\n",
        "1.1",
        ["[ ] 1.1 Test -> [x] 1.1 Test"],
    ),
    "row": (
        "| ID | Task | Status |\n|---|---|---|\n| 1 | `a.py` | TODO |\n| 2 | `b.py` | TODO |\n",
        "2",
        ["`b.py` | TODO -> `b.py` | COMPLETED"],
    ),
    "task-master, a list": (
        json.dumps([{"id": 1, "title": "a", "status": "pending", "dependencies": [], "priority": "low"}], indent=1),
        "1",
        ['"pending" -> "done"'],
    ),
    "task-master, dotted": (
        '{"tasks": [{"id": 1, "title": "S", "subtasks": [{"id": "1.1", "title": "a", "status": "pending"}]}]}',
        "1.1",
        ['"pending" -> "done"'],
    ),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_status_token_changes(tmp_path, name, end):
    text, task, changes = SHAPES[name]
    path = tmp_path / ("list.json" if text[0] in "[{" else "list.md")
    path.write_bytes(text.replace("\n", end).encode())
    source = resolve(str(path), str(tmp_path))
    assert write_back.set_status(registry.read(source), task, "completed") == [str(path)]
    wanted = text
    for change in changes:
        old, new = change.split(" -> ")
        assert wanted.count(old) == 1, old
        wanted = wanted.replace(old, new)
    now = path.read_bytes().decode().replace(end, "\n")
    assert now == wanted, "\n".join(difflib.ndiff(wanted.splitlines(), now.splitlines()))
    again = registry.read(resolve(str(path), str(tmp_path)))
    assert again.notes[task].status == "completed"
    assert write_back.set_status(again, task, "completed") == []
