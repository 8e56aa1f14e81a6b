"""The journal's events: what happened, in order, never changed afterwards."""

from __future__ import annotations

from fanout.run.store import select
from fanout.run.store.db import now
from fanout.run.store.records import Event

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import EventKind


def note(
    db: sqlite3.Connection,
    kind: EventKind,
    run: str | None = None,
    task: str | None = None,
    agent: int | None = None,
    **data: object,
) -> None:
    """Appends one event. `data` must be JSON."""
    text = "{}"
    if data:
        import json  # slow to import

        text = json.dumps(data, ensure_ascii=False)
    db.execute(
        "INSERT INTO event (at, run, task, agent, kind, data) VALUES (?, ?, ?, ?, ?, ?)",
        (now(), run or None, task or None, agent, kind, text),
    )


def say_once(db: sqlite3.Connection, run: str, what: str) -> bool:
    """True the first time `what` is to be said in `run`, False ever after."""
    cursor = db.execute("INSERT OR IGNORE INTO said (run, what, at) VALUES (?, ?, ?)", (run, what, now()))
    return cursor.rowcount == 1


def is_said(db: sqlite3.Connection, run: str, what: str) -> bool:
    """Whether `say_once` was asked for it already."""
    return db.execute("SELECT 1 FROM said WHERE run = ? AND what = ?", (run, what)).fetchone() is not None


def unsay(db: sqlite3.Connection, run: str, what: str) -> None:
    """`what` may be said again: who heard it has lost it. Inside a transaction."""
    db.execute("DELETE FROM said WHERE run = ? AND what = ?", (run, what))


def repeats(db: sqlite3.Connection, run: str, topic: str, text: str, within: float) -> bool:
    """Whether `text` is what was last said of this topic in `run`, less than so many seconds ago. From now on it is what was
    last said. Inside a transaction."""
    what = f"{topic}: {text}"
    said = db.execute("SELECT at FROM said WHERE run = ? AND what = ?", (run, what)).fetchone()
    if said is not None and 0 <= now() - float(said[0]) < within:
        return True
    db.execute("DELETE FROM said WHERE run = ? AND what LIKE ?", (run, f"{topic}: %"))
    db.execute("INSERT INTO said (run, what, at) VALUES (?, ?, ?)", (run, what, now()))
    return False


def events(db: sqlite3.Connection, run: str, *kinds: EventKind) -> list[Event]:
    """A run's events of these kinds, oldest first."""
    return select.every(db, Event, f"WHERE run = ? AND kind IN ({_marks(kinds)}) ORDER BY id", run, *kinds)


def last(db: sqlite3.Connection, run: str, task: str, *kinds: EventKind) -> Event | None:
    """A task's newest event of these kinds."""
    tail = f"WHERE run = ? AND task = ? AND kind IN ({_marks(kinds)}) ORDER BY id DESC"
    return select.first(db, Event, tail, run, task, *kinds)


def newest(db: sqlite3.Connection) -> int:
    """The id of the newest event of all runs; 0 when there is none."""
    return int(db.execute("SELECT COALESCE(MAX(id), 0) FROM event").fetchone()[0])


def since(db: sqlite3.Connection, run: str, seen: int) -> tuple[int, list[tuple[EventKind, str]]]:
    """What happened in a run after the event `seen`: the newest event's id, and (kind, task, "" for none) in order."""
    rows = db.execute(
        "SELECT id, run, kind, COALESCE(task, '') FROM event WHERE id > ? ORDER BY id", (seen,)
    ).fetchall()
    return (rows[-1][0] if rows else seen), [(row[2], row[3]) for row in rows if row[1] == run]


def untold(db: sqlite3.Connection, run: str, kind: EventKind) -> list[Event]:
    """A run's events of a kind that were not asked for here before. Inside a transaction."""
    return [event for event in events(db, run, kind) if say_once(db, run, f"{kind} {event.id}")]


def tasks_since(db: sqlite3.Connection, run: str, kind: EventKind, at: float) -> list[str]:
    """The tasks of a run's events of a kind since `at`."""
    found = db.execute("SELECT DISTINCT task FROM event WHERE run = ? AND kind = ? AND at >= ?", (run, kind, at))
    return [row[0] for row in found]


def count(db: sqlite3.Connection, run: str, task: str, kind: EventKind) -> int:
    found = db.execute("SELECT COUNT(*) FROM event WHERE run = ? AND task = ? AND kind = ?", (run, task, kind))
    return int(found.fetchone()[0])


def waits(db: sqlite3.Connection, run: str) -> dict[int, list[tuple[float, float]]]:
    """For each agent that waited for the user: when. One that ended twice may have a wait twice."""
    found: dict[int, list[tuple[float, float]]] = {}
    for event in events(db, run, "waited"):
        if event.agent is not None:  # older journals say how long alone
            spans = event.facts.get("spans") or [(event.at - event.facts["seconds"], event.at)]
            found.setdefault(event.agent, []).extend((start, end) for start, end in spans)
    return found


def questions(db: sqlite3.Connection) -> dict[int, float]:
    """For each agent that the user was asked about a command of: since when, the newest."""
    rows = db.execute("SELECT agent, MAX(at) FROM event WHERE kind = 'asked-permission' GROUP BY agent")
    return {row[0]: row[1] for row in rows}


def pauses(db: sqlite3.Connection, run: str) -> list[tuple[float, float]]:
    """When the run was paused, or over before it was opened again; what lasts ends at infinity. They may overlap."""
    return [*_between(db, run, "run-paused", "run-resumed"), *_between(db, run, "run-ended", "run-reopened")]


def _between(db: sqlite3.Connection, run: str, begin: EventKind, end: EventKind) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for event in events(db, run, begin, end):
        if event.kind == begin:
            found.append((event.at, float("inf")))
        elif found:
            found[-1] = (found[-1][0], event.at)
    return found


def concerns(db: sqlite3.Connection, run: str, agent: int, kind: EventKind) -> bool:
    """Whether the run has such an event of this agent."""
    found = db.execute("SELECT 1 FROM event WHERE run = ? AND kind = ? AND agent = ?", (run, kind, agent))
    return found.fetchone() is not None


def of_task(db: sqlite3.Connection, run: str, task: str, kind: EventKind) -> list[Event]:
    """A task's events of a kind, oldest first."""
    return select.every(db, Event, "WHERE run = ? AND task = ? AND kind = ? ORDER BY id", run, task, kind)


def run_of(db: sqlite3.Connection, agent: int, kind: EventKind) -> str:
    """The run of the agent's first event of this kind, "" when there is none."""
    found = db.execute("SELECT run FROM event WHERE kind = ? AND agent = ?", (kind, agent)).fetchone()
    return str(found[0]) if found is not None else ""


def of_agent(db: sqlite3.Connection, agent: int, kind: EventKind) -> list[Event]:
    """What is on record of one agent, oldest first."""
    return select.every(db, Event, "WHERE agent = ? AND kind = ? ORDER BY id", agent, kind)


def tasks_with(db: sqlite3.Connection, run: str, kind: EventKind) -> list[str]:
    """The tasks that have such an event, by name."""
    rows = db.execute("SELECT DISTINCT task FROM event WHERE run = ? AND kind = ? ORDER BY task", (run, kind))
    return [row[0] for row in rows]


def agents_with(db: sqlite3.Connection, run: str, *kinds: EventKind) -> set[int]:
    """The agents that have such an event."""
    rows = db.execute(f"SELECT agent FROM event WHERE run = ? AND kind IN ({_marks(kinds)})", (run, *kinds))
    return {row[0] for row in rows}


def committed(db: sqlite3.Connection, run: str) -> set[str]:
    """The tasks that are committed, and were not undone since."""
    latest = {event.task: event.kind for event in events(db, run, "committed", "undone")}
    return {task for task, kind in latest.items() if kind == "committed"}


def committed_paths(db: sqlite3.Connection, run: str, task: str) -> set[str]:
    """What the commits of a task hold that were made since it was last undone."""
    paths: set[str] = set()
    for event in events(db, run, "committed", "undone", "part-undone"):
        if event.task == task:
            told = set(event.facts["paths"])
            paths = paths | told if event.kind == "committed" else set() if event.kind == "undone" else paths - told
    return paths


def part_undone(db: sqlite3.Connection, run: str, task: str) -> list[str]:
    """What of the task's work was taken back, while it counts as done."""
    found: dict[str, None] = {}
    for event in events(db, run, "part-undone", "task-started", "undone"):
        if event.task == task:
            found = found | dict.fromkeys(event.facts["paths"]) if event.kind == "part-undone" else {}
    return list(found)


def commits_undone(db: sqlite3.Connection, run: str, task: str) -> list[tuple[str, str]]:
    """(path, commit) of the commits of a task that were made before it was last undone, oldest first."""
    found: list[tuple[str, str]] = []
    waiting: list[tuple[str, str]] = []
    for event in events(db, run, "committed", "undone", "part-undone"):
        if event.task != task:
            continue
        if event.kind == "undone":
            found, waiting = [*found, *waiting], []
        elif event.kind == "part-undone":
            found += [one for one in waiting if one[0] in event.facts["paths"]]
            waiting = [one for one in waiting if one[0] not in event.facts["paths"]]
        elif event.facts["commit"]:
            waiting += [(path, event.facts["commit"]) for path in event.facts["paths"]]
    return found


def commits(db: sqlite3.Connection) -> set[str]:
    """The ids of all commits that fanout made."""
    return {event.facts["commit"] for event in select.every(db, Event, "WHERE kind = 'committed'")}


def about(db: sqlite3.Connection, path: str) -> list[Event]:
    """Whatever was decided about a path, oldest first."""
    return select.every(db, Event, "WHERE data LIKE ? ORDER BY id", f'%"{path}"%')


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" for _ in values)
