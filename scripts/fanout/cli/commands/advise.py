"""fanout advise: go or no-go, with the rule that decides."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, TypedDict

import click

from fanout.cli.commands.plan import JSON, located, planned
from fanout.cli.shared import project
from fanout.cli.shared.options import FORMAT, RISK
from fanout.plan import advice
from fanout.plan.advice import Advice
from fanout.plan.refine import offer

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Numbers(TypedDict):
    """What is said of tasks that there is no SOURCE of."""

    minutes: float
    order: advice.Order
    files: advice.Files
    perspectives: bool
    heavy: bool
    interactive: bool


@click.command()
@click.argument("source", required=False)
@FORMAT
@RISK
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
    risk: str | None,
    tasks: int | None,
    start_seconds: float,
    max_parallel: int | None,
    as_json: bool,
    **numbers: Unpack[Numbers],
) -> None:
    """Say whether agents pay for SOURCE, or for --tasks tasks of --minutes minutes: which strategy, how many."""
    start = start_seconds / 60
    if source is not None and tasks is None:
        plan = planned(located(source, format_), format_, "normal", max_parallel, risk=risk)
        advised = advice.of_plan(plan, start=start)
    elif tasks is not None and source is None:
        advised = advice.of_numbers(tasks, cap=max_parallel or 5, start=start, **numbers)
    else:
        raise click.UsageError("name either a SOURCE or --tasks, such as `fanout advise --tasks 6 --minutes 10`.")
    if as_json:
        project.echo_json(asdict(advised))
    else:
        click.echo(text(advised))


ASK = f"That is what the list says. Name the files that each task writes and ask again; or {offer.HOW}."


def text(advised: Advice) -> str:
    """The verdict, then each rule in a line."""
    verdict = "go" if advised.go else "no-go" if advised.known else "not known"
    if advised.cap > 1:
        gain = f" with up to {advised.cap} agents at once, about {advised.speedup:.1f} times faster"
    else:
        gain = " with one agent" if advised.go else " without agents"
    lines = [f"{verdict}: {advised.strategy}{gain}.", f"Because {advised.reason}."]
    lines += [f"  {'yes' if rule.holds else 'no ':3}  {rule.name:13}{rule.text}" for rule in advised.rules]
    lines.append(f"{advice.QUICK_TEST} {advised.quick_test}")
    return "\n".join([*lines, *([] if advised.known else [ASK])])
