"""The plan as Markdown, for a pull request or a wiki, with its graph in Mermaid."""

from __future__ import annotations

import re

from fanout.plan.hazards import Hazard, clause
from fanout.plan.plan import Plan
from fanout.report import mermaid, plan_text, plan_waits
from fanout.report.cells import clean, counted

MOST_CONFLICTS = 60
_SPECIAL = re.compile(r"[\\`*\[\]<>|$~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|^[-+=#](?=[\s#]|$)")
_MENTION = re.compile(r"(?<!\w)@(?=\w)")


def render(plan: Plan) -> str:
    """Figures, a table of tasks by batch, the graph, waits, warnings."""
    title = plan.reading.document.title or plan.reading.document.id or "Plan"
    parts = [f"# {escape(title)}", escape(plan_text.head(plan)), "## Batches, with --barrier", *_batches(plan)]
    parts += ["## Graph", f"```mermaid\n{graph(plan)}\n```"]
    waits = plan_waits.lines(plan, 1000)
    if waits:
        parts += ["## Waits, rolling", "\n".join(f"- {escape(line)}" for line in waits)]
    if plan.warnings:
        parts += ["## Warnings", "\n".join(_warning_lines(plan))]
    return "\n\n".join(parts)


def graph(plan: Plan) -> str:
    """The plan's graph: batches, dependencies, conflicts that no dependency orders; the critical path stands out."""
    batch = {index: number for number, members in enumerate(plan.answer.batches, 1) for index in members}
    critical = set(plan.answer.critical_path)
    nodes = [
        mermaid.Node(
            f"{task.id} {task.title}".rstrip(),
            batch.get(index, 0),
            plan_text.minutes(plan.durations[index]),
            "blocked"
            if index in plan.left_out
            else "done"
            if index in plan.done
            else "critical"
            if index in critical
            else "",
        )
        for index, task in enumerate(plan.tasks)
    ]
    conflicts = [_in_order(plan, hazard) for hazard in [*plan.hazards, *plan.held] if not hazard.ordered]
    return mermaid.flowchart(nodes, plan.problem.needs, conflicts[:MOST_CONFLICTS])


def _in_order(plan: Plan, hazard: Hazard) -> tuple[int, int, str]:
    first, last = sorted((hazard.a, hazard.b), key=plan.rank.__getitem__)
    return first, last, clause(hazard.kind, clean(hazard.witness))


def escape(text: str) -> str:
    """Text that Markdown shows as it is, in a paragraph, a list or a table; plain names stay plain."""
    text = _SPECIAL.sub(r"\\\g<0>", clean(text))
    return _MENTION.sub("@\u200b", text)


def _batches(plan: Plan) -> list[str]:
    rows = ["| Batch | Task | Title | Agent | Takes |", "|---:|---|---|---|---:|"]
    for number, batch in enumerate(plan.answer.batches, 1):
        for index in batch:
            task = plan.tasks[index]
            cells = (f"{number}", task.id, task.title, task.agent or "", plan_text.minutes(plan.durations[index]))
            rows.append(f"| {' | '.join(escape(cell) for cell in cells)} |")
    return ["\n".join(rows)] if len(rows) > 2 else ["Nothing is left to do."]


def _warning_lines(plan: Plan) -> list[str]:
    lines = []
    for code, remarks in plan_text.by_code(plan).items():
        lines.append(f"- **{escape(code)}**, {counted(len(remarks), 'time')}")
        for remark in remarks:
            task = f"{remark.task}: " if remark.task else ""
            lines.append(f"  - {escape(f'{task}{remark.message}. {remark.fix}')}")
    return lines
