"""What one task changed: diff, undo, commit."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import dataclass

import click

from fanout.cli.commands import sync
from fanout.cli.shared import loose_changes, loose_list, project
from fanout.errors import EXIT_WRONG, FanoutError
from fanout.report.cells import cut
from fanout.run.agents import attempts
from fanout.run.changes import beyond_declared, git, heads, patch
from fanout.run.commits import commit as commits
from fanout.run.commits import repair
from fanout.run.commits import undo as undoing
from fanout.run.flow import hooks_switch, next_message
from fanout.run.store import base, journal
from fanout.run.store.db import Write
from fanout.run.store.records import Task
from fanout.run.tasks import readiness, runs, tasks

MOST_BUILT = 5

TASK = click.argument("task", metavar="RUN/TASK")


@click.command()
@click.argument("name", metavar="[RUN[/TASK]]", required=False)
@click.option("--keep", is_flag=True, help="Write each task's patch to a file, and print a line for each.")
def diff(name: str | None, keep: bool) -> None:
    """Print what a task changed, or every task of a run under its name, as unified diffs; of a running one, up to now."""
    root, db = project.journal()
    for run, task in _named(root, db, name):
        if runs.get(db, run).is_driven:
            _merged_diff(db, root, run, task, bool(name and "/" in name))
            continue
        changed = len(patch.changed(db, root, run, task))
        if changed and keep:
            files = f"{changed} {'file' if changed == 1 else 'files'}"
            click.echo(f"{task} {tasks.get(db, run, task).title}: {files}, {patch.keep(db, root, run, task)}")
        elif changed:
            if not (name and "/" in name):
                click.echo(_heading(tasks.get(db, run, task)))
            click.echo(patch.of_task(db, root, run, task).encode("utf-8", "surrogateescape"), nl=False)
        elif name and "/" in name:
            click.echo(f"Task {task} changed nothing.", err=True)


def _heading(task: Task) -> str:
    """A line that whoever applies the patches passes over."""
    return f"# Task {task.id} {' '.join(task.title.split())}".rstrip()


def _merged_diff(db: sqlite3.Connection, root: str, run: str, task: str, is_only: bool) -> None:
    """Of a task whose agents worked in trees of their own: what is merged, else what its last attempt left."""
    last = attempts.last(db, run, task)
    if last is not None and (commit := last.merged or last.work):
        if not is_only:
            click.echo(_heading(tasks.get(db, run, task)))
        click.echo(git.diff(root, f"{commit}^", commit).encode("utf-8", "surrogateescape"), nl=False)


def _refuse_driven(db: sqlite3.Connection, run: str, instead: str) -> None:
    """Raises FanoutError where the tasks' work is commits on the run's branch already."""
    if runs.get(db, run).is_driven:
        raise FanoutError(f"what {run} did is in commits on the branch fanout/{run}, not in your tree.", instead)


def _named(root: str, db: sqlite3.Connection, name: str | None) -> list[tuple[str, str]]:
    """The (run, task) pairs that a name stands for: one task, or all tasks of a run in their order."""
    if name and "/" in name:
        run, task = project.split_task(name)
        return [(run, tasks.get(db, run, task).id)]
    run = project.run(root, db, name).id
    return [(run, task.id) for task in tasks.all_of(db, run)]


@click.command()
@TASK
@click.argument("given", metavar="[PATH ...]", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
def undo(task: str, given: tuple[str, ...], dry_run: bool) -> None:
    """Undo what one task changed, or only what it changed at PATH, without touching anybody else's bytes.

    With a PATH the task counts as done all the same.
    """
    run, name = project.split_task(task)
    root, db = project.journal()
    _refuse_driven(
        db, run, f"`git log fanout/{run}` shows them; `git revert` takes one back after `fanout land {run}`."
    )
    is_revoked = False
    back = journal.part_undone(db, run, name)
    some = undoing.some_of(db, root, run, name, list(given))
    if dry_run:
        undoing.refuse_running(db, run, name)
        steps = undoing.plan(db, root, run, name, some)
    else:
        with hooks_switch.Kept(db, root), Write(db):
            steps = undoing.carry_out(db, root, run, name, some)
            is_revoked = bool(steps or back) and not some and tasks.revoke(db, run, name, tasks.TAKEN_BACK)
    _say(db, root, run, name, steps, back)
    for line in repair.finish(db, root):
        click.echo(line, err=True)
    if is_revoked:
        _unmark(db, root, run, name)
    if some and not dry_run and tasks.get(db, run, name).state == "done":
        click.echo(f"The rest of what task {name} did stays, and it counts as done.")
    if steps and not dry_run and (made := _committed(db, run, name)):
        click.echo(f"Its commit {made[:12]} stays; commit this change too when it is right.")


def _say(db: sqlite3.Connection, root: str, run: str, name: str, steps: list[undoing.Step], back: list[str]) -> None:
    """`back`: the paths that were taken back of the task before."""
    for step in steps:
        kept = f" (what it held: {step.replaced})" if step.replaced else ""
        path = base.in_tree(db, root, run, step.path)
        click.echo(f"{step.verb:8}{path}{f': {step.clash}' if step.clash else kept}")
    if not steps:
        names = tasks.few([base.in_tree(db, root, run, path) for path in back])
        is_back = f"What task {name} changed is taken back already: {names}."
        click.echo(is_back if back else f"Task {name} changed nothing that could be undone.")
    others = [base.in_tree(db, root, run, path) for path in undoing.beside(db, root, run, name)]
    if others:
        click.echo(
            f"While a command of task {name} ran, others' files changed too, and that stands: {tasks.few(others)}. The versions "
            f"before are kept in .fanout/conflicts/."
        )


def _unmark(db: sqlite3.Connection, root: str, run: str, task: str) -> None:
    """A task whose work was taken back is not done, in the user's list too."""
    for line in sync.unmark(db, root, runs.get(db, run), tasks.get(db, run, task)):
        click.echo(line)
    click.echo(f"Task {task} counts as not done now; `fanout retry {run}/{task}` does it again.")
    view = readiness.View(db, run)
    click.echo(next_message.progress(view))
    for name in readiness.built_on(view, task)[:MOST_BUILT]:
        click.echo(
            f"{tasks.called(name)} built on it and is done: `fanout diff {run}/{name}` shows what is to be looked at."
        )


@click.command()
@click.argument("names", metavar="[RUN/TASK ...]", nargs=-1)
@click.option(
    "--all",
    "every",
    metavar="[RUN]",
    is_flag=False,
    flag_value="",
    help="Every task of RUN, or of the last one, that is done and not committed, one commit each; and the marks in its list.",
)
@click.option("-m", "--message", help="Instead of the task's title and result.")
@click.option("--trailer", "trailers", metavar="LINE", multiple=True, help="One more line at the end of each message.")
@click.option("--beyond", "with_beyond", is_flag=True, help="Also what the task changed and does not declare.")
def commit(
    names: tuple[str, ...], every: str | None, message: str | None, trailers: tuple[str, ...], with_beyond: bool
) -> None:
    """Commit exactly what a task changed, one commit each; what is staged by you or written by siblings stays as it is.

    Each commit is signed where commit.gpgsign says so. The repository's commit hooks are not run: they would see the
    whole working tree, siblings' half-done work with it.
    """
    root, db = project.journal()
    if every == "" and len(names) == 1 and runs.find(db, names[0]) is not None:  # `--all --beyond RUN`
        every, names = names[0], ()
    if bool(names) == (every is not None):
        raise click.UsageError("name either RUN/TASK or --all RUN.")
    for name in names:
        if "/" not in name and runs.find(db, name) is not None:
            raise click.UsageError(
                f"{name} is a run: `fanout commit --all {name}` makes one commit for each of its tasks."
            )
    if git.attempt(root, "rev-parse", "--git-dir")[0]:
        fix = "`git init` makes one; `fanout diff` and `fanout undo` work without."
        raise FanoutError(f"{root} is no git repository, and a commit needs one.", fix)
    git.refuse_nobody(root)
    refused, of_list = 0, []
    with hooks_switch.Kept(db, root):
        if names:
            run, given = project.of_one_run(names)
            chosen = [tasks.get(db, run, name) for name in given]
            _refuse_driven(db, run, f"`fanout land {run}` brings them to your branch.")
            if len(chosen) == 1:
                _commit(db, root, chosen[0], Words(message, trailers), with_beyond)
            else:
                refused = _commit_each(db, root, chosen, Words(message, trailers), with_beyond)
        else:
            run = project.run(root, db, every or None).id
            _refuse_driven(db, run, f"`fanout land {run}` brings them to your branch.")
            refused = _commit_all(db, root, run, Words(message, trailers), with_beyond)
            of_list = [] if refused else loose_list.commit(db, root, run, trailers)  # a mark goes with its work
        of_list = of_list or loose_list.said(db, root, run)
        open_yet = loose_changes.not_done(db, run) if every is not None else []
        for line in [*open_yet, *loose_changes.said(db, root, run), *of_list]:
            click.echo(line)
    if refused:
        sys.exit(EXIT_WRONG)


def _commit_each(db: sqlite3.Connection, root: str, chosen: list[Task], words: Words, with_beyond: bool) -> int:
    """One commit for each; what is refused is said. Returns how many were."""
    refused = 0
    for task in chosen:
        try:
            _commit(db, root, task, words, with_beyond)
        except FanoutError as error:
            refused += 1
            click.echo(f"{task.id}  not committed: {error}")
    return refused


def _commit_all(db: sqlite3.Connection, root: str, run: str, words: Words, with_beyond: bool) -> int:
    """One commit for each task that is done and has none; what is refused is said. Returns how many were."""
    waiting = [task for task in commits.pending(db, run) if not tasks.was_done_before(task)]
    refused = _commit_each(db, root, waiting, words, with_beyond)
    if not waiting:
        others = [other.id for other in runs.all_of(db) if other.id != run and commits.pending(db, other.id)]
        more = f" `fanout commit --all {others[0]}`: that run has some." if others else ""
        click.echo(f"No task of {run} is done and not committed yet.{more}")
    return refused


def _committed(db: sqlite3.Connection, run: str, task: str) -> str | None:
    """The commit of a task ("" when it had changed nothing), None when there is none."""
    event = journal.last(db, run, task, "committed")
    return str(event.facts["commit"]) if event is not None else None


@dataclass(frozen=True)
class Words:
    """What the user wants in commit messages: another text, lines at the end."""

    message: str | None
    trailers: tuple[str, ...]

    def of(self, task: Task) -> str:
        """The whole message, "" for the task's own."""
        if not self.trailers:
            return self.message or ""
        body = f"{self.message}\n\n" if self.message else commits.message_of(task)
        return body + "".join(f"{line}\n" for line in self.trailers)


def _commit(db: sqlite3.Connection, root: str, task: Task, words: Words, with_beyond: bool) -> None:
    how = heads.moved(db, root, task.run)
    made = commits.task(db, root, task.run, task.id, words.of(task), with_beyond)
    what = f"{made[:12]}  {cut(task.title, 60)}".rstrip() if made else "nothing to commit"
    left = commits.left_out(db, root, task.run, task.id)
    inner = f" (in a repository of its own, commit it there: {tasks.few(left)})" if left else ""
    click.echo(f"{task.id}  {what}{inner}")
    if made and how:
        click.echo(
            f"{task.id}  note: {how}. If the commit is not meant to be there, `git cherry-pick {made[:12]}` takes it along."
        )
    if back := journal.part_undone(db, task.run, task.id):
        names = tasks.few([base.in_tree(db, root, task.run, path) for path in back])
        click.echo(f"{task.id}  without what was taken back of it since: {names}")
    loose = {} if with_beyond else commits.beyond(db, root, task.run, task.id)
    if loose:
        names = tasks.few([beyond_declared.shown(db, root, task.run, path, how) for path, how in loose.items()])
        click.echo(
            f"{task.id}  left out, it does not declare it: {names}; `fanout commit {task.run}/{task.id} --beyond`"
        )
