"""The client's own records of past sessions: who was launched when, which files each agent read and wrote, tokens.

    <config>/projects/<slug of the project's path>/<session>.jsonl                       the main conversation
    <config>/projects/<slug>/<session>/subagents/agent-<id>.jsonl  and  .meta.json       each agent

Only sessions of the asked project are read, and of them only what is listed in these classes: no content of a file or
of an answer is kept. A line that can't be read is passed over.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanout.run.agents import transcript

WRITERS = {"Write": "file_path", "Edit": "file_path", "MultiEdit": "file_path", "NotebookEdit": "notebook_path"}
LAUNCHERS = ("Agent", "Task")
_SLUG_LENGTH = 200
_WORD = re.compile(r"[\w./:-]*(?:[./_:]|[a-z][A-Z]|\d)[\w./:-]*")


@dataclass(slots=True)
class Call:
    """One tool call. `path` is absolute for the file tools, `command` what Bash was given; `ok` when it worked."""

    tool: str
    at: float
    end: float
    ok: bool
    path: str = ""
    command: str = ""
    cwd: str = ""


@dataclass(slots=True)
class Launch:
    """One Agent call of a conversation: in which message, after which input of the user, and what its prompt names."""

    tool_use: str
    message: str
    at: float
    turn: int
    description: str
    words: frozenset[str]


@dataclass(slots=True)
class Tokens:
    """What the API counted for one conversation."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    def as_dict(self) -> dict[str, int]:
        return {
            "input": self.input,
            "output": self.output,
            "cache_read": self.cache_read,
            "cache_write": self.cache_write,
        }


@dataclass(slots=True)
class Trace:
    """One conversation: an agent's, or with id "" the session's main one. `said` are the words of its last answer."""

    id: str
    type: str = ""
    description: str = ""
    tool_use: str = ""
    start: float = 0.0
    end: float = 0.0
    calls: list[Call] = field(default_factory=list)
    launches: list[Launch] = field(default_factory=list)
    tokens: Tokens = field(default_factory=Tokens)
    said: frozenset[str] = frozenset()


@dataclass(slots=True)
class Session:
    """`typed` are the words of what the user typed, by turn."""

    id: str
    main: Trace
    agents: list[Trace]
    typed: list[frozenset[str]]


def config_folder() -> Path:
    """Where the client keeps its files."""
    named = os.environ.get("CLAUDE_CONFIG_DIR")
    return Path(named) if named else Path.home() / ".claude"


def folders(project: str, config: Path | None = None) -> list[Path]:
    """The folders of transcripts for a project, its subfolders and worktrees included."""
    top = (config or config_folder()) / "projects"
    wanted = slug(project)
    paths = []
    for folder in sorted(top.glob("*")) if top.is_dir() else []:
        near = folder.name == wanted or folder.name.startswith((f"{wanted}-", wanted[:_SLUG_LENGTH] + "-"))
        if near and folder.is_dir() and _belongs(folder, project):
            paths.append(folder)
    return paths


def slug(project: str) -> str:
    """How the client names a project's folder."""
    return re.sub(r"[^a-zA-Z0-9]", "-", project)


def sessions(folder: Path) -> Iterator[Session]:
    """Every session of a folder that has agents or launched some, oldest first."""
    found = [session for path in sorted(folder.glob("*.jsonl")) if (session := read(path)).agents]
    yield from sorted(found, key=lambda session: session.main.start)


def read(path: Path) -> Session:
    """One session from its main transcript and its agents'."""
    main, typed = _main(path)
    agents = [_agent(file) for file in sorted((path.with_suffix("") / "subagents").glob("agent-*.jsonl"))]
    return Session(path.stem, main, [agent for agent in agents if agent.start and agent.type != "compact"], typed)


def trace(folders: Sequence[Path], session: str, agent_id: str) -> Trace | None:
    """What one agent did, None when its transcript is in none of the folders."""
    if not (re.fullmatch(r"[\w-]+", session) and re.fullmatch(r"[\w-]+", agent_id)):
        return None
    for folder in folders:
        path = folder / session / "subagents" / f"agent-{agent_id}.jsonl"
        if path.is_file():
            return _agent(path)
    return None


def _belongs(folder: Path, project: str) -> bool:
    """Whether the sessions of a folder were in the project: names of other folders can have the same slug."""
    for path in sorted(folder.glob("*.jsonl")):
        for row in _rows(path):
            cwd = row.get("cwd")
            if isinstance(cwd, str):
                return cwd == project or cwd.startswith(project.rstrip("/") + "/")
    return False


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if '"user"' in line or '"assistant"' in line:
                    try:
                        row = json.loads(line)
                    except (ValueError, RecursionError):
                        continue
                    if (
                        isinstance(row, dict)
                        and row.get("type") in ("user", "assistant")
                        and transcript.written_at(row)
                    ):
                        yield row
    except OSError:
        return


def _main(path: Path) -> tuple[Trace, list[frozenset[str]]]:
    trace, typed = Trace(""), list[frozenset[str]]()
    _fill(trace, _noting_turns(_rows(path), typed), typed)
    return trace, typed


def _noting_turns(rows: Iterable[dict[str, Any]], typed: list[frozenset[str]]) -> Iterator[dict[str, Any]]:
    """Passes the rows on; whenever the user typed something, its words are added to `typed`."""
    for row in rows:
        text = _typed(row)
        if text is not None:
            typed.append(words(text))
        yield row


def _typed(row: dict[str, Any]) -> str | None:
    """What the user typed in this row; None for tool results, notifications and what the client adds."""
    if row["type"] != "user" or row.get("isMeta") or row.get("isSidechain"):
        return None
    content = _message(row).get("content")
    text = content if isinstance(content, str) else "\n".join(_texts(content))
    if not text.strip() or text.lstrip().startswith(
        (*transcript.OF_AGENTS, "<system-reminder>", "[Request interrupted")
    ):
        return None
    return text


def _agent(path: Path) -> Trace:
    trace = Trace(path.stem.removeprefix("agent-"))
    _fill(trace, _rows(path), [])
    try:
        meta = json.loads(path.with_suffix("").with_suffix(".meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        meta = {}
    if isinstance(meta, dict):
        trace.type = str(meta.get("agentType") or "")
        trace.description = str(meta.get("description") or "")
        trace.tool_use = str(meta.get("toolUseId") or "")
    return trace


def _fill(trace: Trace, rows: Iterable[dict[str, Any]], typed: list[frozenset[str]]) -> None:
    usage: dict[str, dict[str, Any]] = {}
    open_: dict[str, Call] = {}
    for row in rows:
        at, message = transcript.written_at(row), _message(row)
        trace.start = trace.start or at
        trace.end = max(trace.end, at)
        if row["type"] == "assistant":
            if isinstance(message.get("usage"), dict):
                usage[str(message.get("id") or row.get("uuid"))] = message["usage"]
            said = "\n".join(_texts(message.get("content")))
            trace.said = words(said) if said else trace.said
            for block in _blocks(message.get("content"), "tool_use"):
                _called(trace, open_, block, row, str(message.get("id") or row.get("uuid")), len(typed))
        else:
            for block in _blocks(message.get("content"), "tool_result"):
                call = open_.pop(str(block.get("tool_use_id")), None)
                if call is not None:
                    call.end, call.ok = at, not block.get("is_error")
    trace.tokens = _sum(usage.values())


def _called(
    trace: Trace, open_: dict[str, Call], block: dict[str, Any], row: dict[str, Any], message: str, turn: int
) -> None:
    given = block.get("input")
    given = given if isinstance(given, dict) else {}
    name, at = str(block.get("name")), transcript.written_at(row)
    if name in LAUNCHERS:
        prompt = f"{given.get('description', '')}\n{given.get('prompt', '')}"
        description = str(given.get("description") or "")
        trace.launches.append(Launch(str(block.get("id")), message, at, turn, description, words(prompt)))
        return
    call = Call(name, at, at, False, cwd=str(row.get("cwd") or ""))
    field_ = WRITERS.get(name, "file_path" if name == "Read" else "")
    if field_ and isinstance(given.get(field_), str):
        call.path = os.path.normpath(os.path.join(call.cwd, given[field_]))
    elif name == "Bash":
        call.command = str(given.get("command") or "")
    if call.path or call.command:
        open_[str(block.get("id"))] = call
        trace.calls.append(call)


def words(text: str) -> frozenset[str]:
    """The words of a text that name something: paths, identifiers, numbers."""
    return frozenset(word.strip(".:-") for word in _WORD.findall(text) if len(word.strip(".:-")) > 3)


def _sum(usages: Iterable[dict[str, Any]]) -> Tokens:
    total = Tokens()
    for usage in usages:
        total.input += _number(usage, "input_tokens")
        total.output += _number(usage, "output_tokens")
        total.cache_read += _number(usage, "cache_read_input_tokens")
        total.cache_write += _number(usage, "cache_creation_input_tokens")
    return total


def _number(usage: dict[str, Any], key: str) -> int:
    value = usage.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _message(row: dict[str, Any]) -> dict[str, Any]:
    message = row.get("message")
    return message if isinstance(message, dict) else {}


def _blocks(content: object, kind: str) -> list[dict[str, Any]]:
    if not isinstance(content, list):
        return []
    return [block for block in content if isinstance(block, dict) and block.get("type") == kind]


def _texts(content: object) -> list[str]:
    if isinstance(content, str):
        return [content]
    return [str(block.get("text") or "") for block in _blocks(content, "text")]
