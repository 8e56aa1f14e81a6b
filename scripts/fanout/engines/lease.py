"""A run has one driver at a time: its lease names host, process and start, and is given a sign of life."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from fanout.errors import FanoutError
from fanout.run.agents import client_process
from fanout.run.store.db import Write, now
from fanout.run.tasks import runs

if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Run

BEAT_SECONDS = 10.0
SILENT_SECONDS = 120.0  # of a driver on another host, whose process can't be looked at


def host() -> str:
    return socket.gethostname().replace(" ", "-") or "localhost"


def own() -> str:
    """The name of this process as a driver."""
    pid = os.getpid()
    return f"{host()} {pid} {client_process.start_of(pid)}"


def take(db: sqlite3.Connection, run: str) -> str:
    """This process drives the run from now on. Returns its name as a driver. Raises FanoutError when another one does."""
    name = own()
    with Write(db):
        known = runs.get(db, run)
        if is_held(known) and known.driver != name:
            there, pid, _ = known.driver.split(" ", 2)
            raise FanoutError(
                f"run {run} is driven already, by process {pid} on {there}.",
                f"`fanout status --watch {run}` follows it; end that process (TERM) and drive it again.",
            )
        runs.drive(db, run, name, known.driver)
    return name


def beat(db: sqlite3.Connection, run: str, name: str) -> bool:
    """A sign of life. False when the lease is another's by now."""
    with Write(db):
        return runs.drive(db, run, name, name)


def give_back(db: sqlite3.Connection, run: str, name: str) -> None:
    with Write(db):
        runs.drive(db, run, "", name)


def is_held(run: Run) -> bool:
    """Whether somebody drives the run now."""
    if not run.driver:
        return False
    there, pid, start = run.driver.split(" ", 2)
    if there != host():
        return now() - run.driver_seen < SILENT_SECONDS
    return not client_process.is_gone(int(pid), start)
