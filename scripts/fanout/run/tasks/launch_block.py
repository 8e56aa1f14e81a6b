"""The launch block: exactly the Agent calls to send, all in one message."""

from __future__ import annotations

import json
import re
import sqlite3

from fanout.run.tasks import tasks

PROMPT = re.compile(r"`?fanout brief ([\w.:-]+)/([\w.:-]+?)`? and follow it", re.UNICODE)


def prompt_of(run: str, task: str) -> str:
    """The short prompt of a task's agent: at most 200 characters, and enough where no hook runs."""
    return f"Run `fanout brief {run}/{task}` and follow it."


def task_of(prompt: str) -> tuple[str, str] | None:
    """The (run, task) that a prompt was made for, or None."""
    found = PROMPT.search(prompt[:2000])
    return (found.group(1), found.group(2)) if found else None


def call(row: sqlite3.Row) -> dict[str, object]:
    """One Agent call."""
    record = tasks.record(row)
    title = str(row["title"] or row["id"])
    found: dict[str, object] = {
        "description": f"{row['id']} {title}"[:60].rstrip(),
        "prompt": prompt_of(row["run"], row["id"]),
        "subagent_type": row["agent"],
    }
    if record.get("model"):
        found["model"] = record["model"]
    if record.get("isolation") == "worktree":
        found["isolation"] = "worktree"
    return found


def block(rows: list[sqlite3.Row]) -> str:
    """The fenced block, one call a line."""
    lines = [json.dumps(call(row), ensure_ascii=False) for row in rows]
    return '```json\n{"launch":[\n' + ",\n".join(lines) + "\n]}\n```"
