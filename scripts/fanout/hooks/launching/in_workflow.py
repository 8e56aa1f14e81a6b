"""Agents of the client's workflow runtime: no hook sees their launch, but the client notes each one's label, and the label
of a run's agent is RUN/TASK. Its task begins with its first call that a hook sees."""

from __future__ import annotations

import os

from fanout.run.agents import agents
from fanout.run.flow import begin_task, brief, workflow
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import readiness, runs

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

ASKS = "/next"  # the task's place in the label of an agent that only asks what comes next


def label_of(call: Call) -> tuple[str, str] | None:
    """(run, task) of the label of an agent that a workflow started for a run of ours; None for any other."""
    described = agents.meta_of_workflow(call.transcript, call.agent_id).get("description")
    run, slash, task = described.partition("/") if isinstance(described, str) else ("", "", "")
    known = runs.find(call.db, run) if slash and task else None
    return (run, task) if known is not None and known.engine == "workflow" else None


def refusal(call: Call) -> str:
    """Why an agent may not begin its task, "" when it has begun it or is none of a workflow's."""
    label = label_of(call) if os.path.isdir(agents.folder_of_workflows(call.transcript)) else None
    if label is None or label[1] == ASKS:
        return ""
    run, name = label
    with Write(call.db):
        if agents.by_agent_id(call.db, call.agent_id) is not None:
            return ""
        view = readiness.View(call.db, run)
        reason = _refusal(view, name)
        if reason:
            workflow.give_back(call.db, run, name)
            journal.note(call.db, "launch-denied", run, name, reason=reason)
            return f"fanout denies task {name} of {run}: {reason}. Do nothing of it: call StructuredOutput with state `blocked`."
        launch = begin_task.Launch(call.session, call.agent_type or view.tasks[name].agent)
        launch.agent_id, launch.description = call.agent_id, f"{name} {view.tasks[name].title}"[:60]
        agent = begin_task.begin(call.db, call.root, view.tasks[name], launch, "launched")
        brief.write(call.db, call.root, run, name)
        call.is_made_by(agents.get(call.db, agent))
    return ""


def _refusal(view: readiness.View, name: str) -> str:
    task = view.tasks.get(name)
    if view.run.state != "active" or task is None:
        return f"the run is {view.run.state}" if task else "the run has no such task"
    if view.run.paused:
        return f"the run is paused: {view.run.paused}"
    if task.state != "pending":
        return f"it is {task.state} already"
    why = readiness.refusal(view, name)
    return f"it is not ready, it {why}" if why else ""
