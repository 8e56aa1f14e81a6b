"""fanout audit: what past sessions of a project say about agents side by side, without any run."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

import click

from fanout import shell
from fanout.cli.shared import predictions, project
from fanout.report import audit as audits
from fanout.report import audit_text, transcripts

WHOLE = ("create", "truncate", "delete")
PARTS = re.compile(r"[;&|\n]+")
MAKERS = re.compile(r"\s*(?:mkdir|touch)\s")


@click.command()
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--all", "everything", is_flag=True, help="Every finding, not only the first of each kind.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit(path: str | None, everything: bool, as_json: bool) -> None:
    """Read the client's transcripts of a project: conflicts, lost updates, launches that could have been parallel.

    PATH is the project's folder, this one by default; or a folder of transcripts. Nothing is changed or sent, and no
    content of a file is printed. CLAUDE_CONFIG_DIR is respected.
    """
    root = os.path.realpath(path) if path else project.root()
    given = Path(root)
    folders = [given] if any(given.glob("*.jsonl")) else transcripts.folders(root)
    sessions = (session for folder in folders for session in transcripts.sessions(folder))
    result = audits.of_sessions(sessions, analyse)
    learned = predictions.samples(root)
    if as_json:
        counts = {"counts": dict(audits.counts(result)), "predictions": [one._asdict() for one in learned]}
        project.echo_json({"project": root, **counts, **result.as_dict()})
    else:
        click.echo("\n".join([audit_text.render(result, root, everything), *predictions.lines(learned)]))


@lru_cache(maxsize=10_000)
def analyse(command: str, cwd: str) -> audits.Effects:
    """What the guard's own parser says a command line does; what it can't know, folders and touched files left out."""
    effects = _effects(command, cwd)
    made = {write.path for part in PARTS.split(command) if MAKERS.match(part) for write in _effects(part, cwd).writes}
    named = [write for write in effects.writes if not _is_left_out(write, made)]
    swept = next((git for git in effects.git if git.scope == "tree" and git.endangers), None)
    return audits.Effects(
        frozenset(write.path for write in named),
        frozenset(write.path for write in named if write.kind in WHOLE),
        f"git {swept.verb}" if swept else "",
    )


def _is_left_out(write: shell.Write, made: set[str]) -> bool:
    return bool(write.recursive or write.git or (write.kind == "create" and write.path in made))


def _effects(command: str, cwd: str) -> shell.Effects:
    return shell.analyse(command, cwd or "/", home=os.path.expanduser("~"), env={})
