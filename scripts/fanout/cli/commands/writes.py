"""fanout writes: what a command line would write, by the code that the guard decides with."""

from __future__ import annotations

import json
import os
import sys

import click

from fanout import shell
from fanout.errors import FanoutError
from fanout.run.store import case_folding, paths
from fanout.shell.git.gitrepo import GitRepo
from fanout.shell.runtime import reach


@click.command()
@click.argument("command", nargs=-1, required=False)
@click.option("--cwd", type=click.Path(exists=True, file_okay=False), help="Where it would run, if not here.")
@click.option(
    "--json", "lines", metavar="-", help='Read {"command","cwd","agent","owners"} from standard input, one a line.'
)
def writes(command: tuple[str, ...], cwd: str | None, lines: str | None) -> None:
    """Print what COMMAND would write, one JSON object: {"writes","unknown","endangers_siblings","reasons"}.

    With "owners" ({path: agent}) and "agent" in a line: what would hold for that agent while those paths belong to live
    siblings. Nothing is run. It is read as your shell reads it, bash or zsh, as the hooks do.
    """
    if lines is not None:
        if lines != "-":
            raise click.UsageError("--json reads standard input: --json -")
        for line in sys.stdin:
            if line.strip():
                click.echo(json.dumps(of_line(line), ensure_ascii=False))
        return
    if not command:
        raise click.UsageError("name a command line, or --json - for several.")
    text = command[0] if len(command) == 1 else " ".join(command)
    click.echo(json.dumps(answer(text, cwd or os.getcwd(), "", None), ensure_ascii=False))


def of_line(line: str) -> dict[str, object]:
    """The answer to one line; a wrong line is answered with its error and is `unknown`."""
    try:
        record = json.loads(line)
        if not isinstance(record, dict) or not isinstance(record.get("command"), str):
            raise FanoutError('each line is an object with "command", such as {"command":"ls","cwd":"/tmp"}.')
        owners = record.get("owners")
        if owners is not None and not isinstance(owners, dict):
            raise FanoutError('"owners" is an object from paths to agents.')
    except (ValueError, RecursionError, FanoutError) as error:
        return {"writes": [], "unknown": True, "endangers_siblings": False, "reasons": [], "error": str(error)}
    cwd = record.get("cwd")
    place = os.path.abspath(cwd) if isinstance(cwd, str) and cwd else os.getcwd()
    agent = record.get("agent")
    return answer(record["command"], place, agent if isinstance(agent, str) else "", owners)


def answer(command: str, cwd: str, agent: str, owners: dict[str, str] | None) -> dict[str, object]:
    """The decision about one command line."""
    analyse = shell.reader(os.environ.get("SHELL", ""))
    effects = analyse(command, cwd, home=os.path.expanduser("~"), env=dict(os.environ))
    reasons = list(effects.reasons)
    if owners is None:
        endangers = any(git.endangers for git in effects.git)
    else:
        naming = paths.Naming(cwd, case_folding.is_on(cwd))
        owned = {str(path): str(who) for path, who in owners.items()}
        names = naming if naming.fold else None
        found = shell.endangers(effects, agent, owned, naming.root if names else cwd, cwd, GitRepo(), names)
        endangers = bool(found)
        reasons = [*found, *reasons]
    beside = [f"`{one.command}` would {one.does}; instead: {one.instead}" for one in reach.shared(effects)]
    endangers, reasons = endangers or bool(beside), [*beside, *reasons]
    return {
        "writes": sorted({_shown(write.path, cwd) for write in effects.writes}),
        "unknown": effects.unknown,
        "endangers_siblings": endangers,
        "reasons": reasons,
    }


def _shown(path: str, cwd: str) -> str:
    """Relative to the working folder when it is below it, else absolute."""
    if path == cwd:
        return "."
    return path[len(cwd.rstrip("/")) + 1 :] if path.startswith(cwd.rstrip("/") + "/") else path
