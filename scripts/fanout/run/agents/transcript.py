"""The client's own record of an agent, beside the main conversation's."""

from __future__ import annotations


def of_agent(transcript: str, agent_id: str) -> str:
    """The path of the agent's record; `transcript` is the main conversation's, which is the record of "" itself."""
    if not agent_id:
        return transcript
    stem = transcript[: -len(".jsonl")] if transcript.endswith(".jsonl") else transcript
    return f"{stem}/subagents/agent-{agent_id}.jsonl"


def shows_no_call(transcript: str, agent_id: str) -> bool:
    """Whether the record is there, has words of the agent, and no call of a tool. False also where it can't be known."""
    has_spoken = False
    try:
        with open(of_agent(transcript, agent_id), encoding="utf-8", errors="replace") as file:
            for line in file:  # test_facts::test_an_agents_record_shows_its_calls_when_it_ends
                if '"tool_use"' in line:
                    return False
                has_spoken = has_spoken or '"type":"assistant"' in line
    except OSError:
        return False
    return has_spoken
