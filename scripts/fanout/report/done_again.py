"""Tasks that failed and were done again since: the line of their results has only the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fanout.report.cells import clean, cut
from fanout.run.tasks import tasks

TIMES = {1: "once", 2: "twice"}
AGENTS = {2: "a second agent", 3: "a third agent"}
LONGEST = 160


def lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """`04: failed once (no key), done by a second agent`, in the list's order."""
    if facts.get("driven"):
        return  # its attempts are told one by one
    for task in facts["tasks"]:
        ends = [event for event in facts["failures"] if event["task"] == task["id"]]
        if not ends or task["state"] not in ("done", "running"):
            continue
        failed = "was blocked" if ends[-1]["kind"] == "task-blocked" else "failed"
        said = cut(clean(ends[-1].get("outcome") or ends[-1].get("gap") or ""), LONGEST).rstrip(".")
        often = TIMES.get(len(ends), f"{len(ends)} times")
        endings = [agent["ending"] for agent in facts["agents"] if agent["task"] == task["id"]]
        is_by_agent = bool(endings) and endings[-1] == "done"
        since = _since(task, ends[-1], is_by_agent)
        if said.startswith(tasks.STOPPED):
            yield f"{task['id']}: {said}, {since}"
        else:
            yield f"{task['id']}: {failed} {often}{f' ({said})' if said else ''}, {since}"


def _since(task: Mapping[str, Any], last: Mapping[str, Any], is_by_agent: bool) -> str:
    """What became of it since the last failure; `is_by_agent`: its last agent's work is what is done."""
    if task["start"] is None or task["start"] < (last["at"] or 0.0):
        if task["state"] == "done" and is_by_agent:
            return "judged again since" if task["unchecked"] else "its check passed later"
        return "called done since" if task["state"] == "done" else "at work again"
    if str(task["outcome"]).startswith(tasks.BY_HAND):
        return tasks.BY_HAND
    who = AGENTS.get(task["attempts"], "another agent")
    return f"done by {who}" if task["state"] == "done" else f"{who} is at work"
