"""From a command line to its effects: parse, run over what is known, never raise."""

from __future__ import annotations

from fanout.shell.effects import Effects
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.git.gitrepo import GitRepo

MAX_LENGTH = 4_000_000


def analyse(
    command: str, cwd: str, *, home: str = "", env: dict[str, str] | None = None, repo: GitRepo | None = None
) -> Effects:
    """What `command` would do when bash runs it in `cwd`. Reads folders, writes nothing, raises nothing.

    `repo` is asked for what git would print, where the rest of the line depends on it (`git ls-files | xargs rm`).
    """
    effects = _analysed(command, cwd, home, env or {}, None)
    if repo is not None and depends_on_git(effects):
        effects = _analysed(command, cwd, home, env or {}, repo)
    effects.source = (command, cwd, home, env or {})
    return effects


def with_listings(effects: Effects, repo: GitRepo) -> Effects:
    """The same line, analysed again with a repository to ask, where that can tell more."""
    if effects.source is None or not depends_on_git(effects):
        return effects
    return _analysed(*effects.source, repo)


def depends_on_git(effects: Effects) -> bool:
    """Whether something that git prints decides what is written, or what a git command is given."""
    fed = any(UNKNOWN in "".join([*one.args, *one.paths, one.stdin or ""]) for one in effects.git)
    unpacked = any(one.verb == "archive" for one in effects.git)
    return effects.listed and (effects.unknown or fed or unpacked)


def _analysed(command: str, cwd: str, home: str, env: dict[str, str], repo: GitRepo | None) -> Effects:
    effects = Effects()
    if any(char in command for char in "\0\1\2\3\4\5\6"):
        effects.unknowable("could not be parsed: it holds control characters")
        command = command.translate(dict.fromkeys(range(7)))
    if len(command) > MAX_LENGTH:
        effects.unknowable("could not be parsed: it is too long")
        command = command[:MAX_LENGTH]
    _evaluate(command, cwd, home, env, effects, repo)
    return effects


def _evaluate(command: str, cwd: str, home: str, env: dict[str, str], effects: Effects, repo: GitRepo | None) -> None:
    from fanout.shell.limits import Overrun
    from fanout.shell.parse import parse
    from fanout.shell.shell import Shell
    from fanout.shell.virtual_filesystem import VirtualFilesystem, normal

    tree, problem = parse(command)
    shell = Shell(VirtualFilesystem(normal(cwd), home or env.get("HOME", "")), effects, env)
    shell.repo = repo
    try:
        shell.sequence(tree)
    except (Overrun, RecursionError) as overrun:
        effects.unknowable(f"could not be followed: {overrun}")
    except Exception as failure:
        effects.unknowable(f"could not be analysed: {type(failure).__name__}: {failure}")
    if problem:
        effects.unknowable(f"could not be parsed: {problem}")
    effects.contents = {path: text for path, text in shell.world.contents.items() if text is not None}
