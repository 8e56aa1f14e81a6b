"""In auto mode an agent gives its last message by a call that ends it: SubagentHandback. Its word is checked before that."""

from __future__ import annotations

from pathlib import Path

import pytest
from client.plugin import Start, with_plugin
from project import Project

from fanout.client.script import Cast, Worker
from fanout.client.session import READY, Session
from fanout.client.terminal import Terminal
from fanout.hooks.hook_call import mapping

LIST = "# Words\n\n- [ ] 1. English (`src/en.txt`)\n- [ ] 2. French (`src/fr.txt`)\n- [ ] 3. Both (`src/both.txt`), needs 1, 2\n"
LIES_ONCE = {"2": [{"done": "written"}, {"declared": True}, {"done": "written now"}]}
LIES = {"2": [{"done": "written"}]}


@pytest.fixture(params=["print", "screen"])
def play(request: pytest.FixtureRequest, start: Start, tmp_path: Path):
    """Plays a list in auto mode with a table for its agents; returns the session."""
    project = Project(tmp_path / "project")
    project.write({"tasks.md": LIST})
    project.commit_all()

    def played(table: dict[str, object], over: str) -> Session:
        session = with_plugin(start, Cast(agent=Worker.from_table(table)), permission_mode="auto", safety_check=True)
        if request.param == "print":
            session.print_mode("/spec:execute tasks.md")
            return session
        with session.interactive() as terminal:
            terminal.wait_for(READY)
            terminal.send("/spec:execute tasks.md")
            terminal.wait_until(lambda: over in main(reads_on(terminal, session)), over, 60)
        return session

    return played


def reads_on(terminal: Terminal, session: Session) -> Session:
    """What auto mode says of a gateway is read, and Enter pressed."""
    if "Enter to continue" in terminal.text:
        terminal.send("")
    return session


def main(session: Session) -> str:
    """All that the main conversation was given."""
    return "\n".join(str(exchange.body) for exchange in session.record.of("main"))


def given_back(session: Session) -> list[str]:
    """Whether each call by which an agent ended was let through, in order, by its message."""
    return [
        str(mapping(call.input, "tool_input")["message"]) for call in session.hook_calls("PostToolUse") if is_one(call)
    ]


def is_one(call) -> bool:
    return bool(call.input.get("tool_name") == "SubagentHandback")


def test_who_lies_is_told_before_it_has_ended(play, tmp_path: Path) -> None:
    session = play(LIES_ONCE, "The run is over")
    assert sorted(given_back(session)) == [
        "DONE|1|wrote the declared files",
        "DONE|2|written now",
        "DONE|3|wrote the declared files",
    ]
    assert (tmp_path / "project" / "src" / "fr.txt").exists()
    said = main(session)
    assert "first do what the user said" not in said and "no result line" not in said
    assert "3 of 3 done" in Project(tmp_path / "project").fanout("report").out


def test_who_lies_to_the_end_has_failed(play, tmp_path: Path) -> None:
    session = play(LIES, "The run stands still")
    assert "2 failed" in main(session)
    report = Project(tmp_path / "project").fanout("report").out
    assert "1 of 3 done" in report and "1 failed" in report
