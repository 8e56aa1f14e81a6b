"""The commands of a run: next, brief, done, fail, cancel."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import click

from fanout.cli.commands import steer
from fanout.cli.shared import list_edits, project
from fanout.errors import FanoutError
from fanout.run.agents import agents, set_aside
from fanout.run.changes import changes
from fanout.run.commits import isolated
from fanout.run.evidence import acceptance, as_done, evidence, gaps
from fanout.run.flow import brief as briefs
from fanout.run.flow import (
    ending,
    first_hook,
    hooks_switch,
    judged_anew,
    next_message,
    run_end,
    task_results,
    worker,
)
from fanout.run.store.db import Write
from fanout.run.tasks import list_edited, readiness, runs, tasks

if TYPE_CHECKING:
    from fanout.run.store.records import Agent, TaskOver

RUN = click.argument("run", required=False)
TASK = click.argument("task", metavar="RUN/TASK")


@click.command(name="next")
@RUN
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def next_(run: str | None, as_json: bool) -> None:
    """Print what to launch now; it may be asked as often as you like."""
    root, db = project.journal()
    chosen = project.run(root, db, run)
    session = project.session()
    if session and chosen.state == "active" and chosen.session != session:
        with Write(db):
            runs.take_over(db, chosen.id, session)
    list_edits.take_in(db, root, chosen)
    view = run_end.conclude(db, root, chosen.id)
    if warning := first_hook.warning_of(root, chosen):
        click.echo(warning, err=as_json)
    if as_json:
        from fanout.run.tasks import launch_block

        project.echo_json({"run": chosen.id, "launch": [launch_block.call(task) for task in readiness.to_launch(view)]})
    else:
        with Write(db):
            news = tuple(list_edited.lines(db, chosen.id))
        project.say(next_message.printed(db, view, session, news))


@click.command()
@TASK
def brief(task: str) -> None:
    """Print the whole instruction of a task."""
    run, name = project.split_task(task)
    root, db = project.journal()
    if warning := first_hook.on_brief(root):
        click.echo(f"{warning}\n")
    click.echo(briefs.write(db, root, run, name), nl=False)


@click.command()
@click.argument("words", metavar="RUN/TASK ... [SUMMARY]", nargs=-1, required=True)
@click.option("--unchecked", is_flag=True, help="Take it as done without looking at files and acceptance commands.")
def done(words: tuple[str, ...], unchecked: bool) -> None:
    """Mark tasks done, for a worker, or for what an agent finished without saying so. Their evidence is checked first."""
    root, db = project.journal()
    run, names, summary = steer.named(db, words)
    outcomes = {name: _outcome(f"{run}/{name}", summary, unchecked) for name in names}
    _finish(db, root, run, "done", outcomes)


def _outcome(task: str, summary: str, unchecked: bool) -> str:
    """What is kept as the task's result. Raises FanoutError unless it has its evidence, or is taken `unchecked`."""
    beside = "" if unchecked else _check(task, summary)
    said = (summary or _by_hand(task, unchecked or bool(beside))) + (f" ({beside})" if beside else "")
    return f"{said} ({tasks.NOT_CHECKED})" if unchecked else said


def _by_hand(task: str, unchecked: bool) -> str:
    """The result of which nobody said what was done."""
    run, name = project.split_task(task)
    _, db = project.journal()
    is_checked = not unchecked and tasks.has_commands(tasks.record(tasks.get(db, run, name)))
    return f"{tasks.BY_HAND}{', its checks pass' if is_checked else ''}"


def _check(task: str, summary: str) -> str:
    """Raises FanoutError unless the task has its evidence. What is to be said beside its result, "" for nothing."""
    run, name = project.split_task(task)
    root, db = project.journal()
    refuse(db, run, name, "done")
    agent = agents.last_of_task(db, run, name)
    try:
        gap = (
            evidence.gap(db, root, agent, summary, findings=summary)
            if agent
            else evidence.by_hand(db, root, run, name, summary)
        )
    except acceptance.NotYours as told:
        gap = str(told)
    if gap:
        raise FanoutError(
            f"task {name} is not done: {gaps.found(gap)}",
            f"`fanout done {run}/{name} 'what was done'` looks again; a file that is not needed is named there. With --unchecked "
            f"it counts as done all the same.",
        )
    if agent is None:
        return ""
    if agent.worktree and os.path.isdir(agent.worktree):
        _bring_in(db, root, agent)
    return evidence.reservation(db, agent)


def _bring_in(db: sqlite3.Connection, root: str, agent: Agent) -> None:
    """What the task's agent left in a worktree of its own. Raises FanoutError."""
    if clash := isolated.bring_in(db, root, agent):
        raise FanoutError(f"task {agent.task} is not done: {clash}", "Settle that in the project, then say done again.")
    if not agent.is_live:
        with Write(db):
            changes.record(db, root, agent)


@click.command()
@TASK
@click.argument("reason", nargs=-1)
def fail(task: str, reason: tuple[str, ...]) -> None:
    """Mark a task failed by hand."""
    run, name = project.split_task(task)
    root, db = project.journal()
    _finish(db, root, run, "failed", {name: " ".join(reason) or "marked failed by hand"})


def refuse(db: sqlite3.Connection, run: str, name: str, state: TaskOver) -> None:
    """Raises FanoutError unless a task can be given `state` by hand: one that failed or was left out may still become done."""
    task = tasks.get(db, run, name)
    if runs.get(db, run).is_driven:
        ways = f"`fanout skip {run}/{name}` goes on without it, `fanout retry {run}/{name}` does it again."
        raise FanoutError(f"{run} is driven: its tasks are done when their work is merged.", ways)
    if task.state != "running":
        runs.refuse_cancelled(runs.get(db, run))
    if task.state in tasks.OVER and not (state == "done" and task.state in tasks.BY_A_WORD):
        flag = " --again" if task.state == "done" else ""
        again = f"`fanout retry {run}/{name}{flag}` does it again."
        raise FanoutError(f"task {name} is {task.state} already.", again)


def _finish(db: sqlite3.Connection, root: str, run: str, state: TaskOver, outcomes: dict[str, str]) -> None:
    """These tasks are `state`: of each what is kept as its result."""
    with Write(db):
        for name in outcomes:
            refuse(db, run, name, state)
        ended = {name: _end(db, root, run, name, state, outcome) for name, outcome in outcomes.items()}
        run_end.reactivate(db, root, run)
    if state == "done":
        judged_anew.look(db, root, run)
    _say_finished(db, root, run, ended)


def _end(db: sqlite3.Connection, root: str, run: str, name: str, state: TaskOver, outcome: str) -> Agent | None:
    """The agent that was at work at the task, if there was one. Inside a transaction."""
    tasks.accept(db, run, name)
    agent = agents.of_task(db, run, name)
    if agent is None:
        last = agents.last_of_task(db, run, name)
        if state == "done" and last is not None and not last.worktree:
            changes.take(db, root, last)
        tasks.finish(db, run, name, state, outcome)
        return None
    ending.conclude(db, agent, state, outcome)
    if state == "done":
        as_done.note(db, root, agent)
    if agents.worker_of(agent):
        worker.rest(db, agent)
    else:
        set_aside.note(db, agent, state)
    return agent


def _say_finished(db: sqlite3.Connection, root: str, run: str, ended: dict[str, Agent | None]) -> None:
    """Marks the tasks in their list, and says what goes on: to a worker its next task, else what to launch."""
    from fanout.cli.commands.sync import mark_done

    for line in mark_done(db, root, run):
        click.echo(line, err=True)
    by = [agents.worker_of(agent) for agent in ended.values()]
    if len(by) == 1 and by[0]:
        view = worker.look(db, root, run, by[0])
        lines = [task_results.line(view, name) for name in ended]
        click.echo("\n".join([*lines, next_message.progress(view), worker.onward(view, by[0])]))
    else:
        view = run_end.conclude(db, root, run)
        with Write(db):
            waited = task_results.judged_later(db, view)
        said = [
            line for name, agent in ended.items() for line in (task_results.told(db, view, name), _left_at_work(agent))
        ]
        project.say(next_message.printed(db, view, project.session(), (*filter(None, said), *waited)))


def _left_at_work(agent: Agent | None) -> str:
    """That somebody still works at what was ended by hand; "" when nobody does."""
    if agent is None or not agent.agent_id:
        return ""
    return f"Its agent still runs: TaskStop with task_id {agent.agent_id} ends it; what it would change is refused until then."


@click.command()
@RUN
def cancel(run: str | None) -> None:
    """End a run. What is done stays done; agents that still work keep their claims until they end.

    Of a run that `fanout drive` drives every process is ended, and what it did is kept under refs/fanout/.
    """
    root, db = project.journal()
    name = project.run(root, db, run).id
    with Write(db):
        stands_still = any(task.state in (*tasks.UNDONE, "pending") for task in tasks.all_of(db, name))
        if not (runs.end(db, name, "cancelled") or (stands_still and runs.give_up(db, name))):
            raise FanoutError(
                f"run {name} is {runs.get(db, name).state} already.", f"`fanout report {name}` says what it did."
            )
        hooks_switch.settle(db, root)
    ended = ""
    if runs.get(db, name).is_driven:
        from fanout.cli.commands import engines

        missed = engines.cancel(db, root, runs.get(db, name))
        ended = f" {missed or 'Nothing of it runs any more.'} What was under way is kept: `git for-each-ref refs/fanout/{name}`."
        with Write(db):
            hooks_switch.settle(db, root)
    else:
        ended = _still_at_work(db, name)
    click.echo(f"Run {name} is cancelled.{ended}")


def _still_at_work(db: sqlite3.Connection, run: str) -> str:
    """The agents of a cancelled run that nobody has stopped: what they write stays theirs, also in a new run."""
    left = [f"{one.task} ({one.agent_id})" if one.agent_id else one.task for one in agents.live(db) if one.run == run]
    if not left:
        return ""
    return f" Still at work, and still owning what they write: {', '.join(left)}. TaskStop with each id ends it now."
