"""Steering a run: ask, why, claim, retry, skip, resume, release."""

from __future__ import annotations

import itertools
import os
import sqlite3
import time

import click

from fanout.cli.shared import changed, project
from fanout.errors import FanoutError
from fanout.run.agents import agents, claims
from fanout.run.changes import changes
from fanout.run.flow import (
    ending,
    failure_policy,
    hooks_switch,
    judged_anew,
    next_message,
    order_message,
    run_end,
    task_results,
    worker,
)
from fanout.run.store import base, journal, meta, paths, run_files
from fanout.run.store.db import Write
from fanout.run.tasks import amendments, readiness, runs, scope, tasks

LOOK_SECONDS = 0.5
TASK = click.argument("task", metavar="RUN/TASK")


@click.command()
@TASK
@click.argument("path")
@click.argument("why", nargs=-1)
def ask(task: str, path: str, why: tuple[str, ...]) -> None:
    """Ask for a path that a task's plan did not give it: granted when nobody owns it, else queued. Exit 1 when never."""
    run, name = project.split_task(task)
    root, db = project.journal()
    click.echo(scope.ask(db, paths.Naming(root, meta.folds_case(db)), run, name, path, " ".join(why)))


@click.command()
@click.argument("path")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def why(path: str, as_json: bool) -> None:
    """Say who owns PATH now, and what was decided about it."""
    root, db = project.journal()
    if runs.find(db, path.partition("/")[0]) is not None and not os.path.lexists(path):
        raise FanoutError(
            f"{path} is of a run, and `fanout why` of a path.", f"`fanout status {path}` says where it stands."
        )
    naming = paths.Naming(root, meta.folds_case(db))
    name = naming.name(path, base.tree(root, os.getcwd()))
    owned = [
        {
            "owner": agents.name_of(claim.owner),
            "run": claim.owner.run or None,
            "task": claim.owner.task or None,
            "kind": claim.kind,
            "since": claim.since,
        }
        for claim in claims.covering(db, naming.key(name))
    ]
    decided = journal.about(db, name)
    if as_json:
        decisions = [{"at": e.at, "task": e.task or None, "kind": e.kind, "data": e.data} for e in decided]
        project.echo_json({"path": name, "owners": owned, "decisions": decisions})
        return
    for owner in owned:
        click.echo(f"{name} belongs to {owner['owner']} ({owner['kind']}, since {_clock(owner['since'])})")
    if not owned:
        click.echo(f"{name} belongs to nobody now")
    for event in decided:
        click.echo(f"{_clock(event.at)}  {event.kind}  {event.task}")


def _clock(at: object) -> str:
    assert isinstance(at, float)
    return time.strftime("%H:%M:%S", time.localtime(at))


@click.command()
@click.option("--worker", required=True, metavar="NAME", help="Who takes it; the same name gets its own task again.")
@click.option("--wait", type=click.IntRange(0, 540), default=0, metavar="SECONDS", help="Wait so long for a task.")
@click.argument("run", required=False)
def claim(worker: str, wait: int, run: str | None) -> None:
    """Take the next ready task, for workers that organise themselves. Prints its brief; exit 1 when none is ready."""
    _claim(worker, wait, run)


def _claim(name: str, wait: int, run: str | None) -> None:
    root, db = project.journal()
    chosen = project.run(root, db, run).id
    last = time.monotonic() + wait
    while (taken := worker.take(db, root, chosen, name)) is None:
        view = worker.look(db, root, chosen, name)
        if time.monotonic() >= last or view.run.state != "active" or readiness.is_over(view):
            raise FanoutError(*worker.nothing(view, name))
        time.sleep(LOOK_SECONDS)
    click.echo(taken)


@click.command()
@click.argument("task", metavar="RUN/TASK ...", nargs=-1, required=True)
@click.option("--note", default="", metavar="TEXT", help="What its next agent is told beside its brief.")
@click.option("--again", is_flag=True, help="Also a task that is done: its changes are taken back.")
def retry(task: tuple[str, ...], note: str, again: bool) -> None:
    """Undo what failed tasks of a run changed and make them ready again."""
    run, names = project.of_one_run(task)
    root, db = project.journal()
    said, refused, gone, more = [], [], {}, {}
    for name in names:
        gone[name] = task_results.changed(db, tasks.get(db, run, name))
        try:
            _retry(db, root, run, name, note.strip(), again)
        except FanoutError as error:
            refused.append(error)
        else:
            more[name] = _files_of(db, root, run, name, note)
            said.append(name)
    if not said:
        raise refused[0]
    for why_not in refused:
        click.echo(str(why_not), err=True)
    _say(db, root, run, *(line for name in said for line in _tried_again(db, run, name, gone[name], more[name])))
    if refused:
        raise SystemExit(1)


def _retry(db: sqlite3.Connection, root: str, run: str, name: str, note: str, again: bool) -> None:
    """Raises FanoutError, and then the task is as it was."""
    from fanout.cli.commands import sync

    reason = failure_policy.retry(db, root, run, name, again)
    if reason:
        raise FanoutError(f"task {name} was {tasks.NOT_RETRIED} {reason}")
    for line in sync.unmark(db, root, runs.get(db, run), tasks.get(db, run, name)):
        click.echo(line, err=True)
    with Write(db):
        if note:
            amendments.amend(db, run, name, note)
        run_end.reactivate(db, root, run)


def _files_of(db: sqlite3.Connection, root: str, run: str, name: str, note: str) -> str:
    """What the note changes about the files of the task."""
    if not note:
        return ""
    from fanout.cli.shared import other_files  # plans, which takes a while to import

    return other_files.declare_named(db, root, run, name, note)


def _tried_again(db: sqlite3.Connection, run: str, name: str, gone: str, more: str) -> list[str]:
    """That the task is to be done again, what was taken back for it and what it writes besides, and what it waits for where no
    launch block says so."""
    view = readiness.View(db, run)
    why = readiness.refusal(view, name)
    place = "" if any(task.id == name for task in readiness.to_launch(view)) else "; it starts when a place is free"
    kept = run_files.undone(meta.root(db), run, name)
    held = f"; what was there is kept in {run_files.shown(os.getcwd(), kept)}{os.sep}" if os.path.isdir(kept) else ""
    back = f" Taken back: {gone}{held}." if gone else ""
    if built := readiness.built_on(view, name):
        more += (
            f" {tasks.few(built)}, done, built on it: look at that once {name} is done, `fanout retry {run}/{built[0]} --again` "
            f"does it again{'' if len(built) == 1 else ', each by its name'}."
        )
    return [f"{tasks.called(name)} is to be done again{f'; it {why}' if why else place}.{back}{more}"]


@click.command()
@click.argument("words", metavar="RUN/TASK ... [REASON]", nargs=-1, required=True)
def skip(words: tuple[str, ...]) -> None:
    """Go on without tasks of a run: what depends on them may start. One that runs is left out as its agent is stopped."""
    root, db = project.journal()
    run, names, reason = named(db, words)
    with Write(db):
        runs.refuse_cancelled(runs.get(db, run))
        for name in names:
            tasks.get(db, run, name)
        at_work = [tasks.skip(db, run, name, reason or "skipped by hand") for name in names]
        run_end.reactivate(db, root, run)
    judged_anew.look(db, root, run)
    view = readiness.View(db, run)
    said = [
        order_message.left_out(db, view, name) if agent is None else order_message.to_be_left_out(view, agent)
        for name, agent in zip(names, at_work, strict=True)
    ]
    if any(agent is not None for agent in at_work):
        click.echo("\n".join(said))
    else:
        with Write(db):
            said += task_results.judged_later(db, view)
        _say(db, root, run, *said)


def named(db: sqlite3.Connection, words: tuple[str, ...]) -> tuple[str, list[str], str]:
    """The run, its tasks, and the reason: what stands behind the last word that names a task. Raises FanoutError."""
    names = [words[0], *itertools.takewhile(lambda word: _names_a_task(db, word), words[1:])]
    run, found = project.of_one_run(tuple(names))
    return run, found, " ".join(words[len(names) :])


def _names_a_task(db: sqlite3.Connection, word: str) -> bool:
    run, slash, name = word.partition("/")
    return bool(slash and name and " " not in word and runs.find(db, run) is not None)


@click.command()
@click.argument("run", required=False)
def resume(run: str | None) -> None:
    """Go on with a run after a crash or in another session: what was lost is ready again."""
    root, db = project.journal()
    chosen = project.run(root, db, run)
    session = project.session()
    with Write(db):
        runs.refuse_cancelled(runs.get(db, chosen.id))
        run_end.reactivate(db, root, chosen.id)
        runs.go_on(db, chosen.id)
        if session and chosen.session != session:
            runs.take_over(db, chosen.id, session)
    pending = {task.id for task in tasks.in_state(db, chosen.id, "pending")}
    lost = [name for name in journal.tasks_with(db, chosen.id, "agent-lost") if name in pending]
    if lost:
        begun = [f"`fanout diff {chosen.id}/{name}`" for name in lost if changes.of_task(db, chosen.id, name)]
        half = f"What is half done: {tasks.few(begun)}." if begun else "Nothing is half done."
        click.echo(f"Lost with their agents, to be done again: {', '.join(lost)}. {half}")
    for line in changed.since(db, root, chosen):
        click.echo(line)
    view = readiness.View(db, chosen.id)
    if not readiness.is_over(view) and (left := task_results.left(view, is_same_session=False)):
        click.echo(left)
    _say(db, root, chosen.id)


@click.command()
@TASK
def release(task: str) -> None:
    """Give up on a task's agent that will not come back: its claims are released, the task is ready again."""
    run, name = project.split_task(task)
    root, db = project.journal()
    with Write(db):
        agent = agents.of_task(db, run, name)
        if agent is None:
            raise FanoutError(f"task {name} has no live agent.", f"It is {tasks.get(db, run, name).state}.")
        ending.lost(db, agent, "released by hand")
        hooks_switch.settle(db, root)
    _say(db, root, run)


def _say(db: sqlite3.Connection, root: str, run: str, *said: str) -> None:
    """What came of the command, where the run stands, and what to launch now."""
    session = project.session()
    project.say(next_message.printed(db, run_end.conclude(db, root, run), session, said, again=False))
