"""Agents and the main conversation on the same few files, in random order: no update is lost, everybody gets to the end.

An agent reads, edits, writes whole files, and appends or rewrites through Bash; each of its changes adds a token of its
own to what it knows of the file. A token that is gone at the end was overwritten by somebody who had not seen it. The
client's part is played as it was measured: Edit works on the present text; Write after an own Read is refused when the
file has changed since; Write without a Read and Bash are not checked by the client at all. A file tool waits for the
user between PreToolUse and the write, is refused now and then, and its end is told. One agent may have a worktree. All
try git commands that sweep the tree, the user commits and moves HEAD, and types /clear.
"""

from __future__ import annotations

import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan
from scale import SCALE

from fanout.run.tasks import scope

SCHEDULES = 15 * SCALE  # in each of the four parts
FILES = ("one.txt", "two.txt", "three.txt")
MOST_STEPS = 120
ACTIONS = ["read", "edit", "edit", "write", "write", "append", "rewrite", "ask", "crash", "sweep"]
SWEEPS = ("git checkout .", "git stash -u", "git reset --hard", "git clean -fdx", "git checkout HEAD~0 -- .")


class Agent:
    """What one agent knows, and what it managed to do. Its `task` is "" for the main conversation."""

    def __init__(self, world: World, name: str | None, task: str) -> None:
        self.world = world
        self.name = name
        self.task = task
        self.seen: dict[str, str] = {}
        self.left = world.choose.randint(2, 5)
        self.over = False
        self.waits: tuple[str, str, dict[str, Any], str] | None = None  # tool, path, arguments, id of a call
        self.folder = world.desk.root

    def step(self) -> None:
        if self.waits:
            self.answered()
        elif self.left == 0:
            self.end()
        else:
            self.left -= 1
            action = self.world.choose.choice(ACTIONS)
            if action in ("crash", "ask") and (not self.task or self.world.choose.random() > 0.15):
                action = "write"
            getattr(self, action)(self.world.choose.choice(FILES))

    def read(self, path: str) -> None:
        self.seen[path] = self.text(path)

    def text(self, path: str) -> str:
        file = self.folder / path
        return file.read_text() if file.exists() else ""

    def edit(self, path: str) -> None:
        if path in self.seen and self.text(path):
            self._ask_user("Edit", path, {"old_string": self.text(path)[-1], "new_string": "x"})

    def write(self, path: str) -> None:
        self._ask_user("Write", path, {"content": "x"})

    def _ask_user(self, tool: str, path: str, given: dict[str, Any]) -> None:
        given = {"file_path": str(self.folder / path), **given}
        if self._allowed(self.world.desk.tool(self.name, tool, given), path):
            self.waits = tool, path, given, f"t{self.world.desk.calls}"

    def answered(self) -> None:
        """The user said yes, or no; the client tells the end of what ran."""
        assert self.waits
        tool, path, given, use = self.waits
        self.waits = None
        desk = self.world.desk
        if self.world.choose.random() > 0.15:
            old = self.text(path)
            if tool == "Write" and path in self.seen and self.seen[path] != old:
                self.read(path)  # the client refuses, the model reads again
            known = old if tool == "Edit" else self.seen.get(path, "")
            new = self._put(path, known)
            desk.wrote(tool, given, {"filePath": given["file_path"], "content": new, "originalFile": old}, use)
        who = {"agent_id": self.name} if self.name else {}
        desk.send("batch", "PostToolBatch", tool_calls=[{"tool_name": tool, "tool_use_id": use}], **who)

    def append(self, path: str) -> None:
        if self._runs(f"echo token >> {self.folder / path}", path):
            self._put(path, self.text(path))

    def rewrite(self, path: str) -> None:
        if self._runs(f"printf all > {self.folder / path}", path):
            self._put(path, self.seen.get(path, ""))

    def sweep(self, path: str) -> None:
        """A git command over the whole tree; the guard lets it through or not."""
        line = self.world.choose.choice(SWEEPS)
        if self._runs(line, path):
            subprocess.run(line, shell=True, cwd=self.folder, capture_output=True)
            self.world.forgo(self)

    def _runs(self, line: str, path: str) -> bool:
        fields = {"cwd": str(self.folder)} | ({"agent_id": self.name, "agent_type": "x"} if self.name else {})
        desk = self.world.desk
        desk.calls += 1
        call = {"tool_name": "Bash", "tool_input": {"command": line}, "tool_use_id": f"t{desk.calls}", **fields}
        return self._allowed(desk.send("guard", "PreToolUse", **call), path)

    def ask(self, path: str) -> None:
        desk = self.world.desk
        scope.ask(desk.db, desk.naming, desk.run, self.task, path, "to finish")

    def crash(self, path: str) -> None:
        self.over = True
        self.world.desk.notify(self.name or "", "killed")

    def end(self) -> None:
        self.over = True
        if not self.name:
            return
        if self.world.desk.end(self.name, f"DONE|{self.task}|done"):  # all that it wrote was denied
            assert self.world.desk.end(self.name, f"BLOCKED|{self.task}|its files are another's") == {}

    def _allowed(self, answer: dict[str, object], path: str) -> bool:
        reason = denial(answer)
        if "Read it again" in reason:
            self.read(path)  # as the reason says; the write is repeated in a later step
            self.left += 1
        return not reason

    def _put(self, path: str, known: str) -> str:
        """Writes what the agent knows, and its own token."""
        token = f"<{self.name}:{self.world.next_token()}>"
        text = f"{known}{token}\n"
        (self.folder / path).write_text(text)
        self.world.tokens.append((self, path, token))
        self.seen[path] = self.text(path)
        return text


class World:
    """The files, whose tokens must all survive, and who acts."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir()
        self.choose = random.Random(seed)
        root = folder / "project"
        self.project = Project(root)
        self.project.write({"there.txt": "there\n", ".gitignore": ".claude/\n"})
        self.project.commit_all()
        self.desk = Desk(root)
        self.tokens: list[tuple[Agent, str, str]] = []
        self.count = 0
        names = [f"{n:02}" for n in range(1, self.choose.randint(2, 3) + 1)]
        isolated = names[-1] if self.choose.random() < 0.3 else ""
        tasks = {name: {"record": {"isolation": "worktree"}} if name == isolated else {} for name in names}
        self.desk.start(plan(tasks))
        self.agents = [Agent(self, f"agent-{name}", name) for name in names]
        for agent in self.agents:
            if agent.task == isolated:
                self._isolate(agent)
            else:
                self.desk.launch(agent.task)
        if self.choose.random() < 0.5:
            self.agents.append(Agent(self, None, ""))

    def _isolate(self, agent: Agent) -> None:
        agent.folder = self.desk.root / ".claude" / "worktrees" / f"agent-{agent.task}"
        self.project.git("worktree", "add", "-q", "-b", f"worktree-{agent.task}", str(agent.folder))
        self.desk.launch(agent.task)
        self.desk.meta(agent.name or "", f"toolu_{self.desk.session}_{self.desk.calls}", worktreePath=str(agent.folder))

    def next_token(self) -> int:
        self.count += 1
        return self.count

    def play(self) -> None:
        steps = 0
        while any(not agent.over and agent.task for agent in self.agents):
            self.choose.choice([agent for agent in self.agents if not agent.over]).step()
            if self.choose.random() < 0.08:
                self.choose.choice([self.commit, self.clear, self.branch])()
            steps += 1
            assert steps < MOST_STEPS, "somebody never gets to the end"

    def commit(self) -> None:
        """The user commits everything by hand."""
        self.project.git("add", "-A")
        self.project.git("commit", "-q", "--allow-empty", "-m", "by hand")

    def branch(self) -> None:
        """The user takes the tree along to another branch."""
        self.project.git("switch", "-q", "-c", f"b{self.next_token()}")

    def clear(self) -> None:
        """Another main conversation begins; the old one's open question is gone."""
        self.desk.send("session-end", "SessionEnd", reason="clear")
        self.desk.session += "b"
        self.desk.send("session-start", "SessionStart", source="clear")
        for agent in self.agents:
            agent.waits = agent.waits if agent.task else None

    def forgo(self, agent: Agent) -> None:
        """What a git line has taken back of the agent's own is its own business."""
        self.tokens = [one for one in self.tokens if one[0] is not agent or self._is_there(*one)]

    def _is_there(self, agent: Agent, path: str, token: str) -> bool:
        """In the file, or in the worktree of one whose work could not be brought in."""
        places = {self.desk.root / path, agent.folder / path}
        return any(place.exists() and token in place.read_text() for place in places)

    def lost(self) -> list[str]:
        return [f"{path} lost {token}" for agent, path, token in self.tokens if not self._is_there(agent, path, token)]


def played(folder: Path, seed: int) -> list[str]:
    """What was lost, and what agents that have ended hold on to."""
    world = World(folder, seed)
    world.play()
    held = world.desk.rows("SELECT pattern FROM claim JOIN agent ON agent.id = agent WHERE agent.kind <> 'main'")
    world.desk.db.close()
    return [*world.lost(), *(f"{row['pattern']} is held" for row in held)]


@pytest.mark.parametrize("part", range(4))
@pytest.mark.slow
def test_no_update_is_lost_and_nobody_waits_for_ever(tmp_path: Path, part: int) -> None:
    for seed in range(part * SCHEDULES, (part + 1) * SCHEDULES):
        assert not (wrong := played(tmp_path / str(seed), seed)), f"schedule {seed}: {wrong}"


# What each part of the product is for: without it, this schedule loses something. When the schedules change, look for new
# ones: a loop over seeds with the same patch.
PARTS: dict[str, tuple[str, Any, int]] = {
    "a version that the writer has not seen": ("fanout.hooks.guarding.ownership._stale", lambda *a: "", 1),
    "claims": ("fanout.run.agents.claims.of_others", lambda *a: [], 4),
    "git lines over the tree": ("fanout.hooks.guarding.git_line.refusal", lambda *a, **k: "", 5),
    "agents work on after /clear": ("fanout.hooks.session_end.LEFT", (), 13),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_taken_out_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    target, instead, seed = PARTS[part]
    assert played(tmp_path / "whole", seed) == []
    monkeypatch.setattr(target, instead)
    try:
        assert played(tmp_path / "without", seed)
    except FileNotFoundError as gone:  # the state itself was swept away
        assert ".fanout" in str(gone)
