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
If the user's words are about it, one command does it: stop or hold everything `fanout pause {run}` (names what runs); go on \
`fanout go {run}`; leave some out `fanout skip {run}/TASK ...`; one before others, or without its wait, `fanout first \
{run}/TASK ...`; new words `fanout amend {run}/TASK 'what is different'` (other files in place of all it has: `--writes \
PATH`; another check, `--accept 'COMMAND'`; later, `--after TASK` or `--after all`); one more `fanout add {run} 'what' \
--writes PATH`; once more, told more `fanout retry {run}/TASK --note 'what'` (one that is done: with `--again`); take back \
what one wrote `fanout undo {run}/TASK` (one file: `PATH` behind it); commit what is done `fanout commit --all {run}`; \
agents at once `fanout cap N {run}`; end it `fanout cancel {run}`; look `fanout status`.
Anything else: answer the user. {goes_on}; do none of its tasks yourself, start no agent for it on your own."""
ABOVE = "Calls printed before and not sent wait for that: first do what the user said, then send those that still fit."
GOES_ON = "The run goes on by itself"
WHEN_SENT = "The run goes on when those calls are sent"
HELD = (
    "The user interrupted you: launch nothing of {run}, also no calls printed before, unless they say that it goes on; `fanout "
    "next {run}` prints the calls then"
)
OVER = "Nothing of the run goes on now"
PAUSED = "The run stands still until `fanout go {run}`"
IDLE = "Nothing of {run} runs now, and {tasks} can start: `fanout next {run}` prints the launch, `fanout pause {run}` holds it"


def told(db: sqlite3.Connection, session: str, view: View, is_held: bool = False) -> str:
    """Three lines for a prompt of the user's own; once this conversation has them, only that the run stands still where it
    does, "" where it goes on. `is_held`: they interrupted, and nobody has said that it goes on. Inside a transaction."""
    above = _above(db, view, is_held)
    still = _held(view) if is_held else ""
    if not is_held and not above:  # calls that are being sent may run when this is read
        still = idle(view)
    if not journal.say_once(db, view.run.id, f"{SAID} {session}"):
        return f"{still}.{above}" if still else above.strip()
    runs_now = not above or any(task.state == "running" for task in view.tasks.values())
    verbs = VERBS.format(run=view.run.id, goes_on=_goes_on(view) or still or (GOES_ON if runs_now else WHEN_SENT))
    return f"{next_message.progress(view)}{_pause(view)}\n{verbs}{above}"


def _goes_on(view: View) -> str:
    """Of a run that does not: why."""
    if view.run.paused:
        return PAUSED.format(run=view.run.id)
    return OVER if readiness.is_over(view) else ""


def _held(view: View) -> str:
    """That nothing is launched because of an interruption, "" where nothing would be."""
    goes = not view.run.paused and any(task.state == "pending" for task in view.tasks.values())
    return HELD.format(run=view.run.id) if goes and not readiness.is_over(view) else ""


def _above(db: sqlite3.Connection, view: View, is_held: bool) -> str:
    """Calls that were printed, and are not sent, before the user said something."""
    if is_held or view.run.paused or not pending_launches.names(db, view.run.id):
        return ""
    return f" {ABOVE}"


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
