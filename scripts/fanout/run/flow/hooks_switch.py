"""The switch of the hooks: on while a run is active, an agent lives, or a team can be woken by a message."""

from __future__ import annotations

import os
import sys

from fanout.run.agents import agents, team
from fanout.run.store import switch
from fanout.run.tasks import runs

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def turn_on(root: str) -> None:
    """Inside the transaction that makes something live."""
    switch.set_live(root, os.path.realpath(sys.executable))


def settle(db: sqlite3.Connection, root: str) -> None:
    """Switches the hooks off once nothing needs them. Runs inside a transaction, as `turn_on` does."""
    if not is_needed(db):
        switch.clear_live(root)


def is_needed(db: sqlite3.Connection) -> bool:
    return bool(runs.active(db) or agents.live(db) or team.stands(db))
