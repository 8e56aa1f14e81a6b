"""Which of the client's agent ids are a teammate's, and the name that messages are sent to."""

from __future__ import annotations

import pytest

from fanout.run.agents import team

HEX = "0123456789abcdef"


@pytest.mark.parametrize(
    ("agent_id", "name"),
    [
        (f"acoder-{HEX}", "coder"),
        (f"ax-{HEX}", "x"),
        (f"aa-b-{HEX}", "a-b"),
        ("coder@session-1", "coder"),
        ("a-b@session-1", "a-b"),
        (f"a-{HEX}", None),
        (f"bcoder-{HEX}", None),
        (f"acoder-{HEX[:-1]}", None),
        (f"acoder-{HEX}0", None),
        (f"acoder-{HEX[:-1]}g", None),
        (f"acoder{HEX}", None),
        ("a1b2c3d4", None),
        ("", None),
    ],
)
def test_a_teammates_id(agent_id: str, name: str | None) -> None:
    assert team.is_member(agent_id) is (name is not None)
    assert name is None or team.name_of(agent_id) == name
