"""Graphs in Mermaid's language, as GitHub draws it. Labels are data: nothing in them is syntax."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from fanout.report.cells import clean, cut
from fanout.report.drawn_graph import arrows

MOST_EDGES = 450  # GitHub draws no graph with more than 500
MOST_CHARACTERS = 45_000  # nor one of more than 50,000
MOST_NEEDS = 20_000  # of so many no picture is left, and to find the implied ones takes seconds
LABEL_CHARACTERS = 48


class Node(NamedTuple):
    """`label` stands in the first line, batch and `note` in the second; batch 0 was done before. `style`: STYLES."""

    label: str
    batch: int
    note: str = ""
    style: str = ""


STYLES = {
    "done": "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
    "failed": "fill:#ffebe9,stroke:#cf222e,color:#1f2328",
    "running": "fill:#ddf4ff,stroke:#0969da,color:#1f2328",
    "blocked": "stroke:#57606a,stroke-dasharray:4",
    "critical": "stroke:#9a6700,stroke-width:3px",
}


def flowchart(
    nodes: Sequence[Node], needs: Sequence[Sequence[int]], conflicts: Sequence[tuple[int, int, str]] = ()
) -> str:
    """An arrow to each task from what it needs, a dotted line for each conflict with its witness.

    Arrows that others imply are left out. Of what GitHub would refuse to draw, conflicts go first, then arrows, and a
    comment says how many. Batches are no subgraphs: Mermaid 11 fails on some graphs that have both these and dotted
    lines ("Cannot set properties of undefined (setting 'order')").
    """
    lines = ["flowchart LR", *(f"  n{index}[{_label(node)}]" for index, node in enumerate(nodes))]
    if sum(map(len, lines)) > MOST_CHARACTERS or sum(map(len, needs)) > MOST_NEEDS:
        return _batches_only(nodes)
    needed = arrows(dict(enumerate(needs)))
    kept = needed[:MOST_EDGES]
    dotted = list(conflicts)[: MOST_EDGES - len(kept)]
    lines += [f"  n{a} --> n{b}" for a, b in kept]
    lines += [f"  n{a} -. {quoted(label)} .- n{b}" for a, b, label in dotted]
    used = {node.style for node in nodes if node.style}
    lines += [f"  classDef {name} {STYLES[name]}" for name in STYLES if name in used]
    lines += [_class(nodes, name) for name in STYLES if name in used]
    left = len(needed) - len(kept) + len(conflicts) - len(dotted)
    text = "\n".join([*lines, *([f"  %% {left} edges left out"] if left else [])])
    return text if len(text) <= MOST_CHARACTERS else _batches_only(nodes)


def quoted(label: str) -> str:
    """The label as a string that Mermaid shows as it is: everything but plain text becomes a character code."""
    safe = "".join(
        char if char.isalnum() or char in " .,_/+=-:()" else f"#{ord(char)};" for char in cut(label, LABEL_CHARACTERS)
    )
    return f'"{safe or " "}"'


def _label(node: Node) -> str:
    second = ", ".join(part for part in (_title(node.batch).lower(), node.note) if part)
    return f"{quoted(node.label)[:-1]}<br>{quoted(second)[1:]}"


def _title(number: int) -> str:
    return f"Batch {number}" if number else "Done before"


def _class(nodes: Sequence[Node], name: str) -> str:
    return f"  class {','.join(f'n{index}' for index, node in enumerate(nodes) if node.style == name)} {name}"


def _batches_only(nodes: Sequence[Node]) -> str:
    counts: dict[int, int] = {}
    for node in nodes:
        counts[node.batch] = counts.get(node.batch, 0) + 1
    groups = sorted(counts)
    lines = [f"  b{number}[{quoted(clean(f'{_title(number)}: {counts[number]} tasks'))}]" for number in groups]
    lines += [f"  b{a} --> b{b}" for a, b in itertools.pairwise(groups)][:MOST_EDGES]
    return "\n".join(["flowchart LR", "  %% too many tasks to draw each: batches only", *lines])
