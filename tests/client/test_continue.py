"""A run that another session began: the user sees it at the start, says "continue", and a model that knows only what it was
told goes on by itself."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from client.plugin import Start, with_plugin
from client.test_execute import MAY_WRITE
from client.test_plain_words import bash, everything
from project import Project

from fanout.client.conversation import Conversation, Reply
from fanout.client.orchestrator import Orchestrator
from fanout.client.script import Cast, Worker
from fanout.client.session import READY

TASKS = [{"id": f"0{number}", "title": f"Number {number}", "writes": [f"{number}.txt"]} for number in range(1, 4)]
GO_ON = re.compile(r"When the user says to continue, and not before: run `(fanout resume [^`]+)`")


@dataclass
class Told:
    """Does what it was told to do when the user says to continue, and nothing before."""

    otherwise: Orchestrator = field(default_factory=Orchestrator)

    def __call__(self, conversation: Conversation) -> Reply:
        found = GO_ON.search(everything(conversation))
        if conversation.typed == "continue" and not conversation.results:
            return bash(found[1]) if found else Reply("I know of nothing to go on with.")
        return self.otherwise(conversation)


def test_what_is_left_stands_on_the_screen_and_continue_goes_on(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.write({"tasks.json": {"schema_version": 1, "id": "three", "tasks": TASKS}})
    assert project.fanout("start", "tasks.json", env={"CLAUDE_CODE_SESSION_ID": "gone"}).code == 0
    session = with_plugin(start, Cast(Told(), Worker.from_table({})), settings=MAY_WRITE)
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.wait_for(r"three-1: 0 of 3 done\. Say .continue. to go on with it")
        terminal.send("continue")
        terminal.wait_until(lambda: "3 of 3 done" in project.fanout("report").out, "the run is over")
    assert session.hook_calls("PermissionRequest") == []
    data = json.loads(project.fanout("status", "--json").out)["data"]
    assert [task["attempts"] for task in data["tasks"]] == [1, 1, 1]
