"""One attempt's client, from its start to its end: a process of its own, so that a driver's death is its client's too.

main -> the client is started -> its guard has answered (run/agents/attempts.py) -> it gets the brief -> its last words
     -> input closed, INT, TERM, KILL, and whatever it left running is swept -> outcome.json

The end of this process's own input means that its driver is gone. What happens is told in one queue (`News`), so nothing here
waits for a clock to tick; one is started for each attempt, so what it loads is counted (tests/engines/test_supervise.py).
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
from _queue import Empty, SimpleQueue  # the public module loads heapq and types beside these two

from fanout.engines import headless, sweep
from fanout.engines.headless import Ended
from fanout.run.agents import attempts
from fanout.run.store import state_dir
from fanout.run.store.db import Write, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fanout.engines.headless import Piece

    News = SimpleQueue[Piece]

GUARD_SECONDS = 60.0  # from its start until the plugin's hooks have answered, where GUARD_VARIABLE says nothing else
GUARD_VARIABLE = "FANOUT_GUARD_SECONDS"
LEAVE_SECONDS = 20.0  # after its last words, with its input closed
INT_SECONDS, TERM_SECONDS = 3.0, 5.0
LOOK_SECONDS = 0.02  # between two looks at the journal, for the hooks' answer
JOB, BRIEF, LOG, ERRORS, OUTCOME = "job.json", "brief.md", "log.jsonl", "errors.txt", "outcome.json"


class Client:
    """The process, and what it said so far."""

    def __init__(self, job: dict[str, Any], folder: str, news: News) -> None:
        self.folder = folder
        self.news = news
        self.ended = Ended()
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
        self.waiter = threading.Thread(target=self._wait, daemon=True)
        self.reader.start()
        self.waiter.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with open(os.path.join(self.folder, LOG), "wb") as log:
            for line in self.process.stdout:
                log.write(line)
                log.flush()
                told = headless.note(self.ended, line)
                if told:
                    self.news.put(told)

    def _wait(self) -> None:
        self.process.wait()
        self.news.put("gone")

    def send(self, brief: str) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(headless.message(brief))
            self.process.stdin.flush()
        except OSError:  # it has ended: its exit code says more
            pass

    def end(self, patience: float) -> None:
        """Input closed and, as far as it takes that, INT (after which it still says what it took), TERM and KILL; then nothing
        that it started is left."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        steps = ((patience, signal.SIGINT), (INT_SECONDS, signal.SIGTERM), (TERM_SECONDS, signal.SIGKILL))
        for seconds, sent in steps:
            self.waiter.join(seconds)
            if not self.waiter.is_alive():
                break
            _signal(self.process.pid, sent)
        self.waiter.join()
        self.ended.code = self.process.returncode
        _signal(self.process.pid, signal.SIGKILL)  # what is left of its group
        self.reader.join(1.0)


def main(folder: str) -> int:
    """`folder` holds the job and the brief, and gets the log and the outcome."""
    job = json.loads(_read(folder, JOB))
    news: News = SimpleQueue()  # its `put` may be called by a signal's handler
    threading.Thread(target=_watch_driver, args=(news,), daemon=True).start()
    for number in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # in the background of a shell INT is ignored, and that is handed down
        signal.signal(number, lambda *_: news.put("stop"))
    try:
        client = Client(job, folder, news)
    except OSError as error:
        _report(folder, Ended(by="guard", said=f"{job['command'][0]} can't be started: {error.strerror or error}"))
        return 0
    by = _guarded(client, job) or _worked(client, job, _read(folder, BRIEF))
    client.end(LEAVE_SECONDS if not by else 0.0)
    sweep.of_attempt(job["root"], job["key"])
    client.ended.by = by or ("guard" if client.ended.plugin_errors else "")
    client.ended.said = client.ended.said or _last_line(folder)
    _report(folder, client.ended)
    return 0


def _guarded(client: Client, job: dict[str, Any]) -> str:
    """Waits until the plugin's hooks have answered. Returns what ends the attempt before that, "" when they have."""
    db = connect(job["root"])
    last = time.monotonic() + guard_seconds(os.environ.get(GUARD_VARIABLE, ""))
    try:
        while time.monotonic() < last:
            known = attempts.of_agent(db, job["agent"])
            if known is not None and known.guarded is not None:
                return ""
            piece = _next(client.news, LOOK_SECONDS)
            if piece == "gone":
                return "killed" if client.process.returncode < 0 else "guard"
            if piece not in ("", "turn", "busy"):
                return piece
        return "guard"
    finally:
        db.close()


def guard_seconds(said: str) -> float:
    """`said` by the environment; what is no time above 0 says nothing."""
    try:
        seconds = float(said)
    except ValueError:
        return GUARD_SECONDS
    return seconds if 0 < seconds < float("inf") else GUARD_SECONDS


def _worked(client: Client, job: dict[str, Any], brief: str) -> str:
    """Gives it the brief and waits for its last words. Returns what ends it before them, "" for nothing."""
    client.send(brief)
    last = time.monotonic() + float(job["minutes"]) * 60
    while piece := _next(client.news, max(0.0, last - time.monotonic())):
        if piece != "busy":
            return "" if piece in ("turn", "gone") else piece
        _slow_down(job)
    return "clock"


def _slow_down(job: dict[str, Any]) -> None:
    """The API is too busy; the client tries again by itself. Others of the run need not be started into that."""
    from fanout.run.agents import agents
    from fanout.run.tasks import runs

    db = connect(job["root"])
    with Write(db):
        runs.slow_down_for(db, agents.get(db, job["agent"]))
    db.close()


def _next(news: News, seconds: float) -> Piece:
    """What happens next, "" when nothing does for so long."""
    try:
        return news.get(timeout=seconds)
    except Empty:
        return ""


def _watch_driver(news: News) -> None:
    while os.read(0, 4096):
        pass
    news.put("driver")


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
    state_dir.write_whole(os.path.join(folder, OUTCOME), json.dumps(ended.as_data()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
