"""What git's history says: files of most commits, files that change together, and the warning that comes of it."""

from __future__ import annotations

import pytest
from project import Project

from fanout.source import file_history

CHANGES = [
    frozenset({"CHANGELOG.md", f"src/{n}.py"} | ({"src/a.py", "src/b.py"} if n < 5 else set())) for n in range(12)
]


def test_hubs_are_in_half_of_the_last_commits_and_told_with_the_figure() -> None:
    assert file_history.hubs(CHANGES) == {"CHANGELOG.md": "12 of the last 12 commits"}
    assert file_history.hubs(CHANGES[:9]) == {}  # too few to say


def test_what_changes_together_most_of_the_time() -> None:
    found = file_history.together(CHANGES)
    assert found["src/a.py"] == ["src/b.py"]
    assert not any("src/7.py" in others for others in found.values())  # once is no habit
    assert file_history.together([frozenset(str(n) for n in range(40))] * 9) == {}  # too large to say


def test_two_tasks_are_warned_of_files_that_change_together(project: Project) -> None:
    project.git("init", "-q")
    for number in range(5):
        project.write({"src/a.py": f"{number}\n", "src/b.py": f"{number}\n"})
        project.commit_all()
    tasks = [{"id": name, "writes": [f"src/{name}.py"], "estimate_minutes": 5} for name in "ab"]
    project.write({"tasks.json": {"tasks": tasks}})
    data = project.fanout("plan", "tasks.json", "--json").data
    told = [one["message"] for one in data["warnings"] if one["code"] == "hidden-coupling"]
    assert told == ["changes src/a.py, and src/b.py of b changed with it in 5 of the 5 commits of the rarer one"]


def test_hot_files_of_a_folder() -> None:
    changes = [frozenset({"src/index.ts", f"src/{n}.ts"}) for n in range(6)] + [frozenset({"docs/a.md"})] * 2
    assert file_history.hot(changes) == {"src": ["src/index.ts"]}


@pytest.mark.parametrize(("count", "warned"), [(12, True), (4, False)])
def test_two_tasks_are_warned_of_what_every_commit_changes(project: Project, count: int, warned: bool) -> None:
    project.git("init", "-q")
    for number in range(count):
        project.write({"CHANGELOG.md": f"{number}\n", f"src/{number}.py": ""})
        project.commit_all()
    tasks = [{"id": name, "writes": [f"new/{name}.py"], "estimate_minutes": 5} for name in "ab"]
    project.write({"tasks.json": {"tasks": tasks}})
    data = project.fanout("plan", "tasks.json", "--json").data
    told = [one["message"] for one in data["warnings"] if one["code"] == "hidden-coupling"]
    why = "may change CHANGELOG.md without naming it, as b may (12 of the last 12 commits changed it)"
    assert told == ([why] if warned else [])


def test_without_git_there_is_no_history(project: Project) -> None:
    assert file_history.commits(str(project.path)) == ()
