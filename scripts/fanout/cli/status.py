"""Where a run stands, and what happened."""

from __future__ import annotations

import click

from fanout.cli import project
from fanout.report import facts, run_text
from fanout.run import runs

RUN = click.argument("run", required=False)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@RUN
@JSON
def status(run: str | None, as_json: bool) -> None:
    """Print where a run stands: without RUN the active one, else the newest."""
    _show(run, as_json, report_=False)


@click.command()
@RUN
@JSON
def report(run: str | None, as_json: bool) -> None:
    """Print what happened in a run, in Markdown, with the measured figures."""
    _show(run, as_json, report_=True)


def _show(run: str | None, as_json: bool, report_: bool) -> None:
    _, db = project.journal()
    found = facts.of_run(db, runs.get(db, run)["id"])
    if as_json:
        project.echo_json(found)
    else:
        click.echo(run_text.report(found) if report_ else run_text.status(found))
