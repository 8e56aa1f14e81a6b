"""What the list's words say to leave alone is written by no agent of the run; by the user's word it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, denial
from hooks.isolated import Isolated
from project import Project

from fanout.run.store import planned
from fanout.run.store.db import Write

LIST = """# Work

Nobody touches `docs/CHANGELOG.md`, I write that myself. Don't touch config/. Don't break anything.

- [ ] 1. Add the flag in `lib/a.js`; the test is there already (`test/a.test.js`), don't touch it
- [ ] 2. Write `lib/b.js`
- [ ] 3. The extra settings
  - Files: `config/extra.yml`, `lib/c.js`
"""
FILES = {
    "docs/CHANGELOG.md": "# log\n",
    "docs/use.md": "use\n",
    "config/app.yml": "a: 1\n",
    "test/a.test.js": "a()\n",
    "lib/a.js": "a\n",
    "TODO.md": LIST,
}


@pytest.fixture
def desk(project: Project) -> Desk:
    return _begun(project, LIST)


def _begun(project: Project, text: str) -> Desk:
    project.write({**FILES, "TODO.md": text})
    project.commit_all()
    started = project.fanout("start", "TODO.md")
    found = re.search(r"fanout brief ([\w-]+)/", started.out)
    assert started.code == 0 and found, started.err
    desk = Desk(project.path).join(found[1])
    for task in desk.rows("SELECT id FROM task WHERE state = 'pending'"):
        desk.launch(task["id"])
    return desk


def _agents(desk: Desk) -> list[str]:
    return [f"agent-{row['id']}" for row in desk.rows("SELECT id FROM task ORDER BY rank")]


def _call(desk: Desk, agent: str, tool: str, path: str) -> dict[str, Any]:
    if tool == "Bash":
        return desk.bash(agent, f"echo x >> {path}")
    if tool == "mcp__files__write_file":
        return desk.tool(agent, tool, {"path": str(desk.root / path), "content": "x\n"})
    return desk.write(agent, path, tool)


@pytest.mark.parametrize("tool", ["Write", "Edit", "Bash", "mcp__files__write_file"])
@pytest.mark.parametrize("path", ["docs/CHANGELOG.md", "config/app.yml", "config/new.yml"])
def test_a_rule_for_all_holds_for_every_agent_each_time(desk: Desk, tool: str, path: str) -> None:
    first, second, _ = _agents(desk)
    for agent in (first, second, first):
        task = agent.removeprefix("agent-")
        assert denial(_call(desk, agent, tool, path)) == (
            f"{path} is to be left alone: that is the user's rule, the list says so for all its tasks. Leave it as it is, and "
            f"don't write it another way; say in your last message what should change in it. If your task can't be done "
            f"without it, end with `NEEDS|{task}|{path}, why`: the user is asked, whose word lifts it "
            f"(`fanout retry {desk.run}/{task} --note 'write {path} too'`)."
        )


def test_a_rule_of_one_task_is_its_agents(desk: Desk) -> None:
    first, second, _ = _agents(desk)
    assert "the list says so of yours" in denial(desk.write(first, "test/a.test.js"))
    assert denial(desk.write(second, "test/a.test.js")) == ""


@pytest.mark.parametrize(
    "line", ["rm -r config", "sed -i s/a/b/ docs/*", "mv docs/CHANGELOG.md lib/x.md", "chmod -R 600 ."]
)
def test_nor_is_it_reached_through_its_folder(desk: Desk, line: str) -> None:
    assert "is to be left alone" in denial(desk.bash(_agents(desk)[1], line))


@pytest.mark.parametrize(
    "line", ["cat docs/CHANGELOG.md", "mkdir -p config", "echo x > docs/use.md", "cp config/app.yml lib/b.js"]
)
def test_reading_it_and_writing_beside_it_pass(desk: Desk, line: str) -> None:
    assert denial(desk.bash(_agents(desk)[1], line)) == ""


def test_a_task_that_declares_the_path_writes_it(desk: Desk) -> None:
    assert denial(desk.write(_agents(desk)[2], "config/extra.yml")) == ""
    assert "is to be left alone" in denial(desk.write(_agents(desk)[2], "config/app.yml"))


def test_the_main_conversation_does_what_the_user_says(desk: Desk) -> None:
    assert denial(desk.write(None, "docs/CHANGELOG.md")) == "" and denial(desk.write(None, "config/app.yml")) == ""


def test_without_a_path_in_it_a_rule_denies_nothing(project: Project) -> None:
    desk = _begun(
        project, "# Work\n\nDon't touch the licence.\n\n- [ ] 1. Write `lib/a.js`\n- [ ] 2. Write `lib/b.js`\n"
    )
    assert denial(desk.write(_agents(desk)[0], "docs/CHANGELOG.md")) == ""
    assert desk.rows("SELECT * FROM declared WHERE mode = 'spared'") == []


@pytest.mark.parametrize("is_amended", [False, True])
def test_an_agents_wish_asks_the_user_and_the_users_word_lifts_it(desk: Desk, is_amended: bool) -> None:
    project, second = Project(desk.root), _agents(desk)[1]
    task = second.removeprefix("agent-")
    asked = project.fanout("ask", f"{desk.run}/{task}", "docs/CHANGELOG.md", "a line")
    assert asked.code != 0 and "the list says to leave docs/CHANGELOG.md alone. End with `NEEDS|" in asked.err
    desk.do(second, "lib/b.js")
    desk.end(second, f"NEEDS|{task}|docs/CHANGELOG.md, a line for it")
    said = desk.notify(second)
    way = f"`fanout retry {desk.run}/{task} --note 'write docs/CHANGELOG.md too'`"
    assert f"(the list says to leave docs/CHANGELOG.md alone: ask the user, whose word lifts that: {way})" in said
    assert desk.state(task) == "blocked"
    if is_amended:
        files = [part for path in ("lib/b.js", "docs/CHANGELOG.md") for part in ("--writes", path)]
        assert project.fanout("amend", f"{desk.run}/{task}", *files).code == 0
        assert project.fanout("retry", f"{desk.run}/{task}").code == 0
    else:
        again = project.fanout("retry", f"{desk.run}/{task}", "--note", "write docs/CHANGELOG.md too")
        assert again.code == 0 and "It writes docs/CHANGELOG.md too" in again.out, again
    desk.launch(task, agent="third")
    assert denial(desk.write("third", "docs/CHANGELOG.md")) == "" and denial(desk.write("third", "lib/b.js")) == ""
    assert "is to be left alone" in denial(desk.write("third", "config/app.yml"))


def test_the_next_agent_is_not_told_to_go_on_from_what_is_not_among_its_files(desk: Desk) -> None:
    second = _agents(desk)[1]
    task = second.removeprefix("agent-")
    desk.do(second, "lib/b.js")
    desk.do(second, "docs/use.md")
    desk.end(second, f"BLOCKED|{task}|no key")
    brief = Project(desk.root).fanout("brief", f"{desk.run}/{task}").out
    assert "- What it changed stands, go on from there: `lib/b.js`\n" in brief
    assert (
        "- It also changed what is not among yours: `docs/use.md`. Leave that as it is, and say so in your last message.\n"
        in brief
    )


def test_also_in_a_worktree_of_its_own(tmp_path: Path) -> None:
    own = Isolated(tmp_path / "apart")
    own.root.mkdir()
    own.begin()
    for name in ("a.txt", "b.txt"):
        assert denial(own.write("agent-01", f".claude/worktrees/agent-01/{name}")) == ""
    with Write(own.db):
        for task, name in (("01", "c.txt"), ("", "docs"), ("", "a.txt")):
            planned.declare(own.db, own.run, task, "spared", name, name, f"{re.escape(name)}(?:/.*)?")
    for name in ("c.txt", "docs/x.md"):
        said = denial(own.write("agent-01", f".claude/worktrees/agent-01/{name}"))
        assert said.startswith(f"{name} is to be left alone"), said
    assert denial(own.bash("agent-01", "cd .claude/worktrees/agent-01 && echo x > d.txt")) == ""
    assert denial(own.write("agent-01", ".claude/worktrees/agent-01/a.txt")) == "", "its task declares it"
