"""git's settings files: which one a command writes, and where that stands.

A command on a repository's settings changes them for all of its work trees. What is read, or given to one command by
`git -c`, changes nothing.
"""

from __future__ import annotations

import os

from fanout.shell import lazy_re as re
from fanout.shell.call import Options
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect

LOCAL, WORKTREE = "local", "worktree"  # the repository's, and the work tree's own; any other place is a path
SYSTEM = "/etc/gitconfig"
CHANGES = ("set", "unset", "rename-section", "remove-section", "edit")
READS = ("get", "list")
OPTIONS = ("unset", "unset-all", "add", "replace-all", "rename-section", "remove-section", "edit", "e")
VERBS = {
    "remote": ("add", "rename", "remove", "rm", "set-url", "set-branches"),
    "submodule": ("sync", "deinit", "set-url"),
    "maintenance": ("start", "stop", "register", "unregister"),
    "lfs": ("install", "uninstall"),
}
EVERYWHERE = ("maintenance", "lfs")  # they write the user's own file
SPARSE = ("init", "set", "add", "disable")
WRITING = frozenset(["config", "init", "sparse-checkout", *VERBS])
HARMLESS = frozenset("user author committer color advice column log status".split())


def written(call: Call, effect: GitEffect) -> str:
    """Which file the command writes: LOCAL, WORKTREE or a path; "" for none, and where its path is an option's."""
    verb, args = effect.verb, effect.args
    if verb == "config":
        given = changed(args)
        file = "" if given is None else _of_environment(call, "GIT_CONFIG")
        return "" if given is None else call.world.absolute(file) if file else _scope(call, given)
    if verb == "sparse-checkout":
        return WORKTREE if args[:1] and args[0] in SPARSE else ""
    given = Options(args, "", "template separate-git-dir")
    if verb == "init":
        return LOCAL if given.has("template", "separate-git-dir") else ""
    if not given.rest or given.rest[0] not in VERBS[verb]:
        return ""
    return _scope(call, given) if verb not in EVERYWHERE or given.has("local", "worktree", "system") else _users(call)


def changed(args: list[str]) -> Options | None:
    """The options of a `git config` that changes a setting, None for one that reads."""
    given = _options(args)
    verb = given.rest[0] if given.rest else ""
    if any(name.startswith("get") or name in ("l", "list", "lis") for name, _ in given.found):
        return None
    if given.has(*OPTIONS):
        return given
    if verb in CHANGES:
        inner = _options(given.rest[1:])
        return inner if inner.rest or verb == "edit" else None
    return given if len(given.rest) > 1 and verb not in READS else None


def _options(args: list[str]) -> Options:
    return Options(args, "ft", "file type blob default comment value", stop=True)


def is_harmless(effect: GitEffect) -> bool:
    """Whether a `git config` sets only how things are signed or shown."""
    if effect.verb == "sparse-checkout":
        return True
    given = changed(effect.args) if effect.verb == "config" else None
    words = [word for word in given.rest if word not in CHANGES] if given is not None else []
    return bool(words) and words[0].partition(".")[0].lower() in HARMLESS


def _scope(call: Call, given: Options) -> str:
    if given.has("f", "file", "blob"):
        return ""
    if given.has("worktree"):
        return WORKTREE
    return _users(call) if given.has("global") else SYSTEM if given.has("system") else LOCAL


def _users(call: Call) -> str:
    """The file of the user's own settings."""
    given = _of_environment(call, "GIT_CONFIG_GLOBAL")
    home = _of_environment(call, "HOME") or call.world.home
    folder = _of_environment(call, "XDG_CONFIG_HOME") or home + "/.config"
    usual, other = home + "/.gitconfig", folder + "/git/config"
    place = given or (other if os.path.exists(other) and not os.path.exists(usual) else usual)
    return call.world.absolute(place)


def _of_environment(call: Call, name: str) -> str:
    value = call.shell.variables.get(name) or call.shell.env.get(name)
    return value if isinstance(value, str) else ""


# -- where they stand -----------------------------------------------------------------------------------------------------


def file(effect: GitEffect) -> str:
    """The file that the command writes as a path, "" when none does or it is not known where."""
    if effect.settings not in (LOCAL, WORKTREE):
        return "" if UNKNOWN in effect.settings else effect.settings
    own = folder(effect)
    if not own:
        return ""
    shared = common(own)
    is_own = effect.settings == WORKTREE and re.search(
        r"(?i)worktreeconfig\s*=\s*(?:true|yes|on|1)", _read(shared + "/config")
    )
    return own + "/config.worktree" if is_own else shared + "/config"


def folder(effect: GitEffect) -> str:
    """The git folder of the work tree that the command works on, "" when it is not known."""
    given = next((word[10:] for word in effect.options if word.startswith("--git-dir=")), "")
    given = given or effect.env.get("GIT_DIR", "")
    place = effect.paths[0] if effect.verb == "init" and effect.paths else effect.cwd
    if UNKNOWN in place + given:
        return ""
    return os.path.realpath(os.path.join(place, given)) if given else folder_of(place)


def folder_of(place: str) -> str:
    """The git folder for what stands at a place, "" outside of any repository."""
    place = os.path.realpath(place)
    while True:
        git = os.path.join(place, ".git")
        if os.path.isdir(git):
            return git
        if os.path.isfile(git):
            return os.path.realpath(os.path.join(place, _read(git).partition("gitdir:")[2].strip()))
        if all(os.path.exists(os.path.join(place, part)) for part in ("HEAD", "objects", "refs")):
            return place
        if os.path.dirname(place) == place:
            return ""
        place = os.path.dirname(place)


def common(git: str) -> str:
    """The git folder that a linked work tree's folder belongs to; any other folder is its own."""
    shared = _read(os.path.join(git, "commondir")).strip()
    return os.path.realpath(os.path.join(git, shared)) if shared else git


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as source:
            return source.read()
    except OSError:
        return ""
