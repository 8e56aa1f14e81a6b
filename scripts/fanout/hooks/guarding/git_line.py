"""git on Bash: would this command harm what is not committed and not the caller's own?

Two questions. What would it do to the files of siblings, at work or finished? And does it sweep over whole folders so
that uncommitted work of anybody else goes, the user's with it? Naming one's files is always a way out of the second.
"""

from __future__ import annotations

import os

from fanout import shell
from fanout.run.agents import agents, claims
from fanout.run.store import state_dir
from fanout.run.store.db import Write
from fanout.shell.git.gitrepo import GitRepo

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fanout.hooks.hook_call import Call
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent

LONGEST_REASON = 400
LONGEST_NOTED = 300
KEPT_BEFORE = 15.0
USER = "the user or a program"
MARKED = "the user, in which fanout marks what is done"
STASHING = ("stash", "update-ref", "reflog")
REFERRING = ("tag", "branch", "update-ref", "notes", "replace", "push", "reflog", "gc", "prune", "repack")
BRANCHING = ("branch", "update-ref", "symbolic-ref", "checkout", "switch", "worktree", "fetch", "push")
STAGING = ("add", "stage", "commit")
SWEEPS = ("worktree", "untracked", "stash")
MAGIC = set("*?[:\0")
UNSTAGING = ("reset", "restore", "rm", "checkout", "read-tree", "update-index")


class _AtStake:
    """What the line's git commands could reach: the work tree's uncommitted files and their owners.

    `sweeping`: the commands that reach more than they name. `loose`: uncommitted files that no task counts on.
    """

    __slots__ = ("cwd", "dirty", "loose", "naming", "owners", "repo", "sweeping")

    def __init__(self, call: Call, caller: Agent, effects: shell.Effects, others: dict[str, Agent], cwd: str) -> None:
        self.repo, self.naming, self.cwd = GitRepo(), call.naming, cwd
        self.sweeping = [effect for effect in effects.git if is_sweep(effect, effects)]
        self.owners = {name: agents.name_of(owner, caller.run) for name, owner in others.items()}
        first = self.sweeping[0] if self.sweeping else None
        self.dirty = list(_dirty(self.naming, self.repo, first, not call.agent_id)) if first else []
        inside = f"{self.naming.name(caller.worktree, self.naming.root)}/" if caller.worktree else "\0"
        self.loose = [name for name in self.dirty if name not in self.owners and not name.startswith(inside)]
        self.owners.update(claimed(call, caller, self.loose))

    def reasons(self, git: list[shell.GitEffect], owners: dict[str, str]) -> list[str]:
        """Why these commands would harm what those own."""
        return _endangered(git, owners, self.naming, self.cwd, self.repo)


def refusal(call: Call, caller: Agent, effects: shell.Effects, others: dict[str, Agent], cwd: str) -> str:
    """Why the line's git commands may not run, "" when they may. `others`: the files that others count on."""
    stake = _AtStake(call, caller, effects, others, cwd)
    judged, strange, unnamed = effects.git, effects.git[:0], list[str]()
    if call.agent_id and takes_worktree(effects):
        from fanout.hooks.guarding import work_tree_removal

        judged, strange = work_tree_removal.parted(call, caller, effects)
        unnamed = work_tree_removal.of_unnamed(call, strange)
    reasons = stake.reasons(judged, stake.owners)
    reasons = _takes_users(call, caller, stake, stake.owners if reasons else {}) or reasons
    reasons = reasons or stake.reasons(strange, {state_dir.FOLDER: "fanout"}) or unnamed
    if stake.sweeping and stake.reasons(stake.sweeping, {state_dir.FOLDER: "fanout"}):
        from fanout.hooks.guarding import forms_without_state

        with_state = forms_without_state.refusal(stake.sweeping[0])
        if not reasons:
            return denied(call, caller, _limited(call, caller, effects, with_state), [], [])
        reasons = [f"{with_state}. Besides, {reasons[0].partition('; instead:')[0]}"]
    if not reasons and call.agent_id and any(effect.verb in shell.MOVING for effect in effects.git):
        reasons = _moves_history(call, caller, effects, stake)
    told = _limited(call, caller, effects, reasons[0]) if reasons else ""
    return denied(call, caller, told, stake.dirty, _discarded(stake)) if told else ""


def _limited(call: Call, caller: Agent, effects: shell.Effects, reason: str) -> str:
    """The reason, with which of the agent's own files the form that it names instead is not for."""
    is_apt = call.agent_id and taking(effects).git and "<your files>" in reason
    return reason + but_not(call, caller) if is_apt else reason


def but_not(call: Call, caller: Agent) -> str:
    """Beside a form that an agent is told for its own files: which of them hold changes of the user's."""
    from fanout.run.commits import users_changes

    return users_changes.but_not(call.db, call.root, caller.run or "", lambda names: own(call, caller, names))


def _takes_users(call: Call, caller: Agent, stake: _AtStake, owners: dict[str, str]) -> list[str]:
    """Why sweeping commands would take what nobody in the run owns, the user's; and what `owners` lose by them, named behind
    that."""
    if not stake.sweeping:
        return []
    mine = own(call, caller, stake.loose)
    lists = _lists(call)
    rest = [name for name in stake.loose if name not in stake.owners and name not in mine]
    users = {name: USER for name in rest if name not in lists}
    marked = {name: MARKED for name in rest if name in lists}
    return stake.reasons(stake.sweeping, {**users, **owners, **marked})


def _lists(call: Call) -> set[str]:
    """The lists that runs are of and in which fanout has marked what is done."""
    import json

    from fanout.run.store import journal
    from fanout.run.tasks import runs

    marking = [run for run in runs.active(call.db) if journal.tasks_with(call.db, run.id, "marked")]
    files = {path for run in marking for path in json.loads(run.files)}
    return {call.naming.name(path, call.naming.root) for path in files}


def _discarded(stake: _AtStake) -> list[str]:
    """The words that `fanout discard` takes for the same."""
    if not stake.sweeping:
        return []
    first = stake.sweeping[0]
    places = [_from_root(stake.naming, first.cwd, path) for path in first.paths or ["."]]
    return [*(["--ignored"] if _takes_ignored(first) else []), *places]


def denied(call: Call, caller: Agent, reason: str, at_stake: list[str], places: list[str]) -> str:
    """Journals the denial. The main conversation is told how the user's word for it is carried out, and where the bytes
    that are at stake are kept: it may run the command some other way."""
    reason = reason[:LONGEST_REASON]
    if not call.agent_id:
        from fanout.hooks.guarding import ways_of_main

        reason = ways_of_main.beside(call, reason, LONGEST_REASON, at_stake, places)
    _note_denied(call, caller, reason)
    return reason


def takes_worktree(effects: shell.Effects) -> bool:
    """Whether a git command of the line removes or moves a work tree."""
    return any(effect.endangers == "worktrees" for effect in effects.git)


def sweeps(effects: shell.Effects) -> bool:
    """Whether a git command of the line takes back, hides or deletes more than files that it names one by one."""
    return any(is_sweep(effect, effects) for effect in effects.git)


def taking(effects: shell.Effects) -> shell.Effects:
    """The same without those git commands that leave the work tree as it is."""
    some = shell.Effects()
    some.git, some.source = [effect for effect in effects.git if effect.endangers in SWEEPS], effects.source
    return some


def keep_named(call: Call, effects: shell.Effects) -> None:
    """Keeps what the git commands of the line, which may run, take back or delete."""
    sweeping = [effect for effect in effects.git if effect.endangers in SWEEPS]
    if not sweeping:
        return
    from fanout.run.commits import kept

    repo = GitRepo()
    for effect in sweeping:
        top = repo.top(effect)
        specs = [path for path in effect.paths if "\0" not in path]
        for path in (repo.states(effect, specs or [":/"]) or {}) if top else {}:
            kept.keep(call.root, [os.path.join(str(top), path)])


def _takes_ignored(effect: shell.GitEffect) -> bool:
    letters = "".join(word[1:] for word in effect.args if word[:1] == "-" and word[:2] != "--")
    return bool(set(letters) & set({"clean": "xX", "stash": "a"}.get(effect.verb, ""))) or "--all" in effect.args


def _from_root(naming: Naming, cwd: str, path: str) -> str:
    """A pathspec as `fanout discard` takes it: the whole project for what is no plain path."""
    return "." if MAGIC & set(path) else naming.name(os.path.join(cwd, path), naming.root)


def shared_refusal(call: Call, caller: Agent, effects: shell.Effects) -> str:
    """Why the commands would reach into another work tree, take another's entry out of the stash, or change a branch that
    an agent did not make; "" when not."""
    reason = ""
    if os.path.isdir(os.path.join(call.naming.root, ".git", "worktrees")):
        from fanout.hooks.guarding import git_across_trees

        reason = git_across_trees.refusal(call, caller, effects)
    if not reason and call.agent_id and any(effect.verb in STASHING for effect in effects.git):
        from fanout.hooks.guarding import stash_ownership

        reason = stash_ownership.refusal(caller, effects, call.naming, _ownership(call, caller))
    if not reason and call.agent_id and any(_may_branch(effect) for effect in effects.git):
        from fanout.hooks.guarding import branch_ownership

        reason = branch_ownership.refusal(caller, effects, call.naming, _OwnPaths(call, caller))
    if not reason and call.agent_id and any(_may_drop(effect) for effect in effects.git):
        from fanout.hooks.guarding import ref_ownership

        reason = ref_ownership.refusal(caller, effects, call.naming, _OwnPaths(call, caller))
    if reason:
        _note_denied(call, caller, reason)
    return reason


def _may_branch(effect: shell.GitEffect) -> bool:
    return effect.scope == "alias" or (effect.verb in BRANCHING and effect.scope != "none" and bool(effect.args))


def _may_drop(effect: shell.GitEffect) -> bool:
    return effect.scope == "alias" or (effect.verb in REFERRING and effect.scope != "none")


class _OwnPaths:
    """`_ownership`, which reads the journal when the first path is asked."""

    def __init__(self, call: Call, caller: Agent) -> None:
        self.who = call, caller
        self.is_own: Callable[[str], bool] | None = None

    def __call__(self, name: str) -> bool:
        self.is_own = self.is_own or _ownership(*self.who)
        return self.is_own(name)


def _note_denied(call: Call, caller: Agent, reason: str) -> None:
    from fanout.run.store import journal

    with Write(call.db):
        noted = reason[:LONGEST_NOTED]
        journal.note(call.db, "write-denied", caller.run, caller.task, caller.id, path="git", reason=noted)


def _endangered(
    commands: list[shell.GitEffect], owners: dict[str, str], naming: Naming, cwd: str, repo: GitRepo
) -> list[str]:
    effects = shell.Effects()
    effects.git = commands
    return shell.endangers(effects, "", owners, naming.root, cwd, repo, naming if naming.fold else None)


def _moves_history(call: Call, caller: Agent, effects: shell.Effects, stake: _AtStake) -> list[str]:
    """An agent's command that moves the branch under others, or replaces a commit that holds what is not its own."""
    family = set(agents.family(call.db, caller))
    alone = all(other.id in family for other in agents.live(call.db))
    is_own, naming, tree = _ownership(call, caller), call.naming, os.path.realpath(call.tree)

    def is_mine(path: str) -> bool:
        return is_own(naming.name(os.path.join(tree, path), naming.root))

    return shell.moves_history(effects, stake.repo, tree, is_mine, alone, stake.owners)


def is_sweep(effect: shell.GitEffect, effects: shell.Effects) -> bool:
    """Whether one of the line's commands takes back, hides or deletes more than files that the line names one by one."""
    return effect.endangers in SWEEPS and (reaches_more(effect) or not _names_all(effects, effect.paths))


def _names_all(effects: shell.Effects, paths: list[str]) -> bool:
    """Whether each of the files stands in the line: `*.md`, and what another command lists, name none."""
    line = effects.source[0] if effects.source else ""
    return not line or all(os.path.basename(path.rstrip("/")) in line for path in paths)


def stages(effect: shell.GitEffect) -> bool:
    """Whether it may change the index, or commit. What git's configuration alone knows may, too."""
    return effect.endangers in ("index", "worktree", "stash")


def restages(effect: shell.GitEffect) -> bool:
    """Whether it may set entries of the index to what the files hold."""
    if effect.verb not in STAGING or effect.endangers is None or effect.scope == "index":
        return False
    by_hand = {"--patch", "--interactive", "-p", *(() if effect.verb == "commit" else ("-i", "-e", "-N", "--edit"))}
    return by_hand.isdisjoint(effect.args)


def replaces_hunks(caller: Agent, effects: shell.Effects) -> bool:
    """Whether some command may take out of the index, or replace there, what is not kept. What is staged is kept as an agent
    begins, at most KEPT_BEFORE earlier (run/commits/users_work.py)."""
    since = caller.began - KEPT_BEFORE
    return any(unstages(effect) and not (restages(effect) and _is_index_old(effect, since)) for effect in effects.git)


def _is_index_old(effect: shell.GitEffect, since: float) -> bool:
    """Whether nobody has staged anything since then, where the command names its files one by one."""
    if reaches_more(effect) or effect.options or effect.env:
        return False
    if not _is_in_repository(effect.cwd):
        return True
    index = os.path.join(GitRepo().top(effect) or "", ".git", "index")
    if not os.path.isdir(os.path.dirname(index)):
        return False  # a linked work tree, whose index is elsewhere
    return not os.path.exists(index) or os.stat(index).st_mtime < since


def needs_note(call: Call, effects: shell.Effects, own: set[str]) -> bool:
    """Whether the line commits, or stages what is not named one by one and among `own`."""
    staging = [effect for effect in effects.git if stages(effect)]
    if all(
        effect.verb in ("add", "stage") and own.issuperset(one_by_one(call, effect) or (None,)) for effect in staging
    ):
        return False
    return _is_in_repository(call.tree)


def _is_in_repository(folder: str) -> bool:
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return False
    return True


def one_by_one(call: Call, effect: shell.GitEffect) -> list[str]:
    """The files that a command names one by one."""
    if reaches_more(effect):
        return []
    return [call.naming.name(os.path.join(effect.cwd, path), call.naming.root) for path in effect.paths]


def unstages(effect: shell.GitEffect) -> bool:
    """Whether it may take entries out of the index, or set them to what a commit or a file holds."""
    return restages(effect) or (
        effect.verb in UNSTAGING and effect.endangers is not None and (effect.verb != "checkout" or bool(effect.paths))
    )


def reaches_more(effect: shell.GitEffect) -> bool:
    """Whether it reaches more files than it names one by one."""
    if effect.scope != "paths" or not effect.paths:
        return True
    return any(MAGIC & set(path) or os.path.isdir(os.path.join(effect.cwd, path)) for path in effect.paths)


def _dirty(naming: Naming, repo: GitRepo, effect: shell.GitEffect, is_main: bool) -> Iterator[str]:
    """The names of everything that is not committed, ignored files too; without fanout's own, without tools' caches, and for
    the main conversation without folders that are ignored whole: what tools made, and make again."""
    top = repo.top(effect)
    if top is None:
        return
    states = repo.states(effect, [":/"]) or {}
    if effect.verb == "submodule":
        from fanout.hooks.guarding import in_submodules

        states = in_submodules.uncommitted(repo, effect, top)
    from fanout.run.store import tool_caches

    for path, state in states.items():
        if (is_main and state.ignored and path.endswith("/")) or (state.untracked and tool_caches.holds(path)):
            continue
        name = naming.name(os.path.join(top, path), naming.root)
        if name != state_dir.FOLDER and not name.startswith(state_dir.FOLDER + "/"):
            yield name


def caller_now(call: Call) -> Agent:
    """The caller as the journal has it, noted or bound if it was not."""
    from fanout.hooks.caller import identified

    if call.caller is not None and call.caller.is_live and not call.facts.may_lack_worktree:
        return call.caller
    with Write(call.db):
        return identified(call)


def claimed(call: Call, caller: Agent, names: list[str]) -> dict[str, str]:
    """Those that live siblings claim, by their names."""
    family = set(agents.family(call.db, caller)) if names else set()
    found = {}
    for name in names:
        owners = (claim.owner for claim in claims.covering(call.db, call.naming.key(name)))
        owner = next((owner for owner in owners if owner.id not in family), None)
        if owner is not None:
            found[name] = agents.name_of(owner, caller.run)
    return found


def own(call: Call, caller: Agent, names: list[str]) -> set[str]:
    """Those of the names that are the caller's own."""
    is_own = _ownership(call, caller)
    return {name for name in names if is_own(name)}


def _ownership(call: Call, caller: Agent) -> Callable[[str], bool]:
    """Whether the caller, or who launched it, wrote or claims a path; a folder counts with anything in it."""
    from fanout.run.changes import written

    family = agents.family(call.db, caller)
    wrote = {call.naming.key(name) for name in written.by_any_of(call.db, family)}
    mine = claims.of_agents(call.db, family)

    def is_own(name: str) -> bool:
        key = call.naming.key(name)
        below = key.rstrip("/") + "/"
        return key in wrote or any(path.startswith(below) for path in wrote) or any(claim.covers(key) for claim in mine)

    return is_own
