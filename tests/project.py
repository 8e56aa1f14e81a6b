"""A project of a test: a folder with files, and the commands run in it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warm import WARM

CHECKOUT = Path(__file__).resolve().parent.parent
FANOUT = CHECKOUT / "bin" / "fanout"
# Windows starts no script; there the tests' own interpreter has what the planner needs.
STARTED = (str(FANOUT),) if os.name != "nt" else (sys.executable, "-X", "utf8", "-I", str(CHECKOUT / "scripts"))
LOOKED_AT = {"FANOUT_CACHE_DIR", "CLAUDE_PLUGIN_DATA", "PATH"}


def benchmark(name: str) -> Any:
    """A script of benchmarks/ as a module. Its folder stays off the path, where its names would hide folders of tests."""
    if f"benchmark_{name}" in sys.modules:
        return sys.modules[f"benchmark_{name}"]
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", CHECKOUT / "benchmarks" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Project:
    """A folder with files, in git when it has been initialised."""

    path: Path

    def write(self, files: Mapping[str, object]) -> None:
        """Text as it is, anything else as JSON."""
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")

    def fanout(self, *args: str, input: str | None = None, env: dict[str, str] | None = None) -> Ran:
        """Runs `fanout` in the project: warm, or through bin/fanout where `env` holds what that looks at."""
        whole = {**os.environ, **(env or {})}
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write((input or "").encode())
            given.seek(0)
            if LOOKED_AT & set(env or ()) or not hasattr(os, "fork"):
                command = [*STARTED, *args]
                code = subprocess.run(command, cwd=self.path, env=whole, stdin=given, stdout=out, stderr=err).returncode
            else:
                code = WARM.run(args, self.path, whole, (given.fileno(), out.fileno(), err.fileno()))
            out.seek(0)
            err.seek(0)
            return Ran(code, out.read().decode(), err.read().decode())

    def git(self, *args: str) -> str:
        return subprocess.run(["git", *args], cwd=self.path, check=True, capture_output=True, text=True).stdout

    def commit_all(self) -> None:
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "dev@example.org")
        self.git("config", "user.name", "Dev")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "start")


def promised(command: str) -> set[str]:
    """The fields of what `fanout COMMAND --json` prints, as docs/beyond.md has them."""
    page = (CHECKOUT / "docs" / "beyond.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `fanout {command}` |")]
    return set(re.findall(r"`(\w+)`", row.split("|")[3]))


@dataclass
class Ran:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        found = json.loads(self.out)
        assert found["schema_version"] == 1
        return dict(found["data"])
