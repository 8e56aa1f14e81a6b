"""A run of six tasks in the real client, one of them blocked and retried, with its report: what each reader was told in it.

The main model starts from plain words: it reads the skill, starts the list, sends what it is handed, retries what is
blocked, and gives the report. Nothing is kept.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fanout.client import installed
from fanout.client.conversation import Conversation, Json, Reply, ToolCall, text_of
from fanout.client.orchestrator import Orchestrator
from fanout.client.script import Cast, Worker
from fanout.client.session import Session

CHECKOUT = Path(__file__).resolve().parents[2]
TOKEN = 4  # characters
TASKS = [f"t{number}" for number in range(1, 7)]
SAID = "Work through six.json, several agents in parallel."
BLOCKED: list[Json] = [{"blocked": "the name of the table is missing"}]
HOOK = re.compile(r"(?P<event>\w+)(?::\w+)? hook (?:additional context|feedback|error|blocking error)[^\n]*?: ?")
SEAM = re.compile(
    r"(?=\b\w+(?::\w+)? hook (?:additional context|feedback|error|blocking error)|\[SYSTEM NOTIFICATION|<system-reminder>)"
)
SKILL = re.compile(r"Base directory for this skill|^# Parallel execution", re.MULTILINE)


@dataclass(frozen=True)
class Told:
    """One text of fanout's: who read it, how it came, what it said."""

    reader: str
    way: str
    text: str

    @property
    def tokens(self) -> int:
        return len(self.text) // TOKEN


@dataclass
class Main:
    """Skill, start, what it is handed; a task that is blocked is retried once."""

    then: Orchestrator

    def __call__(self, conversation: Conversation) -> Reply:
        typed = [str(call.input.get("command", call.input)) for call in conversation.calls.values()]
        if not typed:
            return Reply("", (ToolCall("Skill", {"skill": "spec:parallel-execution"}),))
        if len(typed) == 1:
            return bash("fanout start six.json")
        over = re.search(
            r"The run (?:is over|stands still).*`(fanout report [\w-]+)`", conversation.fresh_text, re.DOTALL
        )
        if over and over[1] not in typed:
            return bash(over[1])
        retry = re.search(r"`(fanout retry [\w-]+/t3)`", conversation.fresh_text)
        if retry and retry[1] not in typed:
            return bash(retry[1])
        return self.then(conversation)


def bash(line: str) -> Reply:
    return Reply("", (ToolCall("Bash", {"command": line, "description": "fanout"}),))


class Agents:
    """Each writes its file; t3 is blocked the first time."""

    def __init__(self) -> None:
        self.first = Worker.from_table({"t3": [{"read": "six.json"}, *BLOCKED]})
        self.later = Worker()
        self.blocked = ""

    def __call__(self, conversation: Conversation) -> Reply:
        if "# Task t3" in conversation.brief:
            self.blocked = self.blocked or conversation.key
            if conversation.key != self.blocked:
                return self.later(conversation)
        return self.first(conversation)


def play(folder: Path) -> list[Told]:
    """Plays the run in an empty folder. Raises SystemExit when it does not come to its end."""
    project = folder / "project"
    project.mkdir()
    tasks = [{"id": name, "title": f"Write the {name} page", "writes": [f"src/{name}.txt"]} for name in TASKS]
    tasks[5]["depends_on"] = ["t1", "t2"]
    (project / "six.json").write_text(json.dumps({"schema_version": 1, "id": "six", "tasks": tasks}))
    subprocess.run(["git", "init", "-q", str(project)], check=True)
    cache = installed.default_cache()
    with Session(
        project, Cast(Main(Orchestrator()), Agents()), client=installed.locate(cache=cache), plugin_dirs=[CHECKOUT],
        permission_mode="bypassPermissions", timeout=240, env={"FANOUT_CACHE_DIR": str(cache)}, record_hooks=False,
    ) as session:  # fmt: skip
        last = session.print_mode(SAID).text
        found = list(_told(session))
    if any(not (project / f"src/{name}.txt").exists() for name in TASKS):
        raise SystemExit(f"The run did not come to its end: {last}")
    return found


def _told(session: Session) -> Iterator[Told]:
    mains = [exchange.conversation for exchange in session.record.of("main") if exchange.conversation]
    yield from _of("main", mains[-1])
    for exchanges in session.record.conversations("agent").values():
        if exchanges[-1].conversation:
            yield Told("agent", "brief", exchanges[0].conversation.brief if exchanges[0].conversation else "")
            yield from _of("agent", exchanges[-1].conversation)


def _of(reader: str, conversation: Conversation) -> Iterator[Told]:
    for result in conversation.all_results:
        command = str(result.input.get("command", ""))
        if command.startswith("fanout "):
            yield Told(reader, " ".join(command.split()[:2]), SEAM.split(result.text)[0])
    for message in conversation.messages:
        if message.get("role") != "assistant":
            yield from _of_hooks(reader, text_of(message.get("content"), results=True))


def _of_hooks(reader: str, text: str) -> Iterator[Told]:
    if SKILL.search(text) and not HOOK.match(text):
        yield Told(reader, "skill", text[SKILL.search(text).start() :])  # type: ignore[union-attr]
    for part in SEAM.split(text):
        if found := HOOK.match(part):
            yield Told(reader, found["event"], part[found.end() :])


def tokens(told: list[Told], reader: str = "main") -> int:
    """Of all that this reader was told."""
    return sum(one.tokens for one in told if one.reader == reader)


def played() -> str:
    """The texts of a run as they came, by reader, and what each costs."""
    with tempfile.TemporaryDirectory(prefix="fanout-told-") as folder:
        told = play(Path(folder))
    parts = [f"### {one.reader}, {one.way} ({one.tokens} tokens)\n\n{one.text.strip()}" for one in told]
    return "\n\n".join([*parts, f"main: {tokens(told)} tokens of fanout's in all"])
