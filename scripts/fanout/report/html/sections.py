"""What the page says, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fanout.report import attention, figures, foreseen_files, run_text, shared_reads
from fanout.report.html import taskgraph, timechart
from fanout.report.html.markup import Html, join, tag
from fanout.run.tasks.measure import seconds

KINDS = ("input", "output", "cache_read", "cache_write")
STATES = ("done", "running", "failed", "blocked", "pending", "skipped", "cancelled")


def all_of(facts: Mapping[str, Any]) -> list[tuple[str, str, Html]]:
    """(id, title, content) of each section; "" for one that has nothing to say."""
    return [
        ("summary", "Summary", summary(facts)),
        ("chart", "Agents over time", chart(facts)),
        ("graph", "What depends on what", graph(facts)),
        ("tasks", "Tasks and their evidence", tasks(facts)),
        ("guard", "Denials and conflicts", guard(facts)),
        ("tokens", "Tokens by agent", tokens(facts)),
    ]


def summary(facts: Mapping[str, Any]) -> Html:
    measured, states = facts["measured"], [task["state"] for task in facts["tasks"]]
    lost = sum(states.count(state) for state in ("failed", "blocked"))
    notes = [f"{lost} failed or blocked" if lost else "", run_text.unchecked(facts).strip(" ()")]
    done = ("Tasks done", f"{states.count('done')} of {len(states)}", ", ".join(filter(None, notes)))
    parts: list[object] = [tag("dl", [_tile(*tile) for tile in (done, *_measured(facts))], class_="tiles")]
    if measured["verdict"]:
        parts.append(tag("p", measured["verdict"], class_="verdict"))
    parts += [tag("p", _prose(line), class_="verdict") for line in attention.lines(facts)]
    if ways := attention.ways_on(
        facts, [task["id"] for task in facts["tasks"] if task["state"] in ("failed", "blocked")]
    ):
        parts.append(tag("p", _prose(f"{ways[0].upper()}{ways[1:]}."), class_="verdict"))
    parts += [tag("p", _prose(line)) for line in foreseen_files.lines(facts.get("foreseen_files") or {})]
    rows = figures.compared(facts)
    if rows:
        parts += [tag("h3", "Against the prediction"), table(("", "Predicted", "Measured"), rows, numbers=(1, 2))]
    return join(*parts)


def _measured(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The tiles of what was measured: name, value, note."""
    measured = facts["measured"]
    return [
        (
            "First start to last end",
            seconds(measured["makespan_seconds"]),
            f"{seconds(measured['work_seconds'])} of agents' work added up",
        ),
        ("Faster", *_faster(measured)),
        *_waiting(measured["waited_seconds"], facts["paused_seconds"]),
        ("At once", f"{measured['most_at_once']} at most", f"{measured['effective_concurrency']:.1f} on average"),
        ("Launching", f"{measured['launch_seconds_median']:.1f} s", "median, gate to start"),
        ("Stopped", f"{len(facts['denials'])}", f"{len(facts['sent_back'])} sent back"),
    ]


def _waiting(waited: float, paused: float) -> list[tuple[str, str, str]]:
    found = [("Waiting for your answers", seconds(waited), "left out of work")] if waited else []
    return [*found, *([("Paused", seconds(paused), "left out from start to end")] if paused else [])]


def _faster(measured: Mapping[str, Any]) -> tuple[str, str]:
    """Nothing where the sentence of the figures compares nothing."""
    if measured["is_compared"]:
        return f"{measured['speedup']:.1f} times", "than their times added up"
    return "-", "not compared" if measured["speedup"] else "nothing is done"


def chart(facts: Mapping[str, Any]) -> Html:
    if not facts["agents"]:
        return Html("")
    note = (
        "One row for each agent, in the order of launch. The pale part is launching, a triangle a call that the guard "
        "stopped. The same figures are in the table below."
    )
    rows = [_agent_row(facts, agent) for agent in facts["agents"]]
    head = ("Task", "Agent", "Launched", "Began", "Ended", "Took", "How it ended")
    return join(
        tag("p", note, id="chart-note", class_="soft"),
        _key(facts),
        _scroll(timechart.draw(facts), "Chart of the agents over time"),
        tag("details", tag("summary", "The chart as a table"), table(head, rows, numbers=(2, 3, 4, 5))),
    )


def graph(facts: Mapping[str, Any]) -> Html:
    drawn = taskgraph.draw(facts)
    rows = [
        (task["id"], task["title"], ", ".join(facts["needs"][task["id"]]) or "nothing", "; ".join(_foes(facts, task)))
        for task in facts["tasks"]
    ]
    if not any(facts["needs"].values()) and not facts["hazards"]:
        return join(tag("p", "No task depends on another and none conflict."))
    listed = table(("Task", "Title", "Needs", "Never at the same time as"), rows)
    if drawn is None:
        return join(tag("p", f"{len(facts['tasks'])} tasks are too many for a picture."), listed)
    note = "Arrows lead from a task to those that need it; dotted lines join tasks that may not overlap."
    return join(
        tag("p", note, id="graph-note", class_="soft"),
        _scroll(drawn, "Graph of the tasks"),
        tag("details", tag("summary", "The graph as a table"), listed),
    )


def tasks(facts: Mapping[str, Any]) -> Html:
    rows = []
    for task in facts["tasks"]:
        estimate = seconds(task["estimate_minutes"] * 60) if task["estimated"] else ""
        took = seconds(task["took"]) if task["took"] is not None else ""
        result = join(tag("div", run_text.outcome(task)), _evidence(facts, task))
        state = tag("span", task["state"], class_=f"state {task['state']}")
        rows.append((task["id"], task["title"], state, task["agent"], estimate, took, result))
    head = ("Task", "Title", "State", "Agent", "Estimate", "Took", "Result and evidence")
    return table(head, rows, numbers=(4, 5))


def guard(facts: Mapping[str, Any]) -> Html:
    parts: list[object] = []
    rows: list[tuple[object, ...]]
    if facts["denials"]:
        rows = [
            (_clock(d["at"]), d["task"], d.get("path") or "a launch", _prose(d.get("reason", "")))
            for d in facts["denials"]
        ]
        parts += [tag("h3", "Stopped before it happened"), table(("At", "Task", "What", "Reason"), rows, numbers=(0,))]
    for title, looked_at in (("Went wrong on the way", False), ("To look at", True)):
        some = [item for item in facts["troubles"] if (item["kind"] in run_text.TO_LOOK_AT) is looked_at]
        told = [(_clock(item["at"]), item["kind"], run_text.trouble(item)) for item in some]
        parts += [tag("h3", title), table(("At", "Kind", "What"), told, numbers=(0,))] if told else []
    if facts["asked"]:
        rows = [
            (_clock(item["at"]), item["task"], item["path"], item["why"], item["answer"]) for item in facts["asked"]
        ]
        parts += [tag("h3", "Asked for"), table(("At", "Task", "Path", "Why", "Answer"), rows, numbers=(0,))]
    return join(*parts) if parts else join(tag("p", "The guard stopped nothing, and nothing went wrong on the way."))


def tokens(facts: Mapping[str, Any]) -> Html:
    used = facts.get("tokens") or []
    if not used:
        return join(tag("p", "The client's transcripts of these agents were not found, so tokens are not known."))
    rows = [(item["task"], *(f"{item[key]:,}" for key in KINDS), f"{_all(item):,}") for item in used]
    total = [sum(item[key] for item in used) for key in KINDS]
    rows.append(("All", *(f"{count:,}" for count in total), f"{sum(total):,}"))
    head = ("Task", "Input", "Output", "Cache read", "Cache written", "Together")
    again = shared_reads.sentence(facts.get("shared_reads") or ())
    return join(table(head, rows, numbers=(1, 2, 3, 4, 5)), *([tag("p", again)] if again else []))


def table(head: Sequence[str], rows: Sequence[Sequence[object]], numbers: Sequence[int] = ()) -> Html:
    """A table that scrolls by itself when it is too wide; the first cell of each row is its header."""
    kinds = ["number" if place in numbers else None for place in range(len(head))]
    top = tag("tr", [tag("th", name, scope="col", class_=kind) for name, kind in zip(head, kinds, strict=True)])
    lines = [tag("tr", [_cell(place, cell, kinds[place]) for place, cell in enumerate(row)]) for row in rows]
    return _scroll(tag("table", tag("thead", top), tag("tbody", lines)), f"Table: {', '.join(filter(None, head))}")


def _prose(text: str) -> Html:
    """What stands between backticks is code."""
    return join(*(tag("code", part) if place % 2 else part for place, part in enumerate(text.split("`"))))


def _cell(place: int, cell: object, kind: str | None) -> Html:
    return tag("th", cell, scope="row", class_=kind) if place == 0 else tag("td", cell, class_=kind)


def _scroll(content: Html, label: str) -> Html:
    return tag("div", content, class_="scroll", tabindex="0", role="region", aria_label=label)


def _tile(name: str, value: str, note: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", value, tag("small", note) if note else None))


def _agent_row(facts: Mapping[str, Any], agent: Mapping[str, Any]) -> tuple[object, ...]:
    end = facts["elapsed"] if agent["end"] is None else agent["end"]
    times = [_clock(agent[key]) for key in ("opened", "start", "end")]
    took = seconds(end - agent["start"])
    return (agent["task"] or agent["type"], agent["type"], *times, took, agent["ending"] or agent["state"])


def _key(facts: Mapping[str, Any]) -> Html:
    present = [state for state in STATES if any(task["state"] == state for task in facts["tasks"])]
    return tag("ul", [tag("li", tag("span", state, class_=f"state {state}")) for state in present], class_="key")


def _evidence(facts: Mapping[str, Any], task: Mapping[str, Any]) -> Html | None:
    """How often it was sent back and why, and what its acceptance commands printed."""
    back = [item["missing"] for item in facts["sent_back"] if item["task"] == task["id"]]
    output = facts.get("accepted", {}).get(task["id"], "")
    if not back and not output and task["attempts"] < 2:
        return None
    parts: list[object] = [tag("p", f"{task['attempts']} attempts") if task["attempts"] > 1 else None]
    parts += [join(tag("p", "Sent back:"), tag("pre", text)) for text in back]
    parts += [join(tag("p", "Acceptance:"), tag("pre", output, tabindex="0"))] if output else []
    return tag("details", tag("summary", f"Evidence of {task['id']}"), *parts)


def _foes(facts: Mapping[str, Any], task: Mapping[str, Any]) -> list[str]:
    found = []
    for hazard in facts["hazards"]:
        if task["id"] in hazard["tasks"]:
            other = next(name for name in hazard["tasks"] if name != task["id"])
            found.append(f"{other} ({hazard['kind']} {hazard['witness']})".replace(" )", ")"))
    return found


def _all(item: Mapping[str, Any]) -> int:
    return sum(item[key] for key in KINDS)


def _clock(at: float | None) -> str:
    """Since the start of the run, `1:05.2`."""
    if at is None:
        return ""
    minutes, rest = divmod(max(0.0, at), 60)
    return f"{minutes:.0f}:{rest:04.1f}"
