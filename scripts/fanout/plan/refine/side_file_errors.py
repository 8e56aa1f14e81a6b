"""What is wrong with a side file: it may add to a list and lift what was inferred, and never touch what is stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from fanout.errors import Problem
from fanout.plan import circles, graph
from fanout.plan.pattern import Pattern, PatternError, parse
from fanout.plan.reading import Note, Reading, Remark
from fanout.plan.refine import analyst_pass
from fanout.plan.refine.side_file import SideFile, TaskSide, text_hash

DONE = ("completed", "skipped")
SURE_OF_ALL = 0.9  # below it no `**`: what locks everything below a folder has to be certain


def problems(reading: Reading, side: SideFile, place: str) -> list[Problem]:
    """Everything that is wrong, none when it can be used."""
    known = {task.id for task in reading.document.tasks}
    found = [*_names(side, known, place)]
    found += [problem for one in side.tasks for problem in _paths(reading, one, place)]
    if not found:
        found += _order(reading, side, place)
    return found


def stale(reading: Reading, side: SideFile) -> list[str]:
    """The ids whose text has changed since: what is said of them is not used."""
    now = {task.id: text_hash(task) for task in reading.document.tasks}
    return [one.id for one in side.tasks if now.get(one.id, one.text) != one.text]


def remarks(reading: Reading, side: SideFile) -> list[Remark]:
    """What to say beside: tasks that are stale, or that the side file leaves out."""
    told = {one.id for one in side.tasks}
    notes = reading.notes
    left = [task for task in reading.document.tasks if notes.get(task.id, Note()).status not in DONE]
    later = [task.id for task in analyst_pass.waiting(reading, told)]
    missing = [task.id for task in left if task.id not in told and task.id not in later]
    found = []
    if old := stale(reading, side):
        message = f"the text of {_few(old)} has changed since it was refined: what is said of it is not used"
        found.append(Remark("refined-stale", message, "", "Refine the list again (`fanout refine`)."))
    if missing:
        message = f"the side file says nothing of {_few(missing)}"
        found.append(
            Remark("refined-missing", message, "", "They stay as the list was read; nothing is to be done about it.")
        )
    if later:
        message = f"no pass of an analyst has come to {_few(later)} yet"
        found.append(Remark("refined-in-part", message, "", "`fanout refine SOURCE` again asks about these."))
    return found


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _names(side: SideFile, known: set[str], place: str) -> Iterator[Problem]:
    for name, count in Counter(one.id for one in side.tasks).items():
        if count > 1:
            yield Problem(f"{place} task {name}", "id", f"{count} records", "one record a task", "Join them.")
    needing: dict[str, dict[str, str]] = {}
    for one in side.tasks:
        for need, field in _needs(one).items():
            needing.setdefault(need, {})[one.id] = field
    for one in side.tasks:
        record = f"{place} task {one.id}"
        if one.id not in known:
            yield Problem(record, "id", repr(one.id), "the list has no such task", "Copy the id from `fanout refine`.")
        fields = (("depends_on", [need.id for need in one.depends_on]), ("independent_of", one.independent_of))
        for field, names in (*fields, ("checks", one.checks)):
            for name in names:
                if name not in known or name == one.id:
                    fix = "Name another task of the list." if name == one.id else "Copy the id from `fanout refine`."
                    yield Problem(record, field, repr(name), "this is no other task of the list", fix)
        for name in sorted(_needs(one).keys() & set(one.independent_of)):
            message = f"it is in {_needs(one)[name]} too"
            yield Problem(record, "independent_of", repr(name), message, "Keep one of the two.")
        for name in sorted(needing.get(one.id, {}).keys() & set(one.independent_of)):
            message = f"{name} {needing[one.id][name]} it"
            yield Problem(record, "independent_of", repr(name), message, "Keep one of the two.")


def _paths(reading: Reading, one: TaskSide, place: str) -> Iterator[Problem]:
    for field, paths in (("writes", one.writes), ("maybe_writes", one.maybe_writes), ("hub_writes", one.hub_writes)):
        for path in paths:
            record = f"{place} task {one.id}"
            try:
                pattern = parse(path, root=reading.base or None)
            except PatternError as error:
                yield Problem(record, field, repr(path), error.message.removesuffix("."), error.fix)
                continue
            if field != "maybe_writes" and one.confidence < SURE_OF_ALL and _is_wide(path, pattern):
                what = "a **" if "**" in path else "a folder"
                message = f"{what} locks everything below, and the confidence is {one.confidence:g}"
                yield Problem(record, field, repr(path), message, f"Name the files, or be {SURE_OF_ALL:g} sure.")


def _is_wide(path: str, pattern: Pattern) -> bool:
    """Whether it means everything below a folder, or in any: `src/**`, `**/index.ts`, `src/`."""
    return "**" in path or (path.endswith("/") and any(row.below for row in pattern.rows))


def _order(reading: Reading, side: SideFile, place: str) -> Iterator[Problem]:
    """Stated dependencies that are reversed or lifted, and circles."""
    stated = stated_needs(reading)
    index = {name: number for number, name in enumerate(stated)}
    if graph.cycle(stated):
        return
    masks = graph.ancestors([[index[need] for need in needs if need in index] for needs in stated.values()])

    def waits(late: str, early: str) -> bool:
        return bool(masks[index[late]] >> index[early] & 1)

    for one in side.tasks:
        yield from _against_stated(one, f"{place} task {one.id}", waits)
    yield from _circles(side, stated, place)


def _against_stated(one: TaskSide, record: str, waits: Callable[[str, str], bool]) -> Iterator[Problem]:
    for name, field in _needs(one).items():
        if waits(name, one.id):
            message = f"the list states that {name} waits for {one.id}"
            yield Problem(record, field, repr(name), message, "Remove it.")
    for name in one.independent_of:
        if waits(one.id, name) or waits(name, one.id):
            message = "the list states an order between the two, which holds"
            yield Problem(record, "independent_of", repr(name), message, "Remove it.")


def _circles(side: SideFile, stated: dict[str, list[str]], place: str) -> Iterator[Problem]:
    more = {name: list(needs) for name, needs in stated.items()}
    for one in side.tasks:
        more[one.id] += [name for name in _needs(one) if name not in more[one.id]]
    for ring, _others, _way_out in circles.find(more) if graph.cycle(more) else ():
        shown = " -> ".join(ring)
        yield Problem(place, "depends_on", shown, "the dependencies go round in a circle", "Remove one of them.")


def _needs(one: TaskSide) -> dict[str, str]:
    """What it waits for, with the field that says so: a check, too, comes after what it checks."""
    return {**dict.fromkeys(one.checks, "checks"), **{need.id: "depends_on" for need in one.depends_on}}


def stated_needs(reading: Reading) -> dict[str, list[str]]:
    """What each task waits for because the list says so."""
    return {
        task.id: [need for need in task.depends_on if need not in reading.notes.get(task.id, Note()).order]
        for task in reading.document.tasks
    }
