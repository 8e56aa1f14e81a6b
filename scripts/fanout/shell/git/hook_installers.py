"""Tools that put git's hooks in place: husky, lefthook, pre-commit install. They write git's own folder, which is everybody's."""

from __future__ import annotations

from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

HOOKS, CONFIG = "hooks", "config"
# What of git's folder a tool writes, and with which first words; "": without any.
INSTALLERS = {
    "husky": (CONFIG, frozenset(("", "init", "install", "uninstall"))),
    "lefthook": (HOOKS, frozenset(("install", "uninstall", "add"))),
    "pre-commit": (HOOKS, frozenset(("install", "uninstall"))),
    "prek": (HOOKS, frozenset(("install", "uninstall"))),
    "simple-git-hooks": (HOOKS, frozenset(("", ".simple-git-hooks.json"))),
    "captainhook": (HOOKS, frozenset(("install", "uninstall"))),
    "overcommit": (HOOKS, frozenset(("-i", "--install", "-u", "--uninstall", "-f", "--force"))),
    "git-secrets": (HOOKS, frozenset(("--install",))),
    "git-lfs": (HOOKS, frozenset(("install", "uninstall", "update"))),
}
OF_A_FIXER = ("pre-commit", "prek")
ABOUT = frozenset("--version -v --help -h".split())


def installer(call: Call) -> None:
    part, words = INSTALLERS[call.name]
    first = call.args[0] if call.args else ""
    if first in ABOUT:
        call.emit(None)
    elif first in words:
        _install(call, part)
    elif call.name in OF_A_FIXER:
        _hooks_run(call, first)
    else:
        call.unknown("runs what its settings say")
        call.emit(None)


def _hooks_run(call: Call, verb: str) -> None:
    """pre-commit: the hooks are given the files that --files names, else those of the tree."""
    from fanout.shell.commands import fixers, formatters

    files = _files(call.args) if verb == "run" else []
    if files:
        formatters.formatted_operands(call, files, ())
    elif verb == "autoupdate":
        call.write(_value(call.args) or ".pre-commit-config.yaml")
    else:
        fixers.fixer(call)
        return
    call.unknown("runs the project's own code or build, which may write anything")
    call.emit(None)


def _files(args: list[str]) -> list[str]:
    rest = args[args.index("--files") + 1 :] if "--files" in args else []
    end = next((at for at, arg in enumerate(rest) if arg.startswith("-")), len(rest))
    return rest[:end]


def _value(args: list[str]) -> str:
    return next((value for name, value in zip(args, args[1:]) if name in ("-c", "--config")), "")


def _install(call: Call, part: str) -> None:
    from fanout.shell.git import config_files

    place = call.world.absolute("")
    git = "" if UNKNOWN in place else config_files.folder_of(place)
    if git:
        call.write(f"{config_files.common(git)}/{part}")
    call.unknown("puts git's hooks in place, and files of its own beside them")
    call.emit(None)
