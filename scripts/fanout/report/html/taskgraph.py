"""The tasks and what they need, as SVG: a column for each level of dependencies, conflicts dotted."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from fanout.report import drawn_graph
from fanout.report.cells import cut
from fanout.report.html.markup import Html, tag

MOST_TASKS = 150
BOX_W, BOX_H, GAP_X, GAP_Y, EDGE = 190, 40, 70, 16, 12


def draw(facts: Mapping[str, Any]) -> Html | None:
    """The graph; None when there are too many tasks for a picture, or nothing that joins them."""
    tasks = {task["id"]: task for task in facts["tasks"]}
    if len(tasks) > MOST_TASKS or not (any(facts["needs"].values()) or facts["hazards"]):
        return None
    columns = _arranged(facts["needs"])
    place = {name: (column, row) for column, names in enumerate(columns) for row, name in enumerate(names)}
    width = len(columns) * (BOX_W + GAP_X) - GAP_X + 2 * EDGE
    height = max(len(names) for names in columns) * (BOX_H + GAP_Y) - GAP_Y + 2 * EDGE
    corner = {name: _corner(columns, *spot, height) for name, spot in place.items()}
    shapes = [_marker()]
    shapes += [_arrow(corner[need], corner[name]) for need, name in drawn_graph.arrows(facts["needs"])]
    shapes += [_dotted(corner, hazard) for hazard in facts["hazards"]]
    shapes += [_box(tasks[name], *corner[name]) for name in tasks]
    return tag(
        "svg", shapes, viewBox=f"0 0 {width} {height}", role="img", aria_labelledby="graph-title",
        aria_describedby="graph-note", style=f"min-width:{min(width, 1400)}px;max-width:{width}px",
    )  # fmt: skip


def _arranged(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The levels, each sorted by the middle of what its tasks need in the level before."""
    columns = drawn_graph.columns(needs)
    for before, names in itertools.pairwise(columns):
        row = {name: place for place, name in enumerate(before)}
        middle = {name: [row[need] for need in needs[name] if need in row] for name in names}
        names.sort(key=lambda name: sum(middle[name]) / len(middle[name]) if middle[name] else 0.0)
    return columns


def _corner(columns: Sequence[Sequence[str]], column: int, row: int, height: int) -> tuple[float, float]:
    used = len(columns[column]) * (BOX_H + GAP_Y) - GAP_Y
    return EDGE + column * (BOX_W + GAP_X), (height - used) / 2 + row * (BOX_H + GAP_Y)


def _box(task: Mapping[str, Any], x: float, y: float) -> Html:
    state = task["state"]
    return tag(
        "g",
        tag("title", f"{task['id']} {task['title']}: {state}"),
        tag("rect", x=x, y=y, width=BOX_W, height=BOX_H, rx=6, class_=f"node s-{state}"),
        tag("text", cut(f"{task['id']} {task['title']}", 26), x=x + 10, y=y + 17),
        tag("text", cut(f"{state}, {task['agent']}", 28), x=x + 10, y=y + 33, class_="soft"),
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> Html:
    x1, y1, x2, y2 = start[0] + BOX_W, start[1] + BOX_H / 2, end[0] - 3, end[1] + BOX_H / 2
    bend = max(24.0, (x2 - x1) / 2)
    line = f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    return tag("path", d=line, class_="edge", marker_end="url(#head)")


def _dotted(corner: Mapping[str, tuple[float, float]], hazard: Mapping[str, Any]) -> Html:
    one, other = sorted((corner[name] for name in hazard["tasks"]), key=lambda spot: spot)
    told = tag("title", f"{' and '.join(hazard['tasks'])}: {hazard['kind']} {hazard['witness']}")
    if one[0] == other[0]:  # in one column: an arc along its left side
        x, y1, y2 = one[0], one[1] + BOX_H / 2, other[1] + BOX_H / 2
        line = f"M{x:.0f} {y1:.0f}C{x - 34:.0f} {y1:.0f} {x - 34:.0f} {y2:.0f} {x:.0f} {y2:.0f}"
    else:
        line = f"M{one[0] + BOX_W:.0f} {one[1] + 30:.0f}L{other[0]:.0f} {other[1] + 30:.0f}"
    return tag("g", told, tag("path", d=line, class_="conflict"))


def _marker() -> Html:
    arrow = tag("path", d="M0 0L8 4L0 8z", class_="arrow")
    return tag(
        "defs",
        tag("marker", arrow, id="head", markerWidth=8, markerHeight=8, refX=6, refY=4, orient="auto",
            markerUnits="userSpaceOnUse"),
    )  # fmt: skip
