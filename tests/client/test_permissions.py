"""A permission that the user does not give, in the real client: it is the cause that is named."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from client.plugin import Start, with_plugin
from project import Project

from fanout.client.script import Cast, Worker
from fanout.client.session import READY
from fanout.run.tasks.measure import seconds


def test_a_write_that_is_not_permitted_is_named_as_the_cause(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": "01", "writes": ["b.txt"]}, {"id": "02", "title": "One", "writes": ["a.txt"], "depends_on": ["01"]}]
    project.write({"tasks.json": {"schema_version": 1, "id": "may", "tasks": tasks}})
    worker = Worker.from_table({"01": write(project, "b.txt"), "02": write(project, "a.txt")})
    rules = {"permissions": {"allow": ["Edit(b.txt)"]}}
    session = with_plugin(start, Cast(agent=worker), permission_mode="default", settings=rules)
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    assert (project.path / "b.txt").exists() and not (project.path / "a.txt").exists()
    data = json.loads(project.fanout("report", "may-1", "--json").out)["data"]
    assert [(task["state"], task["outcome"]) for task in data["tasks"]] == [
        ("done", "wrote b.txt"),
        ("blocked", "permission denied for Write of a.txt; its agent said: wrote a.txt"),
    ]
    assert "permission denied for Write of a.txt" in str(session.record.of("main")[-1].body)


def write(project: Project, name: str) -> list[dict[str, object]]:
    return [{"write": str(project.path / name), "content": "x\n"}, {"done": f"wrote {name}"}]


@pytest.mark.parametrize("says", ["done", "blocked"])
def test_a_session_that_nobody_attends(start: Start, tmp_path: Path, says: str) -> None:
    """The first refused file holds the run, nothing failed for it, and a session that may write goes on."""
    project = Project(tmp_path / "project")
    names = ("01", "02", "03")
    tasks = [{"id": name, "title": name, "writes": [f"{name}.txt"]} for name in names]
    project.write({"tasks.json": {"schema_version": 1, "id": "may", "max_parallel": 1, "tasks": tasks}})
    end = {"done": "wrote it"} if says == "done" else {"say": "BLOCKED|01|Write is denied to me"}
    steps = {name: [write(project, f"{name}.txt")[0], end] for name in names}
    session = with_plugin(start, Cast(agent=Worker.from_table(steps)), permission_mode="default")
    session.print_mode("/spec:execute tasks.json")
    data = json.loads(project.fanout("report", "may-1", "--json").out)["data"]
    assert [(task["state"], task["attempts"]) for task in data["tasks"]] == [("pending", 0)] * 3
    assert len(session.record.conversations("agent")) == 1
    told = str(session.record.of("main")[-1].body)
    assert (
        "The run is paused: permission denied for Write of 01.txt, and nobody is here to be asked. The user may type "
        "it anew: `claude -p --permission-mode acceptEdits 'continue'` goes on with leave to write files, `--allowedTools` adds "
        "rules for commands. Launch nothing" in told
    )
    assert "Send exactly" not in told.split("The run is paused")[-1]
    assert "Send exactly this Agent call now" in project.fanout("go", "may-1").out


def test_an_agents_own_notes_are_no_question_and_every_other_write_is(start: Start, tmp_path: Path) -> None:
    """With nobody to ask, what would be a question is refused."""
    project = Project(tmp_path / "project")
    tasks = [{"id": "01", "title": "One", "writes": ["a.txt"]}]
    project.write({"tasks.json": {"schema_version": 1, "id": "may", "tasks": tasks}})
    own = [".fanout/results/may-1/01.txt", ".fanout/scratch/may-1/01/draft.json"]
    others = ["a.txt", "results/may-1/01.txt"]
    paths = [str(project.path / name) for name in (*own, *others)]
    steps = [*({"write": path, "content": "x\n"} for path in paths), {"done": "wrote the notes"}]
    session = with_plugin(start, Cast(agent=Worker.from_table({"01": steps})), permission_mode="default")
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    assert [(project.path / name).exists() for name in (*own, *others)] == [True, True, False, False]


QUESTION = r"Do you want to create (\w)\.txt"


def test_a_no_in_a_session_on_screen(start: Start, tmp_path: Path) -> None:
    """The user refuses one agent's write and lets the other's pass."""
    project = Project(tmp_path / "project")
    tasks = [{"id": name, "title": f"As {name}", "writes": [f"{name}.txt"]} for name in ("a", "b")]
    project.write({"tasks.json": {"schema_version": 1, "id": "may", "tasks": tasks}})
    steps = {
        name: [{"write": str(project.path / f"{name}.txt"), "content": "x\n"}, {"done": f"wrote {name}.txt"}]
        for name in ("a", "b")
    }
    session = with_plugin(start, Cast(agent=Worker.from_table(steps)), permission_mode="default")
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("/spec:execute tasks.json")
        terminal.wait_for(lambda text: re.search(QUESTION, text) is not None and "1 of 2" in text)
        first = re.findall(QUESTION, terminal.text)[-1]
        other = "ab".replace(first, "")
        terminal.write("\x1b")
        terminal.wait_for(rf"create {other}\.txt")
        while re.search(rf"create {other}\.txt", terminal.text):  # a question that has just come takes no key yet
            terminal.write("1")
            time.sleep(1)
        terminal.wait_until(lambda: (project.path / f"{other}.txt").exists(), "the other file is written")
        terminal.wait_until(
            lambda: "1 of 2 done, 1 blocked" in project.fanout("status").out, "both agents have ended", 90
        )
    data = json.loads(project.fanout("report", "may-1", "--json").out)["data"]
    refused = f"the user refused Write of {first}.txt; its agent said: wrote {first}.txt"
    states = {task["id"]: (task["state"], task["outcome"]) for task in data["tasks"]}
    assert states == {first: ("blocked", refused), other: ("done", f"wrote {other}.txt")}
    assert not (project.path / f"{first}.txt").exists() and data["troubles"] != []
    [worked] = [agent for agent in data["agents"] if agent["task"] == other]
    assert worked["waited"] > 0, "what a user takes to answer is no work of an agent's"
    assert data["measured"]["work_seconds"] <= worked["end"] - worked["start"] - worked["waited"] + 0.01


BY_COMMAND = {"bash": "python3 -c \"open('a.txt', 'w').write('x')\""}


@pytest.mark.parametrize(
    ("writes", "question"),
    [({"write": "a.txt", "content": "x\n"}, r"Do you want to create a\.txt"), (BY_COMMAND, r"Do you want to proceed")],
    ids=["a write", "a command"],
)
def test_while_a_question_is_open_its_agent_does_no_work(
    start: Start, tmp_path: Path, writes: dict[str, object], question: str
) -> None:
    """The user answers when the other agent has long ended: every figure of the report leaves the waiting out."""
    project = Project(tmp_path / "project")
    project.write({"notes.txt": "to read\n"})
    tasks = [{"id": "a", "title": "As a", "writes": ["a.txt"]}, {"id": "b", "title": "As b", "read_only": True}]
    project.write({"tasks.json": {"schema_version": 1, "id": "wait", "tasks": tasks}})
    reads: list[dict[str, object]] = [{"read": "notes.txt"}] * 4
    worker = Worker.from_table(
        {
            "a": [writes, {"done": "wrote a.txt"}],
            "b": [{"after": "asked"}, *reads, {"say": "The notes are there to read.\nDONE|b|read them"}],
        }
    )
    session = with_plugin(start, Cast(agent=worker), permission_mode="default")
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("/spec:execute tasks.json")
        terminal.wait_for(question)
        asked = time.monotonic()
        worker.mark("asked")
        terminal.wait_until(lambda: "b" in ended(project), "the other task ends")
        held = time.monotonic() - asked
        while re.search(question, terminal.text):
            terminal.write("1")
            time.sleep(1)
        terminal.wait_until(lambda: "a" in ended(project), "the task ends whose agent waited")
    data = json.loads(project.fanout("report", "wait-1", "--json").out)["data"]
    [agent] = [agent for agent in data["agents"] if agent["task"] == "a"]
    [task] = [task for task in data["tasks"] if task["id"] == "a"]
    measured = data["measured"]
    assert agent["waited"] >= held and measured["waited_seconds"] == round(agent["waited"], 3)
    assert abs(task["took"] - (agent["end"] - agent["start"] - agent["waited"])) < 0.01
    assert measured["work_seconds"] <= sum(one["took"] for one in data["tasks"]) + 0.01
    shown = seconds(agent["waited"])
    report = project.fanout("report", "wait-1").out
    assert re.search(rf"{shown} (of|went into) waiting for the user's answers", report), report
    assert f": wrote a.txt ({seconds(task['took'])})" in report
    assert f"Result: wrote a.txt ({seconds(task['took'])})" in project.fanout("status", "wait-1").out
    project.fanout("report", "wait-1", "--html", "page.html")
    page = (project.path / "page.html").read_text()
    assert "Waiting for your answers" in page and shown in page


def ended(project: Project) -> set[str]:
    """The tasks that are done."""
    told = project.fanout("status", "wait-1", "--json").out
    return {task["id"] for task in json.loads(told)["data"]["tasks"] if task["state"] == "done"}
