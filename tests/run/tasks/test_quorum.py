"""A run that needs only some of its tasks: when it is decided."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.tasks import quorum, readiness


@pytest.mark.parametrize(("joined", "many"), [("all", None), ("any", 1), ("1", 1), ("3", 3)])
def test_how_many_are_enough(joined: str, many: int | None) -> None:
    assert quorum.enough(joined) == many


@pytest.mark.parametrize(
    ("join", "states", "decided"),
    [
        ("all", ("done", "done"), False),
        ("any", ("pending", "failed"), False),
        ("any", ("done", "pending"), True),
        (2, ("done", "skipped"), False),
        (2, ("done", "done", "running"), True),
    ],
)
def test_when_a_run_needs_no_more(desk: Desk, join: object, states: tuple[str, ...], decided: bool) -> None:
    given = plan({f"0{place}": {"state": state} for place, state in enumerate(states)})
    given["document"]["policy"]["join"] = join
    desk.start(given)
    assert quorum.is_decided(readiness.View(desk.db, desk.run)) is decided
