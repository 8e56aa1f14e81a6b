from __future__ import annotations

import pytest

from fanout.client.orchestrator import Orchestrator, also, first, instead, launch_blocks, one_by_one, together, twice

START = ("begins", "/spec:execute x")
OTHER: dict[str, object] = {"description": "other", "prompt": "Run `fanout brief r1/Z` and follow it."}


def tasks_sent(reply) -> str:
    return " ".join(str(call.input["description"]) for call in reply.calls)


OBEDIENT = [
    ("nothing to do", [START], ""),
    ("typed", [("typed", "A B")], "A B"),
    ("in added context", [START, ("context", "A B")], "A B"),
    ("in a tool result", [START, ("used", ("Bash", {"command": "fanout start x"})), ("printed", "t1", "A B")], "A B"),
    ("sent already", [START, ("context", "A B"), ("sent", "A B"), ("launched", "t1 t2")], ""),
    ("talk between", [START, ("context", "A"), ("said", "ok"), ("user", "go on")], "A"),
    ("next batch", [("typed", "A"), ("sent", "A"), ("launched", "t1"), ("notified", "t1"), ("context", "B")], "B"),
    ("running ones are not sent again", [("typed", "A B"), ("sent", "A B"), ("launched", "t1 t2"), ("notified", "t1"),
      ("context", "B C")], "C"),
    ("the same block two times", [START, ("context", "A B"), ("context", "A B")], "A B"),
    ("a retry of a finished one", [("typed", "A"), ("sent", "A"), ("launched", "t1"), ("notified", "t1"),
      ("context", "A")], "A"),
    ("a denied call, named again", [("typed", "A"), ("sent", "A"), ("denied", "t1"), ("context", "A")], "A"),
    ("a foreground agent that returned", [("typed", "A"), ("sent", "A"), ("returned", "t1", "DONE"),
      ("context", "A")], "A"),
    ("two blocks wait", [("typed", "A"), ("context", "B")], "A B"),
    ("two blocks were sent", [("typed", "A"), ("context", "B"), ("sent", "A B"), ("launched", "t1 t2")], ""),
]  # fmt: skip


@pytest.mark.parametrize(("happened", "sent"), [row[1:] for row in OBEDIENT], ids=[row[0] for row in OBEDIENT])
def test_sends_what_it_was_shown_and_not_sent_yet(talk, happened, sent) -> None:
    orchestrator = Orchestrator(text="resting")
    reply = orchestrator(talk(*happened))
    assert (tasks_sent(reply), reply.text) == (sent, "" if sent else "resting")
    assert orchestrator(talk(*happened)) == reply  # a retried request gets the same answer


OVER = "The run is over. Run `fanout report r1` and tell the user the result in a few lines."


def test_reports_when_told_that_the_run_is_over(talk) -> None:
    happened: list[tuple[object, ...]] = [
        START,
        ("sent", "A"),
        ("launched", "t1"),
        ("notified", "t1"),
        ("system", OVER),
    ]
    [call] = Orchestrator()(talk(*happened)).calls
    assert (call.name, call.input["command"]) == ("Bash", "fanout report r1")
    happened += [("used", (call.name, call.input)), ("returned", "t2", "1 of 1 done")]
    reply = Orchestrator()(talk(*happened))
    assert (reply.text, reply.calls) == ("1 of 1 done", ())


def test_launches_before_it_reports(talk) -> None:
    assert tasks_sent(Orchestrator()(talk(START, ("system", OVER), ("context", "B")))) == "B"


VARIANTS = [
    (together, ["A B C", ""]),
    (one_by_one, ["A", "B", "C", ""]),
    (first(2), ["A B", ""]),
    (first(0), [""]),
    (twice, ["A B C A B C", ""]),
    (instead(OTHER), ["other", ""]),
    (also(OTHER), ["A B C other", ""]),
]


@pytest.mark.parametrize(("variant", "messages"), VARIANTS)
def test_variants_send_in_their_own_way(talk, variant, messages) -> None:
    happened: list[tuple[object, ...]] = [("typed", "A B C")]
    for wanted in messages:
        reply = Orchestrator(variant)(talk(*happened))
        assert tasks_sent(reply) == wanted
        happened.append(("used", *((call.name, call.input) for call in reply.calls)))
        happened.append(("launched", " ".join(f"t{number}" for number in range(1, 9))))


BLOCKS = [
    ('```json\n{"launch":[{"prompt":"p"}]}\n```', [["p"]]),
    ('text\n  ```json\n  {"launch":[\n  {"prompt":"p"},\n  {"prompt":"q"}\n  ]}\n  ```\nmore', [["p", "q"]]),
    ('```json\n{"launch":[{"prompt":"p"}]}\n```\n```json\n{"launch":[{"prompt":"q"}]}\n```', [["p"], ["q"]]),
    ('```json\n{"launch":[]}\n```', []),
    ('```json\n{"other":[{"prompt":"p"}]}\n```', []),
    ('```json\n{"launch":[{"description":"no prompt"}]}\n```', []),
    ('```json\n{"launch":[{"prompt":"p"}\n```', []),
    ('```json\n["launch"]\n```', []),
    ('```\n{"launch":[{"prompt":"p"}]}\n```', []),
    ('{"launch":[{"prompt":"p"}]}', []),
]


@pytest.mark.parametrize(("text", "prompts"), BLOCKS)
def test_reads_launch_blocks(text, prompts) -> None:
    assert [[call["prompt"] for call in calls] for calls in launch_blocks(text)] == prompts
