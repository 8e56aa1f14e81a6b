"""File systems of other kinds, mounted for tests where root and /dev/fuse are there (folding_fs.py).

FANOUT_TEST_FOLDS=mounted runs every test on one whose names fold, as a Mac's. FANOUT_TEST_FOLDS=forced makes fanout fold where
names stay apart, and compare by keys that name nothing: one that reaches the disk or git is found out.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanout.run.store import case_folding

SERVER = Path(__file__).with_name("folding_fs.py")
WANTED = "FANOUT_TEST_FOLDS"
HELD = contextlib.ExitStack()


def passed_on() -> dict[str, str]:
    """What an environment made from nothing needs, so that names fold there as they do here."""
    return {name: value for name, value in os.environ.items() if name == case_folding.FORCED}


def refusal() -> str:
    """Why none can be mounted; empty where one can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not os.access("/dev/fuse", os.W_OK):
        return "mounting a file system that folds names takes root and /dev/fuse"
    return ""


@contextlib.contextmanager
def mounted(*how: str) -> Iterator[Path]:
    """A mounted file system, over a folder outside of it. It goes with this process, however that ends."""
    if refusal():
        pytest.skip(refusal())
    with tempfile.TemporaryDirectory(prefix="fanout-") as place:
        below, mount = Path(place) / "below", Path(place) / "Mount"
        below.mkdir()
        mount.mkdir()
        command = [sys.executable, str(SERVER), str(below), str(mount), *how]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            assert server.stdout and server.stdin
            if server.stdout.readline() != b"mounted\n":
                pytest.skip("the system does not let a file system be mounted here")
            try:
                yield mount
            finally:
                with contextlib.suppress(BrokenPipeError):
                    server.stdin.write(b".")  # its end is not seen where a process that a test forked holds it open too
                    server.stdin.close()


@pytest.hookimpl(tryfirst=True)  # the place of temporary folders is read by the next
def pytest_configure(config: pytest.Config) -> None:
    wanted = os.environ.get(WANTED, "")
    if wanted not in ("", "mounted", "forced"):
        pytest.exit(f"{WANTED} is 'mounted' or 'forced', not {wanted!r}", 4)
    if wanted == "forced":
        os.environ[case_folding.FORCED] = case_folding.CAPITALS
    elif wanted and not hasattr(config, "workerinput"):  # xdist's workers get theirs from its first process
        if refusal():
            pytest.exit(f"{WANTED}=mounted: {refusal()}", 4)
        config.option.basetemp = str(HELD.enter_context(mounted()) / "Tests")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    HELD.close()
