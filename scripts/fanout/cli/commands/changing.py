"""Changing a run while it goes on: first, amend, add, cap."""

from __future__ import annotations

import shlex
import sqlite3

import click

from fanout.cli.shared import other_files, project
from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.flow import failure_policy, next_message, order_message, run_end, start_run
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import amendments, pending_launches, put_behind, put_first, readiness, runs, tasks

TASK = click.argument("task", metavar="RUN/TASK")
ALL = put_behind.ALL


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="RUN/TASK...")
@click.option("--now", "at_once", is_flag=True, help="Lift every wait that the list does not state.")
def first(names: tuple[str, ...], at_once: bool) -> None:
    """Start these tasks, and what they need, before all others; what they wait for by the list's order alone is lifted."""
    root, db = project.journal()
    run, wanted = project.of_one_run(names)
    with Write(db):
        runs.refuse_cancelled(runs.get(db, run))
        begun, waiting = _begun_and_waiting(db, run, wanted)
        replaced = _take_back_launches(db, run)
        lifted = put_first.put_first(db, root, run, waiting, at_once)
        run_end.reactivate(db, root, run)
    way = f"fanout first {' '.join(f'{run}/{name}' for name in waiting)} --now"
    why = order_message.AS_ASKED if at_once else order_message.BY_ORDER
    said = order_message.put_first(readiness.View(db, run), waiting, lifted, way, why)
    project.say(_told(db, root, run, begun + said + replaced))


def _begun_and_waiting(db: sqlite3.Connection, run: str, names: list[str]) -> tuple[str, list[str]]:
    """`03 runs already. `, and those that can be put first. Raises FanoutError when none can."""
    states = {name: tasks.get(db, run, name).state for name in names}
    waiting = [name for name, state in states.items() if state == "pending"]
    others = [
        f"{name} {'runs' if state == 'running' else f'is {state}'}"
        for name, state in states.items()
        if state != "pending"
    ]
    if not waiting:
        states_said = ", ".join(f"{name} is {state}" for name, state in states.items())
        raise FanoutError(f"task {states_said}.", "Only a task that waits is put first.")
    return "".join(f"{one} already. " for one in others), waiting


def _take_back_launches(db: sqlite3.Connection, run: str) -> str:
    """What was printed to be launched is planned anew. Inside a transaction."""
    was_printed = pending_launches.names(db, run)
    pending_launches.forget(db, run)
    return f" {next_message.NO_LONGER}" if was_printed else ""


@click.command()
@click.argument("task", metavar="RUN[/TASK]")
@click.argument("text", nargs=-1)
@click.option(
    "--accept",
    multiple=True,
    metavar="COMMAND",
    help="Of a RUN: this checks each open task that no command checks; of a TASK: it, in place of what checked it; may "
    "be repeated.",
)
@click.option("--no-checks", is_flag=True, help="No command checks the open tasks of a RUN, or a TASK, any more.")
@click.option(
    "--writes", multiple=True, metavar="PATH", help="Of a task that waits: it writes this, not what the list says."
)
@click.option(
    "--after",
    multiple=True,
    metavar="TASK",
    help="Of a task that waits: it starts after this one; `all`: at the end. `fanout first` ends waits.",
)
def amend(
    task: str,
    text: tuple[str, ...],
    accept: tuple[str, ...],
    no_checks: bool,
    writes: tuple[str, ...],
    after: tuple[str, ...],
) -> None:
    """Tell the agent of a task, or of each open one of a RUN, what is different now: TEXT stands in the brief, over what the list
    says."""
    if no_checks:
        _uncheck(task, bool(text or accept or writes or after))
        return
    if accept:
        _check_with(task, [one.strip() for one in accept], bool(writes or after))
        if not (text or writes or after):
            return
    if text and "/" not in task and not (writes or after):
        _tell_all(task, " ".join(text).strip())
        return
    run, name = project.split_task(task)
    root, db = project.journal()
    if writes or after:
        _want_it_stopped(db, run, name)
    words = " ".join(text).strip() or (_in_words(db, run, name, writes) if writes else "")
    dropped = _not_among(db, run, name, writes)
    lifted = other_files.declare(db, root, run, name, list(writes)) if writes else ""
    if words and not writes and tasks.get(db, run, name).state == "pending":
        lifted = other_files.declare_named(db, root, run, name, words)
    behind = _put_behind(db, root, run, name, list(after)) if after else ""
    if words:
        files = _writes_now(db, run, name) + dropped if writes else "" if lifted else _still_only(db, run, name)
        told = _amended(db, run, name, words, files, bool(writes), bool(text)) + lifted
        again = _starts_again(db, root, run, name) if writes else ""
        is_told = behind or again or lifted or (writes and _are_replaced(db, run))
        project.say(_told(db, root, run, *filter(None, (told, behind + again))) if is_told else told)
    elif behind:
        project.say(_told(db, root, run, behind))
    else:
        raise FanoutError("there is nothing to tell.", f"`fanout amend {run}/{name} 'write X instead'`.")


def _want_it_stopped(db: sqlite3.Connection, run: str, name: str) -> None:
    """Of a task at work, which is refused now: its agent's stop is no pause."""
    agent = agents.of_task(db, run, name)
    if agent is not None and tasks.get(db, run, name).state == "running":
        with Write(db):
            journal.note(db, "stop-wanted", run, name, agent.id)


def _tell_all(run: str, words: str) -> None:
    """The words are in the brief of each task that is not done; who is at work has to hear of them."""
    root, db = project.journal()
    chosen = project.run(root, db, run).id
    with Write(db):
        runs.refuse_cancelled(runs.get(db, chosen))
        told = [task.id for task in tasks.all_of(db, chosen) if task.state in (*tasks.OPEN, *tasks.UNDONE)]
        for name in told:
            amendments.amend(db, chosen, name, words)
        at_work = [agent for name in told if (agent := agents.of_task(db, chosen, name)) is not None]
    if not told:
        raise FanoutError(f"nothing of {chosen} is open.", f"`fanout add {chosen} 'what'` makes a new task of it.")
    each = ", ".join(f"{agent.agent_id or agents.called(agent)} ({agent.task})" for agent in at_work)
    running = f" At work already, send each the words, SendMessage {words!r}: {each}." if at_work else ""
    click.echo(f"The briefs of {tasks.few(told)} say it.{running}")


def _are_replaced(db: sqlite3.Connection, run: str) -> bool:
    """Whether calls that were printed a moment ago no longer hold."""
    view = readiness.View(db, run)
    return pending_launches.are_replaced(db, run, readiness.to_launch(view), view.tasks.values())


def _in_words(db: sqlite3.Connection, run: str, name: str, writes: tuple[str, ...]) -> str:
    instead = " instead of what the list names" if tasks.record(tasks.get(db, run, name)).get("writes") else ""
    return f"write {', '.join(writes)}{instead}"


def _not_among(db: sqlite3.Connection, run: str, name: str, writes: tuple[str, ...]) -> str:
    """Which files the task had and is not to write any more, and how it keeps them."""
    had = tasks.record(tasks.get(db, run, name)).get("writes") or [] if writes else []
    gone = [path for path in had if path not in writes]
    way = " ".join(f"--writes {shlex.quote(path)}" for path in [*gone, *writes])
    return f" No more {tasks.few(gone)}: `fanout amend {run}/{name} {way}` has it write all of them." if gone else ""


def _amended(
    db: sqlite3.Connection, run: str, name: str, words: str, files: str, has_other_files: bool, has_words: bool
) -> str:
    """The words are in the task's brief, of the user's own where it `has_words`: who still has to hear of them. `files`: what
    is to be said of those of a task that waits."""
    with Write(db):
        runs.refuse_cancelled(runs.get(db, run))
        state = amendments.amend(db, run, name, words)
        agent = agents.of_task(db, run, name)
    if agent is not None:
        return (
            f"Task {name} runs already: its brief says it, but its agent has read that. Send it the words: SendMessage "
            f"to {agent.agent_id or agents.called(agent)}, message {words!r}."
        )
    if state == "pending":
        told = files if has_other_files and not has_words else f"The brief of task {name} says it. {files}".rstrip()
        held = f" The run is paused: `fanout go {run}` goes on with it." if runs.get(db, run).paused else ""
        why = readiness.refusal(readiness.View(db, run), name) if has_words else ""
        return told + (f" It still {why}." if why else "") + held
    if has_other_files and tasks.get(db, run, name).outcome.startswith(tasks.STOPPED):
        return f"The brief of task {name} says it." if has_words else files
    return f"The brief of task {name} says it; the task {_is(state)}, and `fanout retry {run}/{name}` does it again."


def _starts_again(db: sqlite3.Connection, root: str, run: str, name: str) -> str:
    """A task whose agent was stopped, so that it could get other files or another place, is done anew."""
    known = tasks.get(db, run, name)
    if (
        known.state != "failed"
        or not known.outcome.startswith(tasks.STOPPED)
        or failure_policy.retry(db, root, run, name)
    ):
        return ""
    with Write(db):
        run_end.reactivate(db, root, run)
    return f"What its stopped agent changed is taken back; {name} is to be done anew."


def _put_behind(db: sqlite3.Connection, root: str, run: str, name: str, after: list[str]) -> str:
    again = _starts_again(db, root, run, name)
    with Write(db):
        runs.refuse_cancelled(runs.get(db, run))
        replaced = _take_back_launches(db, run)
        others = put_behind.put_behind(db, run, name, after)
    said = f"{name} starts after {tasks.few(others)} now." if others else f"Nothing else is open: {name} can start."
    return " ".join(filter(None, [again, said + replaced]))


def _still_only(db: sqlite3.Connection, run: str, name: str) -> str:
    files = tasks.record(tasks.get(db, run, name)).get("writes") or []
    return f"It still may write only {tasks.few(files)}: `--writes PATH` names others." if files else ""


def _writes_now(db: sqlite3.Connection, run: str, name: str) -> str:
    files = tasks.few(tasks.record(tasks.get(db, run, name)).get("writes") or [])
    return f"{tasks.called(name)} writes {files} now, and nothing else."


def _uncheck(run: str, has_more: bool) -> None:
    if has_more:
        raise click.UsageError("--no-checks takes a RUN or a TASK, and nothing else.")
    root, db = project.journal()
    chosen, name = project.split_task(run) if "/" in run else (project.run(root, db, run).id, "")
    with Write(db):
        runs.refuse_cancelled(runs.get(db, chosen))
        freed = amendments.uncheck(db, chosen, [name] if name else [task.id for task in tasks.all_of(db, chosen)])
    if not freed:
        click.echo("No command checked what is open: nothing is changed.")
        return
    states = {task.id: task.state for task in tasks.all_of(db, chosen)}
    ended = [one for one in freed if states[one] in tasks.UNDONE]
    take = f" `fanout done {' '.join(f'{chosen}/{one}' for one in ended)}` takes what is there." if ended else ""
    click.echo(
        f"No command checks {tasks.few(freed)} any more: what is declared is looked for, and the result is not checked.{take}"
    )


def _check_with(run: str, commands: list[str], has_more: bool) -> None:
    if not all(commands):
        raise click.UsageError("--accept takes a RUN or a TASK and a command, in quotes.")
    if has_more and "/" not in run:
        raise click.UsageError("--writes and --after are of a TASK: name it, RUN/TASK.")
    root, db = project.journal()
    if "/" in run:
        _check_anew(db, *project.split_task(run), commands)
        return
    chosen = project.run(root, db, run)
    with Write(db):
        runs.refuse_cancelled(runs.get(db, chosen.id))
        bare = amendments.check_with(db, chosen.id, commands)
    click.echo(f"{_quoted(commands)} {_checked(db, chosen.id, bare, commands)}.")


def _check_anew(db: sqlite3.Connection, run: str, name: str, commands: list[str]) -> None:
    with Write(db):
        runs.refuse_cancelled(runs.get(db, run))
        before = [one for one in amendments.check_anew(db, run, name, commands) if one not in commands]
        is_running = tasks.get(db, run, name).state == "running"
    them, check = ("them", "check") if len(commands) > 1 else ("it", "checks")
    instead = f", in place of {_quoted(before)}. `--accept` once for each keeps both" if before else ""
    end = f" Its agent is judged by {them} when it ends." if is_running else ""
    click.echo(f"{_quoted(commands)} {check} {name} from now on{instead}.{end}")


def _quoted(commands: list[str]) -> str:
    return tasks.few([f"`{one}`" for one in commands])


def _checked(db: sqlite3.Connection, run: str, bare: list[str], commands: list[str]) -> str:
    """What commands that were given to a run check from now on."""
    check, are, them, says = (
        ("check", "are", "them", "they say") if len(commands) > 1 else ("checks", "is", "it", "it says")
    )
    if bare:
        above = "; calls printed before and not sent still hold" if pending_launches.names(db, run) else ""
        many = "1 open task" if len(bare) == 1 else f"{len(bare)} open tasks"
        return f"{check} {many} ({tasks.few(bare)}){_unchecked(db, run)}{above}"
    known = _known_checks(db, run)
    if known and set(known) <= set(commands):
        return f"{are} not needed: a command checks each open task"
    if known:
        return (
            f"{are} not taken: each open task has its check already ({_quoted(known)}), and nothing is changed. In place of "
            f"what there is: `fanout amend {run} --no-checks`, then this command once more"
        )
    return (
        f"{check} nothing in this run: each of its tasks has ended. Run {them} yourself, and tell the user what {says}"
    )


def _known_checks(db: sqlite3.Connection, run: str) -> list[str]:
    """The commands that check what is not done."""
    every = [task for task in tasks.all_of(db, run) if task.state not in (*tasks.SATISFIED, "cancelled")]
    found = [item.get("command") for task in every for item in tasks.record(task).get("accept") or ()]
    return list(dict.fromkeys(filter(None, found)))


def _unchecked(db: sqlite3.Connection, run: str) -> str:
    """Which tasks have ended without a check in this run: it comes too late for them."""
    done = [task for task in tasks.in_state(db, run, "done") if not tasks.was_done_before(task)]
    late = [task.id for task in done if not tasks.has_commands(tasks.record(task))]
    return (
        f"; {tasks.few(late)} ended before, and no command checked {'it' if len(late) == 1 else 'them'}" if late else ""
    )


def _is(state: str) -> str:
    return "failed" if state == "failed" else f"is {state}"


@click.command()
@click.argument("run")
@click.argument("title", nargs=-1, required=True)
@click.option("--writes", multiple=True, metavar="PATTERN", help="A path or pattern that it writes; may be repeated.")
@click.option("--reads", multiple=True, metavar="PATTERN", help="A path or pattern that it reads; may be repeated.")
@click.option(
    "--after",
    multiple=True,
    metavar="TASK",
    help="A task that has to be done before; may be repeated; `all`: at the end.",
)
@click.option("--text", default="", help="The whole instruction, where the title does not say it all.")
@click.option("--agent", default=None, metavar="TYPE", help="The type of agent.")
def add(
    run: str,
    title: tuple[str, ...],
    writes: tuple[str, ...],
    reads: tuple[str, ...],
    after: tuple[str, ...],
    text: str,
    agent: str | None,
) -> None:
    """Add a task to a run. It is planned beside the others; the list's file stays as it is."""
    from fanout.cli.shared import adding

    root, db = project.journal()
    chosen = project.run(root, db, run)
    runs.refuse_cancelled(chosen)
    is_last = ALL in after
    if is_last:
        after = tuple(tasks.open_of(db, chosen.id))
    given = {"title": " ".join(title), "description": text, "writes": list(writes), "reads": list(reads)}
    record = {key: value for key, value in (given | {"depends_on": list(after), "agent": agent}).items() if value}
    plan = adding.planned(db, root, chosen, record)
    with Write(db):
        runs.refuse_cancelled(runs.get(db, chosen.id))
        name = start_run.extend(db, root, chosen.id, plan)
        behind = [] if is_last else put_behind.put_behind_new(db, chosen.id, name)
        if is_last:
            put_behind.note(db, chosen.id, name, list(after), is_last)
        run_end.reactivate(db, root, chosen.id)
    foes = {other for hazard in plan["hazards"] for other in hazard["tasks"] if other != name}
    apart = sorted(foes.intersection(tasks.open_of(db, chosen.id)))
    beside = f", never beside {tasks.few(apart)}" if apart else ""
    waits = "waits" if len(behind) == 1 else "wait"
    later = f" {tasks.few(behind)}, put behind all, {waits} for it too." if behind else ""
    click.echo(f"Added as task {name}{beside}.{later}")
    project.say(_told(db, root, chosen.id))


@click.command()
@click.argument("number", type=click.IntRange(1, 20))
@click.argument("run", required=False)
def cap(number: int, run: str | None) -> None:
    """At most NUMBER agents of a run at once from now on; what runs goes on to its end."""
    root, db = project.journal()
    chosen = project.run(root, db, run).id
    with Write(db):
        runs.refuse_cancelled(runs.get(db, chosen))
        runs.set_cap(db, chosen, number)
    at_work = len(tasks.in_state(db, chosen, "running"))
    more = f" The {at_work} that run go on to their end." if at_work > number else ""
    click.echo(f"At most {number} at once.{more}")
    project.say(_told(db, root, chosen))


def _told(db: sqlite3.Connection, root: str, run: str, *said: str) -> str:
    """What came of the command, and where the run stands; of several in one line none repeats the launches of another."""
    view = run_end.conclude(db, root, run)
    with Write(db):
        if view.run.state == "active":
            return next_message.hand(db, view, said, again=False, end="")
        return next_message.text(readiness.View(db, run), said)
