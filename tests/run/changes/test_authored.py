"""What of a file is the task's own: what the user wrote into it meanwhile stays out of its commit and its undo."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.run.commits import commit

LINES = "".join(f"line {n}\n" for n in range(1, 21))
USER = ("line 17", "by the user")
AGENT = ("line 3", "by the agent")
AGAIN = ("line 5", "by the agent again")


def replaced(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert f"{old}\n" in text
        text = text.replace(f"{old}\n", f"{new}\n")
    return text


class Play:
    """One agent at work on a.txt, and a user with an editor."""

    def __init__(self, project: Project, before: str = LINES) -> None:
        self.path = project.path / "a.txt"
        self.path.write_bytes(before.encode())
        project.commit_all()
        self.project, self.desk = project, Desk(project.path)
        self.desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["a.txt"]}}))
        self.desk.launch("01")

    @property
    def text(self) -> str:
        return self.path.read_bytes().decode()

    def user(self, *changes: tuple[str, str]) -> None:
        self.path.write_bytes(replaced(self.text, *changes).encode())

    def edit(self, *changes: tuple[str, str], agent: str = "agent-01", formatter: bool = False) -> None:
        """The agent's Edit, as the client does and tells it; perhaps with a formatter of the user's own hooks behind it."""
        for change in changes:
            old, original = self.text, self.text.replace("\r\n", "\n")
            given = {"file_path": str(self.path), "old_string": f"{change[0]}\n", "new_string": f"{change[1]}\n"}
            assert denial(self.desk.tool(agent, "Edit", given)) == ""
            new = replaced(original, change)
            self.path.write_bytes((new.replace("\n", "\r\n") if "\r\n" in old else new).encode())
            response: dict[str, Any] = {
                "filePath": str(self.path),
                "originalFile": original,
                "oldString": given["old_string"],
            }
            response |= {"newString": given["new_string"], "replaceAll": False, "userModified": False}
            self.desk.wrote("Edit", given, response, f"t{self.desk.calls}")
            if formatter:
                self.path.write_text(replaced(self.text, (change[1], f"{change[1]};")))
        self.batch(agent)

    def batch(self, agent: str = "agent-01") -> None:
        self.desk.send("batch", "PostToolBatch", agent_id=agent, tool_calls=[{"tool_name": "Edit"}])

    def bash(self, line: str, *changes: tuple[str, str], bytes_: bytes | None = None) -> None:
        assert denial(self.desk.bash("agent-01", line)) == ""
        self.path.write_bytes(bytes_ if bytes_ is not None else replaced(self.text, *changes).encode())
        self.desk.send(
            "after",
            "PostToolUse",
            agent_id="agent-01",
            tool_name="Bash",
            tool_use_id=f"t{self.desk.calls}",
            tool_input={"command": line},
            tool_response={},
        )
        self.batch()

    def end(self, task: str = "01") -> Play:
        assert self.desk.end(f"agent-{task}", f"DONE|{task}|did it") == {}
        return self

    def committed(self, task: str = "01") -> str:
        commit.task(self.desk.db, str(self.desk.root), self.desk.run, task)
        return self.project.git("show", "HEAD:a.txt")


ORDERS: dict[str, list[Any]] = {
    "the user after the agent": ["edit AGENT", "user"],
    "the user before the agent": ["user", "edit AGENT"],
    "between two edits": ["edit AGENT", "user", "edit AGAIN"],
    "before a command that writes elsewhere": ["edit AGENT", "user", "bash make"],
    "before a command that writes the file": ["edit AGENT", "user", "bash AGAIN"],
    "after a command that names the file": ["named AGENT", "user"],
    "between two that name it": ["named AGENT", "user", "named AGAIN"],
    "between commands": ["edit AGENT", "bash AGAIN", "user", "bash make"],
}


def played(play: Play, order: list[str]) -> tuple[str, ...]:
    changes = {"AGENT": AGENT, "AGAIN": AGAIN}
    for step in order:
        verb, _, what = step.partition(" ")
        if verb == "user":
            play.user(USER)
        elif verb == "edit":
            play.edit(changes[what])
        elif verb == "named":
            play.bash(f"sed -i 's/{changes[what][0]}$/{changes[what][1]}/' a.txt", changes[what])
        else:
            play.bash("make", *([changes[what]] if what in changes else []))
    return tuple(step.partition(" ")[2] for step in order)


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_the_users_lines_stay_out_of_the_commit_and_in_the_tree(project: Project, order: list[str]) -> None:
    play = Play(project)
    played(play, order)
    whole = play.text
    assert "by the user\n" in whole and "by the agent\n" in whole
    play.end()
    assert play.committed() == replaced(whole, USER[::-1])
    assert play.text == whole and project.git("status", "--porcelain") == " M a.txt\n"


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_the_users_lines_survive_the_undo(project: Project, order: list[str]) -> None:
    play = Play(project)
    played(play, order)
    play.end()
    assert project.fanout("undo", f"{play.desk.run}/01").code == 0
    assert play.text == replaced(LINES, USER)


@pytest.mark.parametrize("is_under_way", [True, False])
def test_what_changes_while_another_command_of_the_agent_runs_is_its_own(project: Project, is_under_way: bool) -> None:
    """A build of the agent's goes on as its next command begins; else nobody but the user was at it."""
    play = Play(project)
    play.edit(AGENT)
    if is_under_way:
        assert denial(play.desk.bash("agent-01", "make watch")) == ""
    play.path.write_text(replaced(play.text, USER))
    play.bash("make")
    play.end()
    assert play.committed() == (replaced(LINES, AGENT, USER) if is_under_way else replaced(LINES, AGENT))


def test_a_formatter_behind_each_edit_belongs_to_the_agent(project: Project) -> None:
    """The neighbour: what the user's own hooks make of an edit is no change of the user's."""
    play = Play(project)
    play.edit(AGENT, formatter=True)
    play.user(USER)
    play.edit(AGAIN, formatter=True)
    play.end()
    assert play.committed() == replaced(LINES, (AGENT[0], "by the agent;"), (AGAIN[0], "by the agent again;"))
    assert play.text == replaced(LINES, (AGENT[0], "by the agent;"), (AGAIN[0], "by the agent again;"), USER)


def test_two_edits_in_one_message_are_one_after_the_other(project: Project) -> None:
    play = Play(project)
    play.edit(AGENT, AGAIN)
    play.end()
    assert play.committed() == replaced(LINES, AGENT, AGAIN) and project.git("status", "--porcelain") == ""


def test_a_file_that_the_agent_alone_touched_is_committed_whole(project: Project) -> None:
    play = Play(project)
    play.edit(AGENT)
    play.bash("make", AGAIN)
    play.bash("sed -i s/x/y/ a.txt", USER)
    play.end()
    assert play.committed() == play.text and project.git("status", "--porcelain") == ""


def test_a_line_that_the_user_changed_again_is_the_agents_in_the_commit_and_the_users_in_the_tree(
    project: Project,
) -> None:
    play = Play(project)
    play.edit(AGENT)
    play.user((AGENT[1], "by the user, who knows better"))
    play.end()
    assert play.committed() == replaced(LINES, AGENT)
    assert "by the user, who knows better\n" in play.text and project.git("status", "--porcelain") == " M a.txt\n"
    ran = project.fanout("undo", f"{play.desk.run}/01")
    assert ran.code == 1
    assert "task 01 can't be undone: a.txt was changed in the same lines since" in ran.err
    assert "Nothing was changed." in ran.err and f"`fanout diff {play.desk.run}/01` shows" in ran.err
    assert "by the user, who knows better\n" in play.text and play.desk.state("01") == "done"


def test_a_line_of_the_users_that_the_agent_changed_again_is_the_agents(project: Project) -> None:
    play = Play(project)
    play.user(USER)
    play.edit((USER[1], "by both"))
    play.end()
    assert play.committed() == replaced(LINES, (USER[0], "by both"))


def test_a_chain_of_two_tasks_with_lines_of_the_user_in_each(project: Project) -> None:
    play = Play(project)
    play.edit(AGENT)
    play.user(USER)
    play.end()
    play.desk.launch("02")
    play.edit(AGAIN, agent="agent-02")
    play.user(("line 11", "by the user too"))
    play.end("02")
    both = play.text
    assert project.fanout("commit", "--all").code == 0
    assert project.git("show", "HEAD~1:a.txt") == replaced(LINES, AGENT)
    assert project.git("show", "HEAD:a.txt") == replaced(LINES, AGENT, AGAIN)
    assert play.text == both and project.git("status", "--porcelain") == " M a.txt\n"
    assert project.fanout("undo", f"{play.desk.run}/01").code == 0
    assert play.text == replaced(LINES, AGAIN, USER, ("line 11", "by the user too"))


def test_a_task_that_is_tried_again_leaves_out_what_the_user_wrote_between_the_two(project: Project) -> None:
    play = Play(project)
    play.edit(AGENT)
    play.desk.send("agent-failed", "StopFailure", agent_id="agent-01", error="unknown")
    play.user(USER)
    play.desk.db.execute("UPDATE task SET state = 'pending' WHERE id = '01'")
    play.desk.launch("01", agent="again")
    play.edit(AGAIN, agent="again")
    assert play.desk.end("again", "DONE|01|did it") == {}
    assert play.committed() == replaced(LINES, AGENT, AGAIN)


SHAPES = {
    "crlf": (LINES.replace("\n", "\r\n"), True),
    "no newline at the end": (LINES[:-1], True),
    "a mark at the start": ("\ufeff" + LINES, False),
}


@pytest.mark.parametrize(("before", "is_told_apart"), SHAPES.values(), ids=SHAPES)
def test_line_ends(project: Project, before: str, is_told_apart: bool) -> None:
    """Where texts can't be told for sure, the whole file is the task's, as it always was."""
    play = Play(project, before)
    play.edit(AGENT)
    play.path.write_bytes(play.text.replace(*USER).encode())
    play.edit(AGAIN)
    whole = play.text
    assert USER[1] in whole and AGAIN[1] in whole
    play.end()
    expected = whole.replace(*USER[::-1]) if is_told_apart else whole
    play.committed()
    assert git_bytes(project, "show", "HEAD:a.txt") == expected.encode() and play.text == whole


def git_bytes(project: Project, *args: str) -> bytes:
    return subprocess.run(["git", *args], cwd=project.path, capture_output=True, check=True).stdout


def test_binary_files_are_the_agents_as_it_left_them(project: Project) -> None:
    play = Play(project, "\0a\nb\n")
    play.bash("printf x > a.txt", bytes_=b"\0agent\nb\n")
    play.path.write_bytes(b"\0agent\nuser\n")
    play.end()
    play.committed()
    assert git_bytes(project, "show", "HEAD:a.txt") == b"\0agent\nb\n"
    ran = project.fanout("undo", f"{play.desk.run}/01")
    assert ran.code == 1 and "changed in the same lines since" in ran.err
    assert play.path.read_bytes() == b"\0agent\nuser\n"
