"""What the main conversation is told when the user says something while a run goes on: where it stands, and the verbs."""

from __future__ import annotations

from fanout.run.flow import next_message
from fanout.run.store import journal
from fanout.run.tasks import runs

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.tasks.readiness import View

SAID = "the verbs"  # once for each run and session
VERBS = """\
If the user's words are about it, one command does it: stop or hold everything `fanout pause {run}` (it names what still \
runs); go on `fanout go {run}`; leave one out `fanout skip {run}/TASK`; one before the others `fanout first {run}/TASK`; \
other instructions `fanout amend {run}/TASK 'what is different'` (other files: \
`--writes PATH`); one more `fanout add {run} 'what' --writes PATH`; once more, \
told what to do otherwise `fanout retry {run}/TASK --note 'what'` (one that is done: with `--again`); fewer or more \
agents `fanout cap N {run}`; end it `fanout cancel {run}`; look `fanout status`.
Anything else: answer the user. The run goes on by itself; do none of its tasks yourself, start no agent for it on your own."""


def told(db: sqlite3.Connection, session: str, view: View) -> str:
    """Three lines for a prompt of the user's own, "" when this conversation has them. Inside a transaction."""
    if not journal.say_once(db, view.run.id, f"{SAID} {session}"):
        return ""
    return f"{next_message.progress(view)}{_pause(view)}\n{VERBS.format(run=view.run.id)}"


def _pause(view: View) -> str:
    return f" It is paused: {view.run.paused}." if view.run.paused else ""


def of_session(db: sqlite3.Connection, session: str) -> list[str]:
    """The active runs that this conversation leads."""
    return [run.id for run in runs.active(db) if run.session in ("", session)]
