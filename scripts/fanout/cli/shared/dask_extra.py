"""The optional extra of the engine dask: the planner's environment with Dask, made when it is first needed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from fanout.errors import FanoutError

CHECKOUT = Path(__file__).resolve().parents[4]
LOCK = CHECKOUT / "requirements" / "dask.txt"


def is_here() -> bool:
    return importlib.util.find_spec("distributed") is not None


def require() -> None:
    """Returns where Dask can be imported; else this command starts again where it can. Raises FanoutError."""
    if is_here():
        return
    environment = _cache() / f"dask-{_sum_of_lock()}"
    if not (environment / "ready").exists():
        made = subprocess.run(
            ["sh", str(CHECKOUT / "scripts" / "environment"), str(environment), str(LOCK)], check=False
        )
        if made.returncode:
            raise FanoutError("the packages of the engine dask can't be installed.", "What is said above is why.")
    python = str(environment / "bin" / "python")
    sys.stdout.flush()
    os.execv(python, [python, "-X", "utf8", "-I", str(CHECKOUT / "scripts"), *sys.argv[1:]])


def _cache() -> Path:
    return Path(os.environ.get("FANOUT_CACHE_DIR") or os.environ.get("CLAUDE_PLUGIN_DATA") or CHECKOUT / ".cache")


def _sum_of_lock() -> str:
    """As bin/fanout names environments."""
    with LOCK.open("rb") as file:
        said = subprocess.run(["cksum"], stdin=file, capture_output=True, encoding="utf-8", check=True)
    return said.stdout.split()[0]
