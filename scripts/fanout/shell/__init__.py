"""What would this command line write? A shell parser and evaluator that runs nothing.

    analyse(command, cwd) -> parse -> Shell.run -> commands/* -> Effects (writes, unknown, git, reasons)
    endangers(effects, agent, owners, root, cwd, probe) -> reasons to deny

Importing this package costs next to nothing; each command's rules are loaded when the command is met.
Nothing here raises on any input: what can't be read is `unknown`, with the reason.
"""

from __future__ import annotations

from fanout.shell.effects import Effects, GitEffect, Write, is_read_only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.git.danger import Probe

__all__ = ["Effects", "GitEffect", "Write", "analyse", "endangers", "is_read_only"]
MAX_LENGTH = 4_000_000


def analyse(command: str, cwd: str, *, home: str = "", env: dict[str, str] | None = None) -> Effects:
    """What `command` would do when bash runs it in `cwd`. Reads folders, writes nothing, raises nothing."""
    effects = Effects()
    if any(char in command for char in "\0\1\2\3\4\5\6"):
        effects.unknowable("could not be parsed: it holds control characters")
        command = command.translate(dict.fromkeys(range(7)))
    if len(command) > MAX_LENGTH:
        effects.unknowable("could not be parsed: it is too long")
        command = command[:MAX_LENGTH]
    _evaluate(command, cwd, home, env or {}, effects)
    return effects


def _evaluate(command: str, cwd: str, home: str, env: dict[str, str], effects: Effects) -> None:
    from fanout.shell.parse import parse
    from fanout.shell.shell import Overrun, Shell
    from fanout.shell.virtual_filesystem import World, normal

    tree, problem = parse(command)
    shell = Shell(World(normal(cwd), home or env.get("HOME", "")), effects, env)
    try:
        shell.sequence(tree)
    except (Overrun, RecursionError) as overrun:
        effects.unknowable(f"could not be followed: {overrun}")
    except Exception as failure:
        effects.unknowable(f"could not be analysed: {type(failure).__name__}: {failure}")
    if problem:
        effects.unknowable(f"could not be parsed: {problem}")


def endangers(
    effects: Effects, agent: str, owners: dict[str, str], root: str, cwd: str, probe: Probe | None = None
) -> list[str]:
    """Why the line would touch a sibling's work: one sentence for each reason, none when it would not.

    `owners` says which agent a path belongs to, relative to `root`; `probe` asks the real repository (see
    `gitrepo.GitRepo`). Without a probe the answer is the cautious one.
    """
    from fanout.shell.git.danger import reasons

    try:
        return reasons(effects, agent, owners, root, cwd, probe)
    except Exception as failure:
        return [f"could not be judged: {type(failure).__name__}: {failure}"]
