"""Whether names fold is read off what folders list; on a file system that keeps case apart nothing looks like folding."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fanout.run.store import case_folding
from fanout.run.store.spelling import Spelling, key


@pytest.fixture(autouse=True)
def _as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(case_folding.FORCED, raising=False)


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


def test_where_nothing_can_be_made_nothing_is_taken_to_fold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "mkdir", full)
    assert not case_folding._tried_in(str(tmp_path))


@pytest.mark.parametrize("names", [(), ("Makefile",), ("src", "123"), ("a",), ("42",)])
def test_where_names_fold_it_is_found_out_with_nothing_made_yet(folding_mount: Path, names: tuple[str, ...]) -> None:
    """Also in an empty folder, in one without letters, and at the top of the file system: above it names stay apart."""
    folder = folding_mount / f"{len(names)}{'-'.join(names)}"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("x")
    assert case_folding.is_on(str(folder))
    assert case_folding.is_on(str(folding_mount))
    assert not case_folding.is_on(str(folding_mount.parent))
    assert sorted(os.listdir(folder)) == sorted(names)


def test_forced_it_is_on_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(case_folding.FORCED, "1")
    assert case_folding.is_on(str(tmp_path))


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("Src/Komponenten/Straße.md", "Src/Komponenten/Straße.md"),
        ("src/KOMPONENTEN/strasse.md", "Src/Komponenten/Straße.md"),
        ("src/new/File.ts", "Src/new/File.ts"),
        ("SRC", "Src"),
        ("Src/MENU\u0308.md", "Src/Menü.md"),
        ("src/.GIT/Hooks", "Src/.git/Hooks"),
        ("New/.Fanout/State.db", "New/.fanout/State.db"),
    ],
)
def test_a_path_is_spelled_as_the_folders_list_it(folding: Path, asked: str, listed: str) -> None:
    (folding / "Src" / "Komponenten").mkdir(parents=True)
    for name in ("Src/Komponenten/Straße.md", "Src/Menü.md"):
        (folding / name).write_text("x")
    assert Spelling(folds=True).of(f"{folding}/{asked}", str(folding)) == f"{folding}/{listed}"
    assert Spelling(folds=True).of(f"{folding}/{asked}").endswith(f"/{listed}")
    assert key(asked, folds=True) == key(asked.swapcase(), folds=True)


@pytest.mark.parametrize(
    ("regex", "forced"),
    [
        ("src/a.ts", "SRC/A.TS"),
        (r"src/\[id\]\.ts", r"SRC/\[ID\]\.TS"),
        (r"a\db", r"A\dB"),
        ("[a-c]/[^d]*", "[A-C]/[^D]*"),
        ("(?:a|b)(?=c)(?!d)(?<=e)(?<!f)", "(?:A|B)(?=C)(?!D)(?<=E)(?<!F)"),
        ("(?P<name>x)(?P=name)", "(?P<name>X)(?P=name)"),
        ("a\nb", "A\nB"),
    ],
)
def test_a_pattern_matches_keys_in_capitals_where_they_are_forced(
    monkeypatch: pytest.MonkeyPatch, regex: str, forced: str
) -> None:
    """Its letters are in capitals; what belongs to the regex itself is as it was."""
    assert case_folding.for_keys(regex) == regex and case_folding.as_key("a") == "a"
    monkeypatch.setenv(case_folding.FORCED, "1")
    assert case_folding.for_keys(regex) == regex and case_folding.as_key("a") == "a"
    monkeypatch.setenv(case_folding.FORCED, case_folding.CAPITALS)
    assert case_folding.for_keys(regex) == forced and case_folding.as_key("a") == "A"
