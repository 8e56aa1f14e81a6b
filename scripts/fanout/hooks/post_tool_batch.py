"""PostToolBatch: the calls of one message. Launches that failed in it are undone."""

from __future__ import annotations

from fanout.hooks.hook_call import mapping, text
from fanout.run.agents import agents
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

REFUSING = ("denied", "doesn't want to", "haven't granted")
LONGEST_TEXT = 2000  # of what a call answered


def answer(call: Call) -> dict[str, object] | None:
    """Journals how many agents of which run one message launched, and says once what it left out."""
    _answer_the_user(call)  # as long as the calls are on record
    _settle(call)
    _note_refusals(call)
    launches = [one for one in call.tool_calls if one.get("tool_name") in ("Agent", "Task")]
    if not launches:
        return None
    from fanout.run.store import journal
    from fanout.run.tasks import pending_launches, user_words

    with Write(call.db):
        for run in _wanted(launches):
            pending_launches.message_ended(call.db, run)
        sent = _sent(call, launches)
        for run, names in sent.items():
            journal.note(call.db, "message", run, tasks=names)
        is_free = bool(sent) and not user_words.come_first(call.db, call.session, call.transcript)
        missing = [said for said in (_missing(call, run) for run in sent if is_free) if said]
    if not missing:
        return None
    from fanout.hooks.answers import context

    return context("PostToolBatch", "\n".join(missing))


def _settle(call: Call) -> None:
    """All calls of the message have ended: those that the client told no end of did not run."""
    from fanout.run.changes import file_tool_calls

    caller = call.caller or agents.main_row(call.db, call.session)
    if caller is not None and file_tool_calls.has_open(call.db, call.root, caller.id):
        with Write(call.db):
            file_tool_calls.end_message(call.db, call.root, caller.id)


def _answer_the_user(call: Call) -> None:
    """The main conversation has acted on what the user said."""
    if call.agent_id:
        return
    from fanout.run.tasks import user_words

    if not user_words.are_new(call.db, call.session):
        return
    if user_words.is_answer(call.db, call.session, _begun(call)):
        with Write(call.db):
            user_words.answered(call.db, call.session)


def _begun(call: Call) -> list[float]:
    """When the calls of the message began, as far as hooks saw that."""
    from fanout.run.agents import calls

    found = []
    for used in filter(None, (text(one, "tool_use_id") for one in call.tool_calls)):
        launch, command = agents.by_tool_use(call.db, used), calls.get(call.db, used)
        found += [launch.opened] if launch is not None else [command.at] if command is not None else []
    return found


def _note_refusals(call: Call) -> None:
    """What the user did not permit an agent of a task to do."""
    refused = [one for one in call.tool_calls if any(word in _text(one) for word in REFUSING)]
    if not refused or not call.agent_id or call.caller is None or not call.caller.task:
        return
    from fanout.run.evidence import permissions

    with Write(call.db):
        for one in refused:
            if permissions.is_refusal(_text(one)):
                given = mapping(one, "tool_input")
                path = text(given, "file_path") or text(given, "notebook_path")
                name = call.naming.name(path, call.cwd) if path else ""
                is_a_no = any(words in _text(one) for words in permissions.A_NO)
                permissions.note(call.db, call.caller, text(one, "tool_name"), name, text(given, "command"), is_a_no)


def _wanted(launches: list[dict[str, object]]) -> set[str]:
    """The runs that the message has launches for, denied ones too."""
    from fanout.run.tasks import launch_block

    named = [launch_block.task_of(text(mapping(one, "tool_input"), "prompt")) for one in launches]
    return {of[0] for of in named if of is not None}


def _sent(call: Call, launches: list[dict[str, object]]) -> dict[str, list[str]]:
    """The tasks of each run that the message launched; those that failed are undone."""
    from fanout.hooks import post_tool_use
    from fanout.run.tasks import launch_block

    # The batch shows the short prompt, whatever the gate put in: test_facts::test_a_rewritten_prompt_needs_no_decision
    sent: dict[str, list[str]] = {}
    for one in launches:
        wanted = launch_block.task_of(text(mapping(one, "tool_input"), "prompt"))
        tool_use = text(one, "tool_use_id")
        launch = agents.by_tool_use(call.db, tool_use) if tool_use else None
        if launch is not None and launch.state == "open" and _failed(one):
            post_tool_use.undo(call.db, tool_use, _text(one))
        elif launch is not None and (wanted is not None or (launch.run and launch.task)):
            run, task = wanted or (str(launch.run), str(launch.task))
            sent.setdefault(run, []).append(task)
    return sent


def _missing(call: Call, run: str) -> str:
    """What could have been launched in the same message and was not; told once."""
    from fanout.run.flow import next_message
    from fanout.run.store import journal
    from fanout.run.tasks import pending_launches, readiness

    db = call.db
    launchable = readiness.to_launch(readiness.View(db, run))
    names = ",".join(task.id for task in launchable)
    if not launchable or not journal.say_once(db, run, f"missing {names}"):
        pending_launches.forget(db, run)
        return ""
    left = pending_launches.among(db, run, launchable)
    pending_launches.note(db, run, launchable)
    send = next_message.send(launchable)
    if left:
        tasks = "task" if left == 1 else "tasks"
        return f"This message left {left} ready {tasks} out; agents run side by side only when launched. {send}"
    return f"fanout {run}: {len(launchable)} more can start by now. {send}"


def _failed(one: dict[str, object]) -> bool:
    said = _text(one)
    return "agentId:" not in said and "launched" not in said and not said.startswith("Spawned successfully")


def _text(one: dict[str, object]) -> str:
    response = one.get("tool_response")
    if isinstance(response, list):
        return " ".join(str(part.get("text", "")) for part in response if isinstance(part, dict))[:LONGEST_TEXT]
    return str(response or "")[:LONGEST_TEXT]
