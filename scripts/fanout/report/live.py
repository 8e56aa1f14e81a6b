"""A run as it goes, for a terminal: agents over time, who works on what, who waits for what. Needs rich."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fanout.report import attention, gantt, run_text
from fanout.report.cells import clean, cut, few
from fanout.run.tasks.measure import seconds

COLOURS = {"done": "green", "failed": "red", "blocked": "red", "running": "cyan", "skipped": "bright_black"}
WAITING = 6


def screen(facts: Mapping[str, Any], columns: int, lines: int) -> RenderableType:
    """Everything in so many lines; what does not fit is counted."""
    room = max(4, lines - 14)
    parts: list[RenderableType] = [Text(run_text.counts(facts), style="bold"), bar(facts, columns), Text()]
    parts += [chart(facts, columns), Text(), at_work(facts, room // 2), *_waiting(facts, min(WAITING, room // 2))]
    parts += [Text(line, style="yellow") for line in attention.lines(facts, 3)]
    return Group(*parts, Text(f"Action: {attention.action(facts)}", style="bold"))


def bar(facts: Mapping[str, Any], columns: int) -> Text:
    """How much is done, by states."""
    states = [task["state"] for task in facts["tasks"]]
    text, width = Text(), max(10, min(columns, 100) - 8)
    used = 0
    for state, mark in (("done", "█"), ("failed", "█"), ("blocked", "█"), ("skipped", "█"), ("running", "▒")):
        cells = round(states.count(state) / max(1, len(states)) * width)
        used += cells
        text.append(mark * cells, style=COLOURS[state])
    text.append("░" * max(0, width - used), style="bright_black")
    text.append(f" {states.count('done') / max(1, len(states)):4.0%}")
    return text


def chart(facts: Mapping[str, Any], columns: int) -> Text:
    """One line for each agent that is at work at the same time; a bar for each task, in the colour of its state."""
    states = {task["id"]: task["state"] for task in facts["tasks"]}
    now = facts["elapsed"]
    bars = []
    for agent in facts["agents"]:
        state = "running" if agent["end"] is None else states.get(agent["task"], "done")
        end = now if agent["end"] is None else agent["end"]
        bars.append((gantt.Bar(agent["task"] or "?", agent["start"], max(end, agent["start"])), state))
    colour = {id(bar): COLOURS.get(state, "") for bar, state in bars}
    return _lanes([bar for bar, _ in bars], colour, columns - 4, now)


def at_work(facts: Mapping[str, Any], most: int) -> Table:
    """The agents at work: task, time against estimate, what each owns, its last sign of life."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("Agent", "Task", "Time", "Owns", "Last sign"):
        table.add_column(title, style="" if title != "Agent" else "cyan", no_wrap=title != "Owns", overflow="ellipsis")
    running = [agent for agent in facts["agents"] if agent["end"] is None]
    tasks = {task["id"]: task for task in facts["tasks"]}
    for agent in running[:most]:
        table.add_row(*map(Text, _cells(agent, tasks.get(agent["task"]), facts["elapsed"])))
    if len(running) > most:
        table.add_row(Text(f"... {len(running) - most} more"))
    return table


def _cells(agent: Mapping[str, Any], task: Mapping[str, Any] | None, now: float) -> tuple[str, ...]:
    name = f"{task['id']} {cut(task['title'], 30)}" if task else "-"
    limit = f" of {seconds(task['estimate_minutes'] * 60)}" if task and task["estimated"] else ""
    owns = few([clean(path) for path in agent["owns"]], 2)
    return clean(agent["type"]), name, f"{seconds(now - agent['start'])}{limit}", owns, _last_sign(agent, now)


def _last_sign(agent: Mapping[str, Any], now: float) -> str:
    if agent["in_command"] is not None:
        return "in a command"
    return "asks the user" if agent["asking"] else f"{seconds(now - agent['seen'])} ago"


def _lanes(bars: Sequence[gantt.Bar], colour: Mapping[int, str], room: int, now: float) -> Text:
    text, scale = Text(), room / max(now, 1e-9)
    lanes = gantt.lanes(bars)
    for number, lane in enumerate(lanes[: gantt.MOST_LANES], 1):
        text.append(f"{number:2} ", style="bright_black")
        at = 0
        for bar in lane:
            start = max(at, round(bar.start * scale))
            stop = max(start + 1, round(bar.finish * scale))
            text.append(" " * (start - at))
            text.append(_label(bar.label, stop - start), style=f"reverse {colour[id(bar)]}")
            at = stop
        text.append("\n")
    if len(lanes) > gantt.MOST_LANES:
        text.append(f"   and {len(lanes) - gantt.MOST_LANES} more at the same time\n", style="bright_black")
    text.append(f"   0{seconds(now):>{max(1, room - 1)}}", style="bright_black")
    return text


def _label(name: str, cells: int) -> str:
    return cut(name, cells).ljust(cells) if cells > 2 else " " * cells


def _waiting(facts: Mapping[str, Any], most: int) -> list[RenderableType]:
    waiting = [task for task in facts["tasks"] if task["state"] == "pending"]
    if not waiting or facts["state"] != "active":
        return []
    text = Text("\n")
    for task in waiting[:most]:
        text.append(f"{task['id']} {cut(task['title'], 30)}  ")
        text.append(f"{clean(task['waits']) or 'can start now'}\n", style="bright_black")
    if len(waiting) > most:
        text.append(f"... and {len(waiting) - most} more wait\n", style="bright_black")
    return [text]
