"""The files of an OpenAgentsControl feature: .tmp/tasks/<feature>/task.json and subtask_NN.json."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from fanout.errors import FanoutError, Problem, SourceError
from fanout.plan.file_access import Files
from fanout.plan.read.text import jsonc
from fanout.plan.reading import Source

TASK = "task.json"
SUBTASK = re.compile(r"subtask_(\d{2})\.json\Z")
STRAY = re.compile(r"subtask.*\.json\Z", re.IGNORECASE)


@dataclass(slots=True)
class Subtask:
    """One subtask file. `seq` is its own, or the file's number when it states none."""

    path: str
    text: str
    data: dict[str, object]
    seq: str

    def text_of(self, name: str) -> str:
        value = self.data.get(name)
        return value if isinstance(value, str) else "" if value is None else str(value)

    def list_of(self, name: str) -> list[object]:
        value = self.data.get(name)
        return value if isinstance(value, list) else []

    @property
    def needs(self) -> list[str]:
        return [value if isinstance(value, str) else str(value) for value in self.list_of("depends_on")]


@dataclass(slots=True)
class Feature:
    """A feature folder as it is now; `task` is None when there is no task.json."""

    folder: str
    name: str
    task: dict[str, object] | None = None
    task_text: str = ""
    subtasks: list[Subtask] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


def load(files: Files, folder: str, shown: str = "") -> Feature:
    """The feature in `folder`; `shown` is the folder's name in errors. Raises SourceError with every broken file."""
    feature = Feature(folder, os.path.basename(folder.rstrip(os.sep)))
    problems: list[Problem] = []
    for name in files.names(folder):
        place = f"{shown or folder}/{name}"
        number = SUBTASK.match(name)
        if name != TASK and number is None:
            feature.strays += [name] if STRAY.match(name) else []
            continue
        try:
            text = files.text(os.path.join(folder, name))
            data = _object(jsonc.parse(text, place), place)
        except SourceError as error:
            problems += error.problems
            continue
        if number is None:
            feature.task, feature.task_text = data, text
        else:
            feature.subtasks.append(Subtask(os.path.join(folder, name), text, data, _seq(data, number[1])))
    if problems:
        raise SourceError(problems)
    return feature


def features(files: Files, tasks: str) -> list[str]:
    """The names of the features below the folder .tmp/tasks, sorted; the archive is none."""
    return [name for name in files.names(tasks) if name != "completed" and files.is_folder(os.path.join(tasks, name))]


def _object(data: object, place: str) -> dict[str, object]:
    if isinstance(data, dict):
        return data
    fix = 'Write an object such as {"id": "feature-01", "seq": "01", "title": "..."}.'
    raise SourceError([Problem(place, "", type(data).__name__, "this must be a JSON object", fix)])


def _seq(data: dict[str, object], number: str) -> str:
    seq = data.get("seq")
    if isinstance(seq, int) and not isinstance(seq, bool):
        return f"{seq:02d}"
    return seq if isinstance(seq, str) and seq.strip() else number


def folder_of(source: Source) -> str:
    """The folder that holds the feature's files. Raises FanoutError when several could be meant."""
    if not source.path:
        raise FanoutError(
            "a feature of several files can't come from standard input.", "Name the feature or its folder."
        )
    if not source.is_folder:
        return os.path.dirname(source.path)
    if has_files(source.files, source.path):
        return source.path
    below = features_below(source.files, source.path)
    if len(below) == 1:
        return os.path.join(source.path, below[0])
    if not below:
        raise FanoutError(f"{source.path} has no task.json and no subtask_NN.json.", "Name a feature's folder.")
    raise FanoutError(f"{source.path} holds {len(below)} features.", f"Name one: {', '.join(below[:10])}.")


def has_files(files: Files, folder: str) -> bool:
    """Whether the folder is a feature's."""
    names = files.names(folder)
    if any(SUBTASK.match(name) for name in names):
        return True
    return TASK in names and os.path.basename(os.path.dirname(folder)) == "tasks"


def features_below(files: Files, folder: str) -> list[str]:
    """The features in a folder of tasks, or of a project, relative to it."""
    for candidate in (folder, os.path.join(folder, ".tmp", "tasks")):
        if os.path.basename(candidate) == "tasks":
            names = [name for name in features(files, candidate) if has_files(files, os.path.join(candidate, name))]
            if names:
                prefix = os.path.relpath(candidate, folder)
                return [name if prefix == "." else os.path.join(prefix, name) for name in names]
    return []
