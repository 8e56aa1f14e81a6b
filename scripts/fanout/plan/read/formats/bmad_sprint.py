# ruff: noqa: RUF001 - dashes and full-width punctuation are what lists are written with
"""BMAD's sprint-status.yaml: every story of every epic with its status; a story's file says what there is to do."""

from __future__ import annotations

import os
import re

from fanout.errors import FanoutError, Problem, SourceError
from fanout.plan.read import stages
from fanout.plan.read.prose import touched
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import markdown, task_fields, yaml_nodes
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.markdown import Page
from fanout.plan.read.text.yaml_nodes import Scalar
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "bmad-sprint"
FILE = "sprint-status.yaml"
_PLACES = ("", "_bmad-output/implementation-artifacts", "docs/sprint-artifacts", "docs", "implementation-artifacts")
_STORY = re.compile(r"(?P<epic>\d+|[A-Za-z]\w*?)-(?P<number>\d+[a-z]?)-(?P<words>.+)\Z")
_EPIC = re.compile(r"epic-[\w]+\Z|epic-[\w-]+-retrospective\Z")
_BLOCK = re.compile(r"^development_status:.*\n(?:(?:[ \t#].*)?(?:\n|\Z))*", re.MULTILINE)
STATUSES: dict[str, Status] = {
    "backlog": "pending",
    "drafted": "pending",
    "draft": "pending",
    "contexted": "pending",
    "ready-for-dev": "pending",
    "approved": "pending",
    "in-progress": "in_progress",
    "review": "in_progress",
    "ready-for-review": "in_progress",
    "done": "completed",
    "complete": "completed",
    "completed": "completed",
    "blocked": "blocked",
    "deferred": "blocked",
    "on-hold": "blocked",
    "cancelled": "skipped",
    "skipped": "skipped",
    "optional": "skipped",
}


def status_of(word: str) -> Status | None:
    """What BMAD's word means, with or without something behind it: "Ready for Review (2 findings)"."""
    plain = re.sub(r"[\s_]+", "-", re.split(r"[(:,;]|\s[-–—]", word.strip())[0].strip(" *`").lower())
    return STATUSES.get(plain)


def detect(source: Source) -> float:
    """A YAML map `development_status`; a folder that holds such a file."""
    if source.is_folder:
        return 0.93 if _file(source) else 0.0
    return 0.95 if re.search(r"^development_status:", source.text, re.MULTILINE) else 0.0


def _file(source: Source) -> str:
    if not source.is_folder:
        return source.path
    paths = (os.path.join(source.path, *place.split("/"), FILE) for place in _PLACES)
    return next((path for path in paths if source.files.is_file(path)), "")


def _development(text: str, name: str) -> dict[str, Scalar]:
    """The map of stories; of a file that is no YAML as a whole ("story_location: {project-root}/docs") that map alone."""
    try:
        data = yaml_nodes.parse(text, name)
    except SourceError:
        block = _BLOCK.search(text)
        if block is None:
            raise
        data = yaml_nodes.parse(block[0], name, block.start(), 1 + text.count("\n", 0, block.start()))
    found = data.get("development_status") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        message = "there is no map of stories"
        raise SourceError([Problem(name, "development_status", "", message, "Write '1-1-login: backlog' below it.")])
    return {key: value for key, value in found.items() if isinstance(value, Scalar)}


def read(source: Source) -> Reading:
    path = _file(source)
    gather = Gather(source, NAME)
    text = gather.text(path)
    epics: dict[str, Stage] = {}
    for key, value in _development(text, gather.name(path)).items():
        story = _STORY.match(key)
        if _EPIC.match(key) or story is None:
            told = bool(_EPIC.match(key))
            gather.leave(gather.place(path, value.line), f"{key}: {value.text}", told)
            continue
        entry = _entry(gather, key, story, value, path)
        stage = epics.setdefault(story["epic"], Stage(story["epic"], f"epic {story['epic']}"))
        stage.entries.append(entry)
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    stages.order(gather, list(epics.values()), Waits(), chain=True)
    return gather.reading("sprint", "Sprint")


def _entry(gather: Gather, key: str, story: re.Match[str], value: Scalar, path: str) -> Entry:
    status = status_of(value.text)
    words = story["words"].replace("-", " ")
    entry = gather.task(key, words, gather.place(path, value.line), status or "pending")
    entry.note.phase = f"epic {story['epic']}"
    if status is None:
        gather.warn("unknown-status", f"status {value.text!r} is taken as open", entry.id)
    entry.fields["description"] = f"Story {story['epic']}.{story['number']}: {words}"
    _from_story(gather, entry, os.path.join(os.path.dirname(path), f"{key}.md") if path else "")
    return entry


def _from_story(gather: Gather, entry: Entry, path: str) -> None:
    """Title, text, criteria and files from the story's own file, where it has one beside the list."""
    files = gather.source.files
    if not path or not files.is_file(path):
        return
    page = markdown.page(gather.text(path), gather.name(path))
    head = next((markdown.bare(line.title) for line in page.lines if line.level == 1 and line.plain), "")
    head = re.sub(r"\AStory\s+[\w.]+\s*[:–—-]\s*", "", head)
    entry.fields["title"] = head or entry.fields["title"]
    entry.fields["description"] += f"\nThe story is in {gather.name(path)}."
    entry.add("reads", [gather.name(path)])
    text = task_fields.prose(_sections(entry, page))
    if text and entry.note.status not in ("completed", "skipped"):
        touched.from_prose(entry, text)


def _sections(entry: Entry, page: Page) -> list[str]:
    """Takes the criteria of a story; returns the texts of its tasks."""
    criteria = listed = False
    tasks: list[str] = []
    for line in page.lines:
        if not line.plain:
            continue
        box = line.box()
        if line.level:
            criteria = bool(re.match(r"acceptance", line.title, re.IGNORECASE))
            listed = bool(re.match(r"tasks", line.title, re.IGNORECASE))
        elif criteria and line.bullet() and line.indent == 0:
            entry.accept(line.bullet() or "")
        elif box and listed:
            tasks.append(box.text)
    return tasks


def mark(origin: Origin) -> list[Edit]:
    """Sets the story's value; one that is opened again is ready for development where it has a file."""
    path = _file(origin.source)
    content = Content(origin.source.files, path)
    value = _development(content.text, path).get(origin.task)
    if value is None:
        raise FanoutError(f"{path} has no story {origin.task} any more.", "Read it again.")
    story = origin.source.files.is_file(os.path.join(os.path.dirname(path), f"{origin.task}.md"))
    word = {
        "completed": "done",
        "in_progress": "in-progress",
        "pending": "ready-for-dev" if story else "backlog",
    }.get(origin.status)
    if word is None or status_of(value.text) == origin.status:
        return []
    return [content.edit(value.start, value.end, yaml_nodes.quoted(value, content.text, word))]


FORMAT = Format(NAME, detect, read, mark)
