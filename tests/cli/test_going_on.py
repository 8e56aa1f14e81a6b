"""A list is started, a task of it fails, and what goes on is what does not need it."""

from __future__ import annotations

import pytest
from cli.test_start_says import launched
from hooks.desk import Desk
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
    assert "02 goes on: only the list's order put it behind it." in said and launched(said) == ["02"]
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
