"""Agents over time, as SVG: a row for each agent, launching pale, work in the colour of its end, marks for denials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanout.report.cells import cut
from fanout.report.html.markup import Html, tag
from fanout.run.tasks.measure import seconds

WIDTH, LABEL, ROW, TOP = 1000, 230, 24, 10
MOST = 300


def draw(facts: Mapping[str, Any]) -> Html:
    """The chart; of very many agents the first, which the caller's table completes."""
    agents = facts["agents"][:MOST]
    states = {task["id"]: task["state"] for task in facts["tasks"]}
    titles = {task["id"]: task["title"] for task in facts["tasks"]}
    first = min((agent["opened"] for agent in agents), default=0.0)
    last = max((_end(facts, agent) for agent in agents), default=1.0)
    scale = (WIDTH - LABEL - 20) / max(last - first, 1e-9)
    height = TOP + ROW * len(agents) + 28
    shapes = _axis(first, last, scale, height)
    for row, agent in enumerate(agents):
        top = TOP + row * ROW
        state = "running" if agent["end"] is None else states.get(agent["task"], "done")
        shapes += _agent(
            facts, agent, state, titles.get(agent["task"], ""), top, lambda at: LABEL + (at - first) * scale
        )
    return tag(
        "svg", shapes, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_labelledby="chart-title",
        aria_describedby="chart-note",
    )  # fmt: skip


def _agent(facts: Mapping[str, Any], agent: Mapping[str, Any], state: str, title: str, top: int, x: Any) -> list[Html]:
    end = _end(facts, agent)
    name = f"{agent['task'] or agent['type']} {title}".strip()
    told = f"{name}: {state}, from {seconds(agent['start'])} to {seconds(end)}"
    marks = [
        item for item in facts["denials"] if item["task"] == agent["task"] and agent["opened"] <= item["at"] <= end
    ]
    middle = top + ROW // 2
    return [
        tag("text", cut(name, 32), x=LABEL - 8, y=middle + 4, text_anchor="end"),
        _bar(x(agent["opened"]), x(agent["start"]), top, "launch", ""),
        _bar(x(agent["start"]), x(end), top, f"bar f-{state}", told),
        *(tag("path", tag("title", "denied"), d=_triangle(x(item["at"]), middle), class_="mark") for item in marks),
    ]


def _bar(left: float, right: float, top: int, kind: str, told: str) -> Html:
    width = max(4.0, right - left) if told else max(0.0, right - left)
    shape = tag("rect", x=f"{left:.1f}", y=top + 4, width=f"{width:.1f}", height=ROW - 8, rx=3, class_=kind)
    return tag("g", tag("title", told), shape) if told else shape


def _triangle(x: float, y: float) -> str:
    return f"M{x:.1f} {y - 7:.1f}l7 12h-14z"


def _axis(first: float, last: float, scale: float, height: int) -> list[Html]:
    step = _step((last - first) / 8)
    shapes, at = [], 0.0
    while at <= last - first + 1e-9:
        x = f"{LABEL + at * scale:.1f}"
        shapes.append(tag("line", x1=x, x2=x, y1=TOP, y2=height - 22, class_="grid"))
        shapes.append(tag("text", _clock(at, step), x=x, y=height - 8, text_anchor="middle", class_="soft"))
        at += step
    return shapes


def _step(least: float) -> float:
    for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200):
        if step >= least:
            return step
    return 14400 * max(1, round(least / 14400))


def _clock(at: float, step: float) -> str:
    if step < 60:
        return f"{at:.1f} s" if step < 1 else f"{at:.0f} s"
    return f"{at / 60:.0f} min" if step < 3600 else f"{at / 3600:.0f} h"


def _end(facts: Mapping[str, Any], agent: Mapping[str, Any]) -> float:
    return float(facts["elapsed"] if agent["end"] is None else agent["end"])
