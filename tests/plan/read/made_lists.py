"""Made-up task lists that know what is in them: the tasks, and each place that holds a status.

A page is its texts with tokens between them. What it is like after a task is done needs no reader: its tokens are
written with their other word, and nothing else is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from fanout.plan.read import registry
from fanout.plan.reading import Reading
from fanout.source import write_back
from fanout.source.resolve import resolve

SIGNS = "abc ÄßçñЖ中文字のタ한🎉👩‍💻'\"&;,()[]{}<>#|*_~:/\\—→=+%@!?`"
NEVER = re.compile(r"``|\*\*|__|~~|<!--|-->|\[.?\]|https?:")  # Markdown that takes words away, or makes a box of them
TITLES = st.text(SIGNS, max_size=24).filter(lambda text: not NEVER.search(text)).map(lambda text: f"w{text}w")
QUIET = st.text("abc ÄßЖ中のタ한🎉(),—", max_size=16).map(lambda text: f"w{text}w")
ENDS = st.sampled_from(["\n", "\r\n"])
DEEPER = st.sampled_from(["  ", "    ", "\t"])
BOXES = {" ": "pending", "x": "completed", "X": "completed", "~": "in_progress"}
STATUS_LINES = {
    "Pending": ("pending", "Completed"),
    "pending": ("pending", "completed"),
    "TODO": ("pending", "COMPLETED"),
    "In Progress": ("in_progress", "Completed"),
    "Completed": ("completed", ""),
    "Done": ("completed", ""),
}


@dataclass(frozen=True)
class Token:
    """A status in a text: whose, what stands there, and what stands there when that task is done."""

    task: str
    now: str
    then: str


@dataclass(frozen=True)
class Task:
    id: str
    title: str
    status: str


@dataclass
class Made:
    """A list: its files in pieces, its tasks in order, and what of it is named to be read ("" the folder)."""

    named: str
    pages: dict[str, list[str | Token]] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    end: str = "\n"  # of a line
    mark: str = ""  # in front of each file, as Windows writes it
    last: bool = True  # whether the last line has an end

    def add(self, *pieces: str | Token, to: str | None = None) -> None:
        """One line."""
        self.pages.setdefault(self.named if to is None else to, []).extend([*pieces, "\n"])

    def task(self, identity: str, title: str, status: str) -> None:
        self.tasks.append(Task(identity, title, status))

    def files(self, done: str | None = None) -> dict[str, bytes]:
        """The files, as they are or as they are when the task `done` is."""
        return {path: self._text(pieces, done).encode() for path, pieces in self.pages.items()}

    def _text(self, pieces: list[str | Token], done: str | None) -> str:
        shown = [
            piece if isinstance(piece, str) else piece.then if piece.task == done else piece.now for piece in pieces
        ]
        text = "".join(shown)
        return self.mark + (text if self.last else text.rstrip("\n")).replace("\n", self.end)

    def framed(self, draw: st.DrawFn) -> Made:
        """The same with the line ends and the mark that its writer's system has."""
        self.end, self.mark, self.last = draw(ENDS), draw(st.sampled_from(["", "", "\ufeff"])), draw(st.booleans())
        return self

    def write(self, folder: Path) -> None:
        for path, data in self.files().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)


def found(folder: Path, made: Made) -> dict[str, bytes]:
    """What those files hold now."""
    return {path: (folder / path).read_bytes() for path in made.pages}


def like(title: str) -> str:
    """A title without the blanks and the signs of emphasis that a reader may leave out."""
    return re.sub(r"[\s*_`\ufe0f]", "", title)


def box(task: str, char: str) -> Token:
    """The character in a task's box."""
    return Token(task, char, char if BOXES[char] == "completed" else "x")


def fence(draw: st.DrawFn, made: Made, indent: str, looks: str, to: str | None = None) -> None:
    """At times a fence which holds what looks like a task, and another fence with one."""
    if draw(st.integers(0, 2)):
        return
    mark = draw(st.sampled_from(["`", "~"]))
    for line in [mark * 4, looks, mark * 3, looks.replace("[ ]", "[x]"), mark * 3, mark * 4]:
        made.add(f"{indent}{line}", to=to)


def holds(made: Made, form: str, data: st.DataObject, folder: Path) -> None:
    """It is read as it was made; a task that is marked done changes its tokens and no other byte, and is read as done."""
    made.write(folder)
    source = resolve(str(folder / made.named), str(folder))
    assert registry.choose(source).name == form
    reading = registry.read(source)
    assert statuses(reading) == [(task.id, task.status) for task in made.tasks]
    assert [like(task.title) for task in reading.document.tasks] == [like(task.title) for task in made.tasks]
    marked = data.draw(st.sampled_from(made.tasks))
    write_back.apply(write_back.mark(reading, marked.id, "completed"))
    assert found(folder, made) == made.files(None if marked.status == "completed" else marked.id)
    again = registry.read(resolve(str(folder / made.named), str(folder)))
    assert statuses(again) == [(task.id, "completed" if task is marked else task.status) for task in made.tasks]


def statuses(reading: Reading) -> list[tuple[str, str]]:
    return [(task.id, reading.notes[task.id].status) for task in reading.document.tasks]
