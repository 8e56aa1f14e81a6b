"""fanout pause, fanout go: launch nothing more for now, and on again."""

from __future__ import annotations

import click

from fanout.cli.commands import steer
from fanout.cli.shared import project
from fanout.errors import FanoutError
from fanout.run.flow import next_message, run_end
from fanout.run.store.db import Write
from fanout.run.tasks import readiness, runs, user_words

BY_HAND = "the user said so"
RUN = click.argument("run", required=False)


@click.command()
@RUN
@click.option("--why", default=BY_HAND, show_default=True, metavar="TEXT", help="What is said to whoever asks.")
def pause(run: str | None, why: str) -> None:
    """Launch nothing more of a run until `fanout go`; what runs goes on to its end."""
    root, db = project.journal()
    chosen = project.run(root, db, run).id
    with Write(db):
        paused = runs.pause(db, chosen, why)
    now = runs.get(db, chosen)
    if now.state != "active":
        raise FanoutError(
            f"run {chosen} is {now.state}: there is nothing to pause.", f"`fanout status {chosen}` shows it."
        )
    if not paused:
        click.echo(f"It was paused already: {now.paused}.")
    click.echo(next_message.text(readiness.View(db, chosen)))


@click.command()
@RUN
def go(run: str | None) -> None:
    """Go on with a paused run, and print what to launch now. In another session than its own: as `fanout resume`."""
    root, db = project.journal()
    record = project.run(root, db, run)
    chosen, session = record.id, project.session()
    if session and record.session not in ("", session):
        click.get_current_context().invoke(steer.resume, run=chosen)
        return
    with Write(db):
        runs.refuse_cancelled(record)
        user_words.release(db, session)
        if not runs.go_on(db, chosen):
            click.echo("It was not paused; where it stands:")
    view = run_end.conclude(db, root, chosen)
    with Write(db):
        project.say(next_message.hand(db, view))
