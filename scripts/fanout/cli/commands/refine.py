"""fanout refine: what an analyst is asked about a list, and whether what it wrote can be used."""

from __future__ import annotations

import os
import shlex
import sys

import click

from fanout.cli.commands.plan import JSON, SOURCE, located
from fanout.cli.shared import absolute_paths, ordering, predictions, project, refinement
from fanout.cli.shared.base import BASE
from fanout.cli.shared.options import FORMAT
from fanout.errors import EXIT_WRONG, FanoutError, SourceError
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source
from fanout.plan.refine import analyst_input, analyst_pass, side_file_errors
from fanout.plan.refine.side_file import SideFile
from fanout.run.store import run_files
from fanout.source import file_history, tracked

RULES = ("CLAUDE.md", "AGENTS.md", "CONTRIBUTING.md")
NEXT = "`fanout plan` and `fanout start` of this list use it from now on; nothing else is to be done."
MORE = "Behind these {count} are left for another pass: run `fanout refine {source}` again, and do what it says."
DOCUMENTS = ("spec.md", "plan.md", "design.md", "requirements.md", "context.md", "data-model.md")


@click.command()
@SOURCE
@FORMAT
@BASE
@click.option(
    "--check", "checked", is_flag=True, help="Say whether the side file can be used; FILE instead of its place."
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False))
@JSON
def refine(source: str, format_: str | None, base: str | None, checked: bool, file: str | None, as_json: bool) -> None:
    """Print what an analyst has to know to say which files the tasks of SOURCE write and which really wait for which.

    Its answer is a side file, which plan and start then use: it keeps tasks apart and may lift an order that was only
    inferred. It never permits a write, and SOURCE itself stays as it is.
    """
    origin = located(source, format_, base)
    reading = absolute_paths.relative(registry.read(origin, format_))
    place = file or refinement.place(origin)
    if checked:
        _check(reading, place, as_json, source)
        return
    settled = ordering.settled(reading, "normal")
    os.makedirs(os.path.dirname(place), exist_ok=True)
    shown = os.path.relpath(place, project.root()).replace(os.sep, "/")
    said = analyst_input.before(reading, _readable(place))
    lines = analyst_input.render(settled, _project(settled, origin), shown, source, said)
    if as_json:
        project.echo_json({"place": shown, "input": "\n".join(lines)})
    else:
        click.echo("\n".join(lines))


def _readable(place: str) -> SideFile | None:
    """What earlier passes left; None where that can't be read: `--check` names why."""
    try:
        return refinement.load(place)
    except SourceError:
        return None


def _check(reading: Reading, place: str, as_json: bool, source: str) -> None:
    try:
        side = refinement.load(place)
        if side is None:
            raise FanoutError(f"there is no side file {place}.", "Write it as `fanout refine SOURCE` says.")
        problems = side_file_errors.problems(reading, side, os.path.basename(place))
    except SourceError as error:
        side, problems = None, error.problems
    remarks = side_file_errors.remarks(reading, side) if side and not problems else []
    if as_json:
        found = {"problems": [one.as_dict() for one in problems], "warnings": [one.as_dict() for one in remarks]}
        project.echo_json({"usable": not problems, **found})
    else:
        for line in [*map(str, problems), *(f"warning {one.code}: {one.message}. {one.fix}" for one in remarks)]:
            click.echo(line)
        if side and not problems:
            more = analyst_pass.waiting(reading, {one.id for one in side.tasks})
            then = MORE.format(count=len(more), source=shlex.quote(source)) if more else NEXT
            click.echo(f"{os.path.basename(place)} can be used: {len(side.tasks)} tasks refined. {then}")
    if problems:
        sys.exit(EXIT_WRONG)


def _project(reading: Reading, origin: Source) -> analyst_input.Project:
    top, folder = reading.base, os.path.dirname(origin.path)
    rules = [name for name in RULES if os.path.isfile(os.path.join(top, name))]
    beside = [name for name in DOCUMENTS if os.path.isfile(os.path.join(folder, name))]
    shown = [os.path.relpath(os.path.join(folder, name), top).replace(os.sep, "/") for name in beside]
    changes = file_history.commits(top)
    hints = {path: [figure] for path, figure in file_history.hubs(changes).items()}
    for path, others in file_history.together(changes).items():
        hints[path] = [*hints.get(path, []), *others]
    given = run_files.shown(project.root(), origin.path) if origin.path else ""
    titles = {task.id: task.title for task in reading.document.tasks}
    changed, done = predictions.changed(project.root(), given, titles)
    return analyst_input.Project(sorted(tracked.files(top)), rules, shown, hints, changed, frozenset(done))
