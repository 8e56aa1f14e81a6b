"""What the user named, found: a feature, a folder, a file, or standard input."""

from __future__ import annotations

import difflib
import os
import sys

from fanout.errors import FanoutError
from fanout.plan.file_access import decode
from fanout.plan.reading import Source
from fanout.source import names
from fanout.source.disk import DISK

STDIN = "-"
# A folder that holds one is that list; but a feature of .tmp/tasks has a file for each task beside its task.json.
LIST_FILES = ("tasks.json", "tasks.md")
FEATURE_FILE = "task.json"


def resolve(given: str, root: str) -> Source:
    """The source that `given` names, `root` being the project's root. Raises FanoutError when there is none."""
    if given == STDIN:
        return Source(given, "", decode(sys.stdin.buffer.read(), "standard input"), root, files=DISK)
    if not given.strip():
        raise FanoutError("the source's name is empty.", choices(root))
    path, part = locate(given, root)
    if not os.path.isdir(path):
        return Source(given, path, DISK.text(path), root, part, DISK)
    try:
        os.scandir(path).close()
    except OSError as error:
        raise FanoutError(f"{path} can't be read: {error.strerror}.", "Check its permissions.") from None
    inside = _list_in(path, root)
    if inside:
        return Source(given, inside, DISK.text(inside), root, part, DISK)
    return Source(given, path, "", root, part, DISK)


def _list_in(folder: str, root: str) -> str:
    """The list that a folder is, or "". The project's own folder may hold a tasks.md beside lists of other tools."""
    if os.path.exists(os.path.join(folder, FEATURE_FILE)):
        return ""
    held = LIST_FILES if os.path.realpath(folder) != os.path.realpath(root) else LIST_FILES[:1]
    return next((path for path in (os.path.join(folder, name) for name in held) if os.path.isfile(path)), "")


def locate(given: str, root: str) -> tuple[str, str]:
    """The file or folder that `given` names, and the part in it: `tasks.json#tag` names one list of several.

    `@tasks.json` is how the client completes a path. A list that is called so goes before a folder that is none.
    """
    plain = given.removeprefix("@")
    before, _, after = given.rpartition("#")
    for name, part in ((given, ""), (before, after), (plain, ""), (before.removeprefix("@"), after)):
        path = os.path.abspath(os.path.expanduser(name))
        if name and os.path.exists(path):
            called = names.find(name, root) if os.path.isdir(path) and not _list_in(path, root) else []
            return (_only(called, name, root) if called else path), part
    place = names.find(given, root) or names.find(plain, root)
    if not place:
        raise FanoutError(f"there is no file, folder or feature {given!r}.", choices(root, given))
    return _only(place, plain, root), ""


def _only(found: list[str], name: str, root: str) -> str:
    """The one list of that name. Raises FanoutError when several tools have one."""
    if len(found) > 1:
        shown = [os.path.relpath(path, root).replace(os.sep, "/") for path in found]
        raise FanoutError(
            f"{len(found)} lists are called {name!r}: {', '.join(shown[:10])}.", f"Name one by its path, as {shown[0]}."
        )
    return found[0]


def choices(root: str, given: str = "") -> str:
    """What to name: the features and specs of a project, the closest to `given` first."""
    called = names.known(root)
    if not called:
        return "Name a task file or folder, or '-' for standard input."
    close = difflib.get_close_matches(given, called, 1)
    meant = f"Did you mean {close[0]!r}? " if close else ""
    nearest = close + [name for name in called if name not in close]
    return f"{meant}Features here: {', '.join(nearest[:10])}."
