"""In the real client an edit of a sibling's file waits for the sibling to end, and nothing of either is lost."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

from client.plugin import Start, with_plugin
from project import Project

from fanout.client.patience import PATIENCE
from fanout.client.script import Cast, Worker

TASKS = [
    {"id": "01", "title": "Own it", "writes": ["a.txt"], "estimate_minutes": 0.5},
    {"id": "02", "title": "Want it", "writes": ["b.txt"], "estimate_minutes": 0.5},
]
TABLE = {
    "01": [{"write": "a.txt", "content": "one\n"}, {"mark": "owned"}, {"after": "held"}, {"done": "wrote a.txt"}],
    "02": [
        {"write": "b.txt", "content": "two\n"},
        {"after": "owned"},
        {"read": "a.txt"},
        {"edit": "a.txt", "old": "one\n", "new": "one\ntwo\n"},
        {"done": "wrote both"},
    ],
}


def when_one_is_held(project: Path, worker: Worker) -> None:
    """Lets the owner end as soon as a write waits for it."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            with closing(sqlite3.connect(project / ".fanout" / "state.db")) as db:
                if db.execute("SELECT 1 FROM waiting").fetchone():
                    break
        except sqlite3.Error:
            pass  # the run has not begun
        time.sleep(0.05)
    worker.mark("held")


def test_it_goes_on_as_the_owner_ends(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.write({"tasks.json": {"schema_version": 1, "id": "held", "tasks": TASKS}})
    worker = Worker.from_table(TABLE)
    session = with_plugin(start, Cast(agent=worker), permission_mode="acceptEdits")
    watch = threading.Thread(target=when_one_is_held, args=(project.path, worker))
    watch.start()
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    watch.join()
    assert (project.path / "a.txt").read_text() == "one\ntwo\n"
    assert not [refusal for refusal in worker.refusals if "belongs to" in refusal.text]
    data = json.loads(project.fanout("report", "held-1", "--json").out)["data"]
    assert [task["state"] for task in data["tasks"]] == ["done", "done"]
    assert [(one["task"], one["of"], one["ended"]) for one in data["held"]] == [("02", "task 01", True)]
