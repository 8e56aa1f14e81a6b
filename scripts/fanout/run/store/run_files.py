"""The files of a run inside .fanout: briefs, results, scratch folders."""

from __future__ import annotations

import os

from fanout.run.store import paths, state_dir

COPY = ".kept"


def result(root: str, run: str, task: str) -> str:
    """Where an agent puts what does not fit its result line. No .md: the client refuses agents the Markdown files whose
    names begin with report, summary, findings or analysis, as a task's may."""
    return os.path.join(state_dir.folder_of(root), "results", run, f"{_safe(task)}.txt")


def earlier_result(root: str, run: str, task: str, attempt: int) -> str:
    """Where that lies of an attempt that another one followed."""
    return os.path.join(state_dir.folder_of(root), "results", run, f"{_safe(task)}.attempt-{attempt}.txt")


def accepted(root: str, run: str, task: str) -> str:
    """What a task's acceptance commands printed."""
    return os.path.join(state_dir.folder_of(root), "results", run, f"{_safe(task)}.accept.txt")


def patch(root: str, run: str, task: str) -> str:
    """What was kept of a task that was given up."""
    return os.path.join(state_dir.folder_of(root), "results", run, f"{_safe(task)}.patch")


def brief(root: str, run: str, task: str) -> str:
    return os.path.join(state_dir.folder_of(root), "briefs", run, f"{_safe(task)}.md")


def scratch(root: str, run: str, task: str) -> str:
    """A task's own folder for temporary files."""
    return os.path.join(state_dir.folder_of(root), "scratch", run, _safe(task))


def copy(name: str) -> str:
    """How a copy of a file is named in .fanout: test runners look there too, and take `x.test.js` for a test of the project."""
    return f"{name.lstrip('/')}{COPY}"


def kept(root: str, name: str, object_: str = "") -> str:
    """Where the bytes of a file are kept before something takes them away; without an object, the folder of all."""
    place = os.path.join(state_dir.folder_of(root), "kept")
    return os.path.join(place, object_[:8], copy(name)) if object_ else place


def undone(root: str, run: str, task: str) -> str:
    """The folder of what undoing the task took away."""
    return os.path.join(state_dir.folder_of(root), "undo", run, _safe(task))


def key(task: str, fold: bool) -> str:
    """Tasks with the same one share their files; `fold` where names that differ in case are one."""
    return paths.key(_safe(task), fold)


def shown(root: str, path: str) -> str:
    """A path for people and models who work in the folder `root`: relative when it is below, else absolute."""
    return os.path.relpath(path, root) if path.startswith(root.rstrip(os.sep) + os.sep) else path


def _safe(task: str) -> str:
    return task.replace(":", "_")
