"""Acceptance that fails for what the task did not do: half-done siblings, and what was red before."""

from __future__ import annotations

import os
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.evidence import excused_failures, tree_without_others

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


def begin(
    project: Project, files: dict[str, str] | None = None, own: str = "src/add.sh", is_git: bool = True, **record: Any
) -> Desk:
    project.write({**FILES, **(files or {})})
    if is_git:
        project.commit_all()
    desk = Desk(project.path)
    record = {"accept": [{"command": SUITE}], **record}
    desk.start(plan({"A": {"writes": [own], "record": record}, "B": {"writes": ["src/mul.sh"]}}))
    for path in [project.path, *project.path.rglob("*")]:
        os.utime(path, (1, 1))  # long before the agents
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


def test_what_a_done_sibling_left_red_is_named_and_not_called_red_before(project: Project) -> None:
    desk = begin(project)
    desk.do("agent-A", "src/add.sh", RIGHT)
    desk.do("agent-B", "src/mul.sh", HALF)
    assert sent_back(desk, "B") == "" and desk.state("B") == "done"
    said = sent_back(desk)
    assert "exits 1, and does so in the same way without your changes" in said and "red before" not in said
    assert "names no file of your task (src/mul.sh, last changed by task B)" in said
    assert sent_back(desk) == "" and desk.state("A") == "done"
    assert "A done, not checked: it works (not checked:" in desk.notify("agent-A")
    assert (
        "fails in the same way without its changes"
        in desk.rows("SELECT outcome FROM task WHERE id = 'A'")[0]["outcome"]
    )


def test_what_a_stranger_changed_meanwhile_is_not_called_red_before(project: Project) -> None:
    desk = begin(project)
    desk.do("agent-A", "src/add.sh", RIGHT)
    project.write({"tests/other.sh": "echo odd; false\n"})
    assert "exits 1, and does so in the same way without your changes" in sent_back(desk)


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


COUNTS = (
    "n=0; for t in tests/*.sh; do bash $t || { echo FAIL: $t; n=$((n + 1)); }; done; "
    '[ $n = 0 ] || { echo "FAILED (failures=$n)"; echo "$n failed, 0 errors"; exit 1; }'
)


def test_a_suite_that_counts_less_red_than_before_was_red_before(project: Project) -> None:
    desk = begin(project, {"tests/other.sh": "echo odd; false\n"}, accept=[{"command": COUNTS}])
    desk.do("agent-A", "src/add.sh", RIGHT)
    assert "was red before you began, in the same way" in sent_back(desk), "of two failures one is left"
    assert sent_back(desk) == "" and desk.state("A") == "done"


def begin_with_pytest(project: Project) -> Desk:
    """A suite in which a test was written before what it tests: pytest stops at its import."""
    files = {
        "src/__init__.py": "",
        "src/add.py": "def add(a, b):\n    return 0\n",
        "tests/test_add.py": "from src.add import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
        "tests/test_later.py": "from src.later import later\n\n\ndef test_later():\n    assert later()\n",
    }
    suite = f"{sys.executable} -m pytest -q -p no:cacheprovider tests"
    return begin(project, files, "src/add.py", accept=[{"command": suite}])


def test_a_test_that_cant_be_collected_yet_hides_none_that_is_red(project: Project) -> None:
    """Before, the suite stopped at the same import without the task's changes, and the task was done."""
    desk = begin_with_pytest(project)
    desk.do("agent-A", "src/add.py", "def add(a, b):\n    return 1\n")
    said = sent_back(desk)
    assert "before it runs a test, as not all can be collected; with --continue-on-collection-errors it exits 1" in said
    assert "FAILED tests/test_add.py::test_add" in said


def test_what_cant_be_collected_without_the_task_either_fails_nobody(project: Project) -> None:
    desk = begin_with_pytest(project)
    desk.do("agent-A", "src/add.py", "def add(a, b):\n    return a + b\n")
    said = sent_back(desk)
    assert "was red before you began, in the same way" in said or "does so in the same way without your changes" in said
    assert "tests/test_later.py" in said and sent_back(desk) == "" and desk.state("A") == "done"


@pytest.mark.parametrize(
    ("tool", "is_excused"),
    [(".venv/bin/suite", True), ("node_modules/.bin/suite", True), ("gradlew", True), ("tests/suite", False)],
)
def test_a_program_that_is_installed_in_the_project_is_no_test_that_the_command_names(
    project: Project, tool: str, is_excused: bool
) -> None:
    suite = f"#!/bin/sh\n{SUITE}\n".replace("tests/*.sh; do bash", "tests/*.sh; do sh").replace("bash -n", "sh -n")
    desk = begin(project, {"tests/other.sh": "echo odd; false\n", tool: suite}, accept=[{"command": f"sh ./{tool}"}])
    desk.do("agent-A", "src/add.sh", RIGHT)
    assert ("was red before you began" in sent_back(desk)) == is_excused


SUMS = [
    # what is said now, what was said before, whether that is no more
    ("FAILED (errors=1)", "FAILED (failures=1, errors=1)", True),
    ("FAILED (failures=1)", "FAILED (failures=2)", True),
    ("FAILED (failures=2)", "FAILED (failures=1)", False),
    ("FAILED (failures=1)", "FAILED (errors=1)", False),
    ("==== 1 failed, 3 passed in 0.12s ====", "==== 2 failed, 2 passed, 1 error in 0.40s ====", True),
    ("==== 1 failed, 3 passed in 0.12s ====", "==== 1 failed in 0.40s ====", True),
    ("==== 2 failed, 3 passed in 0.12s ====", "==== 1 failed, 4 passed in 0.40s ====", False),
    ("Tests:       1 failed, 3 passed, 4 total", "Tests:       2 failed, 2 passed, 4 total", True),
    ("# fail 1", "# fail 2", True),
    ("test result: FAILED. 3 passed; 1 failed; 0 ignored", "test result: FAILED. 2 passed; 2 failed; 0 ignored", True),
    ("4 examples, 1 failure", "4 examples, 2 failures", True),
    ("Found 3 errors in 2 files", "Found 2 errors in 2 files", False),
    ("AssertionError: 1 != 2", "AssertionError: 3 != 2", False),
    ("something else", "FAILED (failures=1)", False),
]


@pytest.mark.parametrize(("now", "before", "expected"), SUMS)
def test_what_sums_up_as_no_more_red_than_before(project: Project, now: str, before: str, expected: bool) -> None:
    desk = begin(project)
    [agent] = [one for one in agents.live(desk.db) if one.task == "A"]
    found = excused_failures._is_no_more(desk.db, str(project.path), agent, now.encode(), before.encode())
    assert found == expected


def test_a_suite_that_counts_more_red_than_before_is_sent_back(project: Project) -> None:
    odd = "n=1; [ -s src/more.txt ] && n=2; echo $n problems; false\n"
    desk = begin(project, {"tests/other.sh": odd, "src/more.txt": ""})
    desk.do("agent-A", "src/add.sh", RIGHT)
    desk.do("agent-A", "src/more.txt", "x\n")
    assert "red before" not in sent_back(desk) and desk.state("A") == "running"


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
    monkeypatch.setattr(tree_without_others, "MOST_FILES", 0)
    desk = begin(project)
    desk.do("agent-A", "src/add.sh", RIGHT)
    desk.do("agent-B", "src/mul.sh", HALF)
    for _ in range(2):
        assert "its output names src/mul.sh of task B, half done just now" in sent_back(desk)
    assert sent_back(desk) == "" and desk.state("A") == "blocked"
    told = desk.notify("agent-A")
    assert f"when it is done, this task is judged again; `fanout done {desk.run}/A` does it at once" in told
    [row] = desk.rows("SELECT bounces FROM task WHERE id = 'A'")
    assert row["bounces"] == 0


@pytest.mark.parametrize(
    ("own", "end", "state"),
    [
        (RIGHT, "DONE|B|did it", "done"),
        (WRONG, "DONE|B|did it", "failed"),
        (RIGHT, "BLOCKED|B|no", "blocked"),
    ],
)
def test_what_could_not_be_judged_is_judged_as_the_sibling_ends(
    project: Project, monkeypatch: pytest.MonkeyPatch, own: str, end: str, state: str
) -> None:
    monkeypatch.setattr(tree_without_others, "MOST_FILES", 0)
    desk = begin(project)
    desk.do("agent-A", "src/add.sh", own)
    desk.do("agent-B", "src/mul.sh", HALF)
    for _ in range(3):
        sent_back(desk)
    assert desk.state("A") == "blocked"
    desk.notify("agent-A")
    desk.do("agent-B", "src/mul.sh", "mul() { echo $(($1 * $2)); }\n" if "DONE" in end else HALF)
    desk.end("agent-B", end)
    assert desk.state("A") == state
    told = desk.notify("agent-B")
    assert ("A done: it works" in told) == (state == "done")
    assert ("A failed: its check failed" in told) == (state == "failed")


# -- in a worktree of its own ---------------------------------------------------------------------------------------------

IGNORED = ".claude/\ntools/\n"


class Apart(Desk):
    """Task A has a worktree, made as the client makes one; B works in the project."""

    place: Path

    def begin(self, project: Project, files: dict[str, str] | None = None, command: str = SUITE) -> Apart:
        project.write({**FILES, ".gitignore": IGNORED, **(files or {})})
        project.commit_all()
        record = {"isolation": "worktree", "accept": [{"command": command}]}
        self.start(plan({"A": {"writes": ["src/add.sh"], "record": record}, "B": {"writes": ["src/mul.sh"]}}))
        self.place = self.root / ".claude" / "worktrees" / "agent-A"
        project.git("worktree", "add", "-q", "-b", "worktree-agent-A", str(self.place))
        self.launch("A")
        self.meta("agent-A", f"toolu_{self.session}_{self.calls}", worktreePath=str(self.place))
        self.launch("B")
        assert self.write("agent-A", ".claude/worktrees/agent-A/src/add.sh") == {}
        return self

    def leave(self, text: str) -> Apart:
        (self.place / "src/add.sh").write_text(text)
        return self


def test_an_isolated_task_is_not_failed_for_what_was_red_before(project: Project) -> None:
    desk = Apart(project.path).begin(project, {"tests/other.sh": "echo odd; false\n"}).leave(RIGHT)
    assert "in the same way" in sent_back(desk) and sent_back(desk) == "" and desk.state("A") == "done"
    assert (project.path / "src/add.sh").read_text() == RIGHT
    assert "not checked" in desk.notify("agent-A")


def test_an_isolated_task_is_judged_where_the_ignored_tools_stand_and_siblings_half_files_do_not(
    project: Project,
) -> None:
    desk = Apart(project.path).begin(project, command=f"bash tools/here.sh || exit 1; {SUITE}").leave(RIGHT)
    project.write({"tools/here.sh": "true\n"})
    desk.do("agent-B", "src/mul.sh", HALF)
    assert sent_back(desk) == "" and desk.state("A") == "done"
    assert "passes in a copy without the unfinished work of task B" in desk.notify("agent-A")


def test_an_isolated_task_whose_own_part_is_wrong_is_sent_back(project: Project) -> None:
    desk = Apart(project.path).begin(project, {"tests/other.sh": "echo odd; false\n"}).leave(WRONG)
    assert "FAILED tests/add.sh" in sent_back(desk)
    assert "FAILED tests/add.sh" in sent_back(desk)
    assert sent_back(desk) == "" and desk.state("A") == "failed"


# -- packages installed from the tree itself --------------------------------------------------------------------------------

PACKAGE = {
    "src/calc/__init__.py": "",
    "src/calc/add.py": "def add(a, b): return 0\n",
    "src/calc/mul.py": "def mul(a, b): return 0\n",
    "check.py": "from calc import add, mul\nassert add.add(1, 2) == 3, 'odd'\n",
}
GOOD = "def add(a, b): return a + b\n"


def editable(project: Project, how: str) -> str:
    """A real environment in which the project's package is installed as `pip install -e` leaves it. Its Python."""
    venv.create(project.path / ".venv", system_site_packages=True)
    [packages] = (project.path / ".venv").glob("lib/python*/site-packages")
    source = project.path / "src"
    if how == "path":
        (packages / "__editable__.calc-0.pth").write_text(f"{source}\n")
    else:
        name = "__editable___calc_0_finder"
        (packages / "__editable__.calc-0.pth").write_text(f"import {name}; {name}.install()\n")
        (packages / f"{name}.py").write_text(FINDER.replace("WHERE", str(source / "calc")))
    return ".venv/bin/python"


FINDER = """from __future__ import annotations
import sys
from importlib.util import spec_from_file_location
MAPPING: dict[str, str] = {'calc': 'WHERE'}
class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in MAPPING:
            folder = MAPPING[name]
            return spec_from_file_location(name, folder + '/__init__.py', submodule_search_locations=[folder])
def install():
    sys.meta_path.append(Finder)
"""


@pytest.mark.parametrize("how", ["path", "finder"])
@pytest.mark.parametrize(("work", "state"), [(GOOD, "done"), ("def add(a, b): return 1\n", "running")])
def test_a_copy_imports_its_own_package_and_not_the_trees(project: Project, how: str, work: str, state: str) -> None:
    project.write({**PACKAGE, ".gitignore": ".venv/\n"})
    project.commit_all()
    python, desk = editable(project, how), Desk(project.path)
    record = {"accept": [{"command": f"cd src/.. && {python} check.py"}]}
    desk.start(plan({"A": {"writes": ["src/calc/add.py"], "record": record}, "B": {"writes": ["src/calc/mul.py"]}}))
    desk.launch("A")
    desk.launch("B")
    desk.do("agent-A", "src/calc/add.py", work)
    desk.do("agent-B", "src/calc/mul.py", "def mul(a, b): return (\n")
    sent_back(desk)
    assert desk.state("A") == state


@pytest.mark.parametrize("how", ["path", "finder"])
@pytest.mark.parametrize(("work", "state"), [(GOOD, "done"), ("def add(a, b): return 1\n", "running")])
def test_a_worktree_imports_its_own_package_and_not_the_projects(
    project: Project, how: str, work: str, state: str
) -> None:
    files = {**PACKAGE, ".gitignore": ".venv/\n.claude/\n"}
    python = editable(project, how)
    desk = Apart(project.path).begin(project, files, f"{project.path}/{python} check.py").leave(RIGHT)
    desk.write("agent-A", ".claude/worktrees/agent-A/src/calc/add.py")
    (desk.place / "src/calc/add.py").write_text(work)
    sent_back(desk)
    assert desk.state("A") == state


def test_workspaces_of_node_modules_are_the_copys_own(project: Project) -> None:
    project.write({"packages/calc/index.js": "old\n", ".gitignore": "node_modules/\n", "a.js": ""})
    project.write({"node_modules/left/index.js": "left\n", "node_modules/@org/right/index.js": "right\n"})
    project.commit_all()
    (project.path / "node_modules/calc").symlink_to("../packages/calc")
    (project.path / "node_modules/@org/calc").symlink_to("../../packages/calc")
    with tree_without_others.Copy(str(project.path), str(project.path), {}) as top:
        for name in ("node_modules/calc", "node_modules/@org/calc"):
            assert os.path.realpath(f"{top}/{name}") == os.path.realpath(f"{top}/packages/calc")
        for name in ("node_modules/left", "node_modules/@org/right"):
            assert os.path.realpath(f"{top}/{name}") == str(project.path / name)


@pytest.mark.parametrize("is_beside", [True, False])
def test_a_command_that_says_nothing_is_said_to_say_nothing(project: Project, is_beside: bool) -> None:
    desk = begin(project, accept=[{"command": "grep -q right src/add.sh"}])
    desk.do("agent-A", "src/add.sh", WRONG)
    if is_beside:
        desk.do("agent-B", "src/mul.sh", HALF)
    apart = " exits 1 also in a copy without the unfinished work of task B, and prints nothing. Fix what is yours."
    assert (apart if is_beside else "`grep -q right src/add.sh` exited 1, and printed nothing. Fix it.") in sent_back(
        desk
    )


SPOKEN = [
    ("app/models/user.py:3: error", True),
    ("E   models/user.py", True),
    ("user.py:12: AssertionError", True),
    ("user.py(12): error", True),
    ("ImportError: cannot import name 'x' from 'app.models.user' (unknown location)", True),
    ("app.models.user", True),
    ("app.models.user_test", False),
    ("my.app.models.user", False),
    ("models.user", False),
    ("user.py is fine", False),
    ("app/models/user.pyx", False),
]


@pytest.mark.parametrize(("output", "is_named"), SPOKEN)
def test_which_files_an_output_speaks_of(output: str, is_named: bool) -> None:
    assert excused_failures._speaks_of(output, "app/models/user.py") is is_named
