"""fanout guide: the references of the skills. Asked for as a command, they cost no permission question."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

SKILLS = Path(__file__).parents[4] / "skills"


@click.command()
@click.argument("topic", required=False)
def guide(topic: str | None) -> None:
    """Print the guide on TOPIC, or the topics."""
    known = topics()
    if topic is None:
        width = max(map(len, known))
        for name, path in known.items():
            click.echo(f"{name:{width}}  {_title(path)}")
        return
    if topic not in known:
        close = difflib.get_close_matches(topic, known, 1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Topics: {', '.join(known)}."
        raise click.UsageError(f"there is no guide {topic!r}. {hint}")
    click.echo(known[topic].read_text(encoding="utf-8"), nl=False)


def topics() -> dict[str, Path]:
    """Each topic and its file."""
    return {path.stem: path for path in sorted(SKILLS.glob("*/references/*.md"))}


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
