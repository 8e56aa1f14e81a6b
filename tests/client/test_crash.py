"""The client is killed in the middle of a run, again and again; the run comes to the same end."""

from __future__ import annotations

import json
import random
import threading
import time
from functools import partial
from pathlib import Path

from client.plugin import Start, example, with_plugin
from project import Project
from scale import WHOLE

from fanout.client.descendants import kill_of_home
from fanout.client.recorder import HookCall
from fanout.client.script import Cast, Worker

KILLS, TASKS = (5, 20) if WHOLE else (1, 8)


def listed(project: Path) -> str:
    """The source to type: of the storefront the first of its tasks."""
    source = f"{example(project, 'storefront')}/tasks.json"
    plan = json.loads((project / source).read_text())
    (project / source).write_text(json.dumps({**plan, "tasks": plan["tasks"][:TASKS]}))
    return source


def workers(source: Path) -> Worker:
    tasks = json.loads(source.read_text())["tasks"]
    return Worker.from_table(
        {
            task["id"]: [{"wait": 0.1 * task["estimate_minutes"]}, {"declared": True}, {"done": "written"}]
            for task in tasks
        }
    )


def tree(project: Path) -> dict[str, str]:
    """Every file but the state, and but what the client itself was writing when it was killed."""
    kept = (path for path in project.rglob("*") if path.is_file() and ".tmp." not in path.name)
    return {
        str(path.relative_to(project)): path.read_text()
        for path in kept
        if not {".fanout", ".git"} & set(path.relative_to(project).parts)
    }


def at_least(count: int, calls: list[HookCall]) -> bool:
    """Whether agents have made this many calls."""
    return len([call for call in calls if call.agent]) >= count


def test_killed_again_and_again_and_resumed_each_task_is_done_once(start: Start, tmp_path: Path) -> None:
    project = tmp_path / "project"
    source = listed(project)
    typed = f"/spec:execute {source}"
    moments = random.Random(7)
    for _ in range(KILLS):
        session = with_plugin(start, Cast(agent=workers(project / source)), permission_mode="acceptEdits")
        client = threading.Thread(target=session.print_mode, args=(typed,))
        client.start()
        wanted = moments.randint(4, 14)
        session.wait_for_hooks(partial(at_least, wanted), timeout=20)
        time.sleep(moments.random() * 0.2)
        kill_of_home(session.home)
        client.join(20)
        typed = "/spec:resume"
    session = with_plugin(start, Cast(agent=workers(project / source)), permission_mode="acceptEdits")
    assert session.print_mode(typed).exit_code == 0
    data = json.loads(Project(project).fanout("report", "--json").out)["data"]
    assert {task["id"]: task["state"] for task in data["tasks"]} == {task["id"]: "done" for task in data["tasks"]}
    assert sum(task["attempts"] > 1 for task in data["tasks"]) > 0, "something was lost and done again"
    assert data["state"] == "ended"

    whole = tmp_path / "whole"
    whole.mkdir()
    source = listed(whole)
    cast = Cast(agent=workers(whole / source))
    session = with_plugin(start, cast, project=whole, permission_mode="acceptEdits")
    session.print_mode(f"/spec:execute {source}")
    assert tree(project) == tree(whole)
