"""Transcripts made by hand, in the client's own shape: a session as a list of what happened when."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC).timestamp()
PROJECT = "/home/dev/shop"


class Made:
    """Writes one session. Agents are named by a letter; times are seconds since its beginning."""

    def __init__(self, folder: Path, name: str = "0a0a0a0a-0000-4000-8000-000000000001") -> None:
        self.folder = folder
        self.name = name
        self.rows: dict[str, list[dict[str, Any]]] = {"": []}
        self.metas: dict[str, dict[str, Any]] = {}
        self.calls = 0

    def typed(self, at: float, text: str = "please") -> Made:
        return self._user("", at, text)

    def launch(self, at: float, *names: str, prompts: dict[str, str] | None = None) -> Made:
        """One message of the main conversation with an Agent call for each name."""
        blocks = []
        for name in names:
            prompt = (prompts or {}).get(name, f"do part {name}")
            tool_use = f"toolu_{name}"
            given = {"description": f"part {name}", "prompt": prompt, "subagent_type": "general-purpose"}
            blocks.append({"type": "tool_use", "id": tool_use, "name": "Agent", "input": given})
            self.metas[name] = {"agentType": "general-purpose", "description": f"part {name}", "toolUseId": tool_use}
        return self._assistant("", at, blocks)

    def agent(self, name: str, start: float, end: float, *calls: tuple[Any, ...], says: str = "did it") -> Made:
        """An agent at work from start to end; calls are (at, tool, path or command[, "failed"])."""
        self.rows[name] = []
        self._user(name, start, f"do part {name}")
        for at, tool, what, *failed in calls:
            self.call(name, at, tool, what, not failed)
        return self._assistant(name, end, [{"type": "text", "text": says}])

    def call(self, name: str, at: float, tool: str, what: str, ok: bool = True) -> Made:
        self.calls += 1
        given = {"command": what} if tool == "Bash" else {"file_path": f"{PROJECT}/{what}", "content": "SECRET"}
        block = {"type": "tool_use", "id": f"call_{self.calls}", "name": tool, "input": given}
        self._assistant(name, at - 0.1, [block])
        result = {"type": "tool_result", "tool_use_id": f"call_{self.calls}", "content": "SECRET", "is_error": not ok}
        return self._user(name, at, [result])

    def write(self) -> Path:
        """The files as the client lays them out; returns the folder of transcripts."""
        subagents = self.folder / self.name / "subagents"
        subagents.mkdir(parents=True, exist_ok=True)
        for name, rows in self.rows.items():
            path = subagents / f"agent-a{name}.jsonl" if name else self.folder / f"{self.name}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
            if name:
                path.with_suffix(".meta.json").write_text(json.dumps(self.metas.get(name, {})))
        return self.folder

    def _user(self, name: str, at: float, content: Any) -> Made:
        return self._row(name, "user", at, {"role": "user", "content": content})

    def _assistant(self, name: str, at: float, content: list[dict[str, Any]]) -> Made:
        number = sum(len(rows) for rows in self.rows.values())
        usage = {"input_tokens": 100, "output_tokens": 10, "cache_read_input_tokens": 5}
        message = {"id": f"msg_{number}", "role": "assistant", "content": content, "usage": usage}
        return self._row(name, "assistant", at, message)

    def _row(self, name: str, kind: str, at: float, message: dict[str, Any]) -> Made:
        stamp = datetime.fromtimestamp(BEGAN + at, UTC).isoformat().replace("+00:00", "Z")
        row = {"type": kind, "timestamp": stamp, "cwd": PROJECT, "sessionId": self.name, "message": message}
        self.rows.setdefault(name, []).append({**row, **({"agentId": name, "isSidechain": True} if name else {})})
        return self
