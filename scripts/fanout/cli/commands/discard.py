"""`fanout discard`: what is in no commit is taken back, on the user's word, and its bytes are kept."""

from __future__ import annotations

import os

import click

from fanout.cli.shared import project
from fanout.run.commits import discard as discarding
from fanout.run.commits import finished_work
from fanout.run.store import base, meta, paths, run_files
from fanout.run.store.db import Write


@click.command()
@click.argument("given", metavar="PATHS...", nargs=-1, required=True)
@click.option("--ignored", is_flag=True, help="Ignored files in the folders, too.")
@click.option("--whole", is_flag=True, help="Of files that tasks changed, also what else is uncommitted there.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken; change nothing.")
def discard(given: tuple[str, ...], ignored: bool, whole: bool, dry_run: bool) -> None:
    """Take back uncommitted work in PATHS: to the last commit, or deleted when it is in none. Its bytes are kept first.

    Of a file that a task changed, only what tasks changed goes: your own uncommitted lines stay.
    """
    root, db = project.journal()
    tree = base.tree(root, os.getcwd())
    naming = paths.Naming(root, meta.folds_case(db))
    steps = discarding.plan(naming, tree, [os.path.abspath(path) for path in given], ignored)
    work = finished_work.of(db, root, tree, steps)
    finished_work.spare(root, tree, steps, work, whole)
    told = finished_work.said(db, root, steps, work)
    if steps and not dry_run:
        with Write(db):
            discarding.carry_out(db, root, tree, steps)
            finished_work.let_go(db, root, work)
    for step in steps:
        place = discarding.place(root, tree, step)
        kept = f" (what it held: {run_files.shown(os.getcwd(), place)})" if place else ""
        click.echo(f"{step.verb:8}{step.path}{kept}")
    for line in told:
        click.echo(line)
    if not steps:
        click.echo("There is nothing uncommitted there.")
