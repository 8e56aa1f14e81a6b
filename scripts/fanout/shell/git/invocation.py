"""git: from the words of one command to its effect: the verb, what stands before it, aliases, what it prints."""

from __future__ import annotations

import os

from fanout.shell import lazy_re as re
from fanout.shell.effects import GitEffect
from fanout.shell.git import config_files
from fanout.shell.git.arguments import Parsed
from fanout.shell.git.configured_programs import programs
from fanout.shell.git.verbs import family
from fanout.shell.globs import UNKNOWN, tagged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

GLOBAL_VALUES = ("-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--super-prefix", "--config-env")
ENVIRONMENT = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
)  # fmt: skip
ASKED = frozenset("checkout restore rm mv apply checkout-index worktree".split())
MAX_ASKED = 20
ASKABLE = frozenset(
    """
    status diff ls-files ls-tree grep log show rev-parse rev-list diff-tree diff-index diff-files for-each-ref cat-file
    merge-base name-rev describe clean stash worktree format-patch check-ignore blame shortlog whatchanged cherry show-ref
    """.split()
)
READING = frozenset(
    """
    status log show diff blame annotate grep ls-files ls-tree ls-remote rev-parse rev-list cat-file describe
    shortlog check-ignore check-attr check-mailmap check-ref-format merge-base name-rev for-each-ref show-ref
    var version help whatchanged cherry count-objects fsck verify-commit verify-tag verify-pack diff-tree
    diff-index diff-files range-diff merge-tree patch-id interpret-trailers stripspace get-tar-commit-id
    fmt-merge-msg show-branch column show-index instaweb gitk gui citool request-pull bugreport diagnose
    --version --help -v -h --exec-path --html-path
    """.split()
)
REFS = frozenset(
    """
    fetch push tag branch remote config notes update-ref symbolic-ref reflog gc prune repack pack-refs
    maintenance commit-tree write-tree mktag mktree hash-object replace credential rerere unpack-objects
    index-pack pack-objects send-email imap-send daemon http-backend upload-pack receive-pack update-server-info
    commit-graph multi-pack-index for-each-repo fast-export prune-packed pack-redundant
    """.split()
)


def git(call: Call) -> None:
    effects = call.shell.effects
    effect = read_global(call)
    if effect is None:
        call.emit(None)
        return
    alias = _inline_alias(effect) or _earlier_alias(effect, effects.git)
    if alias:
        _run_alias(call, effect, alias)
        return
    effect.stdin = _piped(call)
    if UNKNOWN in effect.verb:
        effect.scope, effect.endangers = "tree", "worktree"
        call.unknown("runs a command that is known only when it runs")
        effects.git.append(effect)
        return
    _in_its_folder(call, effect)
    effects.git.append(effect)
    call.emit(_output(call, effect))


def _in_its_folder(call: Call, effect: GitEffect) -> None:
    shell = call.shell
    places, cwd = shell.places, shell.world.cwd
    shell.places, shell.world.cwd = (effect.cwd,), effect.cwd
    programs(call, effect)
    shell.places = (_work_tree(effect),)
    shell.world.cwd = shell.places[0]
    shell.in_git = effect.verb in ASKED
    classify(call, effect)
    shell.in_git = False
    shell.places, shell.world.cwd = places, cwd


def _work_tree(effect: GitEffect) -> str:
    """Where pathspecs are taken from: the folder, or the work tree that it is not in."""
    given = next((word[12:] for word in effect.options if word.startswith("--work-tree=")), "")
    given = given or effect.env.get("GIT_WORK_TREE", "")
    if not given or UNKNOWN in given + effect.cwd:
        return effect.cwd
    tree = os.path.normpath(os.path.join(effect.cwd, given))
    return effect.cwd if (effect.cwd + "/").startswith(tree + "/") else tree


def _piped(call: Call) -> str | None:
    if call.shell.stdin is None:
        return None
    text = call.shell.stdin.read(call.world)
    return UNKNOWN if text is None else text


def _output(call: Call, effect: GitEffect) -> str | None:
    """What it prints: the top folder; what the repository says; or a tag by which it can be asked later."""
    if effect.verb == "rev-parse" and effect.args == ["--show-toplevel"] and not effect.options and not effect.env:
        return _top(effect.cwd)
    if not call.wanted or not _prints(effect):
        return None
    call.shell.effects.listed = True
    text = _asked(call, effect) if call.shell.repo is not None else None
    return tagged(len(call.shell.effects.git) - 1) if text is None else text


def _prints(effect: GitEffect) -> bool:
    if effect.verb == "clean":
        return effect.scope == "none"
    if effect.verb == "format-patch":
        return "--stdout" in effect.args
    if effect.verb in ("stash", "worktree"):
        return effect.args[:1] in (["list"], ["show"])
    if effect.verb == "grep" and any(
        arg.startswith("--op") or (arg[:1] == "-" != arg[1:2] and "O" in arg) for arg in effect.args
    ):
        return False  # it opens what it finds in a program
    return effect.verb in READING and not any(arg.startswith(("--output", "-O")) for arg in effect.args)


def _asked(call: Call, effect: GitEffect) -> str | None:
    """The real output, where nothing before it in the line may have changed it."""
    shell = call.shell
    words = [*effect.args, *effect.options, effect.cwd, effect.stdin or ""]
    changed = any(other.scope != "none" for other in shell.effects.git[:-1])
    if shell.repo is None or changed or effect.verb not in ASKABLE or any(UNKNOWN in word for word in words):
        return None
    shell.asked += 1
    if shell.asked > MAX_ASKED:
        return None
    plain = ["--no-ext-diff", "--no-textconv"] if effect.verb in ("diff", "show", "log") else []
    text = shell.repo.ask(effect, [effect.verb, *plain, *effect.args], feed=effect.stdin)
    return None if text is None else text.replace("\0", "\n")


def _top(cwd: str) -> str | None:
    folder = cwd
    while folder and UNKNOWN not in folder:
        if os.path.exists(folder + "/.git"):
            return folder + "\n"
        folder = folder.rpartition("/")[0]
    return None


def read_global(call: Call) -> GitEffect | None:
    """The verb, with what stands before it; None when there is no verb."""
    args, at, cwd = call.args, 0, call.world.cwd
    options: list[str] = []
    while at < len(args) and args[at].startswith("-") and args[at] not in ("--version", "--help", "-v", "-h"):
        name, equals, value = args[at].partition("=")
        whole = args[at]
        at += 1
        if name in GLOBAL_VALUES and not equals and name != "--exec-path":
            value = "".join(args[at : at + 1])
            at += 1
        if name == "-C":
            cwd = _below(call, cwd, value)
        elif name == "--config-env":
            from fanout.shell.git import given_settings

            options += given_settings.named(call, value)
        elif name in ("-c", "--namespace"):
            options += [name, value]
        else:
            options.append(f"{name}={value}" if name in ("--git-dir", "--work-tree") else whole)
    if at >= len(args):
        return None
    effect = GitEffect(args[at], args[at + 1 :], cwd)
    effect.options = options
    effect.env = _environment(call)
    if call.shell.variables or call.shell.env is not call.shell.started_with:
        from fanout.shell.git import given_settings

        effect.options = [*given_settings.options(call), *options]
        effect.env.update(given_settings.places(call))
    return effect


def _environment(call: Call) -> dict[str, str]:
    found = {name: call.shell.env.get(name) or call.shell.variables.get(name) for name in ENVIRONMENT}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _below(call: Call, cwd: str, folder: str) -> str:
    kept = call.world.cwd
    call.world.cwd = cwd
    found = UNKNOWN if UNKNOWN in folder else call.world.absolute(folder)
    call.world.cwd = kept
    return found


def _inline_alias(effect: GitEffect) -> str:
    prefix = f"alias.{effect.verb.lower()}="
    found = ""  # the last counts
    for word, setting in zip(effect.options, effect.options[1:]):
        if word == "-c" and setting.lower().startswith(prefix):
            found = setting[len(prefix) :]
    return found


def _earlier_alias(effect: GitEffect, before: list[GitEffect]) -> str:
    """`git config alias.x ... && git x`."""
    for other in before:
        if other.verb == "config" and len(other.args) > 1 and other.args[-2].lower() == f"alias.{effect.verb.lower()}":
            return other.args[-1]
    return ""


def _run_alias(call: Call, effect: GitEffect, alias: str) -> None:
    shell = call.shell
    places, cwd = shell.places, shell.world.cwd
    shell.places, shell.world.cwd = (effect.cwd,), effect.cwd
    from fanout.shell.output import quoted

    tail = " ".join(quoted(arg) for arg in effect.args)
    shell.run_text(f"{alias[1:]} {tail}" if alias.startswith("!") else f"git {alias} {tail}", "a git alias")
    shell.places, shell.world.cwd = places, cwd


def classify(call: Call, effect: GitEffect) -> None:
    """Fills in what the command reaches, and reports the files it names."""
    verb = effect.verb
    if len(effect.args) == 1 and effect.args[0] in ("--help", "-h"):
        return
    if verb in REFS:
        effect.scope = "refs"
        _refs(call, effect)
    rule = family(verb).get(verb)
    if rule is not None:
        rule[0](call, effect, Parsed(verb, effect.args))
    elif verb in READING:
        _reading(call, effect)
    elif verb not in REFS:
        from fanout.shell.git import given_settings

        effect.scope = "tree" if given_settings.are_made(call, effect) else "alias"
        effect.endangers = "worktree"
        call.unknown(f"{verb} is an alias or a command that is not known here")
    if verb in config_files.WRITING:
        effect.settings = config_files.written(call, effect)


def _reading(call: Call, effect: GitEffect) -> None:
    for at, arg in enumerate(effect.args):
        if arg.startswith("--output="):
            call.write(arg[9:])
        elif arg == "--output" and at + 1 < len(effect.args):
            call.write(effect.args[at + 1])
    if effect.verb == "grep":
        for arg in effect.args[: effect.args.index("--") if "--" in effect.args else None]:
            opened = re.fullmatch(r"(?:-[hHvwilLnzcqEFGPaIrp]*O|--open-files-in-pager=)(.+)", arg, re.S)
            if opened:
                call.shell.run_text(f"{opened[1]} {UNKNOWN}", "git grep")
    if effect.verb == "interpret-trailers" and "--in-place" in effect.args:
        call.write(effect.args[-1])


LISTING = {
    "branch": frozenset("--list -l -a -r --contains --merged --no-merged -v -vv".split()),
    "tag": frozenset("-l --list --contains --points-at -n".split()),
}
CHANGING = frozenset("dDmMf")
SETTING = {"--delete", "--set-upstream-to", "--unset-upstream", "--edit-description"}


def _changes(args: list[str]) -> bool:
    """Whether a word of options deletes, renames, forces, or sets what a branch has of settings."""
    return bool(SETTING & {arg.partition("=")[0] for arg in args}) or any(
        arg[:1] == "-" and arg[:2] != "--" and CHANGING & set(arg) for arg in args
    )


def _refs(call: Call, effect: GitEffect) -> None:
    plain = [arg for arg in effect.args if not arg.startswith("-")]
    if _lists(effect.verb, effect.args, plain) and (effect.verb == "config" or not _changes(effect.args)):
        effect.scope = "none"
    if effect.verb == "config" and effect.scope != "none" and _misleads(effect.args, plain):
        effect.scope, effect.endangers = "tree", "worktree"
        effect.safe_form = f"git -c {plain[0]}=... for your own command"
    target = Parsed(effect.verb, effect.args).options.get("f", "file") if effect.verb == "config" else None
    if target and effect.scope != "none":
        call.write(target)


def _misleads(args: list[str], plain: list[str]) -> bool:
    """The setting by which git takes other files for the project's."""
    words = [word for word in plain if word != "set"]
    changes = len(words) > 1 and not {"--unset", "--get", "--global", "--system"} & set(args)
    return changes and words[0].lower() == "core.worktree"


def _lists(verb: str, args: list[str], plain: list[str]) -> bool:
    if verb in ("branch", "tag"):
        return not plain or bool(LISTING[verb] & set(args))
    if verb == "config":
        return config_files.changed(args) is None
    first = plain[0] if plain else ""
    return {
        "remote": first in ("", "show", "get-url"),
        "reflog": first not in ("expire", "delete", "drop"),
        "notes": first in ("", "show", "list"),
        "symbolic-ref": len(plain) < 2,
        "fetch": "--dry-run" in args and not any(arg.startswith("--upload-pack") for arg in args),
        "prune": bool({"-n", "--dry-run"} & set(args)),
        "replace": not plain or bool({"-l", "--list"} & set(args)),
        "rerere": first in ("status", "diff", "remaining"),
        "hash-object": "-w" not in args,
        "fast-export": True,
    }.get(verb, False)
