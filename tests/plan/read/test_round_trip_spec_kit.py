"""Made-up lists of spec-kit with its headings, tags, goals and checkpoints: statuses, tags, phases and order as they were made.

What spec-kit says of order is worked out here without a reader: tasks of setup and foundation stand before every story,
stories beside each other, the last phase behind them all; in a phase a task without [P] follows what stands before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan.read import made_lists
from plan.read.made_lists import BOXES, QUIET, Made, box, fence
from scale import SCALE

from fanout.plan.read import registry
from fanout.plan.reading import Reading
from fanout.source.resolve import resolve

NAMED = "specs/001-shop/tasks.md"
# Words that say nothing of order and name no file.
TITLES = QUIET.map(lambda words: f"Add {words}")
CHECKPOINTS = [
    "**Checkpoint**: Foundation ready - user story work can now begin",
    "**Checkpoint**: At this point, this story should be fully functional",
    "*Checkpoint: all of it works*",
]


@dataclass
class Part:
    """A phase: its heading's words, its kind, and its tasks with whether each is tagged [P]."""

    title: str
    kind: str
    tasks: list[tuple[str, bool]] = field(default_factory=list)


def spec_kit(draw: st.DrawFn) -> tuple[Made, list[Part]]:
    made, parts = Made(NAMED), list[Part]()
    made.add("# Tasks: Shop\n\n**Input**: `/specs/001-shop/`\n\n## Format: `[ID] [P?] [Story] Description`\n")
    made.add("- **[P]**: other files\n- Include exact file paths\n")
    number = 0
    for title, kind in _headings(draw):
        part = Part(title, kind)
        made.add(f"## {title}\n")
        if draw(st.booleans()):
            made.add("**Goal**: a shop\n\n**Independent Test**: open it\n")
        for sub in _sections(draw, kind):
            if sub:
                made.add(f"{sub}\n")
            for _ in range(draw(st.integers(1, 2))):
                number += 1
                _task(draw, made, part, f"T{number:03d}")
        if draw(st.booleans()):
            made.add(f"\n{draw(st.sampled_from(CHECKPOINTS))}\n\n---\n")
        parts.append(part)
    _tail(draw, made)
    return made.framed(draw), parts


def _headings(draw: st.DrawFn) -> list[tuple[str, str]]:
    base = ["Setup (Shared Infrastructure)", "Foundational (Blocking Prerequisites)"][: draw(st.integers(1, 2))]
    stories = range(1, draw(st.integers(1, 3)) + 1)
    ends = [" 🎯 MVP", "", " - P2"]
    kinds = [(words, "base") for words in base]
    kinds += [
        (f"User Story {one} - {draw(QUIET)} (Priority: P{one}){draw(st.sampled_from(ends))}", "story")
        for one in stories
    ]
    kinds += [("Polish & Cross-Cutting Concerns", "end")] * draw(st.integers(0, 1))
    return [(f"Phase {place}: {words}", kind) for place, (words, kind) in enumerate(kinds, 1)]


def _sections(draw: st.DrawFn, kind: str) -> list[str]:
    if kind != "story" or not draw(st.booleans()):
        return [""]
    return ["### Tests for User Story (OPTIONAL) ⚠️\n\n> **NOTE: Write these tests FIRST**", "### Implementation"]


def _task(draw: st.DrawFn, made: Made, part: Part, name: str) -> None:
    """A task that names a file of its own, so that only its tags and its place say something of order."""
    char, title, parallel = draw(st.sampled_from(list(BOXES))), draw(TITLES), draw(st.booleans())
    tags = "[P] " * parallel + (f"[US{part.title.split()[4]}] " if part.kind == "story" else "")
    words = f"{title} in src/{name.lower()}.ts"
    made.add("- [", box(name, char), f"] {name} {tags}{words}")
    made.task(name, words, BOXES[char])
    part.tasks.append((name, parallel))
    if draw(st.integers(0, 3)) == 0:
        fence(draw, made, "  ", "- [ ] T900 in a fence")


def _tail(draw: st.DrawFn, made: Made) -> None:
    if draw(st.booleans()):
        made.add("\n## Dependencies & Execution Order\n\n- **Polish**: comes last\n- Tests before models\n")
    if draw(st.booleans()):
        made.add('## Parallel Example\n\n```bash\nTask: "T001 in a fence"\n```\n')


def ordered(parts: list[Part]) -> set[tuple[str, str]]:
    """Every pair of tasks of which the second must come behind the first, and no other is: what the tags and phases say."""
    pairs: set[tuple[str, str]] = set()
    for part in parts:
        for place, (name, parallel) in enumerate(part.tasks):
            pairs |= {(other, name) for other, beside in part.tasks[:place] if not (parallel and beside)}
    for at, part in enumerate(parts):
        for before in parts[:at]:
            if not (part.kind == before.kind == "story"):
                pairs |= {(one, other) for one, _tag in before.tasks for other, _tag in part.tasks}
    return closed(pairs)


def closed(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """With what follows from two of them."""
    while more := {(one, end) for one, two in pairs for start, end in pairs if two == start} - pairs:
        pairs = pairs | more
    return pairs


def waits(reading: Reading) -> set[tuple[str, str]]:
    return closed({(name, task.id) for task in reading.document.tasks for name in task.depends_on})


@settings(max_examples=25 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_phases_stories_and_tags_are_read_as_they_were_made(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made, parts = data.draw(st.composite(spec_kit)())
    folder = tmp_path_factory.mktemp("list")
    made_lists.holds(made, "spec-kit", data, folder)
    reading = registry.read(resolve(str(folder / NAMED), str(folder)))
    for part in parts:
        for name, parallel in part.tasks:
            assert reading.notes[name].parallel is (True if parallel else None)
            assert like(reading.notes[name].phase) == like(part.title)
    assert waits(reading) == ordered(parts)


def like(title: str) -> str:
    """A phase's title without blanks, emphasis and the mark of the first story."""
    return made_lists.like(title).replace("🎯", "")
