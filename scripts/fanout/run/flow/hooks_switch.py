"""The switch of the hooks: on while a run is active, an agent lives, a team can be woken by a message, or a command changes
git or files: where it is killed, a hook brings it to its end."""

from __future__ import annotations

import os
import sys

from fanout.run.agents import agents, set_aside, team
from fanout.run.store import switch, under_way
from fanout.run.store.db import Write
from fanout.run.tasks import runs

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def turn_on(root: str) -> None:
    """Inside the transaction that makes something live."""
    switch.set_live(root, os.path.realpath(sys.executable))


def settle(db: sqlite3.Connection, root: str) -> None:
    """Switches the hooks off once nothing needs them. Runs inside a transaction, as `turn_on` does."""
    if not is_needed(db, root):
        switch.clear_live(root)


def has_ended(db: sqlite3.Connection, root: str, agent_id: str) -> None:
    """The end of an agent that was taken for ended before."""
    if set_aside.is_noted(db, agent_id):
        with Write(db):
            set_aside.has_ended(db, agent_id)
            settle(db, root)


def is_needed(db: sqlite3.Connection, root: str) -> bool:
    return bool(
        under_way.is_marked(root) or runs.active(db) or agents.live(db) or team.stands(db) or set_aside.are_at_work(db)
    )


class Kept:
    """`with Kept(db, root):`, around a command that changes git or files: the hooks are on until it is through."""

    __slots__ = ("db", "root")

    def __init__(self, db: sqlite3.Connection, root: str) -> None:
        self.db = db
        self.root = root

    def __enter__(self) -> None:
        if not switch.is_live(self.root):
            with Write(self.db):
                turn_on(self.root)

    def __exit__(self, *exc: object) -> None:
        from fanout.run.commits import repair

        with Write(self.db):
            repair.settle(self.db, self.root)
            settle(self.db, self.root)
