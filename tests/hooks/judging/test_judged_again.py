"""As an agent ends: which waiting tasks are judged again, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.hooks.hook_call import Call
from fanout.hooks.judging import judged_again
from fanout.run.agents import agents
from fanout.run.changes import beyond_declared
from fanout.run.commits import isolated
from fanout.run.evidence import acceptance, evidence, excused_failures, own_checks
from fanout.run.flow import judged_anew
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.store.records import Agent
from fanout.run.tasks import tasks


class Scene:
    """Task 01 could not be judged for what 02 had half done, and 02 is done now."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk, self.patch = desk, monkeypatch
        self.judged: list[tuple[str, str]] = []
        self.noted: list[str] = []
        self.answer: str | Exception = ""
        run = desk.start(plan({"01": {}, "02": {}}))
        with Write(desk.db):
            for task in ("01", "02"):
                agents.bind(desk.db, agents.open_launch(desk.db, "s", "", "", "", run, task), task)
            desk.db.execute("UPDATE task SET state = 'running'")
            tasks.finish(desk.db, run, "02", "done", "did it")
        self.call: Any = type("Call", (Call,), {"db": desk.db, "root": str(desk.root), "__init__": lambda self: None})()
        monkeypatch.setattr(evidence, "gap", self.gap)
        monkeypatch.setattr(excused_failures, "beside", lambda db, root, agent: {})
        for place in (beyond_declared, own_checks):
            monkeypatch.setattr(place, "note", lambda db, *given: self.noted.append(given[-1].task))

    def gap(self, db: Any, root: str, agent: Agent, summary: str, *_: object) -> str:
        self.judged.append((agent.task, summary))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def agent(self, task: str) -> Agent:
        found = agents.last_of_task(self.desk.db, self.desk.run, task)
        assert found is not None
        return found

    def wait(self, **named: Any) -> None:
        """01 ends, and waits."""
        if named:
            journal.note(self.desk.db, "not-judged", self.desk.run, "01", self.agent("01").id, named=named)
        judged_again.note(self.call, self.agent("01"), "made it", acceptance.NotYours("half done beside it.", True))

    def look(self) -> str:
        judged_again.look(self.call, self.agent("02"))
        return self.desk.state("01")


@pytest.fixture
def scene(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(desk, monkeypatch)


def test_what_is_right_by_now_is_done_with_the_agents_own_words(scene: Scene) -> None:
    scene.wait()
    assert scene.desk.state("01") == "blocked" and not scene.agent("01").is_live
    assert scene.look() == "done" and scene.judged == [("01", "made it")] and scene.noted == ["01", "01"]
    assert scene.desk.rows("SELECT outcome FROM task WHERE id = '01'")[0]["outcome"] == "made it"


def test_what_is_wrong_has_failed_with_the_gap(scene: Scene) -> None:
    scene.wait()
    scene.answer = "tests fail"
    assert scene.look() == "failed" and scene.noted == []
    [row] = scene.desk.rows("SELECT outcome FROM task WHERE id = '01'")
    assert row["outcome"] == "said done, but tests fail"


@pytest.mark.parametrize("makers", [("02",), ("02", "03"), ()])
def test_it_is_not_judged_before_all_have_ended_that_make_what_it_misses(scene: Scene, makers: tuple[str, ...]) -> None:
    scene.desk.db.execute("INSERT INTO task (run, id, rank, batch, state, title, agent, estimate, record) VALUES "
                          "(?, '03', 3, 1, 'running', 'x', 'x', 1, '{}')", (scene.desk.run,))  # fmt: skip
    files = {maker: [f"{maker}.py"] for maker in makers}
    told = acceptance.NotYours("`make` can't pass", True, files, "make")
    judged_again.note(scene.call, scene.agent("01"), "made it", told)
    assert scene.look() == ("blocked" if "03" in makers else "done")
    if "03" in makers:  # by now no other
        [row] = scene.desk.rows("SELECT outcome FROM task WHERE id = '01'")
        assert row["outcome"] == "`make` can't pass before 03 is done, which is to make 03.py: it is run again then"


def test_a_maker_that_failed_may_yet_make_it(scene: Scene) -> None:
    """What it left half made does not fail the task that waits for it, whoever else is done meanwhile."""
    scene.desk.db.execute("INSERT INTO task (run, id, rank, batch, state, title, agent, estimate, record) VALUES "
                          "(?, '03', 3, 1, 'failed', 'x', 'x', 1, '{}')", (scene.desk.run,))  # fmt: skip
    told = acceptance.NotYours("`make` can't pass", True, {"03": ["x.py"]}, "make")
    judged_again.note(scene.call, scene.agent("01"), "made it", told)
    assert scene.look() == "blocked" and scene.judged == []
    scene.desk.db.execute("UPDATE task SET state = 'skipped' WHERE id = '03'")
    assert scene.look() == "done"


def test_an_older_run_noted_the_makers_without_their_files(scene: Scene) -> None:
    scene.wait()
    scene.desk.db.execute("UPDATE task SET state = 'pending' WHERE id = '02'")
    facts = {"summary": "made it", "makers": ["02"]}
    journal.note(scene.desk.db, "not-judged", scene.desk.run, "01", scene.agent("01").id, **facts)
    judged_anew.look(scene.desk.db, str(scene.desk.root), scene.desk.run)
    assert scene.desk.state("01") == "blocked"
    scene.desk.db.execute("UPDATE task SET state = 'done' WHERE id = '02'")
    assert scene.look() == "done"


def test_what_it_can_t_be_judged_for_now_is_what_its_outcome_says(scene: Scene) -> None:
    """Before it waited for something else; it is judged again for this too."""
    scene.wait()
    scene.answer = acceptance.NotYours("`make` can't pass before 02", True, {}, "make")
    assert scene.look() == "blocked"
    assert scene.desk.rows("SELECT outcome FROM task WHERE id = '01'")[0]["outcome"] == "`make` can't pass before 02"
    journal.note(scene.desk.db, "not-judged", scene.desk.run, "01", scene.agent("01").id, command="make", named={})
    judged_anew._waits_still(scene.desk.db, scene.agent("01"), "made it", acceptance.NotYours("end once more"))
    scene.answer = ""
    assert scene.look() == "done"


def test_what_was_red_before_is_noted_where_no_agent_hears_it(scene: Scene) -> None:
    scene.wait()
    answers: Iterator[str | Exception] = iter([acceptance.NotYours("red before"), ""])

    def gap(db: Any, root: str, agent: Agent, *_: object) -> str:
        journal.note(db, "red-before", agent.run, agent.task, agent.id, command="make")
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    scene.patch.setattr(evidence, "gap", gap)
    assert scene.look() == "done"
    [row] = scene.desk.rows("SELECT outcome FROM task WHERE id = '01'")
    assert row["outcome"] == "made it (not checked: `make` fails in the same way without its changes)"


@pytest.mark.parametrize("answer", [acceptance.NotYours("x"), acceptance.NoTime()])
def test_what_can_t_be_judged_still_stays_as_it_was(scene: Scene, answer: str | Exception) -> None:
    scene.wait()
    scene.answer = answer
    assert scene.look() == "blocked" and len(scene.judged) == 1 and scene.noted == []


@pytest.mark.parametrize("clash", ["", "it clashes"])
def test_a_worktrees_work_has_to_go_in_first(scene: Scene, clash: str) -> None:
    agents.set_worktree(scene.desk.db, scene.agent("01").id, "/w")
    scene.patch.setattr(isolated, "bring_in", lambda db, root, agent: clash)
    scene.wait()
    assert scene.look() == ("blocked" if clash else "done")


def test_where_nobody_has_a_worktree_nothing_is_brought_in(scene: Scene) -> None:
    scene.patch.setattr(isolated, "bring_in", lambda db, root, agent: "it clashes")
    scene.wait()
    assert scene.look() == "done"


@pytest.mark.parametrize(("half_done", "state"), [({"task 02"}, "blocked"), ({"task 03"}, "done"), (set(), "done")])
def test_while_what_its_checks_named_is_half_done_it_waits(scene: Scene, half_done: set[str], state: str) -> None:
    scene.wait(**{"task 02": ["b.py"]})
    scene.patch.setattr(excused_failures, "beside", lambda db, root, agent: {who: {} for who in half_done})
    assert scene.look() == state and len(scene.judged) == (state == "done")


@pytest.mark.parametrize("case", ["blocked by itself", "asked again", "not done", "at work again", "of no task"])
def test_no_other_task_is_judged(scene: Scene, case: str) -> None:
    db = scene.desk.db
    if case == "blocked by itself":
        with Write(db):
            agents.end(db, scene.agent("01").id, "blocked")
            tasks.finish(db, scene.desk.run, "01", "blocked", "no idea")
    else:
        scene.wait()
    if case == "asked again":  # it was told whose it is, and has not ended since
        journal.note(db, "not-judged", scene.desk.run, "01", scene.agent("01").id, named={})
    if case == "not done":
        db.execute("UPDATE task SET state = 'failed' WHERE id = '02'")
    if case == "at work again":
        db.execute("UPDATE agent SET state = 'running' WHERE task = '01'")
    if case == "of no task":
        judged_again.look(scene.call, agents.get(db, agents.adopt(db, "s", "stranger", "")))
    else:
        scene.look()
    assert scene.judged == [] and scene.desk.state("01") == "blocked"
    assert json.dumps(scene.noted) == "[]"


def test_it_is_looked_at_as_an_agent_ends(scene: Scene) -> None:
    scene.wait()
    scene.desk.db.execute("UPDATE task SET state = 'running' WHERE id = '02'")
    assert scene.desk.end("02", "DONE|02|did it") == {} and scene.desk.state("02") == "done"
    assert scene.judged[-1] == ("01", "made it") and scene.desk.state("01") == "done"
