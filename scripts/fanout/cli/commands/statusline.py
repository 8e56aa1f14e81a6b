"""fanout statusline: the live run in one line, and how it gets into the client's settings."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import click

from fanout.cli.shared import client_settings, project
from fanout.errors import FanoutError
from fanout.run.flow.statusline import main as print_line
from fanout.version import checkout


@click.command()
@click.option("--install", is_flag=True, help="Show the change to this project's own settings; --yes makes it.")
@click.option("--user", is_flag=True, help="With --install: in the user's settings, for every project.")
@click.option("--yes", is_flag=True, help="With --install: make the change.")
def statusline(install: bool, user: bool, yes: bool) -> None:
    """Print the live run in one line; the client's JSON on standard input says where. Nothing without a run."""
    if not install:
        print_line()
        return
    own = Path(project.root()) / ".claude"
    if user:
        _install(user_settings(), yes, [])
    else:
        _install(own / "settings.local.json", yes, [own / "settings.json", user_settings()])


def user_settings() -> Path:
    folder = os.environ.get("CLAUDE_CONFIG_DIR")
    return (Path(folder) if folder else Path.home() / ".claude") / "settings.json"


def command(top: str) -> str:
    """What the client runs. A plugin's folder changes with each version: then the newest one is looked up."""
    path = Path(top)
    if path.parent.parent.parent.name == "cache":
        newest = f"{shlex.quote(str(path.parent))}/*/scripts/statusline"
        return f'f=$(ls -t {newest} 2>/dev/null | head -n 1); [ -n "$f" ] && exec "$f"'
    return shlex.quote(str(path / "scripts" / "statusline"))


def _install(path: Path, yes: bool, behind: list[Path]) -> None:
    """Puts the line into the settings at `path`, unless they have one, or would hide one of those behind them."""
    path = path.resolve()
    settings = client_settings.read(path)
    wanted = {"type": "command", "command": command(checkout())}
    there = settings.get("statusLine")
    if there == wanted:
        click.echo(f"{path} has it already.")
        return
    others = [other for other in behind if _line(other) not in (None, wanted)]
    if there is not None or others:
        raise FanoutError(
            f"{path if there is not None else others[0]} has a status line of your own: it is left alone.",
            f"To have both, call this from yours, with the same standard input: {wanted['command']}",
        )
    text = json.dumps({**settings, "statusLine": wanted}, indent=2, ensure_ascii=False) + "\n"
    click.echo(f'{path}:\n+ "statusLine": {json.dumps(wanted, ensure_ascii=False)}')
    if not yes:
        click.echo("Nothing is changed yet: add --yes.")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    client_settings.write(path, text)
    click.echo("Done; the client shows it from its next message on.")


def _line(path: Path) -> object:
    """The status line that a settings file has; None for none, and for a file that can't be read."""
    try:
        return client_settings.read(path).get("statusLine")
    except (FanoutError, OSError):
        return None
