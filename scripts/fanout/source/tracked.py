"""The files that git knows in a folder: what of a list's paths is there already."""

from __future__ import annotations

import subprocess
from functools import lru_cache

SECONDS = 10
MOST_BYTES = 32 * 1024 * 1024


@lru_cache(maxsize=4)
def files(folder: str) -> frozenset[str]:
    """Paths relative to the folder, "/" between; none when it is no work tree, or git does not answer."""
    command = ["git", "-C", folder, "-c", "core.quotePath=off", "ls-files", "-z"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    if done.returncode or len(done.stdout) > MOST_BYTES:
        return frozenset()
    return frozenset(done.stdout.decode("utf-8", "surrogateescape").split("\0")) - {""}
