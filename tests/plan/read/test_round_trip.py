"""Made-up lists of each grammar of check boxes, read by a Markdown parser too, which knows nothing of our readers.

The parser says which items there are, what is in their boxes and on which lines; the grammar says which of them are
tasks. A status written back changes the character of that box, of the wholes that follow it, and no other byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from scale import SCALE

from fanout.plan.read import registry
from fanout.plan.reading import Origin, Status
from fanout.source import write_back
from fanout.source.resolve import resolve

PARSER = MarkdownIt("commonmark")
BOX = re.compile(r"\[(?P<token>.)\]\*?\s+(?P<rest>.*)", re.DOTALL)
NUMBER = re.compile(r"(?:(?:Sub)?Task )?(?P<number>\d+(?:\.\d+)*)[.:]? ")
DONE = ("x", "X")
WORDS = st.text("abcdefgh ÄßçñЖ中文字のタ한🎉👩‍💻`'\"&;,()", min_size=0, max_size=24).map(
    lambda text: f"w{text}".replace("``", "`").strip().rstrip("\\")
)
TOKENS = st.sampled_from([" ", " ", "x", "X"])


@dataclass
class Item:
    """What the parser saw: the box's character, the words behind it, and the line, counted from 1."""

    token: str
    words: str
    line: int
    items: list[Item] = field(default_factory=list)

    @property
    def number(self) -> str:
        match = NUMBER.match(self.words)
        return match["number"] if match else ""


def seen(text: str) -> list[Item]:
    """The check boxes of a page as a tree."""
    top: list[Item] = []
    open_: list[Item | None] = []
    for token, content in _with_content(text):
        if token == "close":
            open_.pop()
        elif content is not None:
            line, words = content
            match = BOX.match(words)
            item = Item(match["token"], match["rest"].split("\n")[0], line) if match else None
            above = next((one for one in reversed(open_) if one is not None), None)
            if item is not None:
                (above.items if above else top).append(item)
            open_.append(item)
    return top


def _with_content(text):
    """Each list item's begin, with its line and first words, and its end."""
    tokens = PARSER.parse(text)
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            inline = tokens[index + 2] if len(tokens) > index + 2 else None
            words = inline.content if inline is not None and inline.type == "inline" else ""
            yield "open", ((token.map or [0])[0] + 1, words)
        elif token.type == "list_item_close":
            yield "close", None


@dataclass(frozen=True)
class Grammar:
    """How a format writes a task (`{0}` its stage, `{1}` its place in it) and whether numbered boxes in it are tasks."""

    head: str
    whole: str
    task: str
    step: str
    parts: bool
    name: str = ""


GRAMMARS = {
    "kiro": Grammar("", "{0}. ", "{0}.{1} ", "", True),
    "spec-workflow": Grammar("", "{0}. ", "{0}.{1}. ", "", True),
    "openspec": Grammar("## {0}. ", "", "{0}.{1} ", "", True),
    "agent-os": Grammar("#### Task Group {0}: ", "{0}.0 ", "{0}.{1} ", "", True),
    "ai-dev-tasks": Grammar("", "{0}.0 ", "{0}.{1} ", "", True),
    "conductor": Grammar("## Phase {0}: ", "", "Task: ", "Sub-task: ", False),
    "trae": Grammar("", "", "Task {0}{1}: ", "SubTask {0}{1}.1: ", False),
}
FENCE = ["````", "- [ ] 9. an example", "```", "- [x] 9.9 in a fence in a fence", "```", "````"]


@st.composite
def pages(draw, form):
    """A page of that format, with nesting, other languages, fences, blank lines, tabs and either end of lines."""
    grammar = GRAMMARS[form]
    deep = draw(st.sampled_from(["  ", "    ", "\t"]))
    lines = ["# Tasks", ""]
    for stage in range(1, draw(st.integers(1, 3)) + 1):
        indent = ""
        if grammar.head:
            lines += ["", grammar.head.format(stage) + draw(WORDS), ""]
        if grammar.whole:
            lines.append(f"- [{draw(TOKENS)}] {grammar.whole.format(stage)}{draw(WORDS)}")
            indent = deep
        for number in range(1, draw(st.integers(1, 3)) + 1):
            lines += _task(draw, grammar, indent, deep, stage, number)
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(lines) + end


def _task(draw, grammar, indent, deep, stage, number):
    lines = [f"{indent}- [{draw(TOKENS)}] {grammar.task.format(stage, number)}{draw(WORDS)}"]
    inner = indent + deep
    if draw(st.booleans()):
        lines.append(f"{inner}- {draw(WORDS)}")
    if draw(st.booleans()):
        lines.append(f"{inner}- [{draw(TOKENS)}] {grammar.step.format(stage, number)}{draw(WORDS)}")
    if draw(st.integers(0, 3)) == 0:
        lines += [f"{inner}{line}" for line in FENCE]
    return lines + [""] * draw(st.integers(0, 1))


def tasks(items: list[Item], grammar: Grammar, wholes: tuple[Item, ...] = ()) -> list[tuple[Item, tuple[Item, ...]]]:
    """Which of the items are tasks, each with the items that it is a part of."""
    found = []
    for item in items:
        parts = [part for part in item.items if part.number] if grammar.parts else []
        found += tasks(parts, grammar, (*wholes, item)) if parts else [(item, wholes)]
    return found


def spot(lines: list[str], item: Item) -> tuple[int, int]:
    """Where the box's character lies: its line and column, both from 0."""
    return item.line - 1, lines[item.line - 1].index("[") + 1


@pytest.mark.parametrize("form", GRAMMARS)
@settings(max_examples=25 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_list_is_read_as_a_parser_reads_it_and_only_boxes_change(form, data, tmp_path_factory):
    text = data.draw(pages(form))
    found = tasks(seen(text), GRAMMARS[form])
    path = tmp_path_factory.mktemp("list") / "tasks.txt"
    path.write_bytes(text.encode())
    source = resolve(str(path), str(path.parent))
    reading = registry.read(source, form)
    notes = [reading.notes[task.id] for task in reading.document.tasks]
    assert [int(note.place.rpartition(":")[2]) for note in notes] == [item.line for item, _wholes in found]
    assert [note.status == "completed" for note in notes] == [item.token in DONE for item, _wholes in found]
    if GRAMMARS[form].parts:
        assert [task.id for task in reading.document.tasks] == [item.number for item, _wholes in found]
    index = data.draw(st.integers(0, len(found) - 1))
    _marked(form, text, path, reading.document.tasks[index].id, found, index)


def _marked(
    form: str, text: str, path: Path, task: str, found: list[tuple[Item, tuple[Item, ...]]], index: int
) -> None:
    item, wholes = found[index]
    lines = text.splitlines(keepends=True)
    wanted = " " if item.token in DONE else "x"
    changed = {spot(lines, item)}
    for whole in wholes:
        others = [one for one, above in found if whole in above and one is not item]
        over = wanted == "x" and all(one.token in DONE for one in others)
        if (over and whole.token not in DONE) or (wanted == " " and whole.token in DONE):
            changed.add(spot(lines, whole))
    expected = [
        "".join(
            (("x" if wanted == "x" else " ") if (row, column) in changed else char) for column, char in enumerate(line)
        )
        for row, line in enumerate(lines)
    ]
    source = resolve(str(path), str(path.parent))
    status: Status = "completed" if wanted == "x" else "pending"
    edits = registry.FORMATS[form].mark
    assert edits is not None
    write_back.apply([*edits(Origin(source, task, status, "", form))])
    assert path.read_bytes().decode() == "".join(expected)
