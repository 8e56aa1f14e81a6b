"""fanout demo: an example, played by scripted agents in the real client, offline and without an account."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from fanout.cli.shared import project
from fanout.client import installed
from fanout.client.script import from_document
from fanout.client.session import Session
from fanout.errors import FanoutError
from fanout.report import agent_bars, run_facts
from fanout.run.store import db
from fanout.run.tasks import runs
from fanout.version import checkout

EXAMPLE = "user-dashboard"
RUN = "user-dashboard-1"
TIMEOUT = 120.0


@dataclass
class Play:
    """One playing of the example in its own project; `result` holds the run's facts when it has ended."""

    folder: Path
    flags: str
    seconds: float = 0.0
    error: Exception | None = None
    result: dict[str, Any] = field(default_factory=dict)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, nothing else.")
@click.option("--client", type=click.Path(exists=True, dir_okay=False), help="The claude to use instead of PATH's.")
def demo(as_json: bool, client: str | None) -> None:
    """Play examples/user-dashboard in the real client: five scripted agents, offline, no account, no tokens.

    One agent tries to write its sibling's file, another says done without having done it. The same work is done
    one after another beside it, so that the speedup is measured. Nothing of your own configuration is read.
    """
    path = Path(client) if client else installed.from_path() or installed.locate(cache=installed.default_cache())
    top = Path(tempfile.mkdtemp(prefix="fanout-demo-"))
    plays = Play(top / "parallel", ""), Play(top / "one-by-one", "--max-parallel 1")
    if not as_json:
        click.echo(f"Claude Code {installed.version_of(path)} with a scripted model, offline, in {top}")
        click.echo(
            "Left to right: seconds. Five agents in two batches; the same work one after another runs beside it."
        )
    threads = [threading.Thread(target=_play, args=(play, path), daemon=True) for play in plays]
    for thread in threads:
        thread.start()
    _watch(plays[0], lambda: any(thread.is_alive() for thread in threads), quiet=as_json)
    for play in plays:
        if play.error is not None:
            raise play.error
    figures = _figures(plays, top, installed.version_of(path))
    if as_json:
        project.echo_json(figures)
    else:
        click.echo(_told(figures))


def _play(play: Play, client: Path) -> None:
    example = Path(checkout()) / "examples" / EXAMPLE
    try:
        shutil.copytree(example, play.folder / "examples" / EXAMPLE)
        subprocess.run(["git", "init", "-q", str(play.folder)], check=False)
        cast = from_document(json.loads((example / "script.json").read_text(encoding="utf-8")))
        began = time.monotonic()
        with Session(
            play.folder,
            cast,
            client=client,
            plugin_dirs=[Path(checkout())],
            permission_mode="acceptEdits",
            env={"FANOUT_CACHE_DIR": str(installed.default_cache())},
            timeout=TIMEOUT,
            record_hooks=False,
        ) as session:
            session.print_mode(f"/spec:execute examples/{EXAMPLE} {play.flags}".strip())
        play.seconds = time.monotonic() - began
        play.result = run_facts.of_run(db.connect(str(play.folder)), RUN)
    except Exception as error:  # shown by the main thread
        play.error = error


def _watch(play: Play, at_work: Callable[[], bool], quiet: bool) -> None:
    """The parallel play as it goes: a live chart on a terminal, a line for each change elsewhere."""
    if sys.stdout.isatty() and not quiet:
        from rich.live import Live

        with Live(refresh_per_second=8, transient=True) as live:
            while at_work():
                sight = _look(play)
                if sight:
                    live.update(agent_bars.draw(sight, now=time.time() - sight["started"], colour=True))
                time.sleep(0.12)
        if play.result:
            click.echo(agent_bars.draw(play.result, now=None).plain)
        return
    told: set[str] = set()
    while at_work():
        for line in agent_bars.changes(_look(play), told) if not quiet else []:
            click.echo(line)
        time.sleep(0.1)
    if not quiet:
        for line in agent_bars.changes(play.result or None, told):
            click.echo(line)
        if play.result:
            click.echo(agent_bars.draw(play.result, now=None).plain)


def _look(play: Play) -> dict[str, Any] | None:
    """The facts so far, None while there is no run yet."""
    try:
        connection = db.connect(str(play.folder))
        try:
            known = runs.find(connection, RUN)
            return run_facts.of_run(connection, RUN) if known else None
        finally:
            connection.close()
    except FanoutError:
        return None


def _figures(plays: tuple[Play, Play], top: Path, version: str) -> dict[str, object]:
    parallel, single = plays[0].result, plays[1].result
    took = parallel["measured"]["makespan_seconds"]
    alone = single["measured"]["makespan_seconds"]
    if not all(task["state"] == "done" for play in plays for task in play.result["tasks"]):
        raise FanoutError("the demo did not come to its end.", f"Look: {top}; `fanout report` in either folder.")
    return {
        "client": version,
        "tasks": len(parallel["tasks"]),
        "parallel_seconds": took,
        "one_by_one_seconds": alone,
        "speedup": round(alone / took, 2),
        "most_at_once": parallel["measured"]["most_at_once"],
        "denied": [{"task": d["task"], "path": d.get("path"), "reason": d["reason"]} for d in parallel["denials"]],
        "sent_back": [{"task": s["task"], "missing": s["missing"]} for s in parallel["sent_back"]],
        "project": str(plays[0].folder),
    }


def _told(figures: dict[str, Any]) -> str:
    lines = [
        f"Measured: {figures['tasks']} tasks in {figures['parallel_seconds']:.1f} s from the first start to the last end; "
        f"the same work really played one after another {figures['one_by_one_seconds']:.1f} s: {figures['speedup']:.1f} times "
        f"faster than that. (`fanout report` compares with the agents' times added up.)"
    ]
    lines += [
        f"Denied: task {d['task']} wanted to write {d['path']}. It was told: {d['reason']}" for d in figures["denied"]
    ]
    lines += [f"Sent back: task {s['task']} said done, but {s['missing']}" for s in figures["sent_back"]]
    lines.append(f"Look: cd {figures['project']} && {Path(checkout()) / 'bin' / 'fanout'} report")
    return "\n".join(lines)
