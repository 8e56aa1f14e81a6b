"""Names of lists: where the tools keep theirs, what they put around a name, and several of one name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fanout.errors import FanoutError
from fanout.source import names
from fanout.source.resolve import resolve

BOX = "- [ ] 1.1 Write `src/a.ts`\n"


def write(root: Path, *paths: str) -> None:
    for path in paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text('{"tasks": [{"id": "a"}]}' if path.endswith(".json") else BOX, encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (".kiro/specs/auth/tasks.md", "auth"),
        ("openspec/changes/auth/tasks.md", "auth"),
        ("specs/auth/tasks.json", "auth"),
        ("specs/001-auth/tasks.md", "auth"),
        ("specs/001-auth/tasks.md", "001-auth"),
        ("agent-os/specs/2026-01-05-auth/tasks.md", "auth"),
        (".spec-workflow/specs/auth/tasks.md", "auth"),
        (".trae/specs/auth/tasks.md", "auth"),
        ("conductor/tracks/auth_20260105/plan.md", "auth"),
        (".tmp/tasks/auth/subtask_01.json", "auth"),
        ("tasks/tasks-auth.md", "auth"),
        ("tasks/tasks-prd-auth.md", "auth"),
        (".cursor/plans/auth_1a2b3c4d.plan.md", "auth"),
        (".claude/plans/auth.md", "auth"),
        ("docs/superpowers/plans/2026-01-05-auth.md", "auth"),
    ],
)
def test_a_name_resolves_where_the_tool_keeps_its_lists(tmp_path: Path, path: str, name: str) -> None:
    write(tmp_path, path, "src/x.ts")
    found = names.find(name, str(tmp_path))
    folder = (
        Path(path).parent if Path(path).name in ("tasks.md", "tasks.json", "plan.md", "subtask_01.json") else Path(path)
    )
    assert found == [str(tmp_path / folder)]
    assert names.find(name, str(tmp_path / "src")) == found
    assert resolve(name, str(tmp_path)).path in (found[0], str(tmp_path / path))


def test_several_lists_of_one_name_are_named(tmp_path: Path) -> None:
    write(tmp_path, ".kiro/specs/auth/tasks.md", "openspec/changes/auth/tasks.md", "tasks/tasks-auth.md")
    with pytest.raises(FanoutError) as error:
        resolve("auth", str(tmp_path))
    assert str(error.value) == (
        "3 lists are called 'auth': .kiro/specs/auth, openspec/changes/auth, tasks/tasks-auth.md. "
        "Name one by its path, as .kiro/specs/auth."
    )


def test_the_whole_name_goes_before_a_part_of_it(tmp_path: Path) -> None:
    write(tmp_path, "specs/001-auth/tasks.md", ".kiro/specs/auth/tasks.md")
    assert names.find("auth", str(tmp_path)) == [str(tmp_path / ".kiro/specs/auth")]


def test_a_feature_goes_before_the_spec_that_it_was_made_from(tmp_path: Path) -> None:
    write(tmp_path, "specs/auth/tasks.json", ".tmp/tasks/auth/subtask_01.json")
    assert names.find("auth", str(tmp_path)) == [str(tmp_path / ".tmp/tasks/auth")]


def test_a_list_goes_before_a_folder_of_that_name_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, ".kiro/specs/auth/tasks.md", "auth/login.ts")
    monkeypatch.chdir(tmp_path)
    assert resolve("auth", str(tmp_path)).path == str(tmp_path / ".kiro/specs/auth/tasks.md")
    write(tmp_path, "auth/tasks.md")
    assert resolve("auth", str(tmp_path)).path == str(tmp_path / "auth/tasks.md")


@pytest.mark.parametrize("name", ["archive", "completed", ".", "..", "a/b", f"a{os.sep}b"])
def test_what_is_no_name_of_a_list(tmp_path: Path, name: str) -> None:
    write(tmp_path, "openspec/changes/archive/old/tasks.md", ".tmp/tasks/completed/x/subtask_01.json")
    assert names.find(name, str(tmp_path)) == []


def test_what_there_is_is_named_when_nothing_is_called_so(tmp_path: Path) -> None:
    write(tmp_path, ".kiro/specs/booking/tasks.md", "tasks/tasks-prd-invoices.md")
    with pytest.raises(FanoutError, match=r"Did you mean 'booking'\? Features here: booking, invoices\."):
        resolve("bookng", str(tmp_path))


def test_a_folder_with_a_plain_list_is_that_list(tmp_path: Path) -> None:
    from fanout.plan.read import registry

    write(tmp_path, "work/tasks.md")
    source = resolve(str(tmp_path / "work"), str(tmp_path))
    assert [task.id for task in registry.read(source).document.tasks] == ["1.1"]
