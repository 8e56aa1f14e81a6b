"""What a task that is done left behind and no longer stands so at the end of the run, though no agent has written it since.

A background process, a formatter or the user may have changed it: it is named, and laid at nobody's door. Where it changed
while an agent's command ran, that is what is said.
"""

from __future__ import annotations

from fanout.run.agents import agents, claims
from fanout.run.changes import changes, objects, undeclared_changes, written
from fanout.run.store import base, journal, meta
from fanout.run.store import paths as names
from fanout.run.store.db import by_system
from fanout.run.tasks import runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from typing import Any

SETTLED_SECONDS = 60.0


def note(db: sqlite3.Connection, root: str, run: str) -> None:
    """Journals it for each task that is done, each state of a file once. Inside a transaction.

    What is changed later than SETTLED_SECONDS after the run's end is how the project goes on.
    """
    ended = runs.get(db, run).ended
    until = float("inf") if ended is None else by_system(ended) + SETTLED_SECONDS
    for task in tasks.in_state(db, run, "done"):
        found: dict[str, dict[str, str]] = {}
        for path, (differs, now) in _of_task(db, root, run, task.id, task.ended or 0.0).items():
            is_after = undeclared_changes.changed_at(root, path) > until
            if not is_after and journal.say_once(db, run, f"later {task.id} {path} {differs}"):
                found.setdefault(_meanwhile(db, path, now), {})[path] = differs
        for by, paths in found.items():
            journal.note(db, "changed-later", run, task.id, paths=paths, by=by)


def how(facts: Mapping[str, Any]) -> str:
    """What is known of who did it."""
    by = facts.get("by")
    return f"since {by} ran" if by else "by no write that a hook saw"


def lines(db: sqlite3.Connection, run: str) -> list[str]:
    """What Claude is told of it, once. Inside a transaction."""
    root = meta.root(db)
    said = []
    for event in journal.untold(db, run, "changed-later"):
        shown = tasks.few(
            [f"{base.in_tree(db, root, run, path)} {differs}" for path, differs in event.facts["paths"].items()]
        )
        said.append(
            f"No longer as {tasks.called(event.task, 'task')} left it when it was judged, {how(event.facts)}: {shown}. "
            f"Look at it, and tell the user; `fanout diff {run}/{event.task}` shows what it did."
        )
    return said


def _meanwhile(db: sqlite3.Connection, path: str, now: str) -> str:
    """The commands that ran as the path came to hold what it does, "" where nothing was seen of it."""
    seen = [e.facts for e in journal.about(db, path) if e.kind == "conflict" and e.facts.get("path") == path]
    if not seen or seen[-1]["after"] != now:
        return ""
    ran = seen[-1].get("meanwhile") or []
    return f"a command of {ran[0]}" if len(ran) == 1 else f"commands of {' and '.join(ran)}" if ran else ""


def _of_task(db: sqlite3.Connection, root: str, run: str, task: str, ended: float) -> dict[str, tuple[str, str]]:
    """Path -> how it differs from what the task left, and the object that it is now."""
    last = agents.last_of_task(db, run, task)
    found = {}
    naming = names.Naming(root, meta.folds_case(db))
    for path, (before, after) in changes.of_task(db, run, task).items():
        if last is None or changes.newest(db, path) != last.id or claims.covering(db, naming.key(path)):
            continue
        if written.last_by_other(db, path, last.id, ended) is not None:
            continue
        full = naming.full(path)
        now = _now(full if naming.spelled(full) == full else "")
        differs = _how(now, before, after, _stood(db, last.id, path, after))
        if differs:
            found[path] = differs, now
    return found


def _stood(db: sqlite3.Connection, agent: int, path: str, after: str) -> str:
    """What the path held as the agent ended: what it made (`after`), and what others had written into it by then."""
    row = written.get(db, agent, path)
    return after if row is None or row.seen == objects.FOLDER else row.seen


def _now(full: str) -> str:
    """`full` is "" for what the folder lists in another spelling now."""
    try:
        return objects.name_of(full) if full else objects.ABSENT
    except OSError:
        return objects.ABSENT


def _how(now: str, before: str, after: str, stood: str) -> str:
    if now in (after, stood) or objects.NOT_KEPT in (now, after, stood):
        return ""
    if now == objects.ABSENT:
        return "is gone"
    return "is as it was before the task" if now == before else "holds something else"
