"""The worked examples as they are shipped: started by the command line, done by agents that have their type's tools alone."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import CHECKOUT, Project

EXAMPLES = (
    "review-and-tests",
    "module-tests",
    "release-check",
    "convert-agents",
    "test-suites",
    "login-lanes",
    "login-lanes-split",
    "auth-team",
    "checkout-team",
    "three-batches",
    "config-conflict",
    "helpers-conflict",
    "converge",
)
TOOLCHAINS = ("cargo", "npx", "npm", "node", "pytest", "python3", "go")  # not all of them are on every machine
LANE = re.compile(r"# Task ([\w-]+):")  # the next task of the agent's lane
WRITES = re.compile(r"[*].*")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A repository, and toolchains whose every check passes: what is looked at is what fanout lets agents do."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLCHAINS:
        (tools / name).write_text("#!/bin/sh\nexit 0\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    made = Project(tmp_path / "project")
    made.write({"README.md": "x\n"})
    made.commit_all()
    return made


def tools_of(agent_type: str) -> set[str]:
    """The tools that the plugin gives a type; those of other types are not limited."""
    file = CHECKOUT / "agents" / f"{agent_type.removeprefix('spec:')}.md"
    found = re.search(r"^tools: (.+)$", file.read_text(), re.MULTILINE) if file.exists() else None
    return set(found[1].split(", ")) if found else {"Edit", "Write", "Bash"}


def launched(desk: Desk, said: str, before: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The tasks of the launch block in a text and their agents' types, each launched."""
    block = json.loads(said.split("```json\n")[1].split("```")[0])["launch"] if "```json" in said else []
    found = [(call["prompt"].split("/")[1].split("`")[0], call) for call in block]
    new = [(task, call) for task, call in found if task not in [name for name, _ in before]]
    for task, call in new:
        assert denial(desk.launch(task, **call)) == ""
    return [(task, call["subagent_type"]) for task, call in new]


def work(desk: Desk, task: dict[str, Any], tools: set[str], agent: str = "") -> None:
    """What an honest agent of the type does: folders and checks by Bash, files by whatever tool it has."""
    agent = agent or f"agent-{task['id']}"
    for pattern in task.get("writes", []):
        path = WRITES.sub("made.md", pattern) if "*" in pattern else pattern
        folder = str(Path(path).parent)
        if "Bash" in tools:
            line = f"mkdir -p {folder}" + ("" if "Write" in tools else f" && echo {agent} > {path}")
            assert denial(desk.bash(agent, line)) == ""
            subprocess.run(["bash", "-c", line], cwd=desk.root, check=True)
        if "Write" in tools:
            assert denial(desk.do(agent, path, f"name: {Path(path).stem}\n{agent}\n")) == ""
    for item in task.get("accept", []):
        if item.get("command") and "Bash" in tools:
            assert denial(desk.bash(agent, item["command"])) == ""


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_task_of_it_gets_done(project: Project, name: str) -> None:
    tasks = {one["id"]: one for one in json.loads((CHECKOUT / "examples" / name / "tasks.json").read_text())["tasks"]}
    started = project.fanout("start", str(CHECKOUT / "examples" / name / "tasks.json"))
    assert started.code == 0, started.err
    assert "only reads" not in started.out and "does not edit" not in started.out
    desk = Desk(project.path)
    run = re.search(r"fanout brief ([\w-]+)/", started.out)
    assert run
    desk.join(run[1])
    at_work = launched(desk, started.out, [])
    while at_work:
        for task, agent_type in at_work:
            work(desk, tasks[task], tools_of(agent_type))
        ended, at_work = at_work, []
        for task, agent_type in ended:
            answer, agent = desk.end(f"agent-{task}", f"DONE|{task}|done"), f"agent-{task}"
            while lane := LANE.match(answer.get("reason", "")):
                work(desk, tasks[lane[1]], tools_of(agent_type), agent)
                answer = desk.end(agent, f"DONE|{lane[1]}|done")
            assert answer == {}, task
            at_work += launched(desk, desk.notify(agent), at_work)
    assert {task: desk.state(task) for task in tasks} == dict.fromkeys(tasks, "done")
