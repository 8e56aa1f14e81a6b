"""A check that fails for a file that another task of the run is still to make: a test that is written before its code, say.

Who is to make it comes later by itself: then the task waits to be judged until that is done. Where that one waits for this task,
nobody could ever pass: the task is taken as done, and it is said that the check could not pass yet.
"""

from __future__ import annotations

import os
import re

from fanout.run.evidence import acceptance
from fanout.run.store import base, journal, planned
from fanout.run.store.db import Write
from fanout.run.tasks import tasks, waits_to_be_judged

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from fanout.run.store.records import Agent
    from fanout.run.tasks.waits_to_be_judged import Makers

# What languages and shells say of a file or module that is not there.
_MISSING = re.compile(
    r"No module named '?([\w.]+)|"
    r"(?:Cannot find module|Could not resolve|Failed to resolve import|Can't resolve|Cannot find package|Module not found:.*?) "
    r"['\"]([^'\"\n]+)['\"]|"
    r"No such file or directory(?:: | \(os error \d+\): |, open )'?([^'\n]+?)'?$|([\w./@-]+): No such file or directory|"
    r"ENOENT[^'\n]*'([^'\n]+)'|cannot load such file -- (\S+)|file not found for module `(\w+)`",
    re.MULTILINE,
)
_INDEX = re.compile(r"/(?:__init__|index|mod)\Z")


def of(db: sqlite3.Connection, root: str, agent: Agent, output: bytes, absent: set[str]) -> Makers:
    """The tasks that are still to make what an output misses; `absent`: the names of what was not there for the check, half
    made as it is."""
    stems = set(_missed(output.decode("utf-8", "replace")))
    if not stems:
        return {}
    home, prefix = base.of_agent(db, root, agent), base.name(db, agent.run)
    half_made = {base.shown(root, prefix, name) for name in absent}
    found: Makers = {}
    for task in tasks.all_of(db, agent.run):
        if task.id == agent.task or not waits_to_be_judged.is_to_be_made(db, task):
            continue
        for path in tasks.record(task).get("writes") or []:
            is_there = os.path.lexists(os.path.join(home, path)) and path not in half_made
            is_missing = not is_there and not re.search(r"[*?\[{]", path)
            if is_missing and any(_is_meant(path, stem) for stem in stems):
                found.setdefault(task.id, []).append(path)
    return found


def _missed(text: str) -> Iterator[str]:
    """The names without their endings, with `/` between their parts."""
    for found in _MISSING.finditer(text):
        name = next(group for group in found.groups() if group is not None)
        if found[1] is not None:
            name = name.replace(".", "/")
        name = re.sub(r"\A(?:\.{0,2}/)+", "", name.strip())
        yield os.path.splitext(name)[0] if found[1] is None else name


def _is_meant(path: str, stem: str) -> bool:
    """Whether a file is what was missed, or lies in the package that was; an absolute path ends in it."""
    made = _INDEX.sub("", os.path.splitext(path)[0])
    return any(one == other or one.endswith(f"/{other}") for one, other in ((made, stem), (stem, made))) or (
        made.startswith(f"{stem}/")
    )


def excuse(db: sqlite3.Connection, agent: Agent, failed: acceptance.Failure, makers: Makers) -> str:
    """Returns "" where the task counts as done. Raises acceptance.NotYours where it waits to be judged."""
    command = str(failed.item["command"])
    waiting = planned.waiting_for(db, agent.run, agent.task)
    paths = tasks.few([path for some in makers.values() for path in some])
    facts = {"command": command, "paths": paths, "makers": list(makers)}
    if waiting & makers.keys():
        with Write(db):
            journal.note(db, "not-yet", agent.run, agent.task, agent.id, **facts)
        return ""
    raise acceptance.NotYours(f"{waits_to_be_judged.why(command, makers)}.", True, makers, command)
