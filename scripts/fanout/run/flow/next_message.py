"""What Claude is told: one line for each result, then the calls to send now. Short, and safe to repeat."""

from __future__ import annotations

from fanout.run.changes import beyond_declared, changed_later, undeclared_changes
from fanout.run.commits import users_changes
from fanout.run.evidence import missing_tests, own_checks
from fanout.run.flow import pause_message, run_end, task_results, workflow
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import (
    launch_block,
    list_edited,
    overdue,
    pending_launches,
    quorum,
    readiness,
    tasks,
    user_words,
)

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Task, TaskState

SEND = "Send exactly these {n} Agent calls now, all in one message, then end your turn:"
SEND_ONE = "Send exactly this Agent call now, then end your turn:"
NOT_DONE: tuple[TaskState, ...] = ("running", "failed", "blocked", "skipped", "cancelled")
BESIDE = "More can start: send these calls too, in one message with those above not sent yet:"
END = "End your turn: you are told when they finish."
END_UNLESS = "End your turn, unless another notification here brings a launch."  # several come in one message
MOST_WAITING = 2
STANDS, SAME_BREATH = "stands", 20  # seconds; several agents that end together come in one request
SLOWED = "No more than {pace} at once until results come, the API was too busy: {held} can start then."
SPOKEN = (
    "Launch nothing before you have done what the user just said, no call printed before either. If the run is to go on then, "
    "`fanout next {run}` prints the calls."
)
WAITING = (
    "The user has typed something that you are given next: launch nothing before you have done what it says, no call printed "
    "before either. If the run is to go on then, `fanout next {run}` prints the calls."
)
HELD = (
    "The user interrupted you: launch nothing before they say how it goes on. Tell them what ended, and end your turn; "
    "`fanout next {run}` prints the calls when they want it to go on."
)
NO_LONGER = "Calls printed before and not sent no longer hold: send what stands below instead."
ABOVE = "The launch block above still stands; send it if you have not yet."


def text(view: readiness.View, results: tuple[str, ...] = (), end: str = END) -> str:
    """The state of a run in a line, the results just in, and the launch block when something can start."""
    return "\n".join([*results, _stands(view, end, "\n".join(results))])


def _stands(view: readiness.View, end: str, said: str) -> str:
    """`text` without the results, which are what was `said`."""
    calls = readiness.to_launch(view)
    then = [*_slowed(view, calls), send(calls)] if calls else [waiting(view, end, said)]
    return "\n".join([progress(view), *then])


def _slowed(view: readiness.View, calls: list[Task]) -> list[str]:
    """That the run goes slower than it may, where a task waits for that alone."""
    if view.run.pace >= view.run.cap:
        return []
    held = [name for name, task in view.tasks.items() if task.state == "pending" and task not in calls]
    held = [name for name in held if not readiness.refusal(view, name)]
    return [SLOWED.format(pace=view.run.pace, held=tasks.few(held))] if held else []


def hand(
    db: sqlite3.Connection,
    view: readiness.View,
    results: tuple[str, ...] = (),
    again: bool = True,
    end: str = END,
) -> str:
    """`text`, noted as handed over, with the agents that are late. Not `again`: a block that still stands unanswered
    in the conversation is only pointed at, what can start since is put beside it, and how the run stands is left out where that
    was said just now. `end`: how the turn is to be ended, in words, "" where another command may follow. In a transaction."""
    run = view.run.id
    told_of = (
        list_edited,
        beyond_declared,
        own_checks,
        missing_tests,
        changed_later,
        undeclared_changes,
        users_changes,
    )
    again_for = task_results.widened(db, view, readiness.to_launch(view))
    said = (*results, *again_for, *overdue.lines(db, view), *(line for one in told_of for line in one.lines(db, run)))
    said += _replaced(db, view, again)
    beside = pause_message.still(db, view) or _handed(db, view, again)
    stands = f"{progress(view)}\n{beside}" if beside else _stands(view, end, "\n".join(said))
    is_told = journal.repeats(db, run, STANDS, stands, SAME_BREATH)
    if is_told and said and not again and launch_block.OPENING not in stands:
        return "\n".join(said)
    return "\n".join([*said, stands])


def forget(db: sqlite3.Connection, run: str) -> None:
    """The conversation has lost what it was told of how a run stands. Inside a transaction."""
    journal.repeats(db, run, STANDS, "", 0)


def _replaced(db: sqlite3.Connection, view: readiness.View, again: bool) -> tuple[str, ...]:
    """That a block which stands unanswered is not to be sent any more, where another one follows."""
    calls, every = readiness.to_launch(view), view.tasks.values()
    return (NO_LONGER,) if calls and not again and pending_launches.are_replaced(db, view.run.id, calls, every) else ()


def _handed(db: sqlite3.Connection, view: readiness.View, again: bool) -> str:
    """Notes what can start as handed over. Where a block of it stands unanswered and it is not to be printed `again`: what
    is said of that block, and what to launch beside it; else "". Inside a transaction."""
    calls, run = readiness.to_launch(view), view.run.id
    above = [] if again else pending_launches.unsent(db, run, calls)
    more = [task for task in calls if task not in above]
    if more or not above:
        pending_launches.note(db, run, calls)
    if not above:
        return ""
    return f"{BESIDE}\n{launch_block.block(more)}" if more else ABOVE


def printed(
    db: sqlite3.Connection, view: readiness.View, session: str, results: tuple[str, ...] = (), again: bool = True
) -> str:
    """`text` for a command's output; noted as handed over where the conversation that leads the run reads it. Not `again`: a
    block that still stands unanswered, as of another command of the same line, is only pointed at."""
    if view.run.engine == "workflow" and view.run.state == "active" and not view.run.paused:
        with Write(db):
            return "\n".join([*results, progress(view), workflow.told(db, view)])
    if session and view.run.session == session:
        with Write(db):
            user_words.release(db, session)
            results += _replaced(db, view, again)
            beside = _handed(db, view, again)
        if beside:
            return "\n".join([*results, progress(view), beside])
    return text(view, results)


def send(calls: list[Task]) -> str:
    """The order to launch, and the launch block."""
    return (SEND_ONE if len(calls) == 1 else SEND.format(n=len(calls))) + "\n" + launch_block.block(calls)


def progress(view: readiness.View) -> str:
    """`fanout demo-1: 2 of 5 done (1 not checked: 02), 1 running (03), 1 failed (04).`"""
    by_state: dict[TaskState, list[str]] = {}
    for name, task in view.tasks.items():
        by_state.setdefault(task.state, []).append(name)
    done = by_state.get("done", ())
    unchecked = [
        name for name in done if tasks.is_unchecked(task := view.tasks[name]) and not readiness.only_finds(task)
    ]
    checked = f" ({len(unchecked)} {tasks.NOT_CHECKED}: {tasks.few(unchecked)})" if unchecked else ""
    parts = [f"{len(done)} of {len(view.tasks)} done{checked}"]
    for state in NOT_DONE:
        names = by_state.get(state, [])
        if names:
            parts.append(f"{len(names)} {state} ({tasks.few(names)})")
    return f"fanout {view.run.id}: {', '.join(parts)}."


def waiting(view: readiness.View, end: str, said: str) -> str:
    """Why nothing is to be launched, and what to do about it; `end`: in which words the turn is to be ended; `said`: what stands
    before it."""
    run = view.run.id
    if view.run.state == "active" and readiness.is_over(view) and any(map(run_end.has_checks, view.tasks.values())):
        return (
            f"All tasks have ended; the checks of the run's end are still to be run, and take longer than a hook may. Run "
            f"`fanout next {run}` now (in the background if it needs more than ten minutes) and go by its answer."
        )
    if view.run.state != "active" or readiness.is_over(view):
        from fanout.run.flow import over_message

        return over_message.text(view, said)
    running = [name for name, task in view.tasks.items() if task.state == "running"]
    if quorum.is_decided(view) and running:
        return _decided(view)
    if view.run.paused:
        return pause_message.text(view, running)
    if view.run.is_driven:
        return driven(view)
    return _held_back(view, running, end)


def _held_back(view: readiness.View, running: list[str], end: str) -> str:
    """Of a run that goes on by this conversation's agents, none of which can be launched now."""
    run = view.run.id
    if running and view.run.engine == "agents":
        return f"Nothing to launch now{_also_waiting(view)}. {end}".rstrip()
    if view.run.engine == "workflow":
        return f"`fanout next {run}` prints the call that starts its workflow, unless that goes on by itself."
    if view.workers:
        return f"Nothing to launch: the workers of {run} take its tasks. {end}"
    reasons = held(view)
    if "waits for" in reasons:
        return f"Nothing can start yet: {reasons}. End your turn; when that has ended, `fanout next {run}` prints the launch."
    return f"Nothing can start: {reasons}. Tell the user."


def driven(view: readiness.View) -> str:
    """Of a run whose agents are not this conversation's: who starts them."""
    name = view.run.id
    return (
        f"Launch nothing: {name} runs on headless clients. `fanout drive {name}` starts them and goes on where it was (the user "
        f"types it, with the permission mode that they choose), `fanout status {name}` shows where it stands, "
        f"`fanout land {name}` brings what is merged to your branch."
    )


def _decided(view: readiness.View) -> str:
    """Enough tasks are done: what still works is to be stopped, and then the run is over."""
    done = [name for name, task in view.tasks.items() if task.state == "done"]
    losers = [agent for agent in view.live if agent.run == view.run.id and agent.task]
    named = ", ".join(f"{agent.agent_id or agent.description} ({agent.task})" for agent in losers)
    many = f"TaskStop with each task_id: {named}" if len(losers) > 1 else f"TaskStop with task_id {named}"
    return (
        f"It is decided: {tasks.few(done)} done, this run needs no more (join {view.run.joined}). Stop now what still works, "
        f"it may write nothing: {many}. What they wrote is set apart as a patch; then the run is over."
    )


def after_a_stop(view: readiness.View, task: str, results: tuple[str, ...]) -> str:
    """An agent was stopped while others work: nothing is launched in its place before somebody says so."""
    name = f"{view.run.id}/{task}"
    way = (
        f"`fanout retry {name}` starts it again, `fanout skip {name}` goes on without it: neither unasked. "
        if task
        else ""
    )
    return "\n".join(
        [
            *results,
            progress(view),
            f"{way}Do what the user asked for, else tell them and end your turn.",
        ]
    )


def orders(view: readiness.View) -> bool:
    """Whether `hand` would order a launch."""
    return view.run.state == "active" and bool(readiness.to_launch(view))


def after_the_users_words(view: readiness.View, results: tuple[str, ...], rule: str) -> str:
    """A result that comes beside words of the user's: what these say is done before anything is launched. `rule`: SPOKEN,
    WAITING where the words are still to come, or HELD."""
    return "\n".join(
        [
            *results,
            progress(view),
            rule.format(run=view.run.id),
        ]
    )


def held(view: readiness.View) -> str:
    """What the first pending tasks wait for."""
    return "; ".join(f"{name} {reason}" for name, reason in _reasons(view)[:3] if reason)


def _reasons(view: readiness.View) -> list[tuple[str, str]]:
    """Each pending task, and what it waits for, "" when it is only a free place."""
    return [(name, readiness.refusal(view, name)) for name, task in view.tasks.items() if task.state == "pending"]


def _also_waiting(view: readiness.View) -> str:
    """`; 04 needs 01, 02; 3 other tasks wait; 09 waits for a free place`, "" when nothing waits."""
    reasons = _reasons(view)
    held_back = [(name, reason.partition(": inferred")[0]) for name, reason in reasons if reason]
    shown = [f"{tasks.called(name, 'task')} {reason}" for name, reason in held_back[:MOST_WAITING]]
    left = len(held_back) - len(shown)
    more = [f"{left} other task{' waits' if left == 1 else 's wait'}"] if left else []
    free = [name for name, reason in reasons if not reason]
    place = [f"{tasks.few(free)} wait{'s' if len(free) == 1 else ''} for a free place"] if free else []
    return "".join(f"; {one}" for one in [*shown, *more, *place])
