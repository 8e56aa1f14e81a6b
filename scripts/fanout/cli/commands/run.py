"""The commands of a run: start, next, brief, done, fail, cancel."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import click

from fanout.cli.commands import steer
from fanout.cli.shared import base as bases
from fanout.cli.shared import list_edits, project, settings
from fanout.cli.shared.base import BASE
from fanout.cli.shared.options import LEARNED, RISK
from fanout.errors import FanoutError
from fanout.run.agents import agents, client_process
from fanout.run.changes import beyond_declared, changes
from fanout.run.commits import isolated
from fanout.run.evidence import acceptance, evidence, gaps, own_checks
from fanout.run.flow import brief as briefs
from fanout.run.flow import (
    ending,
    first_hook,
    hooks_switch,
    judged_anew,
    next_message,
    run_end,
    start_run,
    task_results,
    worker,
)
from fanout.run.store import base as tree
from fanout.run.store import case_folding, meta, run_files, vault
from fanout.run.store.db import Write, by_system, now
from fanout.run.tasks import earlier_runs, list_edited, readiness, runs, tasks

if TYPE_CHECKING:
    from fanout.plan.plan import Plan
    from fanout.plan.reading import Source
    from fanout.run.store.records import Agent, Run, TaskOver

RUN = click.argument("run", required=False)
TASK = click.argument("task", metavar="RUN/TASK")
MERGING = ("local", "dask")  # engines whose agents work in trees of their own


@click.command()
@click.argument("source")
@click.option("--format", "format_", metavar="NAME", help="Read SOURCE as this format instead of detecting it.")
@click.option("--max-parallel", type=click.IntRange(1, 20), help="At most so many agents at once.")
@click.option("--barrier", is_flag=True, help="Batch by batch, instead of each task as soon as it can.")
@click.option("--lanes", is_flag=True, help="One agent for each chain of tasks on the same files: fewer agents.")
@LEARNED
@RISK
@BASE
@click.option(
    "--only", default="", metavar="TASKS", help="Only these: ids, ranges (2-5), or a word of them, by commas."
)
@click.option("--skip", default="", metavar="TASKS", help="All but these.")
@click.option("--dry-run", is_flag=True, help="Print the plan; start nothing.")
@click.option(
    "--engine",
    type=click.Choice(["agents", "local", "dask", "workflow"]),
    default="agents",
    help="Who works: agents of this conversation, headless clients here or on a Dask cluster (`fanout drive`), agents of the "
    "workflow runtime.",
)
def start(
    source: str,
    format_: str | None,
    max_parallel: int | None,
    barrier: bool,
    lanes: bool,
    learned: bool | None,
    risk: str | None,
    base: str | None,
    only: str,
    skip: str,
    dry_run: bool,
    engine: str,
) -> None:
    """Start a run of SOURCE and print the first launch block."""
    from fanout.cli.commands.plan import planned
    from fanout.cli.shared import selection
    from fanout.report import plan_text

    root, (origin, base_line) = project.root(), bases.find(source, format_, base)
    chosen = settings.load(root, _given(max_parallel, barrier, risk))
    plan = planned(origin, format_, "normal", _cap(origin, max_parallel, chosen), learned, only, skip, risk)
    click.echo("".join(f"{line}\n" for line in [base_line, *selection.unmet(plan.reading)] if line), nl=False)
    if dry_run:
        return click.echo(plan_text.render(plan))
    _begin(plan, run_files.shown(root, origin.path) if origin.path else source, chosen, lanes, engine)


def _given(max_parallel: int | None, barrier: bool, risk: str | None) -> dict[str, object]:
    return {"max_parallel": max_parallel, "dispatch": "barrier" if barrier else None, "risk": risk}


def _check_that_something_is_left(plan: Plan) -> None:
    if len(plan.done) == len(plan.tasks):
        if plan.left_out:
            from fanout.report import plan_text

            raise FanoutError("nothing can start.", "\n".join(plan_text.said(plan)))
        raise FanoutError(
            "every task of this source is done already.",
            "`fanout read SOURCE` shows them; mark one open there to have it done again.",
        )


def _begin(plan: Plan, source: str, chosen: dict[str, settings.Value], lanes: bool, engine: str) -> None:
    """Records the run with the settings that its hooks go by, and hands over its first launches."""
    from fanout.cli.shared.starting import as_data

    _check_that_something_is_left(plan)
    root = project.root()
    begun_at = "" if engine not in MERGING else _begin_commit(root, plan)
    data = as_data(
        plan, root, source, str(chosen["dispatch"].value), case_folding.is_on(root), lanes, engine in MERGING
    )
    root, db = project.journal(create=True)
    run = start_run.start(db, root, {**data, "engine": engine, "begun_at": begun_at}, project.session())
    with Write(db):
        for name in ("guard", "commit"):
            meta.put(db, name, str(chosen[name].value))
    _expect_hooks(root, engine)
    _say(db, runs.get(db, run), plan, data, source)
    view = readiness.View(db, run)
    if engine == "workflow":
        click.echo(next_message.printed(db, view, project.session()))
        return
    with Write(db):
        click.echo(next_message.hand(db, view))


def _expect_hooks(root: str, engine: str) -> None:
    """The first hook has to answer; what is held outside the project is kept small."""
    if engine not in MERGING:
        first_hook.expect(root)
    if first_hook.ON_WINDOWS:
        click.echo(first_hook.UNPROVEN)
    vault.prune(by_system(now()))
    if why := vault.refusal(root):
        click.echo(why, err=True)


def _begin_commit(root: str, plan: Plan) -> str:
    """Where the branch of a run begins whose engine merges. Raises FanoutError where there is no git."""
    from fanout.engines import work_trees

    return work_trees.begin_commit(root, tree.tree(root, plan.reading.base))


def _say(db: sqlite3.Connection, run: Run, plan: Plan, data: dict[str, object], source: str) -> None:
    """What whoever starts the run has to know before its first launches."""
    from fanout.cli.shared import uncommitted
    from fanout.report import start_text
    from fanout.source import test_command

    root = project.root()
    click.echo(start_text.render(plan, source, run.id))
    home = tree.of_run(root, run)
    if run.is_driven:
        lists = list(plan.reading.files)
        changed = start_text.left_behind(uncommitted.beside(tree.tree(root, home), lists), run.id)
    else:
        changed = start_text.uncommitted(uncommitted.of_run(root, home, data))
    other_ways = start_text.many(plan, run.id, source) if run.engine == "agents" else ""
    tests = test_command.find(home)
    unchecked = start_text.unchecked(plan, run.id, tests, not client_process.is_attended())
    if unchecked and tests:
        with Write(db):
            meta.put(db, readiness.TESTS + run.id, tests[0])
    for line in (changed, unchecked, other_ways, *_still_done_elsewhere(db, run)):
        if line:
            click.echo(line)


def _still_done_elsewhere(db: sqlite3.Connection, run: Run) -> list[str]:
    """What agents of an earlier run of the list still do."""
    found = earlier_runs.at_work(db, run, agents.live(db))
    return [
        f"{name} is still done by {one.agent_id or one.description} of {one.run}, which was cancelled: its end counts here."
        for name, one in found.items()
    ]


def _cap(source: Source, given: int | None, chosen: dict[str, settings.Value]) -> int | None:
    """How many at once: the command line, else what the source says itself (None), else the settings."""
    if given is not None or chosen["max_parallel"].origin == "default" or '"max_parallel"' in source.text:
        return given
    return int(str(chosen["max_parallel"].value))


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
        click.echo(next_message.printed(db, view, session, news))


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
@TASK
@click.argument("summary", nargs=-1)
@click.option("--unchecked", is_flag=True, help="Take it as done without looking at files and acceptance commands.")
def done(task: str, summary: tuple[str, ...], unchecked: bool) -> None:
    """Mark a task done, for a worker, or for what an agent finished without saying so. Its evidence is checked first."""
    said = " ".join(summary)
    beside = "" if unchecked else _check(task, said)
    said = (said or _by_hand(task, unchecked or bool(beside))) + (f" ({beside})" if beside else "")
    _finish(task, "done", f"{said} ({tasks.NOT_CHECKED})" if unchecked else said)


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
    _finish(task, "failed", " ".join(reason) or "marked failed by hand")


def refuse(db: sqlite3.Connection, run: str, name: str, state: TaskOver) -> None:
    """Raises FanoutError unless a task can be given `state` by hand: one that failed may still become done."""
    task = tasks.get(db, run, name)
    if runs.get(db, run).is_driven:
        ways = f"`fanout skip {run}/{name}` goes on without it, `fanout retry {run}/{name}` does it again."
        raise FanoutError(f"{run} is driven: its tasks are done when their work is merged.", ways)
    if task.state != "running":
        runs.refuse_cancelled(runs.get(db, run))
    if task.state in tasks.OVER and not (state == "done" and task.state in tasks.UNDONE):
        flag = " --again" if task.state == "done" else ""
        again = f"`fanout retry {run}/{name}{flag}` does it again."
        raise FanoutError(f"task {name} is {task.state} already.", again)


def _finish(task: str, state: TaskOver, outcome: str) -> None:
    run, name = project.split_task(task)
    root, db = project.journal()
    with Write(db):
        refuse(db, run, name, state)
        tasks.accept(db, run, name)
        agent = agents.of_task(db, run, name)
        if agent is None:
            last = agents.last_of_task(db, run, name)
            if state == "done" and last is not None and not last.worktree:
                changes.take(db, root, last)
            tasks.finish(db, run, name, state, outcome)
        else:
            ending.conclude(db, agent, state, outcome)
            if state == "done":
                beyond_declared.note(db, root, agent)
                own_checks.note(db, root, agent)
            if agents.worker_of(agent):
                worker.rest(db, agent)
        steer.reactivate(db, root, run)
    if state == "done":
        judged_anew.look(db, root, run)
    _say_finished(db, root, run, name, agents.worker_of(agent))


def _say_finished(db: sqlite3.Connection, root: str, run: str, name: str, taken_by: str) -> None:
    """Marks the task in its list, and says what goes on: to a worker its next task, else what to launch."""
    from fanout.cli.commands.sync import mark_done

    for line in mark_done(db, root, run):
        click.echo(line, err=True)
    if taken_by:
        view = worker.look(db, root, run, taken_by)
        click.echo(
            "\n".join([task_results.line(view, name), next_message.progress(view), worker.onward(view, taken_by)])
        )
    else:
        view = run_end.conclude(db, root, run)
        with Write(db):
            waited = task_results.judged_later(db, view)
        click.echo(next_message.printed(db, view, project.session(), (task_results.told(db, view, name), *waited)))


@click.command()
@RUN
def cancel(run: str | None) -> None:
    """End a run. What is done stays done; agents that still work keep their claims until they end.

    Of a run that `fanout drive` drives every process is ended, and what it did is kept under refs/fanout/.
    """
    root, db = project.journal()
    name = project.run(root, db, run).id
    with Write(db):
        if not runs.end(db, name, "cancelled"):
            raise FanoutError(
                f"run {name} is {runs.get(db, name).state} already.", f"`fanout report {name}` says what it did."
            )
        hooks_switch.settle(db, root)
    ended = ""
    if runs.get(db, name).is_driven:
        from fanout.cli.commands import engines

        engines.cancel(db, root, runs.get(db, name))
        ended = f" Nothing of it runs any more; what was under way is kept: `git for-each-ref refs/fanout/{name}`."
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
