"""The report as a conversation reads it: each task with its result, what stood in the way, the figures in a sentence or two.

What else is known stands in `fanout report --all` (report/run_text.py), --json and --html: every denial, averages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fanout.report import attempts_text, attention, figures, run_text, shared_reads
from fanout.report.cells import clean, cut

MOST = 5  # of each kind of what stood in the way
WORD = re.compile(r"\w(?:[\w./-]*\w)?")


def render(facts: Mapping[str, Any], escape: Callable[[str], str] | None = None) -> str:
    """Markdown; `escape` makes a text safe in it."""
    shown = escape or run_text.markdown
    done = [task for task in run_text.listed(facts) if task["state"] == "done"]
    left = [task for task in run_text.listed(facts) if task["state"] != "done"]
    parts = ["## Parallel Execution Results", "### Completed Tasks", *(_lines(done, shown) or ["None."])]
    sections = {
        "### Not completed": _lines(left, shown),
        "### Stopped by the guard": _some(facts, list(map(run_text.denial, facts["denials"])), shown),
        run_text.SENT_BACK: _some(facts, list(map(run_text.sent_back, facts["sent_back"])), shown),
        "### Went wrong on the way": _some(facts, list(run_text.troubles(facts)), shown),
        "### To look at": _some(facts, list(run_text.to_look_at(facts)), shown),
        "### Attempts": [shown(text) for text in attempts_text.lines(facts)],
    }
    for title, lines in sections.items():
        parts += [title, *lines] if lines else []
    overall = ["### Overall Status", run_text.verdict(facts), shown(run_text.counts(facts)) + "."]
    return "\n".join(
        [*parts, *attention.how_to_go_on(facts), *overall, *map(shown, run_text.by_looks(facts)), *_figures(facts)]
    )


def _lines(tasks: Sequence[Mapping[str, Any]], shown: Callable[[str], str]) -> list[str]:
    lines = []
    for task in tasks:
        mark = f"{run_text.MARKS[task['state']]} ".removeprefix("- ")
        head, _, result = _said(task).partition("\n")
        lines += [f"- {mark}{shown(head)}", *([f"  {shown(result.strip())}"] if result else [])]
    return lines


def _said(task: Mapping[str, Any]) -> str:
    """`3 CSV import in inv/excel.py (spec:feature-implementer)`, and below it `Result: with tests (8.0 s)`."""
    head = run_text.name(task)
    if task.get("was_done"):
        return f"{head}: done before this run"
    details = f" Details: {task['details']}" if task["details"] else ""
    return f"{head} ({clean(task['agent'])})\n  Result: {_result(head, task)}{run_text.took(task)}{details}"


def _result(head: str, task: Mapping[str, Any]) -> str:
    """Of a task that is done no words that all stand in its title."""
    said = clean(run_text.outcome(task)) or task["state"]
    if task["state"] != "done":
        return said + run_text.left_there(task)
    title = head.removeprefix(task["id"])
    if title and _words(str(task["outcome"])) <= _words(title):
        return run_text.done(task)
    return cut(said, run_text.OUTCOME)


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.lower()))


def _some(facts: Mapping[str, Any], lines: Sequence[str], shown: Callable[[str], str]) -> list[str]:
    """The first of many, and where the rest stands."""
    more = len(lines) - MOST
    rest = [f"- ... and {more} more: `fanout report {facts['run']} --all`"] if more > 0 else []
    return [*(f"- {shown(line)}" for line in lines[:MOST]), *rest]


def _figures(facts: Mapping[str, Any]) -> list[str]:
    measured = facts["measured"]
    read = shared_reads.sentence(facts.get("shared_reads") or ())
    said = [measured["sentence"], measured["verdict"], read, _predicted(facts), figures.misjudged(facts)]
    return [line for line in said if line]


def _predicted(facts: Mapping[str, Any]) -> str:
    """What the plan had said, in the order of the measured line; "" where nothing was predicted."""
    rows = {name: predicted for name, predicted, _ in figures.compared(facts)}
    if not rows:
        return ""
    work, span, times = (rows.get(name) for name in (figures.WORK, figures.SPAN, figures.TIMES))
    return f"Predicted: {work} of work, {span} from the first start to the last end{f': {times} times faster' if times else ''}."
