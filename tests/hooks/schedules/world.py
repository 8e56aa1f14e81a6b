"""The files of a schedule, what happened to them, and what was said: with a record of its own beside the journal."""

from __future__ import annotations

import heapq
import json
import os
import random
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.changes import owned

HEARD = """
CREATE TABLE IF NOT EXISTS heard (agent INTEGER, text TEXT);
CREATE TRIGGER IF NOT EXISTS hear AFTER INSERT ON notice BEGIN INSERT INTO heard VALUES (new.agent, new.text); END;
"""
Process = Iterator[float]
MAIN, SECOND = "main", "main2"  # the main conversations of two sessions
SHARED = ("shared/x.txt", "shared/y.txt")  # nobody's in the plan: the first to write one owns it
STARTS = (b"one\ntwo\n", b"one\r\ntwo\r\n", b"", b"\xef\xbb\xbfone\n")


class Write:
    """One change of a file, as it happened after the event `at`. `owner` is whose file it was, "" for nobody's."""

    def __init__(
        self, at: int, path: str, who: str, call: str, old: bytes | None, new: bytes | None, owner: str
    ) -> None:
        self.at, self.path, self.who, self.call = at, path, who, call
        self.old, self.new, self.owner = old, new, owner

    @property
    def is_foreign(self) -> bool:
        """By another agent; what the user does by hand is the user's business."""
        return self.owner not in ("", self.who) and self.who not in ("user", "fanout") and self.old != self.new


class Call:
    """One call that was let through: from `begun` to `ended`, in events. `announces`: it says what the file holds then.

    One that the user refuses has ended for the world when its message has: the client says nothing before.
    """

    def __init__(self, who: str, tool: str, begun: int, announces: bool, path: str = "") -> None:
        self.who, self.tool, self.begun, self.announces, self.path = who, tool, begun, announces, path
        self.ended: int | None = None

    def was_open(self, since: int, at: int) -> bool:
        return self.begun < at and (self.ended is None or self.ended >= since)


class World:
    """Plays one schedule, all of it decided by the seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir()
        self.root = folder / "project"
        self.root.mkdir()
        self.choose = random.Random(seed)
        self.clock = 1_000_000.0
        self.events = 0
        self.writes: list[Write] = []
        self.calls: dict[str, Call] = {}
        self.said: list[tuple[int, str, str]] = []
        self.denied: list[tuple[int, str, str, str]] = []
        self.conflicts: list[tuple[int, str]] = []
        self.commits: list[tuple[int, str, set[str]]] = []
        self.queue: list[tuple[float, int, Process]] = []
        self.over: set[str] = set()
        self.left_running: set[str] = set()
        self.cut: set[str] = set()  # what was under way in the conversation that /clear ended
        self.tokens = self.spawned = self.look = self.notices = self.conflict = 0
        self.looks: list[tuple[int, set[str]]] = []
        names = [f"{n:02}" for n in range(1, self.choose.randint(2, 5) + 1)]
        self.has_git = self.choose.random() < 0.12
        self.place: Path | None = None
        self.is_cleared = False
        self.files = {f"agent-{name}": [f"{name}/a.txt", f"{name}/b.txt"] for name in names} | {MAIN: ["main.txt"]}
        for path in [paths[0] for paths in self.files.values()]:
            self.put(path, self.choose.choice(STARTS))
        if self.has_git:
            Project(self.root).write({".gitignore": ".claude/\n"})
            Project(self.root).commit_all()
        self._begin(names)

    def _begin(self, names: list[str]) -> None:
        """One session with all tasks, or two with a run each; the last task of a git project may have a worktree."""
        cut = self.choose.randint(1, len(names) - 1) if self.choose.random() < 0.25 else len(names)
        isolated = names[-1] if self.has_git and self.choose.random() < 0.6 else ""
        self.desks: dict[str, Desk] = {}
        for session, main, mine in (("s1", MAIN, names[:cut]), ("s2", SECOND, names[cut:])):
            if not mine:
                continue
            desk = self.desks[main] = Desk(self.root, session)
            tasks = {name: _task(name, name == isolated) for name in mine}
            desk.start(plan(tasks, cap=9, title="Demo" if main == MAIN else "Other"))
            desk.db.executescript(HEARD)
            for name in mine:
                self.desks[f"agent-{name}"] = desk
                if name == isolated:
                    self._isolate(desk, name)
                else:
                    desk.launch(name)
        if SECOND in self.desks:
            self.files[SECOND] = ["main2.txt"]
        self.desk = self.desks[MAIN]
        self.agents = [f"agent-{name}" for name in names]

    def _isolate(self, desk: Desk, name: str) -> None:
        """The client makes the worktree before it says that the agent was launched."""
        inside = f".claude/worktrees/agent-{name}"
        place = self.place = self.root / inside
        Project(self.root).git("worktree", "add", "-q", "-b", f"worktree-agent-{name}", str(place))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(desk, "meta", partial(desk.meta, worktreePath=str(place)))
            desk.launch(name)
        self.files[f"agent-{name}"] = [f"{inside}/{name}/a.txt", f"{inside}/{name}/b.txt"]

    def time(self) -> float:
        return self.clock

    def put(self, path: str, data: bytes | None, atomic: bool = True) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            file.unlink(missing_ok=True)
        elif atomic:
            (file.parent / ".new").write_bytes(data)
            os.replace(file.parent / ".new", file)
        else:
            file.write_bytes(data)

    def get(self, path: str) -> bytes | None:
        file = self.root / path
        return file.read_bytes() if file.exists() else None

    def token(self) -> str:
        self.tokens += 1
        return f"<{self.tokens}>"

    def write(self, who: str, call: str, path: str, data: bytes | None, atomic: bool = True) -> None:
        """A change happens."""
        self.writes.append(Write(self.events, path, who, call, self.get(path), data, self.owner(who, path)))
        self.put(path, data, atomic)

    def owner(self, who: str, path: str) -> str:
        """Whose the file is now, "" for nobody's: a task's while its agent lives, if it was there or a call of it named it."""
        for agent in self.agents:
            if agent not in self.over and path in self.files[agent]:
                named = (w for w in self.writes if w.path == path and w.who == agent and self.calls[w.call].path)
                return agent if self.at_last_look(path) is not None or any(named) else ""
        live = agents.live(self.desk.db, agents.EVERY_KIND)
        owner = owned.by_all(self.desk.db, self.desk.naming, live[0]).files.get(path) if live else None
        if owner is None or (who in (MAIN, SECOND) and not agents.live(self.desk.db)):
            return ""  # what tasks have finished is the user's, and so is what the main conversation does with it
        return self.main_of(owner.session) if owner.kind == "main" else owner.agent_id

    def at_last_look(self, path: str) -> bytes | None:
        look = self.looks[-1][0] if self.looks else 0
        return next((w.old for w in self.writes if w.path == path and w.at >= look), self.get(path))

    def shown(self, path: str) -> str:
        """As it is named to an agent: a file of a worktree as that has it."""
        return path.split("/", 3)[-1] if path.startswith(".claude/worktrees/") else path

    def main_of(self, session: str) -> str:
        return SECOND if session == "s2" else MAIN

    def send(self, who: str, event: str, name: str, **fields: Any) -> dict[str, Any]:
        self.events += 1
        caller = {} if who in (MAIN, SECOND) else {"agent_id": who, "agent_type": "general-purpose"}
        desk = self.desks[who]
        if caller and self.place and str(self.place).endswith(who):
            fields = {"cwd": str(self.place), **fields}
        answer = desk.send(event, name, **caller, **fields)
        if context(answer) and name != "SessionStart":
            self.hear_commits(who, context(answer))
        self.hear()
        return answer

    def hear_commits(self, who: str, text: str) -> None:
        """What a command's agent is told of commits comes with the answer alone; the rest is noted as it is left."""
        if "a commit took in" in text:
            self.said.append((self.events, who, text[text.index("While this command ran a commit") :]))

    def looked_before(self, at: int, path: str) -> int:
        """The event of the look that a sentence about the file goes back to."""
        looks = [event for event, held in self.looks if event < at and path not in held]
        return looks[-1] if looks else 0

    def hear(self) -> None:
        """What was left to be told, and whether there was a look."""
        rows = self.desk.rows
        look = rows("SELECT tick FROM look")[0][0]
        if look != self.look:
            self.look = look
            self.looks.append((self.events, {row["path"] for row in rows("SELECT path FROM latest WHERE is_held")}))
        for row in rows("SELECT rowid, * FROM heard WHERE rowid > ?", self.notices):
            self.notices = row["rowid"]
            agent = rows("SELECT * FROM agent WHERE id = ?", row["agent"])[0]
            who = self.main_of(agent["session"]) if agent["kind"] == "main" else agent["agent_id"]
            self.said.append((self.events, who, row["text"]))
        for row in rows("SELECT id, data FROM event WHERE kind = 'conflict' AND id > ?", self.conflict):
            self.conflict = row["id"]
            self.conflicts.append((self.events, json.loads(row["data"])["path"]))

    def begin(self, who: str, tool: str, given: dict[str, Any], path: str = "", announces: bool = False) -> str:
        """PreToolUse; "" when it is denied."""
        use = f"use{len(self.calls)}"
        answer = self.send(who, "guard", "PreToolUse", tool_name=tool, tool_input=given, tool_use_id=use)
        self.calls[use] = Call(who, tool, self.events, announces, path)
        if denial(answer):
            self.denied.append((self.events, who, path, denial(answer)))
            self.calls[use].ended = -1  # it never was
            return ""
        return use

    def end(self, use: str, given: dict[str, Any], **more: Any) -> None:
        """PostToolUse, or with an error PostToolUseFailure."""
        call = self.calls[use]
        name = "PostToolUse" if "tool_response" in more else "PostToolUseFailure"
        fields = {"tool_name": call.tool, "tool_input": given, "tool_use_id": use, **more}
        if call.tool in ("Edit", "Write"):  # hooks/start keeps these as they come
            self.events += 1
            folder = self.root / ".fanout" / "wrote"
            folder.mkdir(exist_ok=True)
            with open(folder / str(self.choose.randint(1, 3)), "a") as file:
                json.dump({"hook_event_name": name, **fields}, file)
        else:
            self.send(call.who, "after", name, **fields)
        call.ended = self.events

    def stop(self, who: str) -> None:
        """The agent ends: with what it says, or blocked when that is not taken."""
        task = who[-2:]
        before = {path: self.get(path) for path in (f"{task}/a.txt", f"{task}/b.txt")}
        self.over.add(who)
        if self.send(who, "agent-stop", "SubagentStop", last_assistant_message=f"DONE|{task}|did it"):
            self.send(who, "agent-stop", "SubagentStop", last_assistant_message=f"BLOCKED|{task}|it can't be")
        for path, old in before.items():  # a worktree's work is brought in
            if self.get(path) != old:
                self.writes.append(Write(self.events - 1, path, "fanout", "", old, self.get(path), who))

    def kill(self, who: str) -> None:
        self.over.add(who)
        self.events += 1
        self.desks[who].notify(who, "killed")
        self.hear()

    def clear(self) -> None:
        """The user types /clear: the main conversation is another one, agents work on."""
        self.events += 1
        self.is_cleared = True
        self.cut |= {use for use, call in self.calls.items() if call.who == MAIN and call.ended is None}
        self.left_running |= {use for use, call in self.calls.items() if call.who == MAIN and call.ended is None}
        self.desk.send("session-end", "SessionEnd", reason="clear")
        self.desk.session = f"{self.desk.session}b"
        self.hear()
        self.events += 1
        self.desk.send("session-start", "SessionStart", source="clear")
        self.hear()

    def commit(self, paths: list[str]) -> None:
        """HEAD moves on: everything, or these files, in a commit that no hook sees."""
        git = Project(self.root).git
        git("add", "-A", *(["--", *paths] if paths else []))
        if not git("diff", "--cached", "--name-only"):
            return
        git("commit", "-q", "-m", "all")
        taken = set(git("show", "--format=", "--name-only", "--no-renames", "HEAD").split())
        self.commits.append((self.events, git("rev-parse", "HEAD").strip(), taken))

    def spawn(self, process: Process, after: float) -> None:
        self.spawned += 1
        heapq.heappush(self.queue, (self.clock + after, self.spawned, process))

    def play(self) -> None:
        while self.queue:
            self.clock, _, process = heapq.heappop(self.queue)
            for wait in process:
                self.spawn(process, wait)
                break
        for who in self.agents:
            if who not in self.over:
                self.send(who, "batch", "PostToolBatch", tool_calls=[])

    def close(self) -> None:
        for desk in self.desks.values():
            desk.db.close()
        shutil.rmtree(self.root.parent)


def _task(name: str, is_isolated: bool) -> dict[str, Any]:
    task: dict[str, Any] = {"writes": [f"{name}/**"]}
    return task | {"record": {"isolation": "worktree"}} if is_isolated else task
