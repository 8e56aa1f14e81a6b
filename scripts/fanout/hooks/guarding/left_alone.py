"""What the user's list says to leave alone: "Nobody touches `docs/CHANGELOG.md`", an item's own "don't touch `test/x.js`".

No agent of the run writes it, unless its task declares it or was granted it. The main conversation does what the user says.
"""

from __future__ import annotations

import os

from fanout.run.store import base, expressions, paths, planned

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.guarding.fast_verdict import Target
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent, Declared


def refusal(call: Call, caller: Agent, target: Target) -> str:
    """Why the caller may not write the target, "" when no rule speaks of it."""
    name = _in_project(call, caller, target.name)
    key = call.naming.key(name)
    rules = planned.spared_of(call.db, caller.run, caller.task)
    rule = next((one for one in rules if _speaks_of(call, one, target, key)), None)
    if rule is None:
        return ""
    mine = planned.writes_of(call.db, caller.run or "", caller.task)
    if any(expressions.matches(one.regex, rule.anchor if target.recursive else key) for one in mine):
        return ""
    return _said(call, caller, rule, rule.pattern if target.recursive else name)


def _speaks_of(call: Call, rule: Declared, target: Target, key: str) -> bool:
    if expressions.matches(rule.regex, key):
        return True
    if not target.recursive or not (key == "." or rule.anchor.startswith(key + "/")):
        return False
    full = call.naming.full(rule.pattern)
    if not os.path.isdir(full):
        return target.reaches(rule.pattern)
    return not target.kinds or any(target.reaches(name) for name in paths.files_below(call.naming, rule.pattern))


def _in_project(call: Call, caller: Agent, name: str) -> str:
    """The name, for a file in the caller's own worktree that of the file that it is a copy of."""
    if caller.worktree:
        home = call.naming.name(caller.worktree, call.naming.root)
        if name.startswith(home + "/"):
            return name[len(home) + 1 :]
    return name


def _said(call: Call, caller: Agent, rule: Declared, name: str) -> str:
    shown = base.shown(call.naming.root, base.name(call.db, caller.run), name)[-120:]
    whom = f"the list says so {'for all its tasks' if rule.task == planned.EVERY_TASK else 'of yours'}"
    way = f"`fanout retry {caller.run}/{caller.task} --note 'write {shown} too'`"
    return (
        f"{shown} is to be left alone: that is the user's rule, {whom}. Leave it as it is, and don't write it another way; say "
        f"in your last message what should change in it. If your task can't be done without it, end with "
        f"`NEEDS|{caller.task}|{shown}, why`: the user is asked, whose word lifts it ({way})."
    )
