"""Stop: Claude ends its turn. Ready work and nothing running: it is handed the launch first."""

from __future__ import annotations

from fanout.run.agents import agents, claims, client_process, team
from fanout.run.evidence import acceptance
from fanout.run.flow import next_message, over_message, run_end, task_results
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import overdue, pending_launches, readiness, runs, user_words

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call


MESSAGES = (
    "Write `The reviews come in now.` and end your turn: what reviews found that you have not seen comes in their own messages "
    "right after this. Tell the user with those."
)


def answer(call: Call) -> dict[str, object] | None:
    """The launch, once for each state.

    What a teammate finished comes as its own message, which no hook sees: here is where its run moves on.
    """
    if call.agent_id:  # a teammate in a pane, an attempt: its own main conversation, and an agent of the run
        from fanout.hooks import subagent_stop

        return subagent_stop.answer(call)
    if user_words.are_new(call.db, call.session):
        with Write(call.db):
            user_words.answered(call.db, call.session)
    is_held = user_words.is_held(call.db, call.session)
    main = agents.main_row(call.db, call.session)
    if main is not None:  # its turn is over: what it wrote is nobody's until somebody writes it again
        with Write(call.db):
            claims.drop_first_writes(call.db, main.id)
    for run in runs.active(call.db):
        if run.engine != "agents" or is_held:
            continue
        said = _nudge(call, run.id) if run.session in ("", call.session) else ""
        if said:
            from fanout.hooks.answers import context

            return context("Stop", said)  # a block would look like an error on the user's screen
    return None


def _nudge(call: Call, run: str) -> str:
    db = call.db
    view = run_end.conclude(db, call.root, run, acceptance.hook_until())
    with Write(db):
        pending_launches.forget(db, run)
    view.handed = []
    if view.run.state != "active":  # the last agent's notification finds the hooks switched off: say it now
        with Write(db):
            if not journal.say_once(db, run, task_results.key_of_end(view)):
                return ""
            unheard = task_results.unheard(db, view)
            end = next_message.text(view, unheard)
            if unheard and view.found:
                return f"{over_message.untold(end)}\n{MESSAGES}"
            is_shown = client_process.is_attended()  # on the user's screen, word by word
            return over_message.untold(end) if is_shown else end
    busy = view.workers or any(agent.run == run for agent in view.live)
    if busy and not team.in_run(db, run):
        with Write(db):
            late = overdue.lines(db, view)
        return "\n".join([*late, "Then end your turn."]) if late else ""
    launchable = readiness.to_launch(view)
    state = ",".join(f"{task.id}:{journal.count(db, run, task.id, 'launched')}" for task in launchable)
    if not (launchable or view.run.paused) or user_words.is_something_queued(
        db, call.session, call.transcript
    ):  # a notification hands it over, off the user's screen
        return ""
    if not launchable:
        return _ended_in_a_pause(call, view)
    with Write(db):
        return next_message.hand(db, view) if journal.say_once(db, run, f"{'team' if busy else 'stop'} {state}") else ""


def _ended_in_a_pause(call: Call, view: readiness.View) -> str:
    """What came of agents that went on to their end while the run was held, where no notification of their own told it."""
    with Write(call.db):
        results = task_results.unheard(call.db, view)
    return "\n".join([*results, next_message.progress(view), "Tell the user, then end your turn."]) if results else ""
