"""Agents over time: one bar for each, drawn with characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fanout.report import attention, run_text
from fanout.report.cells import clean, cut, pad

if TYPE_CHECKING:
    from rich.text import Text

WIDTH = 48
COLOURS = {"done": "green", "failed": "red", "blocked": "red", "running": "cyan"}


def draw(facts: dict[str, Any], now: float | None, colour: bool = False) -> Text:
    """The chart of a run's agents; `now` is the present moment in seconds since its start, None when it is over."""
    from rich.text import Text

    agents = facts["agents"]
    first = min((agent["start"] for agent in agents), default=0.0)
    last = max((agent["end"] or now or 0.0 for agent in agents), default=1.0)
    scale = WIDTH / max(last - first, 1e-9)
    text = Text()
    titles = {task["id"]: cut(f"{task['id']} {task['title']}", 26) for task in facts["tasks"]}
    states = {task["id"]: task["state"] for task in facts["tasks"]}
    for agent in agents:
        start = round((agent["start"] - first) * scale)
        end = max(start + 1, round(((agent["end"] or now or last) - first) * scale))
        state = "running" if agent["end"] is None else states.get(agent["task"], "done")
        took = (agent["end"] or now or last) - agent["start"]
        text.append(pad(titles.get(agent["task"], agent["type"]), 28))
        text.append(" " * start + "█" * (end - start), style=COLOURS.get(state, "") if colour else "")
        text.append(f" {took:.1f} s{_extra(facts, agent['task'])}\n")
    text.rstrip()
    return text


def changes(facts: dict[str, Any] | None, told: set[str]) -> list[str]:
    """What happened since the last look, in words; `told` remembers it."""
    if not facts:
        return []
    entries = []
    for task in facts["tasks"]:
        entries.append((f"{task['id']} {task['state']} {task['attempts']}", task["state"] != "pending", _said(task)))
    for number, denial in enumerate(facts["denials"]):
        entries.append((f"denied {number}", True, f"{denial['task']} denied: {denial.get('path', '')}"))
    for number, back in enumerate(facts["sent_back"]):
        entries.append((f"back {number}", True, f"{back['task']} sent back: {back['missing'].splitlines()[0]}"))
    for item in attention.of(facts):
        entries.append((f"{item['kind']} {item['task']}", item["kind"] != "failed", attention.said(item)))
    new = [(key, line) for key, worth, line in entries if worth and key not in told]
    told |= {key for key, _ in new}
    return [clean(line) for _, line in new]


def _said(task: dict[str, Any]) -> str:
    state = run_text.done(task) if task["unchecked"] else task["state"]
    outcome = f": {task['outcome']}" if task["outcome"] else ""
    return f"{task['id']} {task['title']} {state}{outcome}"


def _extra(facts: dict[str, Any], task: str) -> str:
    denied = sum(1 for denial in facts["denials"] if denial["task"] == task)
    back = sum(1 for event in facts["sent_back"] if event["task"] == task)
    parts = ([f"{denied} denied"] if denied else []) + ([f"{back} sent back"] if back else [])
    return f"  ({', '.join(parts)})" if parts else ""
