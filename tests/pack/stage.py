"""A main conversation that does what a command asks for, and agents that try to write with every tool."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from project import CHECKOUT

from fanout.client.conversation import Conversation, Reply, ToolCall, text_of
from fanout.client.recorder import HookCall
from fanout.client.session import Session

LEFT_OUT = (
    ".git", ".venv", ".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__", ".fanout",
)  # fmt: skip


def copy_of_the_checkout(target: Path) -> Path:
    """The plugins as a user's clone has them, without what git ignores."""
    shutil.copytree(CHECKOUT, target, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return target


def tree(project: Path) -> str:
    """A hash of every path and byte of a project, without fanout's own folder."""
    found = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        name = path.relative_to(project)
        if not {".fanout", ".git"} & set(name.parts) and path.is_file():
            found.update(f"{name}\0".encode() + path.read_bytes())
    return found.hexdigest()


def asks(agent: str, prompt: str = "Look, and write nothing.") -> ToolCall:
    return ToolCall("Agent", {"description": f"{agent} looks", "prompt": prompt, "subagent_type": agent})


@dataclass
class Director:
    """Plays scenes: each a message of calls. The next one is sent when every agent of those before has reported."""

    scenes: Sequence[Sequence[ToolCall]]
    last: str = "Done."

    def __call__(self, conversation: Conversation) -> Reply:
        made = list(conversation.calls.values())
        agents = sum(call.name == "Agent" for call in made)
        if notified(conversation) < agents:
            return Reply("Waiting.")
        number, left = 0, len(made)
        while left and number < len(self.scenes):
            left -= len(self.scenes[number])
            number += 1
        return Reply("", tuple(self.scenes[number])) if number < len(self.scenes) else Reply(self.last)


def notified(conversation: Conversation) -> int:
    """How many agents' results this conversation was told."""
    texts = [text_of(m.get("content")) for m in conversation.messages if m.get("role") != "assistant"]
    return sum(text.count("<task-notification>") for text in texts)


@dataclass
class Vandal:
    """An agent that tries to write with every tool it may know, reads, and reports. `met` is what it was told."""

    project: Path
    met: list[str] = field(default_factory=list)

    def __call__(self, conversation: Conversation) -> Reply:
        if conversation.calls:
            self.met += [result.text for result in conversation.all_results]
            return Reply("FINDINGS: src/a.txt:1 is one line.")
        target = str(self.project / "src" / "a.txt")
        return Reply(
            "",
            (
                ToolCall("Write", {"file_path": str(self.project / "new.txt"), "content": "x"}),
                ToolCall("Edit", {"file_path": target, "old_string": "one", "new_string": "two"}),
                ToolCall("Bash", {"command": "echo two > src/a.txt"}),
                ToolCall("Bash", {"command": "sed -i s/one/two/ src/a.txt"}),
                ToolCall("Bash", {"command": "python3 -c \"open('made.txt','w')\""}),
                ToolCall("Bash", {"command": "rm src/a.txt"}),
                ToolCall("Read", {"file_path": target}),
            ),
        )


def tool_calls(hook: HookCall) -> list[dict[str, Any]]:
    """The calls that a PostToolBatch lists."""
    found: Any = hook.input["tool_calls"]
    return list(found)


def launches(session: Session) -> list[list[str]]:
    """The agent types of the Agent calls of each message of the main conversation."""
    batches = [
        [str(call["tool_input"]["subagent_type"]) for call in tool_calls(hook) if call["tool_name"] == "Agent"]
        for hook in session.hook_calls("PostToolBatch")
        if not hook.agent
    ]
    return [batch for batch in batches if batch]


def failed_launches(session: Session) -> list[str]:
    """What the client said to Agent calls that it did not start."""
    calls = [
        call
        for hook in session.hook_calls("PostToolBatch")
        for call in tool_calls(hook)
        if call["tool_name"] == "Agent" and "agentId" not in str(call["tool_response"])
    ]
    return [str(call["tool_response"]) for call in calls]
