"""A run in a real folder, driven through the hooks as the client would, in this process."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from run.plans import folded

from fanout.hooks import door
from fanout.run.flow import start_run
from fanout.run.store import case_folding, paths
from fanout.run.store import db as journal
from fanout.run.tasks import tasks


class Desk:
    """Sends hook events of one session for a project. Agents are named by their task unless `agent` says otherwise."""

    def __init__(self, root: Path, session: str = "s1", home: Path | None = None) -> None:
        self.root = root
        self.home = home or root  # where the session was opened: the root, a folder in it, a worktree
        self.session = session
        self.transcript = root.parent / f"{session}.jsonl"
        self.calls = 0

    def start(self, plan: dict[str, Any]) -> str:
        self.db = journal.connect(str(self.root), create=True)
        plan = folded(plan) if case_folding.is_on(str(self.root)) else plan
        self.run = start_run.start(self.db, str(self.root), plan, self.session)
        return self.run

    def join(self, run: str) -> Desk:
        """Plays a run that the command line started."""
        self.db, self.run = journal.connect(str(self.root)), run
        return self

    def send(self, event: str, name: str, **fields: Any) -> dict[str, Any]:
        """One event through the door; {} for silence."""
        data = {
            "session_id": self.session,
            "transcript_path": str(self.transcript),
            "cwd": str(self.home),
            "hook_event_name": name,
            **fields,
        }
        live = (self.root / ".fanout" / "live").exists()
        return door.handle(event, str(self.root) if live else "", data) or {}

    def launch(self, task: str, agent: str | None = None, **call: Any) -> dict[str, Any]:
        """PreToolUse(Agent), and when it passed the client's own traces: meta.json and PostToolUse."""
        self.calls += 1
        tool_use = f"toolu_{self.session}_{self.calls}"
        prompt = call.get("prompt") or f"Run `fanout brief {self.run}/{task}` and follow it."
        given = {"description": task, "subagent_type": "general-purpose", **call, "prompt": prompt}
        answer = self.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id=tool_use)
        if denial(answer):
            return answer
        agent_id = agent or f"agent-{task}"
        self.meta(agent_id, tool_use)
        response = {"isAsync": True, "status": "async_launched", "agentId": agent_id}
        self.send(
            "after", "PostToolUse", tool_name="Agent", tool_input=given, tool_use_id=tool_use, tool_response=response
        )
        return answer

    def meta(self, agent_id: str, tool_use: str, **more: Any) -> None:
        folder = self.transcript.with_suffix("") / "subagents"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"agent-{agent_id}.meta.json").write_text(json.dumps({"toolUseId": tool_use, **more}))

    def write(self, agent: str | None, path: str, tool: str = "Write") -> dict[str, Any]:
        """PreToolUse of a file tool; `agent` None is the main conversation."""
        field = "notebook_path" if tool == "NotebookEdit" else "file_path"
        return self.tool(agent, tool, {field: str(self.home / path), "content": "x"})

    def do(self, agent: str | None, path: str, content: str = "x\n") -> dict[str, Any]:
        """Asks the guard and, when it may, writes for real."""
        file = self.home / path
        given = {"file_path": str(file), "content": content}
        answer = self.tool(agent, "Write", given)
        if not denial(answer):
            old = file.read_text() if file.is_file() else None
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
            response = {"type": "update", "filePath": str(file), "content": content, "originalFile": old}
            self.wrote("Write", given, response, f"t{self.calls}")
            who = {"agent_id": agent} if agent else {}
            self.send(
                "batch", "PostToolBatch", tool_calls=[{"tool_name": "Write", "tool_use_id": f"t{self.calls}"}], **who
            )
        return answer

    def wrote(self, tool: str, given: dict[str, Any], response: dict[str, Any], tool_use: str) -> None:
        """PostToolUse of a file tool: hooks/start leaves it as it came."""
        self._leave("PostToolUse", tool, given, tool_use, tool_response=response)

    def failed(self, tool: str, given: dict[str, Any], tool_use: str) -> None:
        """PostToolUseFailure of a file tool."""
        self._leave("PostToolUseFailure", tool, given, tool_use, error="it did not run")

    def _leave(self, name: str, tool: str, given: dict[str, Any], tool_use: str, **more: Any) -> None:
        event = {"hook_event_name": name, "tool_name": tool, "tool_use_id": tool_use, "tool_input": given, **more}
        folder = self.root / ".fanout" / "wrote"
        folder.mkdir(exist_ok=True)
        (folder / tool_use).write_text(json.dumps(event))

    def bash(self, agent: str | None, command: str) -> dict[str, Any]:
        return self.tool(agent, "Bash", {"command": command})

    def tool(self, agent: str | None, tool: str, given: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        who = {"agent_id": agent, "agent_type": "general-purpose"} if agent else {}
        return self.send("guard", "PreToolUse", tool_name=tool, tool_input=given, tool_use_id=f"t{self.calls}", **who)

    def end(self, agent: str, message: str) -> dict[str, Any]:
        """The agent's last message. Of a task that declares no file it says what it found, as such an agent has to."""
        name = message.split("|")[1] if message.startswith("DONE|") else ""
        task = next((one for one in tasks.all_of(self.db, self.run) if one.id == name), None) if name else None
        if task is not None and not tasks.record(task).get("writes"):
            message = f"What there is to find is found.\n{message}"
        return self.say(agent, message)

    def say(self, agent: str, message: str) -> dict[str, Any]:
        """The agent's last message, and nothing else."""
        return self.send("agent-stop", "SubagentStop", agent_id=agent, last_assistant_message=message)

    def notify(self, agent: str, status: str = "completed", result: str = "") -> str:
        parts = f"<task-id>{agent}</task-id>\n<status>{status}</status>\n<result>{result}</result>"
        text = f"<task-notification>\n{parts}\n</task-notification>"
        return context(self.send("prompt", "UserPromptSubmit", prompt=text))

    def stop(self) -> dict[str, Any]:
        return self.send("stop", "Stop", stop_hook_active=False)

    @property
    def naming(self) -> paths.Naming:
        return paths.Naming(str(self.root), case_folding.is_on(str(self.root)))

    def state(self, task: str) -> str:
        return str(tasks.get(self.db, self.run, task).state)

    def rows(self, query: str, *given: Any) -> list[sqlite3.Row]:
        return self.db.execute(query, given).fetchall()


def denial(answer: dict[str, Any]) -> str:
    """The reason of a denial, "" when the call may run."""
    output = answer.get("hookSpecificOutput", {})
    return str(output["permissionDecisionReason"]) if output.get("permissionDecision") == "deny" else ""


def context(answer: dict[str, Any]) -> str:
    return str(answer.get("hookSpecificOutput", {}).get("additionalContext", ""))


def launches(text: str) -> list[str]:
    """The tasks of the launch block in a text."""
    if "```json" not in text:
        return []
    block = json.loads(text.split("```json\n")[1].split("```")[0])
    return [call["prompt"].split("/")[1].split("`")[0] for call in block["launch"]]
