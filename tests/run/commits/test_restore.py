"""Paths are made to hold kept objects: all of them or none, and what a kill left is done by the next command."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from fanout.errors import FanoutError
from fanout.run.changes import objects
from fanout.run.commits import restore

ABSENT = objects.ABSENT
KILLED = 4_000_000  # no process has this id: those of Linux end below it


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".fanout").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(f"old {name}\n")
    return tmp_path


def kept(root: Path, text: str) -> str:
    (root / "kept").write_text(text)
    name = objects.keep(str(root), str(root / "kept"))
    (root / "kept").unlink()
    return name


def held(root: Path, name: str) -> str:
    return objects.keep(str(root), str(root / name))


def put(root: Path, name: str, text: str | None) -> restore.Put:
    return name, held(root, name), ABSENT if text is None else kept(root, text), ""


def files(root: Path) -> dict[str, str]:
    """What is there, without fanout's own state."""
    found = (path for path in root.rglob("*") if ".fanout" not in path.parts and path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text() for path in found}


def carry_out(root: Path, *puts: restore.Put) -> str:
    return restore.carry_out(str(root), "demo-1", "01", list(puts), 7)


OLD = {name: f"old {name}\n" for name in "abc"}


def test_each_path_holds_what_it_is_to_hold(root: Path) -> None:
    aside = root / ".fanout" / "aside" / "deep" / "c"
    token = carry_out(
        root,
        put(root, "a", "new\n"),
        put(root, "b", None),
        put(root, "none", None),
        put(root, "d/e", "made\n"),
        ("c", held(root, "c"), ABSENT, str(aside)),
    )
    assert files(root) == {"a": "new\n", "d/e": "made\n"} and aside.read_text() == "old c\n"
    (intent,) = restore.unfinished(str(root))
    assert (intent["run"], intent["task"], intent["token"], intent["after"]) == ("demo-1", "01", token, 7)
    restore.forget(str(root), token)
    assert restore.unfinished(str(root)) == []
    restore.forget(str(root), token)  # twice is no error


def test_a_path_outside_is_named_whole(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "x"
    carry_out(root, (str(outside), ABSENT, kept(root, "out\n"), ""))
    assert outside.read_text() == "out\n" and files(root) == OLD


@pytest.mark.parametrize("is_link", [False, True])
def test_a_file_comes_back_in_place_of_an_empty_folder_or_a_link(root: Path, is_link: bool) -> None:
    one = put(root, "a", "back\n")
    (root / "a").unlink()
    (root / "other").mkdir()
    (root / "other" / "inside").write_text("stays\n")
    if is_link:
        (root / "a").symlink_to("other")
    else:
        (root / "a" / "empty" / "deep").mkdir(parents=True)
    carry_out(root, one)
    assert files(root) == {**OLD, "a": "back\n", "other/inside": "stays\n"} and not (root / "a").is_symlink()


def test_a_link_comes_back_as_a_link(root: Path) -> None:
    (root / "l").symlink_to("a")
    link = held(root, "l")
    (root / "l").unlink()
    carry_out(root, ("l", ABSENT, link, ""))
    assert os.readlink(root / "l") == "a"


def full_folder(root: Path) -> str:
    (root / "b").unlink()
    (root / "b").mkdir()
    (root / "b" / "in the way").write_text("x\n")
    return "b can't be written: Directory not empty."


def file_above(root: Path) -> str:
    return "b/x can't be written: File exists."


@pytest.mark.parametrize("way", [full_folder, file_above])
def test_when_one_path_cant_be_written_nothing_is_changed(root: Path, way: object) -> None:
    aside = root / "aside" / "c"
    first = [put(root, "a", "new\n"), put(root, "d", "made\n"), ("c", held(root, "c"), ABSENT, str(aside))]
    said = way(root)  # type: ignore[operator]
    before = files(root)
    name = said.partition(" ")[0]
    with pytest.raises(FanoutError, match=said) as raised:
        carry_out(root, *first, (name, "", kept(root, "y\n"), ""), put(root, "never", "z\n"))
    assert "Nothing was changed." in str(raised.value)
    assert files(root) == before
    assert restore.unfinished(str(root)) == []


def test_an_earlier_version_set_aside_is_not_written_over(root: Path) -> None:
    aside = root / ".fanout" / "aside"
    aside.write_text("the first\n")
    carry_out(root, ("a", held(root, "a"), ABSENT, str(aside)))
    assert aside.read_text() == "the first\n" and files(root) == OLD


def interrupted(root: Path, puts: list[restore.Put]) -> dict[str, object]:
    """The intent of a process that was killed before it had put anything."""
    token = f"1-{KILLED}"
    folder = root / ".fanout" / "undo" / "under-way"
    folder.mkdir(parents=True)
    (folder / f"{token}.json").write_text(
        json.dumps({"run": "r", "task": "t", "token": token, "puts": puts, "after": 0})
    )
    (folder / f"{token}.json.tmp").write_text("half")
    (intent,) = restore.unfinished(str(root))
    return intent


def test_the_rest_is_done_after_a_kill_and_what_somebody_changed_since_stays(root: Path) -> None:
    aside = root / ".fanout" / "aside" / "c"
    puts = [
        put(root, "a", "new\n"),
        put(root, "b", "new\n"),
        ("c", held(root, "c"), ABSENT, str(aside)),
        put(root, "d", "d\n"),
    ]
    intent = interrupted(root, puts)
    (root / "b").write_text("the user's\n")
    (root / "d").write_text("d\n")  # it came so far
    half = Path(objects.temporary(str(root / "a"), str(KILLED)))
    half.write_text("hal")
    assert restore.go_on(str(root), intent) == ["b"]
    assert files(root) == {"a": "new\n", "b": "the user's\n", "d": "d\n"} and aside.read_text() == "old c\n"
    assert restore.go_on(str(root), intent) == ["b"], "done twice is done once"
    assert aside.read_text() == "old c\n"


def test_the_oldest_intent_comes_first(root: Path) -> None:
    interrupted(root, [])
    carry_out(root, put(root, "a", "new\n"))
    assert [intent["run"] for intent in restore.unfinished(str(root))] == ["r", "demo-1"]
