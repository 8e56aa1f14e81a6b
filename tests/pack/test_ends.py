"""What follows on a trigger prompt, to its end: the good models end as they should, each bad one is found out by its grade."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from project import CHECKOUT
from scale import few

from dev import evals
from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.orchestrator import Orchestrator, first, one_by_one

TRIGGERS = sorted(path.name for path in (CHECKOUT / "evals" / "trigger").iterdir())
PLAYED = few(["fan-out", "dashboard", *sorted({*TRIGGERS} - {"fan-out", "dashboard"})], 2)
FREE = tuple(
    ToolCall("Agent", {"description": name, "prompt": f"Write src/{name}.py", "subagent_type": "general-purpose"})
    for name in ("parser", "printer")
)


def by_hand(conversation: Conversation) -> Reply:
    """Reads nothing, and launches agents of its own."""
    return Reply("", FREE) if not conversation.calls else Reply("Done.")


def alone(conversation: Conversation) -> Reply:
    """Does the work itself."""
    path = f"{conversation.cwd}/src/parser.py"
    return (
        Reply("", (ToolCall("Write", {"file_path": path, "content": "x = 1\n"}),))
        if not conversation.calls
        else Reply("Done.")
    )


def beside(case: evals.Case) -> Callable[[Conversation], Reply]:
    """Starts the run, and agents of its own with it."""
    good = evals.Good(case)

    def model(conversation: Conversation) -> Reply:
        reply = good(conversation)
        is_first = (
            reply.calls
            and reply.calls[0].name == "Agent"
            and not any(c.name == "Agent" for c in conversation.calls.values())
        )
        return Reply("", (*reply.calls, FREE[0])) if is_first else reply

    return model


def starts_all_the_same(case: evals.Case) -> Callable[[Conversation], Reply]:
    """Was asked for a plan, and starts."""
    return evals.Good(evals.Case(case.name, case.prompt, "run", case.files, case.source, case.tasks))


def liar(conversation: Conversation) -> Reply:
    """Says done, and did nothing."""
    name = conversation.brief.split("`DONE|", 1)[-1].split("|", 1)[0]
    return Reply(f"DONE|{name}|all of it")


BAD: list[tuple[str, Callable[[evals.Case], object], object, str]] = [
    ("todo-list", evals.Good, liar, "said done, but"),
    ("todo-list", lambda case: by_hand, None, "no run was started; 2 agents were launched without one"),
    ("todo-list", lambda case: alone, None, "no run was started; 0 agents were launched without one"),
    (
        "todo-list",
        lambda case: evals.Good(case, Orchestrator(one_by_one)),
        None,
        "the first message launched 1 agents, and 3 could",
    ),
    ("todo-list", lambda case: evals.Good(case, Orchestrator(first(0))), None, "the run is active, not ended"),
    ("todo-list", beside, None, "agent 'parser' was launched beside the run"),
    ("fan-out", evals.Good, liar, "its agent used no tool"),
    ("batches", starts_all_the_same, None, "a run was started (batches-1), and only a plan was asked for"),
    ("batches", lambda case: by_hand, None, "2 agents were launched, and only a plan was asked for"),
]


FOUND_OUT = few(BAD, 3)


def test_each_trigger_prompt_has_its_end() -> None:
    assert sorted(case.name for case in evals.cases()) == TRIGGERS


@pytest.mark.client
@pytest.mark.parametrize("name", PLAYED)
def test_who_does_what_the_texts_say_ends_as_the_user_wants(client: Path, tmp_path: Path, name: str) -> None:
    [case] = evals.cases([name])
    outcome = evals.play(case, tmp_path)
    assert outcome.failures == []
    assert outcome.sent > outcome.new > 1000 and outcome.answered > 10


@pytest.mark.client
@pytest.mark.parametrize(("name", "main", "agent", "failure"), FOUND_OUT, ids=[row[3] for row in FOUND_OUT])
def test_who_does_not_is_found_out(client: Path, tmp_path: Path, name: str, main, agent, failure: str) -> None:
    [case] = evals.cases([name])
    outcome = evals.play(case, tmp_path, main(case), agent)
    assert [line for line in outcome.failures if failure in line], outcome.failures


@pytest.mark.client
def test_with_an_account_the_cost_stands_before_anything_is_asked(
    client: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evals.main(["--account", "batches", "--max-usd", "0.5"]) == 0
    said = capsys.readouterr().out
    assert "1 sessions. Played offline they send" in said and "at most $0.50 in all" in said
    assert said.endswith("Nothing was asked. With --yes it begins.\n")
