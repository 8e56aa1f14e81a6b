"""Real Dask on loopback: a scheduler and workers as processes of their own, each with the clients' environment."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from client.drive import PATIENCE, Driven
from project import CHECKOUT

WHY = "the optional packages of the engine dask are not installed (requirements/dask.txt)"


def needed() -> None:
    pytest.importorskip("distributed", reason=WHY)


class Process:
    """A process that says its address in one line."""

    def __init__(self, command: list[str], env: Mapping[str, str], word: str, log: Path) -> None:
        self.log = log
        with log.open("wb") as said:
            self.process = subprocess.Popen(command, env=dict(env), stdout=said, stderr=said, cwd=log.parent)
        wait = threading.Event()
        for _ in range(int(PATIENCE * 10)):
            assert self.process.poll() is None, log.read_text()
            found = [line for line in log.read_text().splitlines() if word in line]
            if found:
                self.said = found[0]
                return
            wait.wait(0.1)
        raise AssertionError(log.read_text())

    @property
    def address(self) -> str:
        """The first address in what it said."""
        return next(word.rstrip(".,`") for word in self.said.split() if "://" in word)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()


class Cluster:
    """Processes of a cluster beside a driven run."""

    def __init__(self, driven: Driven, path: Path) -> None:
        self.driven = driven
        self.path = path
        path.mkdir()
        self.processes: list[Process] = []

    def alone(self, slots: int = 2) -> str:
        """`fanout worker --local`. Returns the scheduler's address."""
        return self.start(["worker", "--local", "--port", "0", "--slots", str(slots)], "slots at").address

    def scheduler(self, port: int = 0) -> Process:
        """Dask's own, as a farm has it: it has never heard of fanout."""
        command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
        env = {name: value for name, value in self.driven.env.items() if "ANTHROPIC" not in name}
        made = Process([*command, "--no-dashboard"], env, "Scheduler at:", self.path / f"s{len(self.processes)}.txt")
        self.processes.append(made)
        return made

    def worker(self, address: str, slots: int = 2) -> Process:
        return self.start(["worker", "--cluster", address, "--slots", str(slots)], "slots at")

    def foreign_worker(self, address: str) -> Process:
        """Dask's own, as a batch system starts it."""
        own = {
            "PYTHONPATH": str(CHECKOUT / "scripts"),
            "FANOUT_WORKER_FOLDER": str(self.path / "foreign"),
            "FANOUT_WORKER_CLIENT": str(self.driven.session.client),
        }
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard"]
        command += ["--resources", "slot=2", "--nthreads", "2", "--local-directory", str(self.path / "spill")]
        log = self.path / f"f{len(self.processes)}.txt"
        self.processes.append(Process(command, {**self.driven.env, **own}, "Registered to", log))
        return self.processes[-1]

    def start(self, words: list[str], said: str) -> Process:
        number = len(self.processes)
        folder = ["--folder", str(self.path / f"folder{number}"), "--client", str(self.driven.session.client)]
        command = [sys.executable, str(CHECKOUT / "scripts"), *words, *folder]
        made = Process(command, self.driven.env, said, self.path / f"w{number}.txt")
        self.processes.append(made)
        return made

    def end(self) -> None:
        for one in reversed(self.processes):
            one.end()


Farm = Callable[..., tuple[Driven, Cluster]]
