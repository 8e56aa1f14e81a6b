"""Which files of a task are what checks it, by their names, by what its acceptance commands run, by the part that differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.changes import changes, objects
from fanout.run.evidence import own_checks

GONE, NEW, OLD = objects.ABSENT, "n" * 40, "o" * 40

SETTINGS = """
conftest.py tests/conftest.py pytest.ini tox.ini a/setup.cfg noxfile.py .coveragerc GNUmakefile Makefile makefile sub/Makefile
justfile Justfile Rakefile .rspec build.gradle build.gradle.kts pom.xml CMakeLists.txt phpunit.xml phpunit.xml.dist
.mocharc.yml .eslintrc .eslintrc.json jest.config.js vitest.config.ts vite.config.mjs karma.conf.js playwright.config.ts
cypress.config.js eslint.config.mjs ava.config.js web-test-runner.config.mjs tsconfig.json tsconfig.build.json
.gitlab-ci.yml .pre-commit-config.yaml .github/workflows/ci.yml sub/.github/workflows/ci.yml
"""
TESTS = """
tests/a.txt test/a.txt src/__tests__/a.js spec/a.rb specs/a.md e2e/a.ts deep/tests/data/a.json test_a.py src/test_a.py a_test.go
src/a_test.py a.test.ts a.spec.js src/ATest.java ATests.kt ATest.cs ATests.php a_spec.rb
"""
NEITHER = """
src/a.py src/aconftest.py conftest.pyc aMakefile Makefile.am my.tox.ini testing/a.py src/latest/a.py attest_a.py test_a.txt
contest.py a.tests.ts jest.config.d/x specialist/a.rb github/workflows/ci.yml src/Testing.java pom.xml.bak package.json/x
mytsconfig.json
"""


def checked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, made: dict[str, tuple[str, str]], *commands: str
) -> dict[str, str]:
    record: dict[str, Any] = {"accept": [*({"command": line} for line in commands), {"text": "looks good"}]}
    run = desk.start(plan({"01": {"record": record}}))
    monkeypatch.setattr(changes, "of_task", lambda db, run, task: made)
    return own_checks.of_task(desk.db, str(desk.root), run, "01")


def test_settings_are_named_also_where_the_task_made_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    names = SETTINGS.split()
    made = dict.fromkeys(names, (OLD, NEW)) | {f"new/{name}": (GONE, NEW) for name in names}
    made |= {f"old/{name}": (OLD, GONE) for name in names}
    found = checked(desk, monkeypatch, made)
    assert found == {
        **dict.fromkeys(names, "changed"),
        **{f"new/{name}": "created" for name in names},
        **{f"old/{name}": "deleted" for name in names},
    }


def test_a_test_is_named_where_it_was_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    names = TESTS.split()
    made = dict.fromkeys(names, (OLD, NEW)) | {f"new/{name}": (GONE, NEW) for name in names}
    made |= {f"old/{name}": (OLD, GONE) for name in names}
    found = checked(desk, monkeypatch, made)
    assert found == {**dict.fromkeys(names, "changed"), **{f"old/{name}": "deleted" for name in names}}


def test_other_names_are_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = dict.fromkeys(NEITHER.split(), (OLD, NEW))
    assert checked(desk, monkeypatch, made) == {}


RUN = {
    # the acceptance command, and which of the files it runs
    "bash a.sh": "a.sh in/b.sh",
    "./a.sh": "a.sh in/b.sh",
    "sh -c './in/b.sh'": "in/b.sh deep.sh",
    "true; bash c.sh": "c.sh",
    "cat a.sh && bash c.sh": "c.sh",
    "cat a.sh | bash c.sh": "c.sh",
    "cat a.sh\nbash c.sh": "c.sh",
    "grep -q x a.sh": "",
    "! egrep x a.sh": "",
    "test -f a.sh": "",
    "[ -f a.sh ]": "",
    "wc -l a.sh": "",
    "diff a.sh c.sh": "",
    "FILE=a.sh run": "a.sh in/b.sh",
    "run <a.sh": "a.sh in/b.sh",
    "run nothing.sh": "",
    "run ../out.sh": "",
    "run in": "",
}


@pytest.mark.parametrize("line", RUN)
def test_what_its_commands_run_is_named_and_what_that_runs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    files = {"a.sh": "bash in/b.sh\n", "c.sh": "\0 a.sh\n", "in/b.sh": "bash deep.sh\n", "deep.sh": "bash c.sh\n"}
    Project(desk.root).write(files)
    (desk.root.parent / "out.sh").write_text("true\n")
    found = checked(desk, monkeypatch, dict.fromkeys(files, (OLD, NEW)), line)
    assert sorted(found) == sorted(RUN[line].split())


PARTS: dict[str, tuple[str, str, str, bool]] = {
    # the file, before, after, and whether the part that says how it is checked differs
    "a script": ("package.json", '{"scripts": {"test": "jest"}}', '{"scripts": {"test": "true"}}', True),
    "a nested one": ("p/package.json", '{"jest": {"a": {"b": 1}}}', '{"jest": {"a": {"b": 2}}}', True),
    "behind a nested one": ("package.json", '{"c8": {"a": {}, "b": 1}}', '{"c8": {"a": {}, "b": 2}}', True),
    "scripts taken out": ("package.json", '{"mocha": {"a": 1}}', "{}", True),
    "a dependency": ("package.json", '{"scripts": {}, "dependencies": {"a": "1"}}', '{"scripts": {}}', False),
    "options of pytest": (
        "pyproject.toml",
        "[tool.pytest.ini_options]\na = 1\n",
        "[tool.pytest.ini_options]\na = 2\n",
        True,
    ),
    "of ruff": ("pyproject.toml", "[tool.ruff.lint]\na = 1\n", "[tool.ruff.lint]\na = 2\n", True),
    "of another tool": ("pyproject.toml", "[tool.poetry]\na = 1\n", "[tool.poetry]\na = 2\n", False),
    "behind it": ("pyproject.toml", "[tool.mypy]\na = 1\n[x]\nb = 1\n", "[tool.mypy]\na = 1\n[x]\nb = 2\n", False),
    "another file": ("other.json", '{"scripts": {"test": "jest"}}', '{"scripts": {"test": "true"}}', False),
}


@pytest.mark.parametrize("case", PARTS)
def test_of_some_files_a_part_is_what_checks(desk: Desk, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    name, before, after, differs = PARTS[case]
    sides = tuple(objects.keep_bytes(str(desk.root), text.encode(), "") for text in (before, after))
    assert checked(desk, monkeypatch, {name: sides}) == ({name: "changed"} if differs else {})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (objects.NOT_KEPT, "", {}),
        ("", objects.NOT_KEPT, {}),
        (objects.FOLDER, "", {}),
        ("", None, {"package.json": "deleted"}),
    ],
)
def test_where_a_version_is_not_kept_nothing_is_said_of_a_part(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, before: str, after: str | None, said: dict[str, str]
) -> None:
    kept = objects.keep_bytes(str(desk.root), b'{"scripts": {"a": 1}}', "")
    assert (
        checked(desk, monkeypatch, {"package.json": (before or kept, GONE if after is None else after or kept)}) == said
    )


def test_in_a_folder_of_the_project_commands_start_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    Project(desk.root).write({"pkg/a.sh": "true\n", "a.sh": "true\n"})
    run = desk.start(plan({"01": {"record": {"accept": [{"command": "bash a.sh"}]}}}))
    desk.db.execute("UPDATE run SET base = 'pkg'")
    made = {"pkg/a.sh": (OLD, NEW), "a.sh": (OLD, NEW)}
    monkeypatch.setattr(changes, "of_task", lambda db, run, task: made)
    found = own_checks.of_task(desk.db, str(desk.root), run, "01")
    assert found == {"pkg/a.sh": "changed"} and Path(desk.root, "a.sh").exists()


GROWN = {
    # before, after, and whether it is named where the task declares it
    "cases added": ("test a\n", "test a\ntest b\n", False),
    "in the middle": ("test a\ntest c\n", "test a\ntest b\ntest c\n", False),
    "taken out": ("test a\ntest b\n", "test b\n", True),
    "another": ("test a\n", "test b\n", True),
    "another order": ("test a\ntest b\n", "test b\ntest a\n", True),
}


@pytest.mark.parametrize("case", GROWN)
@pytest.mark.parametrize("is_declared", [True, False])
def test_a_test_that_the_task_declares_is_named_when_it_lost_something(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, case: str, is_declared: bool
) -> None:
    before, after, is_named = GROWN[case]
    sides = tuple(objects.keep_bytes(str(desk.root), text.encode(), "") for text in (before, after))
    writes = {"writes": ["t/a.sh", "lib/*.sh"]} if is_declared else {}
    Project(desk.root).write({"t/a.sh": ". lib/a.sh\n", "lib/a.sh": "true\n"})
    run = desk.start(plan({"01": {"record": {"accept": [{"command": "sh t/a.sh"}]}, **writes}}))
    monkeypatch.setattr(changes, "of_task", lambda db, run, task: {"t/a.sh": sides, "lib/a.sh": sides})
    found = own_checks.of_task(desk.db, str(desk.root), run, "01")
    assert ("t/a.sh" in found) is (is_named or not is_declared)
    assert "lib/a.sh" not in found, "what it tries"
