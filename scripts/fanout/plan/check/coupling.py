"""Hidden coupling: files that no task names, and that two of them change all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.check.spoken_files import SAID, Spoken
from fanout.plan.model import Task
from fanout.plan.project_facts import ProjectFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

LIKELY, LESS, HARDLY = 0.4, 0.3, 0.0  # the last is no reason to keep two apart: measured, it costs more than it saves
MOST_HUBS = 3
MOST_TASKS = 100  # tasks for one path that are compared with each other

# Manifest -> the lock files that its package managers write; the first one where none is there yet.
LOCKS = {
    "package.json": ("package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"),
    "Cargo.toml": ("Cargo.lock",),
    "pyproject.toml": ("uv.lock", "poetry.lock", "pdm.lock"),
    "Gemfile": ("Gemfile.lock",),
    "composer.json": ("composer.lock",),
    "go.mod": ("go.sum",),
    "mix.exs": ("mix.lock",),
    "pubspec.yaml": ("pubspec.lock",),
    "Podfile": ("Podfile.lock",),
}
BARRELS = {
    "ts": ("index.ts", "index.tsx"),
    "tsx": ("index.ts", "index.tsx"),
    "js": ("index.js", "index.mjs"),
    "jsx": ("index.js",),
    "mjs": ("index.mjs", "index.js"),
    "rs": ("mod.rs", "lib.rs", "main.rs"),
}
_MIGRATIONS = re.compile(r"(?:.*/)?(?:migrations?|migrate|alembic/versions)(?=/)")
_TEST = re.compile(r"[._](?:test|spec|stories)\.|_test\.|(?:^|/)__")
_SNAPSHOTS = re.compile(r"--update-?[sS]napshots?\b|--snapshot-update\b|\b(?:jest|vitest)\b.*\s-u\b|\binsta accept\b")
_CHANGELOG = re.compile(r"\b(?:updat|add|writ|extend|append|not|document|record)\w*\b[^.\n]{0,40}\bchange ?log\b", re.I)


class Implied(NamedTuple):
    """A path that a task changes without naming it, why, and how likely two such tasks at once both do."""

    path: str
    why: str
    chance: float = LIKELY


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """One remark for each such path that two tasks share which nothing else keeps apart, the most telling ones first; then
    one for each two files of two tasks that history changes together."""
    writers = _writers(facts)
    for implied, tasks in _implied(facts, writers).items():
        namers = [index for index in writers.get(implied.path, ()) if index not in tasks]
        clash = facts.beside([*tasks, *namers][:MOST_TASKS])
        first = next((index for index in clash if index in tasks), None)
        if first is not None:
            others = facts.plan.ids([index for index in clash if index != first and index in tasks])
            sure = facts.plan.ids([index for index in clash if index in namers])
            said = [*([f"as {listed(others)} may"] if others else []), *([f"and {listed(sure)} does"] if sure else [])]
            message = f"may change {implied.path} without naming it, {' '.join(said)} ({implied.why})"
            yield Remark("hidden-coupling", message, facts.plan.tasks[first].id, _fix(implied.path))
    yield from _by_pairs(facts, writers)


def chances(facts: PlanFacts) -> dict[tuple[int, int], tuple[float, str]]:
    """(chance, clause) of the pairs (a < b) that perhaps change one file, for a schedule that is to be expected."""
    found: dict[tuple[int, int], tuple[float, str]] = {}
    if len(facts.left) > MOST_TASKS:
        return found
    writers = _writers(facts)
    for implied, tasks in _implied(facts, writers).items():
        namers = [index for index in writers.get(implied.path, ()) if index not in tasks]
        beside = set(facts.beside([*tasks, *namers])) if implied.chance else set()
        for a, b in combinations(sorted(beside), 2):
            if (a in tasks or b in tasks) and facts.beside([a, b]):
                found.setdefault((a, b), (implied.chance, f"both perhaps write {implied.path}"))
    return found


def _fix(path: str) -> str:
    return f'Add "{path}" to the writes of each, or let one task do that part for all.'


def _writers(facts: PlanFacts) -> dict[str, list[int]]:
    """For each path the tasks that name it."""
    found: dict[str, list[int]] = {}
    for index in facts.left:
        for path, _ in facts.named[index]:
            found.setdefault(path, []).append(index)
    return found


def _by_pairs(facts: PlanFacts, writers: Mapping[str, list[int]]) -> Iterator[Remark]:
    """Two tasks that may run at once, each with one of two files that change together."""
    for (one, two), figure in facts.project.together.items():
        for a in writers.get(one, ())[:MOST_HUBS]:
            for b in writers.get(two, ())[:MOST_HUBS]:
                if a != b and facts.beside(sorted((a, b))):
                    names = facts.plan.ids([a, b])
                    message = f"changes {one}, and {two} of {names[1]} changed with it in {figure}"
                    fix = "See whether one of the two has to change both; then let the other wait for it."
                    yield Remark("hidden-coupling", message, names[0], fix)


def _implied(facts: PlanFacts, writers: Mapping[str, list[int]]) -> dict[Implied, list[int]]:
    """What is implied, with the tasks: for more than one, or where another one names it. What history alone says stands last."""
    found: dict[Implied, list[int]] = {}
    usual: dict[Implied, list[int]] = {}
    spoken, barrels = Spoken(facts.project.files), _Barrels(facts)
    for index in facts.left:
        for one in _of_task(index, facts, spoken, barrels):
            found.setdefault(one, []).append(index)
        for one in _by_history(index, facts) if facts.named[index] else ():
            usual.setdefault(one, []).append(index)
    shared = {one: tasks for one, tasks in found.items() if len(tasks) > 1 or one.path in writers}
    return {**shared, **{one: tasks for one, tasks in usual.items() if len(tasks) > 1}}


def _of_task(index: int, facts: PlanFacts, spoken: Spoken, barrels: _Barrels) -> dict[Implied, None]:
    """What its words and its paths say of files that it does not name."""
    task = facts.plan.tasks[index]
    own = [path for path, _ in facts.named[index]]
    said = [Implied(path, why) for path, why in spoken.of(task) if not any(name.startswith(path) for name in own)]
    implied = dict.fromkeys([*_by_words(task), *said])
    for path in own:
        implied.update(dict.fromkeys(_by_path(path, facts.project)))
        implied.update(dict.fromkeys(barrels.implied_by(path)))
    return {one: None for one in implied if one.path not in own}


def _by_words(task: Task) -> Iterator[Implied]:
    words = f"{task.title}\n{task.description}"
    if "log" in words.lower() and _CHANGELOG.search(words):
        yield Implied("CHANGELOG.md", SAID)
    if any(_SNAPSHOTS.search(text) for text in (words, *(accept.command or "" for accept in task.accept))):
        yield Implied("**/__snapshots__/**", "their commands write every snapshot anew", LESS)


def _by_history(index: int, facts: PlanFacts) -> Iterator[Implied]:
    """What most commits of the project change, whatever they are about: a changelog, a registry."""
    for path, figure in list(facts.project.hubs.items())[:MOST_HUBS]:
        if path not in facts.plan.tasks[index].writes and facts.project.exists(path):
            yield Implied(path, f"{figure} changed it", HARDLY)


def _by_path(path: str, project: ProjectFacts) -> Iterator[Implied]:
    folder, _, name = path.rpartition("/")
    if name in LOCKS:
        yield Implied(_lock(folder, name, project), f"whoever changes a {name} and installs writes the lock file", LESS)
    migrations = _MIGRATIONS.match(path) if "migrat" in path or "alembic" in path else None
    if migrations and not project.exists(path):
        yield Implied(f"{migrations[0]}/", "each adds a migration: both may take the same number or the same parent")


def _lock(folder: str, manifest: str, project: ProjectFacts) -> str:
    """The lock file that an install after a change of the manifest writes: its own, else that of the workspace."""
    own = [f"{folder}/{name}" if folder else name for name in LOCKS[manifest]]
    if manifest == "go.mod":
        return own[0]
    return next((path for path in [*own, *LOCKS[manifest]] if project.exists(path)), LOCKS[manifest][0])


class _Barrels:
    """Which file a new module is listed in: an index that exists, or that the plan itself writes."""

    def __init__(self, facts: PlanFacts) -> None:
        self._exists = facts.project.exists
        self._lists = facts.project.lists
        self._planned = {path for named in facts.named for path, _ in named}
        self._known: dict[tuple[str, str], str] = {}

    def implied_by(self, path: str) -> Iterator[Implied]:
        folder, slash, name = path.rpartition("/")
        kind = name.rpartition(".")[2]
        if kind not in BARRELS or name in BARRELS[kind]:
            return
        barrel = self._barrel(f"{folder}{slash}", kind)
        if barrel and not _TEST.search(path) and not self._exists(path):
            yield Implied(barrel, "new modules beside it are listed in it")

    def _barrel(self, folder: str, kind: str) -> str:
        if (folder, kind) not in self._known:
            paths = [f"{folder}{name}" for name in BARRELS[kind]]
            found = next((path for path in paths if path in self._planned or self._exists(path)), "")
            is_new = found in self._planned and not self._exists(found)  # what the plan makes may list them
            self._known[folder, kind] = found if is_new or self._lists(found) else ""
        return self._known[folder, kind]
