"""PreToolUse on Agent: may this agent start? If so, its short prompt becomes the whole brief, with what else
the prompt said.

Inside a run it fails closed. A call that belongs to no task passes and is journaled, so that its agent is guarded too.
"""

from __future__ import annotations

from fanout.hooks.answers import deny
from fanout.hooks.hook_call import text
from fanout.run.agents import agents, read_only
from fanout.run.commits import users_work
from fanout.run.flow import begin_task, brief, ending
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import launch_block, pending_launches, readiness, runs, tasks, user_words

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.hooks.hook_call import Call

NOTHING_ELSE = " Nothing else to launch now: end your turn, a notification says what comes next."
LONGEST_NOTED = 900
LONGEST_DESCRIPTION = 80
MOST_NAMED = 5


def answer(call: Call) -> dict[str, object] | None:
    """The answer to one Agent call."""
    wanted = launch_block.task_of(text(call.tool_input, "prompt"))
    if not call.root:
        from fanout.hooks.launching import unplanned

        reason = _refusal_of_ended_run(call, *wanted) if wanted else ""
        if reason:
            return deny(reason)
        unplanned.launched(call)
        return None
    wanted = wanted or _meant(call)
    if wanted is None:
        with Write(call.db):
            told = _unplanned(call)
        users_work.again(call.db, call.root)
        return told
    from fanout.hooks.launching import refused_launches

    refused_launches.take_back(call)
    with Write(call.db):
        ending.reap(call.db)
        reason = refusal(call.db, *wanted) or _unheard(call, *wanted)
        if reason:
            journal.note(call.db, "launch-denied", *wanted, reason=reason[:LONGEST_NOTED])
            return deny(reason)
        given = _begin(call, *wanted)
        user_words.release(call.db, call.session)
    users_work.again(call.db, call.root, wanted[0])
    # test_facts::test_a_rewritten_prompt_needs_no_decision
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", "updatedInput": {**call.tool_input, **given}}}


def _meant(call: Call) -> tuple[str, str] | None:
    """The task that has not begun and whose brief the prompt names in words of its own: nobody reviews what is not there.
    One that only reads, or that an agent launches, looks ahead."""
    if call.agent_id or read_only.is_type(text(call.tool_input, "subagent_type")):
        return None
    named = launch_block.named_in(text(call.tool_input, "prompt"))
    waiting = tasks.in_state(call.db, named[0], "pending") if named is not None else []
    return named if named is not None and any(task.id == named[1] for task in waiting) else None


def _unheard(call: Call, run: str, task: str) -> str:
    """That the user has typed something meanwhile, which the model is given with this answer; "" when they have not."""
    if call.agent_id or not user_words.are_queued(call.db, call.session, call.transcript):
        return ""
    return (
        f"fanout holds task {task} of {run} back: the user has typed something since that was to be launched, and you are given "
        f"it with this answer. Do what it says first. If the run goes on as it was then, `fanout next {run}` prints the calls."
    )


def _refusal_of_ended_run(call: Call, run: str, task: str) -> str:
    """Why a task can't be launched of a run that is over, with what opens it again; "" when there is no such run here."""
    import os

    from fanout.run.store import state_dir
    from fanout.run.store.db import connect

    root = state_dir.find(os.environ.get("CLAUDE_PROJECT_DIR") or call.cwd)
    if root is None or not os.path.exists(os.path.join(root, state_dir.FOLDER, "state.db")):
        return ""
    db = connect(root)
    try:
        if runs.find(db, run) is None:
            return ""
        reason = refusal(db, run, task).partition(NOTHING_ELSE)[0]
        with Write(db):
            journal.note(db, "launch-denied", run, task, reason=reason[:LONGEST_NOTED])
        view = readiness.View(db, run)
        return f"{reason} {_reopening(view, task)}" if reason and view.run.state == "active" else reason
    finally:
        db.close()


def _reopening(view: readiness.View, name: str) -> str:
    """What makes the task ready again in a run that is over."""
    run, task = view.run, view.tasks.get(name)
    if run.state == "cancelled" or task is None:
        return "`fanout start SOURCE` starts another run."
    if task.state == "done":
        return f"It is done: `fanout report {run.id}`."
    waits = readiness.refusal(view, name) if task.state == "pending" else ""
    ways = (_ways(view, name) or _ways(view, *view.tasks)) if waits else ""
    if ways:
        return f"It {waits}{ways}."
    return f"`fanout retry {run.id}/{name}` makes it ready again, `fanout skip {run.id}/{name}` goes on without it."


def _ways(view: readiness.View, *names: str) -> str:
    """`: fanout retry ..., fanout skip ...` of the first task that ended without being done and that these need."""
    above, seen = list(names), set(names)
    for one in above:
        above += [other for other in view.needs.get(one, ()) if other not in seen]
        seen |= set(above)
    first = next((one for one in sorted(above) if view.tasks[one].state in readiness.HOPELESS), "")
    key = f"{view.run.id}/{first}"
    return f": `fanout retry {key}` tries that again, `fanout skip {key}` goes on without it" if first else ""


def refusal(db: sqlite3.Connection, run: str, task: str) -> str:
    """Why this task may not start now, with the calls that may; "" when it may."""
    if runs.find(db, run) is None:
        return f"fanout knows no run {run}. `fanout status` lists the runs; `fanout next` prints what to launch."
    view = readiness.View(db, run)
    why = _refusal(view, task)
    if not why:
        return ""
    if view.run.state != "active":
        return f"fanout denies task {task} of {run}: {why}. {_reopening(view, task)}"
    return f"fanout denies task {task} of {run}: {why}.{_instead(db, view)}"


def _instead(db: sqlite3.Connection, view: readiness.View) -> str:
    """The calls to send in place of a denied one; once for all that are denied in a message. Inside a transaction."""
    launchable = readiness.to_launch(view)
    if not launchable:
        return NOTHING_ELSE
    if not pending_launches.denied_with(db, view.run.id, launchable):
        return " What to launch instead stands with the other call that is denied."
    return f" Launch instead, all in one message:\n{launch_block.block(launchable)}"


def _refusal(view: readiness.View, name: str) -> str:
    if view.run.state != "active":
        return f"the run is {view.run.state}"
    if view.run.paused:
        return f"the run is paused: {view.run.paused}. `fanout go {view.run.id}` goes on with it"
    task = view.tasks.get(name)
    if task is None:
        return "the run has no such task"
    if task.state == "running":
        holder = next((agents.name_of(a) for a in view.live if a.run == task.run and a.task == name), "")
        return "it is running already, don't launch it twice" + ("" if holder else " (its agent is starting)")
    if task.state != "pending":
        ways = _ways(view, name) if task.state in readiness.HOPELESS else ""
        return f"it is {task.state} already{f' ({task.outcome[:80]})' if task.outcome else ''}{ways}"
    why = readiness.refusal(view, name)
    if why:
        ways = _ways(view, name) if why.startswith("needs") or ": inferred, " in why else ""
        return f"it is not ready, it {why}{ways}" if why.startswith(("needs", "waits")) else why
    if view.slots() == 0:
        return f"{_full(view)}; it comes as soon as one ends"
    return ""


def _full(view: readiness.View) -> str:
    """`3 agents run already (max_parallel 3)`: of the limits the one that is reached."""
    many, limit = sum(1 for agent in view.live if agent.run == view.run.id), f"max_parallel {view.run.cap}"
    if many < view.run.pace:
        many, limit = len(view.live), "the client starts no more"
    elif many < view.run.cap:
        limit = f"no more than {view.run.pace} until results come: the API was too busy"
    return f"{many} {'agent runs' if many == 1 else 'agents run'} already ({limit})"


def _begin(call: Call, run: str, name: str) -> dict[str, object]:
    """The task begins. Returns what the client is given in place of the call's own fields."""
    task = tasks.get(call.db, run, name)
    launch = begin_task.Launch(call.session, text(call.tool_input, "subagent_type") or task.agent)
    launch.tool_use = call.tool_use
    launch.description = text(call.tool_input, "description")
    launch.parent = _parent(call)
    launch.read_only = read_only.is_type(task.agent)
    words = launch_block.beyond(text(call.tool_input, "prompt"))
    begin_task.begin(call.db, call.root, task, launch, "launched", **({"said": words} if words else {}))
    isolation = {"isolation": "worktree"} if tasks.record(task).get("isolation") == "worktree" else {}
    return {**isolation, "prompt": brief.write(call.db, call.root, run, name)}


def _unplanned(call: Call) -> dict[str, object] | None:
    if len(agents.live(call.db)) >= readiness.CLIENT_CAP:
        return deny(
            f"{readiness.CLIENT_CAP} agents run already, the client starts no more. Launch it when one has ended."
        )
    agent_type = text(call.tool_input, "subagent_type")
    description = text(call.tool_input, "description")[:LONGEST_DESCRIPTION]
    parent, is_reading = _parent(call), read_only.is_type(agent_type)
    agent = agents.open_launch(
        call.db, call.session, call.tool_use, agent_type, description, parent=parent, read_only=is_reading
    )
    journal.note(call.db, "launched-unplanned", agent=agent, description=description)
    if not call.agent_id:  # one that an agent launches is its family
        _tell_what_runs(call.db, agent)
    if "fanout claim" in text(call.tool_input, "prompt"):
        from fanout.hooks.launching import claiming

        worker = claiming.said(text(call.tool_input, "prompt"))
        if worker is not None:
            claiming.note(call.db, agent, worker[1])
    return None


def _tell_what_runs(db: sqlite3.Connection, agent: int) -> None:
    """One line for an agent without a plan, at its first call that writes: who works beside it. Inside a transaction."""
    beside = [other for other in agents.live(db) if other.task]
    if beside:
        from fanout.run.store import notice

        names = ", ".join(agents.name_of(other) for other in beside[:MOST_NAMED])
        more = f" and {len(beside) - MOST_NAMED} more" if len(beside) > MOST_NAMED else ""
        notice.leave(db, agent, f"At work beside you: {names}{more} of {beside[0].run}. Write none of their files.")


def _parent(call: Call) -> int | None:
    if not call.agent_id:
        return None
    from fanout.hooks.caller import identified

    return identified(call).id
