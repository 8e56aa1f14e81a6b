"""The command line: every command by name, imported only when it is called."""

from __future__ import annotations

import codecs
import importlib
import io
import os
import sys

import click

from fanout.errors import EXIT_OURS, Damaged, FanoutError
from fanout.run.store import odd_names

# name: (module in fanout.cli.commands, function, one line of help)
COMMANDS = {
    "plan": ("plan", "plan", "Print the batches, the rolling order and the reasons."),
    "read": ("plan", "read", "Print the tasks as they were read."),
    "check": ("check", "check", "Print the independence checklist: may these tasks run at the same time?"),
    "advise": ("advise", "advise", "Say whether agents pay here, which strategy, and how many at once."),
    "refine": ("refine", "refine", "Print what an analyst is asked about a list, or check its answer."),
    "overlap": ("overlap", "overlap", "Decide whether two path patterns can match the same path."),
    "pull": ("tracker", "pull", "Save the issues of github (gh) or beads (bd) as a list."),
    "push": ("tracker", "push", "Tell github or beads what is done in a list; a dry run without --yes."),
    "schema": ("schema", "schema", "Print the JSON Schema of a task list, for editors."),
    "start": ("start", "start", "Start a run and print the first launch block."),
    "next": ("run", "next_", "Print what to launch now."),
    "brief": ("run", "brief", "Print the whole instruction of a task."),
    "done": ("run", "done", "Mark a task done by hand."),
    "fail": ("run", "fail", "Mark a task failed by hand."),
    "cancel": ("run", "cancel", "End a run; what is done stays done."),
    "pause": ("pausing", "pause", "Launch nothing more of a run for now; what runs goes on."),
    "drive": ("engines", "drive", "Run the agents of a run as headless clients, to its end."),
    "worker": ("workers", "worker", "Do attempts of driven runs on this machine, for a Dask cluster."),
    "land": ("engines", "land", "Bring what a driven run merged to your branch."),
    "go": ("pausing", "go", "Go on with a paused run."),
    "first": ("changing", "first", "Start these tasks before all others."),
    "amend": ("changing", "amend", "Tell the agent of a task what is different now."),
    "add": ("changing", "add", "Add a task to a run."),
    "cap": ("changing", "cap", "Change how many agents of a run work at once."),
    "ask": ("steer", "ask", "Ask for a path that a task's plan did not give it."),
    "claim": ("steer", "claim", "Take the next ready task, for workers that organise themselves."),
    "resume": ("steer", "resume", "Go on with a run after a crash or in another session."),
    "retry": ("steer", "retry", "Undo what a failed task changed and make it ready again."),
    "skip": ("steer", "skip", "Go on without a task."),
    "release": ("steer", "release", "Give up on an agent that will not come back."),
    "why": ("steer", "why", "Say who owns a path, and what was decided about it."),
    "writes": ("writes", "writes", "Say what a command line would write, without running it."),
    "diff": ("work", "diff", "Print what a task changed."),
    "undo": ("work", "undo", "Undo what one task changed, and nothing else."),
    "discard": ("discard", "discard", "Take back uncommitted work in files or folders; its bytes are kept."),
    "commit": ("work", "commit", "Commit exactly what a task changed."),
    "status": ("status", "status", "Print where a run stands."),
    "report": ("status", "report", "Print what happened, measured."),
    "statusline": ("statusline", "statusline", "Print the live run in one line, for the client's status line."),
    "tasks": ("task_verbs", "tasks", "The task-management verbs: status, next, parallel, deps, blocked, complete, ..."),
    "config": ("config", "config", "Print every setting, its value and where that comes from."),
    "audit": ("audit", "audit", "Say what past sessions' agents did to each other, and what a plan would have saved."),
    "doctor": ("doctor", "doctor", "Check the client, the hooks, the planner and this project."),
    "sync": ("sync", "sync", ""),
    "typed": ("typed", "typed", ""),
    "completion": ("completion", "completion", "Print the completion script for a shell."),
    "guide": ("guide", "guide", "Print a guide for Claude: patterns, troubleshooting, failure, ..."),
    "demo": ("demo", "demo", "Play an example in the real client, offline, with a scripted model."),
}

GROUPS = {
    "Plan": ("plan", "read", "check", "advise", "refine", "overlap"),
    "Run": ("start", "next", "brief", "done", "fail", "status", "report", "drive", "worker", "land"),
    "Steer": ("pause", "go", "resume", "first", "amend", "add", "cap", "retry", "skip", "release", "cancel"),
    "Files": ("why", "writes", "ask", "claim", "diff", "undo", "discard", "commit"),
    "More": (
        "pull",
        "push",
        "tasks",
        "schema",
        "guide",
        "demo",
        "doctor",
        "audit",
        "config",
        "statusline",
        "completion",
    ),
}


class Lazy(click.Group):
    """A group whose commands are imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (_, _, line) in COMMANDS.items() if line]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"fanout.cli.commands.{module}"), function)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {close[0]!r}?" if close else " See `fanout --help`."
            raise click.UsageError(f"there is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, names in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name][2]) for name in names])


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from fanout.version import version

        click.echo(f"fanout {version()}")
        ctx.exit()


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, callback=_print_version, expose_value=False, is_eager=True, help="Print it.")
@click.option("-C", "--project", type=click.Path(exists=True, file_okay=False), help="The project, if not this folder.")
@click.pass_context
def app(ctx: click.Context, project: str | None) -> None:
    """Turn a task list into conflict-free work for parallel agents, and keep it safe while they run."""
    if project:
        os.chdir(project)


def _as_shown(error: UnicodeError) -> tuple[str, int]:
    """What is printed for characters that the stream has not."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = odd_names.shown(error.object[error.start : error.end])
    return text.encode("ascii", "backslashreplace").decode(), error.end


def main() -> None:
    """Runs the command line and exits: 0 fine, 1 the source or state is wrong, 2 usage, 3 our own failure."""
    codecs.register_error(odd_names.KEY, _as_shown)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=odd_names.KEY)
    try:
        code = app(prog_name="fanout", standalone_mode=not _wants_json())
        sys.exit(code if isinstance(code, int) else 0)
    except FanoutError as error:
        fail(error)
    except click.ClickException as error:  # where JSON is wanted
        error.show()
        _fail_as_json(error.format_message(), "", error.exit_code)
    except click.Abort:
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("FANOUT_TRACE"):
            raise
        if _is_damage(error):
            from fanout.run.store import db

            fail(Damaged(f"the journal of this project is damaged: {error}.", f"`fanout doctor --fix` {db.SET_ASIDE}"))
        defect = f"fanout failed: {type(error).__name__}: {error} (a defect; FANOUT_TRACE=1 shows where)"
        click.echo(defect, err=True)
        _fail_as_json(defect, "", EXIT_OURS)


def _is_damage(error: Exception) -> bool:
    """Whether SQLite says that the file itself is broken: any finer class of its errors is a defect of ours."""
    return type(error).__name__ == "DatabaseError" and type(error).__module__ == "sqlite3"


def fail(error: FanoutError) -> None:
    """One clear message on stderr, and the error's exit code."""
    for line in str(error).splitlines():
        click.echo(f"error: {line}", err=True)
    _fail_as_json(error.message, error.fix, error.exit_code)


def _wants_json() -> bool:
    """Whether whoever reads what the command prints takes it for JSON."""
    words = sys.argv[1:]
    return "--json" in words[: words.index("--")] if "--" in words else "--json" in words


def _fail_as_json(message: str, fix: str, code: int) -> None:
    """Exits. Where JSON is wanted the error is on stdout too, in the place of the command's own object."""
    if _wants_json():
        from fanout.cli.shared import project

        project.echo_error(message, fix, code)
    sys.exit(code)
