"""What git's history says of a project's files: which change in most commits, and which change together."""

from __future__ import annotations

import posixpath
import subprocess
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations

SECONDS = 5
MOST_COMMITS = 300
LARGEST_COMMIT = 30  # files; what changes more than that says nothing of pairs
RECENT, FEWEST_RECENT = 30, 10
FEWEST_TOGETHER, SHARE_TOGETHER = 4, 0.6
FEWEST_IN_FOLDER = 5
MOST_PAIRS = 60


@lru_cache(maxsize=4)
def commits(folder: str) -> tuple[frozenset[str], ...]:
    """The files of each of the last commits, the newest first; none without git, or when it takes too long."""
    command = ["git", "-C", folder, "-c", "core.quotePath=off", "log", f"-{MOST_COMMITS}", "--no-merges", "--relative"]
    try:
        done = subprocess.run(
            [*command, "--name-only", "--no-renames", "--format=%x01"],
            capture_output=True,
            timeout=SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    if done.returncode:
        return ()
    texts = done.stdout.decode("utf-8", "surrogateescape").split("\x01")[1:]
    return tuple(frozenset(filter(None, text.split("\n"))) for text in texts)


def hubs(changes: Sequence[frozenset[str]]) -> dict[str, str]:
    """The files of at least half of the last commits, each with the figure: "24 of the last 30 commits"."""
    recent = changes[:RECENT]
    if len(recent) < FEWEST_RECENT:
        return {}
    counts = Counter(path for files in recent for path in sorted(files))
    return {
        path: f"{count} of the last {len(recent)} commits"
        for path, count in counts.most_common()
        if 2 * count >= len(recent)
    }


def together(changes: Sequence[frozenset[str]]) -> dict[str, list[str]]:
    """A path and those that change with it in most of its commits, the most frequent pairs first."""
    found: dict[str, list[str]] = defaultdict(list)
    for one, two in pairs(changes):
        found[one].append(two)
    return dict(found)


def pairs(changes: Sequence[frozenset[str]]) -> dict[tuple[str, str], str]:
    """Two paths that change together in most commits of the rarer one, each pair with the figure: "5 of its 6 last commits"."""
    small = [files for files in changes if 1 < len(files) <= LARGEST_COMMIT]
    alone = Counter(path for files in changes for path in files)
    counts = Counter(pair for files in small for pair in combinations(sorted(files), 2))
    found = {}
    for pair, count in counts.most_common(MOST_PAIRS):
        least = min(alone[path] for path in pair)
        if count >= FEWEST_TOGETHER and count >= SHARE_TOGETHER * least:
            found[pair] = f"{count} of the {least} commits of the rarer one"
    return found


def hot(changes: Sequence[frozenset[str]]) -> Mapping[str, list[str]]:
    """For each folder the files of it that change in at least half of the commits that touch it."""
    touched: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for files in changes:
        touched.update({posixpath.dirname(path) for path in files})
        inside.update(files)
    found: dict[str, list[str]] = defaultdict(list)
    for path, count in sorted(inside.items()):
        folder = posixpath.dirname(path)
        if touched[folder] >= FEWEST_IN_FOLDER and 2 * count >= touched[folder]:
            found[folder].append(path)
    return found
