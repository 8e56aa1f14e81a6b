"""Where a run stands, or one task of it, from `facts`: the agents at work, what waits, what to look at, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fanout.report import attempts_text, attention
from fanout.report.cells import clean, cut, few
from fanout.report.run_text import OUTCOME, counts, left_there, name, outcome, sent_back
from fanout.run.tasks.measure import seconds

WORDS = {
    "done": "Completed",
    "failed": "Failed",
    "blocked": "Blocked",
    "running": "In Progress",
    "skipped": "Skipped",
    "cancelled": "Cancelled",
}
RECENT = 3
WAITING = 8


def status(facts: Mapping[str, Any], everything: bool = False) -> str:
    """Where the run stands, in the monitor's layout; without `everything` only what is at work, wrong or recent."""
    lines = [counts(facts), *filter(None, [attempts_text.line(facts)])]
    for number, task in _agents(facts, everything):
        lines += _agent(facts, number, task)
    ended = [task for task in facts["tasks"] if task["start"] is not None]
    if left := len(ended) - len(list(_agents(facts, everything))):
        lines.append(f"... and {left} more that ended: --all")
    waiting = [task for task in facts["tasks"] if task["state"] == "pending"]
    if waiting and facts["state"] == "active":
        shown = waiting if everything else waiting[:WAITING]
        ready = "starts after `fanout go`" if facts.get("paused") else "can start now"
        lines += ["Waiting:", *(f"  {name(task)}: {clean(task['waits']) or ready}{_cut_off(task)}" for task in shown)]
        if len(waiting) > len(shown):
            lines.append(f"  ... and {len(waiting) - len(shown)} more: --all")
    lines += [f"Look: {line}" for line in attention.lines(facts)]
    return "\n".join([*lines, f"Action: {attention.action(facts)}"])


def _cut_off(task: Mapping[str, Any]) -> str:
    """Of a task that waits though somebody worked on it."""
    return f"; was cut off, its changes stand: {clean(task['stands'])}" if task.get("stands") else ""


def of_task(facts: Mapping[str, Any], task_id: str) -> str:
    """Where one task stands: its agent's block, or what it waits for or came to; then what to look at of it."""
    task = next(one for one in facts["tasks"] if one["id"] == task_id)
    block = next((_agent(facts, number, one) for number, one in _agents(facts, True) if one["id"] == task_id), None)
    ready = "starts after `fanout go`" if facts.get("paused") else "can start now"
    said = clean(outcome(task)) or (ready if task["state"] == "pending" else task["state"])
    said += _cut_off(task) if task["state"] == "pending" else left_there(task)
    looks = [
        attention.said(item) for item in attention.of(facts) if item["task"] == task_id and item["kind"] != "failed"
    ]
    return "\n".join([*(block or [f"{name(task)}: {said}"]), *(f"Look: {look}" for look in looks)])


def _agents(facts: Mapping[str, Any], everything: bool) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The tasks that were started, numbered in the order of their start, the chosen ones."""
    begun = sorted((t for t in facts["tasks"] if t["start"] is not None), key=lambda task: task["start"])
    ended = [task["id"] for task in sorted(begun, key=lambda t: t["end"] or 0.0) if task["end"] is not None]
    recent = set(ended if everything else ended[-RECENT:])
    for number, task in enumerate(begun, 1):
        if task["end"] is None or task["id"] in recent or task["state"] in ("failed", "blocked"):
            yield number, task


def _agent(facts: Mapping[str, Any], number: int, task: Mapping[str, Any]) -> list[str]:
    lines = [f"Agent {number} ({clean(task['agent'])}): {WORDS.get(task['state'], task['state'])}"]
    lines.append(f"  Task: {name(task)}")
    if task["end"] is not None:
        took = f" ({seconds(task['took'])})" if task["took"] is not None else ""
        return [*lines, f"  Result: {cut(outcome(task), OUTCOME) or task['state']}{left_there(task)}{took}"]
    agent = next((a for a in reversed(facts["agents"]) if a["task"] == task["id"] and a["end"] is None), None)
    estimate = f" of about {seconds(task['estimate_minutes'] * 60)}" if task["estimated"] else ""
    lines.append(f"  Time: {seconds(facts['elapsed'] - task['start'])}{estimate}")
    if task["bounces"]:
        why = [sent_back(item).partition(": ")[2] for item in facts["sent_back"] if item["task"] == task["id"]]
        lines.append(f"  Sent back: {task['bounces']} of 2 times{f', {why[-1]}' if why else ''}")
    if agent and agent["owns"]:
        lines.append(f"  Owns: {few([clean(path) for path in agent['owns']], 4)}")
    if agent and agent["holds"]:
        lines.append(f"  Holds: {few([clean(thing).replace(':', ' ', 1) for thing in agent['holds']], 4)}")
    return lines
