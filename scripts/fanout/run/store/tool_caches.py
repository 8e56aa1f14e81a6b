"""Files that known tools keep for themselves and make again: nobody's work, wherever no ignore rule names them."""

from __future__ import annotations

FOLDERS = (".pytest_cache", ".mypy_cache", ".ruff_cache", "node_modules/.cache")
COMPILED = (".pyc", ".pyo")


def holds(name: str) -> bool:
    """Whether a path, with `/` between its parts, is in such a folder, or is what Python compiled into `__pycache__`."""
    return _is_compiled(name) or any(f"/{folder}/" in f"/{name}" for folder in FOLDERS)


def _is_compiled(name: str) -> bool:
    """`__pycache__/a.cpython-311.pyc`, and `.pyc.1403` while Python writes it."""
    folder, _, file = name.rpartition("/")
    stem, _, number = file.rpartition(".")
    whole = stem if number.isdigit() else file
    return folder.rpartition("/")[2] == "__pycache__" and len(whole) > len(".pyc") and whole.endswith(COMPILED)
