"""Hooks that write down every call they get: the event, the time, the raw input and the variables around it.

They stand in the user settings of the temporary HOME, next to whatever hooks a plugin brings, print nothing and
decide nothing.
"""

from __future__ import annotations

import json
import os
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fanout.client.conversation import Json

# Every event of client 2.1.329 but three: hooks of WorktreeCreate and WorktreeRemove replace the client's own work,
# and MessageDisplay stands between the model and the screen.
EVENTS = (
    "PreToolUse",
    "PostToolUse",
    "PostToolUseFailure",
    "PostToolBatch",
    "Notification",
    "UserPromptSubmit",
    "UserPromptExpansion",
    "SessionStart",
    "SessionEnd",
    "Stop",
    "StopFailure",
    "SubagentStart",
    "SubagentStop",
    "PreCompact",
    "PostCompact",
    "PreModelSwitch",
    "PostModelSwitch",
    "PermissionRequest",
    "PermissionDenied",
    "Setup",
    "TeammateIdle",
    "TaskCreated",
    "TaskCompleted",
    "Elicitation",
    "ElicitationResult",
    "ConfigChange",
    "InstructionsLoaded",
    "CwdChanged",
    "FileChanged",
    "DirectoryAdded",
)

# One file for each call, renamed when whole: a NUL between the environment and the input.
_SCRIPT = """#!/bin/sh
name="$(date +%s%N)-$$"
{ env -0; printf '\\0'; cat; } > "$0.calls/$name.part"
mv "$0.calls/$name.part" "$0.calls/$name"
"""


@dataclass(frozen=True)
class HookCall:
    """One hook call. `time` is seconds since the epoch, `env` the hook's whole environment."""

    time: float
    env: dict[str, str]
    input: Json

    @property
    def event(self) -> str:
        return str(self.input.get("hook_event_name"))

    @property
    def tool(self) -> str:
        return str(self.input.get("tool_name", ""))

    @property
    def agent(self) -> str:
        """The agent's id, or the empty string in the main conversation."""
        return str(self.input.get("agent_id", ""))


class Recorder:
    """Owns one folder. `settings()` is what to merge into a settings file, `calls()` what was recorded so far."""

    def __init__(self, folder: Path, events: tuple[str, ...] = EVENTS) -> None:
        self.script = folder / "record"
        self.folder = folder / "record.calls"
        self.events = events
        self.folder.mkdir(parents=True)
        self.script.write_text(_SCRIPT, encoding="utf-8", newline="\n")
        self.script.chmod(0o700)

    def settings(self) -> Json:
        hook = {"type": "command", "command": shlex.quote(str(self.script)), "timeout": 30}
        return {"hooks": {event: [{"hooks": [hook]}] for event in self.events}}

    def calls(self) -> list[HookCall]:
        """The calls recorded so far, in order of their start."""
        names = [name for name in os.listdir(self.folder) if not name.endswith(".part")]
        return sorted((_read(self.folder / name) for name in names), key=lambda call: call.time)

    def wait_for(self, predicate: Callable[[list[HookCall]], bool], timeout: float) -> bool:
        """Whether `predicate` came true of the calls within `timeout` seconds."""
        until = time.monotonic() + timeout
        while not predicate(self.calls()):
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


def _read(path: Path) -> HookCall:
    *pairs, raw = path.read_bytes().decode("utf-8", "replace").split("\0")
    env = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    parsed = json.loads(raw) if raw.strip() else {}  # nothing, where the client went away meanwhile
    stamp = path.name.split("-")[0]
    nanoseconds = int(stamp) if stamp.isdigit() else path.stat().st_mtime_ns  # not every `date` knows %N
    return HookCall(nanoseconds / 1e9, env, parsed if isinstance(parsed, dict) else {})
