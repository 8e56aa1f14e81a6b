"""Tasks made of smaller tasks: the small ones are the work, the whole one closes it."""

from __future__ import annotations

from fanout.plan.read import edges
from fanout.plan.read.reading_builder import Entry
from fanout.plan.reading import Edge, EdgeSource


def close_over(parent: Entry, children: list[Entry], what: str = "its parts") -> None:
    """`parent` ends after its children; they wait for what it waits for; it touches what they touch.

    Of a whole that is blocked the parts are too.
    """
    if parent.note.status == "blocked":
        for child in children:
            child.note.status = "blocked" if child.note.status in ("pending", "in_progress") else child.note.status
    _hand_down(parent, children)
    _share(parent, children)
    edges.after(parent, children, f"it is finished after {what}", 0.9, "stated")
    if parent.note.unsure:
        parent.note.unsure = False
        parent.reasons.pop("writes", None)
    before = parent.get("writes")
    written = [path for child in children for path in child.get("writes") if path not in before]
    parent.add("writes", written, f"{what} write them", 0.6)


def _hand_down(parent: Entry, children: list[Entry]) -> None:
    """What the whole waits for, and may not run beside, holds for its parts."""
    inside = {child.id for child in children}
    inherited = [name for name in (*parent.get("depends_on"), *parent.edges) if name not in inside]
    for child in children:
        stated = {child.id, *child.get("depends_on")}
        for name in inherited:
            if name not in stated:
                edge = parent.edges.get(name)
                source: EdgeSource = edge.source if edge else "stated"
                child.edges.setdefault(name, Edge(f"{parent.id}, which it is a part of, waits for {name}", source, 0.9))
        child.add("excludes", parent.get("excludes"))


def _share(parent: Entry, children: list[Entry]) -> None:
    """An estimate of the whole is an estimate of its parts, unless they have their own."""
    whole = parent.fields.get("estimate_minutes")
    if not whole or not children or any("estimate_minutes" in child.fields for child in children):
        return
    del parent.fields["estimate_minutes"]
    parent.reasons.pop("estimate_minutes", None)
    for child in children:
        child.set("estimate_minutes", whole / len(children), f"its share of {parent.id}'s {whole:g} minutes", 0.4)


def spread_excludes(entries: list[Entry], parent: Entry, children: list[Entry]) -> None:
    """Who may not run beside the whole may not run beside its parts."""
    for entry in entries:
        if parent.id in entry.get("excludes"):
            entry.add("excludes", [child.id for child in children if child is not entry])
