"""How much text a run of short tasks puts into the main conversation, however its agents' ends fall."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hooks.desk import Desk, launches
from project import CHECKOUT, Project, benchmark

table = benchmark("context")


@pytest.mark.parametrize("together", [1, table.CAP], ids=["each end alone", "five ends in one message"])
def test_the_words_stay_under_150_tokens_a_task(tmp_path: Path, together: int) -> None:
    project = Project(table.project(tmp_path / "project"))
    desk = Desk(project.path)
    whole = {"CLAUDE_CODE_SESSION_ID": desk.session, "CLAUDE_PLUGIN_ROOT": str(CHECKOUT)}
    first = project.fanout("typed", "start", input="tasks.json\n", env=whole).out
    desk.join("convert-1")
    body = (CHECKOUT / "commands" / "execute.md").read_text().split("```\n", 2)[-1]
    said, running = [body, first], launches(first)
    for name in running:
        desk.launch(name)
    while running:
        unsent: list[str] = []
        for name in running[:together]:
            running.remove(name)
            desk.do(f"agent-{name}", table.target(name))
            desk.end(f"agent-{name}", f"DONE|{name}|converted {table.source(name)}, all callers kept")
            said.append(desk.notify(f"agent-{name}"))
            unsent += launches(said[-1])
        for name in unsent:
            desk.launch(name)
        running += unsent
    assert "20 of 20 done" in said[-1]
    sent = sum(len(line) for text in said for line in re.findall(r"^\{.*\}", text, re.MULTILINE))
    assert sent > 20 * 100
    assert sum(map(len, said)) + sent < 150 * table.TASKS * table.CHARACTERS_A_TOKEN
