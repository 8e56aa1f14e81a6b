"""fanout status --watch: a run followed to its end."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import click

from fanout.report import agent_bars, run_facts, run_text
from fanout.run.flow import ending, hooks_switch
from fanout.run.store.db import Write

LIVE_SECONDS = 0.25
PLAIN_SECONDS = 0.5
REAP_SECONDS = 5.0
SHARE = 4  # a look takes at most one part in so many of the time: of ten thousand tasks it takes a second


def follow(root: str, db: sqlite3.Connection, run: str) -> None:
    """Until the run is over or the user stops it: a screen on a terminal, a line for each change elsewhere."""
    try:
        show(root, db, run, lambda: True)
    except KeyboardInterrupt:
        click.echo("Stopped watching; the run goes on.", err=True)


def show(root: str, db: sqlite3.Connection, run: str, goes_on: Callable[[], bool]) -> None:
    """Until the run is over, or `goes_on` says no."""
    (_screen if sys.stdout.isatty() else _lines)(root, db, run, goes_on)


def _looks(
    root: str, db: sqlite3.Connection, run: str, pause: float, goes_on: Callable[[], bool]
) -> Iterator[dict[str, Any]]:
    """The facts again and again, the last time when the run is over."""
    reaped = time.monotonic()
    while True:
        is_last, began = not goes_on(), time.monotonic()
        facts = run_facts.of_run(db, run)
        yield facts
        if facts["state"] != "active" or is_last:
            return
        time.sleep(max(pause, SHARE * (time.monotonic() - began)))
        if time.monotonic() - reaped > REAP_SECONDS:
            reaped = time.monotonic()
            with Write(db):
                if ending.reap(db):
                    hooks_switch.settle(db, root)


def _lines(root: str, db: sqlite3.Connection, run: str, goes_on: Callable[[], bool]) -> None:
    told: set[str] = set()
    for found in _looks(root, db, run, PLAIN_SECONDS, goes_on):
        for line in agent_bars.changes(found, told):
            click.echo(line)
        sys.stdout.flush()
    click.echo(run_text.counts(found))
    click.echo(found["measured"]["sentence"])


def _screen(root: str, db: sqlite3.Connection, run: str, goes_on: Callable[[], bool]) -> None:
    from rich.console import Console
    from rich.live import Live

    from fanout.report import live

    console = Console()
    with Live(console=console, auto_refresh=False, transient=True) as shown:
        for facts in _looks(root, db, run, LIVE_SECONDS, goes_on):
            size = console.size
            shown.update(live.screen(facts, size.width, size.height), refresh=True)
    console.print(live.screen(facts, console.size.width, console.size.height))
    click.echo(facts["measured"]["sentence"])
