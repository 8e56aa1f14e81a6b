"""PreToolUse on Agent where nothing is live: does this agent get a sibling?

A lone agent leaves the project untouched: its launch is noted in the plugin's data folder, one file for each project.
With the second agent that runs beside it the project gets a journal, and both are guarded from then on; what the first
one wrote before is read from its transcript. Fails silently: without a run nobody is held up.
"""

from __future__ import annotations

import json
import os

from fanout.hooks.hook_call import mapping, text
from fanout.hooks.launching import earlier_writes
from fanout.run.agents import agents, client_process, read_only, team
from fanout.run.store import journal, meta, paths, state_dir, switch
from fanout.run.store.db import Write, connect, now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.hooks.hook_call import Call

STARTING_SECONDS = 60.0
LAST_BYTES = 262144  # of a transcript
LARGEST_FILE = 65536  # of notes
LONGEST_DESCRIPTION = 80
WAIT_SECONDS = 0.4
WAIT_STEPS = 20


def launched(call: Call) -> None:
    """Notes this launch; makes the project live when another agent is at work in it."""
    folder = os.environ.get("CLAUDE_PLUGIN_DATA")
    start = os.environ.get("CLAUDE_PROJECT_DIR") or call.cwd
    if not folder or not start or not call.tool_use:
        return
    root = state_dir.root_for(start)
    notes = os.path.join(folder, "launches")
    os.makedirs(notes, exist_ok=True)
    file = os.path.join(notes, _key(root))
    siblings = [note for note in _read(file) if _at_work(note)]
    mine = _note(call)
    with open(file, "a", encoding="utf-8", newline="\n") as out:  # one short line: appended whole
        out.write(json.dumps(mine) + "\n")
    ours = read_only.is_ours(str(mine["type"]))
    if ours or siblings or _joined(file, call.tool_use, patient=read_only.is_type(str(mine["type"]))):
        _go_live(root, [*_distinct(siblings, _read(file), call.tool_use), mine])
    elif os.path.getsize(file) > LARGEST_FILE:
        state_dir.write_whole(file, json.dumps(mine) + "\n")


def _note(call: Call) -> dict[str, object]:
    """What is kept of a launch."""
    pid, began = client_process.current()
    return {
        "tool_use": call.tool_use,
        "session": call.session,
        "transcript": call.transcript,
        "type": text(call.tool_input, "subagent_type"),
        "description": text(call.tool_input, "description")[:LONGEST_DESCRIPTION],
        "name": text(call.tool_input, "name"),
        "pid": pid,
        "began": began,
        "at": now(),
    }


def _joined(file: str, tool_use: str, patient: bool) -> bool:
    """Whether another launch is noted by now.

    The calls of one message pass the gate at the same time. An agent that may only read must not begin unguarded, so
    its launch waits a moment for theirs.
    """
    import time

    for _ in range(WAIT_STEPS if patient else 1):
        if any(note["tool_use"] != tool_use and _at_work(note) for note in _read(file)):
            return True
        if patient:
            time.sleep(WAIT_SECONDS / WAIT_STEPS)
    return False


def _go_live(root: str, notes: list[dict[str, object]]) -> None:
    import sys

    from fanout.run.commits import users_work

    db = connect(root, create=True)
    with Write(db):
        meta.record(db, root)
        naming = paths.Naming(root, meta.folds_case(db))
        earlier: dict[int, earlier_writes.Earlier] = {}
        for note in notes:
            if agents.by_tool_use(db, str(note["tool_use"])) is not None or agents.by_agent_id(db, _agent_id(note)):
                continue
            if _is_idle(note):
                team.note(db, str(note["session"]))
            else:
                earlier.update(_adopt(db, note))
        if earlier:
            main = earlier_writes.of_main(str(notes[-1]["transcript"]))
            earlier_writes.claim(db, naming, earlier, main)
        users_work.begin(db, root)
        switch.set_live(root, os.path.realpath(sys.executable))


def _adopt(db: sqlite3.Connection, note: dict[str, object]) -> dict[int, earlier_writes.Earlier]:
    """The agent of a launch is on record; with what it did before, where it has begun."""
    agent = agents.open_launch(
        db,
        str(note["session"]),
        str(note["tool_use"]),
        str(note["type"]),
        str(note["description"]),
        read_only=read_only.is_type(str(note["type"])),
    )
    journal.note(db, "launched-unplanned", agent=agent, description=note["description"])
    agent_id = _agent_id(note)
    if not agent_id:
        return {}
    agents.bind(db, agent, agent_id)
    at = note.get("at")
    return {agent: earlier_writes.of(_transcript(note, agent_id), at if isinstance(at, float) else 0.0)}


def _distinct(before: list[dict[str, object]], after: list[dict[str, object]], mine: str) -> list[dict[str, object]]:
    notes = {str(note["tool_use"]): note for note in [*before, *after] if note["tool_use"] != mine and _at_work(note)}
    return list(notes.values())


def _read(file: str) -> list[dict[str, object]]:
    try:
        with open(file, encoding="utf-8") as lines:
            notes = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError):
        return []
    return [note for note in notes if isinstance(note, dict) and "tool_use" in note]


def _at_work(note: dict[str, object]) -> bool:
    """Whether the launch still runs, or a message may wake it: its client lives, and the agent's record says neither
    finished nor nothing."""
    pid = note.get("pid")
    if isinstance(pid, int) and client_process.is_gone(pid, str(note.get("began") or "")):
        return False
    record = _record(note)
    if record is None:
        return _is_starting(note) or bool(note.get("name") and os.environ.get(team.FLAG))
    return not record.get("finished")


def _is_starting(note: dict[str, object]) -> bool:
    at = note.get("at")
    return isinstance(at, float) and abs(now() - at) < STARTING_SECONDS


def _record(note: dict[str, object]) -> dict[str, object] | None:
    """What the client wrote of this launch, None when there is nothing yet."""
    for name, record in _records(note):
        if record.get("toolUseId") == note["tool_use"] or _is_teammate(note, record):
            return {**record, "agent_id": name}
    return None


def _is_teammate(note: dict[str, object], record: dict[str, object]) -> bool:
    """Whether the record is of the teammate that this launch made; the client puts a number to a name it has already."""
    name, given = str(record.get("name") or ""), str(note.get("name") or "")
    same = bool(given) and (name == given or name.rstrip("0123456789") == f"{given}-")
    described = str(record.get("description") or "")[:LONGEST_DESCRIPTION] == note.get("description")
    return same and described and record.get("taskKind") == team.KIND


def _is_idle(note: dict[str, object]) -> bool:
    """Whether the launch is of a teammate that has ended its turn: it writes nothing until a message wakes it. One in
    a pane is a client of its own, with no record here: it is met when it writes."""
    record = _record(note)
    if record is None:
        return not _is_starting(note)
    if record.get("taskKind") != team.KIND:
        return False
    try:
        with open(_transcript(note, str(record["agent_id"])), "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - LAST_BYTES))
            last = json.loads(file.read().splitlines()[-1])
        return isinstance(last, dict) and text(mapping(last, "message"), "stop_reason") == "end_turn"
    except (OSError, ValueError, IndexError):
        return False


def _records(note: dict[str, object]) -> list[tuple[str, dict[str, object]]]:
    transcript = str(note.get("transcript") or "")
    records = []
    try:
        names = os.listdir(_folder(note))
    except OSError:
        return []
    for name in names:
        if name.startswith("agent-") and name.endswith(".meta.json"):
            agent_id = name[len("agent-") : -len(".meta.json")]
            records.append((agent_id, agents.meta(transcript, agent_id)))
    return records


def _folder(note: dict[str, object]) -> str:
    transcript = str(note.get("transcript") or "")
    return os.path.join(transcript[: -len(".jsonl")] if transcript.endswith(".jsonl") else transcript, "subagents")


def _transcript(note: dict[str, object], agent_id: str) -> str:
    return os.path.join(_folder(note), f"agent-{agent_id}.jsonl")


def _agent_id(note: dict[str, object]) -> str:
    record = _record(note)
    return str(record["agent_id"]) if record else ""


def _key(root: str) -> str:
    import zlib

    return f"{zlib.crc32(root.encode('utf-8', 'surrogateescape')):08x}-{os.path.basename(root)[:40]}"
