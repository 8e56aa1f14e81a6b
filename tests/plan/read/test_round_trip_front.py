"""Made-up folders of the formats that keep a task a file, its status in front matter: read as made, one status written.

Titles stand in every way that YAML has for them, and other keys, comments, texts and fences hold what looks like the
status. That the front matter says what was meant is asked of a YAML parser, which knows nothing of our readers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan.read import made_lists
from plan.read.made_lists import TITLES, Made, Token
from ruamel.yaml import YAML
from scale import SCALE

PLAIN = re.compile(r"w(?:[\w (),—'\"]|[/@+=](?! ))*\Z")
FOLD = re.compile(r"(?<=[^ ]) (?=[^ #])")
BODIES = [
    "## Description\n\nstatus: done\n\n- [ ] no task\n",
    "````md\n---\nid: 99\nstatus: done\n---\n```\n- [ ] no task\n```\n````\n",
    "",
    "Words.\n\n---\n\nstatus: closed\n",
]


@dataclass(frozen=True)
class Shape:
    """A format's files: what is named, each file's path, the keys of its front matter, and its words for a status."""

    named: str
    path: Callable[[int], str]
    identity: Callable[[int], str]
    title: str
    keys: Callable[[int], list[str]]
    open: dict[str, str]
    done: tuple[str, ...]


SHAPES = {
    "backlog": Shape(
        "backlog",
        lambda number: f"backlog/tasks/task-{number} - Part-{number}.md",
        lambda number: f"task-{number}",
        "title",
        lambda number: [f"id: task-{number}", "assignee: []", "created_date: '2026-01-02 10:00'", "labels: []"],
        {"To Do": "pending", "In Progress": "in_progress"},
        ("Done",),
    ),
    "ccpm": Shape(
        ".claude/epics/shop",
        lambda number: f".claude/epics/shop/{number:03d}.md",
        lambda number: f"{number:03d}",
        "name",
        lambda number: ["created: 2026-01-01T00:00:00Z", "depends_on: []", "parallel: true", "conflicts_with: []"],
        {"open": "pending", "in-progress": "in_progress"},
        ("closed", "completed"),
    ),
    "stm": Shape(
        ".simple-task-master",
        lambda number: f".simple-task-master/tasks/{number}-part.md",
        lambda number: f"{number}",
        "title",
        lambda number: ["schema: 1", f"id: {number}", "tags: [ui, 'pending']", "dependencies: []"],
        {"pending": "pending", "in-progress": "in_progress"},
        ("done",),
    ),
}
OTHERS = st.lists(
    st.sampled_from(
        ["x_status: done", "# status: done", "note: 'status: done'", "notes: |\n  status: done\n  - [ ] no task"]
    ),
    unique=True,
    max_size=2,
)


def folder(draw: st.DrawFn, shape: Shape) -> Made:
    made = Made(shape.named)
    number = 0
    for _ in range(draw(st.integers(1, 3))):
        number += draw(st.integers(1, 4))
        word = draw(st.sampled_from([*shape.open, *shape.done]))
        quote = draw(st.sampled_from(["", "", '"', "'"]))
        title, behind = draw(TITLES), draw(st.sampled_from(["", "  # status: open"]))
        token = Token(shape.identity(number), word, word if word in shape.done else shape.done[0])
        status: list[str | Token] = [f"status: {quote}", token, f"{quote}{behind}"]
        lines: list[list[str | Token]] = [status, [f"{shape.title}: {draw(written(title))}"]]
        lines += [[line] for line in [*shape.keys(number), *draw(OTHERS)]]
        path = shape.path(number)
        made.add("---", to=path)
        for line in draw(st.permutations(lines)):
            made.add(*line, to=path)
        made.add("---\n", to=path)
        made.add(draw(st.sampled_from(BODIES)), to=path)
        made.task(token.task, title, shape.open.get(word, "completed"))
        said = YAML(typ="safe", pure=True).load(made.files()[path].decode().split("---\n")[1])
        assert (said[shape.title].strip(), said["status"]) == (title, word)
    return made.framed(draw)


def written(title: str) -> st.SearchStrategy[str]:
    """The ways in which YAML has that text: on a line, below its key, begun there and gone on with below."""
    quoted = [json.dumps(title, ensure_ascii=False), "'" + title.replace("'", "''") + "'"]
    ways = [*quoted, *([title] if PLAIN.match(title) else [])]
    return st.sampled_from(
        [*ways, *(FOLD.sub("\n  ", way, count=1) for way in ways), f">-\n  {title}", f"|-\n  {title}"]
    )


@pytest.mark.parametrize("form", SHAPES)
@settings(max_examples=25 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_folder_is_read_as_it_was_made_and_one_status_changes(
    form: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = data.draw(st.composite(folder)(SHAPES[form]))
    made_lists.holds(made, form, data, tmp_path_factory.mktemp("list"))
