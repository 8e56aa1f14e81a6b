"""What the user may say to a run: told once to the conversation that leads it."""

from __future__ import annotations

from hooks.desk import Desk
from run.plans import plan

from fanout.run.flow import steering
from fanout.run.store.db import Write
from fanout.run.tasks import readiness, runs


def told(desk: Desk, session: str = "s1") -> str:
    with Write(desk.db):
        return steering.told(desk.db, session, readiness.View(desk.db, desk.run))


def test_the_verbs_are_told_once_to_each_conversation(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    first = told(desk)
    still = steering.IDLE.format(run=desk.run, tasks="01")
    assert first == f"fanout {desk.run}: 0 of 1 done.\n{steering.VERBS.format(run=desk.run, goes_on=still)}"
    assert "`fanout pause demo-1`" in first and told(desk) == f"{still}."
    assert told(desk, "s2") == first
    desk.launch("01")
    assert told(desk) == "" and "The run goes on by itself;" in told(desk, "s3")


def test_a_pause_stands_beside_the_verbs(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    with Write(desk.db):
        runs.pause(desk.db, desk.run, "the user said so")
    assert told(desk).partition("\n")[0] == f"fanout {desk.run}: 0 of 1 done. It is paused: the user said so."
    assert f"The run stands still until `fanout go {desk.run}`;" in told(desk, "s2") and told(desk) == ""


def test_a_conversation_leads_its_own_runs_and_those_of_none(desk: Desk) -> None:
    own, other, nobodys, over = (
        (Desk(desk.root, session), title)
        for session, title in (("s1", "Own"), ("s2", "Other"), ("", "Nobodys"), ("s1", "Over"))
    )
    for each, title in (own, other, nobodys, over):
        each.start(plan({"01": {}}, title=title))
    with Write(over[0].db):
        runs.end(over[0].db, over[0].run, "ended")
    assert steering.of_session(own[0].db, "s1") == ["own-1", "nobodys-1"]
    assert steering.of_session(own[0].db, "s3") == ["nobodys-1"]
