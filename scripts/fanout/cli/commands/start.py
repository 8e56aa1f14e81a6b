"""start: a run of a list, and whoever works at it begins."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import click

from fanout.cli.shared import base as bases
from fanout.cli.shared import project, settings
from fanout.cli.shared.base import BASE
from fanout.cli.shared.options import FORMAT, LEARNED, RISK
from fanout.errors import FanoutError
from fanout.run.agents import agents, client_process
from fanout.run.flow import first_hook, next_message, start_run, workflow
from fanout.run.store import base as tree
from fanout.run.store import case_folding, meta, run_files, vault
from fanout.run.store.db import Write, by_system, now
from fanout.run.store.records import DRIVEN
from fanout.run.tasks import earlier_runs, launch_block, readiness, runs

if TYPE_CHECKING:
    from fanout.plan.plan import Plan
    from fanout.plan.reading import Source
    from fanout.run.store.records import Run


@click.command()
@click.argument("source")
@FORMAT
@click.option("--max-parallel", type=click.IntRange(1, 20), help="At most so many agents at once.")
@click.option("--barrier", is_flag=True, help="Batch by batch, instead of each task as soon as it can.")
@click.option("--lanes", is_flag=True, help="One agent for each chain of tasks on the same files: fewer agents.")
@LEARNED
@RISK
@BASE
@click.option(
    "--only", default="", metavar="TASKS", help="Only these: ids, ranges (2-5), or a word of them, by commas."
)
@click.option("--skip", default="", metavar="TASKS", help="All but these.")
@click.option("--dry-run", is_flag=True, help="Print the plan; start nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--engine",
    type=click.Choice(["agents", "local", "dask", "workflow"]),
    default="agents",
    help="Who works: agents of this conversation, headless clients here or on a Dask cluster (`fanout drive`), agents of the "
    "workflow runtime.",
)
def start(
    source: str,
    format_: str | None,
    max_parallel: int | None,
    barrier: bool,
    lanes: bool,
    learned: bool | None,
    risk: str | None,
    base: str | None,
    only: str,
    skip: str,
    dry_run: bool,
    as_json: bool,
    engine: str,
) -> None:
    """Start a run of SOURCE and print the first launch block."""
    from fanout.cli.commands.plan import planned
    from fanout.cli.shared import selection

    root, (origin, base_line) = project.root(), bases.find(source, format_, base)
    chosen = settings.load(root, _given(max_parallel, barrier, risk))
    cap, is_apart = _cap(origin, max_parallel, chosen), engine in DRIVEN
    plan = planned(origin, format_, "normal", cap, learned, only, skip, risk, is_apart=is_apart)
    notes = [line for line in [base_line, *selection.unmet(plan.reading)] if line]
    click.echo("".join(f"{line}\n" for line in notes), nl=False, err=as_json)
    if dry_run:
        return _show(plan, as_json)
    begun = _begin(plan, run_files.shown(root, origin.path) if origin.path else source, chosen, lanes, engine)
    if as_json:
        project.echo_json({**begun.data(), "notes": [*notes, *begun.notes]})
    else:
        begun.say()


def _show(plan: Plan, as_json: bool) -> None:
    from fanout.report import plan_json, plan_text

    if as_json:
        project.echo_json(plan_json.render(plan))
    else:
        click.echo(plan_text.render(plan))


def _given(max_parallel: int | None, barrier: bool, risk: str | None) -> dict[str, object]:
    return {"max_parallel": max_parallel, "dispatch": "barrier" if barrier else None, "risk": risk}


def _check_that_something_is_left(plan: Plan) -> None:
    if len(plan.done) == len(plan.tasks):
        if plan.left_out:
            from fanout.report import plan_text

            raise FanoutError("nothing can start.", "\n".join(plan_text.said(plan)))
        raise FanoutError(
            "every task of this source is done already.",
            "`fanout read SOURCE` shows them; mark one open there to have it done again.",
        )


class Begun:
    """A run that has just begun. `notes`: what whoever started it has to know before its first launches."""

    def __init__(self, db: sqlite3.Connection, run: str, notes: list[str]) -> None:
        self.db = db
        self.view = readiness.View(db, run)
        self.notes = notes

    def say(self) -> None:
        for note in self.notes:
            click.echo(note)
        if self.view.run.engine == "workflow":
            project.say(next_message.printed(self.db, self.view, project.session()))
            return
        with Write(self.db):
            project.say(next_message.hand(self.db, self.view))

    def data(self) -> dict[str, object]:
        """`launch`, `workflow` and `drive`: how it goes on, of which the engine has one; the others are empty."""
        run, call = self.view.run, None
        if run.engine == "workflow":
            with Write(self.db):
                call = workflow.call(self.db, self.view)
        launch = [] if run.is_driven or call else [launch_block.call(task) for task in readiness.to_launch(self.view)]
        return {
            "run": run.id,
            "engine": run.engine,
            "tasks": len(self.view.tasks),
            "open": sum(task.state != "done" for task in self.view.tasks.values()),
            "launch": launch,
            "workflow": call,
            "drive": ["fanout", "drive", run.id] if run.is_driven else None,
        }


def _begin(plan: Plan, source: str, chosen: dict[str, settings.Value], lanes: bool, engine: str) -> Begun:
    """Records the run with the settings that its hooks go by."""
    from fanout.cli.shared.starting import as_data

    _check_that_something_is_left(plan)
    root = project.root()
    begun_at = "" if engine not in DRIVEN else _begin_commit(root, plan)
    data = as_data(plan, root, source, str(chosen["dispatch"].value), case_folding.is_on(root), lanes)
    root, db = project.journal(create=True)
    run = start_run.start(db, root, {**data, "engine": engine, "begun_at": begun_at}, project.session())
    with Write(db):
        for name in ("guard", "commit"):
            meta.put(db, name, str(chosen[name].value))
    unproven = _expect_hooks(root, engine)
    return Begun(db, run, [*unproven, *_notes(db, runs.get(db, run), plan, data, source)])


def _expect_hooks(root: str, engine: str) -> list[str]:
    """The first hook has to answer; what is held outside the project is kept small. What is to be said of the hooks."""
    if engine not in DRIVEN:
        first_hook.expect(root)
    vault.prune(by_system(now()))
    if why := vault.refusal(root):
        click.echo(why, err=True)
    return [first_hook.UNPROVEN] if first_hook.ON_WINDOWS else []


def _begin_commit(root: str, plan: Plan) -> str:
    """Where the branch of a run begins whose engine merges. Raises FanoutError where there is no git."""
    from fanout.engines import work_trees

    return work_trees.begin_commit(root, tree.tree(root, plan.reading.base))


def _notes(db: sqlite3.Connection, run: Run, plan: Plan, data: dict[str, object], source: str) -> list[str]:
    from fanout.cli.shared import uncommitted
    from fanout.report import start_text
    from fanout.source import test_command

    root = project.root()
    home = tree.of_run(root, run)
    if run.is_driven:
        lists = list(plan.reading.files)
        changed = start_text.left_behind(uncommitted.beside(tree.tree(root, home), lists), run.id)
    else:
        changed = start_text.uncommitted(uncommitted.of_run(root, home, data))
    other_ways = start_text.many(plan, run.id, source) if run.engine == "agents" else ""
    tests = test_command.find(home)
    unchecked = start_text.unchecked(plan, run.id, tests, not client_process.is_attended())
    if unchecked and tests:
        with Write(db):
            meta.put(db, readiness.TESTS + run.id, tests[0])
    offers = _offers_analyst(db, plan, source)
    first = start_text.render(plan, source, run.id, run.engine, (changed, unchecked, other_ways), offers)
    return [first, *_still_done_elsewhere(db, run)]


def _offers_analyst(db: sqlite3.Connection, plan: Plan, source: str) -> bool:
    """Whether an analyst is still to be offered: once a list, as long as it has these tasks."""
    from fanout.plan.refine import offer

    if not offer.text(plan):
        return False
    key, tasks = f"analyst offered {source}", " ".join(sorted(plan.names))
    with Write(db):
        is_new = meta.get(db, key) != tasks
        meta.put(db, key, tasks)
    return is_new


def _still_done_elsewhere(db: sqlite3.Connection, run: Run) -> list[str]:
    """What agents of an earlier run of the list still do."""
    found = earlier_runs.at_work(db, run, agents.live(db))
    return [
        f"{name} is still done by {one.agent_id or one.description} of {one.run}, which was cancelled: its end counts here."
        for name, one in found.items()
    ]


def _cap(source: Source, given: int | None, chosen: dict[str, settings.Value]) -> int | None:
    """How many at once: the command line, else what the source says itself (None), else the settings."""
    if given is not None or chosen["max_parallel"].origin == "default" or '"max_parallel"' in source.text:
        return given
    return int(str(chosen["max_parallel"].value))
