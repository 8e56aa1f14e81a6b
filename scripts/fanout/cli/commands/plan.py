"""The commands that only look at a source: plan, read."""

from __future__ import annotations

import dataclasses
import gc
import shutil
import sys

import click

from fanout.cli.shared import absolute_paths, ordering, project, project_probe, refinement, selection, settings
from fanout.cli.shared import base as bases
from fanout.cli.shared.base import BASE
from fanout.cli.shared.options import FORMAT, LEARNED, RISK
from fanout.cli.shared.progress import Progress
from fanout.plan import planner
from fanout.plan.plan import Plan
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

SOURCE = click.argument("source")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
EFFORT = click.option(
    "--effort",
    type=click.Choice(["quick", "normal", "high"]),
    default="normal",
    help="How long to search for a better order.",
)


def planned(
    source: Source,
    format_: str | None,
    effort: str,
    max_parallel: int | None = None,
    learned: bool | None = None,
    only: str = "",
    skip: str = "",
    risk: str | None = None,
    compare: bool = False,
    is_apart: bool = False,
) -> Plan:
    """The plan of a source as the command line names it; `learned`: with estimates from past runs, None: as the
    project's settings say; `only` and `skip` as in selection.py; `risk` as in plan/order, `compare`: with
    what the others would plan; `is_apart` as in ProjectFacts.

    From here on the process makes a million small objects that live until it ends: collecting costs a third of the
    time and finds nothing.
    """
    gc.disable()
    with Progress(_reads(source)) as at:
        read = refinement.applied(absolute_paths.relative(registry.read(source, format_)), source)
        reading = selection.of(read, only, skip)
        if max_parallel is not None:
            document = reading.document.model_copy(update={"max_parallel": max_parallel})
            reading = dataclasses.replace(reading, document=document)
        at.now(f"Planning {len(reading.document.tasks):,} tasks")
        plan, level = _planned(reading, source, effort, learned, risk, is_apart)
        return ordering.compared(plan, reading, level) if compare else dataclasses.replace(plan, risk=level)


def _reads(source: Source) -> str:
    return "Reading standard input" if source.given == "-" else f"Reading {source.given}"


def _planned(
    reading: Reading, source: Source, effort: str, learned: bool | None, risk: str | None, is_apart: bool
) -> tuple[Plan, str]:
    """The plan, and the risk that it is made at."""
    asked = None if learned is None else ("learned" if learned else "stated")
    chosen = settings.load(project.root(), {"estimates": asked, "risk": risk})
    level = str(chosen["risk"].value)
    reading = ordering.settled(reading, level, is_apart)
    facts = dataclasses.replace(project_probe.of(source.root), is_apart=is_apart)
    if chosen["estimates"].value == "stated":
        return planner.make(reading, effort, facts), level  # type: ignore[arg-type]
    from fanout.cli.shared import experience
    from fanout.plan import estimates

    learned_from = estimates.learn(experience.samples(project.root()))
    plan = planner.make(estimates.applied(reading, learned_from), effort, facts)  # type: ignore[arg-type]
    return dataclasses.replace(plan, reading=estimates.as_stated(plan.reading, reading)), level


def located(given: str, format_: str | None = None, base: str | None = None) -> Source:
    """The source with its base; which one was chosen is said beside the output."""
    found, choice = bases.find(given, format_, base)
    if choice:
        click.echo(choice, err=True)
    return found


@click.command()
@SOURCE
@FORMAT
@BASE
@click.option("--all", "everything", is_flag=True, help="Every line, not only the first 40.")
@JSON
def read(source: str, format_: str | None, base: str | None, everything: bool, as_json: bool) -> None:
    """Print the tasks of SOURCE as they were read, with what was inferred and what was left unread."""
    from fanout.report import reading_json, reading_text

    gc.disable()  # as in `planned`
    origin = located(source, format_, base)
    with Progress(_reads(origin)):
        reading = registry.read(origin, format_)
    if as_json:
        project.echo_json(reading_json.render(reading))
    else:
        click.echo(reading_text.render(reading, everything, reading_text.MOST - 1))
        click.echo(reading_text.summary(reading))


@click.command()
@SOURCE
@FORMAT
@EFFORT
@click.option("--max-parallel", type=click.IntRange(1, 100), help="At most so many agents at once.")
@click.option("--all", "everything", is_flag=True, help="Every line, not only the first 40.")
@LEARNED
@RISK
@BASE
@click.option("--chart/--no-chart", default=None, help="Agents over time in characters; by default on a terminal.")
@click.option("--mermaid", "shape", flag_value="mermaid", help="Print the graph for GitHub and other Markdown.")
@click.option("--markdown", "shape", flag_value="markdown", help="Print the whole plan as Markdown.")
@click.option("--json", "shape", flag_value="json", help="Print JSON.")
def plan(
    source: str,
    format_: str | None,
    effort: str,
    max_parallel: int | None,
    everything: bool,
    learned: bool | None,
    risk: str | None,
    base: str | None,
    chart: bool | None,
    shape: str | None,
) -> None:
    """Plan SOURCE: a feature, a folder, a file, or - for standard input."""
    made = planned(located(source, format_, base), format_, effort, max_parallel, learned, risk=risk, compare=True)
    if shape == "json":
        from fanout.report import plan_json

        project.echo_json(plan_json.render(made))
    elif shape:
        from fanout.report import plan_markdown

        click.echo(plan_markdown.graph(made) if shape == "mermaid" else plan_markdown.render(made))
    else:
        _print(made, everything, chart)


def _print(found: Plan, everything: bool, chart: bool | None) -> None:
    from fanout.report import ink, plan_text

    terminal = sys.stdout.isatty()
    columns = min(shutil.get_terminal_size().columns, 160) if terminal else plan_text.WIDTH
    drawn = terminal if chart is None else chart
    click.echo(plan_text.render(found, everything, drawn, ink.of_terminal(), columns), color=True)
