"""What a NEEDS of an agent makes of the plan: what its task may write, what it waits for, and its place in the order."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.store import journal, planned
from fanout.run.store.db import Write
from fanout.run.tasks import scope, tasks


def needing(desk: Desk, given: dict[str, dict[str, Any]], text: str, state: str = "blocked") -> bool:
    """The run of these tasks, the first of which has ended with NEEDS."""
    desk.start(plan(given))
    with Write(desk.db):
        desk.db.execute("UPDATE task SET state = ? WHERE id = '01'", (state,))
        return scope.need(desk.db, desk.naming, desk.run, "01", text)


def writes(desk: Desk) -> list[str]:
    return list(tasks.record(tasks.get(desk.db, desk.run, "01"))["writes"])


TEXTS = [
    ("src/app.py, to register the route", ["a.py", "src/app.py"]),
    ("`src/app.py`, why", ["a.py", "src/app.py"]),
    ("'src/app.py'", ["a.py", "src/app.py"]),
    ("Makefile, why", ["a.py", "Makefile"]),
    ("./x, why", ["a.py", "x"]),
    ("a name without a dot, why", None),
    ("nothing, why", None),
    ("the file src/app.py, why", None),
    ("src/*.py, why", None),
    ("a|b.py, why", None),
    ("what.py?, why", None),
    ("", None),
    (", why", None),
    ("../x.py, why", None),
    (".fanout/state.db, why", None),
    (".git/config, why", None),
]


@pytest.mark.parametrize(("text", "wanted"), TEXTS)
def test_which_path_a_need_names(desk: Desk, text: str, wanted: list[str] | None) -> None:
    (desk.root / "Makefile").write_text("all:\n")
    assert needing(desk, {"01": {"writes": ["a.py"]}}, text) is (wanted is not None)
    assert writes(desk) == (wanted or ["a.py"])
    assert desk.state("01") == ("pending" if wanted else "blocked")
    noted = journal.events(desk.db, desk.run, "scope-widened")
    assert [(one.task, one.facts["path"]) for one in noted] == ([("01", wanted[-1])] if wanted else [])
    declared = [one.pattern for one in planned.writes_of(desk.db, desk.run, "01")]
    assert sorted(declared) == sorted(wanted or ["a.py"])


def test_the_same_need_is_met_once(desk: Desk) -> None:
    assert needing(desk, {"01": {"writes": ["a.py"]}}, "b.py, why")
    with Write(desk.db):
        desk.db.execute("UPDATE task SET state = 'blocked'")
        assert not scope.need(desk.db, desk.naming, desk.run, "01", "b.py, again")
        assert scope.need(desk.db, desk.naming, desk.run, "01", "c.py, too")
    assert writes(desk) == ["a.py", "b.py", "c.py"]


@pytest.mark.parametrize("state", ["pending", "running", "done", "failed", "cancelled"])
def test_only_who_has_ended_with_it_gets_it(desk: Desk, state: str) -> None:
    assert not needing(desk, {"01": {"writes": ["a.py"]}}, "b.py, why", state)
    assert writes(desk) == ["a.py"] and planned.hazards(desk.db, desk.run) == []


# The other tasks, what task 01 needs; with whom that is a conflict, whom 01 waits for, and the order then.
ORDERS: dict[str, tuple[dict[str, dict[str, Any]], str, list[str], list[str], str]] = {
    "nobody's": ({"02": {"writes": ["b.py"]}}, "c.py", [], [], "01 02"),
    "to be written": ({"02": {"writes": ["b.py"]}, "03": {"writes": ["c.py"]}}, "c.py", ["03"], ["03"], "03 01 02"),
    "by a pattern": ({"02": {}, "03": {"writes": ["src/**"]}}, "src/c.py", ["03"], ["03"], "03 01 02"),
    "to be read": ({"02": {"reads": ["c.py"]}}, "c.py", ["02"], [], "01 02"),
    "at work": ({"02": {"writes": ["c.py"], "state": "running"}}, "c.py", ["02"], [], "01 02"),
    "written": ({"02": {"writes": ["c.py"], "state": "done"}}, "c.py", [], [], "01 02"),
    "failed": ({"02": {"writes": ["c.py"], "state": "failed"}}, "c.py", [], [], "01 02"),
    "by two": (
        {"02": {"writes": ["c.py"]}, "03": {"writes": ["c.py"]}, "04": {}},
        "c.py",
        ["02", "03"],
        ["02", "03"],
        "02 03 01 04",
    ),
    "by two in another order": (
        {"02": {}, "05": {"writes": ["c.py"]}, "03": {"writes": ["c.py"]}, "04": {}},
        "c.py",
        ["03", "05"],
        ["03", "05"],
        "05 03 01 02 04",
    ),
    "by one that waits for it": ({"02": {"writes": ["c.py"], "needs": ["01"]}}, "c.py", ["02"], [], "01 02"),
    "by one far behind it": (
        {"02": {"needs": ["01"]}, "03": {"writes": ["c.py"], "needs": ["02"]}},
        "c.py",
        ["03"],
        [],
        "01 02 03",
    ),
    "by one that needs others": (
        {"02": {}, "03": {"writes": ["c.py"], "needs": ["04", "05"]}, "04": {"needs": ["05"]}, "05": {}},
        "c.py",
        ["03"],
        ["03"],
        "05 04 03 01 02",
    ),
}


@pytest.mark.parametrize("case", ORDERS)
def test_what_a_need_changes_in_the_order(desk: Desk, case: str) -> None:
    others, path, conflicts, waits, order = ORDERS[case]
    assert needing(desk, {"01": {"writes": ["a.py"]}, **others}, f"{path}, why")
    new = [one for one in planned.hazards(desk.db, desk.run) if "01" in (one.task, one.other)]
    assert sorted({name for one in new for name in (one.task, one.other)} - {"01"}) == conflicts
    assert {(one.kind, one.witness) for one in new} <= {("write-write", path)}
    assert planned.needs_of(desk.db, desk.run, "01") == waits
    ranked = sorted(tasks.all_of(desk.db, desk.run), key=lambda one: one.rank)
    assert " ".join(one.id for one in ranked) == order
