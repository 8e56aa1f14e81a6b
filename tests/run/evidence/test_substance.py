"""White space, a mode or an empty file is no work; what has a meaning is, be it one blank."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fanout.run.changes import objects
from fanout.run.evidence import substance

CASES = [
    ("a.js", "f(1)\n", "  f( 1)\n", False),  # joined otherwise: other words
    ("a.js", "f(1)\n", "    f(1)\n\n", True),
    ("a.js", "f(1)\n", "f(2)\n", False),
    ("a.py", "if x:\n    a()\n    b()\n", "if x:\n    a()\nb()\n", False),
    ("a.py", "if x:\n    a()\n", "if x:\n  a()\n", True),  # as deep as before
    ("a.py", "a()\n", "a()  \n\n\n", True),
    ("a.yml", "a:\n  b:\n", "a:\nb:\n", False),
    ("Makefile", "a:\n\ttrue\n", "a:\ntrue\n", False),
    ("new.py", None, "", True),
    ("a.js", "f(1)\n", "", True),  # emptied
    ("a.js", "f(1)\n", "\n", True),
    ("pkg/__init__.py", "x = 1\n", "", False),
    ("pkg/__init__.py", None, "", False),
    ("new.py", None, "x\n", False),
]


@pytest.mark.parametrize(("name", "was", "now", "is_hollow"), CASES)
def test_what_counts(tmp_path: Path, name: str, was: str | None, now: str, is_hollow: bool) -> None:
    root = str(tmp_path)
    old = objects.ABSENT if was is None else objects.keep_bytes(root, was.encode(), "")
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(now)
    assert (substance.hollow(root, root, {name: old}, "add a thing") == [name]) is is_hollow


def test_another_mode_alone_is_none_unless_that_was_the_task(tmp_path: Path) -> None:
    root, file = str(tmp_path), tmp_path / "run.sh"
    file.write_text("true\n")
    old = objects.keep(root, str(file))
    os.chmod(file, 0o755)
    assert substance.hollow(root, root, {"run.sh": old}, "add a script") == ["run.sh"]
    assert substance.hollow(root, root, {"run.sh": old}, "make it executable") == []
