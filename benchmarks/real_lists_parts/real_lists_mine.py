"""Which commits of a repository name the task of a list that they do.

A commit names a task when it is the one whose message the task's own text gives (`git commit -m "..."`), when it ticks
that task off in the list, when its subject has the task's id in the list's way ("T012", "Task 3", "feat(01-02)"), or the
task's title. A commit that names several tasks says of none what is its own: those tasks are left out.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from real_lists_git import Clone, Commit, CommitFiles

from fanout.errors import FanoutError
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

TOP = "/clone"
FEWEST, FEWEST_GSD = 4, 3
MOST_A_REPOSITORY = 12
LONGEST_BYTES = 1_000_000
MOST_COMMITS = 300  # the work on a list comes soon after it
LIST = re.compile(
    r"(?:\A|/)(?:plans?/[^/]+\.md|(?:\d\d-)?tasks\.md|tasks/tasks\.json|IMPLEMENTATION_PLAN\.md|conductor/tracks/[^/]+/plan\.md|"
    r"conductor/archive/[^/]+/plan\.md|prd\.json)\Z"
)
NO_LIST = re.compile(r"(?:\A|/)(?:templates?|\.template|commands|examples?|fixtures?|node_modules|archived?|evals?)/")
GSD = re.compile(r"\A((?:.*/)?\.planning/phases/[^/]+)/[\d.-]+-PLAN\.md\Z")
KEEPING = re.compile(
    r"(?:\A|/)(?:\.planning|\.beads|\.taskmaster|\.specify|\.kiro|\.spec-workflow|\.superpowers|\.remember|conductor|agent-os/specs|"
    r"plans?|specs|memory-bank|\.claude/(?:plans|specs))/.*\.(?:md|json|jsonl|ya?ml|txt)\Z|(?:\A|/)(?:progress|TODO|TASKS)\.(?:md|txt)\Z"
)
_MESSAGE = re.compile(r"git commit\b[^\n]*?-m\s*(?:\"\$\(cat <<\s*['\"]?EOF['\"]?\s*\n\s*|[\"'])([^\"'\n]+)")
_KIND = re.compile(r"\A\s*\w+(?:\([^)]*\))?!?:\s*")
_SEVERAL = re.compile(r"\b[A-Z]?\d[\d.]*\s*(?:-|–|to|through|\.\.|,|&|\+|/|and)\s*[A-Z]?\d", re.IGNORECASE)  # noqa: RUF001
_NUMBER = re.compile(r"\s*\(#\d+\)\s*\Z")


@dataclass
class Mined:
    """A list as it stood at `commit`, before the work on it, and for each task the commits that name it alone."""

    path: str
    commit: str
    before: str  # the commit whose tree the work began on
    format: str
    tasks: dict[str, list[str]] = field(default_factory=dict)


def read(clone: Clone, commit: str, path: str) -> Reading:
    """The list in a commit; a folder is one too. Raises FanoutError."""
    files = CommitFiles(clone, commit, TOP)
    full = f"{TOP}/{path}"
    text = "" if files.is_folder(full) else files.text(full)
    return registry.read(Source(path, full, text, TOP, files=files))


def mine(clone: Clone) -> list[Mined]:
    """The lists of a repository with enough tasks that commits name, those with most first."""
    commits = list(clone.commits())
    found = _gsd(clone, commits)
    readings = dict(_lists(clone, commits))
    latest = _latest(readings)
    for path, (added, reading) in readings.items():
        try:
            found.append(_mined(clone, commits, path, added, reading, latest))
        except (FanoutError, ValueError, KeyError):
            continue
    kept = [one for one in found if len(one.tasks) >= (FEWEST_GSD if one.format == "gsd" else FEWEST)]
    return sorted(kept, key=lambda one: (-len(one.tasks), one.path))[:MOST_A_REPOSITORY]


def _lists(clone: Clone, commits: list[Commit]) -> Iterator[tuple[str, tuple[int, Reading]]]:
    """The path of each list, where it is added, and the list as it was then."""
    for number, commit in enumerate(commits):
        for status, path in commit.files:
            if status == "A" and LIST.search(path) and not NO_LIST.search(path):
                reading = _try(clone, commit.name, path)
                if reading and len(reading.document.tasks) >= FEWEST:
                    yield path, (number, reading)


def _try(clone: Clone, commit: str, path: str) -> Reading | None:
    if len(clone.data(commit, path) or b"") > LONGEST_BYTES:
        return None
    try:
        return read(clone, commit, path)
    except FanoutError:
        return None


def _latest(readings: dict[str, tuple[int, Reading]]) -> dict[str, list[tuple[int, str]]]:
    """For each id, which lists have it, by when they were added: a subject means the latest one."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for path, (added, reading) in readings.items():
        for task in reading.document.tasks:
            found[task.id].append((added, path))
    return {name: sorted(places) for name, places in found.items()}


def _mined(
    clone: Clone, commits: list[Commit], path: str, added: int, first: Reading, latest: dict[str, list[tuple[int, str]]]
) -> Mined:
    named = _named(clone, commits, path, added, first, latest)
    start = min((number for numbers in named.values() for number in numbers), default=added + 1)
    commit = commits[added].name
    for number in range(added, start):  # the last version before the work
        if any(one == path and status != "D" for status, one in commits[number].files):
            commit = commits[number].name
    before = commits[start].parent if start < len(commits) else commit
    ids = {task.id for task in read(clone, commit, path).document.tasks}
    tasks = {name: [commits[one].name for one in numbers] for name, numbers in named.items() if name in ids}
    return Mined(path, commit, before or commit, first.format, tasks)


def _named(
    clone: Clone,
    commits: list[Commit],
    path: str,
    added: int,
    reading: Reading,
    latest: dict[str, list[tuple[int, str]]],
    most: int = MOST_COMMITS,
) -> dict[str, list[int]]:
    """For each task the commits (by number) that name it and no other one."""
    ways = _Ways(reading)
    alone: dict[str, list[int]] = defaultdict(list)
    shared: Counter[str] = Counter()
    last = reading
    for number in range(added, min(len(commits), added + most)):
        commit = commits[number]
        ticked: set[str] = set()
        if number > added and path in commit.paths():
            now = _try(clone, commit.name, path)
            ticked, last = (_ticked(last, now), now) if now else (set(), last)
        if not any(not _keeping(one, path) for one in commit.paths()):
            continue
        says = ways.of(commit.subject)
        mine = {name for name in says.ids if _meant(latest.get(name, []), number, path)}
        names = says.sure or mine or ticked or says.titles
        if len(names) == 1:
            alone[next(iter(names))].append(number)
        shared.update(names if len(names) > 1 else ())
    return {name: numbers for name, numbers in alone.items() if not shared[name]}


def _meant(places: list[tuple[int, str]], number: int, path: str) -> bool:
    before = [one for added, one in places if added <= number]
    return bool(before) and before[-1] == path


def _ticked(before: Reading, after: Reading) -> set[str]:
    was = {name for name, note in before.notes.items() if note.status == "completed"}
    return {name for name, note in after.notes.items() if note.status == "completed" and name not in was}


def _keeping(path: str, own: str) -> bool:
    """Whether a file only keeps the books of the work: the list, what stands beside it, what tools note."""
    folder = posixpath.dirname(own)
    return (
        path == own or bool(KEEPING.search(path)) or (bool(folder) and "/" in folder and path.startswith(folder + "/"))
    )


@dataclass
class _Said:
    sure: set[str]
    ids: set[str]
    titles: set[str]


class _Ways:
    """How commits may name the tasks of one list."""

    def __init__(self, reading: Reading) -> None:
        messages: dict[str, set[str]] = defaultdict(set)
        titles: dict[str, set[str]] = defaultdict(set)
        for task in reading.document.tasks:
            for match in _MESSAGE.finditer(task.description):
                messages[_plain(match[1])].add(task.id)
            if len(_plain(task.title).split()) >= 3:
                titles[_plain(task.title)].add(task.id)
        self.messages = {text: next(iter(names)) for text, names in messages.items() if len(names) == 1}
        self.titles = {text: next(iter(names)) for text, names in titles.items() if len(names) == 1}
        self.ids = [(task.id, _way(task.id, reading.format)) for task in reading.document.tasks]

    def of(self, subject: str) -> _Said:
        plain = _plain(subject)
        sure = {self.messages[plain]} if plain in self.messages else set()
        ids = {name for name, way in self.ids if way.search(subject)}
        titles = {self.titles[plain]} if plain in self.titles else set()
        if _SEVERAL.search(subject) and not sure and not re.search(r"\(\d+-\d+\)", subject):
            ids |= {
                "several",
                *(name for name, _ in self.ids if re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", subject)),
            }
        return _Said(sure, ids, titles)


def _plain(text: str) -> str:
    bare = _NUMBER.sub("", _KIND.sub("", text))
    return re.sub(r"[^\w]+", " ", bare).strip().lower()


def _way(name: str, form: str) -> re.Pattern[str]:
    escaped = re.escape(name)
    if form == "gsd":
        return re.compile(rf"\(\s*(?:phase[- ])?0*{escaped.lstrip('0')}\s*\)")
    if re.match(r"[A-Z]+-?\d", name):
        return re.compile(rf"(?<![\w-]){escaped}(?![\w.]?\d)\b")
    number = rf"0*{escaped.lstrip('0') or '0'}"
    return re.compile(rf"\b(?:sub-?)?tasks?[\s#_-]*{number}(?![\d]|\.\d)\b", re.IGNORECASE)


def _gsd(clone: Clone, commits: list[Commit]) -> list[Mined]:
    """The plans of each phase, as they stood when the last one was added."""
    last: dict[str, int] = {}
    for number, commit in enumerate(commits):
        for status, path in commit.files:
            match = GSD.match(path)
            if match and status == "A":
                last[match[1]] = number
    found = []
    for folder, number in last.items():
        reading = _try(clone, commits[number].name, folder)
        if reading is None:
            continue
        reading = replace(reading, format="gsd")
        named = _named(
            clone,
            commits,
            folder,
            0,
            reading,
            {task.id: [(0, folder)] for task in reading.document.tasks},
            len(commits),
        )
        start = min((one for numbers in named.values() for one in numbers), default=0)
        tasks = {name: [commits[one].name for one in numbers] for name, numbers in named.items()}
        before = commits[start].parent or commits[start].name
        found.append(Mined(folder, commits[number].name, before, "gsd", tasks))
    return found
