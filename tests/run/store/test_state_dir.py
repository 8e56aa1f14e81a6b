"""Where a project's state is: the folder itself, and the main worktree behind another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fanout.run.store import state_dir

FILES: dict[str, tuple[bytes | None, str | None]] = {
    # what stands in a .git file, and the main worktree that it leads to
    "a worktree's": (b"gitdir: MAIN/.git/worktrees/w\n", "main"),
    "by a relative path": (b"gitdir: ../main/.git/worktrees/w\n", "main"),
    "a submodule's": (b"gitdir: MAIN/.git/modules/w\n", None),
    "of a bare repository": (b"gitdir: MAIN/bare/worktrees/w\n", None),
    "something else": (b"MAIN/.git/worktrees/w\n", None),
    "no text": (b"gitdir: \xff\xfe/.git/worktrees/w\n", None),
    "empty": (b"", None),
    "none": (None, None),
}


@pytest.mark.parametrize("case", FILES)
def test_the_main_worktree_behind_a_file(tmp_path: Path, case: str) -> None:
    text, main = FILES[case]
    file = tmp_path / "w" / ".git"
    file.parent.mkdir()
    if text is not None:
        file.write_bytes(text.replace(b"MAIN", bytes(tmp_path / "main")))
    assert state_dir.main_worktree(str(file)) == (str(tmp_path / main) if main else None)
    assert state_dir.root_for(str(file.parent)) == str(tmp_path / (main or "w"))
    assert state_dir.linked(str(file.parent)) == (str(file.parent) if main else None)


@pytest.mark.parametrize(
    ("made", "start", "found"),
    [
        ([".fanout/"], "", ""),
        ([".fanout/"], "a/b", ""),
        ([".fanout/", "a/.git/"], "a/b", None),  # a repository inside is another project
        ([".fanout/", "a/.fanout/"], "a/b", "a"),
        ([".git/"], "a", None),
        ([], "a", None),
    ],
)
def test_the_state_above_a_folder(tmp_path: Path, made: list[str], start: str, found: str | None) -> None:
    for name in [*made, start or "."]:
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    assert state_dir.find(str(tmp_path / start)) == (None if found is None else str(tmp_path / found))
    is_in_git = ".git/" in made
    assert state_dir.linked(str(tmp_path / start)) is None
    expected = tmp_path / found if found is not None else tmp_path if is_in_git else None
    if expected is not None:
        assert state_dir.root_for(str(tmp_path / start)) == str(expected)


def test_threads_of_one_process_make_it_at_once(tmp_path: Path) -> None:
    for number in range(50):
        root = tmp_path / str(number)
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(state_dir.create, [str(root)] * 8))
        assert set(made) == {str(root / ".fanout")}
        assert [file.name for file in (root / ".fanout").iterdir()] == [".gitignore"]
