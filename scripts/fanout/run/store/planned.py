"""What a run's plan says of its tasks: what each needs, conflicts with, and declares (the tables need, hazard, declared).

Written as the run starts; afterwards a widened scope adds to it, and what the run teaches.
"""

from __future__ import annotations

from fanout.run.store import select
from fanout.run.store.records import Declared, Hazard

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from fanout.run.store.records import DeclaredMode, HazardKind

# Why a task needs another: stated or with evidence 0; nothing but the list's order speaks for it, and then it is met as soon
# as the other is over, however that ended; the list counts its steps, and a step needs the one before it.
FOLLOWS, STEP = 1, 2
EVERY_TASK = ""  # whose row a context file is, and a path that the list forbids to all
OF_WORK = "mode IN ('write', 'read')"  # what a task declares itself


def needs(db: sqlite3.Connection, run: str) -> list[tuple[str, str]]:
    """(task, what it needs), for the whole run."""
    return [(row[0], row[1]) for row in db.execute("SELECT task, needs FROM need WHERE run = ?", (run,))]


def by_order(db: sqlite3.Connection, run: str) -> dict[tuple[str, str], int]:
    """Those of `needs` that only the list's order gives, each FOLLOWS or STEP."""
    rows = db.execute("SELECT task, needs, is_order FROM need WHERE run = ? AND is_order", (run,))
    return {(row[0], row[1]): row[2] for row in rows}


def needs_of(db: sqlite3.Connection, run: str, task: str) -> list[str]:
    rows = db.execute("SELECT needs FROM need WHERE run = ? AND task = ? ORDER BY needs", (run, task))
    return [row[0] for row in rows]


def reached(start: str, beside: Callable[[str], Iterable[str]]) -> set[str]:
    """All that is reached from a task, however far, by what stands directly `beside` each; not the task itself."""
    found: set[str] = set()
    queue = [start]
    while queue:
        for name in beside(queue.pop()):
            if name not in found:
                found.add(name)
                queue.append(name)
    return found


def waiting_for(db: sqlite3.Connection, run: str, task: str) -> set[str]:
    """The tasks that wait for this one, however far."""
    after: dict[str, list[str]] = {}
    for name, need in needs(db, run):
        after.setdefault(need, []).append(name)
    return reached(task, lambda one: after.get(one, ()))


def by_order_of(db: sqlite3.Connection, run: str, task: str) -> dict[str, int]:
    """Those of `needs_of` that only the list's order gives, each FOLLOWS or STEP."""
    rows = db.execute("SELECT needs, is_order FROM need WHERE run = ? AND task = ? AND is_order", (run, task))
    return {row[0]: row[1] for row in rows}


def add_needs(db: sqlite3.Connection, run: str, pairs: Iterable[tuple[str, str, int]]) -> None:
    """(task, what it needs, 0 or FOLLOWS or STEP). Inside a transaction."""
    statement = "INSERT OR IGNORE INTO need (run, task, needs, is_order) VALUES (?, ?, ?, ?)"
    db.executemany(statement, [(run, *pair) for pair in pairs])


def need(db: sqlite3.Connection, run: str, task: str, others: Iterable[str]) -> None:
    """The task needs these, also where it only followed them. Inside a transaction."""
    statement = "INSERT OR REPLACE INTO need (run, task, needs, is_order) VALUES (?, ?, ?, 0)"
    db.executemany(statement, [(run, task, other) for other in others])


def lift(
    db: sqlite3.Connection, run: str, names: Iterable[str], more: Iterable[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """Takes away what these tasks wait for by the list's order alone, and `more` of their waits: each with what it waited for.
    Inside a transaction."""
    given = set(more)
    by_evidence = given.intersection(needs(db, run)) if given else given
    lifted = sorted({pair for pair in by_order(db, run) if pair[0] in set(names)} | by_evidence)
    db.executemany("DELETE FROM need WHERE run = ? AND task = ? AND needs = ?", [(run, *pair) for pair in lifted])
    return lifted


def no_longer_follows(db: sqlite3.Connection, run: str, task: str, for_its_sake: set[str]) -> list[tuple[str, str]]:
    """The task has files of its own now: what it only followed in the list holds it no more, and still holds those that follow
    it, but for those that did so only `for_its_sake`, as it named none. Returns what was lifted. Inside a transaction."""
    order = [pair for pair, why in by_order(db, run).items() if why == FOLLOWS]
    before = sorted(need for one, need in order if one == task)
    behind = [one for one, need in order if need == task]
    add_needs(db, run, [(one, need, FOLLOWS) for one in behind if one not in for_its_sake for need in before])
    lifted = [(task, need) for need in before] + [(one, task) for one in behind if one in for_its_sake]
    db.executemany("DELETE FROM need WHERE run = ? AND task = ? AND needs = ?", [(run, *pair) for pair in lifted])
    return lifted


def hazards(db: sqlite3.Connection, run: str) -> list[Hazard]:
    """Each conflict twice, once from either side."""
    return select.every(db, Hazard, "WHERE run = ?", run)


def add_hazard(db: sqlite3.Connection, run: str, one: str, other: str, kind: HazardKind, witness: str) -> bool:
    """Two tasks may not overlap; False when that was known. Inside a transaction."""
    before = db.total_changes
    db.executemany(
        "INSERT OR IGNORE INTO hazard (run, task, other, kind, witness) VALUES (?, ?, ?, ?, ?)",
        [(run, one, other, kind, witness), (run, other, one, kind, witness)],
    )
    return db.total_changes > before


def declared(db: sqlite3.Connection, run: str) -> list[Declared]:
    """What the tasks of a run write and read."""
    return select.every(db, Declared, f"WHERE run = ? AND task <> ? AND {OF_WORK}", run, EVERY_TASK)


def declared_of(db: sqlite3.Connection, run: str, task: str) -> list[Declared]:
    """What one task writes and reads."""
    return select.every(db, Declared, f"WHERE run = ? AND task = ? AND {OF_WORK}", run, task)


def forget(db: sqlite3.Connection, run: str, task: str) -> None:
    """What the task declares and what it may not run beside: it is told anew."""
    db.execute("DELETE FROM declared WHERE run = ? AND task = ?", (run, task))
    db.execute("DELETE FROM hazard WHERE run = ? AND ? IN (task, other)", (run, task))


def context_of(db: sqlite3.Connection, run: str | None) -> list[tuple[str, str]]:
    """The files that every agent of the run reads and none writes: their keys, and their names as the plan has them."""
    query = "SELECT anchor, pattern FROM declared WHERE run = ? AND task = ? AND mode <> 'spared'"
    return [(row[0], row[1]) for row in db.execute(query, (run, EVERY_TASK))]


def spared_of(db: sqlite3.Connection, run: str | None, task: str) -> list[Declared]:
    """The files and folders that the list says to leave alone: to all its tasks, and to this one."""
    return select.every(db, Declared, "WHERE run = ? AND task IN (?, ?) AND mode = 'spared'", run, EVERY_TASK, task)


def writes_of(db: sqlite3.Connection, run: str, task: str) -> list[Declared]:
    return select.every(db, Declared, "WHERE run = ? AND task = ? AND mode = 'write'", run, task)


def writes_of_others(db: sqlite3.Connection, run: str, task: str) -> list[Declared]:
    return select.every(db, Declared, "WHERE run = ? AND task <> ? AND mode = 'write'", run, task)


def writes_since(db: sqlite3.Connection, at: float) -> list[str]:
    """The regexes of what was declared as written in every run that was active then or later; not by what its list had as
    done."""
    rows = db.execute(
        "SELECT DISTINCT regex FROM declared JOIN run ON run.id = declared.run LEFT JOIN task ON task.run = declared.run"
        " AND task.id = declared.task WHERE declared.mode = 'write' AND (run.ended IS NULL OR run.ended >= ?)"
        " AND NOT (ifnull(task.state, '') = 'done' AND task.attempts = 0 AND task.outcome = '')",
        (at,),
    )
    return [row[0] for row in rows]


def declare(
    db: sqlite3.Connection, run: str, task: str, mode: DeclaredMode, anchor: str, pattern: str, regex: str
) -> None:
    """A task writes or reads what the pattern means; a context file is every task's. Inside a transaction."""
    db.execute(
        "INSERT OR IGNORE INTO declared (run, task, mode, anchor, pattern, regex) VALUES (?, ?, ?, ?, ?, ?)",
        (run, task, mode, anchor, pattern, regex),
    )
