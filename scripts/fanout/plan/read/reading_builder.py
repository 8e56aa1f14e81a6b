"""The tasks of one reading while they are collected, with what was inferred, left unread and warned of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fanout.plan.model import parse_document
from fanout.plan.reading import Edge, EdgeSource, Inference, Note, Reading, Remark, Source, Status, Unread

STDIN_NAME = "standard input"
_LONGEST_LINE = 200
_REASONS = 3
_NOT_ID = re.compile(r"[^\w.:-]+")


@dataclass(slots=True)
class Entry:
    """One task on its way into the document; `fields` are the document's own field names."""

    id: str
    note: Note
    fields: dict[str, Any]
    reasons: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)  # inferred order, until it is settled
    doubts: list[str] = field(default_factory=list)  # what it waits for, and nobody knows which task that is
    guessed: set[str] = field(default_factory=set)  # of writes and reads what was inferred
    listed: set[str] = field(default_factory=set)  # of writes and reads what stands in a list of files
    counted: bool = False  # its id is only its place in the list
    own: frozenset[str] = frozenset()  # names of the list's file: what it says of itself is no work on a file
    optional: bool = False  # nobody waits for it, unless that is stated
    _have: dict[str, set[str]] = field(default_factory=dict)

    def add(
        self,
        name: str,
        values: Iterable[str],
        reason: str = "",
        confidence: float = 1.0,
        source: EdgeSource = "stated",
    ) -> bool:
        """Put `values` to the list field `name`, each once; a `reason` marks them as inferred. False: nothing new.

        `source` is where an inferred dependency comes from; the words of a text state one.
        """
        have = self._have.setdefault(name, set())
        new = [value for value in dict.fromkeys(values) if value not in have]
        have.update(new)
        self.fields.setdefault(name, []).extend(new)
        if new and reason:
            self.infer(name, reason, confidence)
            if name == "depends_on":
                self.note.order.update(dict.fromkeys(new, Edge(reason, source, confidence)))
            elif name in ("writes", "reads"):
                self.guessed.update(new)
        return bool(new)

    def drop(self, name: str, values: Iterable[str]) -> None:
        """Take `values` out of the list field `name` again."""
        gone = set(values)
        self.fields[name] = [value for value in self.get(name) if value not in gone]
        self._have.setdefault(name, set()).difference_update(gone)
        if name == "depends_on":
            for value in gone:
                self.note.order.pop(value, None)

    def stated_writes(self) -> bool:
        """Whether a file that it writes is stated, and not only concluded from its words."""
        return any(path not in self.guessed for path in self.get("writes"))

    def rename(self, name: str, old: str, new: str) -> None:
        """Put `new` in the place of `old` in the list field `name`."""
        edge = self.note.order.get(old)
        self.drop(name, [old])
        self.add(name, [new])
        if edge:
            self.note.order[new] = edge

    def accept(self, text: str, command: str | None = None) -> None:
        """One more criterion of acceptance."""
        record = {"text": text.strip()} if command is None else {"text": text.strip(), "command": command}
        if record not in self.fields.setdefault("accept", []):
            self.fields["accept"].append(record)

    def set(self, name: str, value: object, reason: str = "", confidence: float = 1.0) -> None:
        self.fields[name] = value
        if reason:
            self.infer(name, reason, confidence)

    def infer(self, name: str, reason: str, confidence: float) -> None:
        self.reasons.setdefault(name, []).append((reason, confidence))

    def get(self, name: str) -> list[Any]:
        found = self.fields.get(name, [])
        return found if isinstance(found, list) else []

    def settled(self) -> Note:
        """The note, with the inferences of each field told as one: all reasons, the lowest confidence."""
        for name, found in self.reasons.items():
            if len(found) == 1:
                self.note.inferred.append(Inference(name, *found[0]))
                continue
            reasons = list(dict.fromkeys(reason for reason, _confidence in found))
            shown = "; ".join(reasons[:_REASONS])
            more = f"; and {len(reasons) - _REASONS} more" if len(reasons) > _REASONS else ""
            self.note.inferred.append(Inference(name, shown + more, min(confidence for _reason, confidence in found)))
        return self.note


class Gather:
    """Collects one reading; `reading()` ends it."""

    def __init__(self, source: Source, format_name: str) -> None:
        self.source = source
        self.format = format_name
        self.base = source.root
        self.entries: list[Entry] = []
        self.known: dict[str, Entry] = {}
        self.unread: list[Unread] = []
        self.warnings: list[Remark] = []
        self.files: list[str] = []
        self.settings: dict[str, Any] = {}
        self.twins: dict[str, list[Entry]] = {}  # an id that stands more than once, and the tasks behind the first
        self._own = frozenset({self.name(source.path), os.path.basename(source.path)} - {STDIN_NAME, ""})
        self.strict = False  # a name that is no task stays, and is an error later

    def text(self, path: str) -> str:
        """The content of one more file of the source; "" means the source's own."""
        if not path or path == self.source.path:
            self.files += [path] if path and path not in self.files else []
            return self.source.text
        self.files.append(path)
        return self.source.files.text(path)

    def place(self, path: str, line: int = 0) -> str:
        name = self.name(path)
        return f"{name}:{line}" if line else name

    def name(self, path: str) -> str:
        """The file as it is shown: relative to the base, or as it is when it lies outside."""
        return name_of(path, self.base)

    def task(self, raw_id: str, title: str, place: str, status: Status = "pending") -> Entry:
        identity = clean_id(raw_id)
        again = identity in self.known and not self.strict
        entry = Entry(self._free(identity) if again else identity, Note(place=place, status=status), {})
        entry.fields["title"] = one_line(title)
        entry.own = self._own
        self.entries.append(entry)
        self.known.setdefault(entry.id, entry)
        if again:
            self.twins.setdefault(identity, []).append(entry)
            message = f"{identity} stands here again ({place}): it is read as {entry.id}, and what names {identity} means both"
            self.warn("duplicate-id", message, entry.id, "Give each task its own id.")
        return entry

    def _free(self, identity: str) -> str:
        number = 2
        while f"{identity}-{number}" in self.known:
            number += 1
        return f"{identity}-{number}"

    def leave(self, place: str, text: str, told: bool = False, why: str = "") -> None:
        """A line that looks like a task and is not read as one; `told` when that is as it should be, or a warning says so.

        `why` goes on "it stands ...": "in a code fence or a comment".
        """
        text = text.strip()
        shown = text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 3] + "..."
        self.unread.append(Unread(place, shown, told, why))

    def warn(self, code: str, message: str, task: str = "", fix: str = "") -> None:
        self.warnings.append(Remark(code, message, task, fix))

    def reading(self, identity: str = "", title: str = "") -> Reading:
        """Everything collected. Raises SourceError when a record can't be a task at all."""
        from fanout.plan.read import edges, list_over, references, spared

        list_over.settle(self)
        spared.settle(self)
        if not self.strict:
            references.settle(self)
        edges.settle(self)
        data: dict[str, Any] = {"schema_version": 1, "id": identity, "title": one_line(title), **self.settings}
        for entry in self.entries:
            if entry.fields.get("description") == entry.fields["title"]:
                del entry.fields["description"]
        data["tasks"] = [{"id": entry.id, **entry.fields} for entry in self.entries]
        document = parse_document(data, self.name(self.source.path))
        notes: dict[str, Note] = {}
        for entry in self.entries:
            notes.setdefault(entry.id, entry.settled())
        unread = sorted(self.unread, key=lambda item: _spot(item.place))
        return Reading(self.format, document, self.base, self.files, notes, unread, self.warnings, self.source)


def _spot(place: str) -> tuple[str, list[int]]:
    name, _, rest = place.partition(":")
    return name, [int(part) for part in rest.split(":") if part.isdigit()]


def name_of(path: str, base: str) -> str:
    if not path:
        return STDIN_NAME
    if path.startswith(base.rstrip(os.sep) + os.sep):
        return path[len(base.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
    return path


def clean_id(raw: str) -> str:
    """`raw` as a task id: other characters become '-'."""
    cleaned = _NOT_ID.sub("-", raw.strip()).lstrip(".:-").rstrip("-")[:100]
    return cleaned or "task"


def one_line(text: str, limit: int = 300) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= limit else joined[: limit - 3] + "..."
