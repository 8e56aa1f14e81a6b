"""SessionStart: the interpreter is recorded, and what a run left behind is said."""

from __future__ import annotations

import json
import os
import sys

from fanout.run.store import state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Run
    from fanout.run.tasks.readiness import View

MOST_NAMED = 8
GO_ON = (
    "It was begun in another session. When the user says to continue, and not before: run `fanout resume {run}` and send the "
    "Agent calls that it prints. The user can also type /spec:resume {run}."
)
GO_ON_WORKFLOW = (
    "It runs on the workflow runtime. When the user says to continue, and not before: run `fanout resume {run}` and make the "
    "call that it prints."
)
BEFORE_CLEAR = "Before this conversation was cleared the user had {source} done by several agents; that goes on:"
SCREEN_GOES_ON = 'It goes on here; "pause" holds it.'
OVER_NOW = "Do none of it unless the user says to go on."
SCREEN = 'Say "continue" to go on with it; /spec:status shows it.'


def answer(call: Call) -> dict[str, object] | None:
    """Records the interpreter and the caches' folder; says what is running, lost or to be launched, and what a run that is
    over left undone. What the user can go on with stands on their screen too."""
    _record_environment()
    if call.agent_id:  # a teammate in a pane has its brief, an attempt gets it when the guard has answered here
        _answered(call)
        return None
    if not call.root:
        return _over(call)
    from fanout.hooks import repairing
    from fanout.run.flow import ending, hooks_switch, steering
    from fanout.run.store.db import Write
    from fanout.run.tasks import runs, user_words

    with Write(call.db):
        ending.reap(call.db)
        hooks_switch.settle(call.db, call.root)
        steering.lost(call.db, call.session)
        if call.source in ("startup", "resume"):
            user_words.began(call.db, call.session)
    said = [(line, "") for line in repairing.finish(call)]
    return _told(said + [_left_behind(call, run) for run in runs.active(call.db)])


def _answered(call: Call) -> None:
    from fanout.run.agents import attempts
    from fanout.run.store.db import Write

    if attempts.own():
        with Write(call.db):
            attempts.note_guard(call.db, call.agent_id)


def _told(said: list[tuple[str, str]]) -> dict[str, object] | None:
    """(for the model, for the user's screen) of each run."""
    from fanout.hooks.answers import context

    if not said:
        return None
    screen = "\n".join(shown for _, shown in said if shown)
    told = context("SessionStart", "\n".join(text for text, _ in said))
    return (
        {**told, "systemMessage": screen} if screen else told
    )  # test_continue::test_what_is_left_stands_on_the_screen_and_continue_goes_on


def _over(call: Call) -> dict[str, object] | None:
    """The newest run ended with failures in another session: said once."""
    root = state_dir.find(os.environ.get("CLAUDE_PROJECT_DIR") or call.cwd)
    if root is None or not os.path.exists(os.path.join(root, state_dir.FOLDER, "state.db")):
        return None
    from fanout.run.flow import next_message, task_results
    from fanout.run.store import journal
    from fanout.run.store.db import Write, connect
    from fanout.run.tasks import readiness, runs

    db = connect(root)
    try:
        newest = next(iter(runs.all_of(db)), None)
        if newest is None or newest.state != "ended" or newest.session == call.session:
            return None
        view = readiness.View(db, newest.id)
        left = task_results.left(view, is_same_session=False)
        with Write(db):
            if not left or not journal.say_once(db, newest.id, f"left undone {newest.ended}"):
                return None
        line = next_message.progress(view)
        return _told([(f"{line} It stands still. {left} {OVER_NOW}", f"{line} {SCREEN}")])
    finally:
        db.close()


def _source(run: Run) -> str:
    """As the user knows what runs: a list that stood in no file has only its title."""
    return run.source if run.has_list else f'"{run.title or run.id}"'


def _left_behind(call: Call, run: Run) -> tuple[str, str]:
    """Where a run stands: for its own session (after a compaction or /clear) with what to launch, else how to go on."""
    from fanout.run.flow import next_message
    from fanout.run.store import journal
    from fanout.run.store.db import Write
    from fanout.run.tasks import readiness, runs

    view = readiness.View(call.db, run.id)
    if run.is_driven:
        line = next_message.progress(view)
        return f"{line} {next_message.driven(view)}", f"{line} `fanout status {run.id}` shows it."
    if run.engine == "workflow":
        return (
            f"{next_message.progress(view)} {GO_ON_WORKFLOW.format(run=run.id)}",
            f"{next_message.progress(view)} {SCREEN}",
        )
    if run.session == call.session or _goes_on_here(view):
        is_same = run.session == call.session
        with Write(call.db):
            if not is_same:
                runs.take_over(call.db, run.id, call.session)
            told = next_message.hand(call.db, view)
        if is_same:
            return told, ""
        line = next_message.progress(view)
        return f"{BEFORE_CLEAR.format(source=_source(run))}\n{told}", f"{line} {SCREEN_GOES_ON}"
    pending = {name for name, task in view.tasks.items() if task.state == "pending"}
    lost = [name for name in journal.tasks_with(call.db, run.id, "agent-lost") if name in pending]
    half = f" Begun, and lost with their session: {', '.join(lost[:MOST_NAMED])}." if lost else ""
    paused = f" It is paused: {run.paused}." if run.paused else ""
    line = f"{next_message.progress(view)}{paused}{half}"
    return f"{line} {GO_ON.format(run=run.id)}", f"{line} {SCREEN}".replace("the user said so", "you said so")


def _goes_on_here(view: View) -> bool:
    """Whether agents of the run work in this very client: its conversation was another one before a /clear."""
    from fanout.run.agents import client_process

    here = client_process.current()
    return here[0] is not None and any(
        agent.run == view.run.id and (agent.client, agent.client_start) == here for agent in view.live
    )


def _options() -> dict[str, str]:
    """The plugin's options as the client hands them to hooks."""
    prefix = "CLAUDE_PLUGIN_OPTION_"
    return {name[len(prefix) :].lower(): value for name, value in os.environ.items() if name.startswith(prefix)}


def _record_environment() -> None:
    data = os.environ.get("CLAUDE_PLUGIN_DATA")
    if not data:
        return
    os.makedirs(data, exist_ok=True)
    state_dir.write_whole(os.path.join(data, "python"), os.path.realpath(sys.executable) + "\n")
    state_dir.write_whole(os.path.join(data, "options.json"), json.dumps(_options()))
    export = os.environ.get("CLAUDE_ENV_FILE")  # test_print_mode::test_hook_inputs_are_recorded_whole
    if export and not os.environ.get("FANOUT_CACHE_DIR"):
        with open(export, "a", encoding="utf-8", newline="\n") as file:
            file.write(f"export FANOUT_CACHE_DIR='{data}'\n")
