"""A session opened elsewhere than in the project's root: in a linked worktree, in a package of a monorepo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from client.plugin import Start, with_plugin
from project import Project

from fanout.client.script import Cast, Worker

LIST: dict[str, Any] = {
    "id": "t",
    "tasks": [
        {"id": "01", "title": "first", "writes": ["src/a.py"]},
        {"id": "02", "title": "second", "writes": ["src/b.py"]},
    ],
}
HONEST = {
    "01": [{"bash": "echo y >> src/a.py"}, {"done": "appended"}],
    "02": [{"bash": "echo b > src/b.py"}, {"done": "wrote it"}],
}


def test_a_run_in_a_linked_worktree(start: Start, tmp_path: Path) -> None:
    main, linked = Project(tmp_path / "project"), Project(tmp_path / "linked")
    main.write({"src/a.py": "x\n", "tasks.json": LIST})
    main.commit_all()
    main.git("worktree", "add", "-q", "-b", "feature", str(linked.path))
    worker = Worker.from_table(HONEST)
    session = with_plugin(start, Cast(agent=worker), permission_mode="bypassPermissions", project=linked.path)
    result = session.print_mode("/spec:execute tasks.json")
    assert result.exit_code == 0, result.stderr
    assert "2 of 2 done" in linked.fanout("report").out and not worker.refusals
    assert linked.fanout("commit", "--all").code == 0
    assert sorted(linked.git("log", "--format=%s", "feature").split()) == ["first", "second", "start"]
    assert main.git("log", "--format=%s", "main") == "start\n"
    assert main.git("status", "--short") == linked.git("status", "--short") == ""
    assert not (linked.path / ".fanout").exists() and not (main.path / ".fanout" / "live").exists()


def test_a_run_in_a_package(start: Start, tmp_path: Path) -> None:
    main, app = Project(tmp_path / "project"), Project(tmp_path / "project" / "packages" / "app")
    app.write({"src/a.py": "x\n", "tasks.json": LIST})
    main.commit_all()
    worker = Worker.from_table(HONEST)
    session = with_plugin(start, Cast(agent=worker), permission_mode="bypassPermissions", project=app.path)
    result = session.print_mode("/spec:execute tasks.json")
    assert result.exit_code == 0, result.stderr
    assert "2 of 2 done" in main.fanout("report").out and not worker.refusals
    assert main.fanout("commit", "--all").code == 0
    committed = main.git("log", "--format=", "--name-only", "-2").split()
    assert sorted(committed) == ["packages/app/src/a.py", "packages/app/src/b.py"]
    assert main.git("status", "--short") == ""


def test_a_task_with_a_worktree_of_its_own(start: Start, tmp_path: Path) -> None:
    main = Project(tmp_path / "project")
    tasks = [{**LIST["tasks"][0], "isolation": "worktree"}, LIST["tasks"][1]]
    main.write({"src/a.py": "x\n", "tasks.json": {"id": "t", "tasks": tasks}, ".gitignore": ".claude/\n"})
    main.commit_all()
    worker = Worker.from_table(HONEST)
    session = with_plugin(start, Cast(agent=worker), permission_mode="bypassPermissions")
    result = session.print_mode("/spec:execute tasks.json")
    assert result.exit_code == 0, result.stderr
    assert "2 of 2 done" in main.fanout("report").out and not worker.refusals
    assert (main.path / "src" / "a.py").read_text() == "x\ny\n"
    assert main.fanout("commit", "--all").code == 0 and main.git("status", "--short") == ""
