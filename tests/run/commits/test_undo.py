"""What undoing a task does to each path, by what was there before it, what it left, and what is there now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fanout.run.changes import objects
from fanout.run.commits import undo
from fanout.run.store import paths

OLD = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"
NEW = OLD.replace("two", "TWO")
LATER = NEW.replace("six", "SIX")  # somebody else's change beside the task's
LATER_ALONE = OLD.replace("six", "SIX")
OTHER = OLD.replace("two", "other")  # in the task's own lines
GONE = None
LARGE = objects.NOT_KEPT

# What was there before, what the task left, what is there now: what is done, and what is there then ("same": as it is).
STEPS: dict[str, tuple[str | None, str | None, str | None, str, str | None]] = {
    "changed": (OLD, NEW, NEW, "restore", OLD),
    "created": (GONE, NEW, NEW, "delete", GONE),
    "deleted": (OLD, GONE, GONE, "restore", OLD),
    "put back already": (OLD, NEW, OLD, "leave", OLD),
    "created and gone already": (GONE, NEW, GONE, "leave", GONE),
    "changed beside it since": (OLD, NEW, LATER, "merge", LATER_ALONE),
    "changed in the same lines since": (OLD, NEW, OTHER, "keep", "was changed in the same lines since"),
    "gone since": (OLD, NEW, GONE, "keep", "was changed in the same lines since"),
    "made again since it was deleted": (OLD, GONE, OTHER, "keep", "was changed in the same lines since"),
    "changed since it was created": (GONE, NEW, LATER, "keep", "was changed since the task created it"),
    "too large, and new": (GONE, LARGE, NEW, "move", GONE),
    "too large, new and gone": (GONE, LARGE, GONE, "keep", "was too large to be kept"),
    "too large before": (LARGE, NEW, NEW, "keep", "was too large to be kept"),
    "too large since": (OLD, LARGE, NEW, "keep", "was too large to be kept"),
    "too large, and deleted": (LARGE, GONE, GONE, "keep", "was too large to be kept"),
}


@pytest.mark.parametrize("case", STEPS)
def test_what_is_done_to_a_path(tmp_path: Path, case: str) -> None:
    before, after, there, verb, then = STEPS[case]
    root = str(tmp_path)

    def kept(text: str | None) -> str:
        if text is None:
            return objects.ABSENT
        return text if text == LARGE else objects.keep_bytes(root, text.encode(), "")

    if there is not None:
        (tmp_path / "a.txt").write_text(there)
    step = undo._step(paths.Naming(root, False), root, "a.txt", kept(before), kept(after))
    assert (step.path, step.verb) == ("a.txt", verb)
    if verb == "keep":
        assert step.clash.startswith(str(then))
        return
    assert step.clash == "" and step.new == kept(then)
    assert step.merged == (str(then).encode() if verb == "merge" else None)


def test_the_version_before_is_kept_where_both_changed_the_same_lines(tmp_path: Path) -> None:
    root = str(tmp_path)
    (tmp_path / "a.txt").write_text(OTHER)
    before, after = (objects.keep_bytes(root, text.encode(), "") for text in (OLD, NEW))
    step = undo._step(paths.Naming(root, False), root, "a.txt", before, after)
    assert step.clash.endswith("(the version before the task: .fanout/undo/a.txt.kept)")
    assert (tmp_path / ".fanout" / "undo" / "a.txt.kept").read_text() == OLD


@pytest.mark.parametrize(
    ("before", "after", "now", "mode"),
    [
        ("", "", objects.EXECUTABLE, objects.EXECUTABLE),  # somebody else's change stays
        ("", objects.EXECUTABLE, objects.EXECUTABLE, ""),  # the task's goes
        (objects.EXECUTABLE, "", "", objects.EXECUTABLE),
    ],
)
def test_what_is_merged_has_the_mode_that_was_not_the_tasks(
    tmp_path: Path, before: str, after: str, now: str, mode: str
) -> None:
    root = str(tmp_path)
    (tmp_path / "a.txt").write_text(LATER)
    (tmp_path / "a.txt").chmod(0o755 if now else 0o644)
    sides = (objects.keep_bytes(root, text.encode(), kind) for text, kind in ((OLD, before), (NEW, after)))
    step = undo._step(paths.Naming(root, False), root, "a.txt", *sides)
    assert step.verb == "merge" and objects.kind(step.new) == mode


def test_a_link_is_not_merged(tmp_path: Path) -> None:
    root = str(tmp_path)
    links = []
    for target in ("b.txt", "c.txt"):
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(target)
        links.append(objects.keep(root, str(tmp_path / "link")))
    naming = paths.Naming(root, False)
    assert undo._step(naming, root, "link", *links).verb == "restore"
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("d.txt")
    assert undo._step(naming, root, "link", *links).verb == "keep"


def test_a_version_that_is_put_aside_takes_a_name_that_is_free(tmp_path: Path) -> None:
    place = str(tmp_path / "a.txt")
    assert undo._free(place) == place
    for name in ("a.txt", "a.txt.2"):
        (tmp_path / name).write_text("x")
    assert undo._free(place) == f"{place}.3"
    (tmp_path / "a.txt.3").symlink_to("nowhere")
    assert undo._free(place) == f"{place}.4"


def test_the_files_below_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/x", "a/b/y"):
        (tmp_path / name).write_text("x")
    (tmp_path / "link").symlink_to("a")
    assert undo._below(str(tmp_path / "a")) == {os.path.join(str(tmp_path), name) for name in ("a/x", "a/b/y")}
    assert undo._below(str(tmp_path / "link")) == set() and undo._below(str(tmp_path / "a" / "x")) == set()
