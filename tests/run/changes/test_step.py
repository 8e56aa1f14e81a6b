"""A step laid onto another version of a file: the same, merged, or none where it does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanout.run.changes import merge, objects, step

TEN = "".join(f"line {n}\n" for n in range(10))


def changed(*lines: int, text: str = TEN) -> str:
    return "".join(
        f"new {line}" if number in lines else line for number, line in enumerate(text.splitlines(keepends=True))
    )


X = objects.EXECUTABLE
STEPS: list[
    tuple[tuple[str | None, str], tuple[str | None, str], tuple[str | None, str], tuple[str | None, str] | None]
] = [
    # before, current and after of the step, as text and kind; what comes of it
    (("a", ""), ("a", ""), ("b", ""), ("b", "")),
    (("a", ""), ("b", ""), ("b", ""), ("b", "")),  # it is there already
    (("a", ""), ("a", ""), (None, ""), (None, "")),
    ((None, ""), (None, ""), ("b", X), ("b", X)),
    ((TEN, ""), (changed(1), ""), (changed(8), ""), (changed(1, 8), "")),
    ((TEN, ""), (changed(1), ""), (changed(1, 8), ""), (changed(1, 8), "")),
    ((TEN, ""), (changed(1), X), (changed(8), ""), (changed(1, 8), X)),  # the mode that one of them set
    ((TEN, ""), (changed(1), ""), (changed(8), X), (changed(1, 8), X)),
    ((TEN, X), (changed(1), X), (changed(8), ""), (changed(1, 8), "")),
    ((TEN, ""), (changed(1), ""), ("other\n", ""), None),
    ((None, ""), ("a", ""), ("b", ""), None),
    (("a", ""), (None, ""), ("b", ""), None),
    (("a", ""), ("b", ""), (None, ""), None),
    ((TEN, ""), ("x", objects.LINK), (changed(8), ""), None),
]


@pytest.mark.parametrize(("before", "current", "after", "found"), STEPS)
def test_what_a_step_makes_of_a_version(
    tmp_path: Path,
    before: tuple[str | None, str],
    current: tuple[str | None, str],
    after: tuple[str | None, str],
    found: tuple[str | None, str] | None,
) -> None:
    root = str(tmp_path)

    def kept(side: tuple[str | None, str]) -> str:
        return objects.ABSENT if side[0] is None else objects.keep_bytes(root, side[0].encode(), side[1])

    names = kept(before), kept(current), kept(after)
    wanted = None if found is None else (found[0] if found[0] is None else found[0].encode(), found[1])
    assert step.laid(root, *names) == wanted
    assert step.kept(root, *names) == (None if found is None else kept(found))


def test_what_was_not_kept_takes_no_step(tmp_path: Path) -> None:
    root = str(tmp_path)
    one, two = (objects.keep_bytes(root, text, "") for text in (b"a", b"b"))
    assert step.laid(root, objects.NOT_KEPT, one, two) is None and step.kept(root, one, objects.NOT_KEPT, two) is None


MERGES: list[tuple[bytes, bytes, bytes, bytes | None]] = [
    (b"a\n", b"a\n", b"b\n", b"b\n"),
    (b"a\n", b"b\n", b"a\n", b"b\n"),
    (b"a\n", b"b\n", b"b\n", b"b\n"),
    (b"a\n", b"b\n", b"c\n", None),
    (b"a\0", b"b\0", b"c\0", None),
    (b"1\n2\n3\n", b"x\n2\n3\n", b"1\n2\ny\n", b"x\n2\ny\n"),
    (b"1\n2\n3\n", b"x\n2\n3\n", b"1\ny\n3\n", b"x\ny\n3\n"),  # lines beside each other
    (b"1\n2\n3\n", b"1\nx\n2\n3\n", b"1\ny\n2\n3\n", None),  # two lines put in at one place
    (b"1\n2\n3\n", b"1\nx\n2\n3\n", b"1\nx\n2\n3\ny\n", b"1\nx\n2\n3\ny\n"),
    (b"1\n2\n3\n", b"1\nx\n2\n3\n", b"1\n2\ny\n3\n", b"1\nx\n2\ny\n3\n"),
    (b"1\n2\n3\n", b"0\n1\n2\n3\n", b"2\n3\n", None),  # put in before what the other takes away
    (b"1\n2\n3\n", b"1\n3\n", b"1\n2\nx\n3\n", None),  # put in after what the other takes away
    (b"1\n2\n3\n", b"1\n2\n", b"0\n1\n2\n3\n", b"0\n1\n2\n"),
    (b"", b"a\n", b"b\n", None),
]


@pytest.mark.parametrize(("base", "ours", "theirs", "merged"), MERGES)
def test_two_changes_of_one_text(base: bytes, ours: bytes, theirs: bytes, merged: bytes | None) -> None:
    assert merge.merge(base, ours, theirs) == merged
    assert merge.merge(base, theirs, ours) == merged
