"""A part of a list: --only and --skip."""

from __future__ import annotations

import pytest
from hooks.desk import launches
from project import Project

LIST = """# Work
## Backend
- [ ] 1. Add login in `src/api/login.py`
- [ ] 2. Add logout in `src/api/logout.py`
- [x] 3. Set up in `src/api/base.py`
## Frontend
- [ ] 4. Add a page in `web/login.tsx` (depends on 1)
- [ ] 5. Style in `web/style.css`
"""


PARTS = [
    (["--only", "backend"], ["1", "2"]),
    (["--only", "web/login.tsx"], ["4"]),
    (["--only", "1,5"], ["1", "5"]),
    (["--only", "2-4"], ["2", "4"]),
    (["--only", "01"], ["1"]),
    (["--skip", "frontend"], ["1", "2"]),
    (["--only", "login", "--skip", "4"], ["1"]),
]


@pytest.mark.parametrize(("words", "tasks"), PARTS)
def test_a_part_of_a_list(project: Project, words: list[str], tasks: list[str]) -> None:
    project.write({"tasks.md": LIST})
    ran = project.fanout("start", "tasks.md", *words)
    assert ran.code == 0 and sorted(launches(ran.out)) == tasks, ran.out + ran.err
    assert "cancelled or skipped in the list" not in ran.out
    assert ("4 depends on 1, which is left out: it starts as if that were done." in ran.out) == (
        "4" in tasks and "1" not in tasks
    )
    assert f", {4 - len(tasks)} skipped; " in project.fanout("status").out
    assert (project.path / "tasks.md").read_text() == LIST


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "9"], "--only: no task is called '9', and none has that word in its title, phase or files. Ids: "),
        (["--skip", "kernel"], "--skip: no task is called 'kernel'"),
        (["--only", "1", "--skip", "1"], "--only and --skip leave no task"),
        (["--only", "3"], "every task of this source is done already"),
    ],
)
def test_a_part_that_is_none(project: Project, words: list[str], said: str) -> None:
    project.write({"tasks.md": LIST})
    ran = project.fanout("start", "tasks.md", *words)
    assert ran.code == 1 and said in ran.err and not (project.path / ".fanout").exists()
