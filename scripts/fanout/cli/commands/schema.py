"""fanout schema: the JSON Schema of a list, for editors."""

from __future__ import annotations

import difflib

import click

from fanout.plan.schema import catalogue


@click.command()
@click.argument("name", required=False)
def schema(name: str | None) -> None:
    """Print the JSON Schema called NAME, or the names.

    An editor that knows it completes fields and marks mistakes: `fanout schema native > tasks.schema.json`, then
    "$schema": "./tasks.schema.json" in the list.
    """
    if name is None:
        width = max(map(len, catalogue.SCHEMAS))
        for known, entry in catalogue.SCHEMAS.items():
            click.echo(f"{known:{width}}  {entry.files}")
        return
    if name not in catalogue.SCHEMAS:
        close = difflib.get_close_matches(name, catalogue.SCHEMAS, 1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Names: {', '.join(catalogue.SCHEMAS)}."
        raise click.UsageError(f"there is no schema {name!r}. {hint}")
    click.echo(catalogue.printed(name), nl=False)
