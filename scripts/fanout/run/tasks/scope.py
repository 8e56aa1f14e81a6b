"""Scope: an agent asks for a path that its plan did not give it. Nobody waits inside a call, so nothing deadlocks."""

from __future__ import annotations

import os
import re
import sqlite3

from fanout.errors import FanoutError
from fanout.run.agents import agents, claims
from fanout.run.store import base, journal, paths, state_dir
from fanout.run.store.db import Write, now
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.run.store.paths import Naming


def ask(db: sqlite3.Connection, naming: Naming, run: str, task: str, path: str, why: str) -> str:
    """`fanout ask`: granted when nobody owns the path, else queued for when its owner ends. The answer in words.

    Raises FanoutError when it can never be granted.
    """
    tasks.get(db, run, task)
    home = base.folder(db, naming.root, run)
    name = naming.name(path, home)
    shown = base.shown(naming.root, base.name(db, run), name)
    refused = _refused(naming, home, name) or _folder(path, naming.full(name), shown)
    if refused:
        raise FanoutError(refused)
    with Write(db):
        me = agents.of_task(db, run, task)
        if me is None:
            raise FanoutError(
                f"task {task} has no live agent, so there is nobody to grant {shown} to.",
                "Whoever works on no task of a run needs no grant: the first to write a free path has it.",
            )
        owners = claims.owners(db, name, me["id"])
        answer = "queued" if owners else "granted"
        db.execute(
            "INSERT INTO asked (at, run, task, path, why, answer) VALUES (?, ?, ?, ?, ?, ?)",
            (now(), run, task, name, why[:300], answer),
        )
        journal.note(db, f"scope-{answer}", run, task, me["id"], path=name, why=why[:300])
        if not owners:
            claims.take(db, me["id"], name, "granted")
            return f"granted: {shown} is yours until you end."
    return (
        f"queued: {shown} belongs to {agents.name_of(owners[0], run)}. It becomes yours when that ends while you still "
        f"work: try the write again later. Else end with `NEEDS|{task}|{shown}, why`, or go on without it."
    )


def release_queued(db: sqlite3.Connection) -> None:
    """Grants the paths that have become free to those who asked first and still work. Inside a transaction."""
    for row in db.execute("SELECT * FROM asked WHERE answer = 'queued' ORDER BY id").fetchall():
        me = agents.of_task(db, row["run"], row["task"])
        if me is None:
            db.execute("UPDATE asked SET answer = 'dropped' WHERE id = ?", (row["id"],))
        elif not claims.owners(db, row["path"], me["id"]):
            claims.take(db, me["id"], row["path"], "granted")
            db.execute("UPDATE asked SET answer = 'granted' WHERE id = ?", (row["id"],))
            journal.note(db, "scope-granted", row["run"], row["task"], me["id"], path=row["path"], why=row["why"])


def need(db: sqlite3.Connection, naming: Naming, run: str, task: str, text: str) -> bool:
    """An agent ended with NEEDS: its task gets the path and is pending again, behind those who declare the path.

    False when the text names no path of the project, or names one that the task got before: then the user is asked.
    Runs inside a transaction, after the agent has ended.
    """
    path = text.split(",", 1)[0].strip().strip("`'\"")
    home = base.folder(db, naming.root, run)
    name = naming.name(path, home)
    shown = base.shown(naming.root, base.name(db, run), name)
    if not (re.fullmatch(r"[^\s*?|]*[./][^\s*?|]*", path) or (path and os.path.exists(naming.full(name)))):
        return False
    if _refused(naming, home, name) or not journal.say_once(db, run, f"need {task} {name}"):
        return False
    row = tasks.get(db, run, task)
    record = tasks.record(row)
    record["writes"] = [*record.get("writes", []), shown]
    tasks.rewrite(db, run, task, record)
    db.execute(
        "INSERT OR IGNORE INTO declared (run, task, mode, anchor, pattern, regex) VALUES (?, ?, 'write', ?, ?, ?)",
        (run, task, name, name, re.escape(name)),
    )
    for other in _declaring(db, run, task, name):
        for one, two in ((task, other), (other, task)):
            db.execute(
                "INSERT OR IGNORE INTO hazard (run, task, other, kind, witness) VALUES (?, ?, ?, 'write-write', ?)",
                (run, one, two, name),
            )
    journal.note(db, "scope-widened", run, task, path=name, why=text[:300])
    tasks.reopen(db, run, task, f"needs {shown}")
    return True


def _declaring(db: sqlite3.Connection, run: str, task: str, name: str) -> list[str]:
    rows = db.execute(
        "SELECT declared.task, declared.regex FROM declared JOIN task ON task.run = declared.run"
        " AND task.id = declared.task WHERE declared.run = ? AND declared.task <> ? AND task.state IN"
        " ('pending', 'running')",
        (run, task),
    )
    return sorted({row["task"] for row in rows if re.fullmatch(row["regex"], name)})


def _folder(path: str, full: str, name: str) -> str:
    """A grant is of one path: of a folder it would cover nothing that is below."""
    if not path.endswith("/") and not os.path.isdir(full):
        return ""
    return (
        f"{name} is a folder, and a grant is of one file: what nobody owns there you may just write; ask for each file "
        f"that is a sibling's, by its path from the project's root."
    )


def _refused(naming: Naming, home: str, name: str) -> str:
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
