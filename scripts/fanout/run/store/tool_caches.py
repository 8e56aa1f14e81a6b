"""Files that known tools keep for themselves and make again: nobody's work, wherever no ignore rule names them."""

from __future__ import annotations

import re

FOLDERS = (".pytest_cache", ".mypy_cache", ".ruff_cache", "node_modules/.cache")
COMPILED = re.compile(r"(?:\A|/)__pycache__/[^/]+\.py[co](?:\.\d+)?\Z")


def holds(name: str) -> bool:
    """Whether a path, with `/` between its parts, is in such a folder, or is what Python compiled into `__pycache__`."""
    return COMPILED.search(name) is not None or any(f"/{folder}/" in f"/{name}" for folder in FOLDERS)
