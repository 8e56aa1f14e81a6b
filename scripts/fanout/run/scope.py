"""Scope: an agent asks for a path that its plan did not give it. Nobody waits inside a call, so nothing deadlocks."""

from __future__ import annotations

import os
import re
import sqlite3

from fanout.run import agents, claims, journal, paths, place, tasks
from fanout.run.db import Write, now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.run.paths import Naming


def ask(db: sqlite3.Connection, naming: Naming, run: str, task: str, path: str, why: str) -> str:
    """`fanout ask`: granted when nobody owns the path, else queued for when its owner ends. The answer in words."""
    tasks.get(db, run, task)
    name = naming.name(path, naming.root)
    refused = _refused(name, naming.root)
    if refused:
        return refused
    with Write(db):
        me = agents.of_task(db, run, task)
        if me is None:
            return f"task {task} has no live agent, so there is nobody to grant {name} to."
        owners = claims.owners(db, name, me["id"])
        answer = "queued" if owners else "granted"
        db.execute(
            "INSERT INTO asked (at, run, task, path, why, answer) VALUES (?, ?, ?, ?, ?, ?)",
            (now(), run, task, name, why[:300], answer),
        )
        journal.note(db, f"scope-{answer}", run, task, me["id"], path=name, why=why[:300])
        if not owners:
            claims.take(db, me["id"], name, "granted")
            return f"granted: {name} is yours until you end."
    return (
        f"queued: {name} belongs to {agents.name_of(owners[0], run)}. It becomes yours when that ends while you still work: "
        f"try the write again later. Else end with `NEEDS|{task}|{name}, why`, or go on without it."
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
    name = naming.name(path, naming.root)
    if not (re.fullmatch(r"[^\s*?|]*[./][^\s*?|]*", path) or (path and os.path.exists(naming.full(name)))):
        return False
    if _refused(name, naming.root) or not journal.say_once(db, run, f"need {task} {name}"):
        return False
    row = tasks.get(db, run, task)
    record = tasks.record(row)
    record["writes"] = [*record.get("writes", []), name]
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
    tasks.reopen(db, run, task, f"needs {name}")
    return True


def _declaring(db: sqlite3.Connection, run: str, task: str, name: str) -> list[str]:
    rows = db.execute(
        "SELECT declared.task, declared.regex FROM declared JOIN task ON task.run = declared.run"
        " AND task.id = declared.task WHERE declared.run = ? AND declared.task <> ? AND task.state IN"
        " ('pending', 'running')",
        (run, task),
    )
    return sorted({row["task"] for row in rows if re.fullmatch(row["regex"], name)})


def _refused(name: str, root: str) -> str:
    if name == place.FOLDER or name.startswith(place.FOLDER + "/"):
        return f"{name} is fanout's own state and is never granted."
    if name == ".git" or name.startswith(".git/"):
        return f"{name} is git's own state and is never granted: leave git's settings and commits to the run."
    if name == "." or (re.search(r"[*?\[]", name) and not os.path.lexists(os.path.join(root, name))):
        return f"{name} is no single file: ask for each file that you need, by its path from the project's root."
    if paths.is_outside(name):
        return f"{name} is outside the project: no claim covers it. Write it only if your instructions say so."
    return ""
