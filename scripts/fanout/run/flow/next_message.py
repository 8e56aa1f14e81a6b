"""What Claude is told: one line for each result, then the calls to send now. Short, and safe to repeat."""

from __future__ import annotations

from fanout.run.changes import beyond_declared, changed_later, undeclared_changes
from fanout.run.evidence import own_checks
from fanout.run.flow import run_end, task_results, workflow
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import (
    launch_block,
    list_edited,
    measure,
    overdue,
    pending_launches,
    quorum,
    readiness,
    runs,
    tasks,
)

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, Task, TaskState

SEND = "Send exactly these {n} Agent calls now, all in one message, then end your turn:"
SEND_ONE = "Send exactly this Agent call now, then end your turn:"
NOT_DONE: tuple[TaskState, ...] = ("running", "failed", "blocked", "skipped", "cancelled")
BESIDE = "More can start: send these calls too, in one message with those above not sent yet:"
END = "End your turn: you are told when they finish."
END_UNLESS = "End your turn, unless another notification here brings a launch."  # several come in one message
MOST_WAITING = 2
TELL = "Tell the user the result in a few lines; "
SLOWED = "No more than {pace} at once until results come, the API was too busy: {held} can start then."
ABOVE = "The launch block above still stands; send it if you have not yet."


def text(view: readiness.View, results: tuple[str, ...] = (), end: str = END) -> str:
    """The state of a run in a line, the results just in, and the launch block when something can start."""
    lines = [*results, progress(view)]
    calls = readiness.to_launch(view)
    if calls:
        lines += [*_slowed(view, calls), send(calls)]
    else:
        lines.append(waiting(view, end))
    return "\n".join(lines)


def _slowed(view: readiness.View, calls: list[Task]) -> list[str]:
    """That the run goes slower than it may, where a task waits for that alone."""
    if view.run.pace >= view.run.cap:
        return []
    held = [name for name, task in view.tasks.items() if task.state == "pending" and task not in calls]
    held = [name for name in held if not readiness.refusal(view, name)]
    return [SLOWED.format(pace=view.run.pace, held=tasks.few(held))] if held else []


def hand(db: sqlite3.Connection, view: readiness.View, results: tuple[str, ...] = (), again: bool = True) -> str:
    """`text`, noted as handed over, with the agents that are late. Not `again`: a block that still stands unanswered
    in the conversation is only pointed at, and what can start since is put beside it. Runs inside a transaction."""
    run = view.run.id
    noted = (list_edited.lines, beyond_declared.lines, own_checks.lines, changed_later.lines, undeclared_changes.lines)
    said = (*results, *overdue.lines(db, view), *(line for lines in noted for line in lines(db, run)))
    beside = _paused_still(db, view) or _handed(db, view, again)
    return "\n".join([*said, progress(view), beside]) if beside else text(view, said, END if again else END_UNLESS)


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
    unchecked = [name for name in by_state.get("done", ()) if tasks.is_unchecked(view.tasks[name])]
    checked = f" ({len(unchecked)} {tasks.NOT_CHECKED}: {tasks.few(unchecked)})" if unchecked else ""
    parts = [f"{len(by_state.get('done', ()))} of {len(view.tasks)} done{checked}"]
    for state in NOT_DONE:
        names = by_state.get(state, [])
        if names:
            parts.append(f"{len(names)} {state} ({tasks.few(names)})")
    return f"fanout {view.run.id}: {', '.join(parts)}."


def waiting(view: readiness.View, end: str = END) -> str:
    """Why nothing is to be launched, and what to do about it; `end`: in which words the turn is to be ended."""
    run = view.run.id
    if view.run.state == "active" and readiness.is_over(view) and any(map(run_end.has_checks, view.tasks.values())):
        return (
            f"All tasks have ended; the checks of the run's end are still to be run, and take longer than a hook may. Run "
            f"`fanout next {run}` now (in the background if it needs more than ten minutes) and go by its answer."
        )
    if view.run.state != "active" or readiness.is_over(view):
        return _over(view)
    running = [name for name, task in view.tasks.items() if task.state == "running"]
    if quorum.is_decided(view) and running:
        return _decided(view)
    if view.run.paused:
        return _paused(view, running)
    if view.run.is_driven:
        return driven(view)
    return _held_back(view, running, end)


def _held_back(view: readiness.View, running: list[str], end: str) -> str:
    """Of a run that goes on by this conversation's agents, none of which can be launched now."""
    run = view.run.id
    if running and view.run.engine == "agents":
        return f"Nothing to launch now; {tasks.few(running)} still running{_also_waiting(view)}. {end}"
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


def put_first(view: readiness.View, names: list[str], lifted: list[tuple[str, str]]) -> str:
    """`06 comes before all others now. Next is 05, as soon as a place is free; 06 needs 05.` `lifted`: waits that it ended."""
    pending = [name for name, task in view.tasks.items() if task.state == "pending"]
    comes = "comes" if len(names) == 1 else "come"
    ahead = pending[: max(pending.index(name) for name in names) + 1]
    waits = [f"{tasks.called(name, 'task')} {readiness.refusal(view, name)}" for name in ahead[1:] if name in names]
    after = "".join(f"; {one}" for one in waits if not one.endswith(" "))
    free = _lifted(lifted)
    return f"{tasks.few(names)} {comes} before all others now. Next is {_when(view, ahead[0])}{after}.{free}"


def _lifted(lifted: list[tuple[str, str]]) -> str:
    """Which waits are no more: (the task, what it waited for)."""
    if len(lifted) == 1:
        return f" {lifted[0][0]} no longer waits for {lifted[0][1]}, which only the list's order said."
    waits = ", ".join(f"{task} after {other}" for task, other in lifted)
    return f" Lifted, as only the list's order said it: {waits}." if lifted else ""


def _when(view: readiness.View, name: str) -> str:
    """A task that waits, and for what."""
    reason = readiness.refusal(view, name)
    if reason:
        return f"{tasks.called(name, 'task')}, which {reason}"
    if view.run.paused:
        return f"{tasks.called(name, 'task')}, after `fanout go {view.run.id}`"
    return f"{tasks.called(name, 'task')}, {'which can start' if view.slots() else 'as soon as a place is free'}"


def left_out(view: readiness.View, name: str) -> str:
    """`02 is left out; 03 goes on without it.`"""
    needing = [other for other, needs in view.needs.items() if name in needs and view.tasks[other].state == "pending"]
    reasons = {other: readiness.refusal(view, other) for other in needing}
    behind = [f"{other} {reason}" for other, reason in reasons.items() if reason]
    on = [other for other, reason in reasons.items() if not reason]
    go = "goes" if len(on) == 1 else "go"
    after = [f"{tasks.few(on)} {go} on without it"] if on else []
    return f"{tasks.called(name)} is left out; {'; '.join([*after, *behind]) or 'no task waits for it'}."


def to_be_left_out(view: readiness.View, agent: Agent) -> str:
    """Of a task that is to be left out and that an agent does right now: who ends it, and what becomes of its work."""
    name = f"{view.run.id}/{agent.task}"
    return (
        f"{tasks.called(agent.task)} is at work. TaskStop with task_id {agent.agent_id} ends its agent; the task is left out "
        f"with that, and what it wrote stays (`fanout diff {name}` shows it, `fanout undo {name}` takes it back). Should it end "
        f"by itself first, its result counts."
    )


def _still(view: readiness.View, running: list[str]) -> str:
    ids = {agent.task: agent.agent_id for agent in view.live if agent.run == view.run.id and agent.agent_id}
    named = tasks.few([f"{name} ({ids[name]})" if name in ids else name for name in running])
    return (
        f"Still running: {named}; TaskStop with the id ends one at once, and its task starts again with the run. Do that with "
        f"each if the user wants these stopped too, and not only held."
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
    way = f" `fanout retry {name}` starts it again, `fanout skip {name}` goes on without it." if task else ""
    return "\n".join(
        [
            *results,
            progress(view),
            f"Launch nothing in its place.{way} Do what the user asked for, else tell them and end your turn.",
        ]
    )


def orders(view: readiness.View) -> bool:
    """Whether `hand` would order a launch."""
    return view.run.state == "active" and bool(readiness.to_launch(view))


def after_the_users_words(view: readiness.View, results: tuple[str, ...]) -> str:
    """A result that comes beside words of the user's: what these say is done before anything is launched."""
    return "\n".join(
        [
            *results,
            progress(view),
            f"Launch nothing before you have done what the user just said, no call printed before either. If the run is to go "
            f"on then, `fanout next {view.run.id}` prints the calls.",
        ]
    )


def _paused_still(db: sqlite3.Connection, view: readiness.View) -> str:
    """Of a pause that has been explained; "" for any other, which counts as explained from now on. Inside a transaction."""
    run = view.run
    if not run.paused or run.state != "active" or readiness.is_over(view):
        return ""
    if journal.say_once(db, run.id, _key_of_pause(db, run.id)):
        return ""
    running = any(task.state == "running" for task in view.tasks.values())
    end = "" if running else f" Nothing of it runs any more: tell the user; `fanout go {run.id}` goes on."
    return f"The run is still paused: launch nothing.{end}"


def _key_of_pause(db: sqlite3.Connection, run: str) -> str:
    return f"paused {len(journal.events(db, run, 'run-paused'))}"


def forget_the_pause(db: sqlite3.Connection, run: str) -> None:
    """The conversation has lost what it was told of it. Inside a transaction."""
    journal.unsay(db, run, _key_of_pause(db, run))


def _paused(view: readiness.View, running: list[str]) -> str:
    """Why nothing is launched though something could be, and how it goes on."""
    still = f" {_still(view, running)}" if running else ""
    return (
        f"The run is paused: {view.run.paused}. Launch nothing; no task failed for it.{still} Tell the user. "
        f"`fanout go {view.run.id}` goes on, also in another session."
    )


def _over(view: readiness.View) -> str:
    """What to do about a run that is over."""
    if view.run.state == "cancelled":
        return f"The run was cancelled; nothing more of it starts, what is done stays. {runs.anew(view.run)}"
    times = (view.worked, view.spans, view.waited, view.paused, view.stood)
    figures = f" {measure.sentence(*times)}" if measure.is_compared(*times) or not view.worked else ""
    found = f"; what the reviews found stands in .fanout/results/{view.run.id}/" if view.found else ""
    return (
        f"{_ended(view)}{_not_started(view)}{_left(view)}{_untested(view)}{figures} {TELL}`fanout report "
        f"{view.run.id}` has the details{found}."
    )


def _untested(view: readiness.View) -> str:
    """That no command checked what was written, and which one could; "" where all was checked, or there is none."""
    if not view.tests:
        return ""
    bare = [name for name, task in view.tasks.items() if tasks.is_unchecked(task) and not readiness.only_reads(task)]
    return (
        f" No command checked {tasks.few(bare)}: run `{view.tests}`, the project's tests, and say how they end."
        if bare
        else ""
    )


def _ended(view: readiness.View) -> str:
    """That a run is over, or that it only wants a permission."""
    asking = [name for name, task in view.tasks.items() if task.state in tasks.UNDONE and tasks.is_unpermitted(task)]
    if not asking:
        return "The run is over."
    names = " ".join(f"{view.run.id}/{name}" for name in asking[: task_results.MOST_RETRIED])
    return (
        f"The run stands still, a permission is missing ({tasks.few(asking)}): once the user allows it, "
        f"{task_results.PERMITS}, `fanout retry {names}` starts {'it' if len(asking) == 1 else 'them'} again."
    )


def _left(view: readiness.View) -> str:
    left = task_results.left(view)
    return f" {left}" if left else ""


def _not_started(view: readiness.View) -> str:
    """Which tasks of a run that is over never began, and why; "" when there are none."""
    stopped = [
        name
        for name, task in view.tasks.items()
        if task.state == "pending" and name not in view.stuck and readiness.stopped(view, name)
    ]
    said = ""
    if view.stuck:
        said += f" {_stuck(view)}"
    if stopped:
        said += f" Not started, the run stops after a failure ({view.run.on_failure}): {tasks.few(stopped)}."
    return said


def _stuck(view: readiness.View) -> str:
    """`Not started, what they need failed: 02, 03.`, and apart those that only stand behind it in the list."""
    names = [name for name in view.tasks if name in view.stuck]
    steps = [name for name in names if readiness.is_stuck_by_order(view, name)]
    need = [name for name in names if name not in steps]
    said = [_lacking(view, need)] if need else []
    if steps:
        who, one = ("it stands", "it") if len(steps) == 1 else ("they stand", "one")
        said.append(
            f"Not started, {who} behind that in the list: {tasks.few(steps)}. No more than the list's "
            f"order is known: `fanout first {view.run.id}/{steps[0]}` starts {one} all the same."
        )
    return " ".join(said)


def _lacking(view: readiness.View, names: list[str]) -> str:
    needed = {view.tasks[need].state for name in names for need in readiness.firm(view, name)} & {
        "failed",
        "blocked",
        "cancelled",
    }
    fate = " or ".join({"failed": "failed"}.get(state, f"was {state}") for state in sorted(needed, reverse=True))
    need = "it needs" if len(names) == 1 else "they need"
    said = tasks.called(names[0], "task") if len(names) == 1 else tasks.few(names)
    return f"Not started, what {need} {fate}: {said}."


def held(view: readiness.View) -> str:
    """What the first pending tasks wait for."""
    return "; ".join(f"{name} {reason}" for name, reason in _reasons(view)[:3] if reason)


def _reasons(view: readiness.View) -> list[tuple[str, str]]:
    """Each pending task, and what it waits for, "" when it is only a free place."""
    return [(name, readiness.refusal(view, name)) for name, task in view.tasks.items() if task.state == "pending"]


def _also_waiting(view: readiness.View) -> str:
    """`; 04 needs 01, 02; 3 more wait`, "" when nothing waits."""
    reasons = _reasons(view)
    shown = [f"{name} {reason.partition(': inferred')[0]}" for name, reason in reasons if reason][:MOST_WAITING]
    left = len(reasons) - len(shown)
    what = f"{left}{' more' if shown else ''} wait{'s' if left == 1 else ''}"
    place = "" if any(reason for _, reason in reasons) else " for a free place"
    return "".join(f"; {one}" for one in [*shown, *([what + place] if left else [])])
