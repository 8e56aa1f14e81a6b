"""What a list can be called: the names of the folders and files in which the tools keep theirs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

# A folder of lists -> what each of its folders must hold to be one; "" for anything at all.
FEATURES = ".tmp/tasks"
FOLDERS = (
    (FEATURES, ("",)),
    ("specs", ("tasks.json", "tasks.md", "03-tasks.json")),
    (".kiro/specs", ("tasks.md",)),
    ("openspec/changes", ("tasks.md",)),
    (".spec-workflow/specs", ("tasks.md",)),
    ("agent-os/specs", ("tasks.md",)),
    (".trae/specs", ("tasks.md",)),
    ("conductor/tracks", ("plan.md",)),
    (".claude/epics", ("epic.md",)),
)
# A folder of lists -> how the file of one is called.
FILES = (
    ("tasks", "tasks-{}.md"),
    (".cursor/plans", "{}.plan.md"),
    (".claude/plans", "{}.md"),
    (".agent/plans", "{}.md"),
    (".trae/documents", "{}.md"),
    ("docs/superpowers/plans", "{}.md"),
    ("docs/plans", "{}.md"),
)
_OVER = ("completed", "archive", "archived", "_completed")
# What tools put around a name: 001-auth, 2026-01-05-auth, auth_20260105, auth_1a2b3c4d, tasks-prd-auth.
_BEFORE = re.compile(r"\A(?:\d{4}-\d\d-\d\d-|\d{8}-|\d{1,4}-|prd-)")
_BEHIND = re.compile(r"(?:_\d{8}|_[0-9a-f]{6,12}|-[0-9a-f]{8})\Z")


def find(name: str, root: str) -> list[str]:
    """The lists called `name` in the nearest of `root` and the folders above it that has one; exact names go first."""
    if os.sep in name or "/" in name or name in (".", ".."):
        return []
    folder = root
    while True:
        places = list(_lists(folder))
        exact = [path for own, path in places if own == name]
        loose = [path for own, path in places if _plain(own) == name]
        if exact or loose:
            return _own_first(exact or loose, folder)
        parent = os.path.dirname(folder)
        if parent == folder:
            return []
        folder = parent


def _own_first(places: list[str], folder: str) -> list[str]:
    """A feature's folder goes before the spec that it was made from."""
    feature = os.path.join(folder, *FEATURES.split("/"), "")
    spec = os.path.join(folder, "specs", "")
    made = any(path.startswith(feature) for path in places)
    return [
        path
        for path in places
        if not (made and path.startswith(spec) and os.path.isfile(os.path.join(path, "tasks.json")))
    ]


def known(root: str) -> list[str]:
    """The names of all lists of the project, sorted."""
    return sorted({own.removeprefix("prd-") for own, _path in _lists(root)})


def _plain(own: str) -> str:
    return _BEHIND.sub("", _BEFORE.sub("", own))


def _lists(folder: str) -> Iterator[tuple[str, str]]:
    """Name and path of each list in the places of one folder."""
    for place, inside in FOLDERS:
        base = os.path.join(folder, *place.split("/"))
        for name in _names(base):
            path = os.path.join(base, name)
            if (
                name not in _OVER
                and os.path.isdir(path)
                and any(os.path.exists(os.path.join(path, one)) for one in inside)
            ):
                yield name, path
    for place, shape in FILES:
        base = os.path.join(folder, *place.split("/"))
        before, _, behind = shape.partition("{}")
        for name in _names(base):
            if name.startswith(before) and name.endswith(behind) and os.path.isfile(os.path.join(base, name)):
                yield name[len(before) : len(name) - len(behind)], os.path.join(base, name)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
