"""What a user typed behind a slash command, run as the command line that it stands for.

The words come on standard input, where no shell reads them: an apostrophe, a bracket or a space in a path is only text.

typed -> words (a path with spaces, quotes)  -> the command
      -> _explain, when it does not take the words: what it takes, for the model that reads it
"""

from __future__ import annotations

import os
import re
import shlex
import sys

import click

from fanout.errors import FanoutError, NoList


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def typed(ctx: click.Context, command: tuple[str, ...]) -> None:
    """Run COMMAND with the words on standard input, as the user typed them behind a slash command."""
    app = ctx.find_root().command
    line = sys.stdin.buffer.read().decode("utf-8", "replace").strip()
    known = app.get_command(ctx, command[0]) if isinstance(app, click.Group) else None
    if known is None:
        raise click.UsageError(f"there is no command {command[0]!r}.")
    takes_source = any(param.name == "source" for param in known.params)
    try:
        app.main([*command, *words(line, takes_source)], prog_name="fanout", standalone_mode=False)
    except click.UsageError as error:
        click.echo(_explain(known, command[0], line, error, takes_source))
    except NoList as error:
        click.echo(_make_list(command[0], error))
    except FanoutError as error:
        started = " Nothing was started." if command[0] == "start" else ""
        click.echo(f"error: {error}\nTell the user, and how to fix it.{started}")


def _make_list(name: str, error: NoList) -> str:
    """What the model does with a text that is no list: one thing."""
    return (
        f"{error.message} It is no list yet, and nothing was done. Send this one Agent call now: subagent_type "
        f"`spec:task-analyst`, prompt 'Spec: {error.path}. Write {error.made}.' When its result has come, tell the user in a "
        f"line what the list holds, and run `fanout {name} {shlex.quote(error.made)}`."
    )


def words(line: str, takes_source: bool) -> list[str]:
    """The words of a typed line: quotes and backslashes as in a shell, and nothing else of it.

    Where a source is taken, the longest beginning that is a path here is one word, whatever spaces it holds.
    """
    ends = [gap.start() for gap in re.finditer(r"\s+", line)]
    for end in [len(line), *reversed(ends)] if takes_source else []:
        if os.path.exists(os.path.expanduser(line[:end].removeprefix("@"))):
            return [line[:end], *_split(line[end:])]
    return _split(line)


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # an apostrophe
        return line.split()


def _explain(command: click.Command, name: str, line: str, error: click.UsageError, takes_source: bool) -> str:
    if isinstance(error, click.MissingParameter) and takes_source:
        from fanout.cli.shared import project
        from fanout.source.resolve import choices

        return f"No source was named. {choices(project.root())} Ask the user which; don't choose one."
    context = click.Context(command, info_name=f"fanout {name}")
    what = "the source" if takes_source else "the name of a run, if any,"
    return (
        f"Not understood: {line}\n{error.format_message()}\n\n{command.get_help(context)}\n\n"
        f"Nothing was done. If it is clear what is meant, run `fanout {name}` yourself, that one command: {what} in quotes, "
        "and the options that the other words mean. What no option says, tell the user."
    )
