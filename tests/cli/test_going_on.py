"""A list is started, a task of it fails, and what goes on is what does not need it."""

from __future__ import annotations

import pytest
from cli.test_start_says import launched
from hooks.desk import Desk, denial
from project import Project

VAGUE = "# T\n- [ ] dark mode for the settings page\n- [ ] faster search\n- [ ] fix typo in README\n"
USING = (
    "# T\n- [ ] 1. Write src/slug.py with slugify(text)\n- [ ] 2. Write src/title.py with titlecase(text)\n"
    "- [ ] 3. Write src/cli.py (uses src/slug.py and src/title.py)\n"
)


def started(project: Project, text: str, *how: str) -> tuple[Desk, list[str]]:
    project.write({"tasks.md": text})
    ran = project.fanout("start", "tasks.md", *how)
    assert ran.code == 0, ran.err
    return Desk(project.path).join(str(project.fanout("next", "--json").data["run"])), launched(ran.out)


def end(desk: Desk, task: str, said: str) -> str:
    desk.launch(task)
    desk.end(f"agent-{task}", said)
    return desk.notify(f"agent-{task}", result=said)


def test_what_only_the_lists_order_held_back_goes_on(project: Project) -> None:
    desk, first = started(project, VAGUE)
    assert first == ["01"]
    said = end(desk, "01", "BLOCKED|01|there is no settings page")
    assert "02 no longer waits for it: only the list's order put it behind it." in said and launched(said) == ["02"]
    brief = project.fanout("brief", f"{desk.run}/02").out
    assert "- 01 dark mode for the settings page: blocked. The list has it before yours" in brief


@pytest.mark.parametrize("risk", ["low", "normal", "high"])
def test_what_uses_a_file_waits_for_the_task_that_makes_it(project: Project, risk: str) -> None:
    desk, first = started(project, USING, "--risk", risk)
    assert first == ["1", "2"]
    (project.path / "src").mkdir()
    (project.path / "src/title.py").write_text("")
    desk.launch("2")
    said = end(desk, "1", "BLOCKED|1|no idea what a slug is")
    assert "3 needs it and doesn't start" in said and "json" not in said


def test_an_order_that_nobody_stated_is_said_to_be_inferred(project: Project) -> None:
    """Before, `3 needs 1` read as a fact of the list."""
    desk, _ = started(
        project, "# T\n- [ ] 1. Write `a.py`\n- [ ] 2. Write `b.py`, it reads `a.py`\n- [ ] 3. Read `c.py` (after 1)\n"
    )
    said = project.fanout("status").out
    assert "2 Write b.py, it reads a.py: waits for 1: inferred, it reads a.py" in said
    assert "3 Read c.py (after 1): needs 1" in said, "the list says so"
    assert "it is not ready, it waits for 1: inferred" in denial(desk.launch("2"))
    assert "- 2: launched too early: it is not ready, it waits for 1" in project.fanout("report").out


def test_what_was_done_before_the_run_is_no_result_of_it(project: Project) -> None:
    started(project, "# T\n- [x] 1. Set up\n- [ ] 2. Write `b.py`\n")
    assert "1 of 2 done, 1 pending" in project.fanout("status").out
    report = project.fanout("report").out
    assert "✅ 1 Set up: done before this run" in report and "not checked" not in report


def test_one_launch_is_printed_once_by_two_commands_of_a_line(project: Project) -> None:
    env = {"CLAUDE_CODE_SESSION_ID": "s1"}
    desk, _ = started(project, "# T\n- [ ] 1. Write `a.py`\n- [ ] 2. Write `b.py`\n- [ ] 3. Write `c.py`, after 2\n")
    for name in ("1", "2"):
        end(desk, name, f"BLOCKED|{name}|no key")
    project.fanout("resume", desk.run, env=env)  # the conversation that leads it from now on
    first = project.fanout("retry", f"{desk.run}/2", env=env).out
    assert first.startswith("Task 2 is to be done again.\n")
    assert launched(first) == ["2"]
    second = project.fanout("retry", f"{desk.run}/1", env=env).out
    assert "More can start: send these calls too" in second and launched(second) == ["1"]


def test_a_command_for_a_run_whose_tasks_have_ended_says_that_nothing_is_left_to_check(project: Project) -> None:
    desk, _ = started(project, "# T\n- [ ] 1. Write `a.py`\n")
    (project.path / "a.py").write_text("")
    end(desk, "1", "BLOCKED|1|no key")
    project.fanout("done", f"{desk.run}/1", "--unchecked")
    said = project.fanout("amend", desk.run, "--accept", "true").out
    assert said == (
        "`true` checks nothing in this run: each of its tasks has ended. Run it yourself, and tell the user what it says.\n"
    )


def test_a_task_whose_files_are_named_no_longer_holds_what_waited_for_want_of_them(project: Project) -> None:
    lines = ["Parse: `src/a.js`", "Budgets for each category", "Summary, `src/sum.js`", "Tidy up what is left"]
    _, first = started(project, "# T\n" + "".join(f"- [ ] {n}. {line}\n" for n, line in enumerate(lines, 1)))
    assert first == ["1"]
    said = project.fanout("amend", "t-1/2", "--writes", "src/budget.js").out
    assert "Lifted, as only the list's order said it: 2 after 1, 3 after 2." in said
    assert launched(said) == ["2", "3"]
    assert "4 Tidy up what is left: waits for 3" in project.fanout("status").out, "that names no file itself"


SCRIPTS = (
    "# Log tools\n\n1. **Rotate** (`bin/rotate`): `--keep N` days\n2. **Prune** (`bin/prune`): ask before\n"
    "3. README: one section per script{}. Don't touch the licence.\n"
)


@pytest.mark.parametrize(("when", "lifted"), [(", at the very end", False), ("", True)])
def test_an_end_that_the_list_says_is_no_mere_order(project: Project, when: str, lifted: bool) -> None:
    """It is not offered to `first`, and stays where the task gets files named."""
    project.write({"plan.md": SCRIPTS.format(when)})
    said = project.fanout("start", "plan.md").out
    assert ("fanout first" in said) == ("only because the list has" in said) == lifted
    run = str(project.fanout("next", "--json").data["run"])
    said = project.fanout("amend", f"{run}/3", "--writes", "README.md").out
    assert ("no longer waits" in said) == lifted
