"""Is this Bash command exactly our own command line, and nothing else?

Only then a hook may answer `allow`, so that an agent in any permission mode can read its brief or report: commands that
look at the journal or say something to it, without an option that is not in OPTIONS or any shell operator. What
starts a run, runs a plan's commands for the first time, or writes files is left to the user's permissions.
"""

from __future__ import annotations

import os
import re

ALLOW: dict[str, object] = {
    "hookSpecificOutput": {
        "hookEventName": "PreToolUse",
        "permissionDecision": "allow",
        "permissionDecisionReason": "fanout's own command line",
    }
}
COMMANDS = ("brief", "next", "status", "report", "done", "fail", "ask", "claim", "why")
OPTIONS = ("--json", "--all", "--tree", "--batches", "--worker", "--wait")
OWN_TASK = ("done", "fail")
STEERING = (
    "start",
    "pause",
    "go",
    "release",
    "retry",
    "skip",
    "cancel",
    "undo",
    "discard",
    "commit",
    "resume",
    "pull",
    "push",
)
BARE = r"[A-Za-z0-9_./:,@%+=-]+"
WORD = re.compile(rf"""\s+(?:({BARE})|'([^'\n]*)'|"([^"\\$`!\n]*)")(?=\s|\Z)""")
START = re.compile(rf"\s*({BARE})")


def refusal(command: str, run: str, task: str) -> str:
    """Why the agent of a task may not run this command of ours, "" when it may: the run is steered from outside."""
    words = split(command)
    if len(words) < 2 or os.path.basename(words[0]) != "fanout":
        return ""
    if words[1] in STEERING:
        return (
            f"`fanout {words[1]}` is for the user and the main conversation; you do task {task} of {run}. Say what you "
            f"need in your last line: `NEEDS|{task}|...` or `BLOCKED|{task}|...`."
        )
    if words[1] == "done" and "--unchecked" in words:
        return f"You do task {task} of {run}, and it is checked: `fanout done {run}/{task} 'what you did'`."
    named = next((word for word in words[2:] if not word.startswith("-")), "")
    if words[1] in OWN_TASK and named and named not in (task, f"{run}/{task}"):
        return f"You do task {task} of {run}, and say only of it that it is done or failed. {named} is another one's."
    return ""


def is_own(command: str, plugin: str, path: str) -> bool:
    """`plugin` is the plugin's folder, `path` the PATH that a shell would search before the plugin's bin."""
    words = split(command)
    if len(words) < 2 or words[1] not in COMMANDS:
        return False
    if any(word.startswith("-") and word not in OPTIONS for word in words[2:]):
        return False
    return is_ours(words[0], plugin, path)


def is_ours(program: str, plugin: str, path: str) -> bool:
    """Whether a shell would start the plugin's own command line for the word `program`."""
    ours = os.path.realpath(os.path.join(plugin, "bin", "fanout"))
    if "/" in program:
        return os.path.isabs(program) and os.path.realpath(program) == ours
    return program == "fanout" and all(os.path.realpath(place) == ours for place in _on_path(path))


def split(command: str) -> list[str]:
    """The words of a plain command; [] when it is more: any operator, expansion, assignment or line break."""
    first = START.match(command)
    if first is None or "=" in first.group(1):
        return []
    words = [first.group(1)]
    place = first.end()
    while place < len(command.rstrip()):
        word = WORD.match(command, place)
        if word is None or "\n" in word.group(0):
            return []
        words.append(next(group for group in word.groups() if group is not None))
        place = word.end()
    return words


def _on_path(path: str) -> list[str]:
    """Every `fanout` that a shell could find."""
    places = [os.path.join(folder, "fanout") for folder in path.split(os.pathsep) if folder]
    return [place for place in places if os.path.exists(place)]
