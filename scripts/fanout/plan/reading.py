"""What a reader hands on: the document, and beside it where each task stood and what was only inferred."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from fanout.plan.file_access import NO_FILES, Files
from fanout.plan.model import Document, Task

Status = Literal["pending", "in_progress", "completed", "blocked", "skipped"]


class Inference(NamedTuple):
    """A field that the source did not state: why it was concluded, and how sure that is (0 to 1)."""

    field: str
    reason: str
    confidence: float


EdgeSource = Literal[
    "stated",
    "produced and used",
    "created path",
    "shared file",
    "barrier",
    "stated barrier",
    "verification",
    "analyst",
    "list order",
]


class Edge(NamedTuple):
    """Why one task waits for another where the source has no field that says it, and how sure that is (0 to 1)."""

    why: str
    source: EdgeSource = "list order"
    strength: float = 0.5


STATED = Edge("", "stated", 1.0)


@dataclass(slots=True)
class Note:
    """What is known of one task beside its document record."""

    place: str = ""  # "file:line", the file relative to the reading's base
    status: Status = "pending"
    parallel: bool | None = None  # what the source claims: True, False, or None when it says nothing
    inferred: list[Inference] = field(default_factory=list)
    order: dict[str, Edge] = field(default_factory=dict)  # of depends_on what was inferred
    phase: str = ""
    unasked: bool = False  # skipped because this run is not to take it
    optional: bool = False  # the source says that it may be left out: no task waits for it by inference
    person: bool = False  # a person does it: it is held, and the reader has said so
    predicted: list[str] = field(default_factory=list)  # paths that only schedule: no part of what it declares
    hints: list[str] = field(default_factory=list)  # paths that it perhaps touches: no lock, see schedule/expected.py
    free_of: frozenset[str] = frozenset()  # ids that an analyst calls independent of it: no inferred edge between them
    any_time: bool = False  # its own words say that it may be done whenever: nothing inferred orders it, see `free_of`
    writes_nothing: bool = False  # the source says so: `"writes": []` of a task that is not to make something
    unsure: bool = False  # what it touches is not known (or is said to be shared): keep every other task away from it


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that looks like a task and was not read as one."""

    place: str
    text: str
    told: bool = False  # that it is left out is as it should be, or a warning says so
    why: str = ""  # "in a code fence or a comment"; "" when it was not understood


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning with a stable code. `task` is an id or "" when it is about the whole list; `fix` says what to do."""

    code: str
    message: str
    task: str = ""
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "task": self.task, "fix": self.fix}


@dataclass(frozen=True, slots=True)
class Reading:
    """A source as read. `files` are the absolute paths read, `base` the folder that patterns are relative to."""

    format: str
    document: Document
    base: str
    files: list[str] = field(default_factory=list)
    notes: dict[str, Note] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    source: Source | None = None  # what was read, so that a status can be written back to it
    as_read: Document | None = None  # the document before its inferred order was settled for a risk; None: it is that

    @property
    def called(self) -> str:
        """The list as a person calls it: its title, its id, its file's name."""
        path = self.source.path if self.source else ""
        return self.document.title or self.document.id or os.path.basename(path.rstrip("/")) or self.format


def with_tasks(reading: Reading, tasks: list[Task], *remarks: Remark) -> Reading:
    """The reading with other tasks, and more warnings."""
    document = reading.document.model_copy(update={"tasks": tasks})
    return replace(reading, document=document, warnings=[*reading.warnings, *remarks])


@dataclass(frozen=True, slots=True)
class Edit:
    """A status change in the user's own file: replace bytes [start, end) of `path`, which must still be `before`.

    `derived` marks a value that follows from other files (a counter): it is computed again when the edit is applied.
    `origin` says which task the edit is for, so that the place can be found again in a file that has moved on.
    """

    path: str
    start: int
    end: int
    before: bytes
    after: bytes
    derived: bool = False
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """The request that an edit answers: `summary` is one line on what was done, for the formats that keep one."""

    source: Source
    task: str
    status: Status
    summary: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One task-list format. `detect` looks at the content and answers 0 (no) to 1 (certainly)."""

    name: str
    detect: Callable[[Source], float]
    read: Callable[[Source], Reading]
    mark: Callable[[Origin], list[Edit]] | None = None  # None: the format holds no status


@dataclass(frozen=True, slots=True)
class Source:
    """Where the tasks come from, before its format is known.

    `path` is an absolute file or folder, or "" for standard input; `text` the decoded content of a file or of standard
    input, "" for a folder; `root` the project's root; `files` the way to what stands beside it.
    """

    given: str
    path: str
    text: str
    root: str
    part: str = ""
    files: Files = field(default=NO_FILES, repr=False, compare=False)

    @property
    def is_folder(self) -> bool:
        return bool(self.path) and not self.text and self.files.is_folder(self.path)
