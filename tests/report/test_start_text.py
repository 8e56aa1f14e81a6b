"""What `fanout start` says before the launch block: no figure that nobody knows, the three worst warnings, what is at hand."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from project import Project

from fanout.source import test_command

PLAIN = "# Work\n- [ ] 1. Add `a.py`\n- [ ] 2. Add `b.py`\n- [ ] 3. Add `c.py` (depends on 1)\n- [x] 4. Set up\n"


def before_the_launch(project: Project, name: str) -> list[str]:
    ran = project.fanout("start", name)
    assert ran.code == 0, ran.err
    return ran.out.split("Send exactly")[0].splitlines()


def test_no_gain_is_claimed_where_nobody_knows_how_long(project: Project) -> None:
    project.write({"tasks.md": PLAIN})
    first = before_the_launch(project, "tasks.md")[0]
    assert first == (
        "fanout work-1: Work: 3 of 4 tasks are open, 1 was done before. 2 can start now; the longest chain is 2 tasks."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Work: 3 of 4 tasks are open, 1 was done before. 2 can"),
        (["--only", "1,2"], "Work: 3 of 4 tasks are open, 1 was done before, 1 of them left out as asked (3). 2 can"),
        (["--skip", "4"], "Work: 3 of 4 tasks are open, 1 was done before. 2 can"),
    ],
)
def test_what_was_left_out_as_asked_is_open_all_the_same(project: Project, words: list[str], said: str) -> None:
    project.write({"tasks.md": PLAIN})
    assert said in project.fanout("start", "tasks.md", *words).out


def test_of_a_list_with_nothing_done_what_was_left_out_is_said_too(project: Project) -> None:
    project.write({"tasks.md": PLAIN.replace("[x]", "[ ]")})
    said = project.fanout("start", "tasks.md", "--only", "1-2").out.splitlines()[0]
    assert ": Work: 4 tasks, 2 of them left out as asked (3, 4). 2 can start now" in said


def test_what_waits_without_a_stated_order_counts_as_a_chain_and_the_list_is_told_how_to_state_it(
    project: Project,
) -> None:
    tasks = [{"id": "1", "writes": ["a.py"]}, {"id": "2", "writes": ["b.py"]}, {"id": "3", "reads": ["a.py"]}]
    project.write({"tasks.json": json.dumps({"tasks": tasks})})
    first, whose, second = before_the_launch(project, "tasks.json")[:3]
    assert "3 tasks. 2 can start now" in first and "the longest chain is 2 tasks" in first
    assert whose.startswith("Send the calls below first, the list stays as it is.") and second.startswith(
        "- Warning missing-edge: 3"
    )
    assert 'Add "1" to depends_on of 3. As it stands 3 starts after 1 all the same, even if 1 fails' in second
    project.fanout("cancel")
    tasks[2]["depends_on"] = ["1"]
    project.write({"tasks.json": json.dumps({"tasks": tasks})})
    assert "missing-edge" not in "".join(before_the_launch(project, "tasks.json")), "it is read as it says"


STEPS = "# Todo\n\n1. Prices\n2. Discounts in `shop/discount.py`\n3. Export\n"


def test_what_only_the_lists_order_keeps_back_is_said_with_the_way_to_start_it(project: Project) -> None:
    project.write({"todo.md": STEPS})
    said = before_the_launch(project, "todo.md")
    line = (
        "- 2, 3 wait only because the list has them behind others. If the user says that they need not wait: "
        "`fanout first todo-1/2 todo-1/3` lifts that."
    )
    assert line in [one.replace("02", "2").replace("03", "3") for one in said]
    assert project.fanout("first", "todo-1/02", "todo-1/03").out.count('"description"') == 3


def test_where_the_list_states_what_waits_or_all_can_start_no_way_around_it_is_offered(project: Project) -> None:
    project.write({"a.md": PLAIN, "b.md": "# B\n- [ ] 1. Add `a.py`\n- [ ] 2. Add `b.py`\n"})
    for name in ("a.md", "b.md"):
        assert "wait only because" not in "".join(before_the_launch(project, name))
        project.fanout("cancel")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ([30, 30], "About 30 min in place of 60 min one after another, by its estimates."),
        (
            [30, None],
            "About 30 min in place of 31 min one after another, by its estimates, 1 without one taken as 1 min.",
        ),
    ],
)
def test_a_gain_by_estimates_says_so(project: Project, minutes: list[int | None], said: str) -> None:
    tasks = [
        {"id": str(place), "writes": [f"{place}.py"], "estimate_minutes": took} for place, took in enumerate(minutes)
    ]
    project.write({"tasks.json": {"tasks": tasks}})
    assert before_the_launch(project, "tasks.json")[0].endswith(said)


def test_the_three_worst_warnings_and_how_many_more(project: Project) -> None:
    tasks = [
        {"id": "a", "writes": ["a.py"], "agent": "nobody-knows", "title": "Big", "estimate_minutes": 300},
        {"id": "b", "reads": ["a.py"], "writes": ["b.py"], "estimate_minutes": 1},
        {"id": "c", "writes": ["package.json"], "estimate_minutes": 1, "accept": [{"command": "npm test"}]},
        {"id": "d", "writes": ["[id]/x.ts"], "estimate_minutes": 1, "accept": [{"command": "npm test"}]},
    ]
    (project.path / "[id]").mkdir()
    project.write({"my list.json": {"tasks": tasks, "context_files": ["a.py"]}})
    kinds = {
        line.split(",")[0].split(":")[0]
        for line in project.fanout("check", "my list.json").out.splitlines()
        if "arning " in line
    }
    lines = before_the_launch(project, "my list.json")
    shown = [line for line in lines if line.startswith("- Warning ")]
    assert len(shown) == 3 and len(kinds) > 3
    more = next(line for line in lines if "of warnings more" in line)
    assert more.endswith("`fanout check 'my list.json'`.")


TESTS = [
    ({"package.json": {"scripts": {"test": "node --test"}}}, "npm test", "package.json"),
    ({"package.json": {"scripts": {"test": "vitest"}}, "pnpm-lock.yaml": ""}, "pnpm test", "package.json"),
    ({"package.json": {"scripts": {"test": 'echo "Error: no test specified" && exit 1'}}}, "", ""),
    ({"pyproject.toml": "[tool.pytest.ini_options]\n"}, "python -m pytest -q", "pyproject.toml"),
    ({"pyproject.toml": '[dependency-groups]\ndev = ["pytest>=8"]\n'}, "python -m pytest -q", "pyproject.toml"),
    ({"pyproject.toml": '[project]\nname = "pytest-like"\n'}, "", ""),
    ({"Cargo.toml": "[package]\n"}, "cargo test", "Cargo.toml"),
    ({"go.mod": "module x\n"}, "go test ./...", "go.mod"),
    ({"Makefile": "all: x\n\ntest: all\n\t./run\n"}, "make test", "Makefile"),
    ({"Makefile": "test := yes\nTESTS = test:\n"}, "", ""),
    ({"deno.json": {"tasks": {"test": "deno test"}}}, "deno task test", "deno.json"),
    ({"package.json": "{broken"}, "", ""),
    ({"tests/test_cart.py": "import unittest\n"}, "python -m unittest discover -s tests", "tests/test_cart.py"),
    (
        {"tests/test_a.py": "from unittest import TestCase\n", "tests/__init__.py": ""},
        "python -m unittest",
        "tests/test_a.py",
    ),
    (
        {"test_a.py": "import unittest\n", "pyproject.toml": '[project]\nname = "a"\n'},
        "python -m unittest",
        "test_a.py",
    ),
    ({"tests/test_a.py": "import unittest\n", "Makefile": "test:\n\ttrue\n"}, "make test", "Makefile"),
    ({"tests/test_a.py": "import unittest\nimport pytest\n"}, "", ""),
    ({"tests/test_a.py": "def test_a(): ...\n"}, "", ""),
    ({"tests/help.py": "import unittest\n"}, "", ""),
    ({}, "", ""),
]


def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *names: str, has_pytest: bool = True) -> None:
    """These alone stand first in PATH; a Python is one that has pytest or has not."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("#!/bin/sh\nexit " + ("0\n" if has_pytest else "1\n"))
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(("files", "command", "where"), TESTS)
def test_the_projects_own_tests_are_offered(
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, object],
    command: str,
    where: str,
) -> None:
    programs(tmp_path, monkeypatch, "npm", "pnpm", "cargo", "go", "make", "deno", "python")
    project.write({"tasks.md": PLAIN, **files})
    lines = before_the_launch(project, "tasks.md")
    said = next(line for line in lines if line.startswith("- No task has a command that checks the result"))
    if not command:
        assert said.endswith(": fanout looks whether the declared files are written.")
        return
    assert (
        f"Ask whether the project's tests (seen in {where}) shall: `fanout amend work-1 --accept '{command}'`" in said
    )
    told = project.fanout("amend", "work-1", "--accept", command).out
    assert told == f"`{command}` checks 3 open tasks (1, 2, 3); calls printed before and not sent still hold.\n"
    assert f"- `{command}` exits 0" in project.fanout("brief", "work-1/1").out
    assert "is not needed" in project.fanout("amend", "work-1", "--accept", command).out


def test_nothing_is_offered_where_commands_check(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(tmp_path, monkeypatch, "go")
    tasks: list[dict[str, object]] = [
        {"id": "a", "writes": ["a"], "accept": [{"command": "true"}]},
        {"id": "b", "writes": ["b"]},
    ]
    project.write({"tasks.json": {"tasks": tasks}, "go.mod": "module x\n"})
    assert (
        "b has no command that checks the result. Ask whether the project's tests (seen in go.mod) shall"
        in "\n".join(before_the_launch(project, "tasks.json"))
    )
    tasks[1]["accept"] = [{"command": "true"}]
    project.write({"all.json": {"tasks": tasks}})
    assert "command that checks" not in "\n".join(before_the_launch(project, "all.json"))


@pytest.mark.parametrize(
    ("task", "is_asked"),
    [
        ({"writes": [], "title": "Review src/api"}, False),
        ({"writes": [], "title": "Fix the login"}, True),
        ({"writes": []}, False),
        ({"agent": "spec:test-runner"}, False),
        ({}, True),
        ({"writes": [], "accept": [{"text": "it is right"}]}, False),
    ],
)
def test_no_check_is_asked_for_a_task_that_is_said_to_write_nothing(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: dict[str, object], is_asked: bool
) -> None:
    programs(tmp_path, monkeypatch, "go")
    project.write({"tasks.json": {"title": "work", "tasks": [{"id": "a", **task}]}, "go.mod": "module x\n"})
    said = "\n".join(before_the_launch(project, "tasks.json"))
    assert ("Ask whether the project's tests" in said) is is_asked
    told = project.fanout("brief", "work-1/a").out
    assert ("The list has this task write no file" in told) is not is_asked, told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["amend", "work-1", "--accept", " "], "--accept takes a RUN or a TASK and a command, in quotes"),
        (
            ["amend", "work-1", "--writes", "a", "--accept", "true"],
            "--writes and --after are of a TASK: name it, RUN/TASK",
        ),
        (["amend", "other", "--accept", "true"], "there is no run 'other'"),
    ],
)
def test_what_cannot_check(project: Project, words: list[str], said: str) -> None:
    project.write({"tasks.md": PLAIN})
    project.fanout("start", "tasks.md")
    ran = project.fanout(*words)
    assert ran.code in (1, 2) and said in ran.err


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=folder, check=True, capture_output=True
    )


def test_files_that_the_user_has_changed_are_named_with_their_tasks(project: Project) -> None:
    project.write({"tasks.md": PLAIN, "a.py": "1\n", "other.py": "1\n"})
    git(project.path, "init")
    git(project.path, "add", "-A")
    git(project.path, "commit", "-m", "x")
    assert "Uncommitted" not in "\n".join(before_the_launch(project, "tasks.md"))
    project.fanout("cancel")
    project.write({"a.py": "2\n", "other.py": "2\n", "b.py": "new\n"})
    said = next(line for line in before_the_launch(project, "tasks.md") if line.startswith("- Uncommitted"))
    assert "stand in files of 1 (a.py), 2 (b.py): agents build on them, and" in said and "other.py" not in said


def test_without_a_type_the_plugins_own_implementer_is_launched(project: Project) -> None:
    project.write({"tasks.json": {"tasks": [{"id": "a"}, {"id": "b", "agent": "general-purpose"}]}})
    out = project.fanout("start", "tasks.json").out
    block = json.loads(out.split("```json\n")[1].split("```")[0])
    assert [call["subagent_type"] for call in block["launch"]] == ["spec:feature-implementer", "general-purpose"]


HERE = [
    (
        {"conftest.py": "", "tests/test_a.py": "import unittest\n"},
        ["python"],
        False,
        "python -m unittest discover -s tests",
    ),
    ({"conftest.py": "", "tests/test_a.py": "import pytest\n"}, ["python"], False, None),
    ({"conftest.py": ""}, ["python", "uv"], False, None),
    ({"conftest.py": "", "uv.lock": ""}, ["python", "uv"], False, "uv run pytest -q"),
    ({"Cargo.toml": "", "Makefile": "test:\n"}, ["make"], True, "make test"),
    ({"mvnw": ""}, [], True, "./mvnw -q test"),
]


@pytest.mark.parametrize(("files", "names", "has_pytest", "command"), HERE)
def test_what_can_not_be_run_here_is_not_offered(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    names: list[str],
    has_pytest: bool,
    command: str | None,
) -> None:
    programs(tmp_path, monkeypatch, *names, has_pytest=has_pytest)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    for name, text in files.items():
        (tmp_path / "p" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / name).write_text(text)
    found = test_command.find(str(tmp_path / "p"))
    assert (found[0] if found else None) == command


def test_the_projects_own_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs(tmp_path, monkeypatch, "python")
    own = tmp_path / "p" / ".venv" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    (tmp_path / "p" / "conftest.py").write_text("")
    assert test_command.find(str(tmp_path / "p")) == (".venv/bin/python -m pytest -q", "conftest.py")


def test_the_offer_of_an_analyst_can_be_taken_by_plain_words(project: Project) -> None:
    project.write(
        {"my steps.md": "# Work\n\n1. Clean it\n2. Draw the chart\n3. Write the summary\n4. Send it\n5. Log it\n"}
    )
    said = "\n".join(before_the_launch(project, "my steps.md"))
    assert (
        'If the user wants that: `fanout cancel work-1`; one Agent call, subagent_type `spec:list-analyst`, prompt "Run `fanout '
        "refine 'my steps.md'` and do what it says.\"; then `fanout start 'my steps.md'`." in said
    )
    assert project.fanout("cancel", "work-1").code == 0
    assert "my steps.md" in project.fanout("refine", "my steps.md").out
    assert project.fanout("start", "my steps.md").code == 0


def test_a_warning_at_the_start_says_what_can_be_done_in_the_run(project: Project) -> None:
    """The list stays as it is; what `fanout check` advises its author is not repeated."""
    project.write({"tasks.md": "- [ ] 1. Write `a.py`\n- [ ] 2. Write `b.py`\n- [ ] 3. Tidy up what is left\n"})
    lines = before_the_launch(project, "tasks.md")
    [alone] = [line for line in lines if "runs-alone" in line]
    assert alone.endswith(
        "`fanout amend tasks-md-1/3 --writes PATH` names what it writes, and others may run beside it."
    )
    assert not any("Name the files" in line for line in lines)


def test_one_task_left_is_started_and_named_as_one(project: Project) -> None:
    project.write({"tasks.md": "- [x] 1. Write `a.py`\n- [ ] 2. Write `b.py`\n"})
    [no_go] = [line for line in before_the_launch(project, "tasks.md") if "no-go" in line]
    assert no_go.endswith("If the user would rather have it done in this conversation: `fanout cancel tasks-md-1`.")


def test_an_analyst_is_offered_once_a_list(project: Project) -> None:
    lines = "".join(f"{number}. Tidy the {name}\n" for number, name in enumerate(("cart", "mail", "bill", "page"), 1))
    project.write({"steps.md": f"# Tidy up\n\n{lines}", "more.md": f"# Tidy up more\n\n{lines}"})
    offered = []
    for source in ("steps.md", "steps.md", "more.md"):
        said = project.fanout("start", source).out
        offered.append("spec:list-analyst" in said)
        assert project.fanout("cancel", said.split()[1].rstrip(":")).code == 0
    project.write({"steps.md": f"# Tidy up\n\n{lines}5. Tidy the till\n"})
    offered.append("spec:list-analyst" in project.fanout("start", "steps.md").out)
    assert offered == [True, False, True, True]
