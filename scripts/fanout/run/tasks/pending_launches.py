"""What Claude was handed to launch and has not acted on yet: notifications that come together hand it over once, and what
was handed over can start, whatever is planned again meanwhile (readiness)."""

from __future__ import annotations

from fanout.run.store import meta
from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from fanout.run.store.records import Task

FRESH_SECONDS = 60.0
MESSAGE_SECONDS = 20.0  # the hooks of one message's launches


def note(db: sqlite3.Connection, run: str, calls: list[Task]) -> None:
    """These calls were handed over now. Inside a transaction."""
    meta.put(db, f"handed {run}", f"{now()} {_state(calls)}" if calls else "")


def forget(db: sqlite3.Connection, run: str) -> None:
    """Claude has answered, by launching or by ending its turn. Inside a transaction."""
    if meta.get(db, f"handed {run}"):
        meta.put(db, f"handed {run}", "")


def unsent(db: sqlite3.Connection, run: str, calls: list[Task]) -> list[Task]:
    """Those of the calls that were handed over a moment ago and stand in the conversation without an answer yet; none when
    something was handed over that is not among the calls any more."""
    handed = _fresh(db, run)
    above = [task for task in calls if of_task(task) in handed]
    return above if len(above) == len(handed) else []


def are_replaced(db: sqlite3.Connection, run: str, calls: list[Task], every: Iterable[Task]) -> bool:
    """Whether a task of the run that was handed over a moment ago, and was not launched since, is not among the calls now."""
    handed, still = _fresh(db, run), set(map(of_task, calls))
    return any(one in handed and one not in still for one in map(of_task, every))


def _fresh(db: sqlite3.Connection, run: str) -> list[str]:
    """What was handed over a moment ago, as `names` gives it."""
    at, _, state = meta.get(db, f"handed {run}").partition(" ")
    return state.split(",") if state and now() - float(at) < FRESH_SECONDS else []


def denied_with(db: sqlite3.Connection, run: str, calls: list[Task]) -> bool:
    """A denied launch names these calls in its place: False when another of the message has done so. Inside a transaction."""
    key, state = f"denied with {run}", _state(calls)
    at, _, told = meta.get(db, key).partition(" ")
    if told == state and now() - float(at) < MESSAGE_SECONDS:
        return False
    meta.put(db, key, f"{now()} {state}")
    return True


def message_ended(db: sqlite3.Connection, run: str) -> None:
    """The message with the denied launches is over. Inside a transaction."""
    if meta.get(db, f"denied with {run}"):
        meta.put(db, f"denied with {run}", "")


def names(db: sqlite3.Connection, run: str) -> list[str]:
    """What was handed over and not answered yet, in its order, as `id:attempts` (of_task)."""
    state = meta.get(db, f"handed {run}").partition(" ")[2]
    return state.split(",") if state else []


def among(db: sqlite3.Connection, run: str, calls: list[Task]) -> int:
    """How many of these calls were among those handed over last."""
    handed = names(db, run)
    return sum(1 for task in calls if of_task(task) in handed)


def _state(calls: list[Task]) -> str:
    return ",".join(map(of_task, calls))


def of_task(task: Task) -> str:
    return f"{task.id}:{task.attempts}"
