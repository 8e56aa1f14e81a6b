"""What reading a list of five megabytes costs, by format.

    python benchmarks/readers.py [--write]      (--write: to benchmarks/results/readers.txt)

Made lists, with a path in every task: `short` tasks are a line with two lines below it (about 160 bytes), `long` ones have
a page of prose (about 4 KB). Seconds are of the processor, from the text to the reading, detection included, as the
command line does it (without collecting garbage), the best of three. `parser` is what markdown-it-py takes to find the
blocks of the same text, and nothing else; `times` is the one by the other, which says more than seconds on a busy machine.
"""

from __future__ import annotations

import gc
import json
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from markdown_it import MarkdownIt

from fanout.plan.read import registry
from fanout.plan.reading import Source

BYTES = 5_000_000
GROUP = 10
PROSE = (
    "The service keeps what it is given and answers with it. It logs each call with its time, and refuses a key that is "
    "empty. An unknown key is an error that names it. Reviewers look at the names of the functions and at the texts of "
    "the errors, so write them with care; short sentences, the usual words.\n"
)


def kiro(group: int, number: int, text: str) -> str:
    whole = f"- [ ] {group}. Build part {group}\n" if number == 1 else ""
    lines = "".join(f"    - {line}\n" for line in text.splitlines())
    words = f"{group}.{number} Create the service in `src/m{group}/s{number}.ts`"
    return f"{whole}  - [ ] {words}\n{lines}    - _Requirements: 1.2_\n"


def conductor(group: int, number: int, text: str) -> str:
    head = f"\n## Phase {group}: Part {group}\n\n" if number == 1 else ""
    lines = "".join(f"    - {line}\n" for line in text.splitlines())
    return f"{head}- [ ] Task: Create the service in `src/m{group}/s{number}.ts`\n    - [ ] Write tests\n{lines}"


def ralph(group: int, number: int, text: str) -> str:
    story = {
        "id": f"US-{group}-{number}",
        "title": f"Service `src/m{group}/s{number}.ts`",
        "description": text,
        "passes": False,
    }
    return json.dumps(story)


FORMATS: dict[str, Callable[[int, int, str], str]] = {
    "kiro": kiro,
    "conductor": conductor,
    "ralph": ralph,
}
TEXTS = {"short": "Say what it does\nTell its errors apart\n", "long": PROSE * 13}


def text_of(form: str, kind: str) -> str:
    """Five megabytes of tasks."""
    made: list[str] = []
    size = count = 0
    while size < BYTES:
        made.append(FORMATS[form](count // GROUP + 1, count % GROUP + 1, TEXTS[kind]))
        size, count = size + len(made[-1]), count + 1
    if form == "ralph":
        return f'{{"userStories": [{", ".join(made)}]}}'
    return "# List\n\n" + "".join(made)


def measured(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, the best of three, and the answer."""
    best, answer = float("inf"), None
    for _ in range(3):
        answer = None
        gc.collect()
        start = time.process_time()
        answer = work()
        best = min(best, time.process_time() - start)
    return best, answer


def main() -> None:
    gc.disable()
    lines = ["$ python benchmarks/readers.py --write", _machine(), ""]
    lines.append(f"{'format':11}{'tasks':>13}{'read s':>9}{'parser s':>10}{'times':>8}")
    parser = MarkdownIt("commonmark").disable("inline")
    for form in FORMATS:
        for kind in TEXTS:
            text = text_of(form, kind)
            source = Source("-", "", text, "/nowhere")
            seconds, reading = measured(lambda source=source: registry.read(source))  # type: ignore[misc]
            assert reading.format == form, reading.format
            count = len(reading.document.tasks)
            alone = measured(lambda text=text: parser.parse(text))[0] if form != "ralph" else 0.0  # type: ignore[misc]
            shown = f"{alone:>10.1f}{seconds / alone:>8.1f}" if alone else f"{'-':>10}{'-':>8}"
            lines.append(f"{form:11}{count:>7} {kind:5}{seconds:>9.1f}{shown}")
            print(lines[-1], flush=True)
    if "--write" in sys.argv:
        (ROOT / "benchmarks" / "results" / "readers.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _machine() -> str:
    import os

    load = f"load of the machine {os.getloadavg()[0]:.1f}"
    return f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} CPUs, {load}"


if __name__ == "__main__":
    main()
