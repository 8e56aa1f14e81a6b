"""Files of tasks that name none: `AuthStore` is src/auth_store.ts, where an earlier task makes that file.

files_by_name   what each name stands for: what the tasks of the list make, else the one file of the project
called          what a task does with those that it names
below           the file in brackets behind the heading that a task stands below: "### Store (`src/store.ts`)"
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fanout.plan.model import Task
from fanout.plan.order import modules
from fanout.plan.order.base_paths import EXACT
from fanout.plan.order.layers import EMPTY, words_of
from fanout.plan.order.signs import is_test
from fanout.plan.read.prose.mentions import mentions
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.reading import Inference, Note, Reading, with_tasks

SURE, LIKELY = 0.8, 0.7
_VERB_DECIDES = 0.85  # of a mention: a verb of making stands right before the path
_HUMPS = r"[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]*)+"
_NAME = re.compile(rf"`?\b({_HUMPS})\b(?:\.[a-z_]\w*\([^()]*\))?`?(?![./\\]\w)")
_MADE = re.compile(
    r"(?i:create|implement|add|configure|define|build|write|set ?up|initiali[sz]e)\s+(?i:the\s+|an?\s+)?"
    rf"`?({_HUMPS})\b"
)
_NO_CHANGE = re.compile(
    r"\b(?:tests?|specs?|mocks?|stories|storybook|docs?|documentation|document)\b|\A\W*(?:verif|confirm|check|review|validat|run)\w*\b",
    re.IGNORECASE,
)
# What stands behind these is put somewhere else: "Wire the AuthStore into ...".
_USES = re.compile(
    r"\b(?:integrate|wire|hook|register|embed|mount|import|connect|render|call|inject|instantiate|apply|use|using|with|via|from|replace)\w*\b"
    r"(?:\s+(?:up|the|an?|new|existing|all|both))*\W*\Z",
    re.IGNORECASE,
)
_INTO = re.compile(r"\b(?:into|to|in|inside|within|on)\s+(?:the\s+|existing\s+)*\W*\Z", re.IGNORECASE)
_JOINED = re.compile(r"\W{0,3}(?:and|&|/|,)\W{0,3}\Z", re.IGNORECASE)
_PLACE = re.compile(r"\S.*[([]\s*`?([^\s()\[\]`]+?)`?(?::\d[\d-]*)?\s*[)\]]\W*\Z")
_KEY = re.compile(r"[^a-z0-9]")
_EVERYBODYS = frozenset(["typescript", "javascript", "github", "gitlab", "postgresql", "graphql", "openapi", "mongodb"])


Found = dict[str, tuple[str, float]]  # by path what speaks for it, and how sure that is


def resolve(reading: Reading, tracked: frozenset[str]) -> Reading:
    """The reading with the files of tasks that name none, but name what is in one."""
    tasks = reading.document.tasks
    bare = [task for task in tasks if not (task.writes or task.read_only) and _may_share(reading, task.id)]
    if not bare or reading.format in EXACT:
        return reading
    files = files_by_name(tasks, tracked)
    changed: dict[str, Found] = {}
    for task in bare:
        note = reading.notes.get(task.id, Note())
        found = called(task, files) or below(task, note.phase)
        if found:
            changed[task.id] = found
    if not changed:
        return reading
    notes = dict(reading.notes)
    for name, found in changed.items():
        kept = [one for one in notes.get(name, Note()).inferred if one.field != "writes"]
        told = [Inference("writes", why, sure) for why, sure in found.values()]
        notes[name] = replace(notes.get(name, Note()), unsure=False, inferred=[*kept, *told])
    after = [task.model_copy(update=_paths(task, changed[task.id])) if task.id in changed else task for task in tasks]
    return replace(with_tasks(reading, after), notes=notes, as_read=reading.as_read or reading.document)


def _may_share(reading: Reading, name: str) -> bool:
    """Whether the list does not say that the task runs alone."""
    return reading.notes.get(name, Note()).parallel is not False


def files_by_name(tasks: Sequence[Task], tracked: Iterable[str]) -> dict[str, str]:
    """The one code file of each name, by `_key`: one that a task of the list says it makes, else one of the project."""
    listed: dict[str, set[str]] = defaultdict(set)
    there: dict[str, set[str]] = defaultdict(set)
    for task in tasks:
        code = [path for path in task.writes if _is_code(path)]
        for path in code:
            listed[_stem(path)].add(path)
        made = _MADE.match(task.title) if len(code) == 1 else None
        if made:
            words = {word for word in words_of(_stem_words(code[0])) if word not in EMPTY}
            if words & set(words_of(made[1])):
                listed[_key(made[1])].add(code[0])
    for path in tracked:
        if _is_code(path):
            there[_stem(path)].add(path)
    return {name: next(iter(paths)) for name, paths in {**there, **listed}.items() if len(paths) == 1}


def called(task: Task, files: Mapping[str, str]) -> Found:
    """What the title changes of what it calls by name. Nothing where one of the names is not known."""
    title = task.title
    if _NO_CHANGE.search(title) or only_looks(title):
        return {}
    names = [match for match in _NAME.finditer(title) if _key(match[1]) not in _EVERYBODYS]
    changed = _changed(title, names)
    if not changed or any(_key(match[1]) not in files for match in changed):
        return {}
    paths = {files[_key(match[1])]: match[1] for match in changed}
    text = _NAME.sub(lambda match: f"`{files[_key(match[1])]}`" if match[1] in paths.values() else match[0], title)
    found = {one.pattern: one for one in mentions(text) if one.pattern in paths and one.mode == "write"}
    return {
        path: (f"{paths[path]} is {path}, and it changes that", SURE if one.confidence >= _VERB_DECIDES else LIKELY)
        for path, one in found.items()
    }


def below(task: Task, heading: str) -> Found:
    """What the heading says of where its tasks work; one that tests, documents or only looks works elsewhere."""
    match = _PLACE.match(heading)
    path = as_path(match[1]) if match else None
    if path is None or _NO_CHANGE.search(task.title) or only_looks(task.title):
        return {}
    is_file = bool(posixpath.splitext(path)[1]) and not path.endswith("/")
    if not is_file and not path.endswith("/"):
        return {}
    return {path: (f"it stands below '{heading}'", SURE if is_file else LIKELY)}


def _changed(title: str, names: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """Those of the names that the title says are changed: behind "to" or "in" where there is one, else what no verb only uses."""
    inside: list[re.Match[str]] = []
    used: list[re.Match[str]] = []
    others: list[re.Match[str]] = []
    group, end = others, -1
    for match in names:
        before = title[: match.start()]
        if end < 0 or not _JOINED.fullmatch(title, end, match.start()):
            group = inside if _INTO.search(before) else used if _USES.search(before) else others
        group.append(match)
        end = match.end()
    return inside or others


def _is_code(path: str) -> bool:
    return modules.is_code(path) and not is_test(path) and not re.search(r"[*?{\[]", path)


def _stem_words(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _stem(path: str) -> str:
    return _key(_stem_words(path))


def _key(name: str) -> str:
    return _KEY.sub("", name.lower())


def _paths(task: Task, found: Mapping[str, object]) -> dict[str, list[str]]:
    return {"writes": [*found], "reads": [path for path in task.reads if path not in found]}
