"""May the main conversation start this list without a question? A start is the user's word that its acceptance commands may run.
So yes where these only look at files, or when the user named the list in this session and it is unchanged since then.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time

from fanout.run.agents import transcript as transcripts

READING_SECONDS = 280.0  # the first call of all makes the planner's environment
AGAIN = (
    "fanout's Python environment is not ready yet: its first use prepares it, which takes long here. Nothing is wrong with "
    "the command: send it once more, as it is."
)
WRONG_SOURCE = 1  # the exit code
VALUED = ("--base", "--format", "--max-parallel", "--only", "--skip", "--risk")
QUEUED = '"queued_command"'  # what was typed while a turn went on
LOOKS, LOOK_SECONDS = 10, 0.1
LOOKING = frozenset(("test", "[", "grep", "ls", "wc", "cat", "head", "tail", "true"))
PLAIN = re.compile(r"(?:[\w \t./,:=@%+'\"^*?!|;\[\]-]|&&)*")
OF_A_READING = ("--base", "--format")


def is_the_users(plugin: str, cwd: str, transcript: str, words: list[str], given: str) -> bool | None:
    """`words` stand after `fanout start`, `given` is its standard input, `transcript` the session's file. None: not known yet."""
    source, options = _parts(words)
    try:
        found = _read(plugin, cwd, [source, *options], given) if source else None
    except subprocess.TimeoutExpired:
        return None
    except subprocess.CalledProcessError as error:
        return error.returncode == WRONG_SOURCE and os.path.exists(
            os.path.join(cwd, source)
        )  # it only says what is wrong
    if found is None:
        return False
    tasks = found.get("tasks")
    if not isinstance(tasks, list) or not any(_asks_for_a_word(task) for task in tasks if isinstance(task, dict)):
        return isinstance(tasks, list)
    named_at = _named_at(transcript, source)
    files = [os.path.join(cwd, str(name)) for name in _texts(found.get("files"))]
    return bool(files) and all(_changed(path) < named_at for path in files)


def _asks_for_a_word(task: dict[str, object]) -> bool:
    """Whether a command of the task's acceptance may do more than look at files."""
    accept = task.get("accept")
    commands = [one.get("command") for one in accept if isinstance(one, dict)] if isinstance(accept, list) else []
    return any(not _only_looks(str(command)) for command in commands if command)


def _only_looks(command: str) -> bool:
    """Of a line of plain words: each of its commands looks at files of the project."""
    if not PLAIN.fullmatch(command):
        return False
    parts = [part.split() for part in re.split(r"&&|\|\||[;|]", command)]
    return all(part and part[0] in LOOKING for part in parts)


def has_typed(transcript: str, pattern: str) -> bool:
    """Whether the user typed what the pattern finds in this session. What they typed while a turn went on stands in the
    client's queue at once, and as theirs in its record a moment after the model has been given it: that is waited for."""
    wanted = re.compile(pattern, re.IGNORECASE)
    for _ in range(LOOKS):
        is_typed, is_queued = _looked_for(transcript, wanted)
        if is_typed or not is_queued:
            return is_typed
        time.sleep(LOOK_SECONDS)
    return False


def _looked_for(transcript: str, wanted: re.Pattern[str]) -> tuple[bool, bool]:
    """Whether the user typed it, and whether somebody put such words into the client's queue."""
    is_queued = False
    try:
        with open(transcript, encoding="utf-8", errors="replace") as file:
            for line in file:
                if _may_be_typed(line) and wanted.search(_typed(line)):
                    return True, True
                is_queued = is_queued or (
                    '"queue-operation"' in line and '"enqueue"' in line and bool(wanted.search(line))
                )
    except OSError:
        return False, False
    return False, is_queued


def is_named(transcript: str, source: str) -> bool:
    """Whether the user has typed the name of a list in this session."""
    return _named_at(transcript, source) > 0


def typed_since(transcript: str, at: float) -> bool:
    """Whether the user has typed anything in this session after a time, in seconds since the epoch."""
    try:
        with open(transcript, encoding="utf-8", errors="replace") as file:
            return any(
                _may_be_typed(line) and _typed(line) and transcripts.written_at(json.loads(line)) > at for line in file
            )
    except OSError:
        return False


def _parts(words: list[str]) -> tuple[str, list[str]]:
    """The source, and the options that say how it is read."""
    source, options = "", []
    place = 0
    while place < len(words):
        name = words[place].split("=")[0]
        takes = 2 if name in VALUED and "=" not in words[place] else 1
        if words[place] == "-" or not words[place].startswith("-"):
            source = words[place]
        elif name in OF_A_READING:
            options += words[place : place + takes]
        place += takes
    return source, options


def _read(plugin: str, cwd: str, words: list[str], given: str) -> dict[str, object] | None:
    """What `fanout read` says of a source; None where it can't be asked. Raises subprocess.SubprocessError."""
    command = [os.path.join(plugin, "bin", "fanout"), "read", *words, "--json"]
    try:
        ran = subprocess.run(
            command, cwd=cwd, input=given.encode(), capture_output=True, timeout=READING_SECONDS, check=True
        )
        data = json.loads(ran.stdout)["data"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return data if isinstance(data, dict) else None


def _named_at(transcript: str, source: str) -> float:
    """When the user last typed the name of a source in this session, in seconds since the epoch; 0.0 for never."""
    names = {source.strip("/"), os.path.basename(source.strip("/"))}
    name = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names if name), re.IGNORECASE)
    latest = 0.0
    try:
        with open(transcript, encoding="utf-8", errors="replace") as file:
            for line in file:
                if _may_be_typed(line) and name.search(_typed(line)):
                    latest = max(latest, transcripts.written_at(json.loads(line)))
    except OSError:
        return 0.0
    return latest


def _may_be_typed(line: str) -> bool:
    return '"user"' in line or QUEUED in line


def _typed(line: str) -> str:
    """What the user typed in a line of a transcript, also while a turn was going on, "" for anything else: results,
    notifications, skills' texts."""
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if isinstance(entry, dict) and entry.get("type") == "attachment":
        return _queued(entry.get("attachment"))
    if not isinstance(entry, dict) or entry.get("type") != "user" or entry.get("isMeta") or entry.get("isSidechain"):
        return ""
    message = entry.get("message")
    content = message.get("content") if isinstance(message, dict) else ""
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not isinstance(blocks, list) or any(not _is_text(block) for block in blocks):
        return ""
    said = "\n".join(block["text"] for block in blocks)
    return "" if said.lstrip().startswith(transcripts.OF_AGENTS) else said


def _queued(given: object) -> str:
    """test_plain_words::test_a_commit_that_is_asked_for_while_a_turn_goes_on_costs_no_question"""
    if not isinstance(given, dict) or given.get("type") != QUEUED.strip('"'):
        return ""
    origin, prompt = given.get("origin"), given.get("prompt")
    is_a_persons = isinstance(origin, dict) and origin.get("kind") == "human"
    return prompt if is_a_persons and isinstance(prompt, str) else ""


def _is_text(block: object) -> bool:
    return isinstance(block, dict) and block.get("type") == "text" and isinstance(block.get("text"), str)


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return float("inf")


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
