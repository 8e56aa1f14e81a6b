"""What is said of owned files after a command: written twice, by oneself, by the main conversation, by a command under way."""

from __future__ import annotations

import os
import subprocess
import time
from typing import Any

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.changes import latest, owned


@pytest.fixture
def two(desk: Desk) -> Desk:
    Project(desk.root).write({"a.py": "a\n", "b.py": "b\n", "src/deep/b.py": "deep\n"})
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py", "src/**/*.py"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


def begin(desk: Desk, agent: str | None, line: str = "sh script.sh") -> str:
    """A command that names nothing begins; its call."""
    assert not denial(desk.bash(agent, line))
    return f"t{desk.calls}"


def end(desk: Desk, agent: str | None, call: str, line: str = "sh script.sh") -> str:
    who = {"agent_id": agent} if agent else {}
    given: dict[str, Any] = {"tool_name": "Bash", "tool_input": {"command": line}, "tool_use_id": call}
    return context(desk.send("after", "PostToolUse", **given, **who))


def clobber(desk: Desk, agent: str | None, path: str, text: str = "clobbered\n") -> str:
    """A command that writes the path, with both its hooks; what its agent is told."""
    call = begin(desk, agent)
    (desk.root / path).write_text(text)
    return end(desk, agent, call)


def notices(desk: Desk) -> list[str]:
    return [str(row["text"]) for row in desk.rows("SELECT text FROM notice ORDER BY id")]


def test_the_version_that_is_kept_is_the_one_before_the_command(two: Desk) -> None:
    """The owner writes twice, and a stranger's command runs in between and after: nobody is blamed but the last."""
    two.do("agent-02", "b.py", "first\n")
    call = begin(two, "agent-01")
    assert end(two, "agent-01", call) == ""
    two.do("agent-02", "b.py", "second\n")
    call = begin(two, "agent-01")
    assert end(two, "agent-01", call) == "" and notices(two) == []
    assert "b.py of task 02 changed, by no call of task 02" in clobber(two, "agent-01", "b.py")
    kept = [path.read_text() for path in (two.root / ".fanout" / "conflicts").rglob("b.py.kept")]
    assert "second\n" in kept and "first\n" not in kept


def test_the_owner_writes_twice_while_a_command_is_under_way(two: Desk) -> None:
    two.do("agent-02", "b.py", "first\n")
    call = begin(two, "agent-01")
    two.do("agent-02", "b.py", "second\n")
    two.do("agent-02", "b.py", "third\n")
    assert end(two, "agent-01", call) == "" and notices(two) == []


def test_a_change_within_the_clocks_grain_is_seen(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system with a coarse clock a write may leave size and times as they were: what is fresh is read again."""
    began = time.time_ns()

    def stamp(full: str) -> tuple[int, int, int, int]:
        return (os.path.getsize(full), began, began, 1) if os.path.exists(full) else (-1, 0, 0, 0)

    monkeypatch.setattr(latest, "_stamp", stamp)
    monkeypatch.setattr(latest, "FRESH_NS", 10**18)
    two.do("agent-02", "b.py", "aaaa\n")
    call = begin(two, "agent-01")
    (two.root / "b.py").write_text("bbbb\n")
    assert "b.py of task 02 changed" in end(two, "agent-01", call)


@pytest.mark.parametrize("path", ["a.py", "b.py", "src/deep/b.py"])
@pytest.mark.parametrize("again", [False, True])
def test_a_file_that_is_old_is_looked_at_each_time(two: Desk, path: str, again: bool) -> None:
    os.utime(two.root / path, (1e9, 1e9))
    if again:
        end(two, "agent-01", begin(two, "agent-01"))
    other = "agent-02" if path == "a.py" else "agent-01"
    assert f"{path} of task" in clobber(two, other, path)
    assert f"{path} of task" in clobber(two, other, path, "clobbered again\n")


def test_what_ones_own_command_changes_is_nobodys_business(two: Desk) -> None:
    assert clobber(two, "agent-02", "b.py") == "" and clobber(two, "agent-02", "src/deep/b.py") == ""
    assert notices(two) == []


def test_while_the_owners_own_command_runs_nobody_is_blamed(two: Desk) -> None:
    """Both could have written it: that it is not known is said, to no one's charge."""
    own = begin(two, "agent-02", "make generate")
    call = begin(two, "agent-01")
    (two.root / "b.py").write_text("by one of them\n")
    said = end(two, "agent-01", call)
    assert "by no call of task 02" not in said
    end(two, "agent-02", own, "make generate")
    assert not any("by no call of yours" in text for text in notices(two))


@pytest.mark.parametrize("first", ["agent-01", "agent-02"])
def test_an_owners_sed_beside_anothers_command_is_said_to_nobodys_charge(two: Desk, first: str) -> None:
    line = "sed -i s/b/B/ b.py"
    calls = {}
    for agent in (first, "agent-01" if first == "agent-02" else "agent-02"):
        calls[agent] = begin(two, agent, line if agent == "agent-02" else "make test")
    (two.root / "b.py").write_text("B\n")
    said = end(two, "agent-02", calls["agent-02"], line)
    assert said.startswith(
        "b.py belongs to you and changed while calls of yours and of task 01 ran: which of them did it can't"
    )
    assert end(two, "agent-01", calls["agent-01"], "make test") == "" and notices(two) == []


def test_after_the_owners_own_command_a_stranger_is_told_again(two: Desk) -> None:
    assert clobber(two, "agent-02", "b.py", "mine\n") == ""
    assert "b.py of task 02 changed, by no call of task 02" in clobber(two, "agent-01", "b.py")


def test_what_the_main_conversation_has_in_hand_is_looked_at(two: Desk) -> None:
    assert two.do(None, "main.txt", "by main\n") == {}
    assert "main.txt of the main conversation changed, by no call of" in clobber(two, "agent-01", "main.txt")
    assert any("main.txt belongs to you and changed while a command of task 01 ran" in text for text in notices(two))


def test_a_command_of_the_main_conversation_is_a_command(two: Desk) -> None:
    assert "b.py of task 02 changed, by no call of task 02" in clobber(two, None, "b.py")
    assert any("while a command of the main conversation ran" in text for text in notices(two))


def test_declared_by_a_pattern_is_owned_before_it_is_written(two: Desk) -> None:
    assert "src/deep/b.py of task 02 changed" in clobber(two, "agent-01", "src/deep/b.py")
    assert clobber(two, "agent-01", "src/deep/notes.md") == "", "no file of the pattern"


def test_a_file_that_is_taken_away_is_told_too(two: Desk) -> None:
    call = begin(two, "agent-01")
    (two.root / "b.py").unlink()
    assert "b.py of task 02" in end(two, "agent-01", call)
    kept = [path.read_text() for path in (two.root / ".fanout" / "conflicts").rglob("b.py.kept")]
    assert kept == ["b\n"]


def test_a_background_process_is_no_owner_of_what_comes_later(two: Desk) -> None:
    line = "node server.js & sleep 1"
    call = begin(two, "agent-01", line)
    assert end(two, "agent-01", call, line) == ""
    two.do("agent-02", "b.py", "by 02\n")
    assert end(two, "agent-01", begin(two, "agent-01")) == "" and notices(two) == []


@pytest.mark.parametrize("share", [1, 2])
def test_of_many_files_each_owner_has_its_share(desk: Desk, monkeypatch: pytest.MonkeyPatch, share: int) -> None:
    names = {f"{part}/{n}.py": "x\n" for part in ("one", "two") for n in range(5)}
    Project(desk.root).write(names)
    desk.start(plan({"01": {"writes": ["one/**"]}, "02": {"writes": ["two/**"]}}))
    desk.launch("01")
    desk.launch("02")
    monkeypatch.setattr(owned, "MOST_FILES", 2 * share)
    (one, _) = agents.live(desk.db)
    found = owned.by_all(desk.db, desk.naming, one)
    assert sorted(name[:3] for name in found.files) == ["one"] * share + ["two"] * share
    assert sorted(name[:3] for name in found.others) == ["two"] * share


def test_git_for_real_is_judged_like_any_command(two: Desk) -> None:
    """What a commit takes in is in test_at_stake; a command that git starts is a command."""
    project = Project(two.root)
    project.commit_all()
    (two.root / "hook.sh").write_text("echo formatted > b.py\n")
    call = begin(two, "agent-01", "sh hook.sh")
    subprocess.run(["sh", "hook.sh"], cwd=two.root, check=True)
    assert "b.py of task 02 changed, by no call of task 02" in end(two, "agent-01", call, "sh hook.sh")


def test_what_the_owners_program_made_since_is_its_own(two: Desk) -> None:
    """A file that its plan declares and no hook saw: a generator of the owner's made it."""
    (two.root / "src" / "made.py").write_text("by a program of 02\n")
    assert "src/made.py of task 02 changed" in clobber(two, "agent-01", "src/made.py")
    kept = [path.read_text() for path in (two.root / ".fanout" / "conflicts").rglob("made.py.kept")]
    assert kept == ["by a program of 02\n"]


def test_what_an_agent_wrote_comes_before_what_it_may_write(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more files than are looked at, those that its calls wrote are."""
    monkeypatch.setattr(owned, "MOST_FILES", 2)
    for name in ("zz.txt", "yy.txt"):
        assert two.do("agent-02", name) == {}
    one, other = agents.live(two.db)
    found = owned.by_all(two.db, two.naming, one)
    assert [name for name, agent in found.files.items() if agent.id == other.id] == ["yy.txt"]


def test_what_changed_before_its_owner_ended_is_judged_then(two: Desk) -> None:
    """The command goes on after the owner's end: what it took is told to both, and kept."""
    two.do("agent-02", "b.py", "by 02\n")
    call = begin(two, "agent-01")
    (two.root / "b.py").write_text("clobbered\n")
    two.end("agent-02", "DONE|02|made")
    assert "b.py of task 02 changed, by no call of task 02" in " ".join(notices(two))
    kept = [path.read_text() for path in (two.root / ".fanout" / "conflicts").rglob("b.py.kept")]
    assert kept == ["by 02\n"]
    assert "b.py of task 02" in end(two, "agent-01", call)


@pytest.mark.parametrize("response", ["done", {}, {"originalFile": 3}, {"updated_file": None, "original_file": "b\n"}])
@pytest.mark.parametrize("tool", ["NotebookEdit", "Edit"])
def test_an_owners_write_that_nothing_is_told_of_is_laid_at_nobodys_door(two: Desk, tool: str, response: Any) -> None:
    """Neither its arguments nor what the client answers say what it left."""
    call = begin(two, "agent-01", "make test")
    field = "notebook_path" if tool == "NotebookEdit" else "file_path"
    given: dict[str, object] = {field: str(two.root / "b.py"), "new_source": "by 02"}
    assert not denial(two.tool("agent-02", tool, given))
    (two.root / "b.py").write_text("by 02\n")
    two.wrote(tool, given, response, f"t{two.calls}")
    said = end(two, "agent-01", call, "make test")
    assert "by no call of" not in said and not any("by no call of" in text for text in notices(two))


HEREDOC = "cat > b.py <<'END'\nfirst\nEND"


def test_a_file_that_the_owners_line_has_emptied_and_not_filled_yet_is_nobodys_change(two: Desk) -> None:
    """A shell empties a file before it writes it: a look in between sees neither."""
    own = begin(two, "agent-02", HEREDOC)
    call = begin(two, "agent-01")
    (two.root / "b.py").write_text("")
    assert end(two, "agent-01", call) == ""
    (two.root / "b.py").write_text("first\n")
    assert end(two, "agent-02", own, HEREDOC) == "" and notices(two) == []
    call = begin(two, "agent-01")
    assert end(two, "agent-01", call) == "" and notices(two) == []


def test_a_file_that_stays_empty_is_told_when_the_owners_line_is_through(two: Desk) -> None:
    own = begin(two, "agent-02", HEREDOC)
    call = begin(two, "agent-01")
    (two.root / "b.py").write_text("")
    assert end(two, "agent-01", call) == ""
    end(two, "agent-02", own, HEREDOC)
    call = begin(two, "agent-01")
    assert "b.py" in end(two, "agent-01", call) + "".join(notices(two))


@pytest.mark.parametrize("line", ["make generate", "true > b.py"])
def test_an_empty_file_that_no_line_of_the_owners_is_to_fill_is_told_at_once(two: Desk, line: str) -> None:
    begin(two, "agent-02", line)
    call = begin(two, "agent-01")
    (two.root / "b.py").write_text("")
    told = end(two, "agent-01", call) + "".join(notices(two))
    assert ("b.py" in told) is (line != "true > b.py"), "what it empties it may leave empty"
