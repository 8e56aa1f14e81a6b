"""A task with a worktree of its own is judged by what it did there, in the real client: also where the project is installed
into an environment in place, and where a declared file is one that git ignores."""

from __future__ import annotations

import venv
from pathlib import Path
from typing import Any

from client.plugin import Start, with_plugin
from project import Project

from fanout.client.script import Cast, Worker


def test_its_own_package_is_imported_and_what_git_ignores_comes_back(start: Start, tmp_path: Path) -> None:
    main = Project(tmp_path / "project")
    accept = [{"command": f"{main.path}/.venv/bin/python check.py"}]
    task: dict[str, Any] = {"id": "01", "title": "add", "writes": ["src/calc/add.py", "dist/out.txt"], "accept": accept}
    other = {"id": "02", "title": "other", "writes": ["other.txt"]}
    main.write(
        {
            "src/calc/__init__.py": "",
            "src/calc/add.py": "def add(a, b): return 0\n",
            "check.py": "from calc.add import add\nassert add(1, 2) == 3\n",
            "tasks.json": {"id": "t", "tasks": [{**task, "isolation": "worktree"}, other]},
            ".gitignore": ".claude/\n.venv/\ndist/\n",
        }
    )
    main.commit_all()
    venv.create(main.path / ".venv", system_site_packages=True)
    [packages] = (main.path / ".venv").glob("lib/python*/site-packages")
    (packages / "__editable__.calc-0.pth").write_text(f"{main.path}/src\n")
    line = "mkdir -p dist && echo built > dist/out.txt && echo 'def add(a, b): return a + b' > src/calc/add.py"
    worker = Worker.from_table(
        {"01": [{"bash": line}, {"done": "added"}], "02": [{"bash": "echo o > other.txt"}, {"done": "wrote it"}]}
    )
    session = with_plugin(start, Cast(agent=worker), permission_mode="bypassPermissions")
    result = session.print_mode("/spec:execute tasks.json")
    assert result.exit_code == 0, result.stderr
    report = main.fanout("report").out
    assert "2 of 2 done" in report and "Sent back" not in report, report
    assert (main.path / "src/calc/add.py").read_text() == "def add(a, b): return a + b\n"
    assert (main.path / "dist/out.txt").read_text() == "built\n"
