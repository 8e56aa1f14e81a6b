"""Acceptance that fails for what the task did not do: half-done siblings, and what was red before."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.evidence import apart

SUITE = (
    "for f in src/*.sh; do bash -n $f || exit 1; done; bad=0; "
    "for t in tests/*.sh; do bash $t || { echo FAILED $t; bad=1; }; done; exit $bad"
)
FILES = {
    "src/add.sh": "add() { echo 0; }\n",
    "src/mul.sh": "mul() { echo 0; }\n",
    "tests/add.sh": ". src/add.sh; [ $(add 1 2) = 3 ]\n",
    "tests/other.sh": "true\n",
}
RIGHT, WRONG, HALF = "add() { echo $(($1 + $2)); }\n", "add() { echo 1; }\n", "mul() { echo $((\n"


def begin(project: Project, files: dict[str, str] | None = None, is_git: bool = True, **record: Any) -> Desk:
    project.write({**FILES, **(files or {})})
    if is_git:
        project.commit_all()
    desk = Desk(project.path)
    record = {"accept": [{"command": SUITE}], **record}
    desk.start(plan({"A": {"writes": ["src/add.sh"], "record": record}, "B": {"writes": ["src/mul.sh"]}}))
    desk.launch("A")
    desk.launch("B")
    return desk


def sent_back(desk: Desk, task: str = "A") -> str:
    return str(desk.end(f"agent-{task}", f"DONE|{task}|it works").get("reason", ""))


@pytest.mark.parametrize("is_git", [True, False])
def test_a_siblings_half_done_file_stands_in_nobodys_way(project: Project, is_git: bool) -> None:
    desk = begin(project, is_git=is_git)
    desk.do("agent-A", "src/add.sh", RIGHT)
    desk.do("agent-B", "src/mul.sh", HALF)
    assert sent_back(desk) == "" and desk.state("A") == "done"
    [event] = desk.rows("SELECT data FROM event WHERE kind = 'judged-apart'")
    assert '"without": ["task B"]' in event["data"]
    assert "passes in a copy without the unfinished work of task B" in desk.notify("agent-A")
    assert (project.path / "src/mul.sh").read_text() == HALF, "the sibling's file is not touched"


def test_what_is_wrong_of_its_own_is_still_sent_back(project: Project) -> None:
    desk = begin(project)
    desk.do("agent-A", "src/add.sh", WRONG)
    desk.do("agent-B", "src/mul.sh", HALF)
    for _ in range(2):
        said = sent_back(desk)
        assert "also in a copy without the unfinished work of task B (src/mul.sh of task B, half done just now" in said
        assert "FAILED tests/add.sh" in said
    assert sent_back(desk) == "" and desk.state("A") == "failed"


def test_a_file_that_its_owner_says_is_done_is_judged_as_it_is(project: Project) -> None:
    desk = begin(project)
    desk.do("agent-A", "src/add.sh", RIGHT)
    desk.do("agent-B", "src/mul.sh", HALF)
    assert sent_back(desk, "B") == "" and desk.state("B") == "done"
    assert "src/mul.sh" in sent_back(desk), "there is nobody left to wait for"


def test_what_a_failed_sibling_left_behind_counts_as_half_done(project: Project) -> None:
    desk = begin(project)
    desk.do("agent-A", "src/add.sh", RIGHT)
    desk.do("agent-B", "src/mul.sh", HALF)
    desk.end("agent-B", "BLOCKED|B|no time")
    assert sent_back(desk) == "" and desk.state("A") == "done"


def test_what_was_red_before_is_said_and_fails_nobody(project: Project) -> None:
    desk = begin(project, {"tests/other.sh": "echo odd; false\n"})
    desk.do("agent-A", "src/add.sh", RIGHT)
    said = sent_back(desk)
    assert "exits 1, and was red before you began, in the same way" in said and "FAILED tests/other.sh" in said
    assert "end once more with the same line" in said
    assert sent_back(desk) == "" and desk.state("A") == "done"
    assert "fails as it did before the task began" in desk.notify("agent-A")
    [row] = desk.rows("SELECT bounces FROM task WHERE id = 'A'")
    assert row["bounces"] == 0


@pytest.mark.parametrize(
    ("files", "work", "record"),
    [
        ({}, WRONG, {}),  # what its own file is to make green
        ({"tests/add.sh": "true\n", "tests/all.sh": ". src/add.sh; [ $(add 1 2) = 3 ]\n"}, WRONG, {}),
        ({"tests/other.sh": "false\n"}, RIGHT, {"title": "Fix the failing suite"}),
        ({"tests/other.sh": "false\n"}, RIGHT, {"accept": [{"command": "bash tests/other.sh; exit 1"}]}),
        ({"tests/other.sh": "[ -e src/new.sh ] && echo broken && exit 1; echo odd; false\n"}, None, {}),
    ],
)
def test_what_the_task_is_to_get_right_or_broke_is_sent_back(
    project: Project, files: dict[str, str], work: str | None, record: dict[str, Any]
) -> None:
    desk = begin(project, files, **record)
    desk.do("agent-A", "src/add.sh", work or RIGHT)
    if work is None:
        desk.do("agent-A", "src/new.sh", "true\n")
    assert "is not done: `" in sent_back(desk)


def test_where_no_copy_can_be_had_it_is_said_whose_and_nobody_fails(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "MOST_FILES", 0)
    desk = begin(project)
    desk.do("agent-A", "src/add.sh", RIGHT)
    desk.do("agent-B", "src/mul.sh", HALF)
    for _ in range(2):
        assert "its output names src/mul.sh of task B, half done just now" in sent_back(desk)
    assert sent_back(desk) == "" and desk.state("A") == "blocked"
    assert f"`fanout done {desk.run}/A` judges this task again" in desk.notify("agent-A")
    [row] = desk.rows("SELECT bounces FROM task WHERE id = 'A'")
    assert row["bounces"] == 0
