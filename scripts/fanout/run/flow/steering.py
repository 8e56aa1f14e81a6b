"""What the main conversation is told when the user says something while a run goes on: where it stands, and the verbs."""

from __future__ import annotations

from fanout.run.flow import next_message, pause_message, task_results
from fanout.run.store import journal
from fanout.run.tasks import pending_launches, readiness, runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.tasks.readiness import View

SAID = "the verbs"  # once for each run and session
VERBS = """\
If the user's words are about it, one command does it: stop or hold everything `fanout pause {run}` (it names what still \
runs); go on `fanout go {run}`; leave some out (also "only the others") `fanout skip {run}/TASK ...`; one before others \
`fanout first {run}/TASK ...`; other instructions `fanout amend {run}/TASK 'what is different'` (other \
files: `--writes PATH`; another check, `--accept 'COMMAND'`; later, `--after TASK` or `--after all`); one more `fanout add {run} \
'what' --writes PATH`; once more, otherwise told `fanout retry {run}/TASK --note 'what'` (one that is done: with \
`--again`); take back what one wrote `fanout undo {run}/TASK`; commit what is done `fanout commit --all {run}`; fewer or more \
agents `fanout cap N {run}`; end it `fanout cancel {run}`; look `fanout status`.
Anything else: answer the user. {goes_on}; do none of its tasks yourself, start no agent for it on your own."""
ABOVE = "Calls printed before and not sent wait for that: first do what the user said, then send those that still fit."
GOES_ON = "The run goes on by itself"
HELD = "What runs goes on; what the user interrupted is launched when they say so: `fanout next {run}` prints it"
OVER = "Nothing of the run goes on now"
PAUSED = "The run stands still until `fanout go {run}`"
IDLE = "Nothing of {run} runs now, and {tasks} can start: `fanout next {run}` prints the launch"


def told(db: sqlite3.Connection, session: str, view: View, was_held: bool = False) -> str:
    """Three lines for a prompt of the user's own; once this conversation has them, only that the run stands still where it
    does, "" where it goes on. `was_held`: the user interrupted before. Inside a transaction."""
    if not journal.say_once(db, view.run.id, f"{SAID} {session}"):
        still = idle(view)
        return f"{still}.{_above(db, view)}" if still else _above(db, view).strip()
    verbs = VERBS.format(run=view.run.id, goes_on=_goes_on(view, was_held))
    return f"{next_message.progress(view)}{_pause(view)}\n{verbs}{_above(db, view)}"


def _goes_on(view: View, was_held: bool) -> str:
    if view.run.paused:
        return PAUSED.format(run=view.run.id)
    if readiness.is_over(view):
        return OVER
    return idle(view) or (HELD.format(run=view.run.id) if was_held else GOES_ON)


def _above(db: sqlite3.Connection, view: View) -> str:
    """Calls that were printed, and are not sent, before the user said something."""
    return f" {ABOVE}" if pending_launches.names(db, view.run.id) and not view.run.paused else ""


def lost(db: sqlite3.Connection, session: str) -> None:
    """The conversation begins anew, after /clear or a compaction too: it is told the verbs again. Inside a transaction."""
    for run in of_session(db, session):
        journal.unsay(db, run, f"{SAID} {session}")
        task_results.forget(db, run)
        next_message.forget(db, run)
        pause_message.forget(db, run)


def idle(view: View) -> str:
    """That a run stands still though something of it can start; "" when it goes on, or is paused."""
    names = [task.id for task in readiness.to_launch(view)]
    if not names or any(task.state == "running" for task in view.tasks.values()):
        return ""
    return IDLE.format(run=view.run.id, tasks=tasks.few(names))


def _pause(view: View) -> str:
    return f" It is paused: {view.run.paused}." if view.run.paused else ""


def of_session(db: sqlite3.Connection, session: str) -> list[str]:
    """The active runs that this conversation leads."""
    return [run.id for run in runs.active(db) if run.session in ("", session)]
