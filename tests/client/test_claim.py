"""Workers that organise themselves inside the client: two agents share five tasks."""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from pathlib import Path

from client.plugin import Start, with_plugin
from project import Project

from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.script import Cast, Orchestrator, Rules
from fanout.client.subagent_model import declared
from fanout.run.store.db import connect

NAMES = ("w1", "w2")
CLAIM = re.compile(r"`(fanout claim --worker \S+ \S+ --wait \d+)`")
DONE = re.compile(r"`(fanout done \S+) 'what you did'`")


class Crew:
    """Each does what the commands print; nobody ends a task before everybody has taken one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.refused: list[str] = []
        self.busy: defaultdict[str, threading.Event] = defaultdict(threading.Event)

    def __call__(self, conversation: Conversation) -> Reply:
        told = "\n".join(result.text for result in conversation.results) or conversation.brief
        failed = [result.text for result in conversation.results if result.is_error]
        self.refused += [text for text in failed if "nothing is left to take" not in text]
        if "# Task" in told:
            name = re.search(r"--worker (\S+)", told)
            assert name
            self.busy[name[1]].set()
            files = [
                ToolCall("Write", {"file_path": str(self.root / path), "content": "x\n"}) for path in declared(told)
            ]
            return Reply("", tuple(files), holds=tuple(self.busy[name] for name in NAMES))
        if "File created" in told:
            brief = DONE.findall(str(conversation.messages))
            return bash(f"{brief[-1]} 'wrote its file'")
        if wanted := CLAIM.search(told):
            return bash(wanted[1])
        return Reply("I did what there was to do.")


def bash(command: str) -> Reply:
    return Reply("", (ToolCall("Bash", {"command": command, "description": "scripted"}),))


def call(name: str) -> ToolCall:
    prompt = f"Run `fanout claim --worker {name} demo-1 --wait 60` and follow what it prints."
    return ToolCall("Agent", {"description": f"worker {name}", "prompt": prompt, "subagent_type": "general-purpose"})


def test_two_workers_do_five_tasks(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": f"t{n}", "writes": [f"{n}.txt"], "accept": [{"command": f"test -s {n}.txt"}]} for n in range(4)]
    last = {"id": "t4", "writes": ["4.txt"], "depends_on": ["t0", "t1", "t2", "t3"]}
    project.write({"tasks.json": {"schema_version": 1, "id": "demo", "tasks": [*tasks, last]}})
    assert project.fanout("start", "tasks.json").code == 0
    crew = Crew(project.path)
    main = Rules([(r"^go$", Reply("", tuple(map(call, NAMES))))], otherwise=Orchestrator())
    session = with_plugin(start, Cast(main, crew), permission_mode="acceptEdits")
    ended = session.print_mode("go")
    assert ended.exit_code == 0 and crew.refused == []
    assert sorted(path.name for path in project.path.glob("?.txt")) == [f"{n}.txt" for n in range(5)]
    db = connect(str(project.path))
    done = db.execute("SELECT agent.description AS worker, agent.task FROM agent WHERE run = 'demo-1'").fetchall()
    assert sorted(row["task"] for row in done) == [f"t{n}" for n in range(5)]
    assert set(Counter(row["worker"] for row in done)) == set(NAMES)
    assert {row["state"] for row in db.execute("SELECT state FROM task")} == {"done"}
    assert not db.execute("SELECT 1 FROM event WHERE kind = 'launched'").fetchall(), "nobody was told to launch"
    told = str([exchange.body for exchange in session.record.of("main")])
    assert "5 of 5 done. The run is over" in told.replace("\\n", " ").replace("\\", "") and "in one message" not in told
