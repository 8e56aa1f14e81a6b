# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""The order of a free list: what its words state, what its phases and steps state, and else the order of its lines."""

from __future__ import annotations

import re
from itertools import pairwise

from fanout.plan.read import edges, order_section, parent_tasks
from fanout.plan.read.outline import groups as outline_groups
from fanout.plan.read.outline import rows
from fanout.plan.read.outline.groups import Groups
from fanout.plan.read.prose import any_time, told_after, touched
from fanout.plan.read.prose.phrases import Phrases, doubtful
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import listing, task_names
from fanout.plan.read.text.markdown import Page

_ID = (
    rf"(?:(?:Tasks?|Steps?|{task_names.NAMED_WORDS})\s*#?|任务\s*|步骤\s*|#)?"
    r"(?:[A-Z]{1,10}(?:\d{1,3}-[A-Z]{1,3}|(?:-[A-Z]{1,8})?-[A-Z]{0,3})|[A-Z]{0,15}-?)\d{1,6}(?:\.\d+)*[a-z]?"
    r"|[A-Z](?:\.\d{1,4}){1,4}"
)
# What a task is called in front of its words: "auth: ...", "`api` ...".
_CALLED = re.compile(r"(?:\*\*)?`?(?P<name>[^\W\d][\w./-]{0,30})`?(?:\*\*)?\s*(?:(?<=`)|[:：](?=\s))")
_CALLED_WITHIN = 64
_PERSON = re.compile(
    r"\b(?:user|human|manual(?:ly)?)\b.{0,30}\b(?:verif\w+|approv\w+|sign-?off|acceptance)\b|\bask the user\b",
    re.IGNORECASE,
)


def settle(gather: Gather, groups: Groups, page: Page, steps: list[Entry]) -> None:
    """Put every order that there is; what is only the list's own holds within one phase, or the whole list."""
    phrases = listing.phrases(gather, _ID, _called(gather), _counted(gather))
    stated = rows.needs(gather, page, gather.source.path, phrases)
    stated |= order_section.settle(gather, page, gather.source.path, phrases)
    stated |= order_section.settle_numbers(gather, page, gather.source.path)
    stated |= {entry.id for entry in gather.entries if _stated(gather, phrases, entry)}
    stated |= _told(gather, stated)
    _free(gather)
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
        if _waits_for_a_person(str(entry.fields["title"])):
            message = "it waits for a person"
            gather.warn("needs-a-person", message, entry.id, "Do it in the main conversation, or answer when it asks.")
    umbrellas = _umbrellas(gather)
    for before, entry in pairwise(steps):
        if entry.id not in stated and not entry.note.parallel:
            edges.after(entry, [before], "the steps are in order", 0.6)
    for part in _parts(gather, groups):
        _in_order([entry for entry in part if entry.id not in umbrellas], stated)
    listing.keep_doubtful(gather)
    edges.same_files(gather)
    outline_groups.settle(gather, groups, stated)
    for parent, children in umbrellas.values():
        parent_tasks.close_over(parent, children)


def _waits_for_a_person(title: str) -> bool:
    """Looked up first, for the search takes longer."""
    low = title.lower()
    return ("user" in low or "human" in low or "manual" in low) and bool(_PERSON.search(title))


def _parts(gather: Gather, groups: Groups) -> list[list[Entry]]:
    """The tasks by the phase, or the group with stated needs, that they stand in."""
    heads = [*groups.phases(), *groups.stating()]
    owner = {entry.id: id(group) for group in heads for entry in group.entries}
    parts: dict[int, list[Entry]] = {}
    for entry in gather.entries:
        parts.setdefault(owner.get(entry.id, 0), []).append(entry)
    return list(parts.values())


def _in_order(entries: list[Entry], stated: set[str]) -> None:
    """A task whose files are known may leave the list's order, one whose files are not may not."""
    group: list[Entry] = []
    gate: Entry | None = None
    for entry in entries:
        if entry.note.parallel or entry.get("writes"):
            if gate is not None and entry.id not in stated and not entry.note.parallel:
                edges.after(entry, [gate], f"{gate.id} before it names no file, so the list's order holds", 0.5)
            group.append(entry)
        else:
            before = group or ([gate] if gate else [])
            if entry.id not in stated:
                edges.after(entry, before, "it names no file, so the list's order holds", 0.5)
            if not entry.optional:
                gate, group = entry, []


def _umbrellas(gather: Gather) -> dict[str, tuple[Entry, list[Entry]]]:
    """Tasks whose parts stand beside them: "2. Models" with "2.1" and "2.2" at the same indent."""
    umbrellas: dict[str, tuple[Entry, list[Entry]]] = {}
    for entry in gather.entries:
        whole, dot, rest = entry.id.rpartition(".")
        parent = gather.known.get(whole) or gather.known.get(f"{whole}.0")
        if dot and rest != "0" and parent is not None and parent is not entry:
            umbrellas.setdefault(parent.id, (parent, []))[1].append(entry)
    for parent, children in umbrellas.values():
        names = ", ".join(child.id for child in children)
        words = f"Its parts are tasks of their own: {names}. See that together they do all of it, and do what is left."
        parent.fields["description"] = f"{parent.fields.get('description') or parent.fields['title']}\n\n{words}"
    return umbrellas


def _called(gather: Gather) -> dict[str, str]:
    """Names in front of the words of exactly one task."""
    found: dict[str, list[str]] = {}
    for entry in gather.entries:
        words = str(entry.fields.get("description") or entry.fields["title"])
        head = words[:_CALLED_WITHIN]
        match = _CALLED.match(words) if ":" in head or "`" in head or "：" in head else None
        for name in {match["name"].lower() if match else "", "" if entry.counted else entry.id.lower()} - {""}:
            found.setdefault(name, []).append(entry.id)
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


def _counted(gather: Gather) -> set[str]:
    """Ids that were only counted up in a list whose tasks have numbers of their own: nobody can mean them."""
    counted = {entry.id for entry in gather.entries if entry.counted}
    return counted if len(counted) < len(gather.entries) else set()


def _told(gather: Gather, stated: set[str]) -> set[str]:
    """Put to each task that states nothing else what its title waits for by the names of earlier ones; returns which did."""
    asked = [
        (place, entry, text)
        for place, entry in enumerate(gather.entries)
        if entry.id not in stated and told_after.may_say(text := _line(entry))
    ]
    every = gather.entries if asked else []
    titles = told_after.Titles([str(one.fields["title"]) for one in every], [one.note.phase for one in every])
    waiting = set()
    for place, entry, text in asked:
        places, quote = told_after.find(text, titles, place, entry.get("writes"))
        if entry.add("depends_on", [gather.entries[one].id for one in places], f'its text says "{quote}"', 0.7):
            waiting.add(entry.id)
    return waiting


def _free(gather: Gather) -> None:
    """What says of itself that it may be done at any time is ordered by nothing but what is stated."""
    names = frozenset(entry.id for entry in gather.entries)
    for entry in gather.entries:
        if any_time.is_said(f"{entry.fields['title']}\n{entry.fields.get('description', '')}"):
            entry.note.any_time = True
            entry.note.free_of = names - {entry.id}


def _line(entry: Entry) -> str:
    return str(entry.fields.get("description") or entry.fields["title"]).partition("\n")[0]


def _stated(gather: Gather, phrases: Phrases, entry: Entry) -> bool:
    """Put what the task's text says of order to it and to those that wait for it. False: it says nothing."""
    needs = phrases.find(f"{entry.fields['title']}\n{entry.fields.get('description', '')}", entry.id)
    known = gather.known
    unknown = list(dict.fromkeys(name for name in needs.on if name not in known))
    entry.doubts += [f"its text seems to wait for {name!r}, which is no task of the list" for name in unknown]
    entry.doubts += doubtful(needs)
    stated = [name for name in needs.on if name in known and name != entry.id]
    entry.add("depends_on", stated, f'its text says "{needs.quote}"', 0.8)
    for name in needs.before:
        if name in known and name != entry.id:
            gather.known[name].add("depends_on", [entry.id], f'{entry.id} says "{needs.before_quote}"', 0.8)
    return bool(stated) or needs.none
