"""Which places of siblings one git command would touch, asked of the real repository."""

from __future__ import annotations

import os

from fanout.shell.git.verbs import family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.command_in_repository import Case


def threatened(case: Case) -> list[str] | None:
    top = case.repo.top(case.effect)
    if top is None:
        return None if _inside_repository(case.effect) else []
    case.top = case.owned.names.spelled(top)
    case.shift = case.owned.names.spelled(os.path.realpath(case.owned.root))
    if case.effect.endangers == "index" and case.effect.verb != "commit" and case.has_own_index():
        return []
    rule = family(case.effect.verb).get(case.effect.verb)
    found = rule[1](case) if rule is not None else None
    return None if found is None else sorted({case.place(path) for path in found if case.is_owned(path)})


def _inside_repository(effect: GitEffect) -> bool:
    """Whether git should have answered: then silence is no permission."""
    if effect.options or effect.env:
        return True
    folder = effect.cwd
    while folder:
        if os.path.exists(folder + "/.git"):
            return True
        folder = folder.rpartition("/")[0]
    return False
