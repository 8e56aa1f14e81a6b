"""How many agents the client's workflow runtime starts at once, and how a run gets as many as its plan has."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from fanout.cli.shared import client_settings
from fanout.errors import FanoutError
from fanout.run.flow.workflow import CAP_VARIABLE

LOCAL = Path(".claude", "settings.local.json")
MOST, FEWEST, SPARED = 16, 2, 2  # the client's own rule: min(16, max(2, CPUs - 2))


@dataclass(frozen=True)
class Cap:
    """`origin`: where the number stands, or why it is that."""

    number: int
    origin: str


def of_client(root: str) -> Cap:
    """As the client that is started next has it; what was exported before it started stands above its settings."""
    value = os.environ.get(CAP_VARIABLE, "")
    if value.isdigit():
        return Cap(int(value), "the environment")
    for path in _files(root):
        value = _set_in(path)
        if value.isdigit():
            return Cap(int(value), str(path))
    cpus = os.cpu_count() or 1
    return Cap(min(MOST, max(FEWEST, cpus - SPARED)), f"its own rule for {cpus} CPUs")


def move(root: str, number: int) -> None:
    """From its next start in this project on the client starts so many at once."""
    path = Path(root, LOCAL)
    settings = client_settings.read(path)
    env = settings.get("env")
    settings["env"] = {**(env if isinstance(env, dict) else {}), CAP_VARIABLE: str(number)}
    path.parent.mkdir(parents=True, exist_ok=True)
    client_settings.write(path, json.dumps(settings, indent=2, ensure_ascii=False) + "\n")


def _files(root: str) -> list[Path]:
    """The stronger one first."""
    home = Path(os.environ.get("CLAUDE_CONFIG_DIR") or Path.home() / ".claude")
    return [Path(root, LOCAL), Path(root, ".claude", "settings.json"), home / "settings.json"]


def _set_in(path: Path) -> str:
    try:
        env = client_settings.read(path).get("env")
    except (FanoutError, OSError):
        return ""
    return str(env.get(CAP_VARIABLE, "")) if isinstance(env, dict) else ""
