"""What is said of a run that is over: how it ended, what never began, what failed and how it goes on, the times."""

from __future__ import annotations

import os

from fanout.run.agents import client_process
from fanout.run.evidence import findings
from fanout.run.flow import task_results
from fanout.run.store import meta, run_files
from fanout.run.tasks import list_edited, measure, quorum, readiness, report_files, runs, tasks, waits_to_be_judged

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.run.store.records import Task

TELL = "Tell the user the result in a few lines; "
RUN, HOW = ": offer the user `", "`, the project's tests."
TELL_FOUND = "Tell the user the result, with what was found, the most important first; "


def text(view: readiness.View, said: str) -> str:
    """What to do about a run that is over; `said`: what stands before it."""
    if view.run.state == "cancelled":
        return f"The run was cancelled; nothing more of it starts, what is done stays. {runs.anew(view.run)}"
    times = (view.worked, view.spans, view.waited, view.paused, view.stood)
    figures = f" {measure.sentence(*times)}" if view.worked and measure.is_compared(*times) else ""
    found = _found(view) if view.found else ""
    tell = TELL_FOUND if view.found else TELL
    return (
        f"{_ended(view)}{_not_started(view)}{_left(view, said)}{_new(view)}{_untested(view)}{figures} {tell}`fanout report "
        f"{view.run.id}` has the details{found}."
    )


def _found(view: readiness.View) -> str:
    """Where what the reviews found stands; each by its name where not all have left something."""
    names = findings.kept(meta.root(view.db), view.run.id)
    done = [
        task for task in view.tasks.values() if task.state == "done" and task.attempts and readiness.only_reads(task)
    ]
    left = [task.id for task in done if os.path.basename(run_files.result("", view.run.id, task.id)) in names]
    if not left:
        return ""
    who = "the reviews" if len(left) == len(done) else tasks.few(left)
    return f"; what {who} found stands in .fanout/results/{view.run.id}/"


def untold(text: str) -> str:
    """The same where somebody else has the result to tell."""
    head, _, rest = text.partition(RUN)
    command, how, tail = rest.partition(HOW)
    if how:
        text = f"{head}; `{command}` runs the project's tests.{tail}"
    return text.replace(TELL_FOUND, "").replace(TELL, "")


def _new(view: readiness.View) -> str:
    """What was written into the list since it began, and nobody has made a task of."""
    names = list_edited.not_taken(view.db, view.run.id, view.tasks)
    if not names:
        return ""
    return f" New in {view.run.source} and no task of this run: {tasks.few(names)}; `fanout add {view.run.id} 'what'` makes one."


def _untested(view: readiness.View) -> str:
    """That no command checked what was written, and which one could; "" where all was checked, or something is still to be
    mended before anything is."""
    listed = [view.tasks[name] for name in view.listed]
    if _asking(view) or (any(task.state in tasks.UNDONE for task in listed) and not quorum.is_decided(view)):
        return ""
    done = [task for task in listed if task.state == "done" and not tasks.was_done_before(task)]
    bare = [task.id for task in done if not tasks.has_commands(tasks.record(task)) and not _has_nothing_to_run(task)]
    if not bare:
        return ""
    if not view.tests:
        return f" No command checked {tasks.few(bare)}."
    way = f"{RUN}{view.tests}{HOW}"
    if not client_process.is_attended():  # nobody can allow it, and no task may need more than the user has allowed
        way = f": tell the user, `{view.tests}` runs the project's tests."
    return f" No command checked {tasks.few(bare)}{way}"


def _has_nothing_to_run(task: Task) -> bool:
    """Whether it only reads, or writes nothing but text."""
    return readiness.only_finds(task) or report_files.are_texts(tasks.record(task).get("writes") or ())


def _asking(view: readiness.View) -> list[str]:
    """The tasks that ended for want of a permission."""
    return [
        name for name, task in view.tasks.items() if task.state in tasks.UNDONE and tasks.is_unpermitted(task.outcome)
    ]


def _ended(view: readiness.View) -> str:
    """That a run is over, or that it stands still: something failed, or it wants an answer or a permission."""
    asking = _asking(view)
    if not asking:
        ended = [(name, task) for name, task in view.tasks.items() if task.state == "blocked"]
        blocked = [name for name, task in ended if not waits_to_be_judged.is_so(view.db, task)]
        are = "is" if len(blocked) == 1 else "are"
        if blocked:
            return f"The run stands still, {tasks.few(blocked)} {are} blocked."
        has_failed = any(task.state in tasks.UNDONE for task in view.tasks.values())
        return "The run stands still." if has_failed and not quorum.is_decided(view) else "The run is over."
    names = " ".join(f"{view.run.id}/{name}" for name in asking[: task_results.MOST_RETRIED])
    way = task_results.permits([view.tasks[name] for name in asking])
    return (
        f"The run stands still, a permission is missing ({tasks.few(asking)}): once the user allows it, "
        f"{way}, `fanout retry {names}` starts {'it' if len(asking) == 1 else 'them'} again."
    )


def _left(view: readiness.View, said: str) -> str:
    left = task_results.left(view, said=said)
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
        first = f"`fanout first {view.run.id}/{steps[0]}` starts {one} all the same."
        way = "" if _asking(view) else f" No more than the list's order is known: {first}"
        said.append(f"Not started, {who} behind that in the list: {tasks.few(steps)}.{way}")
    return " ".join(said)


def _lacking(view: readiness.View, names: list[str]) -> str:
    needed = {view.tasks[need].state for name in names for need in readiness.firm(view, name)} & {
        "failed",
        "blocked",
        "cancelled",
    }
    fate = " or ".join({"failed": "failed"}.get(state, f"was {state}") for state in sorted(needed, reverse=True))
    fate = fate or "did not start"
    need = "it needs" if len(names) == 1 else "they need"
    said = tasks.called(names[0], "task") if len(names) == 1 else tasks.few(names)
    return f"Not started, what {need} {fate}: {said}."
