"""The launch block: which calls it holds, which task a prompt is of, what was handed over and waits for its answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.store import meta
from fanout.run.store.db import Write
from fanout.run.store.records import Task
from fanout.run.tasks import launch_block, pending_launches, tasks, user_words

PROMPTS = [
    ("Run `fanout brief demo-1/01` and follow it.", ("demo-1", "01"), ""),
    ("run fanout brief demo-1/01 and follow it", ("demo-1", "01"), ""),
    ("Run `fanout brief a.b-2/T:1.2` and follow it. Be quick.", ("a.b-2", "T:1.2"), "Be quick."),
    ("First look. Run `fanout brief demo-1/01` and follow it.", ("demo-1", "01"), "First look."),
    ("Do task 01 of demo-1", None, "Do task 01 of demo-1"),
    ("fanout brief demo-1 and follow it", None, "fanout brief demo-1 and follow it"),
    ("x" * 2000 + "Run `fanout brief demo-1/01` and follow it.", None, None),
]


@pytest.mark.parametrize(("prompt", "task", "beyond"), PROMPTS)
def test_the_task_that_a_prompt_is_of_and_what_else_it_says(prompt: str, task: object, beyond: str | None) -> None:
    assert launch_block.task_of(prompt) == task
    if beyond is not None:
        assert launch_block.beyond(prompt) == beyond
    assert launch_block.task_of(launch_block.prompt_of("demo-1", "01")) == ("demo-1", "01")


@pytest.mark.parametrize(
    ("prompt", "task"),
    [
        ("Do `fanout brief demo-1/01` now", ("demo-1", "01")),
        ("cd /x && fanout brief demo-1/T:1.2.", ("demo-1", "T:1.2")),
        ("`fanout brief demo-1/01`, then again `fanout brief demo-1/01`", ("demo-1", "01")),
        ("Compare `fanout brief demo-1/01` with `fanout brief demo-1/02`", None),
        ("Do task 01 of demo-1", None),
    ],
)
def test_the_task_whose_brief_a_prompt_in_other_words_names(prompt: str, task: object) -> None:
    assert launch_block.named_in(prompt) == task


@pytest.mark.parametrize(("more", "cut"), [(-1, 0), (0, 0), (5, 5)])
def test_what_else_a_prompt_says_is_cut(more: int, cut: int) -> None:
    words = "y" * (launch_block.LONGEST_BEYOND + more)
    said = launch_block.beyond(f"{launch_block.prompt_of('r', 't')} {words}")
    assert said == (f"{words[:2000]} ... (cut here: {cut} characters more)" if cut else words)


@pytest.fixture
def three(desk: Desk) -> Desk:
    one = {"title": "Add the model", "agent": "spec:worker", "record": {"model": "opus", "isolation": "worktree"}}
    desk.start(plan({"01": one, "02": {"title": "", "record": {"isolation": "shared"}}, "03": {}}))
    return desk


def of(desk: Desk, *names: str) -> list[Task]:
    return [tasks.get(desk.db, desk.run, name) for name in names]


def test_the_calls_of_a_block(three: Desk) -> None:
    block = launch_block.block(of(three, "01", "02"))
    assert block.startswith(f"{launch_block.OPENING}\n") and block.endswith("\n]}\n```") and block.count("\n") == 5
    first, second = json.loads(block.split("```json\n")[1].split("```")[0])["launch"]
    prompt = "Run `fanout brief demo-1/01` and follow it."
    assert first == {
        "description": "01 Add the model",
        "prompt": prompt,
        "subagent_type": "spec:worker",
        "model": "opus",
        "isolation": "worktree",
    }
    assert second == {
        "description": "02 02",
        "prompt": prompt.replace("01", "02"),
        "subagent_type": "general-purpose",
    }


SHORT = [
    ("a" * 60, "a" * 60),
    ("a" * 61, "a" * 59 + "…"),
    ("one two " * 8, "one two one two one two one two one two one two one two one…"),
    ("a" * 31 + ", " + "b" * 40, "a" * 31 + "…"),
    ("a" * 29 + " " + "b" * 40, "a" * 29 + " " + "b" * 29 + "…"),
    ("a" * 59 + " b", "a" * 59 + "…"),
]


@pytest.mark.parametrize(("text", "short"), SHORT)
def test_a_description_is_cut_between_words(text: str, short: str) -> None:
    assert launch_block._short(text) == short and len(short) <= launch_block.LONGEST_DESCRIPTION


# -- what was handed over ------------------------------------------------------------------------------------------------


def aged(desk: Desk, key: str, seconds: float) -> None:
    at, _, rest = meta.get(desk.db, key).partition(" ")
    meta.put(desk.db, key, f"{float(at) - seconds} {rest}".rstrip())


@pytest.mark.parametrize(
    ("handed", "seconds", "asked", "unsent"),
    [
        (["01", "02"], 0, ["01", "02", "03"], ["01", "02"]),
        (["01", "02"], 59, ["01", "02"], ["01", "02"]),
        (["01", "02"], 61, ["01", "02"], []),
        (["01", "02"], 0, ["01"], []),
        ([], 0, ["01"], []),
    ],
)
def test_what_stands_there_without_an_answer(
    three: Desk, handed: list[str], seconds: float, asked: list[str], unsent: list[str]
) -> None:
    with Write(three.db):
        pending_launches.note(three.db, three.run, of(three, *handed))
    if handed:
        aged(three, f"handed {three.run}", seconds)
    found = pending_launches.unsent(three.db, three.run, of(three, *asked))
    assert [task.id for task in found] == unsent
    assert pending_launches.names(three.db, three.run) == [f"{name}:0" for name in handed]
    assert pending_launches.among(three.db, three.run, of(three, *asked)) == len({*handed} & {*asked})


def test_after_an_answer_or_another_try_it_is_handed_over_anew(three: Desk) -> None:
    with Write(three.db):
        pending_launches.note(three.db, three.run, of(three, "01"))
        three.db.execute("UPDATE task SET attempts = 1 WHERE id = '01'")
        assert pending_launches.unsent(three.db, three.run, of(three, "01")) == []
        pending_launches.note(three.db, three.run, of(three, "01"))
        pending_launches.forget(three.db, three.run)
    assert pending_launches.names(three.db, three.run) == []
    assert pending_launches.unsent(three.db, three.run, of(three, "01")) == []


def test_of_a_message_of_denied_launches_one_names_the_right_ones(three: Desk) -> None:
    def denied(*names: str) -> bool:
        with Write(three.db):
            return pending_launches.denied_with(three.db, three.run, of(three, *names))

    assert [denied("01"), denied("01"), denied("01", "02"), denied("01", "02")] == [True, False, True, False]
    aged(three, f"denied with {three.run}", 21)
    assert denied("01", "02"), "another message by now"
    with Write(three.db):
        pending_launches.message_ended(three.db, three.run)
    assert denied("01", "02")


# -- what the user said --------------------------------------------------------------------------------------------------


def test_the_users_words_come_first_until_they_are_answered(three: Desk, tmp_path: Any) -> None:
    record = str(tmp_path / "none.jsonl")

    def first() -> tuple[bool, bool]:
        return tuple(user_words.come_first(three.db, session, record) for session in ("s1", "s2"))  # type: ignore[return-value]

    assert first() == (False, False)
    with Write(three.db):
        user_words.note(three.db, "s1")
    assert first() == (True, False) and user_words.are_new(three.db, "s1")
    with Write(three.db):
        user_words.answered(three.db, "s1")
        user_words.hold(three.db, "s1")
    assert first() == (True, False) and user_words.is_held(three.db, "s1") and not user_words.are_new(three.db, "s1")
    with Write(three.db):
        user_words.release(three.db, "s1")
    assert first() == (False, False)


@pytest.mark.parametrize(
    ("begun", "is_answer"), [([5.0], True), ([-5.0], False), ([5.0, -5.0], False), ([], False), ([0.0], True)]
)
def test_a_message_that_was_under_way_is_no_answer(three: Desk, begun: list[float], is_answer: bool) -> None:
    """Of one of which no begin is known it is taken that it was, where it comes within a second."""
    with Write(three.db):
        user_words.note(three.db, "s1")
    said = float(meta.get(three.db, user_words.KEY + "s1"))
    assert user_words.is_answer(three.db, "s1", [said + one for one in begun]) is is_answer
    meta.put(three.db, user_words.KEY + "s1", str(said - 10))
    assert user_words.is_answer(three.db, "s1", [])
    assert user_words.is_answer(three.db, "s2", [-1.0]) is False
