"""A check that misses what another task is still to make: nobody is sent back for it, and nobody gets the other one's file."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.evidence import missing_files

SUITE = {"accept": [{"command": "python3 -m unittest"}]}
TEST = """import unittest
from shop.spend import spend

class Spend(unittest.TestCase):
    def test_it(self):
        spend()
"""
MISSES = "`python3 -m unittest` can't pass before code is done, which is to make shop/spend.py: it is run again then"


def begin(repo: Project, code: dict[str, Any] | None = None, test: dict[str, Any] | None = None, **more: Any) -> Desk:
    repo.write({"shop/__init__.py": "", "tests/__init__.py": "", "tests/test_old.py": "import unittest\n"})
    repo.commit_all()
    desk = Desk(repo.path)
    tasks = {
        "test": {"writes": ["tests/test_spend.py"], "record": SUITE, **(test or {})},
        "code": {"writes": ["shop/spend.py"], "record": SUITE, **(code or {})},
        **more,
    }
    desk.start(plan(tasks, cap=3))
    desk.launch("test")
    desk.do("agent-test", "tests/test_spend.py", TEST)
    return desk


@pytest.mark.parametrize("is_begun", [False, True])
def test_it_waits_to_be_judged_until_that_is_made(project: Project, is_begun: bool) -> None:
    desk = begin(project)
    if is_begun:
        desk.launch("code")
    assert desk.end("agent-test", "DONE|test|wrote the test") == {}
    said = desk.notify("agent-test")
    assert desk.state("test") == "blocked" and MISSES in said and "retry" not in said.split("it is run again")[0]
    assert "`fanout skip" not in said
    if not is_begun:
        desk.launch("code")
    desk.do("agent-code", "shop/spend.py", "def spend():\n    pass\n")
    assert desk.end("agent-code", "DONE|code|made it") == {}
    assert (desk.state("code"), desk.state("test")) == ("done", "done")


def test_where_the_other_one_waits_for_the_test_it_is_done_and_says_so(project: Project) -> None:
    desk = begin(project, code={"needs": ["test"]})
    assert desk.end("agent-test", "DONE|test|wrote the test") == {}
    assert desk.state("test") == "done"
    outcome = desk.rows("SELECT outcome FROM task WHERE id = 'test'")[0][0]
    assert outcome == "wrote the test (not checked: `python3 -m unittest` can't pass before shop/spend.py is there)"


def test_what_is_wrong_of_its_own_is_sent_back(project: Project) -> None:
    desk = begin(project)
    desk.do("agent-test", "tests/test_spend.py", "import unittest\nimport nothing_of_the_kind\n")
    assert "is not done" in desk.end("agent-test", "DONE|test|wrote it")["reason"]


def test_a_file_that_another_task_is_to_make_comes_from_that_task(project: Project) -> None:
    """NEEDS names it: who needs it waits for who makes it, and does not make it in its place."""
    desk = begin(project)
    desk.end("agent-test", "NEEDS|test|shop/spend.py, the test imports it")
    assert desk.state("test") == "pending"
    assert "needs code" in Project(desk.root).fanout("status").out
    assert desk.launch("test", agent="again") != {} and desk.launch("code") is not None
    desk.do("agent-code", "shop/spend.py", "def spend():\n    pass\n")
    desk.end("agent-code", "DONE|code|made it")
    assert '"test"' not in desk.notify("agent-test") or desk.state("test") == "pending"


def test_it_does_not_wait_for_who_waits_for_it(project: Project) -> None:
    desk = begin(project, code={"needs": ["test"]})
    desk.end("agent-test", "NEEDS|test|shop/spend.py, the test imports it")
    assert desk.state("test") == "pending" and "test" in desk.notify("agent-test")


SAID = {
    "python": ("ModuleNotFoundError: No module named 'shop.spend'", "shop/spend.py"),
    "a package": ("ModuleNotFoundError: No module named 'shop.loyalty'", "shop/loyalty/spend.py"),
    "from src": ("No module named 'spend'", "src/spend.py"),
    "node": ("Error: Cannot find module '../src/spend.js'\nRequire stack:", "src/spend.js"),
    "vite": ('Failed to resolve import "./spend" from "src/x.ts"', "src/spend.ts"),
    "typescript": ("src/a.ts(1,2): error TS2307: Cannot find module './spend' or its", "src/spend.ts"),
    "an index": ("Cannot find module './spend'", "src/spend/index.ts"),
    "open": ("FileNotFoundError: [Errno 2] No such file or directory: 'docs/a.md'", "docs/a.md"),
    "cat": ("cat: docs/a.md: No such file or directory", "docs/a.md"),
    "rust": ("error[E0583]: file not found for module `spend`", "src/spend.rs"),
    "ruby": ("cannot load such file -- shop/spend (LoadError)", "lib/shop/spend.rb"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_languages_say_of_a_file_that_is_not_there(name: str) -> None:
    text, path = SAID[name]
    assert any(missing_files._is_meant(path, stem) for stem in missing_files._missed(text))


@pytest.mark.parametrize("text", ["No module named 'numpy'", "cat: b.md: No such file or directory", "assert 1 == 2"])
def test_what_is_missing_elsewhere_is_nobodys(text: str) -> None:
    assert not any(missing_files._is_meant("shop/spend.py", stem) for stem in missing_files._missed(text))


WRONG = "def spend():\n    raise ValueError\n"


def test_who_makes_the_file_is_judged_with_the_test_that_waits_for_it(project: Project) -> None:
    """The test's agent has said done: nothing of it is half done."""
    desk = begin(project)
    desk.end("agent-test", "DONE|test|wrote the test")
    desk.launch("code")
    desk.do("agent-code", "shop/spend.py", WRONG)
    said = desk.end("agent-code", "DONE|code|made it")["reason"]
    assert "Task code is not done" in said and "ValueError" in said
    desk.do("agent-code", "shop/spend.py", "def spend():\n    pass\n")
    assert desk.end("agent-code", "DONE|code|made it") == {}
    assert (desk.state("code"), desk.state("test")) == ("done", "done")
    told = desk.notify("agent-code")
    assert "test done: wrote the test" in told and "can't pass" not in Project(desk.root).fanout("status").out


def test_what_is_judged_again_and_fails_is_said_with_the_ways_on(project: Project) -> None:
    """By a check that only the waiting task has."""
    own = {"accept": [{"command": "python3 -m unittest tests.test_spend && test -e docs.md"}]}
    desk = begin(project, code={"record": {}}, test={"record": own})
    desk.end("agent-test", "DONE|test|wrote the test")
    assert desk.state("test") == "blocked"
    desk.launch("code")
    desk.do("agent-code", "shop/spend.py", "def spend():\n    pass\n")
    desk.end("agent-code", "DONE|code|made it")
    assert (desk.state("code"), desk.state("test")) == ("done", "failed")
    told = desk.notify("agent-code")
    assert "test failed: its check failed" in told and "`fanout retry demo-1/test`" in told


def test_while_the_file_is_half_made_no_other_end_judges_who_waits_for_it(project: Project) -> None:
    desk = begin(project, third={"record": {"read_only": True}})
    desk.end("agent-test", "DONE|test|wrote the test")
    desk.launch("code")
    desk.do("agent-code", "shop/spend.py", WRONG)
    desk.launch("third")
    assert desk.end("agent-third", "DONE|third|looked") == {} and desk.state("test") == "blocked"
    desk.do("agent-code", "shop/spend.py", "def spend():\n    pass\n")
    desk.end("agent-code", "DONE|code|made it")
    assert (desk.state("code"), desk.state("test")) == ("done", "done")


def test_a_file_that_is_half_made_is_waited_for_too(project: Project) -> None:
    """It stands in the tree, and the copy in which the check is judged leaves it out."""
    desk = begin(project)
    desk.launch("code")
    desk.do("agent-code", "shop/spend.py", "def spend(:\n")
    assert desk.end("agent-test", "DONE|test|wrote the test") == {}
    assert desk.state("test") == "blocked" and MISSES in desk.notify("agent-test")
    desk.do("agent-code", "shop/spend.py", "def spend():\n    pass\n")
    assert desk.end("agent-code", "DONE|code|made it") == {}
    assert (desk.state("code"), desk.state("test")) == ("done", "done")


def test_who_waits_is_judged_too_where_the_maker_is_done_by_hand(project: Project) -> None:
    desk = begin(project)
    desk.end("agent-test", "DONE|test|wrote the test")
    desk.launch("code")
    desk.do("agent-code", "shop/spend.py", WRONG)
    for _ in range(3):
        desk.end("agent-code", "DONE|code|made it")
    assert (desk.state("code"), desk.state("test")) == ("failed", "blocked")
    (desk.root / "shop/spend.py").write_text("def spend():\n    pass\n")
    said = project.fanout("done", "demo-1/code").out
    assert "code done: marked done by hand, its checks pass" in said and "test done: wrote the test" in said
    assert (desk.state("code"), desk.state("test")) == ("done", "done")
    report = project.fanout("report").out
    assert "it is run again then), its check passed later" in report and ", called done since" in report
    assert "1 agent ended without a result" in report  # not the one whose check passed later


def test_while_its_maker_has_failed_nothing_is_to_be_done_for_who_waits(project: Project) -> None:
    """Also where another task is done meanwhile; and where the maker is left out it is judged without it."""
    desk = begin(project, third={"record": {"read_only": True}})
    desk.end("agent-test", "DONE|test|wrote the test")
    desk.launch("code")
    desk.do("agent-code", "shop/spend.py", WRONG)
    for _ in range(3):
        desk.end("agent-code", "DONE|code|made it")
    desk.launch("third")
    assert desk.end("agent-third", "DONE|third|looked") == {}
    assert (desk.state("code"), desk.state("test")) == ("failed", "blocked")
    told = desk.notify("agent-third")
    judged = "othing is to be done for test: it is judged again by itself when code is done"
    assert judged in told and "test blocked" not in told.split("Not done: ")[1]
    for command in ("status", "report"):
        said = project.fanout(command).out
        assert judged in said and "do code by hand, then" in said.lower()
        assert "done demo-1/test" not in said and "retry demo-1/test" not in said
    said = project.fanout("skip", "demo-1/code").out
    assert desk.state("test") == "failed" and "test failed: its check failed: `python3 -m unittest` exits 1" in said


def test_what_waits_for_who_waited_starts_when_the_failed_one_is_mended_by_hand(project: Project) -> None:
    """The run had ended, standing still; only the second wave sets something free."""
    desk = begin(project, docs={"writes": ["docs.md"], "needs": ["test"]})
    desk.end("agent-test", "DONE|test|wrote the test")
    desk.launch("code")
    desk.end("agent-code", "BLOCKED|code|no idea")
    assert "stands still" in desk.notify("agent-code")
    project.write({"shop/spend.py": "def spend():\n    pass\n"})
    said = project.fanout("done", f"{desk.run}/code").out
    assert (desk.state("code"), desk.state("test"), desk.state("docs")) == ("done", "done", "pending")
    assert "The run is over" not in said and f"fanout brief {desk.run}/docs" in said
    assert desk.rows("SELECT state FROM run")[0][0] == "active" and (desk.root / ".fanout" / "live").exists()
