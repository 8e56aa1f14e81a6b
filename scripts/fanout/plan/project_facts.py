"""What a plan asks about the project and the session that it is for. The plan itself opens no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def _nothing(path: str) -> bool:
    return False


def _anything(path: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """`exists` takes a path relative to the project's root; `agents` are the installed types, None when not known.

    `has_bash`: whether acceptance commands run through bash, as agents' commands do, or through whatever sh is.
    `is_apart`: whether each task is done in a tree of its own and merged: those whose files are not known may run side by side.
    """

    exists: Callable[[str], bool] = _nothing
    agents: frozenset[str] | None = None
    case_insensitive: bool = False
    has_bash: bool = True
    hubs: Mapping[str, str] = field(default_factory=dict)  # files that most commits change, each with the figure
    lists: Callable[[str], bool] = _anything  # whether a module's index, as src/index.ts, names what stands beside it
    is_apart: bool = False
    runs: Callable[[str], bool] = _anything  # whether a program of this name is on the machine
    files: frozenset[str] = frozenset()  # those that git knows
    together: Mapping[tuple[str, str], str] = field(
        default_factory=dict
    )  # files that history changes together, with the figure


NO_PROJECT = ProjectFacts()
