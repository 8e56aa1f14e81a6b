"""The plugin in the real client: a project with an example, and the session that plays it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from project import CHECKOUT

from fanout.client import installed
from fanout.client.session import Session

Start = Callable[..., Session]

FILES = {
    "01": "src/panels/profile.mjs",
    "02": "src/panels/activity.mjs",
    "03": "src/panels/settings.mjs",
    "04": "src/dashboard.mjs",
    "05": "tests/panels.test.mjs",
}


def example(project: Path, name: str = "user-dashboard") -> str:
    """Copies an example into the project; returns the source to type."""
    shutil.copytree(CHECKOUT / "examples" / name, project / "examples" / name)
    return f"examples/{name}"


def with_plugin(start: Start, model: object, **options: Any) -> Session:
    env = {"FANOUT_CACHE_DIR": str(installed.default_cache())} | dict(options.pop("env", {}))
    return start(model, plugin_dirs=[CHECKOUT], env=env, **options)
