"""What of a file is an agent's own doing, where the user wrote into it meanwhile.

For each file that an agent wrote the journal has `seen`, what the last of its calls left there, and `own`, the same with the
agent's changes alone (SAME as long as nobody else wrote). A call's change, from what it found to what it left, is laid
onto `own`; what is found changed when no call of the agent was under way is somebody else's, and goes into `seen` alone.

    before, after   a command begins and ends        heard, message_ended   file tools wrote, all their hooks are through
    left            the agent has ended: what it left, the ground of its commit and its undo

In doubt a change counts as the agent's, and so do lines that both changed.
"""

from __future__ import annotations

import os

from fanout.run.agents import calls
from fanout.run.changes import latest, objects, step, texts, written

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from fanout.run.store.records import Call, Written

SAME = "="
MARKS = (b"\xff\xfe", b"\xef\xbb\xbf")  # the client's texts come without


def before(db: sqlite3.Connection, root: str, agent: int, names: list[str]) -> None:
    """A command of the agent is about to run, and these files are not as it left them. Inside a transaction."""
    for row in _rows(db, agent, names):
        _see_now(db, root, row, is_own=_may_be_own(db, row))


def after(db: sqlite3.Connection, root: str, agent: int, names: list[str], targets: Iterable[str]) -> None:
    """A command of the agent has run, and these files are not as they were; those that it names are through."""
    for row in _rows(db, agent, names):
        row.is_open = row.is_open and row.path not in targets
        _see_now(db, root, row, is_own=True)


def message_ended(db: sqlite3.Connection, root: str, agent: int, untold: Iterable[str]) -> None:
    """The calls of the agent's message are through, and the hooks that follow them; `untold` are the files of calls of
    which nothing was told. Inside a transaction."""
    rows = written.open_of(db, agent)
    for row in rows + _rows(db, agent, [name for name in untold if all(name != row.path for row in rows)]):
        row.is_open = False
        _see_now(db, root, row, is_own=True)


def heard(db: sqlite3.Connection, root: str, told: list[tuple[Call, dict[str, object]]]) -> None:
    """What the client says that file tools found and left, each call with its PostToolUse. Inside a transaction."""
    events: dict[tuple[int, str], list[dict[str, object]]] = {}
    for call, event in told:
        for name in calls.targets_of(call):
            events.setdefault((call.agent, name), []).append(event)
    for (agent, name), some in events.items():
        row = written.get(db, agent, name)
        if row is not None and row.seen != objects.FOLDER:
            row.is_open = True  # until the hooks that follow the call are through
            _follow(root, row, [_Told(event) for event in some])
            written.see(db, row)


def has_written(row: Written) -> bool:
    """Whether a call of the agent's is known to have changed the file, though somebody may have put it back since."""
    return (row.seen if row.own == SAME else row.own) != row.before


def may_have_written(root: str, row: Written) -> bool:
    """Not where the user refused its only call, or that call was cut off: the file is as the agent found it."""
    return has_written(row) or objects.keep(root, os.path.join(root, row.path)) != row.before


def left(db: sqlite3.Connection, root: str, agent: int, name: str, found: str, there: str) -> str:
    """The object that the agent made of the file that it `found` as it began and that holds `there` now, which is noted as
    seen. Inside a transaction."""
    row = written.get(db, agent, name)
    if row is None or objects.FOLDER in (row.before, row.seen):
        return there
    _advance(root, row, there, is_own=_may_be_own(db, row))
    written.see(db, row)
    own = row.seen if row.own == SAME else row.own
    if objects.NOT_KEPT in (found, row.before):
        return there
    made = step.kept(root, row.before, found, own)
    return there if made is None else made


class _Told:
    """What a file tool says of its call: the text that it found (None: no file), those that it may have left."""

    __slots__ = ("found", "is_known", "left")

    def __init__(self, event: dict[str, object]) -> None:
        from fanout.run.changes import announced

        self.left: list[str] = []
        given, answer = event.get("tool_input"), event.get("tool_response")
        told = announced.of_response(given if isinstance(given, dict) else {}, answer, self._keep)
        old = answer.get("originalFile", answer.get("original_file")) if isinstance(answer, dict) else None
        self.is_known = told is not None
        self.found = old.replace("\r\n", "\n") if isinstance(old, str) else None

    def _keep(self, text: str) -> str:
        self.left.append(text)
        return texts.name_of(text)


def _follow(root: str, row: Written, told: list[_Told]) -> None:
    """The calls one after another, each where what it found is what is there; else somebody wrote before it."""
    while told:
        if row.seen == objects.NOT_KEPT or not all(each.is_known for each in told):
            row.seen, row.own = objects.NOT_KEPT, SAME
            return
        data = b"" if row.seen == objects.ABSENT else objects.load(root, row.seen)
        text, ends = texts.read(data)
        if data[: len(MARKS[0])] == MARKS[0] or data[: len(MARKS[1])] == MARKS[1] or ends == texts.MIXED:
            row.seen, row.own = objects.NOT_KEPT, SAME
            return
        each = next((one for one in told if (one.found or "") == text), told[0])
        told.remove(each)
        if (each.found or "") != text:
            _advance(root, row, _object(root, row, each.found, ends), is_own=False)
        _advance(root, row, _left(root, row, each.left, ends), is_own=True)


def _left(root: str, row: Written, may_be: list[str], ends: str) -> str:
    """The object of what a file tool left: the file itself, as long as that is what the tool says."""
    there = objects.keep(root, os.path.join(root, row.path))
    if there not in (objects.ABSENT, objects.NOT_KEPT) and texts.read(objects.load(root, there))[0] in may_be:
        return there
    return _object(root, row, may_be[0], ends) if may_be else objects.NOT_KEPT


def _object(root: str, row: Written, text: str | None, ends: str) -> str:
    if text is None:
        return objects.ABSENT
    data = texts.encoded(text.replace("\n", "\r\n") if ends == texts.CRLF else text)
    return objects.keep_bytes(root, data, objects.kind(row.seen))


def _see_now(db: sqlite3.Connection, root: str, row: Written, is_own: bool) -> None:
    full = os.path.join(root, row.path)
    row.stamp = latest.stamp_at(full)
    _advance(root, row, objects.keep(root, full), is_own)
    written.see(db, row)


def _advance(root: str, row: Written, now: str, is_own: bool) -> None:
    """The file came to hold `now`."""
    if now == row.seen:
        return
    if objects.NOT_KEPT in (row.seen, now):
        own: str | None = SAME
    elif is_own:
        own = SAME if row.own == SAME else step.kept(root, row.seen, row.own, now)
    else:
        own = row.seen if row.own == SAME else row.own
    row.seen, row.own = now, SAME if own is None or own == now else own


def _may_be_own(db: sqlite3.Connection, row: Written) -> bool:
    """Whether the agent may have written the file since its last call was seen, or whoever works beside it did."""
    return row.is_open or bool(calls.open_of(db, row.agent)) or written.is_by_another_since(db, row)


def _rows(db: sqlite3.Connection, agent: int, names: list[str]) -> list[Written]:
    rows = (written.get(db, agent, name) for name in names)
    return [row for row in rows if row is not None and row.seen != objects.FOLDER]
