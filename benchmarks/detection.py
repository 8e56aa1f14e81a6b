"""What every format's detection costs on every other format's list: all against all.

    python benchmarks/detection.py [--write]      (--write: to benchmarks/results/detection.txt)

The lists are the fixtures of tests/plan/read, a file of each format, grown to half a megabyte: JSON by repeating the
records of its longest list, everything else by repeating the text. A row is a list, a column a format's detection, a cell
milliseconds of the processor (the best of three). `all` is the sum: what choosing the format costs; `won` says which
format the choice fell on (a list that is repeated may stand for another format than its fixture does).
"""

from __future__ import annotations

import gc
import json
import os
import platform
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

from plan.read import corpus

from fanout.plan.read import registry
from fanout.plan.read.text import jsonc
from fanout.plan.reading import Format, Source

BYTES = 500_000


def lists() -> dict[str, Source]:
    """One grown file of each format."""
    made: dict[str, Source] = {}
    for name in corpus.FILES:
        own = corpus.SOURCES[name][1]
        if own not in made:
            path = corpus.FIXTURES / name
            text = path.read_text(encoding="utf-8")
            made[own] = Source(name, str(path), grown(text), str(corpus.FIXTURES))
    return made


def grown(text: str) -> str:
    data = jsonc.peek(text)
    if not isinstance(data, (dict, list)):
        return text.rstrip("\n").join(["", "\n"]) * (BYTES // len(text) + 1)
    longest = max(_arrays(data), key=len, default=None)
    if longest:
        longest *= BYTES // max(1, len(json.dumps(longest))) + 1
    return json.dumps(data, ensure_ascii=False, indent=1)


def _arrays(value: Any) -> list[list[Any]]:
    """The arrays of objects in a decoded value."""
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    own = [value] if isinstance(value, list) and any(isinstance(item, dict) for item in value) else []
    return [*own, *(found for item in items for found in _arrays(item))]


def milliseconds(form: Format, source: Source) -> float:
    best = float("inf")
    for _time in range(3):
        jsonc.peek.cache_clear()
        gc.collect()
        start = time.process_time()
        form.detect(source)
        best = min(best, time.process_time() - start)
    return best * 1000


def main() -> None:
    gc.disable()
    forms = list(registry.FORMATS)
    lines = [
        "$ python benchmarks/detection.py --write",
        f"Python {platform.python_version()}, {os.cpu_count()} CPUs",
        "",
    ]
    lines += [f"{place:3} {name}" for place, name in enumerate(forms, 1)]
    lines += [
        "",
        f"{'list':18}{'KB':>5}{'all':>6} {'won':16}" + "".join(f"{place:>5}" for place in range(1, len(forms) + 1)),
    ]
    print("\n".join(lines))
    for own, source in lists().items():
        cells = [milliseconds(registry.FORMATS[name], source) for name in forms]
        jsonc.peek.cache_clear()
        start = time.process_time()
        won = registry.choose(replace(source)).name
        whole = (time.process_time() - start) * 1000
        shown = "".join(f"{cell:>5.1f}" if cell >= 0.05 else "    ." for cell in cells)
        lines.append(f"{own:18}{len(source.text) // 1000:>5}{whole:>6.1f} {won:16}{shown}")
        print(lines[-1], flush=True)
    if "--write" in sys.argv:
        (ROOT / "benchmarks" / "results" / "detection.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
