"""fanout config: every setting, its value, and where that comes from."""

from __future__ import annotations

import click

from fanout.cli.shared import project, settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def config(as_json: bool) -> None:
    """Print every setting, its value and where it comes from: command line, fanout.toml, plugin option, default."""
    found = settings.load(project.root())
    if as_json:
        project.echo_json({name: {"value": value.value, "from": value.origin} for name, value in found.items()})
        return
    for name, value in found.items():
        click.echo(f"{name} = {value.value}  ({value.origin}; {settings.SETTINGS[name].help})")
