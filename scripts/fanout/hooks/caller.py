"""Who makes this call: an agent, known by the client's agent id, or a session's main conversation."""

from __future__ import annotations

from fanout.run.agents import agents, attempts, set_aside

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent


def identified(call: Call) -> Agent:
    """The caller as it is now, bound or adopted when it was not. Runs inside a transaction."""
    if not call.agent_id:
        return agents.get(call.db, agents.main_of(call.db, call.session))
    agent = agents.by_agent_id(call.db, call.agent_id)
    if agent is None:
        agent = agents.get(call.db, bind(call))
    elif agent.state == "ended" and not attempts.own() and not set_aside.refusal(call.db, agent):
        # resumed under its old id: it is another stretch of work
        agent = agents.get(call.db, _resume(call, agent))
    elif agent.task and not agent.worktree:
        agent = with_worktree(call, agent)
    begin_worktree(call, agent)
    call.is_made_by(agent)
    return agent


def begin_worktree(call: Call, agent: Agent) -> None:
    """A worktree of its own begins with what the run has done so far. Inside a transaction."""
    if agent.worktree:
        from fanout.run.commits import isolated_base

        isolated_base.begin(call.db, call.root, agent)


def with_worktree(call: Call, agent: Agent) -> Agent:
    """The agent, with the worktree that the client made for it when its task asks for one. Inside a transaction."""
    from fanout.run.agents import worktree
    from fanout.run.tasks import tasks

    worktree.fill(call.db, agent, call.transcript, tasks.record(tasks.get(call.db, agent.run, agent.task)))
    return agents.get(call.db, agent.id)


def bind(call: Call) -> int:
    """Finds the launch that this agent came from by the client's own record of it, else adopts it as unplanned."""
    noted = agents.meta(call.transcript, call.agent_id)  # test_facts::test_the_metadata_of_an_agent_names_its_call
    agent_type, folder, tool_use = call.agent_type, noted.get("worktreePath"), noted.get("toolUseId")
    launch = agents.by_tool_use(call.db, tool_use) if isinstance(tool_use, str) and tool_use else None
    if launch is None and noted.get("taskKind") == "in_process_teammate":
        from fanout.hooks.hook_call import text
        from fanout.run.agents import team

        launch = team.launch_of(call.db, call.session, text(noted, "description"))
        agent_type = text(noted, "spawnedAgentType")  # what the hooks call its type is its name
    if launch is not None and launch.state == "open":
        agents.bind(call.db, launch.id, call.agent_id, agent_type, folder if isinstance(folder, str) else None)
        return launch.id
    agent = agents.adopt(call.db, call.session, call.agent_id, agent_type)
    _claim_earlier(call, agent)
    return agent


def _claim_earlier(call: Call, agent: int) -> None:
    """An agent that is met at work keeps what it wrote before a run began, as far as nobody else has it by now."""
    from fanout.hooks.launching import earlier_writes
    from fanout.run.agents import transcript

    found = earlier_writes.before(transcript.of_agent(call.transcript, call.agent_id), call.tool_use)
    if found.named or found.spans:
        main = earlier_writes.of_main(call.transcript)
        earlier_writes.claim(call.db, call.naming, {agent: found}, main)


def _resume(call: Call, agent: Agent) -> int:
    """An ended agent that works again: another stretch of its task, else an unplanned one. It claims afresh."""
    run, task = (agent.run, agent.task) if _goes_on(call, agent) else (None, None)
    number = agents.open_launch(
        call.db,
        agent.session,
        "",
        agent.agent_type,
        _called(agent),
        run,
        task,
        parent=agent.parent,
        read_only=agent.read_only,
    )
    agents.bind(call.db, number, agent.agent_id, worktree=agent.worktree)
    return number


def _goes_on(call: Call, agent: Agent) -> bool:
    """Whether what it does now belongs to its task. One that failed or was blocked is running again."""
    if not agent.task or agents.of_task(call.db, agent.run, agent.task) is not None:
        return False
    from fanout.run.tasks import runs, tasks

    if tasks.get(call.db, agent.run, agent.task).state == "done":
        return True
    return runs.get(call.db, agent.run).state == "active" and tasks.go_on(call.db, agent.run, agent.task)


def _called(agent: Agent) -> str:
    """What siblings are told it is: they can write to a teammate by its name."""
    from fanout.run.agents import team

    return team.name_of(agent.agent_id) if team.is_member(agent.agent_id) else agent.description
