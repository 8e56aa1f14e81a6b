"""The client's settings files: read, and changed only where the user said so."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from fanout.errors import FanoutError


def write(path: Path, text: str) -> None:
    """The whole file or nothing, with the permissions that it had."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    if path.exists():
        shutil.copymode(path, temporary)
    temporary.replace(path)


def read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        settings = json.loads(text or "{}")
    except ValueError as error:
        raise FanoutError(f"{path} is not JSON ({error}).", "Fix it first; nothing was changed.") from None
    if not isinstance(settings, dict):
        raise FanoutError(f"{path} is not a JSON object.", "Fix it first; nothing was changed.")
    return settings
