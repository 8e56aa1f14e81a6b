"""The client's own record of an agent, beside the main conversation's."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

INTERRUPTED = "[Request interrupted by user"
HANDING_IN = ('"StructuredOutput"', '"SubagentHandback"')  # calls by which an agent says that it has ended
# How a prompt begins that is an agent's end or message: test_interactive, test_hand_back
OF_AGENTS = ("<task-notification>", "<agent-message", "Another Claude session sent a message")
LAST_BYTES = 300_000  # of a record, in which what was just typed stands


def of_agent(transcript: str, agent_id: str) -> str:
    """The path of the agent's record; `transcript` is the main conversation's, which is the record of "" itself."""
    if not agent_id:
        return transcript
    stem = transcript[: -len(".jsonl")] if transcript.endswith(".jsonl") else transcript
    return f"{stem}/subagents/agent-{agent_id}.jsonl"


def parts_of_agent(transcript: str, agent_id: str) -> list[str]:
    """The paths of the agent's record, oldest first: after `/clear` or a resume the client goes on with it beside the new
    conversation's, and what was before stands beside the old one's."""
    now = of_agent(transcript, agent_id)
    if not agent_id or not transcript:
        return [now]
    folder, name = os.path.dirname(transcript), os.path.join("subagents", f"agent-{agent_id}.jsonl")
    try:
        with os.scandir(folder or os.curdir) as entries:
            found = [os.path.join(entry.path, name) for entry in entries if not entry.name.endswith(".jsonl")]
        others = [path for path in found if path != now and os.path.isfile(path)]
        return [*sorted(others, key=os.path.getmtime), now]
    except OSError:
        return [now]


def _lines(transcript: str, agent_id: str) -> Iterator[str]:
    """The lines of all parts of the agent's record; a part that can't be read has none."""
    for path in parts_of_agent(transcript, agent_id):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                yield from file
        except OSError:
            continue


def is_of_agents(text: str) -> bool:
    """Whether a prompt is no words of the user's."""
    return text.lstrip().startswith(OF_AGENTS)


def shows_no_call(transcript: str, agent_id: str) -> bool:
    """Whether the record is there, has words of the agent, and no call of a tool but the one that hands in its result. False
    also where it can't be known."""
    has_spoken = False
    for line in _lines(transcript, agent_id):  # test_facts::test_an_agents_record_shows_its_calls_when_it_ends
        if '"tool_use"' in line and not any(name in line for name in HANDING_IN):
            return False
        has_spoken = has_spoken or '"type":"assistant"' in line
    return has_spoken


def commands(transcript: str, agent_id: str, tools: tuple[str, ...]) -> list[tuple[str, bool]]:
    """The commands that an agent has run with these tools, in order, and whether each went through without an error."""
    asked: dict[str, str] = {}
    found: list[tuple[str, bool]] = []
    for line in _lines(transcript, agent_id):  # test_facts::test_an_agents_record_shows_its_calls_when_it_ends
        if '"tool_use"' in line and any(f'"{tool}"' in line for tool in tools):
            asked.update(_asked(line, tools))
        elif '"tool_result"' in line and asked:
            found += [(asked.pop(name), is_right) for name, is_right in _outcomes(line) if name in asked]
    return found


def _asked(line: str, tools: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for block in _read(line)[0]:
        given: object = block.get("input")
        if block.get("type") == "tool_use" and block.get("name") in tools and isinstance(given, dict):
            yield str(block.get("id")), str(given.get("command") or "")


def _outcomes(line: str) -> Iterator[tuple[str, bool]]:
    for block in _read(line)[0]:
        if block.get("type") == "tool_result":
            yield str(block.get("tool_use_id")), not block.get("is_error")


def handed_back(transcript: str, agent_id: str) -> str | None:
    """The message by which the agent has ended, where the last it did was to call SubagentHandback; None where it was not."""
    import json

    lines = reversed(_last_lines(of_agent(transcript, agent_id)))
    last = next((line for line in lines if b'"type":"assistant"' in line), b"")
    if HANDING_IN[1].encode() not in last:
        return None
    try:
        parts = json.loads(last)["message"]["content"]
        return next(str(one["input"]["message"]) for one in parts if one.get("name") == HANDING_IN[1].strip('"'))
    except (ValueError, KeyError, TypeError, StopIteration):
        return None


def waits(transcript: str, agent_id: str) -> list[tuple[float, float]]:
    """From when to when file tools of the agent waited for the user's yes or no, in order; calls sent together wait together.
    How long a command waited its end says: calls.note_wait."""
    asked: dict[str, float] = {}
    found: list[tuple[float, float]] = []
    for line in _lines(transcript, agent_id):
        if '"tool_use"' in line and '"file_path"' in line:
            asked.update(_calls(line))
        elif '"source":"user' in line and '"tool_result"' in line:
            found += [(asked.pop(name), end) for name, end in _results(line) if name in asked]
    return _joined(found)


def answered(transcript: str, calls: list[str]) -> set[str]:
    """Which of these calls of the main conversation have an answer in its record, whatever it says."""
    found: set[str] = set()
    try:
        with open(transcript, encoding="utf-8", errors="replace") as file:
            for line in file:
                if '"tool_result"' in line and any(name in line for name in calls):
                    found |= {name for name, _ in _results(line)}
    except OSError:
        return set()
    return found & set(calls)


def was_interrupted(transcript: str) -> bool:
    """Whether the last that the user did, notifications aside, was to interrupt a turn, and the model has said nothing since."""
    import json

    # test_steering::test_after_an_interruption_nothing_is_launched_before_the_user_speaks
    for line in reversed(_last_lines(transcript)):
        if b'"type":"user"' not in line and b'"type":"assistant"' not in line:
            continue
        try:
            record = json.loads(line)
            content = record["message"]["content"]
        except (ValueError, KeyError, TypeError):
            continue
        if record.get("type") not in ("user", "assistant"):
            continue
        first = content[0] if isinstance(content, list) and content else {}
        text = content if isinstance(content, str) else str(first.get("text")) if isinstance(first, dict) else ""
        if not text.startswith(OF_AGENTS):
            return text.startswith(INTERRUPTED)
    return False


def _last_lines(transcript: str) -> list[bytes]:
    try:
        with open(transcript, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - LAST_BYTES))
            return file.read().split(b"\n")
    except OSError:
        return []


def queued(transcript: str, since: float) -> list[str]:
    """What the user typed while a turn goes on and the model has not been given yet, by the end of the record. What was
    written before `since` waits for nobody: the client that it waited in is gone."""
    return [words for words in _waiting(transcript, since) if not words.startswith("<")]


def brings_more(transcript: str, since: float) -> bool:
    """Whether the model is given something as soon as its turn ends: the end of an agent, or what the user typed meanwhile."""
    # test_steering::test_a_turn_that_ends_while_a_notification_waits_is_handed_nothing
    # test_steering::test_a_turn_that_ends_while_words_wait_is_handed_nothing
    return bool(_waiting(transcript, since))


def _waiting(transcript: str, since: float) -> list[str]:
    waiting: list[str] = []
    for line in _last_lines(transcript):  # of the client 2.1.329
        if b'"queue-operation"' in line:
            _take_in(line, since, waiting)
    return waiting


def _take_in(line: bytes, since: float, waiting: list[str]) -> None:
    """One operation of the client's queue."""
    import json

    try:
        record = json.loads(line)
        operation, words = record["operation"], str(record.get("content") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return
    if 0.0 < written_at(record) < since:
        return
    if operation == "enqueue":
        waiting.append(words)
    elif operation == "remove" and words in waiting:
        waiting.remove(words)
    elif operation == "dequeue" and waiting:
        waiting.pop(0)
    elif operation == "popAll":
        waiting.clear()


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The spans without their overlaps, in order."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _calls(line: str) -> dict[str, float]:
    content, at = _read(line)
    return {block["id"]: at for block in content if block.get("type") == "tool_use" and "id" in block and at}


def _results(line: str) -> list[tuple[str, float]]:
    content, at = _read(line)
    return [(str(block.get("tool_use_id")), at) for block in content if block.get("type") == "tool_result" and at]


def _read(line: str) -> tuple[list[dict[str, str]], float]:
    """The blocks of a line, and when it was written; 0.0 where it does not say."""
    import json

    try:
        record = json.loads(line)
        return [block for block in record["message"]["content"] if isinstance(block, dict)], written_at(record)
    except (ValueError, KeyError, TypeError):
        return [], 0.0


def written_at(record: dict[str, Any]) -> float:
    """When a line of a record was written, in seconds since the epoch; 0.0 where it does not say."""
    import datetime

    try:
        return datetime.datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00")).timestamp()
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0.0
