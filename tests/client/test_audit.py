"""The audit on what the real client writes: sessions played on purpose, each with what is to be found in it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from scale import few

from fanout.cli.commands.audit import analyse
from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.script import Cast, Worker
from fanout.client.session import Session
from fanout.report import audit, transcripts

Messages = list[list[str]]


class Launcher:
    """A main model that sends its launches one message after another, each when the agents before have ended."""

    def __init__(self, messages: Messages, wait: bool) -> None:
        self.messages = messages
        self.wait = wait

    def __call__(self, conversation: Conversation) -> Reply:
        sent = sum(1 for call in conversation.calls.values() if call.name == "Agent")
        done = 0
        for names in self.messages:
            if sent == done:
                return Reply("", tuple(self._call(name) for name in names))
            done += len(names)
        return Reply("All launched.")

    def _call(self, name: str) -> ToolCall:
        given = {"description": name, "prompt": f"# Task {name}: work", "subagent_type": "general-purpose"}
        return ToolCall("Agent", {**given, **({"run_in_background": False} if self.wait else {})})


def worker(**steps: list[dict[str, object]]) -> Worker:
    return Worker.from_table(steps)


WROTE: dict[str, object] = {"mark": "one"}
AFTER: dict[str, object] = {"after": "one"}
CASES: dict[str, tuple[Messages, bool, dict[str, list[dict[str, object]]], dict[str, int]]] = {
    "a file replaced unseen": (
        [["one", "two"]],
        False,
        {
            "one": [{"bash": "echo one > shared.txt"}, WROTE, {"after": "two"}, {"say": "done"}],
            "two": [AFTER, {"bash": "echo two > shared.txt"}, {"mark": "two"}, {"say": "done"}],
        },
        {"lost_updates": 1},
    ),
    "both edit, the second after reading": (
        [["one", "two"]],
        False,
        {
            "one": [{"bash": "sed -i s/a/b/ shared.txt"}, WROTE, {"after": "two"}, {"say": "done"}],
            "two": [
                AFTER,
                {"read": "shared.txt"},
                {"edit": "shared.txt", "old": "b", "new": "c"},
                {"mark": "two"},
                {"say": "done"},
            ],
        },
        {"overlapping_writes": 1},
    ),
    "git over everything": (
        [["one", "two"]],
        False,
        {
            "one": [{"write": "one.txt", "content": "1"}, WROTE, {"after": "two"}, {"say": "done"}],
            "two": [AFTER, {"bash": "git stash --include-untracked"}, {"mark": "two"}, {"say": "done"}],
        },
        {"sweeps": 1},
    ),
    "one after the other for nothing": (
        [["one"], ["two"]],
        True,
        {
            "one": [{"write": "one.txt", "content": "1"}, {"wait": 6}, {"say": "done"}],
            "two": [{"write": "two.txt", "content": "2"}, {"wait": 6}, {"say": "done"}],
        },
        {"not_parallel": 1},
    ),
    "one after the other for a reason": (
        [["one"], ["two"]],
        True,
        {
            "one": [{"write": "one.txt", "content": "1"}, {"wait": 6}, {"say": "done"}],
            "two": [{"read": "one.txt"}, {"write": "two.txt", "content": "2"}, {"wait": 6}, {"say": "done"}],
        },
        {},
    ),
    "side by side": (
        [["one", "two"]],
        False,
        {
            "one": [{"write": "one.txt", "content": "1"}, WROTE, {"after": "two"}, {"say": "done"}],
            "two": [{"write": "two.txt", "content": "2"}, {"mark": "two"}, AFTER, {"say": "done"}],
        },
        {},
    ),
}


@pytest.mark.parametrize("name", few(CASES, 3))
def test_played_in_the_real_client(start: Callable[..., Session], tmp_path: Path, name: str) -> None:
    messages, wait, steps, wanted = CASES[name]
    project = tmp_path / "project"
    (project / "shared.txt").write_text("a\n")
    session = start(Cast(Launcher(messages, wait), worker(**steps)), permission_mode="bypassPermissions")

    subprocess.run(
        "git init -q && git add -A && git -c user.name=d -c user.email=d@d.example commit -qm start",
        shell=True, cwd=project, check=True,
    )  # fmt: skip
    assert session.print_mode("go").exit_code == 0
    folders = transcripts.folders(str(project.resolve()), session.home / ".claude")
    found = audit.of_sessions((s for folder in folders for s in transcripts.sessions(folder)), analyse)
    assert (found.sessions, found.agents) == (1, 2)
    assert {kind: count for kind, count in audit.counts(found).items() if count} == wanted
    used = transcripts.trace(folders, session_id(folders), agent_id(folders))
    assert used is not None and used.tokens.input > 0 and used.tokens.output > 0


def session_id(folders: list[Path]) -> str:
    return next(folders[0].glob("*.jsonl")).stem


def agent_id(folders: list[Path]) -> str:
    return next(folders[0].glob("*/subagents/agent-*.jsonl")).stem.removeprefix("agent-")
