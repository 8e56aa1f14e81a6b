"""The order of lists that are written in stages: a stage follows the one before it, unless the list says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from fanout.plan.read import edges
from fanout.plan.read.prose.hints import may_wait
from fanout.plan.read.prose.phrases import Phrases, doubtful
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text.task_names import NAMED_WORDS

_ID = rf"(?:(?:Tasks?|Steps?|Stor(?:y|ies)|任务|步骤|{NAMED_WORDS})\s*#?)?"
_ID += r"\d{1,4}(?:[.-]\d{1,4})*[a-z]?"
_FIELD = re.compile(r"\s*(?:[-*+]\s+)?_\w[\w ()]*:")  # `_Requirements: 1.2_` says nothing of order
_KIND = re.compile(r"\A(?:tasks?|steps?|stor(?:y|ies)|任务|步骤|" + NAMED_WORDS + r")?\s*#?\s*", re.IGNORECASE)


@dataclass(slots=True)
class Stage:
    """Tasks that stand together; `parallel`: the list says that it may run beside the stage before it."""

    key: object
    title: str
    entries: list[Entry] = field(default_factory=list)
    parallel: bool = False
    stated: bool = False  # what the stage as a whole waits for is stated
    last: list[Entry] = field(default_factory=list)  # of the entries those that come after all the others


@dataclass(slots=True)
class Waits:
    """What is stated of order: `said` are texts by task id, `names` the tasks behind a name that is no task's own."""

    said: list[tuple[str, str]] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)  # tasks whose needs are stated


def stated(gather: Gather, waits: Waits) -> None:
    """Put what the tasks' texts say of order to them; a need that names no task of the list is a doubt."""
    ids = {entry.id.upper(): entry.id for entry in gather.entries}
    whole = {name.upper(): name for name in waits.names}

    def resolve(text: str) -> str:
        name = clean_id(_KIND.sub("", text))
        return whole.get(name.upper()) or ids.get(name.upper()) or name

    titles = {str(entry.fields["title"]).lower(): entry.id for entry in gather.entries}
    phrases = Phrases(_ID, resolve, [*(entry.id for entry in gather.entries), *waits.names], titles)
    for identity, text in waits.said:
        _value(gather, waits, phrases, gather.known[identity], text)
    for entry in gather.entries:
        lines = str(entry.fields.get("description", "")).split("\n")
        kept = [line for line in lines if "_" not in line or not _FIELD.match(line)]
        text = "\n".join([str(entry.fields["title"]), *kept])
        if may_wait(text):
            _put(gather, waits, phrases, entry, text)


def _put(gather: Gather, waits: Waits, phrases: Phrases, entry: Entry, text: str) -> None:
    needs = phrases.find(text, entry.id)
    entry.doubts += doubtful(needs)
    _after(gather, waits, entry, needs.on, needs.quote)
    for identity in needs.before:
        for name in waits.names.get(identity, [identity]):
            if name in gather.known and name != entry.id:
                gather.known[name].add("depends_on", [entry.id], f'{entry.id} says "{needs.before_quote}"', 0.8)
    if needs.none:
        waits.known.add(entry.id)


def _value(gather: Gather, waits: Waits, found: Phrases, entry: Entry, text: str) -> None:
    """The value of a field that holds nothing but needs: stated."""
    needs = found.value(text, entry.id)
    entry.doubts += doubtful(needs)
    _after(gather, waits, entry, needs.on, "")
    if needs.on or needs.none:
        waits.known.add(entry.id)


def _after(gather: Gather, waits: Waits, entry: Entry, names: Iterable[str], quote: str) -> None:
    for identity in names:
        behind = waits.names.get(identity, [identity])
        known = [name for name in behind if name in gather.known and name != entry.id]
        if not known and identity != entry.id:
            entry.doubts.append(f"its text seems to wait for {identity!r}, which is no task of the list")
        reason = f'its text says "{quote}"' if quote else ""
        if entry.add("depends_on", known, reason, 0.8):
            waits.known.add(entry.id)


def order(gather: Gather, stages: list[Stage], waits: Waits, chain: bool = False) -> None:
    """Inside a stage a task that names its files may leave the list's order; stages follow one another."""
    before: list[Entry] = []
    blocks = False  # whether the stage before says that what comes after it waits
    gate: list[Entry] = []  # what a parallel stage waits for too: the last stage that is not
    for stage in stages:
        _in_stage(stage, gate if stage.parallel else before, waits, chain, blocks)
        blocks = edges.blocks(stage.title)
        ends = [entry for entry in edges.sinks(stage.entries) if not entry.note.optional]
        if not stage.parallel:
            gate = ends or gate
        before = [*before, *ends] if stage.parallel else ends or before
    _same_files(gather)


def _in_stage(stage: Stage, held: list[Entry], waits: Waits, chain: bool, blocks: bool) -> None:
    """The order inside a stage, and behind `held`, those before it; `blocks`: that they are to wait is stated."""
    last = {entry.id for entry in stage.last}
    own = [entry for entry in stage.entries if entry.id not in last]
    _inside(own, waits, chain)
    for entry in stage.last:
        edges.after(entry, edges.sinks(own), "it closes its stage", 0.8, "verification")
    free = [entry for entry in edges.sources(stage.entries) if entry.id not in waits.known]
    if held and free and not stage.stated:
        edges.barrier(held, free, f"{stage.title or 'its stage'} comes after the stage before it", 0.6, blocks)


def _inside(entries: list[Entry], waits: Waits, chain: bool) -> None:
    group: list[Entry] = []
    gate: Entry | None = None
    for entry in entries:
        free = entry.note.parallel or (bool(entry.get("writes")) and not chain)
        if entry.id in waits.known:
            pass
        elif free and gate is not None:
            edges.after(entry, [gate], f"{gate.id} before it names no file, so the list's order holds", 0.5)
        elif not free:
            why = "its list is done in order" if chain else "it names no file, so the list's order holds"
            edges.after(entry, group or ([gate] if gate else []), why, 0.5)
        if entry.note.optional:
            continue
        if free:
            group.append(entry)
        else:
            gate, group = entry, []


def _same_files(gather: Gather) -> None:
    """Tasks that write the same file keep the list's order; for an optional one nobody waits."""
    last: dict[str, Entry] = {}
    for entry in gather.entries:
        for path in entry.get("writes"):
            other = last.get(path)
            if other is not None and other is not entry and not (other.note.parallel and entry.note.parallel):
                edges.after(entry, [other], f"{other.id} before it writes {path} too", 0.8, "shared file")
            if not entry.note.optional:
                last[path] = entry
