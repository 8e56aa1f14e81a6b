"""An acceptance command that fails for what the task did not do: what is half done beside it, or what was red before.

    excuse -> in a copy without what is unfinished beside the task: it passes, then the task's own part is right
           -> in a copy without the task's work too: the same failure, then it is not the task's; whether it was so before
              the task began is said only when nothing else has changed since
           -> it misses a file that another task is still to make (missing_files)
           -> no copy can be had: it is said whose files the output names, and nobody fails for that

What an agent did in a worktree of its own is laid into the copy of the project: there stand the installed packages.

Whole suites are meant. What is the task's to get right: a command that names a file, an output that names a file of the
task, or one that speaks of it (the test of the task's file may have been red before, and must be green now).
"""

from __future__ import annotations

import os
import re

from fanout.run.agents import agents
from fanout.run.changes import changes, objects, step
from fanout.run.commits import isolated
from fanout.run.evidence import (
    acceptance,
    ignored_in_copy,
    installed_from_tree,
    missing_files,
    telling_lines,
    tree_without_others,
)
from fanout.run.evidence.gaps import Gap
from fanout.run.store import base, journal, paths
from fanout.run.store.db import Write, earliest_by_system
from fanout.run.tasks import tasks, waits_to_be_judged

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    from fanout.run.store.records import Agent

    Before = dict[str, str]  # the objects that stood at the names of paths

ROUNDS = 2
CLOCK_SECONDS = 0.05  # file systems date coarsely
GOES_ON = "--continue-on-collection-errors"
RED = ("does so in the same way without your changes", "was red before you began, in the same way")
MOST_NAMED = 200
LONGEST = 200_000
FILE = re.compile(r"[\w./@+-]*\w\.\w+")
REPAIR = re.compile(r"\b(fix|repair|green|failing|fails|broken|red|regress\w*|flaky)\b", re.IGNORECASE)
PROGRAMS = {"bin", ".bin", "Scripts"}  # the folders that programs are installed to
WRAPPERS = {"gradlew", "gradlew.bat", "mvnw", "mvnw.cmd"}
TIMES = re.compile(r"\b\d+(\.\d+)?\s?(ms|s|sec|seconds?|min)\b|\b0x[0-9a-f]+\b|(?<=line )\d+|(?<=:)\d+|\bt?mp\w+")
PASSED = re.compile(
    r"\b\d+(?= (passed|passing|total|tests?|ok|subtests?)\b)|(?<=[Rr]an )\d+|(?<=(pass|ests|otal)[: ])\s*\d+"
)
BAD = r"(?:fail(?:ed|ing|ures?|s)?|errors?|problems?|warnings?|issues?|offen[cs]es?|violations?)"
COUNTED = re.compile(rf"\b(?P<word>{BAD})[=: ]+(?P<number>\d+)\b|\b(?P<first>\d+) (?P<second>{BAD})\b", re.IGNORECASE)
FINE = re.compile(
    r"\b(passed|passing|ok|total|(?:\d+ )?(skipped|deselected|xfailed|ignored|pending|todo))\b|[^\w\s]+", re.IGNORECASE
)
DOTS = re.compile(r"[.FExXsSP]+(\s*\[[\s\d]+%\])?$")


def excuse(
    db: sqlite3.Connection, root: str, agent: Agent, record: dict[str, Any], failed: acceptance.Failure
) -> str | None:
    """As acceptance.failure takes it. Raises acceptance.NotYours."""
    unfinished = beside(db, root, agent)
    own = _laid(db, root, agent) if agent.worktree else changes.before_of(db, root, agent)
    if own is None:
        return None
    hidden = _hidden(unfinished, own)
    with_own, without = (hidden, {**hidden, **own}) if not agent.worktree else ({**hidden, **own}, hidden)
    is_whole = not with_own and not _stops_early(failed)
    judged = (failed.code, failed.output) if is_whole else _in_copy(db, root, agent, with_own, failed)
    named = {who: shown for who, one in unfinished.items() if (shown := _named(db, root, agent, failed.output, one))}
    if judged is None:
        if named:
            _not_judged(db, agent, failed, named)
        return None
    code, output = judged
    if code == 0:
        _note_judged_apart(db, agent, failed, sorted(unfinished))
        return ""
    absent = {name for name, old in hidden.items() if old == objects.ABSENT}
    if makers := missing_files.of(db, root, agent, output, absent):
        return missing_files.excuse(db, agent, failed, makers)
    is_elsewhere = _is_elsewhere(db, root, agent, record, failed, output, own)
    if is_elsewhere and _was_red(db, root, agent, without, failed, output):
        _red_before(db, root, agent, failed, output, {*own, *hidden})
        return ""
    if not hidden:
        return _says_the_rest(failed, code, output) if _stops_early(failed) else None
    return _says_whose(failed, code, output, sorted(unfinished), named)


def _stops_early(failed: acceptance.Failure) -> bool:
    """Whether pytest ran no test: it met a file that it can't import, of a test that is written first perhaps."""
    return re.search(rb"Interrupted: \d+ errors? during collection", failed.output) is not None


def _says_the_rest(failed: acceptance.Failure, code: int | None, output: bytes) -> str:
    return Gap(
        f"`{_line(failed)}` exits {failed.code} before it runs a test, as not all can be collected; with {GOES_ON} it exits "
        f"{code}:\n{telling_lines.of(output)}",
        f"Fix what is yours (whole output: {failed.kept}).",
    )


def _hidden(unfinished: dict[str, Before], own: Before) -> Before:
    """What others have half done, as it was before, without the task's own files."""
    return {name: old for before in unfinished.values() for name, old in before.items() if name not in own}


def _note_judged_apart(db: sqlite3.Connection, agent: Agent, failed: acceptance.Failure, others: list[str]) -> None:
    with Write(db):
        journal.note(db, "judged-apart", agent.run, agent.task, agent.id, command=_line(failed), without=others)


def _was_red(
    db: sqlite3.Connection, root: str, agent: Agent, without: Before, failed: acceptance.Failure, output: bytes
) -> bool:
    """Whether the command failed as much before the task began."""
    before = _in_copy(db, root, agent, without, failed)
    return before is not None and bool(before[0]) and _is_no_more(db, root, agent, output, before[1])


def _laid(db: sqlite3.Connection, root: str, agent: Agent) -> Before | None:
    """The objects that the project's files will be when the agent's worktree is brought in; None when that clashes."""
    tree = base.tree(root, base.folder(db, root, agent.run))
    laid = {}
    for path, (before, after) in isolated.steps(db, root, agent).items():
        new = step.laid(root, before, objects.keep(root, os.path.join(tree, path)), after)
        if new is None:
            return None
        data, kind = new
        laid[base.named(root, tree, path)] = objects.ABSENT if data is None else objects.keep_bytes(root, data, kind)
    return laid


def beside(db: sqlite3.Connection, root: str, agent: Agent) -> dict[str, Before]:
    """Who works beside the agent in its work tree, or ended without being done, with what they changed: as it was before."""
    family = set(agents.family(db, agent))
    home = base.tree(root, base.folder(db, root, agent.run))
    before_of: dict[str, Before] = {}
    for other in agents.live(db, agents.EVERY_KIND):
        if other.id in family or other.worktree or base.tree(root, base.folder(db, root, other.run)) != home:
            continue
        if other.agent_id and other.agent_id == agent.agent_id:
            continue
        before_of.setdefault(agents.name_of(other, agent.run), {}).update(
            _differing(root, changes.before_of(db, root, other))
        )
    for task in tasks.all_of(db, agent.run):
        if task.state not in ("done", "running") and task.id != agent.task and not waits_to_be_judged.is_so(db, task):
            steps = changes.of_task(db, agent.run, task.id)
            before_of[f"task {task.id}"] = _differing(root, {name: old for name, (old, _) in steps.items()})
    return {who: before for who, before in before_of.items() if before}


def _differing(root: str, before: Before) -> Before:
    return {name: old for name, old in before.items() if not objects.is_at(os.path.join(root, name), old)}


def _in_copy(
    db: sqlite3.Connection, root: str, agent: Agent, before: Before, failed: acceptance.Failure
) -> tuple[int | None, bytes] | None:
    """How the command ends where the files are as they were before; None when that can't be had."""
    folder = base.folder(db, root, agent.run)
    tree = base.tree(root, folder)
    try:
        with tree_without_others.Copy(root, tree, before) as top:
            where = os.path.normpath(os.path.join(top, os.path.relpath(folder, tree)))
            if not os.path.isdir(where):
                return None
            env = installed_from_tree.environment(tree, os.path.realpath(top))
            if _stops_early(failed):
                env["PYTEST_ADDOPTS"] = f"{os.environ.get('PYTEST_ADDOPTS', '')} {GOES_ON}".strip()
            code, output = failed.again(where, env)
            output = output.replace(os.path.realpath(top).encode(), tree.encode()).replace(top.encode(), tree.encode())
    except (tree_without_others.Impossible, installed_from_tree.Unmapped):
        return None
    return None if code is None else (code, output)


def _named(db: sqlite3.Connection, root: str, agent: Agent, output: bytes, names: Iterable[str]) -> list[str]:
    """Those of the paths that the output speaks of, as they are typed in the run."""
    text = output.decode("utf-8", "replace")
    shown = [base.in_tree(db, root, agent.run, name) for name in names]
    return [path for path in shown if _speaks_of(text, path)]


def _speaks_of(text: str, path: str) -> bool:
    """By the path, a part of it that still has a folder, or the name alone before a line number; a.b.c for a/b/c.py too."""
    parts = path.split("/")
    ways = [re.escape("/".join(parts[at:])) for at in range(max(1, len(parts) - 1))]
    ways.append(re.escape(parts[-1]) + r"(?=:\d|\(\d)")
    if len(parts) > 1:
        ways.append(re.escape(".".join(parts)[: -len(os.path.splitext(path)[1]) or None]))
    return re.search(rf"(?<![\w.-])(?:{'|'.join(ways)})(?![\w-])", text) is not None


def _is_elsewhere(
    db: sqlite3.Connection, root: str, agent: Agent, record: dict[str, Any], failed: acceptance.Failure, output: bytes,
    own: Before,
) -> bool:  # fmt: skip
    """Whether the failure may be of what the task does not touch: neither its text, its command nor the output says else."""
    if REPAIR.search(f"{record.get('title', '')} {record.get('description', '')}") or not _lines(output, ""):
        return False
    folder = base.folder(db, root, agent.run)
    if any(_is_named_file(folder, word) for word in re.split(r"[\s;&|()'\"=]+", _line(failed)) if word):
        return False
    files = {*own, *record.get("writes", [])}
    stems = {os.path.basename(name).split(".")[0] for name in files} - {""}
    speakers = _files_in(folder, output)
    return bool(speakers) and not _named(db, root, agent, output, files) and not _mention(speakers, stems)


def _is_named_file(folder: str, word: str) -> bool:
    """Whether a word of a command is a file of the project; a program that is installed there is none."""
    path = os.path.normpath(os.path.join(folder, word))
    if not path.startswith(folder + os.sep) or not os.path.isfile(path):
        return False
    *above, name = os.path.relpath(path, folder).split(os.sep)
    return name not in WRAPPERS and not (PROGRAMS & set(above[-1:])) and not (paths.PASSED_OVER & set(above))


def _files_in(folder: str, output: bytes) -> list[str]:
    """The files of the project that an output names."""
    words = {word.lstrip("./") for word in FILE.findall(output.decode("utf-8", "replace").replace(folder + "/", ""))}
    return [path for word in sorted(words)[:MOST_NAMED] if os.path.isfile(path := os.path.join(folder, word))]


def _mention(files: list[str], stems: set[str]) -> bool:
    """Whether one of the files is named for what the task works on, or has its name in its text."""
    for path in files:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = os.path.basename(path) + "\n" + file.read(LONGEST)
        if any(re.search(rf"(?<![^\W_]){re.escape(stem)}(?![^\W_])", text) for stem in stems):
            return True
    return False


def _is_no_more(db: sqlite3.Connection, root: str, agent: Agent, now: bytes, before: bytes) -> bool:
    """Whether all that is said now was said before; times, positions and how much passed aside. Of what it counts as bad
    there may be less: the task's own part of it."""
    tree = base.tree(root, base.folder(db, root, agent.run))
    said = _lines(before, tree)
    sums = [_summed(line) for line in said]
    return all(_is_less(_summed(line), sums) for line in _lines(now, tree) - said)


def _summed(line: str) -> tuple[str, dict[str, int]]:
    """A line without what it counts, and the numbers of what is wrong in it."""
    found = list(COUNTED.finditer(line))
    wrong = {(one["word"] or one["second"])[:4].lower(): int(one["number"] or one["first"]) for one in found}
    return " ".join(FINE.sub(" ", COUNTED.sub(" ", line)).split()), wrong


def _is_less(now: tuple[str, dict[str, int]], before: list[tuple[str, dict[str, int]]]) -> bool:
    """Whether a line sums up as one before did, with nothing more wrong."""
    rest, wrong = now
    return bool(wrong) and any(
        rest == other and all(number <= were.get(word, 0) for word, number in wrong.items()) for other, were in before
    )


def _lines(output: bytes, tree: str) -> set[str]:
    text = output.decode("utf-8", "replace")
    lines = (text.replace(tree, "") if tree else text).splitlines()
    plain = (PASSED.sub("#", TIMES.sub("#", line)).strip() for line in lines)
    return {line for line in plain if line and not DOTS.fullmatch(line)}


def _red_before(
    db: sqlite3.Connection, root: str, agent: Agent, failed: acceptance.Failure, output: bytes, known: set[str]
) -> None:
    """The first time, the agent is told; it may yet be its own to fix. Raises acceptance.NotYours.

    `known`: the names of all that differed where the failure was the same without the agent's work.
    """
    if not journal.concerns(db, agent.run, agent.id, "red-before"):
        proven = _is_else_as_begun(db, root, agent, known)
        with Write(db):
            journal.note(db, "red-before", agent.run, agent.task, agent.id, command=_line(failed), proven=proven)
        raise acceptance.NotYours(
            f"`{_line(failed)}` exits {failed.code}, and {RED[proven]}; the output names no file of your task"
            f"{_last_changed(db, root, agent, output)}:\n{telling_lines.of(output)}\nThat is not yours to fix, unless your "
            f"task says so. If your own part is right, end once more with the same line: it is noted that this command "
            f"could not check it."
        )


def _is_else_as_begun(db: sqlite3.Connection, root: str, agent: Agent, known: set[str]) -> bool:
    """Whether nothing in the work tree but the known names has changed since the agent was launched, as far as dates of
    files and folders show."""
    tree = base.tree(root, base.folder(db, root, agent.run))
    full = {os.path.join(root, name) for name in known}
    folders = {os.path.dirname(path) for path in full}
    since = earliest_by_system(agent.opened) - CLOCK_SECONDS
    for place, below, names in os.walk(tree):
        below[:] = [name for name in below if name not in paths.PASSED_OVER | ignored_in_copy.CACHES]
        for path in [place, *(os.path.join(place, name) for name in names)]:
            if path not in full and path not in folders and os.lstat(path).st_mtime >= since:
                return False
    return True


def _last_changed(db: sqlite3.Connection, root: str, agent: Agent, output: bytes) -> str:
    """` (src/mul.py, last changed by task B)`: whose the files are that the output names."""
    tree = base.tree(root, base.folder(db, root, agent.run))
    said = []
    for path in _files_in(tree, output):
        makers = changes.makers(db, agent.run, base.inside(root, root, path))
        if makers and makers[-1] != agent.task:
            said.append(f"{os.path.relpath(path, tree)}, last changed by task {makers[-1]}")
    return f" ({tasks.few(said)})" if said else ""


def _not_judged(db: sqlite3.Connection, agent: Agent, failed: acceptance.Failure, named: dict[str, list[str]]) -> None:
    """Asks again, ROUNDS times. Raises acceptance.NotYours."""
    if journal.count(db, agent.run, agent.task, "not-judged") >= ROUNDS:
        raise acceptance.NotYours(
            f"`{_line(failed)}` exits {failed.code} in {_whose(named)}, which was half done: when it is done, "
            f"this task is judged again; `fanout done {agent.run}/{agent.task}` does it at once.",
            is_final=True,
        )
    with Write(db):
        journal.note(db, "not-judged", agent.run, agent.task, agent.id, command=_line(failed), named=named)
    raise acceptance.NotYours(
        f"`{_line(failed)}` exits {failed.code}, and its output names {_whose(named)}, half done just now:\n"
        f"{telling_lines.of(failed.output)}\nLeave that to its owner. If nothing in it is yours, end once more with the same "
        f"line, as late as you can: it is judged again."
    )


def _says_whose(
    failed: acceptance.Failure, code: int | None, output: bytes, who: list[str], named: dict[str, list[str]]
) -> str:
    whose = f" ({_whose(named)}, half done just now, is not yours)" if named else ""
    found = f"`{_line(failed)}` exits {code} also in a copy without the unfinished work of {tasks.few(who)}{whose}"
    if not (shown := telling_lines.of(output)):
        return Gap(f"{found}, and prints nothing.", "Fix what is yours.")
    return Gap(f"{found}; there it says:\n{shown}", f"Fix what is yours (whole output: {failed.kept}).")


def _whose(named: dict[str, list[str]]) -> str:
    return " and ".join(f"{tasks.few(paths)} of {who}" for who, paths in named.items())


def _line(failed: acceptance.Failure) -> str:
    return str(failed.item["command"])
