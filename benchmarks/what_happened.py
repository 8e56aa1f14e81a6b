"""What happened in a session, known from records beside fanout's journal.

What each scripted agent called and was answered (the loopback server's record), when hooks began (the recorder's), the log
of the program that writes unseen, the log of the test tools, and git.
"""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanout.client.session import Session
from fanout.client.subagent_model import task_of

Json = dict[str, Any]
SLACK = 2.0  # seconds between something and its record, on a machine that has much to do
NEVER = float("inf")
SWEEPS = ("git checkout .", "git stash", "git add -A")
READS = ("true", "fanout", "git")
APPENDS = re.compile(r"(?:echo .* >> |sed -i '.*' )(\S+)$")
REPLACES = re.compile(r"cat > (\S+) <<")


@dataclass
class Made:
    """A change of a file by an agent, at some time from `begun` to `ended`. `is_said`: the call told what it leaves;
    `is_whole`: all that the file holds. `is_edit`: the client reads it and writes it whole. One that was made unseen has no
    agent."""

    task: str
    path: str
    begun: float
    ended: float
    is_said: bool
    agent: str = ""
    is_whole: bool = False
    is_edit: bool = False


@dataclass
class Agent:
    """`asked`: when the main conversation asked for it. `told`: when that was told of its end. `stopped`: when it said that
    it had ended, each time."""

    task: str
    begun: float
    ended: float = NEVER
    last: str = ""
    commands: list[tuple[float, float, str]] = field(default_factory=list)
    calls: list[tuple[float, float]] = field(default_factory=list)
    stopped: list[float] = field(default_factory=list)
    asked: float = 0.0
    told: float = NEVER

    @property
    def said_done(self) -> bool:
        return re.search(r"^DONE\|", self.last, re.MULTILINE) is not None


class Truth:
    """Filled from the session before it is closed. Times are seconds since the epoch."""

    def __init__(self, session: Session, tasks: list[Json], folder: Path, there: set[str], facts: Json) -> None:
        self.there, self.facts = there, facts  # files before the run; what `fanout report --json` says
        self.tasks = {task["id"]: task for task in tasks}
        self.root = folder / "project"
        self.exchanges = session.record.exchanges
        self.shift = time.time() - time.monotonic()
        self.over = time.time()
        self.hooks = {(str(c.input.get("tool_use_id")), c.event): c.time for c in session.hook_calls()}
        self.agents: dict[str, Agent] = {}
        self.made: list[Made] = []
        self.tried: list[Made] = []  # writes that were denied, or failed
        self.swept: list[tuple[str, float, float]] = []
        self.looks: list[float] = []  # begins and ends of commands: owned files are looked at then
        self.tools = [json.loads(line) for line in _lines(folder / "tools.log")]
        self.launched, main = self._launched(session.record.of("main"))
        for key, exchanges in session.record.conversations("agent").items():
            self._agent(key, exchanges, main)
        self.commits = _commits(self.root)
        for line in _lines(folder / "unseen.log"):
            at, task, path = line.split(" ", 2)
            self.made.append(Made(task, path, float(at), float(at), False))

    def _launched(self, exchanges: list[Any]) -> tuple[list[tuple[float, str]], list[tuple[float, str]]]:
        """When each task was asked for, and what the main conversation was told when."""
        launched, told = [], []
        for exchange in exchanges:
            told.append((exchange.started + self.shift, exchange.conversation.fresh_text))
            at = (exchange.finished or exchange.started) + self.shift
            for call in exchange.reply.calls if exchange.reply else ():
                if call.name == "Agent":
                    launched.append((at, task_of(str(call.input.get("prompt")))))
        return launched, told

    def _agent(self, key: str, exchanges: list[Any], main: list[tuple[float, str]]) -> None:
        first = exchanges[0]
        agent = self.agents[key] = Agent(task_of(first.conversation.brief), first.started + self.shift)
        asked = [at for at, task in self.launched if task == agent.task and at <= agent.begun]
        agent.asked = max(asked, default=agent.begun)
        agent.told = next((at for at, text in main if f"<task-id>{key}</task-id>" in text), NEVER)
        sent = agent.begun
        for exchange in exchanges:
            at = exchange.started + self.shift
            for result in exchange.conversation.results:
                self._result(key, agent, result, sent, at)
            sent = (exchange.finished or exchange.started) + self.shift
            is_last = bool(exchange.reply and not exchange.reply.calls)
            agent.last, agent.ended = (exchange.reply.text, sent) if is_last else (agent.last, NEVER)
            agent.stopped += [sent] if is_last else []

    def _result(self, key: str, agent: Agent, result: Any, sent: float, answered: float) -> None:
        given = result.input
        begun = self.hooks.get((result.call_id, "PreToolUse"), sent)
        ended = self.hooks.get((result.call_id, "PostToolUse"), answered)
        agent.calls.append((begun, answered))
        line = str(given.get("command", ""))
        is_denied = result.is_error and (result.call_id, "PostToolUseFailure") not in self.hooks
        if result.name == "Bash" and not is_denied:
            ended = self.hooks.get((result.call_id, "PostToolUseFailure"), ended)
            agent.commands.append((begun, ended, line))
            self.looks += [begun, ended] if not line.startswith(READS) else []
        made = self.tried if result.is_error else self.made
        if result.name in ("Edit", "Write"):
            path = self._name(str(given["file_path"]))
            made.append(Made(agent.task, path, begun, ended, True, key, result.name == "Write", result.name == "Edit"))
        if found := APPENDS.match(line) or REPLACES.match(line):
            is_whole = line.startswith("cat")
            made.append(Made(agent.task, found[1], begun, ended, not line.startswith("sed"), key, is_whole))
        if line.startswith(SWEEPS) and not result.is_error:
            self.swept.append((agent.task, begun, ended))

    def _name(self, path: str) -> str:
        return str(Path(path).relative_to(self.root)) if path.startswith(str(self.root)) else path

    def declares(self, task: str, path: str) -> bool:
        patterns = self.tasks.get(task, {}).get("patterns", [])
        return any(fnmatch.fnmatch(path, p) or path.startswith(p.rstrip("/") + "/") for p in patterns)

    def owners(self, path: str) -> set[str]:
        return {task for task in self.tasks if self.declares(task, path)}

    def of(self, task: str) -> list[Agent]:
        return [agent for agent in self.agents.values() if agent.task == task]

    def is_at_work(self, task: str, since: float, until: float) -> bool:
        """Whether it was on record as running at some time between: from its launch until its end was told."""
        return any(agent.asked <= until and agent.told > since for agent in self.of(task))

    def ended(self, task: str, at: float) -> list[Agent]:
        return [agent for agent in self.of(task) if agent.ended < at]

    def had(self, owner: str, made: Made) -> bool:
        """Whether the owner was at work well before and after a write, and the file was there."""
        at_work = [a for a in self.of(owner) if a.begun + SLACK < made.begun < a.ended - 1]
        return bool(at_work) and (made.path in self.there or bool(self.wrote(owner, made.path, made.begun - 1)))

    def is_replaced(self, owner: str, made: Made) -> bool:
        """Whether its owner put a whole file over it before anybody looked: nothing of it was to be seen."""
        shown = self._next_look(made.ended) + SLACK
        own = [m for m in self.made if m.task == owner and m.path == made.path and m.ended > made.begun]
        return any(m.begun < shown if m.is_whole else m.is_edit and m.begun < made.ended for m in own)

    def wrote(self, task: str, path: str, before: float, after: float = 0.0) -> list[Made]:
        of = [m for m in self.made if m.task == task and m.path == path]
        return [m for m in of if m.begun <= before and m.ended >= after]

    def ran(self, task: str, before: float, after: float, path: str = "") -> bool:
        """Whether a command of the task was under way at some time between that could write the path."""
        spans = [span for agent in self.of(task) for span in agent.commands]
        return any(begun <= before and ended >= after and _may_write(line, path) for begun, ended, line in spans)

    def between_looks(self, made: Made, owner: str) -> tuple[float, float]:
        """From the last look before the change to the first after it; what its owner has open meanwhile holds the judgment up."""
        own = [m for m in self.made if m.task == owner and m.path == made.path and m.agent]
        since, until = self._last_look(made.begun), self._next_look(made.ended)
        for each in own:
            if each.begun < until and each.ended > since:
                since, until = min(since, each.begun), max(until, self._next_look(each.ended))
        return since - SLACK, until + SLACK

    def _last_look(self, at: float) -> float:
        return max((look for look in self.looks if look < at), default=0.0)

    def _next_look(self, at: float) -> float:
        return min((look for look in self.looks if look > at), default=NEVER)

    def is_uncommitted(self, path: str, at: float) -> bool:
        """Whether somebody wrote it since the last commit that has it."""
        last = max((when for when, files in self.commits.values() if path in files and when < at), default=0.0)
        return any(m.path == path and last - 1 < m.ended and m.begun < at for m in self.made)


def _may_write(line: str, path: str) -> bool:
    """Whether a command could write the path: one that names another could not."""
    named = APPENDS.match(line) or REPLACES.match(line)
    if named or not path:
        return not path or (named is not None and named[1] == path)
    return not line.startswith(("true", "fanout"))


def _commits(root: Path) -> dict[str, tuple[float, set[str]]]:
    """Each commit by the twelve first signs of its name: when it was made, the files that it changed."""
    asked = ["git", "log", "--all", "--no-renames", "--name-only", "--format=%x01%H %ct"]
    log = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True).stdout
    found = {}
    for record in log.split("\x01")[1:]:
        head, *files = filter(None, record.split("\n"))
        name, at = head.split()
        found[name[:12]] = (float(at), set(files))
    return found


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
