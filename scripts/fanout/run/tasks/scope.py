"""Scope: an agent asks for a path that its plan did not give it. Nobody waits inside a call, so nothing deadlocks."""

from __future__ import annotations

import os
import re

from fanout.errors import FanoutError
from fanout.run.agents import agents, claims
from fanout.run.store import base, expressions, journal, meta, paths, planned, state_dir
from fanout.run.store.db import Write
from fanout.run.tasks import asked, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent


def ask(db: sqlite3.Connection, naming: Naming, run: str, task: str, path: str, why: str) -> str:
    """`fanout ask`: granted when nobody owns the path, else queued for when its owner ends. The answer in words.

    Raises FanoutError when it can never be granted.
    """
    tasks.get(db, run, task)
    home, name, shown = _named(db, naming, run, path)
    reason = _refusal(naming, home, name) or _folder_refusal(path, naming.full(name), shown)
    reason = reason or _spared_refusal(db, run, task, naming.key(name), shown)
    if reason:
        raise FanoutError(reason)
    with Write(db):
        agent = agents.of_task(db, run, task)
        if agent is None:
            raise FanoutError(
                f"task {task} has no live agent, so there is nobody to grant {shown} to.",
                "Whoever works on no task of a run needs no grant: the first to write a free path has it.",
            )
        owner = _grant_or_queue(db, agent, name, naming.key(name), why)
    if owner is None:
        return f"granted: {shown} is yours until you end."
    return (
        f"queued: {shown} belongs to {agents.name_of(owner, run)}. It becomes yours when that ends while you still "
        f"work: try the write again later. Else end with `NEEDS|{task}|{shown}, why`, or go on without it."
    )


def _grant_or_queue(db: sqlite3.Connection, agent: Agent, path: str, key: str, why: str) -> Agent | None:
    """Who owns the path, when the wish has to wait."""
    owners = claims.owners(db, key, agent.id)
    asked.add(db, agent.run, agent.task, path, why, "queued" if owners else "granted")
    if not owners:
        _grant(db, agent, path, key, why)
        return None
    journal.note(db, "scope-queued", agent.run, agent.task, agent.id, path=path, why=why[: asked.LONGEST_WHY])
    return owners[0].owner


def release_queued(db: sqlite3.Connection) -> None:
    """Grants the paths that have become free to those who asked first and still work. Inside a transaction."""
    for wish in asked.queued(db):
        agent, key = agents.of_task(db, wish.run, wish.task), paths.key(wish.path, meta.folds_case(db))
        if agent is None:
            asked.answer(db, wish, "dropped")
        elif not claims.owners(db, key, agent.id):
            _grant(db, agent, wish.path, key, wish.why)
            asked.answer(db, wish, "granted")


def _grant(db: sqlite3.Connection, agent: Agent, path: str, key: str, why: str) -> None:
    claims.take(db, agent.id, path, key, "granted")
    journal.note(db, "scope-granted", agent.run, agent.task, agent.id, path=path, why=why[: asked.LONGEST_WHY])


def need(db: sqlite3.Connection, naming: Naming, run: str, task: str, text: str) -> bool:
    """An agent ended with NEEDS: its task gets the path and is pending again, behind those who declare the path.

    False when the text names no path of the project, or names one that the task got before: then the user is asked.
    Runs inside a transaction, after the agent has ended.
    """
    path = _path_of(text)
    home, name, shown = _named(db, naming, run, path)
    if not (re.fullmatch(r"[^\s*?|]*[./][^\s*?|]*", path) or (path and os.path.exists(naming.full(name)))):
        return False
    if _refusal(naming, home, name) or _spared_refusal(db, run, task, naming.key(name), shown):
        return False
    if not journal.say_once(db, run, f"need {task} {name}"):
        return False
    record = tasks.record(tasks.get(db, run, task))
    record["writes"] = [*record.get("writes", []), shown]
    if not tasks.widen(db, run, task, record, f"needs {shown}"):
        return False
    key = naming.key(name)
    planned.declare(db, run, task, "write", key, name, re.escape(key))
    for other in _declaring(db, run, task, key):
        planned.add_hazard(db, run, task, other, "write-write", name)
    if makers := _makers(db, run, task, key):
        planned.need(db, run, task, makers)
        tasks.rank(db, run, {name: place for place, name in enumerate(_needs_first(db, run))})
    journal.note(db, "scope-widened", run, task, path=name, why=text[: asked.LONGEST_WHY])
    return True


def _path_of(text: str) -> str:
    """The path that a wish begins with."""
    return text.split(",", 1)[0].strip().strip("`'\"")


def beside(db: sqlite3.Connection, naming: Naming, run: str, task: str, text: str) -> str:
    """A wish, with the rule of the user's where one speaks against it: only the user's word gives the path then."""
    path = _path_of(text)
    _, name, shown = _named(db, naming, run, path)
    if not path or not _spared_refusal(db, run, task, naming.key(name), shown):
        return text
    way = f"`fanout retry {run}/{task} --note 'write {shown} too'`"
    return f"{text} (the list says to leave {shown} alone: ask the user, whose word lifts that: {way})"


def _named(db: sqlite3.Connection, naming: Naming, run: str, path: str) -> tuple[str, str, str]:
    """The run's base, and a path of an agent by its name and as who works in the run is shown it."""
    home = base.folder(db, naming.root, run)
    name = naming.name(path, home)
    return home, name, base.shown(naming.root, base.name(db, run), name)


def _declaring(db: sqlite3.Connection, run: str, task: str, key: str) -> list[str]:
    """The other tasks that may still write or read the path, by its key."""
    going = {other.id for other in tasks.all_of(db, run) if other.id != task and other.state in tasks.OPEN}
    there = planned.declared(db, run)
    return sorted({declared.task for declared in there if declared.task in going and re.fullmatch(declared.regex, key)})


def _makers(db: sqlite3.Connection, run: str, task: str, key: str) -> list[str]:
    """The tasks that wait, and are to write the path by the plan: they come first, where they don't wait for this one."""
    behind = planned.waiting_for(db, run, task)
    pending = {other.id for other in tasks.in_state(db, run, "pending")} - behind - {task}
    there = planned.writes_of_others(db, run, task)
    return sorted({one.task for one in there if one.task in pending and re.fullmatch(one.regex, key)})


def _needs_first(db: sqlite3.Connection, run: str) -> list[str]:
    """The run's tasks in their order, but each behind all that it needs: a conflict is settled by the order."""
    order = [task.id for task in sorted(tasks.all_of(db, run), key=lambda task: task.rank)]
    rank = {name: place for place, name in enumerate(order)}
    needs: dict[str, list[str]] = {}
    for task, need in planned.needs(db, run):
        needs.setdefault(task, []).append(need)
    placed: dict[str, None] = {}
    for root in order:
        stack = [root]
        while stack:
            open_ = [need for need in needs.get(stack[-1], ()) if need not in placed]
            if open_:
                stack += sorted(open_, key=rank.__getitem__, reverse=True)  # the last one is placed first
            else:
                placed.setdefault(stack.pop())
    return list(placed)


def _spared_refusal(db: sqlite3.Connection, run: str, task: str, key: str, shown: str) -> str:
    """Why a path that the list says to leave alone is not an agent's to get: only the user's word gives it."""
    if not any(expressions.matches(one.regex, key) for one in planned.spared_of(db, run, task)):
        return ""
    if any(expressions.matches(one.regex, key) for one in planned.writes_of(db, run, task)):
        return ""
    return f"the list says to leave {shown} alone. End with `NEEDS|{task}|{shown}, why`: then the user is asked."


def _folder_refusal(path: str, full: str, name: str) -> str:
    """A grant is of one path: of a folder it would cover nothing that is below."""
    if not path.endswith("/") and not os.path.isdir(full):
        return ""
    return (
        f"{name} is a folder, and a grant is of one file: what nobody owns there you may just write; ask for each file "
        f"that is a sibling's, by its path from the project's root."
    )


def _refusal(naming: Naming, home: str, name: str) -> str:
    inner = base.inside(naming.root, base.tree(naming.root, home), name) or name
    if inner == state_dir.FOLDER or inner.startswith(state_dir.FOLDER + "/"):
        return f"{inner} is fanout's own state and is never granted."
    if inner == state_dir.GIT or inner.startswith(state_dir.GIT + "/"):
        return f"{inner} is git's own state and is never granted: leave git's settings and commits to the run."
    if inner == "." or (re.search(r"[*?\[]", inner) and not os.path.lexists(naming.full(name))):
        return f"{inner} is no single file: ask for each file that you need, by its path from the project's root."
    if paths.is_outside(inner):
        return f"{inner} is outside the project: no claim covers it. Write it only if your instructions say so."
    return ""
