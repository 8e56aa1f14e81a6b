"""Which command of its own a result line names, and how that ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanout.run.evidence import named_commands

PYTEST = "python3 -m pytest -q tests"


def record(folder: Path, *ran: tuple[str, bool | None]) -> str:
    """The main conversation's, beside which the agent's stands; None: the command has not ended."""
    place = folder / "s1" / "subagents" / "agent-a.jsonl"
    place.parent.mkdir(parents=True)
    lines = []
    for number, (command, is_right) in enumerate(ran):
        call = {"type": "tool_use", "id": f"t{number}", "name": "Bash", "input": {"command": command}}
        lines.append({"type": "assistant", "message": {"content": [call]}})
        if is_right is not None:
            result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": "x", "is_error": not is_right}
            lines.append({"type": "user", "message": {"content": [result]}})
    place.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    return str(folder / "s1.jsonl")


NAMED = {
    "whole": (PYTEST, f"I ran {PYTEST}: 4 passed, nothing to fix"),
    "in backticks": (PYTEST, f"`{PYTEST}` passes"),
    "in a line of several": (f"cd /p && {PYTEST} 2>&1 | tail -5", f"ran {PYTEST}, 4 passed"),
    "without its last words": (PYTEST, "python3 -m pytest: 4 passed"),
    "by its name": (PYTEST, "pytest: 4 passed, nothing to fix"),
    "another program": ("npm run lint -- --quiet", "npm run lint finds nothing"),
}


@pytest.mark.parametrize("case", NAMED)
@pytest.mark.parametrize("is_right", [True, False])
def test_a_command_that_it_ran(tmp_path: Path, case: str, is_right: bool) -> None:
    command, said = NAMED[case]
    assert named_commands.named(record(tmp_path, (command, is_right)), "a", said) == (command, is_right)


NOT_NAMED = {
    "it ran another": ("npm run lint", "npm run test: all pass"),
    "nothing is named": (PYTEST, "everything is fine"),
    "a word that is longer": ("git log", "git logs are fine"),
    "only moved": ("cd tests", "looked at cd tests"),
    "only said": ("echo npm test", "echo npm test"),
    "a module of the same program": (PYTEST, "python3 -m mypy: fine"),
}


@pytest.mark.parametrize("case", NOT_NAMED)
def test_what_it_never_ran_is_none(tmp_path: Path, case: str) -> None:
    command, said = NOT_NAMED[case]
    assert named_commands.named(record(tmp_path, (command, True)), "a", said) is None


def test_its_last_outcome_counts(tmp_path: Path) -> None:
    place = record(tmp_path, ("npm test", False), ("npm test", True), ("ls", True))
    assert named_commands.named(place, "a", "npm test passes") == ("npm test", True)


def test_one_that_has_not_ended_is_none(tmp_path: Path) -> None:
    assert named_commands.named(record(tmp_path, ("npm test", None)), "a", "npm test passes") is None


def test_where_there_is_no_record(tmp_path: Path) -> None:
    assert named_commands.named(str(tmp_path / "none.jsonl"), "a", "npm test passes") is None
