"""UserPromptSubmit: with a notification, what finished and what to launch now; with the user's own words, the verbs."""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent
    from fanout.run.tasks.readiness import View

NOTIFICATION = "<task-notification>"  # test_interactive::test_a_background_agent_and_its_notification
# In auto mode an agent's last message comes by itself, and then the notification without it: test_hand_back
HANDED_BACK = r'(?s)<agent-message from="([^"]*)">(?=.{0,2000}\[Subagent hand-back\])'
REPORT = r"(?s)The report follows:\n(.*?)\n</agent-message>"
DELIVERED = "report was delivered to you as a message"
RESULT = r"(?s)<result>(.*)</result>"
FIELD = r"<(task-id|status|summary)>\s*([^<]*?)\s*</\1>"
STOPPED = (
    "stopped by the user: "  # of all agents at once, by the client's key: test_steering::test_the_clients_key_stops_all
)
LONGEST_STOPPED = 80  # characters in which it stands
BY_HAND = ("killed", "stopped")  # somebody ended the agent
LONGEST_HEAD = 4000  # characters in which the fields stand


def answer(call: Call) -> dict[str, object] | None:
    """A notification of an agent of ours; what the user typed while a run goes on; anything else: silence. A commit or an undo
    that was cut off and can't be brought to its end is said first."""
    from fanout.hooks import repairing
    from fanout.hooks.launching import refused_launches
    from fanout.run.agents import transcript

    said = repairing.finish(call)
    refused_launches.take_back(call)
    if told := _fields(call.prompt):
        return _notified(call, said, told)
    if not call.agent_id and not transcript.is_of_agents(call.prompt):
        said += _stopped_by_key(call) if STOPPED in call.prompt[:LONGEST_STOPPED] else _verbs(call)
    return _told("\n".join(said)) if said else None


def _told(text: str) -> dict[str, object]:
    from fanout.hooks.answers import context

    return context("UserPromptSubmit", text)


def _verbs(call: Call) -> list[str]:
    """What the user can say to the runs that this conversation leads, and which of their agents are late or silent, where
    it has not been told yet."""
    from fanout.run.agents import transcript
    from fanout.run.flow import steering
    from fanout.run.store.db import Write
    from fanout.run.tasks import overdue, readiness, user_words

    was_interrupted = transcript.was_interrupted(call.transcript)
    with Write(call.db):
        led = [readiness.View(call.db, run) for run in steering.of_session(call.db, call.session)]
        if led:
            user_words.note(call.db, call.session)
        if led and was_interrupted:
            user_words.hold(call.db, call.session)
        is_held = user_words.is_held(call.db, call.session)
        if is_held:  # what they thought about meanwhile is no time of the run's
            _waited_for(call, led)
        said = [text for view in led if (text := steering.told(call.db, call.session, view, is_held))]
        return [*said, *(line for view in led for line in overdue.lines(call.db, view))]


def _waited_for(call: Call, led: list[View]) -> None:
    """Nothing was launched before these words of the user's. Inside a transaction."""
    from fanout.run.store import journal

    for view in led:
        journal.note(call.db, "interrupted", view.run.id)


def _stopped_by_key(call: Call) -> list[str]:
    """The user stopped every background agent by the client's key; it names their descriptions, and tells no end of each."""
    from fanout.run.agents import agents
    from fanout.run.flow import ending, hooks_switch, next_message
    from fanout.run.store.db import Write
    from fanout.run.tasks import readiness, tasks

    with Write(call.db):
        ended = [one for one in agents.live(call.db, agents.EVERY_KIND) if _is_named(call, one)]
        for agent in ended:
            ending.stopped(call.db, agent)
        hooks_switch.settle(call.db, call.root)
        said = []
        for run in dict.fromkeys(agent.run for agent in ended if agent.run):
            names = tasks.few([agent.task for agent in ended if agent.run == run])
            view = readiness.View(call.db, run)
            said.append(next_message.hand(call.db, view, (f"The user stopped the agents of {names}.",)))
        return said


def _is_named(call: Call, agent: Agent) -> bool:
    return agent.session in ("", call.session) and f'"{agent.description}"' in call.prompt


def _fields(prompt: str) -> dict[str, str]:
    """What a prompt tells of an agent's end, its last message as "result"; nothing where it tells none."""
    import re

    from fanout.run.agents import transcript

    if prompt.lstrip().startswith(NOTIFICATION):
        result = re.search(RESULT, prompt)
        return {**dict(re.findall(FIELD, prompt[:LONGEST_HEAD])), "result": result.group(1) if result else ""}
    sender = re.search(HANDED_BACK, prompt[:LONGEST_HEAD]) if transcript.is_of_agents(prompt) else None
    if sender is None:
        return {}
    report = re.search(REPORT, prompt)
    lines = report.group(1).split("\n") if report else []
    said = "\n".join(line.removeprefix("  ") for line in lines)
    return {"task-id": sender.group(1), "status": "completed", "result": said, "by": "hand-back"}


def _notified(call: Call, said: list[str], fields: dict[str, str]) -> dict[str, object] | None:
    from fanout.run.agents import agents
    from fanout.run.evidence import acceptance

    until = acceptance.hook_until()
    agent = agents.by_agent_id(call.db, fields.get("task-id", ""))
    if agent is None:
        return None
    if agent.is_live and fields.get("status") in ("failed", *BY_HAND):
        _ended_without_result(call, agent, fields)
    if not agent.is_live:
        from fanout.run.flow import hooks_switch

        hooks_switch.has_ended(call.db, call.root, agent.agent_id)
    run = agent.run or _worked_for(call, agent)
    if not run:
        return None
    if agent.task and agent.is_live and fields.get("status") == "completed":
        from fanout.hooks.judging import judge

        judge.completed(call, agent, fields["result"], until)
    return _next(call, agent, run, until, said, fields)


def _next(
    call: Call, agent: Agent, run: str, until: float, said: list[str], fields: dict[str, str]
) -> dict[str, object] | None:
    """The task's result in a line, and what Claude does now."""
    by_hand = fields.get("status") in BY_HAND
    is_one_of_two = "by" in fields or DELIVERED in fields["result"]
    from fanout.run.agents import transcript
    from fanout.run.flow import next_message, run_end, task_results
    from fanout.run.store import journal
    from fanout.run.store.db import Write
    from fanout.run.tasks import earlier_runs, quorum, readiness, user_words

    view = run_end.conclude(call.db, call.root, run, until)
    results: tuple[str, ...] = (task_results.told(call.db, view, agent.task, call.prompt),) if agent.task else ()
    was_interrupted = transcript.was_interrupted(call.transcript)
    with Write(call.db):
        if was_interrupted:
            user_words.hold(call.db, call.session)
        is_new = bool(agent.task) and task_results.heard(call.db, view, agent.task)
        if is_one_of_two and agent.task and not is_new:
            return _told("\n".join(said)) if said else None
        results += task_results.judged_later(call.db, view)
        if view.run.state == "cancelled" and (now := earlier_runs.take_over(call.db, view.run, agent.task)):
            counts = view.tasks[agent.task].state == "done"
            results += (f"{now} does the list now: {'it counts there' if counts else 'there it is done anew'}.",)
            run, view = now, readiness.View(call.db, now)
        if view.run.state != "active" and not journal.say_once(call.db, run, task_results.key_of_end(view)):
            return _told("\n".join([*said, *(results if is_new else ())])) if said or is_new else None
        goes_on = view.run.state == "active" and not quorum.is_decided(view)
        waits = not agent.task or view.tasks[agent.task].state != "skipped"
        if by_hand and goes_on and waits and any(other.run == run for other in view.live):
            return _told("\n".join([*said, next_message.after_a_stop(view, agent.task, results)]))
        if next_message.orders(view) and user_words.come_first(call.db, call.session, call.transcript):
            return _told("\n".join([*said, next_message.after_the_users_words(view, results, _rule(call))]))
        return _told("\n".join([*said, next_message.hand(call.db, view, results, False, next_message.END_UNLESS)]))


def _rule(call: Call) -> str:
    """What holds before the user's words are done: those that stand there, those still to come, or those that they owe."""
    from fanout.run.flow import next_message
    from fanout.run.tasks import user_words

    if user_words.is_held(call.db, call.session):
        return next_message.HELD
    return next_message.SPOKEN if user_words.are_new(call.db, call.session) else next_message.WAITING


def _ended_without_result(call: Call, agent: Agent, fields: dict[str, str]) -> None:
    from fanout.run.flow import ending, hooks_switch
    from fanout.run.store.db import Write

    with Write(call.db):
        if fields["status"] in BY_HAND:
            ending.stopped(call.db, agent)
        else:
            ending.errored(call.db, agent, fields.get("summary") or "failed")
        hooks_switch.settle(call.db, call.root)


def _worked_for(call: Call, agent: Agent) -> str:
    """The run whose tasks this agent took by itself, "" when it is no worker."""
    from fanout.run.store import journal

    return journal.run_of(call.db, agent.id, "worker")
