"""The hooks are on as long as something needs them, and a command that changes files keeps them on until it is through."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.flow import hooks_switch
from fanout.run.store import switch
from fanout.run.store.db import Write

NEEDED: dict[str, tuple[str, bool, bool]] = {
    "a run goes on": ("active", False, True),
    "an agent lives": ("ended", True, True),
    "both": ("active", True, True),
    "neither": ("ended", False, False),
    "a cancelled run": ("cancelled", False, False),
}


def left(desk: Desk, state: str, lives: bool) -> str:
    """A run in this state, and an agent that works or has ended. The root."""
    desk.start(plan({"01": {}}))
    with Write(desk.db):
        number = agents.open_launch(desk.db, "s", "", "", "", desk.run, "01")
        agents.bind(desk.db, number, "one")
        if not lives:
            agents.end(desk.db, number, "gone", "ended")
        desk.db.execute("UPDATE run SET state = ?", (state,))
    return str(desk.root)


@pytest.mark.parametrize("case", NEEDED)
def test_what_needs_the_hooks(desk: Desk, case: str) -> None:
    state, lives, is_needed = NEEDED[case]
    root = left(desk, state, lives)
    assert switch.is_live(root), "the start switched them on"
    assert hooks_switch.is_needed(desk.db, root) is is_needed
    with Write(desk.db):
        hooks_switch.settle(desk.db, root)
    assert switch.is_live(root) is is_needed


@pytest.mark.parametrize("was_on", [True, False])
def test_a_command_keeps_them_on_until_it_is_through(desk: Desk, was_on: bool) -> None:
    root = left(desk, "ended", False)
    if not was_on:
        switch.clear_live(root)
    with hooks_switch.Kept(desk.db, root):
        assert switch.is_live(root)
    assert not switch.is_live(root), "nothing needs them any more"


def test_also_where_it_fails_and_a_run_goes_on(desk: Desk) -> None:
    root = left(desk, "active", False)
    with pytest.raises(ZeroDivisionError), hooks_switch.Kept(desk.db, root):
        raise ZeroDivisionError
    assert switch.is_live(root)
