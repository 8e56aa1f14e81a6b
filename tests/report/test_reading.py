"""A reading as JSON and as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from plan.read import corpus

from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.report import reading_json, reading_text


@pytest.mark.parametrize("name", corpus.SOURCES)
def test_json_of_every_fixture(name):
    reading = corpus.read(name)
    answer = json.loads(json.dumps(reading_json.to_json(reading)))
    assert answer["schema_version"] == 1
    data = answer["data"]
    assert data["format"] == corpus.SOURCES[name][1]
    assert [task["id"] for task in data["tasks"]] == [task.id for task in reading.document.tasks]
    for task in data["tasks"]:
        place = task["source"].rpartition(":")
        assert (Path(reading.base) / place[0]).is_file()
        assert int(place[2]) >= 1
        assert {item["field"] for item in task["reasons"]} == set(task["inferred"])
        assert all(item["reason"] and 0 < item["confidence"] < 1 for item in task["reasons"])
    assert all(set(item) == {"place", "text"} for item in data["unread"])
    assert all(set(item) == {"code", "message", "task", "fix"} for item in data["warnings"])


def test_json_of_one_task():
    reading = registry.read(Source("-", "", "- [x] T001 [P] Add `a.py` per docs/x.md\n", "/nowhere"))
    data: dict[str, Any] = reading_json.render(reading)
    (task,) = data["tasks"]
    known = ("id", "title", "status", "depends_on", "writes", "reads", "source", "parallel", "unsure", "inferred")
    assert {key: task[key] for key in known} == {
        "id": "T001",
        "title": "Add `a.py` per docs/x.md",
        "status": "completed",
        "depends_on": [],
        "writes": ["a.py"],
        "reads": ["docs/x.md"],
        "source": "standard input:1",
        "parallel": True,
        "unsure": False,
        "inferred": ["writes", "reads"],
    }


def test_text():
    reading = corpus.read("markdown/todo.md")
    assert reading_text.render(reading).splitlines() == [
        "Release: 6 tasks, read as markdown",
        "[x] 01 Add the login form in src/login.tsx  writes? src/login.tsx",
        "[ ] 02 Add the logout button in src/logout.tsx  writes? src/logout.tsx",
        "[ ] 03 Update src/login.tsx to use src/logout.tsx  after? 01  writes? src/login.tsx",
        "[ ] 04 Talk to the users  after? 01, 02, 03  alone",
        "[ ] 05 Write docs/login.md  writes? docs/login.md",
        "[ ] 06 发布说明：更新 CHANGELOG.md，依赖 #2  after? 02  writes? CHANGELOG.md",  # noqa: RUF001
        "unread: todo.md:14: - [ ] in a fence",
    ]


@pytest.mark.parametrize(("tasks", "fenced"), [(100, 0), (5, 100), (100, 100), (1, 0)])
def test_text_is_short_unless_everything_is_asked_for(tasks, fenced):
    lines = [f"- [ ] Add `m{number}.py`" for number in range(tasks)]
    text = "\n".join([*lines, "```", *["- [ ] x"] * fenced, "```"])
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert len(reading_text.render(reading).splitlines()) <= 40
    assert len(reading_text.render(reading, everything=True).splitlines()) == 1 + tasks + fenced


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "kiro",
            "8 tasks, 2 done; 2 waits stated, 7 inferred; files of 0 open tasks stated, of 5 inferred, of 1 not known; "
            "1 line left unread: 1 in a code fence or a comment.",
        ),
        (
            "shrimp/tasks.json",
            "2 tasks, 1 done; 1 wait stated, 0 inferred; files of 1 open tasks stated, of 0 inferred, of 0 not known; "
            "nothing left unread.",
        ),
        (
            "exec-plan/.agent/plans/retries.md",
            "3 tasks, 1 done; 0 waits stated, 2 inferred; files of 0 open tasks stated, of 2 inferred, of 0 not known; "
            "1 line left unread: 1 below a heading that holds no task.",
        ),
    ],
)
def test_the_last_line_sums_up(name, line):
    assert reading_text.summary(corpus.read(name)) == line
