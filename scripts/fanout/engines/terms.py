"""On what terms a run's headless clients work: what the user said once, kept with the run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from fanout.engines.cluster_place import Place
from fanout.errors import FanoutError
from fanout.run.store.db import Write
from fanout.run.tasks import runs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from fanout.run.store.records import Run

MODES = ("acceptEdits", "auto", "bypassPermissions", "default", "dontAsk", "plan")
MINUTES = 60.0
LEAST_BUDGET = 0.0001  # that the client takes for one
OF_CLIENT = ("permission_mode", "allowed_tools", "max_budget", "task_budget", "max_turns", "model")


@dataclass(frozen=True)
class Terms:
    """`permission_mode` is "" until the user has said it; 0 in a budget and in turns is no limit.

    `max_budget` and `run_turns` are of the run, `task_budget` and `max_turns` of one attempt.
    """

    permission_mode: str = ""
    allowed_tools: tuple[str, ...] = ()
    max_budget: float = 0.0
    task_budget: float = 0.0
    max_turns: int = 0
    run_turns: int = 0
    model: str = ""
    client: str = "claude"
    cluster: str = ""
    tls_ca: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    hub: str = ""

    @property
    def place(self) -> Place:
        """Of the cluster."""
        return Place(self.cluster, self.tls_ca, self.tls_cert, self.tls_key)

    @property
    def is_limited(self) -> bool:
        """Whether the run's attempts share a limit."""
        return bool(self.max_budget or self.run_turns)

    def used_up(self, run: str, spent: float, turns: int) -> str:
        """Which limit of the run its attempts have reached, and what to do; "" for none."""
        if self.max_budget and spent >= self.max_budget:
            what, option = f"budget is spent ({spent:.2f} of {self.max_budget:.2f} USD)", "--max-budget"
        elif self.run_turns and turns >= self.run_turns:
            what, option = f"turns are used up ({turns} of {self.run_turns})", "--run-turns"
        else:
            return ""
        return f"the run's {what}; `fanout go {run}`, then `fanout drive {run} {option} MORE`"

    def shared_out(self, by_money: bool, took: float) -> bool:
        """Whether an attempt that ended for its limit had only a share of the run's, and not all that the user gave it."""
        whole, own = (self.max_budget, self.task_budget) if by_money else (self.run_turns, self.max_turns)
        return bool(whole) and not (own and took >= own)

    def of_client(self) -> dict[str, Any]:
        """What a client on another machine is started with; where the cluster is, and which client, is not its business."""
        return {name: value for name, value in asdict(self).items() if name in OF_CLIENT}


def of_run(run: Run) -> Terms:
    kept = json.loads(run.terms)
    known = {field.name for field in fields(Terms)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items() if name in known
    }
    return Terms(**values)


def agree(
    db: sqlite3.Connection, run: Run, given: dict[str, Any], check_client: Callable[[str], None] | None = None
) -> Terms:
    """What was said before, with what is `given` now (None and () change nothing). Kept. Raises FanoutError, as `check_client`
    does of a client that is not there."""
    said = {name: value for name, value in given.items() if value is not None and value != ()}
    terms = replace(of_run(run), **said)
    if not terms.permission_mode:
        raise FanoutError(
            f"it is not said what the headless clients of {run.id} may do: nobody is there to be asked.",
            f"`fanout drive {run.id} --permission-mode MODE` ({', '.join(MODES)}), with --allow 'Bash(npm test:*)' for each "
            f"tool that needs no question. It is kept with the run.",
        )
    if check_client is not None:
        check_client(terms.client)
    with Write(db):
        runs.set_terms(db, run.id, json.dumps(asdict(terms)))
    return terms
