"""What Claude has just been told to launch can start, whatever is planned again before the calls come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hooks.desk import Desk, context, denial, launches
from project import Project
from run.plans import plan

from fanout.cli.shared.replan import replan
from fanout.run.store import meta
from fanout.run.tasks import readiness

# 02 and 03 write one file; 03 stands before a long chain, so that a new plan lets it have the file first.
FIVE: dict[str, dict[str, Any]] = {
    "01": {"writes": ["a"]},
    "02": {"writes": ["hot"], "estimate": 5.0},
    "03": {"writes": ["hot"], "estimate": 5.0},
    "04": {"writes": ["d"], "needs": ["03"], "estimate": 60.0},
    "05": {"writes": ["e"], "needs": ["04"], "estimate": 60.0},
}


@pytest.fixture
def handed(desk: Desk) -> Desk:
    """01 and 02 were handed over, and nothing has come of it yet."""
    desk.start(plan(FIVE, cap=2))
    assert launches(context(desk.stop())) == ["01", "02"]
    return desk


def test_a_title_is_handed_over_as_it_is_written(desk: Desk) -> None:
    desk.start(plan({"01": {"title": "Grüße “ja”"}}))
    assert "Grüße “ja”" in context(desk.stop())


def order(desk: Desk) -> list[str]:
    return list(readiness.View(desk.db, desk.run).tasks)


def by_the_planner(desk: Desk) -> None:
    assert replan(desk.db, desk.run)


def by_sync(desk: Desk) -> None:
    assert Project(desk.root).fanout("sync", desk.run).code == 0


@pytest.mark.parametrize("again", [by_the_planner, by_sync])
def test_a_new_order_denies_nothing_that_was_handed_over(handed: Desk, again: Callable[[Desk], None]) -> None:
    again(handed)
    assert order(handed).index("03") < order(handed).index("02"), "the new order has 03 first"
    assert not denial(handed.launch("01")) and not denial(handed.launch("02"))
    assert "waits for 02: both write hot" in denial(handed.launch("03"))


def test_what_is_said_again_is_the_same(handed: Desk) -> None:
    by_the_planner(handed)
    assert launches(Project(handed.root).fanout("next").out) == ["01", "02"]


def test_a_block_without_an_answer_gives_way_to_the_new_order(handed: Desk) -> None:
    by_the_planner(handed)
    assert launches(context(handed.stop())) == ["03", "01"], "Claude ended its turn without launching"
    assert "waits for 03: both write hot" in denial(handed.launch("02"))


def test_the_users_word_stands_over_a_block(handed: Desk) -> None:
    assert launches(Project(handed.root).fanout("first", f"{handed.run}/03").out)[0] == "03"
    assert "waits for 03: both write hot" in denial(handed.launch("02"))


def test_one_that_was_launched_is_handed_over_no_more(handed: Desk) -> None:
    handed.launch("01")
    handed.launch("02")
    handed.end("agent-02", "BLOCKED|02|x")
    Project(handed.root).fanout("retry", f"{handed.run}/02")
    assert readiness.View(handed.db, handed.run).handed == [], "a second attempt is another launch"


@pytest.mark.parametrize(("session", "noted"), [("s1", True), ("", False), ("other", False)])
def test_what_a_command_prints_counts_where_its_conversation_reads_it(desk: Desk, session: str, noted: bool) -> None:
    desk.start(plan(FIVE, cap=2))
    desk.launch("01")
    desk.end("agent-01", "BLOCKED|01|x")
    ran = Project(desk.root).fanout("skip", f"{desk.run}/01", env={"CLAUDE_CODE_SESSION_ID": session})
    assert launches(ran.out) == ["02"]
    assert bool(meta.get(desk.db, f"handed {desk.run}")) == noted
