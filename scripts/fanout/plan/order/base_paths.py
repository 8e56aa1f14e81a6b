"""Paths that a list gives from another folder than the project's root: `src/x.ts` for `apps/desk/src/x.ts`."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fanout.plan.model import Task
from fanout.plan.reading import Reading, Remark, with_tasks

SHOWN = 4
EXACT = ("native", "openagentscontrol")  # their paths are relative to the root by contract
_PATTERN = re.compile(r"[*?\[\]{}\\]")
_CREATES = re.compile(r"\b(?:create[sd]?|creating|new|scaffold|generate)\b|创建|新建", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Tree:
    files: frozenset[str]
    folders: frozenset[str]
    by_name: Mapping[str, list[str]]
    by_folder_name: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a path really is; several `candidates` and no `path`: nobody can tell."""

    path: str = ""
    candidates: tuple[str, ...] = ()


def resolve(reading: Reading, tracked: frozenset[str]) -> Reading:
    """The reading with the paths that end exactly one file of the project as that file; each change is a remark."""
    if not tracked or reading.format in EXACT:
        return reading
    tree = _tree(tracked)
    remarks: list[Remark] = []
    told: set[str] = set()
    changed: list[Task] = []
    for task in reading.document.tasks:
        found = {path: _find(path, task, tree) for path in [*task.writes, *task.reads]}
        moved = {path: one.path for path, one in found.items() if one.path}
        remarks += [_remark(task.id, path, one) for path, one in found.items() if one.candidates and path not in told]
        told.update(path for path, one in found.items() if one.candidates)
        changed.append(_moved(task, moved) if moved else task)
    if not remarks:
        return reading
    return replace(with_tasks(reading, changed, *remarks), as_read=reading.as_read or reading.document)


def _tree(tracked: frozenset[str]) -> _Tree:
    names: dict[str, list[str]] = defaultdict(list)
    folders: set[str] = set()
    for path in sorted(tracked):
        names[posixpath.basename(path)].append(path)
        folder = posixpath.dirname(path)
        while folder and folder not in folders:
            folders.add(folder)
            folder = posixpath.dirname(folder)
    ends: dict[str, list[str]] = defaultdict(list)
    for folder in sorted(folders):
        ends[posixpath.basename(folder)].append(folder)
    return _Tree(tracked, frozenset(folders), names, ends)


def _find(path: str, task: Task, tree: _Tree) -> _Found:
    first, _, rest = path.partition("/")
    if path in tree.files or path.rstrip("/") in tree.folders or _PATTERN.search(path) or path.startswith("."):
        return _Found()
    if rest and first in tree.folders:
        return _Found()  # it may well be a new file of a folder that is there
    if not rest and (not posixpath.splitext(path)[1] or _is_new(path, task)):
        return _Found()
    ends = _ending(tree.by_name.get(posixpath.basename(path), ()), path)
    if ends:
        return _Found(ends[0] if len(ends) == 1 else "", tuple(ends))
    folder = posixpath.dirname(path.rstrip("/"))
    above = _ending(tree.by_folder_name.get(posixpath.basename(folder), ()), folder) if folder else []
    if len(above) == 1:
        return _Found(f"{above[0]}/{path[len(folder) + 1 :]}", (above[0],))
    return _Found()


def _ending(paths: Iterable[str], end: str) -> list[str]:
    return [path for path in paths if path.endswith("/" + end)]


def _is_new(path: str, task: Task) -> bool:
    """Whether the task's words say that the file is made: a bare name may then stand in the root."""
    lines = [task.title, *task.description.split("\n")]
    return any(_CREATES.search(line.partition(path)[0]) for line in lines if path in line)


def _remark(task: str, path: str, found: _Found) -> Remark:
    if found.path:
        message = f"{path} is not there, and is taken as {found.path}, the only place of the project that ends so"
        return Remark("other-base", message, task, "Write paths from the project's root.")
    shown = ", ".join(found.candidates[:SHOWN])
    more = f" and {len(found.candidates) - SHOWN} more" if len(found.candidates) > SHOWN else ""
    message = f"{path} is not there, and may be any of {shown}{more}: nothing protects the one that is meant"
    return Remark("ambiguous-path", message, task, "Write the path from the project's root.")


def _moved(task: Task, moved: Mapping[str, str]) -> Task:
    writes, reads = ([*dict.fromkeys(moved.get(path, path) for path in paths)] for paths in (task.writes, task.reads))
    return task.model_copy(update={"writes": writes, "reads": [path for path in reads if path not in writes]})
