"""Imports every module that hooks may load: python -I -S scripts/dev/hook_imports.py"""

from __future__ import annotations

import os
import sys

SCRIPTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOMS = ("hooks", "run", "shell")


def names() -> list[str]:
    """The modules of hooks, run and shell, by their dotted names."""
    found = []
    for room in ROOMS:
        for folder, _, files in os.walk(os.path.join(SCRIPTS, "fanout", room)):
            package = os.path.relpath(folder, SCRIPTS).replace(os.sep, ".")
            found += [
                package if file == "__init__.py" else f"{package}.{file[:-3]}" for file in files if file.endswith(".py")
            ]
    return sorted(found)


if __name__ == "__main__":
    sys.path.insert(0, SCRIPTS)
    for name in names():
        __import__(name)
    print(f"{len(names())} modules on Python {sys.version.split()[0]}, {sys.platform}")
