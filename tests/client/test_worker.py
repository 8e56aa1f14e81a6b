from __future__ import annotations

import pytest

from fanout.client.conversation import FOREVER, OVERLOADED, RATE_LIMITED, Reply
from fanout.client.script import Flaky, Rules, from_document
from fanout.client.subagent_model import BadScript, Worker, declared, task_of

BRIEF = """# Task api: Build the API
You do one task of the run `r1` (demo). Project root: /p

## Files
Read: `docs/x.md`
Write only: `src/api/**`, `src/{a,b}.ts`

## How to end
`DONE|api|what you did` or `BLOCKED|api|why`
"""
CWD = ("system", "# Environment\n - Primary working directory: /p\n - Platform: linux")


class Play:
    """Plays a worker to its end of turn, each call answered as told; collects what it did."""

    def __init__(self, worker: Worker, talk, brief: str = BRIEF) -> None:
        self.worker, self.talk, self.numbers = worker, talk, 0
        self.happened: list[tuple[object, ...]] = [("begins", brief), CWD]

    def turn(self, *, denied: tuple[str, ...] = ()) -> list[str]:
        done: list[str] = []
        while True:
            reply = self.worker(self.talk(*self.happened, kind="agent", key="a1"))
            if reply.failure or reply.delay == FOREVER:
                return [*done, f"fail {reply.failure.status}" if reply.failure else "never"]
            if not reply.calls:
                self.happened.append(("said", reply.text))
                return [*done, reply.text]
            first = self.numbers + 1
            self.numbers += len(reply.calls)
            self.happened.append(("used", *((call.name, call.input) for call in reply.calls)))
            target = [str(call.input.get("file_path", call.input.get("command"))) for call in reply.calls]
            done.append(" + ".join(f"{call.name} {name}" for call, name in zip(reply.calls, target, strict=True)))
            ids = " ".join(f"t{number}" for number in range(first, self.numbers + 1))
            refused = any(name in denied for name in target)
            self.happened.append(("denied", ids) if refused else ("returned", ids, "ok"))


STEPS = [
    ("write", [{"write": "a.txt", "content": "x"}], ["Write /p/a.txt"]),
    ("absolute", [{"write": "/q/a.txt"}], ["Write /q/a.txt"]),
    ("edit", [{"edit": "a.txt", "old": "1", "new": "2"}], ["Edit /p/a.txt"]),
    ("read, bash", [{"read": "a"}, {"bash": "make"}], ["Read /p/a", "Bash make"]),
    ("any tool", [{"call": "NotebookEdit", "input": {"file_path": "n"}}], ["NotebookEdit n"]),
    ("together", [{"together": [{"read": "a"}, {"bash": "ls"}]}], ["Read /p/a + Bash ls"]),
    ("declared", [{"declared": True}], ["Write /p/src/api/made + Write /p/src/a.ts"]),
    ("wait", [{"wait": 0.5}, {"bash": "x"}], ["Bash x"]),
]


@pytest.mark.parametrize(("steps", "calls"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_plays_steps(talk, steps, calls) -> None:
    worker = Worker.from_table({"api": [*steps, {"done": "made it"}]})
    assert Play(worker, talk).turn() == [*calls, "DONE|api|made it"]
    assert worker.tasks() == {"a1": "api"}


ENDINGS = [
    ([{"say": "I think it works"}], "I think it works"),
    ([{"done": "ok"}], "DONE|api|ok"),
    ([{"blocked": "no key"}], "BLOCKED|api|no key"),
    ([{"needs": "src/x.ts, the route"}], "NEEDS|api|src/x.ts, the route"),
    ([], "DONE|api|did every step"),
    ([{"never": True}], "never"),
    ([{"fail": 400}], "fail 400"),
]


@pytest.mark.parametrize(("steps", "ending"), ENDINGS)
def test_ends(talk, steps, ending) -> None:
    assert Play(Worker.from_table({"api": steps}), talk).turn() == [ending]


def test_without_a_table_it_writes_what_its_brief_declares(talk) -> None:
    assert Play(Worker(), talk).turn()[-1] == "DONE|api|wrote the declared files"


def test_the_star_is_for_tasks_that_are_not_named(talk) -> None:
    worker = Worker.from_table({"other": [{"say": "no"}], "*": [{"done": "star"}]})
    assert Play(worker, talk).turn() == ["DONE|api|star"]


def test_without_hooks_it_fetches_its_brief_first(talk) -> None:
    play = Play(Worker(), talk, "Run `fanout brief r1/api` and follow it.")
    reply = play.worker(talk(*play.happened, kind="agent", key="a1"))
    assert [call.input["command"] for call in reply.calls] == ["fanout brief r1/api"]
    play.happened += [("used", ("Bash", {"command": "fanout brief r1/api"})), ("returned", "t1", BRIEF)]
    reply = play.worker(talk(*play.happened, kind="agent", key="a1"))
    assert [call.input["file_path"] for call in reply.calls] == ["/p/src/api/made", "/p/src/a.ts"]


def test_what_follows_a_last_word_is_for_when_it_is_sent_back(talk) -> None:
    worker = Worker.from_table({"api": [{"done": "lie"}, {"write": "a.txt"}, {"done": "true now"}]})
    play = Play(worker, talk)
    assert play.turn() == ["DONE|api|lie"]
    play.happened.append(("user", "Stop hook feedback:\na.txt is missing"))
    assert play.turn() == ["Write /p/a.txt", "DONE|api|true now"]
    play.happened.append(("user", "Stop hook feedback:\nstill wrong"))
    assert play.turn() == ["DONE|api|true now"]


def test_denials_are_recorded_and_answered_as_scripted(talk) -> None:
    worker = Worker.from_table(
        {"api": [{"write": "b.txt", "if_error": [{"needs": "b.txt, mine"}]}, {"write": "c.txt"}, {"done": "x"}]}
    )
    play = Play(worker, talk)
    assert play.turn(denied=("/p/b.txt",)) == ["Write /p/b.txt", "NEEDS|api|b.txt, mine"]
    [refusal] = worker.refusals
    assert (refusal.task, refusal.agent, refusal.tool, refusal.text) == (
        "api",
        "a1",
        "Write",
        "PreToolUse:Write hook error: not yours",
    )


def test_denials_without_a_reaction_are_passed_over(talk) -> None:
    worker = Worker.from_table({"api": [{"write": "b.txt"}, {"write": "c.txt"}, {"done": "x"}]})
    play = Play(worker, talk)
    assert play.turn(denied=("/p/b.txt",)) == ["Write /p/b.txt", "Write /p/c.txt", "DONE|api|x"]
    assert len(worker.refusals) == 1


def test_a_failure_passes_after_its_times(talk) -> None:
    worker = Worker.from_table({"api": [{"fail": 529, "times": 2}, {"done": "x"}]})
    play = Play(worker, talk)
    assert [play.turn(), play.turn(), play.turn()] == [["fail 529"], ["fail 529"], ["DONE|api|x"]]


def test_a_retried_request_gets_the_same_answer(talk) -> None:
    worker = Worker.from_table({"api": [{"bash": "one"}, {"bash": "two"}]})
    asked = talk(("begins", BRIEF), CWD, kind="agent", key="a1")
    assert worker(asked) == worker(asked)


def test_waiting_adds_up_before_the_next_step(talk) -> None:
    worker = Worker.from_table({"api": [{"wait": 0.5}, {"wait": 1}, {"bash": "x"}]})
    assert worker(talk(("begins", BRIEF), CWD, kind="agent")).delay == 1.5


def test_a_step_waits_for_a_mark_of_another_worker(talk) -> None:
    worker = Worker.from_table(
        {"api": [{"after": "ui drew"}, {"wait": 1}, {"bash": "x"}], "ui": [{"bash": "draw"}, {"mark": "ui drew"}]}
    )
    held = worker(talk(("begins", BRIEF), CWD, kind="agent", key="a2"))
    (hold,) = held.holds
    assert (held.delay, held.calls[0].input["command"], hold.is_set()) == (1, "x", False)
    assert Play(worker, talk, BRIEF.replace("api", "ui")).turn()[0] == "Bash draw"
    assert hold.is_set()


def test_a_step_waits_for_a_mark_of_the_test(talk) -> None:
    worker = Worker.from_table({"api": [{"after": "seen"}, {"done": "x"}]})
    worker.mark("seen")
    assert worker(talk(("begins", BRIEF), CWD, kind="agent")).holds[0].is_set()


BAD = [
    ({"A": "no list"}, "task A: its steps are str. Give a list of steps."),
    ({"A": [{"wriet": "x"}]}, "task A, step 0: {'wriet': 'x'} is no step."),
    ({"A": [{"bash": "x"}, "y"]}, "task A, step 1: 'y' is no step."),
    ({"A": [{"together": [{"x": 1}]}]}, "task A, step 0 together, step 0: {'x': 1} is no step."),
    ({"A": [{"bash": "x", "if_error": {}}]}, "task A, step 0 if_error: its steps are dict."),
]


@pytest.mark.parametrize(("table", "reason"), BAD)
def test_a_bad_table_is_refused_by_task_and_step(table, reason) -> None:
    with pytest.raises(BadScript) as refused:
        Worker.from_table(table)
    assert str(refused.value).startswith(reason)


NAMES = [
    ("Run `fanout brief r-1/api.v2` and follow it.", "api.v2"),
    (BRIEF, "api"),
    ("End with `DONE|t_1|what you did`.", "t_1"),
    ("Do something.", ""),
]


@pytest.mark.parametrize(("brief", "task"), NAMES)
def test_finds_the_task_of_a_brief(brief, task) -> None:
    assert task_of(brief) == task


PATHS = [
    ("Write only: `a.py`, `b/*.py`", ["a.py", "b/made.py"]),
    ("- Writes: `a/`", ["a/made.txt"]),
    ("Writes:\n- `a.py`\n- `b.py`\n\nReads:\n- `c.py`", ["a.py", "b.py"]),
    ("Write nothing: this task only reads.", []),
    ("Read: `a.py`", []),
]


@pytest.mark.parametrize(("brief", "paths"), PATHS)
def test_finds_the_declared_paths(brief, paths) -> None:
    assert declared(brief) == paths


def test_a_cast_from_a_document(talk) -> None:
    cast = from_document({"main": {"send": "one by one", "text": "t"}, "workers": {"api": [{"done": "d"}]}})
    assert len(cast(talk(("typed", "A B"))).calls) == 1
    assert cast(talk(("user", "x"))).text == "t"
    assert cast(talk(("begins", BRIEF), kind="agent")).text == "DONE|api|d"


@pytest.mark.parametrize(("send", "count"), [("together", 3), ("twice", 6), ({"first": 2}, 2)])
def test_a_document_names_how_calls_are_sent(talk, send, count) -> None:
    assert len(from_document({"main": {"send": send}})(talk(("typed", "A B C"))).calls) == count


@pytest.mark.parametrize("document", [{"main": {"send": "slowly"}}, {"main": ["x"]}, {"workers": ["x"]}])
def test_a_bad_document_is_refused(document) -> None:
    with pytest.raises(BadScript, match="script's"):
        from_document(document)


def test_rules_answer_what_was_typed_once(talk) -> None:
    rules = Rules([("please", Reply("yes"))], otherwise=lambda conversation: Reply("no"))
    assert rules(talk(("begins", "please go"))).text == "yes"
    assert rules(talk(("begins", "please go"), ("said", "yes"), ("notified", "t1"))).text == "no"
    assert rules(talk(("begins", "commits"))).text == "no"  # nor what the client's reminders say


def test_flaky_fails_first_in_each_conversation(talk) -> None:
    flaky = Flaky(lambda conversation: Reply("ok"), [RATE_LIMITED, OVERLOADED])
    for key in ("a", "b"):
        replies = [flaky(talk(("user", "x"), key=key)) for _ in range(3)]
        assert [reply.failure for reply in replies] == [RATE_LIMITED, OVERLOADED, None]
