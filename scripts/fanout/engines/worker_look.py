"""What a machine has of that which a worker needs: asked on it by `fanout doctor --cluster`, and before a run is driven."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

from fanout.engines import errand, lease
from fanout.version import version

SECONDS = 20.0


def look() -> dict[str, Any]:
    """Plain data: a text is a version, or begins with "!" and says what is wrong."""
    return {
        "host": lease.host(),
        "fanout": version(),
        "client": _said(os.environ.get(errand.CLIENT_VARIABLE) or "claude"),
        "git": _said("git"),
        "folder": _folder(),
    }


def _said(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        return f"!no {program} there"
    try:
        ran = subprocess.run([path, "--version"], capture_output=True, encoding="utf-8", timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return f"!{path} does not start: {error}"
    return ran.stdout.strip()


def _folder() -> str:
    place = errand.folder()
    try:
        os.makedirs(place, exist_ok=True)
        probe = os.path.join(place, f"probe.{os.getpid()}")
        with open(probe, "w", encoding="utf-8", newline="\n") as file:
            file.write("x")
        os.unlink(probe)
    except OSError as error:
        return f"!{place} can't be written: {error.strerror or error}"
    return place
