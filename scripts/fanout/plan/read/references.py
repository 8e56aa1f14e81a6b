"""What the tasks of a reading name of each other: an id that stands twice, is spelled otherwise, or is not there."""

from __future__ import annotations

import re

from fanout.plan.read import edges

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.plan.read.reading_builder import Entry, Gather


def settle(gather: Gather) -> None:
    """Every name in depends_on and excludes becomes a task of the list, or a warning: it never refuses a list."""
    known = gather.known.keys()
    unsettled = [
        (place, entry)
        for place, entry in enumerate(gather.entries)
        if gather.twins or not (known >= {*entry.get("depends_on"), *entry.get("excludes")})
    ]
    spelled = _spellings(gather) if unsettled else {}
    shapes = {_shape(entry.id) for entry in gather.entries} if unsettled else set()
    for place, entry in unsettled:
        _respell(gather, entry, spelled)
        _both(gather, entry)
        for name in [one for one in entry.get("depends_on") if one not in gather.known]:
            entry.drop("depends_on", [name])
            _missing(gather, entry, name, gather.entries[:place] if _shape(name) in shapes else [])
        gone = [one for one in entry.get("excludes") if one not in gather.known]
        if gone:
            entry.drop("excludes", gone)
            message = f"may not run beside {', '.join(gone[:5])}, which the list does not have"
            gather.warn("unknown-task", message, entry.id, "Correct the id or remove it.")


def _spellings(gather: Gather) -> dict[str, str]:
    """Ids in upper case and without leading zeros to their own spelling; what two tasks share is none's."""
    found: dict[str, list[str]] = {}
    for name in gather.known:
        found.setdefault(_plain(name), []).append(name)
    return {plain: names[0] for plain, names in found.items() if len(names) == 1}


def _plain(name: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", name.upper())


def _shape(name: str) -> str:
    return re.sub(r"\d+", "0", name.upper())


def _respell(gather: Gather, entry: Entry, spelled: dict[str, str]) -> None:
    """T30 for T030."""
    for name in entry.get("depends_on"):
        own = spelled.get(_plain(name), "") if name not in gather.known else ""
        if own and own != entry.id:
            entry.rename("depends_on", name, own)
        elif own:
            entry.drop("depends_on", [name])


def _both(gather: Gather, entry: Entry) -> None:
    """A reference to an id that stands twice means both."""
    for name, twins in gather.twins.items():
        if name in entry.get("depends_on"):
            others = [twin.id for twin in twins if twin is not entry]
            entry.add("depends_on", others, f"it waits for {name}, {edges.TWIN}", 0.7)


def _missing(gather: Gather, entry: Entry, name: str, before: list[Entry]) -> None:
    if entry.note.status in ("completed", "skipped"):
        return
    if before:
        edges.after(
            entry,
            before,
            f"it waits for {name}, which the list does not have, so the list's order holds",
            0.5,
            "stated",
        )
        message = f"waits for {name}, which the list does not have: it waits for every task before it"
        gather.warn("unknown-task", message, entry.id, "Write the ids of the tasks that it waits for.")
    else:
        message = f"waits for {name}, which is not in the list: nothing here can wait for it"
        gather.warn("outside-task", message, entry.id, f"See that {name} is done before this task starts.")
