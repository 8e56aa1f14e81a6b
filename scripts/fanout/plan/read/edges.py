"""Inferred order: edges that the source did not state, kept only where they don't turn the stated ones into a ring."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from fanout.plan import circles, graph
from fanout.plan.reading import Edge, EdgeSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.plan.read.reading_builder import Entry, Gather

MOST = 10_000
TWIN = "which stands more than once in the list"
MOST_STEPS = 5_000_000


def after(
    entry: Entry, others: Iterable[Entry], reason: str, confidence: float, source: EdgeSource = "list order"
) -> None:
    """`entry` waits for each of `others`, as an inference. What is stated stays stated; what is optional holds nobody."""
    stated = set(entry.get("depends_on"))
    edge = Edge(reason, source, confidence)
    for other in others:
        if other is not entry and not other.optional and other.id not in stated:
            entry.edges.setdefault(other.id, edge)


_BLOCKS = re.compile(
    r"\bblock(?:s|ing|ers?)\b|\bprerequisites?\b|\bmust\s+(?:be\s+)?(?:done|complete\w*|finished|come)\s+(?:first|before)\b|"
    r"\bbefore\s+(?:anything|everything|all|any)\b|\bblockier\w+|\bvoraussetzung(?:en)?\b|\bbloquant\w*|\bprérequis\b|\bbloque(?:ante|ia)\w*|"
    r"\bprerrequisitos?\b|\bpré-?requisitos?\b|阻塞|前置|前提",
    re.IGNORECASE,
)


def blocks(title: str) -> bool:
    """Whether a phase says of itself that the ones behind it wait: "Foundational (Blocking Prerequisites)"."""
    return bool(_BLOCKS.search(title))


def barrier(before: list[Entry], behind: list[Entry], reason: str, confidence: float, is_stated: bool = False) -> None:
    """Every task of `behind` waits for every one of `before`; with very many of both, through the first one behind. `is_stated`:
    the list says so, and not only has them in this order."""
    source: EdgeSource = "stated barrier" if is_stated else "barrier"
    if len(before) * len(behind) <= MOST:
        for entry in behind:
            after(entry, before, reason, confidence, source)
        return
    after(behind[0], before, reason, confidence, source)
    for entry in behind[1:]:
        after(entry, behind[:1], f"{reason} (through {behind[0].id}, the first of them)", confidence, source)


def same_files(gather: Gather) -> None:
    """Tasks that write the same file keep the list's order. Two that are said to be parallel don't: that is checked."""
    last: dict[str, Entry] = {}
    for entry in gather.entries:
        for path in entry.get("writes"):
            other = last.get(path)
            if other is not None and other is not entry and not (other.note.parallel and entry.note.parallel):
                after(entry, [other], f"{other.id} before it writes {path} too", 0.8, "shared file")
            last[path] = entry


def settle(gather: Gather) -> None:
    """Turn the inferred edges into dependencies. One that would close a circle gives way, the least sure one first."""
    for entry in gather.entries:
        for edge, same in groupby(entry.edges, key=entry.edges.__getitem__):
            entry.add("depends_on", same, edge.why, edge.strength, edge.source)
        entry.edges.clear()
    needs = {entry.id: entry.get("depends_on") for entry in gather.entries}
    for names in circles.groups(needs) if any(entry.note.order for entry in gather.entries) else ():
        _open(gather, [gather.known[name] for name in names])


def _open(gather: Gather, members: list[Entry]) -> None:
    """Take inferred edges out of one ring until it is none: what is stated stays, then what is surest.

    Of two that are as sure, the one along the list's own direction stays.
    """
    for entry, names in _weakest(members):
        said = [name for name in names if not entry.note.order[name].why.endswith(TWIN)]
        entry.drop("depends_on", names)
        if said:
            message = f"the list's order would make it wait for {', '.join(said[:5])}, against what is stated"
            gather.warn("order-contradicts", message, entry.id, "Check the stated dependencies.")


def _weakest(members: list[Entry]) -> list[tuple[Entry, list[str]]]:
    """The inferred edges of a ring that close it, by the task that has them."""
    place = {entry.id: index for index, entry in enumerate(members)}
    kept: dict[str, list[str]] = {entry.id: [] for entry in members}
    guesses: list[tuple[float, bool, Entry, str]] = []
    for entry in members:
        for name in entry.get("depends_on"):
            if name in place and name in entry.note.order:
                guesses.append((-entry.note.order[name].strength, place[name] > place[entry.id], entry, name))
            elif name in place:
                kept[entry.id].append(name)
    many = len(guesses) * len(members) > MOST_STEPS
    dropped: dict[str, list[str]] = {}
    for _doubt, _forward, entry, name in sorted(guesses, key=lambda guess: guess[:2]):
        closes = many or graph.reaches(kept, name, entry.id)
        (dropped.setdefault(entry.id, []) if closes else kept[entry.id]).append(name)
    return [(entry, dropped[entry.id]) for entry in members if entry.id in dropped]


def waited_for(entry: Entry) -> tuple[str, ...]:
    """The ids that an entry waits for, stated or inferred."""
    return (*entry.get("depends_on"), *entry.edges)


def sinks(entries: list[Entry]) -> list[Entry]:
    """The entries that no other one of them waits for."""
    waited = {name for entry in entries for name in waited_for(entry)}
    return [entry for entry in entries if entry.id not in waited] or entries


def sources(entries: list[Entry]) -> list[Entry]:
    """The entries that wait for no other one of them."""
    inside = {entry.id for entry in entries}
    return [
        entry for entry in entries if inside.isdisjoint(entry.get("depends_on")) and inside.isdisjoint(entry.edges)
    ] or entries
