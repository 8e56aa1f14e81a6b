"""The agent types that a session has: built in, of the project, of the user, of this plugin."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from fanout.plan.agent_types import BUILT_IN


def installed(project: str, plugin: str, home: str) -> set[str]:
    """The agent types of a session in `project`."""
    return {
        *BUILT_IN,
        *_names(os.path.join(project, ".claude", "agents")),
        *_names(os.path.join(home, ".claude", "agents")),
        *(f"spec:{name}" for name in _names(os.path.join(plugin, "agents"))),
    }


def _names(folder: str) -> Iterator[str]:
    """The names that the agent files of a folder give themselves, or their file names."""
    try:
        files = sorted(os.listdir(folder))
    except OSError:
        return
    for file in files:
        if file.endswith(".md"):
            yield _named(os.path.join(folder, file)) or file[: -len(".md")]


def _named(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                name = re.match(r"name:\s*[\"']?([\w -]+)", line)
                if name:
                    return name.group(1).strip()
    except (OSError, UnicodeDecodeError):
        pass
    return ""
