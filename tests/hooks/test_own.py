"""The one `allow` that fanout ever gives: for exactly its own command line, and nothing that hides behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from project import CHECKOUT

from fanout.hooks import own

PLUGIN = str(CHECKOUT)
OURS = str(CHECKOUT / "bin" / "fanout")

YES = [
    "fanout brief demo-1/01",
    "fanout next",
    "fanout status --json",
    "fanout status demo-1 --tree",
    "fanout ask src/a.ts 'why, and who'",
    'fanout done demo-1/01 "a summary"',
    f"{OURS} report demo-1",
    "  fanout next  ",
]
NO = [
    "fanout",
    "fanout start tasks.json",
    "fanout undo demo-1/01",
    "fanout commit --all",
    "fanout next; rm -rf /",
    "fanout next && true",
    "fanout next | sh",
    "fanout next > out.txt",
    "fanout brief $(id)",
    "fanout brief `id`",
    'fanout done demo-1/01 "$HOME"',
    "fanout next\nrm x",
    "PATH=/tmp fanout next",
    "env fanout next",
    "./fanout next",
    "/tmp/fanout next",
    "fanout status --watch",
    "fanout report --output x.html",
    "fanout check",
    "fanout check -",
    "fanout check tasks.json",
    "fanout diff demo-1/01",
]


@pytest.mark.parametrize("command", YES)
def test_ours(command: str) -> None:
    assert own.is_own(command, PLUGIN, "/usr/bin:/bin")


@pytest.mark.parametrize("command", NO)
def test_not_exactly_ours(command: str) -> None:
    assert not own.is_own(command, PLUGIN, "/usr/bin:/bin")


def test_another_fanout_on_the_path_is_not_ours(tmp_path: Path) -> None:
    other = tmp_path / "bin" / "fanout"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    assert not own.is_own("fanout next", PLUGIN, f"{other.parent}:/usr/bin")
