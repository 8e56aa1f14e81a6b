"""The commands that fetch a list from another program, and tell it what was done: pull, push."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

import click

from fanout.cli.commands.plan import SOURCE, located
from fanout.cli.shared import project
from fanout.errors import FanoutError
from fanout.run.store import state_dir
from fanout.source import trackers
from fanout.source.trackers import Change, Tracker

LISTS = os.path.join(".fanout", "lists")
_PATIENCE = 120.0  # seconds, for a program that asks the network
_INSTEAD = {
    "github": "Install gh, or save the issues with another machine's and name that file.",
    "beads": "Install bd, or plan .beads/issues.jsonl: it is what was last exported, and may be old.",
}


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("tracker", type=click.Choice(sorted(trackers.TRACKERS)))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("--drop", is_flag=True, help="Drop what was done in the saved list and never pushed.")
def pull(tracker: str, arguments: tuple[str, ...], drop: bool) -> None:
    """Save the issues of github (gh) or beads (bd) as a list; ARGUMENTS go to that program, or name one issue."""
    kind = trackers.TRACKERS[tracker]
    path = os.path.join(project.root(), LISTS, kind.file)
    fresh = _ask(kind, trackers.fetch(kind, arguments))
    text = trackers.saved_text(kind, fresh)
    if os.path.exists(path) and not drop:
        _refuse_loss(kind, path)
    _keep(path, text)
    shown = os.path.relpath(path, os.getcwd())
    click.echo(f"Saved in {shown}. Plan it: fanout plan {shown}. When tasks are done: fanout push {shown}.")


@click.command()
@SOURCE
@click.option("--yes", is_flag=True, help="Do it; without this the calls are only printed.")
def push(source: str, yes: bool) -> None:
    """Tell github (gh) or beads (bd) what is done in SOURCE; prints the calls, and makes them with --yes."""
    from fanout.plan.read import registry

    origin = located(source)
    name = registry.choose(origin).name
    if name not in trackers.TRACKERS:
        known = " or ".join(sorted(trackers.TRACKERS))
        raise FanoutError(f"{source} is a list of {name}, which nothing is told about.", f"Only of {known}.")
    kind = trackers.TRACKERS[name]
    saved = registry.FORMATS[name].read(origin).files[0]
    text = _text(saved)
    todo = trackers.changes(kind, text, _ask(kind, trackers.again(kind, text)))
    if not todo:
        click.echo(f"{kind.program} knows all of it.")
        return
    for change in todo:
        if yes:
            _run(kind, change.words, change.text)
        click.echo(f"{'Done' if yes else 'Would do'}: {change.does}  ({_line(change)})")
    if not yes:
        click.echo(f"Nothing was changed. To do it: fanout push {shlex.quote(source)} --yes")


def _line(change: Change) -> str:
    return f"{shlex.join(change.words)}{' < the new text' if change.text else ''}"


def _refuse_loss(kind: Tracker, path: str) -> None:
    text = _text(path)
    lost = trackers.changes(kind, text, _ask(kind, trackers.again(kind, text)))
    if lost:
        shown = os.path.relpath(path, os.getcwd())
        done = "; ".join(change.does for change in lost[:5])
        raise FanoutError(
            f"{shown} holds what {kind.program} was never told: {done}.", f"First: fanout push {shown}. Or --drop it."
        )


def _ask(kind: Tracker, calls: list[tuple[str, ...]]) -> str:
    """What the first call prints that the program knows."""
    for words in calls[:-1]:
        try:
            return _run(kind, words)
        except FanoutError:
            continue
    return _run(kind, calls[-1])


def _run(kind: Tracker, words: tuple[str, ...], text: str = "") -> str:
    """The output of a call. Raises FanoutError when the program is not there, fails or hangs."""
    program = shutil.which(words[0])
    if program is None:
        raise FanoutError(f"{words[0]} is not on the PATH.", _INSTEAD[kind.name])
    try:
        done = subprocess.run(
            [program, *words[1:]], input=text, capture_output=True, text=True, encoding="utf-8", timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FanoutError(f"{shlex.join(words)}: {error}.", "Call it by hand to see why.") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        reason = said[0] if said else f"it ended with {done.returncode}"
        raise FanoutError(f"{shlex.join(words)}: {reason}", "Call it by hand to see why.")
    return done.stdout


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _keep(path: str, text: str) -> None:
    state_dir.create(project.root())
    os.makedirs(os.path.dirname(path), exist_ok=True)
    state_dir.write_whole(path, text)
