"""What the readers of Markdown task lists share: names of tasks, lines left over, stated counts."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from fanout.plan.read import edges
from fanout.plan.read.prose import touched
from fanout.plan.read.prose.phrases import Phrases, doubtful
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text import criteria
from fanout.plan.read.text.markdown import STATUS_OF_BOX, Box, Line, Page
from fanout.plan.read.text.task_names import NAMED_WORDS

_COUNT = re.compile(
    r"(?:total(?:\s+(?:number\s+of\s+)?tasks?)?|任务总数|总任务数)\W{0,8}(\d{1,6})(?!\s*(?:hours?|days?|h\b|%|minutes))",
    re.IGNORECASE,
)
_PARALLEL_COUNT = re.compile(
    r"parallel(?:izable)?\s+tasks?\W{0,8}(\d{1,6})|(\d{1,6})\s+(?:tasks?\s+)?(?:are\s+)?marked\s+(?:with\s+)?`?\[P\]",
    re.IGNORECASE,
)
_COUNTING = ("total", "任务", "parallel", "marked")  # one of them stands in what the two find
_BEGUN = re.compile(r".{0,80}\[-\]`?\W{0,3}(?:=|:|means|is)?\W{0,3}in[ -]progress", re.IGNORECASE)


def resolver(gather: Gather) -> dict[str, str]:
    """Every id in upper case to its own spelling."""
    return {entry.id.upper(): entry.id for entry in gather.entries}


_KIND = re.compile(rf"(?:tasks?|steps?|units?|任务|步骤|{NAMED_WORDS})?\s*#?\s*", re.IGNORECASE)


def phrases(
    gather: Gather, name: str, called: Mapping[str, str] | None = None, hidden: Collection[str] = ()
) -> Phrases:
    """Dependency phrases over the ids read so far; a spelling that no task has stays: it is an error later.

    `called` are other names of the tasks, in lower case; `hidden` are ids that nobody can mean.
    """
    known = {name: own for name, own in resolver(gather).items() if own not in hidden}
    short = {identity.lstrip("0"): own for identity, own in known.items()}

    def resolve(text: str) -> str:
        identity = clean_id(_KIND.sub("", text, count=1))
        return known.get(identity.upper()) or short.get(identity.upper().lstrip("0")) or spelled(identity)

    def spelled(identity: str) -> str:
        return f"#{identity}" if identity in hidden else identity

    titles = {str(entry.fields["title"]).lower(): entry.id for entry in gather.entries}
    return Phrases(name, resolve, [entry.id for entry in gather.entries], {**titles, **(called or {})})


def need(gather: Gather, found: Phrases, entry: Entry, text: str) -> bool:
    """Put the stated dependencies in `text` to the entry (and to those that it blocks). False: it states nothing."""
    needs = found.find(text, entry.id)
    entry.doubts += doubtful(needs)
    entry.add("depends_on", [identity for identity in needs.on if identity != entry.id])
    for identity in needs.before:
        other = gather.known.get(identity)
        if other is not None and other is not entry:
            other.add("depends_on", [entry.id])
    return bool(needs.on) or needs.none


def need_value(found: Phrases, entry: Entry, text: str) -> bool:
    """Put what a field such as `**Depends on:** 1, 2` names to the entry. False: it can't be told what it names."""
    needs = found.value(text, entry.id)
    entry.doubts += doubtful(needs)
    entry.add("depends_on", [identity for identity in needs.on if identity != entry.id])
    return not needs.doubts


def keep_doubtful(gather: Gather) -> None:
    """A task that waits for something unknown waits for all that stands before it, and is named."""
    ends: list[Entry] = []
    for entry in gather.entries:
        for doubt in entry.doubts:
            message = f"{doubt}: it waits for every task before it" if ends else doubt
            gather.warn("unknown-task", message, entry.id, "Write the ids of the tasks that it waits for.")
        if entry.doubts:
            edges.after(entry, ends, f"{entry.doubts[0]}, so the list's order holds", 0.5, "stated")
            ends = []
        ends.append(entry)


def unknown_box(gather: Gather, box: Box, task: str) -> None:
    """Warn of a character in a check box that says nothing known."""
    if box.token not in STATUS_OF_BOX:
        message = f"[{box.token}] is taken as open"
        gather.warn("unknown-status", message, task, "Known: [ ], [x], [~] in progress, [-] skipped, [!] blocked.")


def leave_hidden(gather: Gather, page: Page, path: str, looks: re.Pattern[str], ids: str = "") -> None:
    """List the task-like lines that stand in a fence or a comment, warn of a fence that never ends and of dashes.

    A line whose `ids` are all of tasks that were read only speaks of these.
    """
    known = resolver(gather) if ids else {}
    for line in page.lines:
        if not line.plain and looks.match(line.text):
            named = re.findall(ids, line.text) if ids else []
            if named and all(name.upper() in known for name in named):
                continue
            gather.leave(gather.place(path, line.number), line.text, why="in a code fence or a comment")
    if page.open_fence:
        place = gather.place(path, page.open_fence)
        gather.warn("open-fence", f"{place}: the code fence never ends, so nothing below it is read", "", "Close it.")
    _dashes(gather, page, path)


def leave_boxes(gather: Gather, page: Page, path: str, bodies: Iterable[Sequence[Line]]) -> None:
    """Boxes below no task's heading: what the open ones are is not said, unless they are criteria. `bodies` are the tasks'."""
    owned = {line.number for body in bodies for line in body}
    left = {one.place for one in gather.unread}
    ruled = criteria.lines_of(page.lines)
    for line in page.lines:
        box = line.box() if line.plain and line.number not in owned else None
        place = gather.place(path, line.number)
        if box and place not in left:
            gather.leave(place, line.text, told=box.status == "completed" or line.number in ruled)


def _dashes(gather: Gather, page: Page, path: str) -> None:
    """A `[-]` is cancelled, and that is said, for people also write it for what is begun: then a legend says so."""
    places = {gather.place(path, line.number) for line in page.lines if line.plain and "[-]" in line.text}
    left = [entry.id for entry in gather.entries if entry.note.status == "skipped" and entry.note.place in places]
    if left and any(_BEGUN.match(line.text) for line in page.lines):
        for entry in (gather.known[name] for name in left):
            entry.note.status = "in_progress"
            touched.settle(gather, entry, str(entry.fields["title"]))
    elif left:
        more = f" and {len(left) - 12} more" if len(left) > 12 else ""
        message = (
            f"[-] is read as cancelled: {', '.join(left[:12])}{more} will not run, and what waits for them may start"
        )
        gather.warn("dash-skipped", message, left[0], "Write [~] for what is begun, [!] for what has to wait.")


def stated_counts(gather: Gather, lines: Iterable[Line], path: str) -> None:
    """Warn where the list says how many tasks it has and has not."""
    tasks = len(gather.entries)
    parallel = sum(entry.note.parallel is True for entry in gather.entries)
    for line in lines:
        if not line.plain or line.level or not any(word in line.text.lower() for word in _COUNTING) or line.box():
            continue
        for pattern, real, what in ((_COUNT, tasks, "tasks"), (_PARALLEL_COUNT, parallel, "tasks marked [P]")):
            match = pattern.search(line.text)
            stated = int(next(group for group in match.groups() if group)) if match else real
            if stated != real:
                where = gather.place(path, line.number)
                gather.warn("declared-count", f"{where}: says {stated} {what}, but there are {real}", "", "Correct it.")


def neighbours(gather: Gather, path: str, names: Sequence[str]) -> list[str]:
    """Those of `names` that lie beside the source file, relative to the base."""
    files, folder = gather.source.files, os.path.dirname(path)
    found = []
    for name in names:
        full = os.path.join(folder, name)
        if path and files.exists(full) and full.startswith(gather.base.rstrip(os.sep) + os.sep):
            found.append(gather.name(full) + ("/" if files.is_folder(full) else ""))
    return found
