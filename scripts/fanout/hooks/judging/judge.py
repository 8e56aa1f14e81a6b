"""An agent's last message against evidence: it has ended, or is told what is missing.

judge -> _gap -> the result line -> the task's evidence -> its worktree brought in -> the task has ended
                                                        -> of an attempt: proven, and merged by its driver
      -> _send_back with the gap, BOUNCES times, then the task failed
"""

from __future__ import annotations

from fanout.hooks import unattended
from fanout.hooks.judging import judged_again
from fanout.run.agents import attempts, calls, team, transcript
from fanout.run.changes import written
from fanout.run.commits import isolated
from fanout.run.evidence import acceptance, as_done, evidence, findings, gaps, permissions, result
from fanout.run.flow import ending, hooks_switch
from fanout.run.store import journal, meta
from fanout.run.store.db import Write
from fanout.run.tasks import quorum, runs, scope, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

BOUNCES = 2
LONGEST_OUTCOME = 300
LONGEST_CLASH = 500
LONGEST_NOTED = 1500  # of a gap, in the journal: an error stands at the end of what a command printed
FEWEST_TO_REPLAN = 3
NO_LINE = "its last message has no result line"
LAST = "This is the last time that it is sent back: without that it has failed. "
AGAIN = "Send what you found again, whole, as only your last message is read. End it"
WITHOUT_STATUS = ("native", "gsd", "dork-labs", "blocked-by")


def judge(call: Call, agent: Agent, message: str) -> str:
    """Ends the agent, or says what it is to do before."""
    try:
        missing = _gap(call, agent, message, acceptance.hook_until())
    except acceptance.NoTime:
        with Write(call.db):
            journal.note(call.db, "no-time", agent.run, agent.task, agent.id)
        return (
            f"Task {agent.task} is not judged yet, other tasks' checks took the time. There is nothing to do: end once "
            f"more with the same line."
        )
    except acceptance.NotYours as told:
        if told.is_final:
            line = result.of_task(message, agent.task)
            judged_again.note(call, agent, line[1] if line else "", told)
            return ""
        return f"Task {agent.task} is not judged yet: {told}"
    return _send_back(call, agent, missing, message) if missing else ""


def completed(call: Call, agent: Agent, message: str, until: float) -> None:
    """The agent has ended, and the hook of its end was cut off: it is judged by its last message, with no way back."""
    try:
        missing = _gap(call, agent, message, until)
    except acceptance.NoTime:
        missing = f"there was no time for its checks; `fanout done {agent.run}/{agent.task}` runs them"
    except acceptance.NotYours as told:
        missing = f"{told} `fanout done {agent.run}/{agent.task}` judges it again"
    with Write(call.db):
        if missing:
            _fail(call, agent, missing)
        hooks_switch.settle(call.db, call.root)
    sync(call, agent)


def sync(call: Call, agent: Agent) -> None:
    """A task that is done is marked in its list, and the rest planned again, beside the hook."""
    if not agent.task or tasks.get(call.db, agent.run, agent.task).state != "done":
        return
    if _is_sync_worth_it(call, agent.run):
        from fanout.hooks.judging import background_sync

        background_sync.begin(call.root, agent.run)


def _is_sync_worth_it(call: Call, name: str) -> bool:
    """Whether results are committed or marked in a file that can hold a status, or enough is left to be planned again."""
    run = runs.get(call.db, name)
    if meta.get(call.db, "commit") == "task" or (run.source != "-" and run.format not in WITHOUT_STATUS):
        return True
    return tasks.count(call.db, name).get("pending", 0) >= FEWEST_TO_REPLAN


def _gap(call: Call, agent: Agent, message: str, until: float) -> str:
    """Ends the agent, or says what is missing. Raises acceptance.NoTime."""
    if _is_settled_by_itself(call, agent, message):
        return ""
    line = result.of_task(message, agent.task)
    if line is None:
        return NO_LINE
    verdict, summary = line
    if verdict == "DONE":
        missing = evidence.gap(call.db, call.root, agent, summary, until, findings.of_message(message))
        if missing == evidence.NOTHING_FOUND:
            own = "" if attempts.own() else agent.agent_id
            missing = evidence.gap_in_what_it_ran(call.transcript, own, summary)
        if not missing and _has_used_no_tool(call, agent):
            missing = evidence.gap_without_a_look(call.db, agent, summary)
        if missing:
            return "" if _is_blocked_by_denials(call, agent, summary) else missing
        beside = evidence.reservation(call.db, agent), evidence.left_out(call.db, call.root, agent, summary)
        if any(beside):
            summary = f"{summary} ({'; '.join(filter(None, beside))})"
        if attempts.of_agent(call.db, agent.id) is not None:
            return _prove(call, agent, summary, message)
        if agent.worktree and _is_blocked_by_a_clash(call, agent):
            return ""
    if verdict != "DONE" and _is_held_for_good(call, agent):
        return ""
    findings.keep(call.root, agent.run, agent.task, message)
    with Write(call.db):
        _conclude(call, agent, verdict, summary)
    return ""


def _has_used_no_tool(call: Call, agent: Agent) -> bool:
    """By the client's record and by the journal; False also where it can't be known."""
    if written.of_agent(call.db, agent.id) or calls.is_any_of(call.db, agent.id):
        return False
    return transcript.shows_no_call(call.transcript, "" if attempts.own() else agent.agent_id)


def _prove(call: Call, agent: Agent, summary: str, message: str) -> str:
    """An attempt has its evidence: it is done when its driver has merged it."""
    findings.keep(call.root, agent.run, agent.task, message)
    with Write(call.db):
        attempts.prove(call.db, agent.id, summary)
    return ""


def _conclude(call: Call, agent: Agent, verdict: str, summary: str) -> None:
    """The agent ends with its own verdict. Inside a transaction."""
    if verdict == "NEEDS":
        summary = scope.beside(call.db, call.naming, agent.run, agent.task, summary)
    if verdict != "DONE":
        summary = permissions.beside(call.db, agent, summary)
    ending.conclude(call.db, agent, ending.VERDICTS[verdict], summary)
    if verdict == "DONE":
        as_done.note(call.db, call.root, agent)
    if verdict == "NEEDS":
        scope.need(call.db, call.naming, agent.run, agent.task, summary)


def _is_blocked_by_denials(call: Call, agent: Agent, summary: str) -> bool:
    """What is missing is explained by permissions that were denied: the task ends as blocked."""
    if not permissions.explain(call.db, call.root, agent):
        return False
    if _is_held_for_good(call, agent):
        return True
    with Write(call.db):
        ending.conclude(call.db, agent, "blocked", permissions.outcome(call.db, agent, summary))
    return True


def _is_held_for_good(call: Call, agent: Agent) -> bool:
    """Pauses a run whose agents may write nothing in a session where nobody is asked: the next ones would fare no better."""
    if not unattended.is_so(call) or not permissions.refuses_files(call.db, call.root, agent):
        return False
    with Write(call.db):
        ending.stopped_with_all(call.db, agent, unattended.held(permissions.denied(call.db, agent)))
    return True


def _is_blocked_by_a_clash(call: Call, agent: Agent) -> bool:
    """Brings the work of the agent's own worktree in; where that clashes, the task ends as blocked."""
    clash = isolated.bring_in(call.db, call.root, agent)
    if clash:
        with Write(call.db):
            ending.conclude(call.db, agent, "blocked", clash[:LONGEST_CLASH])
    return bool(clash)


def _is_settled_by_itself(call: Call, agent: Agent, message: str) -> bool:
    """Ends an agent from which nothing more is expected, whatever it says."""
    with Write(call.db):
        if not agent.task or tasks.get(call.db, agent.run, agent.task).state == "done":
            ending.free(call.db, agent)  # also one that was spoken to again after its result
        elif not message and team.is_member(agent.agent_id):  # it was told to shut down, and hears nothing more
            ending.failed(call.db, agent, "it was stopped")
        elif quorum.has_lost(call.db, agent):
            ending.conclude(call.db, agent, "cancelled", "another was faster")
        elif result.of_task(message, agent.task) is None and result.is_out_of_context(message):
            ending.ran_out(call.db, agent)
        else:
            return False
    return True


def _send_back(call: Call, agent: Agent, missing: str, message: str) -> str:
    """Back to the agent with the exact gap; the third time its task has failed. What it said stays on record: its next message
    may be the line alone."""
    name = agent.task
    if missing == NO_LINE:
        findings.keep(call.root, agent.run, name, message)
    with Write(call.db):
        if not tasks.bounce(call.db, agent.run, name, BOUNCES):
            _fail(call, agent, missing)
            return ""
        journal.note(call.db, "sent-back", agent.run, name, agent.id, missing=gaps.found(missing)[:LONGEST_NOTED])
    last = LAST if tasks.get(call.db, agent.run, name).bounces == BOUNCES else ""
    end = "Then end"
    if missing == NO_LINE:
        end = AGAIN if agent.read_only else "End"
    line, what = ("the one line", "what you did")
    if agent.read_only and missing != NO_LINE:  # its message is its result
        line, what = ("the whole of what you found, and as its last line", "the gist of it")
    return (
        f"Task {name} is not done: {missing}\n{last}{end} with {line} `DONE|{name}|{what}`, "
        f"`BLOCKED|{name}|why` or `NEEDS|{name}|path, why`."
    )


def _fail(call: Call, agent: Agent, missing: str) -> None:
    """What was missing, for others than its agent."""
    said = gaps.in_a_line(missing) if missing == NO_LINE else gaps.as_outcome(missing)
    ending.conclude(call.db, agent, "failed", permissions.beside(call.db, agent, said))
