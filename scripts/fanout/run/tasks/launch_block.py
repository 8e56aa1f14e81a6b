"""The launch block: exactly the Agent calls to send, all in one message."""

from __future__ import annotations

import json
import re

from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.run.store.records import Task

PROMPT = re.compile(r"`?fanout brief ([\w.:-]+)/([\w.:-]+?)`? and follow it", re.UNICODE)

NAMED = re.compile(r"fanout brief ([\w.:-]+)/([\w.:-]*\w)", re.UNICODE)
ORDERED = re.compile(rf"(?:\brun\s+)?{PROMPT.pattern}\.?", re.UNICODE | re.IGNORECASE)
OPENING = '```json\n{"launch":['
LONGEST_BEYOND = 2000
LONGEST_DESCRIPTION = 60


def prompt_of(run: str, task: str) -> str:
    """The short prompt of a task's agent: at most 200 characters, and enough where no hook runs."""
    return f"Run `fanout brief {run}/{task}` and follow it."


def task_of(prompt: str) -> tuple[str, str] | None:
    """The (run, task) that a prompt was made for, or None."""
    match = PROMPT.search(prompt[:2000])
    return (match.group(1), match.group(2)) if match else None


def named_in(prompt: str) -> tuple[str, str] | None:
    """The (run, task) whose brief a prompt in other words names; None where it names none, or several."""
    named = set(NAMED.findall(prompt[:2000]))
    return next(iter(named)) if len(named) == 1 else None


def beyond(prompt: str) -> str:
    """What a prompt says beside the ordered line, "" when that is all; at most LONGEST_BEYOND characters, and what is cut
    is said."""
    words = ORDERED.sub("", prompt, count=1).strip()
    left = len(words) - LONGEST_BEYOND
    return f"{words[:LONGEST_BEYOND].rstrip()} ... (cut here: {left} characters more)" if left > 0 else words


def call(task: Task) -> dict[str, object]:
    """One Agent call."""
    record = tasks.record(task)
    fields: dict[str, object] = {
        "description": _short(f"{task.id} {task.title or task.id}"),
        "prompt": prompt_of(task.run, task.id),
        "subagent_type": task.agent,
    }
    if record.get("model"):
        fields["model"] = record["model"]
    if record.get("isolation") == "worktree":
        fields["isolation"] = "worktree"
    return fields


def _short(text: str) -> str:
    """At most LONGEST_DESCRIPTION characters, cut between words."""
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    cut = text[: LONGEST_DESCRIPTION - 1]
    whole = cut if text[LONGEST_DESCRIPTION - 1] == " " else cut.rpartition(" ")[0]
    return f"{whole.rstrip(' ,;:') if len(whole) > LONGEST_DESCRIPTION // 2 else cut}…"


def block(calls: list[Task]) -> str:
    """The fenced block, one call a line."""
    lines = [json.dumps(call(task), ensure_ascii=False) for task in calls]
    return f"{OPENING}\n" + ",\n".join(lines) + "\n]}\n```"
