"""What no tool call writes while a run is live: fanout's own state, and, for agents, what would switch the guard off.

The main conversation is held from the state alone: settings, the plugin and git's own files are the user's to change.
"""

from __future__ import annotations

import os

from fanout.run.store import base, journal, state_dir, vault
from fanout.run.store.db import Write
from fanout.run.store.paths import is_outside

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.guarding.fast_verdict import Target
    from fanout.hooks.hook_call import Call
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent

SETTINGS = ("settings.json", "settings.local.json")
CLIENTS = ".claude"
AGENTS_OWN = (f"{state_dir.FOLDER}/results/", f"{state_dir.FOLDER}/scratch/")
STATE = (
    "is fanout's own state: leave it as it is; `fanout status`, `fanout diff` and `fanout why PATH` show what it holds. When "
    "yours goes through the whole tree, leave .fanout out: `find . -not -path './.fanout*' ...`."
)
GITS = "is git's own and everybody's: agents don't write it by hand; git's commands for your own files do."
GIT_SETTINGS = (
    "is git's own and everybody's: agents don't write it by hand, nor by `git config`, `git remote` or the like. A setting "
    "for one command of yours: `git -c <name>=<value> ...`."
)
GIT_PARTS = ("HEAD", "config", "config.worktree", "hooks", "index", "logs", "objects", "packed-refs", "refs")
BELOW_GIT = ("worktrees", "modules")  # what a linked worktree and a submodule have of the same


def refusal(call: Call, targets: list[Target]) -> str:
    """Why nobody, or no agent, may write one of the targets; "" when they are none of these."""
    for target in targets:
        why = _state(call, target)
        if why:
            return _denied(call, target, why, "")
    if not call.agent_id or any(
        _is_state(target.name) for target in targets
    ):  # the agent's own files in it: ownership.py
        return ""
    for target in targets:
        why = _switch(call, target)
        if why:
            return _denied(call, target, why, target.name)
    return ""


def _denied(call: Call, target: Target, why: str, asked: str) -> str:
    from fanout.hooks.caller import identified

    with Write(call.db):
        agent = identified(call)
        shown = base.shown(call.naming.root, call.facts.base, target.name)[-120:]
        reason = " ".join(part for part in (shown, why, _ways_out(agent, asked)) if part)
        journal.note(call.db, "write-denied", agent.run, agent.task, agent.id, path=target.name, reason=reason[:300])
    return reason


def _is_state(name: str) -> bool:
    return not name.startswith(AGENTS_OWN) and vault.is_state(name)


def _state(call: Call, target: Target) -> str:
    """What of fanout's state it is or holds. What agents may write there is decided in ownership.py."""
    if vault.is_state(target.name):
        return "" if call.agent_id or state_dir.is_side_file(target.name) else STATE
    outside = [call.naming.name(place, call.naming.root) for place in _outside_state()]
    inside = call.naming.name(os.path.join(call.naming.root, state_dir.FOLDER), call.naming.root)
    key = call.naming.key
    if target.wipes and any(_is_below(key(name), key(target.name)) for name in (inside, *outside)):
        return (
            "holds .fanout, fanout's own state, and what is everybody's: name the files or folders that you mean. Through "
            "the whole tree: `find . -not -path './.fanout*' -not -path './.git*' ...`."
        )
    if any(_is_below(key(target.name), key(name)) for name in outside):
        return "is part of fanout's own state: tools don't write it; `fanout doctor` looks after it."
    return ""


def _outside_state() -> list[str]:
    """Where state stands outside the project: see run/store/vault.py."""
    data = vault.data_dir()
    return [os.path.join(data, "projects")] if data else []


def _switch(call: Call, target: Target) -> str:
    """What the file switches, for an agent."""
    key = call.naming.key
    place = key(target.name)
    settings = [name for name in _settings(call) if _reaches(place, target.wipes, key(name))]
    if any(place == key(name) or os.path.lexists(call.naming.full(name)) for name in settings):
        return "holds the client's settings, which switch hooks on and off: agents don't write it while a run is live."
    plugin = key(_plugin(call))
    if plugin and (_is_below(place, plugin) or _reaches(place, target.wipes, plugin)):
        return "belongs to the plugin that guards this run: agents don't write it."
    return _of_git(call, place, target.wipes)


def _of_git(call: Call, place: str, wipes: bool) -> str:
    """What the place, a key, is to git, for an agent."""
    key = call.naming.key
    if any(place == key(name) for name in _users_git_settings(call)):
        return GIT_SETTINGS
    if any(_reaches(place, wipes, key(name)) or _is_part(place, key(name), call.naming) for name in _git_folders(call)):
        return GIT_SETTINGS if os.path.basename(place).lower() in ("config", "config.worktree") else GITS
    return ""


def _users_git_settings(call: Call) -> set[str]:
    """The names of the files of git's settings that hold for every repository."""
    from fanout.shell.git import config_files

    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    given = os.environ.get("GIT_CONFIG_GLOBAL", "")
    files = [os.path.expanduser("~/.gitconfig"), os.path.join(folder, "git", "config"), config_files.SYSTEM]
    files += [given] if given not in ("", os.devnull) else []
    return {call.naming.name(file, call.naming.root) for file in files}


def _settings(call: Call) -> set[str]:
    """The names of the client's settings files, as they are and as links."""
    places = {call.naming.root, call.tree, os.environ.get("CLAUDE_PROJECT_DIR", ""), os.path.expanduser("~")}
    own = os.environ.get("CLAUDE_CONFIG_DIR", "")
    folders = [os.path.join(place, CLIENTS) for place in places if place] + [own] * bool(own)
    files = [os.path.join(os.path.realpath(folder), name) for folder in folders for name in SETTINGS]
    return {call.naming.name(file, call.naming.root) for file in files} | {call.naming.link(file) for file in files}


def _plugin(call: Call) -> str:
    """The name of the plugin's folder, "" where the project is what the plugin is made in."""
    folder = os.environ.get("CLAUDE_PLUGIN_ROOT", "")
    if not folder:
        return ""
    name, root = call.naming.name(folder, call.naming.root), call.naming.name(call.naming.root, "/")
    is_made_here = not is_outside(name) or _is_below(call.naming.root, name) or root == name
    return "" if is_made_here else name


def _git_folders(call: Call) -> set[str]:
    """The names of the git folders of the project's repository."""
    from fanout.shell.git import config_files

    own = [config_files.folder_of(start) for start in {call.naming.root, call.tree}]
    return {call.naming.name(config_files.common(folder), call.naming.root) for folder in own if folder}


def _is_part(place: str, folder: str, naming: Naming) -> bool:
    """Whether the place is one of the parts of a git folder that decide for everybody; both are keys."""
    if not _is_below(place, folder):
        return False
    parts = place[len(folder) + 1 :].split("/")
    if len(parts) < 3 and parts[0] in map(naming.key, BELOW_GIT):
        return True  # all that git has of one of them, or of all
    while len(parts) > 2 and parts[0] in map(naming.key, BELOW_GIT):
        parts = parts[2:]
    return parts[0] in map(naming.key, GIT_PARTS)


def _reaches(place: str, wipes: bool, name: str) -> bool:
    return place == name or (wipes and _is_below(name, place))


def _is_below(name: str, folder: str) -> bool:
    """Whether the name is the folder's, or of something in it."""
    return name == folder or (folder == "." and not is_outside(name)) or name.startswith(folder.rstrip("/") + "/")


def _ways_out(agent: Agent, name: str) -> str:
    if not name:
        return ""
    if agent.task:
        return (
            f"If your task needs it, end with `NEEDS|{agent.task}|{name[-60:]}, why`: the main conversation can do it."
        )
    return "If your work needs it, say so at your end: the main conversation can do it."
