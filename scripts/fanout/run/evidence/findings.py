"""What an agent says beside its result line: kept in its result file, where dependents and people find it.

Agents that only read have no other way to hand on what they found.
"""

from __future__ import annotations

import os

from fanout.run.evidence import result
from fanout.run.store import run_files

LONGEST = 100_000


def keep(root: str, run: str, task: str, message: str) -> None:
    """Adds the words around the result line to the task's result file, once."""
    text = of_message(message)
    path = run_files.result(root, run, task)
    there = read(path)
    if not text or text in there:
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "a", encoding="utf-8", newline="\n") as file:
        file.write(("\n\n" if there else "") + text + "\n")


def set_apart(root: str, run: str, task: str, attempt: int) -> None:
    """What an attempt left that is over: the next one's result is not to be read as if it went on with that."""
    path = run_files.result(root, run, task)
    if attempt and read(path).strip():
        os.replace(path, run_files.earlier_result(root, run, task, attempt))


def earlier(root: str, run: str, task: str, attempts: int) -> str:
    """The path of what the last of so many attempts left that left something, else ""."""
    names = (run_files.earlier_result(root, run, task, number) for number in range(attempts, 0, -1))
    return next((path for path in names if os.path.exists(path)), "")


def of_message(message: str) -> str:
    """The words beside the result line."""
    return result.LINE.sub("", message).strip().strip("`").strip()[:LONGEST]


def of(root: str, run: str, task: str) -> str:
    """The path of a task's result file when it holds something, else ""."""
    path = run_files.result(root, run, task)
    return path if read(path).strip() else ""


def kept(root: str, run: str) -> set[str]:
    """The names of the run's result files: of a task without one there, `of` need not be asked."""
    try:
        return set(os.listdir(os.path.dirname(run_files.result(root, run, "any"))))
    except OSError:
        return set()


def read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(LONGEST * 4)
    except OSError:
        return ""
