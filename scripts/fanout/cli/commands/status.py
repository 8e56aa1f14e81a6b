"""Where a run stands, and what happened."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from fanout.cli.shared import project
from fanout.errors import FanoutError
from fanout.report import details, foreseen_files, run_facts, run_text, shared_reads, short_report, status_text
from fanout.run.changes import changed_later
from fanout.run.flow import first_hook
from fanout.run.store import base, odd_names
from fanout.run.store.db import Write
from fanout.run.tasks import tasks
from fanout.version import version

RUN = click.argument("run", required=False)


@click.command()
@click.argument("run", metavar="[RUN[/TASK]]", required=False)
@click.option("--batches", "shape", flag_value="batches", help="Batch by batch, with the results and one action each.")
@click.option("--tree", "shape", flag_value="tree", help="Every task under its batch.")
@click.option("--json", "shape", flag_value="json", help="Print JSON.")
@click.option("--all", "everything", is_flag=True, help="Every agent and everything that waits.")
@click.option(
    "--watch", is_flag=True, help="Go on until the run is over: live on a terminal, a line a change elsewhere."
)
def status(run: str | None, shape: str | None, everything: bool, watch: bool) -> None:
    """Print where a run stands, or one task of it: without RUN the active one, else the newest."""
    root, db = project.journal()
    run, task = project.split_task(run) if run and "/" in run else (run, "")
    chosen = project.run(root, db, run)
    if task and (watch or shape):
        raise click.UsageError("--watch, --json, --batches and --tree are of a RUN.")
    name = chosen.id
    if warning := first_hook.warning_of(root, chosen):
        click.echo(warning, err=shape == "json")
    if watch:
        from fanout.cli.shared import watching

        watching.follow(root, db, name)
        return
    facts = run_facts.of_run(db, name)
    if shape == "json":
        project.echo_json(facts)
    elif shape:
        click.echo({"batches": run_text.batches, "tree": run_text.tree}[shape](facts))
    elif task:
        click.echo(status_text.of_task(facts, tasks.get(db, name, task).id))
    else:
        click.echo(status_text.status(facts, everything))


@click.command()
@RUN
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--html", metavar="FILE", type=click.Path(dir_okay=False, writable=True), help="Write one HTML file.")
@click.option("--all", "everything", is_flag=True, help="Print every denial, and averages too.")
def report(run: str | None, as_json: bool, html: str | None, everything: bool) -> None:
    """Print what happened in a run, in Markdown, with the measured figures; or write it as a page."""
    root, db = project.journal()
    shown = project.run(root, db, run)
    if shown.state != "active":
        with Write(db):
            changed_later.note(db, root, shown.id)
    facts = run_facts.of_run(db, shown.id, graph=as_json or html is not None)
    tree = base.tree(root, base.of_run(root, shown))
    facts["shared_reads"] = shared_reads.of_run(facts, tree)
    facts["foreseen_files"] = foreseen_files.of_run(db, shown.id)
    if as_json or html:
        details.add(facts, root, tree=tree)
    if html:
        _write_page(facts, html)
    elif as_json:
        project.echo_json(facts)
    else:
        say = run_text.report if everything else short_report.render
        click.echo(say(facts, str if sys.stdout.isatty() else None))


def _write_page(facts: dict[str, Any], html: str) -> None:
    from fanout.report import html as page

    text = page.render(facts, version())
    try:
        with open(html, "w", encoding="utf-8", newline="\n") as file:
            file.write(odd_names.shown(text))
    except OSError as error:
        folder = os.path.dirname(os.path.abspath(html))
        fix = "Name a file that you may write." if os.path.isdir(folder) else f"Make the folder first: {folder}."
        raise FanoutError(f"{html} can't be written: {error.strerror or error}.", fix) from None
    click.echo(f"Wrote {html}.")
