"""A driven run of ten tasks in which every while some process is killed with SIGKILL, and what came of it: one game a seed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from client.dask_cluster import Cluster, Process
from client.drive import Driven, listed

# A child in a session of its own, which nobody waits for.
DAEMON = "setsid sleep 600 >/dev/null 2>&1 & echo started"
TABLE = {"*": [{"bash": DAEMON}, {"declared": True}, {"done": "it is there"}]}
AT_ONCE = 4
ALLOWED_SECONDS = 15.0  # for what still runs when the run has ended
ROUNDS = 6  # of a drive and of `fanout retry`, after the kills


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def of(driven: Driven, what: str) -> list[int]:
    """The processes of the run whose command line has this word."""
    found = []
    for pid in driven.processes():
        try:
            words = Path("/proc", str(pid), "cmdline").read_bytes()
        except OSError:
            continue
        if what.encode() in words:
            found.append(pid)
    return found


@dataclass
class Game:
    """What came of it. `most`: attempts that the kills and the tasks may have cost together. `wrong`: "" for nothing."""

    kills: Counter[str] = field(default_factory=Counter)
    tasks: int = 0
    attempts: int = 0
    most: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    seconds: float = 0.0
    wrong: str = ""


class Player:
    """Kills by chance, and goes on until every task is done."""

    def __init__(self, driven: Driven, seed: int, count: int) -> None:
        self.driven = driven
        self.chance = random.Random(seed)
        self.names = [f"t{n}" for n in range(count)]
        self.game = Game(tasks=count, most=count)
        self.driver: Popen[str]

    def tasks(self, check: str = "") -> list[dict[str, object]]:
        """One in three needs an earlier one; `check` is a command of each."""
        return [
            {
                "id": name,
                "writes": [f"{name}.txt"],
                "depends_on": [self.names[n - 3]] if n % 3 == 0 and n else [],
                "accept": [{"command": f"{check} {name}.txt"}] if check else [],
            }
            for n, name in enumerate(self.names)
        ]

    def wait(self) -> None:
        time.sleep(self.chance.uniform(0.5, 4.0))

    def note(self, whom: str, cost: int) -> None:
        """`cost`: attempts that this kill may end."""
        self.game.kills[whom] += 1
        self.game.most += cost

    def client_or_supervisor(self, *words: str) -> None:
        there = [(word, pid) for word in words for pid in of(self.driven, word)]
        if there:
            word, pid = self.chance.choice(there)
            with contextlib.suppress(ProcessLookupError):
                kill(pid)
                # a command of the client's that is killed is the client's own affair
                self.note({"supervise": "supervisor", "stream-json": "client"}.get(word, "child"), word != "sleep")

    def kill_driver(self) -> None:
        if self.driver.poll() is None:
            self.driver.kill()
            self.note("driver", AT_ONCE)

    def drive_again(self, *words: str) -> None:
        self.driver.communicate()
        self.driver = self.driven.begin_drive(*words)

    def finish(self, before: Callable[[], object] = lambda: None) -> Game:
        """`before` each round what is to be there is there."""
        out, err = self.driver.communicate(timeout=240)
        for _ in range(ROUNDS):
            if set(self.driven.states().values()) == {"done"}:
                break
            before()
            self._again()
        ended = time.monotonic()
        self.driven.wait_for(lambda: not self.driven.processes())
        self.game.seconds = time.monotonic() - ended
        return self._judged(out + err)

    def _again(self) -> None:
        """A task whose clients were killed too often has failed, and says so."""
        for name, state in self.driven.states().items():
            if state == "failed":
                said = self.driven.outcome(name)
                if "lost" not in said and "without a result" not in said:
                    self.game.wrong += f"{name} failed: {said}. "
                self.driven.fanout("retry", f"r-1/{name}")
        ran = self.driven.drive_here()
        if ran.returncode:
            self.game.wrong += f"drive: {ran.stderr} "

    def _judged(self, said: str) -> Game:
        game, states, merged = self.game, self.driven.states(), Counter(self.driven.merged())
        game.attempts = len(self.driven.attempts())
        game.lost = [name for name in self.names if not merged[name] or not self._is_whole(name)]
        game.twice = [name for name, count in merged.items() if count > 1]
        undone = [f"{name} is {state}" for name, state in states.items() if state != "done"]
        found = [
            *(undone and [f"{', '.join(undone)}: {said}"]),
            *(game.lost and [f"not in the branch: {game.lost}"]),
            *(game.twice and [f"merged twice: {game.twice}"]),
            *([f"{game.attempts} attempts, {game.most} explained"] if game.attempts > game.most else []),
            *([f"something lived on for {game.seconds:.1f} s"] if game.seconds > ALLOWED_SECONDS else []),
        ]
        game.wrong += "; ".join(found)
        return game

    def _is_whole(self, name: str) -> bool:
        return self.driven.at(f"{name}.txt") == f"{name}.txt by {name}\n"


def here(driven: Driven, seed: int, count: int = 10, rounds: int = 8) -> Game:
    """On this machine: the driver, supervisors, clients and what these started are killed. The tasks have checks."""
    play = Player(driven, seed, count)
    driven.begin(listed(*play.tasks("test -e"), max_parallel=AT_ONCE))
    play.driver = driven.begin_drive("--allow", "Bash")
    for _ in range(rounds):
        play.wait()
        if play.chance.random() < 0.4:
            play.kill_driver()
        else:
            play.client_or_supervisor("supervise", "stream-json", "sleep")
        if play.driver.poll() is not None:
            play.drive_again()
    return play.finish()


def on_a_cluster(driven: Driven, cluster: Cluster, seed: int, count: int = 10, rounds: int = 6) -> Game:
    """On three workers: any of them too, and the scheduler."""
    play = Player(driven, seed, count)
    driven.begin(listed(*play.tasks(), max_parallel=AT_ONCE))
    scheduler = cluster.scheduler()
    port = int(scheduler.address.rsplit(":", 1)[1])
    workers = [cluster.worker(scheduler.address) for _ in range(3)]

    def staffed() -> None:
        for n, one in enumerate(workers):
            if one.process.poll() is not None:
                workers[n] = cluster.worker(scheduler.address)

    play.driver = driven.begin_drive("--allow", "Bash", "--cluster", scheduler.address)
    for _ in range(rounds):
        play.wait()
        whom = play.chance.choice(("worker", "worker", "driver", "scheduler", "client", "supervisor"))
        if whom == "worker":
            workers[play.chance.randrange(3)].kill()
            play.note(whom, 2)
        elif whom == "scheduler":
            scheduler = _other(play, scheduler, cluster, port)
        elif whom == "driver":
            play.kill_driver()
        else:
            play.client_or_supervisor("supervise" if whom == "supervisor" else "stream-json")
        staffed()
        if play.driver.poll() is not None:
            play.drive_again()
    return play.finish(staffed)


def _other(play: Player, scheduler: Process, cluster: Cluster, port: int) -> Process:
    scheduler.kill()
    play.note("scheduler", AT_ONCE)
    return cluster.scheduler(port)
