"""One attempt's client, from its start to its end: a process of its own, so that a driver's death is its client's too.

main -> the client is started -> its guard has answered (run/agents/attempts.py) -> it gets the brief -> its last words
     -> input closed, TERM, KILL, and whatever it left running is swept -> outcome.json

The end of this process's own input means that its driver is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from typing import Any

from fanout.engines import headless, sweep
from fanout.engines.headless import Ended
from fanout.run.agents import attempts
from fanout.run.store import state_dir
from fanout.run.store.db import connect

GUARD_SECONDS = 60.0  # from its start until the plugin's hooks have answered
LEAVE_SECONDS = 20.0  # after its last words, with its input closed
TERM_SECONDS = 5.0
TICK_SECONDS = 0.05
JOB, BRIEF, LOG, ERRORS, OUTCOME = "job.json", "brief.md", "log.jsonl", "errors.txt", "outcome.json"


class Client:
    """The process, what it said so far, and whether its turn is over."""

    def __init__(self, job: dict[str, Any], folder: str) -> None:
        self.folder = folder
        self.ended = Ended()
        self.is_over = threading.Event()
        with open(os.path.join(folder, ERRORS), "wb") as errors:
            self.process = subprocess.Popen(
                job["command"],
                cwd=job["cwd"],
                env=headless.environment(os.environ, attempts.marks(job["root"], job["key"])),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with open(os.path.join(self.folder, LOG), "wb") as log:
            for line in self.process.stdout:
                log.write(line)
                log.flush()
                if headless.note(self.ended, line):
                    self.is_over.set()

    def send(self, brief: str) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(headless.message(brief))
            self.process.stdin.flush()
        except OSError:  # it has ended: its exit code says more
            pass

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def end(self, patience: float) -> None:
        """Input closed and, as far as it takes that, TERM and KILL; then nothing that it started is left."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        for seconds, sent in ((patience, signal.SIGTERM), (TERM_SECONDS, signal.SIGKILL)):
            try:
                self.process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                _signal(self.process.pid, sent)
        self.ended.code = self.process.wait()
        _signal(self.process.pid, signal.SIGKILL)  # what is left of its group
        self.reader.join(1.0)


def main(folder: str) -> int:
    """`folder` holds the job and the brief, and gets the log and the outcome."""
    job = json.loads(_read(folder, JOB))
    gone, stopped = threading.Event(), threading.Event()
    threading.Thread(target=_watch_driver, args=(gone,), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    try:
        client = Client(job, folder)
    except OSError as error:
        _report(folder, Ended(by="guard", said=f"{job['command'][0]} can't be started: {error.strerror or error}"))
        return 0
    by = _guarded(client, job, (gone, stopped)) or _worked(client, job, _read(folder, BRIEF), (gone, stopped))
    client.end(LEAVE_SECONDS if not by else 0.0)
    sweep.of_attempt(job["root"], job["key"])
    client.ended.by = by
    client.ended.said = client.ended.said or _last_line(folder)
    _report(folder, client.ended)
    return 0


def _guarded(client: Client, job: dict[str, Any], stops: Any) -> str:
    """Waits until the plugin's hooks have answered. Returns what ends the attempt before that, "" when they have."""
    db = connect(job["root"])
    last = time.monotonic() + GUARD_SECONDS
    while True:
        known = attempts.of_agent(db, job["agent"])
        if known is not None and known.guarded is not None:
            db.close()
            return ""
        if not client.is_alive():
            return "killed" if (client.process.returncode or 0) < 0 else "guard"
        if time.monotonic() > last:
            return "guard"
        if why := _stop_of(stops):
            return why
        time.sleep(TICK_SECONDS)


def _worked(client: Client, job: dict[str, Any], brief: str, stops: Any) -> str:
    """Gives it the brief and waits for its last words. Returns what ends it before them, "" for nothing."""
    client.send(brief)
    last = time.monotonic() + float(job["minutes"]) * 60
    while client.is_alive() and not client.is_over.wait(TICK_SECONDS):
        if client.ended.plugin_errors:
            return "guard"
        if time.monotonic() > last:
            return "clock"
        if why := _stop_of(stops):
            return why
    return ""


def _stop_of(stops: Any) -> str:
    gone, stopped = stops
    return "driver" if gone.is_set() else "stop" if stopped.is_set() else ""


def _watch_driver(gone: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    gone.set()


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(OSError):  # nothing of it is left
        os.killpg(pid, number)


def _last_line(folder: str) -> str:
    lines = _read(folder, ERRORS).strip().splitlines()
    return lines[-1][:200] if lines else ""


def _read(folder: str, name: str) -> str:
    with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def _report(folder: str, ended: Ended) -> None:
    state_dir.write_whole(os.path.join(folder, OUTCOME), json.dumps(asdict(ended)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
