"""kill -9 at any moment, with the real client: python benchmarks/kills.py [--seeds 20] [--from 0] [--write]

Each seed is a run of ten tasks of the engine local, and one of the engine dask (tests/client/kills.py): every few seconds a
process is killed, and `fanout drive` is called again. A minute a game; --write: to benchmarks/results/kills.txt. Exits with 1
when a task is lost or merged twice, when more was done again than the kills explain, or something lived on for 15 seconds.

`attempts`: that were begun; `explained`: as many as the tasks and what each kill may have had under way.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
RESULT = TOP / "benchmarks" / "results" / "kills.txt"
sys.path[:0] = [str(TOP / "scripts"), str(TOP / "tests")]

from client import kills
from client.dask_cluster import Cluster
from client.drive import outside_a_test
from project import benchmark

ENGINES = ("local", "dask")
WHOM = ("driver", "supervisor", "client", "child", "worker", "scheduler")
COLUMNS = ("games", *WHOM, "tasks", "attempts", "explained", "lost", "twice")


def played(engine: str, seed: int, folder: Path) -> kills.Game:
    with ExitStack() as stack:
        driven = outside_a_test(stack, folder, kills.TABLE)
        driven.engine = engine
        cluster = Cluster(driven, folder / "cluster")
        stack.callback(cluster.end)
        if engine == "local":
            return kills.here(driven, seed)
        driven.mark = b"FANOUT_ATTEMPT=r-1-"
        return kills.on_a_cluster(driven, cluster, seed)


def measure(first: int, count: int) -> tuple[Counter[str], list[str]]:
    """Counts by `engine column`; the longest seconds by `engine tenths`."""
    counts: Counter[str] = Counter()
    wrong = []
    for seed in range(first, first + count):
        for engine in ENGINES:
            folder = Path(tempfile.mkdtemp(prefix="fanout-kills-"))
            game = played(engine, seed, folder)
            _add(counts, engine, game)
            if game.wrong:
                wrong.append(f"engine {engine}, seed {seed}: {game.wrong}")
            print(f"{engine} {seed}: {game}", file=sys.stderr, flush=True)
            shutil.rmtree(folder, ignore_errors=True)
    return counts, wrong


def _add(counts: Counter[str], engine: str, game: kills.Game) -> None:
    found = {"games": 1, "tasks": game.tasks, "attempts": game.attempts, "explained": game.most, **game.kills}
    found |= {"lost": len(game.lost), "twice": len(game.twice)}
    counts.update({f"{engine} {name}": number for name, number in found.items()})
    counts[f"{engine} tenths"] = max(counts[f"{engine} tenths"], round(game.seconds * 10))


def shown(first: int, count: int, counts: Counter[str], wrong: list[str]) -> str:
    lines = [
        f"$ python benchmarks/kills.py --seeds {count} --from {first} --write",
        "",
        f"| engine | {' | '.join(COLUMNS)} | seconds until nothing is left, at most |",
        f"|---{'|---' * len(COLUMNS)}|---|",
    ]
    for engine in ENGINES:
        cells = [str(counts[f"{engine} {name}"]) for name in COLUMNS]
        lines.append(f"| {engine} | {' | '.join(cells)} | {counts[f'{engine} tenths'] / 10:.1f} |")
    return "\n".join([*lines, "", *(wrong or ["Nothing was wrong in any game."])]) + "\n"


if __name__ == "__main__":
    sys.exit(benchmark("seeds").main("seeds", 20, measure, shown, RESULT.write_text))
