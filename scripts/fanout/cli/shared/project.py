"""What the commands share: the project around the working folder, its journal, and JSON output."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
from collections.abc import Sequence

import click

from fanout.errors import FanoutError
from fanout.run.commits import repair
from fanout.run.flow import ending, hooks_switch
from fanout.run.store import base, case_folding, db, odd_names, paths, state_dir
from fanout.run.store.records import Run
from fanout.run.tasks import runs, tasks

SCHEMA_VERSION = 1
ORDER = re.compile(r"Send exactly (?:this|these \d+) Agent calls? now, .*?then end your turn:")


def root() -> str:
    """The project's root, as the folders above it spell it."""
    found = state_dir.root_for(os.getcwd())
    return paths.Naming(found, case_folding.has_other_spellings(found)).root


def journal(create: bool = False) -> tuple[str, sqlite3.Connection]:
    """The project's root and journal, dead agents reaped, what a killed command left half done brought to its end.

    Raises FanoutError when there is no run.
    """
    found = root()
    connection = db.connect(found, create)
    with db.Write(connection):
        if ending.reap(connection):
            hooks_switch.settle(connection, found)
    for line in repair.finish(connection, found):
        click.echo(line, err=True)
    return found, connection


def run(root: str, connection: sqlite3.Connection, name: str | None) -> Run:
    """The named run; without a name the only active one of the work tree that one is in, else its newest, else any."""
    if name:
        return runs.get(connection, name)
    every = runs.all_of(connection)
    here = base.tree(root, os.getcwd())
    return runs.pick([run for run in every if base.tree(root, base.of_run(root, run)) == here] or every)


def echo_json(data: object) -> None:
    """The JSON envelope of every command: laid out in a terminal, one line elsewhere (a large plan has megabytes)."""
    _echo({"schema_version": SCHEMA_VERSION, "data": data})


def echo_error(message: str, fix: str, code: int) -> None:
    """The envelope of what went wrong, with the exit code."""
    _echo({"schema_version": SCHEMA_VERSION, "error": {"message": message, "fix": fix, "exit_code": code}})


def _echo(whole: dict[str, object]) -> None:
    indent = 2 if sys.stdout.isatty() else None
    text = json.dumps(whole, ensure_ascii=False, indent=indent)
    if odd_names.is_odd(text):
        text = json.dumps(odd_names.all_shown(whole), ensure_ascii=False)
    click.echo(text)
    sys.stdout.flush()


def session() -> str:
    """The session that this command runs in, "" outside the client."""
    return os.environ.get("CLAUDE_CODE_SESSION_ID", "")


def say(text: str) -> None:
    """Prints what may end in calls for Claude to send. A person at a terminal is told who sends them."""
    if sys.stdout.isatty() and not session():
        text = ORDER.sub('For Claude, which sends this when you say "go on" there:', text)
    click.echo(text)


def split_task(name: str) -> tuple[str, str]:
    """RUN/TASK as its two parts. Raises a usage error."""
    run, slash, task = name.partition("/")
    if not slash or not run or not task:
        raise click.UsageError(f"{name!r} is not RUN/TASK, such as user-dashboard-1/02.")
    return run, _as_listed(run, task)


def of_one_run(given: Sequence[str]) -> tuple[str, list[str]]:
    """The run, and its tasks that are named, each once. Raises FanoutError when they are of several."""
    parts = [split_task(one) for one in given]
    found = list(dict.fromkeys(run for run, _ in parts))
    if len(found) > 1:
        raise FanoutError(
            f"the tasks are of several runs: these are tasks of {tasks.few(found)}.",
            "Name tasks of one run; the other one's in another command.",
        )
    return found[0], list(dict.fromkeys(name for _, name in parts))


def _as_listed(run: str, task: str) -> str:
    """`07` for `7`, where the run calls it so: people leave the nought out."""
    if not task.isdecimal():
        return task
    try:
        known = [one.id for one in tasks.all_of(journal()[1], run)]
    except FanoutError:
        return task
    same = [one for one in known if one.isdecimal() and int(one) == int(task)]
    return same[0] if len(same) == 1 and task not in known else task
