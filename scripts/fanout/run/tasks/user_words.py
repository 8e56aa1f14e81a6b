"""That the user has said something that the main conversation has not acted on yet: its next call, or the end of its turn, is
the answer. Until then nothing that came before, or comes beside it, is an order."""

from __future__ import annotations

from fanout.run.store import meta
from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

KEY = "user spoke "
BEGAN = "client began "
HELD = "user interrupted "
UNDER_WAY_SECONDS = 1.0  # a message of calls of which no begin is known: no model answers sooner


def note(db: sqlite3.Connection, session: str) -> None:
    """The user said something. Inside a transaction."""
    meta.put(db, KEY + session, str(now()))


def hold(db: sqlite3.Connection, session: str) -> None:
    """The user interrupted the conversation: nothing is launched until they say so. Inside a transaction."""
    meta.put(db, HELD + session, "1")


def release(db: sqlite3.Connection, session: str) -> None:
    """A command or a launch says that it goes on. Inside a transaction."""
    meta.drop(db, HELD + session)


def is_held(db: sqlite3.Connection, session: str) -> bool:
    """Whether nobody has said that it goes on since they interrupted it."""
    return bool(meta.get(db, HELD + session))


def are_new(db: sqlite3.Connection, session: str) -> bool:
    return bool(meta.get(db, KEY + session))


def come_first(db: sqlite3.Connection, session: str, record: str) -> bool:
    """Whether the model has words of the user's before it that it has not acted on, or is about to get some; `record` is the
    client's, of the conversation."""
    if are_new(db, session) or is_held(db, session):
        return True
    return are_queued(db, session, record)


def began(db: sqlite3.Connection, session: str) -> None:
    """A client opens the conversation: what waited in the one before it has gone with that. Inside a transaction."""
    meta.put(db, BEGAN + session, str(now()))


def are_queued(db: sqlite3.Connection, session: str, record: str) -> bool:
    """Whether the user has typed something that the model is about to be given."""
    from fanout.run.agents import transcript

    return bool(transcript.queued(record, _since(db, session)))


def is_something_queued(db: sqlite3.Connection, session: str, record: str) -> bool:
    """Whether the model is given words of the user's or the end of an agent as soon as its turn ends."""
    from fanout.run.agents import transcript

    return transcript.brings_more(record, _since(db, session))


def _since(db: sqlite3.Connection, session: str) -> float:
    return float(meta.get(db, BEGAN + session) or 0)


def is_answer(db: sqlite3.Connection, session: str, begun: list[float]) -> bool:
    """Whether calls of one message, of which these began at known times, came after the words: a message that was under way
    then is no answer."""
    said = float(meta.get(db, KEY + session) or 0)
    return min(begun, default=now() - UNDER_WAY_SECONDS) >= said


def answered(db: sqlite3.Connection, session: str) -> None:
    """The conversation has done something since. Inside a transaction."""
    meta.drop(db, KEY + session)
