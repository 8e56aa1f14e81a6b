"""Inferred order: edges that the source did not state, kept only where they don't turn the stated ones into a ring."""

from __future__ import annotations

from collections.abc import Iterable

from fanout.plan import circles
from fanout.plan.read.reading_builder import Entry, Gather

MOST = 10_000


def after(entry: Entry, others: Iterable[Entry], reason: str, confidence: float) -> None:
    """`entry` waits for each of `others`, as an inference; what is stated already stays stated."""
    stated = set(entry.get("depends_on"))
    for other in others:
        if other is not entry and other.id not in stated:
            entry.edges.setdefault(other.id, (reason, confidence))


def barrier(before: list[Entry], behind: list[Entry], reason: str, confidence: float) -> None:
    """Every task of `behind` waits for every one of `before`; with very many of both, through the first one behind."""
    if len(before) * len(behind) <= MOST:
        for entry in behind:
            after(entry, before, reason, confidence)
        return
    after(behind[0], before, reason, confidence)
    for entry in behind[1:]:
        after(entry, behind[:1], f"{reason} (through {behind[0].id}, the first of them)", confidence)


def same_files(gather: Gather) -> None:
    """Tasks that write the same file keep the list's order. Two that are said to be parallel don't: that is checked."""
    last: dict[str, Entry] = {}
    for entry in gather.entries:
        for path in entry.get("writes"):
            other = last.get(path)
            if other is not None and other is not entry and not (other.note.parallel and entry.note.parallel):
                after(entry, [other], f"{other.id} before it writes {path} too", 0.8)
            last[path] = entry


def settle(gather: Gather) -> None:
    """Turn the inferred edges into dependencies. Those inside a ring are dropped, with a warning."""
    if not any(entry.edges for entry in gather.entries):
        return
    needs = {entry.id: [*entry.get("depends_on"), *entry.edges] for entry in gather.entries}
    ring = {name: number for number, group in enumerate(circles.groups(needs)) for name in group}
    for entry in gather.entries:
        if not entry.edges:
            continue
        inside = ring.get(entry.id)
        dropped = [name for name in entry.edges if inside is not None and ring.get(name) == inside]
        for name, (reason, confidence) in entry.edges.items():
            if name not in dropped:
                entry.add("depends_on", [name], reason, confidence)
        if dropped:
            message = f"the list's order would make it wait for {', '.join(dropped[:5])}, against what is stated"
            gather.warn("order-contradicts", message, entry.id, "Check the stated dependencies.")
        entry.edges.clear()


def sinks(entries: list[Entry]) -> list[Entry]:
    """The entries that no other one of them waits for."""
    waited = {name for entry in entries for name in (*entry.get("depends_on"), *entry.edges)}
    return [entry for entry in entries if entry.id not in waited] or entries


def sources(entries: list[Entry]) -> list[Entry]:
    """The entries that wait for no other one of them."""
    inside = {entry.id for entry in entries}
    return [
        entry for entry in entries if inside.isdisjoint(entry.get("depends_on")) and inside.isdisjoint(entry.edges)
    ] or entries
