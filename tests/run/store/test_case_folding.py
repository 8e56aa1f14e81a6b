"""Whether names fold is read off what folders list; on a file system that keeps case apart nothing looks like folding."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fanout.run.store import case_folding


@pytest.mark.parametrize(
    "names",
    [(), ("a",), ("a", "A"), ("Makefile", "src"), ("123", "_"), (".fanout",), ("straße", "STRASSE"), ("a", "A", "b")],
)
def test_here_the_answer_is_the_file_systems(tmp_path: Path, names: tuple[str, ...]) -> None:
    """The truth by trying: a new name is written, and its other spelling looked for."""
    probe = tmp_path / "probe"
    probe.mkdir()
    (probe / "written").write_text("x")
    truth = os.path.exists(probe / "WRITTEN")
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("x")
    assert case_folding.is_on(str(folder)) is truth


def test_a_folder_that_is_not_there_is_answered_by_those_above(tmp_path: Path) -> None:
    assert case_folding.is_on(str(tmp_path / "no" / "such")) is case_folding.is_on(str(tmp_path))
