"""The project and the session as a plan's checks ask about them."""

from __future__ import annotations

import os
import re
import shutil

from fanout.plan.project_facts import ProjectFacts
from fanout.run.evidence import command
from fanout.run.store import case_folding, state_dir
from fanout.source import file_history, tracked
from fanout.source.installed_agents import installed
from fanout.version import checkout

MOST_READ = 256 * 1024  # characters of an index file
_LISTED = re.compile(r"""(?:\bfrom\s*|\brequire\(\s*|\bimport\(?\s*)['"]\./""")


def of(root: str) -> ProjectFacts:
    """What is in the folder `root` now, and the agent types that a session in it has."""
    folders: dict[str, bool] = {}

    def exists(path: str) -> bool:
        folder = path.rpartition("/")[0]
        if folder not in folders:
            folders[folder] = os.path.isdir(f"{root}/{folder}")
        return folders[folder] and os.path.exists(f"{root}/{path}")

    def lists(path: str) -> bool:
        try:
            with open(f"{root}/{path}", encoding="utf-8", errors="replace") as file:
                return path.endswith(".rs") or _LISTED.search(file.read(MOST_READ)) is not None
        except OSError:
            return True  # what the plan makes may list them

    commits = file_history.commits(root)
    return ProjectFacts(
        exists,
        frozenset(agents(root)),
        case_folding.is_on(root),
        command.shell() != "sh",
        file_history.hubs(commits),
        lists,
        runs=lambda name: shutil.which(name) is not None,
        files=tracked.files(root),
        together=file_history.pairs(commits),
    )


def agents(folder: str) -> set[str]:
    """The agent types that a session in the folder has: of the folder itself and of its work tree's top."""
    home = os.path.expanduser("~")
    top = state_dir.linked(folder) or state_dir.root_for(folder)
    return installed(folder, checkout(), home) | installed(top, checkout(), home)
