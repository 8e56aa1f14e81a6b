"""Completion of commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from fanout.errors import FanoutError


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for a shell: `fanout completion bash >> ~/.bashrc`."""
    kind = get_completion_class(shell)
    root = ctx.find_root()
    if kind is None:
        raise FanoutError(
            f"this version of click has no completion for {shell}.", "Name another shell, or update click."
        )
    click.echo(kind(root.command, {}, "fanout", "_FANOUT_COMPLETE").source())
