"""The files in no commit whose bytes are kept (run/commits/users_work.py): by name their size, time, object, whether they
were there before any agent of the run; then, of the user's own, the object without anything of an agent's and the commit
that HEAD was."""

from __future__ import annotations

from fanout.run.store import meta
from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    Noted = list[Any]

KEY = "work in no commit"
LAST = "work in no commit, kept last"
OWN = 4  # where in a record the object of the user's own stands


def of(db: sqlite3.Connection) -> dict[str, Noted]:
    text = meta.get(db, KEY)
    if not text:
        return {}
    import json  # slow to import

    found: dict[str, Noted] = json.loads(text)
    return found


def put(db: sqlite3.Connection, found: dict[str, Noted]) -> None:
    """Inside a transaction."""
    import json

    meta.put(db, KEY, json.dumps(found))
    meta.put(db, LAST, str(now()))


def users(db: sqlite3.Connection) -> dict[str, str]:
    """The user's files, with the object of what each held when it was looked at last."""
    return {name: noted[2] for name, noted in of(db).items() if noted[3]}


def may_be(db: sqlite3.Connection, names: list[str]) -> bool:
    """Whether one of the files may be noted, asked without reading it all."""
    text = meta.get(db, KEY).lower() if names else ""
    plain = [name for name in names if name.isascii() and '"' not in name and "\\" not in name]
    return any(f'"{name}"'.lower() in text for name in plain) if len(plain) == len(names) else bool(text)


def own(db: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """The user's files that git does not ignore: the object of what each held while no agent had written it, and the commit
    that HEAD was then, "" for none."""
    return {name: (noted[OWN], noted[OWN + 1]) for name, noted in of(db).items() if len(noted) > OWN and noted[OWN]}
