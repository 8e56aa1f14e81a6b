"""fanout advise: go or no-go, with the rule that decides."""

from __future__ import annotations

from dataclasses import asdict

import click

from fanout.cli.commands.plan import FORMAT, JSON, located, planned
from fanout.cli.shared import project
from fanout.plan import advice
from fanout.plan.advice import Advice


@click.command()
@click.argument("source", required=False)
@FORMAT
@click.option("--tasks", type=click.IntRange(1, 100_000), help="Without a SOURCE: how many tasks there would be.")
@click.option("--minutes", type=click.FloatRange(0, 525_600), default=5.0, help="... minutes for each.  [default: 5]")
@click.option("--order", type=click.Choice(["none", "some", "chain"]), default="none", help="... who needs results.")
@click.option("--files", type=click.Choice(["none", "own", "same"]), default="own", help="... what they write.")
@click.option("--perspectives", is_flag=True, help="... they look at one question from several sides.")
@click.option("--heavy", is_flag=True, help="... the work would fill the main conversation.")
@click.option("--interactive", is_flag=True, help="... each step needs the user's answer.")
@click.option(
    "--start-seconds", type=click.FloatRange(0, 3600), default=30, show_default=True, help="Until an agent is at work."
)
@click.option("--max-parallel", type=click.IntRange(1, 100), help="At most so many agents at once.")
@JSON
def advise(
    source: str | None,
    format_: str | None,
    tasks: int | None,
    minutes: float,
    order: advice.Order,
    files: advice.Files,
    perspectives: bool,
    heavy: bool,
    interactive: bool,
    start_seconds: float,
    max_parallel: int | None,
    as_json: bool,
) -> None:
    """Say whether agents pay for SOURCE, or for --tasks tasks of --minutes minutes: which strategy, how many."""
    if (source is None) == (tasks is None):
        raise click.UsageError("name either a SOURCE or --tasks, such as `fanout advise --tasks 6 --minutes 10`.")
    if source is not None:
        found = advice.of_plan(
            planned(located(source, format_), format_, "normal", max_parallel), start=start_seconds / 60
        )
    else:
        assert tasks is not None
        found = advice.of_numbers(
            tasks,
            minutes,
            order=order,
            files=files,
            cap=max_parallel or 5,
            perspectives=perspectives,
            heavy=heavy,
            interactive=interactive,
            start=start_seconds / 60,
        )
    if as_json:
        project.echo_json(asdict(found))
    else:
        click.echo(text(found))


def text(found: Advice) -> str:
    """The verdict, then each rule in a line."""
    verdict = "go" if found.go else "no-go"
    if found.cap > 1:
        gain = f" with up to {found.cap} agents at once, about {found.speedup:.1f} times faster"
    else:
        gain = " with one agent" if found.go else " without agents"
    lines = [f"{verdict}: {found.strategy}{gain}.", f"Because {found.reason}."]
    lines += [f"  {'yes' if rule.holds else 'no ':3}  {rule.name:13}{rule.text}" for rule in found.rules]
    return "\n".join([*lines, f"{advice.QUICK_TEST} {found.quick_test}"])
