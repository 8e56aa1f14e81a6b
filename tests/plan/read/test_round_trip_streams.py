"""Made-up epics of ccpm with analyses: every stream is a task that its whole closes over; a status is written to its file.

What is to be read is worked out from what was made: the tasks without streams in the order of their numbers, then for each
analysis its streams and their whole. A stream waits for the streams that it names, and the whole for all of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan.read import made_lists
from plan.read.made_lists import QUIET, Made, Token, fence, like
from scale import SCALE

from fanout.plan.read import registry
from fanout.source import write_back
from fanout.source.resolve import resolve

EPIC = ".claude/epics/shop"
WORDS = {"open": "pending", "in-progress": "in_progress", "closed": "completed", "completed": "completed"}
LETTERS = "ABCD"


@dataclass
class Stream:
    """A task as it is to be read: what it waits for of its own whole, and what it writes."""

    id: str
    title: str
    status: str
    after: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    whole: bool = False


def epic(draw: st.DrawFn) -> tuple[Made, list[Stream]]:
    made = Made(EPIC)
    made.add(f"---\nname: shop\nstatus: backlog\n---\n\n# Epic\n\n- [ ] {draw(QUIET)}", to=f"{EPIC}/epic.md")
    plain: list[Stream] = []
    streamed: list[Stream] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        name = f"{number:03d}"
        task = _task(draw, made, name)
        if draw(st.booleans()):
            parts = _analysis(draw, made, task)
            streamed += [*parts, Stream(name, task.title, task.status, {part.id for part in parts}, whole=True)]
        else:
            plain.append(task)
    return made.framed(draw), [*plain, *streamed]


def _task(draw: st.DrawFn, made: Made, name: str) -> Stream:
    path, title, word = f"{EPIC}/{name}.md", draw(QUIET), draw(st.sampled_from(list(WORDS)))
    token = Token(name, word, word if WORDS[word] == "completed" else "closed")
    lines: list[list[str | Token]] = [[f"name: '{title}'"], ["status: ", token], ["depends_on: []"], ["parallel: true"]]
    made.add("---", to=path)
    for line in draw(st.permutations(lines)):
        made.add(*line, to=path)
    made.add("conflicts_with: []\n---\n\n## Description\n\nstatus: closed\n", to=path)
    return Stream(name, title, WORDS[word])


def _analysis(draw: st.DrawFn, made: Made, task: Stream) -> list[Stream]:
    path = f"{EPIC}/{task.id}-analysis.md"
    made.add(f"---\nissue: {task.id}\ntitle: x\nstatus: closed\n---\n\n## Parallel Streams", to=path)
    parts: list[Stream] = []
    for letter in LETTERS[: draw(st.integers(1, 4))]:
        title, sign = draw(QUIET), draw(st.sampled_from([":", " -"]))
        part = Stream(f"{task.id}-{letter}", f"{task.title}: {title}", task.status)
        made.add(f"\n### Stream {letter}{sign} {title}\n**Scope**: the part\n**Files**:", to=path)
        for count in range(draw(st.integers(1, 2))):
            part.writes.add(f"src/{task.id}/{letter}{count}.ts")
        for file in sorted(part.writes):
            made.add(f"- {draw(st.sampled_from(['{}', '`{}`'])).format(file)}", to=path)
        before = draw(st.lists(st.sampled_from(parts), unique_by=lambda one: one.id, max_size=2)) if parts else []
        part.after = {one.id for one in before}
        named = draw(st.sampled_from([" and ", ", ", " & "])).join(f"Stream {one.id[-1]}" for one in before)
        start = draw(st.sampled_from([f"after {named} completes", named])) if before else "immediately"
        made.add(f"**Can Start**: {start}\n**Dependencies**: {named or 'none'}", to=path)
        fence(draw, made, "", "### Stream Z: in a fence", to=path)
        parts.append(part)
    made.add("\n## Coordination Points\n\n- Streams A and B talk\n", to=path)
    return parts


@settings(max_examples=25 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_streams_are_tasks_and_a_status_is_written_to_its_own_file(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made, tasks = data.draw(st.composite(epic)())
    folder = tmp_path_factory.mktemp("list")
    made.write(folder)
    source = resolve(str(folder / EPIC), str(folder))
    assert registry.choose(source).name == "ccpm"
    reading = registry.read(source)
    assert made_lists.statuses(reading) == [(task.id, task.status) for task in tasks]
    for read, task in zip(reading.document.tasks, tasks, strict=True):
        assert like(read.title) == like(task.title)
        assert set(read.depends_on) == task.after
        assert task.whole or set(read.writes) == task.writes
    marked = data.draw(st.sampled_from(tasks))
    write_back.apply(write_back.mark(reading, marked.id, "completed"))
    own = "-" not in marked.id and marked.status != "completed"
    assert made_lists.found(folder, made) == made.files(marked.id if own else None)
