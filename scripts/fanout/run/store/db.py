"""The connection to the journal: opened, upgraded, and never half-written.

WAL lets hooks read while one of them writes; where a file system has no shared memory, they wait for each other. Every
change is one short transaction (`Write`), which takes the write lock at its start, so that what it decides on can't
change under it.
"""

from __future__ import annotations

import os
import time

from fanout.errors import Busy, Damaged, FanoutError, NewerSchema
from fanout.run.store import state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any
else:
    try:  # the public module adds adapters for dates, which take longer to load than a hook's query
        import _sqlite3 as sqlite3
    except ImportError:
        import sqlite3

NAME = "state.db"
WAIT_SECONDS = 4.0
SET_ASIDE = "moves it aside: its runs are forgotten, your files stay as they are."
VERSION = 12  # of the schema; see fanout/run/store/db_schema.py, which is imported only to upgrade
FIRST_COLUMNS = (
    "(SELECT user_version FROM pragma_user_version), (SELECT value FROM meta WHERE key = 'clock'),"
    " (SELECT at FROM event ORDER BY id DESC LIMIT 1), EXISTS (SELECT 1 FROM meta WHERE key = 'odd_names')"
)
FIRST_AFTER = 4  # the place of the first column after them
_FIRST = f"SELECT {FIRST_COLUMNS}"


class Journal(sqlite3.Connection):
    """A connection that takes and gives names that are not UTF-8 (fanout.run.store.odd_names)."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except UnicodeEncodeError:
            from fanout.run.store import odd_names

            if not sql.lstrip().startswith("SELECT"):
                super().execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, '1')", (odd_names.KEY,))
            self.read_odd_names()
            return super().execute(sql, odd_names.given(parameters))

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        rows = list(parameters)
        if all(value.isascii() for row in rows for value in row if isinstance(value, str)):
            return super().executemany(sql, rows)
        for row in rows:
            self.execute(sql, row)
        return self.cursor()

    def read_odd_names(self) -> None:
        """From now on texts come out as they were given."""
        from fanout.run.store import odd_names

        self.text_factory = odd_names.loaded


def path_of(root: str) -> str:
    return os.path.join(state_dir.folder_of(root), NAME)


def connect(root: str, create: bool = False) -> sqlite3.Connection:
    """The journal of the project at `root`.

    Raises FanoutError when there is none (and `create` is false), Damaged when it can't be read, NewerSchema when a newer fanout
    wrote it, Busy when it stays locked.
    """
    return connect_reading(root, _FIRST, (), create)[0]


def connect_reading(
    root: str, query: str, given: tuple[object, ...], create: bool = False
) -> tuple[sqlite3.Connection, sqlite3.Row | None]:
    """`connect`, and the first row of a query that begins with FIRST_COLUMNS: one statement for both."""
    path = path_of(root)
    if not os.path.exists(path):
        _make_place(root, create)
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, factory=Journal)
    connection.row_factory = sqlite3.Row
    try:
        row = _current(connection, query, given)
        if row is None:
            _prepare(connection, path)
            row = connection.execute(query, given).fetchone()
        if row[3]:
            connection.read_odd_names()
            row = connection.execute(query, given).fetchone()
        _clock.set(connection, row[1], row[2])
        connection.execute("PRAGMA synchronous=NORMAL")
    except sqlite3.Error as error:
        connection.close()
        raise explained(error, path) from None
    except FanoutError:
        connection.close()
        raise
    return connection, row


def _make_place(root: str, create: bool) -> None:
    """For a project without a journal: the folder of a new one, or why there is none."""
    _refuse_lost(root)
    if not create:
        raise FanoutError(f"there is no run in {root}.", "Start one with `fanout start SOURCE`.")
    state_dir.create(root)


def _current(connection: sqlite3.Connection, query: str, given: tuple[object, ...]) -> sqlite3.Row | None:
    """The query's first row; None when the schema is not this VERSION, which it may not even fit."""
    try:
        row: sqlite3.Row | None = connection.execute(query, given).fetchone()
    except sqlite3.OperationalError:
        return None
    return row if row is not None and row[0] == VERSION else None


def _refuse_lost(root: str) -> None:
    from fanout.run.store import vault

    if vault.is_lost(root):
        raise FanoutError(
            f"the state of {root} is gone: .fanout was removed while a run was live.",
            "`fanout doctor --restore` brings it back, `fanout doctor --forget` gives that run up.",
        )


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise NewerSchema(
            f"{path} has schema {version}, this fanout knows up to {VERSION}.", "Update the plugin 'spec'."
        )
    if version < VERSION:
        connection.execute(f"PRAGMA journal_mode={'WAL' if maps_memory(os.path.dirname(path)) else 'DELETE'}")
        _upgrade(connection)


def maps_memory(folder: str) -> bool:
    """Whether the folder's file system lets processes share a file's memory, as WAL needs: network shares may not."""
    import mmap

    probe = os.path.join(folder, f"{NAME}.{os.getpid()}.probe")
    try:
        with open(probe, "w+b") as file:
            file.write(b"\0" * mmap.PAGESIZE)
            file.flush()
            mmap.mmap(file.fileno(), mmap.PAGESIZE).close()
    except (OSError, ValueError):
        return False
    finally:
        if os.path.exists(probe):
            os.unlink(probe)
    return True


def _upgrade(connection: sqlite3.Connection) -> None:
    from fanout.run.store import db_schema

    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        while version < VERSION:
            for statement in db_schema.STEPS[version].split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            version += 1
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


class Write:
    """A transaction: `with Write(connection):`. Rolled back on any exception. Raises Busy when the lock is not had."""

    __slots__ = ("connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __enter__(self) -> sqlite3.Connection:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise explained(error, "the journal") from None
        return self.connection

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.connection.execute("COMMIT" if kind is None else "ROLLBACK")


class Look:
    """Reads of one moment, whatever others write meanwhile: `with Look(connection):`. Where nobody could write for so long
    (`is_shared`), and inside a transaction, they are as they come."""

    __slots__ = ("connection", "is_held")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.is_held = not connection.in_transaction and is_shared(connection)

    def __enter__(self) -> None:
        if self.is_held:
            self.connection.execute("BEGIN")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self.is_held:
            self.connection.execute("COMMIT")


def explained(error: sqlite3.Error, path: str) -> FanoutError:
    """What went wrong with the journal, in words."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return Busy(f"{path} stayed locked for {WAIT_SECONDS:g} s.", "Try again.")
    if "unable to open" in text or "readonly" in text:
        return FanoutError(f"{path} can't be opened: {text}.", "Check the permissions of .fanout.")
    if "disk I/O" in text:
        return FanoutError(
            f"{path} can't be read or written: {text}.",
            "Is the disk full or gone? From a share without memory maps, move the project to a disk of this machine.",
        )
    return Damaged(f"{path} is damaged: {text}.", f"`fanout doctor --fix` {SET_ASIDE}")


def is_shared(db: sqlite3.Connection) -> bool:
    """Whether hooks can read the journal while one of them writes it: not where memory can't be mapped."""
    return bool(db.execute("PRAGMA journal_mode").fetchone()[0] == "wal")


def damage(db: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the file, "" when it is whole."""
    found = str(db.execute("PRAGMA quick_check").fetchone()[0])
    return "" if found == "ok" else found


class Clock:
    """The time of the journal: the system's, but never before what the journal holds, so that the order of its times is the
    order of what happened, and nothing takes less than no time. After the system's clock was set back it goes on from the
    newest time, as fast as the system's."""

    __slots__ = ("ahead", "since")

    def __init__(self) -> None:
        self.ahead = 0.0  # of the system's, in seconds
        self.since = 0.0  # when that began

    def set(self, connection: sqlite3.Connection, kept: str | None, newest: float | None) -> None:
        """`kept` is what an earlier connection left, `newest` the time of the newest event."""
        ahead, _, since = (kept or "0 0").partition(" ")
        self.ahead, self.since = float(ahead), float(since)
        is_back = newest is not None and now() < newest
        if not is_back and not self.ahead:
            return
        high = float(connection.execute(_NEWEST).fetchone()[0] or 0.0)
        if time.time() > high:
            self.ahead, self.since = 0.0, 0.0
        elif is_back:
            self.ahead, self.since = high - time.time() + TICK, high
        if (kept or "0 0") != str(self):
            _keep_clock(connection, str(self))

    def __str__(self) -> str:
        return f"{self.ahead!r} {self.since!r}" if self.ahead else "0 0"


def _keep_clock(connection: sqlite3.Connection, value: str) -> None:
    try:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('clock', ?)", (value,))
    except sqlite3.OperationalError:  # locked, or nothing can be written here: the next connection finds the same
        return


TICK = 0.001
_NEWEST = (
    "SELECT MAX(at) FROM (SELECT MAX(at) AS at FROM event UNION ALL SELECT MAX(last) FROM written"
    " UNION ALL SELECT MAX(MAX(opened, seen, COALESCE(ended, 0))) FROM agent UNION ALL SELECT MAX(at) FROM call)"
)
_clock = Clock()


def now() -> float:
    return time.time() + _clock.ahead


def by_system(at: float) -> float:
    """A time of the journal as the system's clock told it, as far as is known: for what files and people know."""
    return at - _clock.ahead if at >= _clock.since else at


def earliest_by_system(at: float) -> float:
    """No file that was changed after this time of the journal has an earlier date."""
    return at - _clock.ahead
