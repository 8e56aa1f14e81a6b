"""What would a line of PowerShell write? The same question as of a line of bash, with the same answer: Effects.

    analyse -> reading.read -> statements of commands, of words
            -> running.Run  -> cmdlets.py: those that write; programs go to the rules that bash's have

What is not read for certain is unknown: files are then looked at before and after. Nothing here raises.
"""

from __future__ import annotations

from fanout.shell.effects import Effects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.git.gitrepo import GitRepo

MAX_LENGTH = 200_000


def analyse(
    command: str, cwd: str, *, home: str = "", env: dict[str, str] | None = None, repo: GitRepo | None = None
) -> Effects:
    """What `command` would do when PowerShell runs it in `cwd`."""
    from fanout.shell.limits import Overrun
    from fanout.shell.powershell.running import Run
    from fanout.shell.shell import Shell
    from fanout.shell.virtual_filesystem import VirtualFilesystem, normal

    effects = Effects()
    if len(command) > MAX_LENGTH or any(char in command for char in "\0\1\2\3\4\5\6"):
        effects.unknowable("could not be parsed: it is too long, or holds control characters")
        return effects
    shell = Shell(VirtualFilesystem(normal(cwd), home), effects, env or {})
    shell.repo = repo
    try:
        Run(shell).text(command)
    except (Overrun, RecursionError) as overrun:
        effects.unknowable(f"could not be followed: {overrun}")
    except Exception as failure:
        effects.unknowable(f"could not be analysed: {type(failure).__name__}: {failure}")
    return effects
