"""What the user named, found: a feature, a folder, a file, or standard input."""

from __future__ import annotations

import difflib
import os
import sys

from fanout.errors import FanoutError
from fanout.plan.files import decode
from fanout.plan.reading import Source
from fanout.source.disk import DISK

STDIN = "-"
FEATURES = os.path.join(".tmp", "tasks")
SPECS = "specs"  # where /spec:decompose writes <name>/tasks.json
TASK_FILE = "tasks.json"  # a folder that holds one is that list ...
FEATURE_FILE = "task.json"  # ... but for a feature's folder, which has a file for each task


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
    inside = os.path.join(path, TASK_FILE)
    if os.path.isfile(inside) and not os.path.exists(os.path.join(path, FEATURE_FILE)):
        return Source(given, inside, DISK.text(inside), root, part, DISK)
    return Source(given, path, "", root, part, DISK)


def locate(given: str, root: str) -> tuple[str, str]:
    """The file or folder that `given` names, and the part in it: `tasks.json#tag` names one list of several.

    `@tasks.json` is how the client completes a path.
    """
    plain = given.removeprefix("@")
    before, _, after = given.rpartition("#")
    for name, part in ((given, ""), (before, after), (plain, ""), (before.removeprefix("@"), after)):
        path = os.path.abspath(os.path.expanduser(name))
        if name and os.path.exists(path):
            return path, part
    feature = find_feature(given, root) or find_feature(plain, root)
    if feature is None:
        raise FanoutError(f"there is no file, folder or feature {given!r}.", choices(root, given))
    return feature, ""


def find_feature(name: str, root: str) -> str | None:
    """The folder .tmp/tasks/<name>, or the specs/<name> that holds a tasks.json, looked for from `root` upwards."""
    if os.sep in name or name in (".", ".."):
        return None
    folder = root
    while True:
        candidate, spec = os.path.join(folder, FEATURES, name), os.path.join(folder, SPECS, name)
        if os.path.isdir(candidate):
            return candidate
        if os.path.isfile(os.path.join(spec, TASK_FILE)):
            return spec
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def features(root: str) -> list[str]:
    """The names of the features of this project, sorted."""
    folder = os.path.join(root, FEATURES)
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted(name for name in names if name != "completed" and os.path.isdir(os.path.join(folder, name)))


def specs(root: str) -> list[str]:
    """The names of the folders under specs/ that hold a task list, sorted."""
    folder = os.path.join(root, SPECS)
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted(name for name in names if os.path.isfile(os.path.join(folder, name, TASK_FILE)))


def choices(root: str, given: str = "") -> str:
    """What to name: the features and specs of a project, the closest to `given` first."""
    names = features(root) + specs(root)
    if not names:
        return "Name a task file or folder, or '-' for standard input."
    close = difflib.get_close_matches(given, names, 1)
    meant = f"Did you mean {close[0]!r}? " if close else ""
    return f"{meant}Features here: {', '.join(names[:10])}."
