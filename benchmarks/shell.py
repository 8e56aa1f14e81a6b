"""What reading a command line costs: import and analysis, next to the bare start of the same interpreter.

    python benchmarks/shell.py [ROUNDS]

Each round starts, one after the other, the bare interpreter with json and sqlite3 and the same with one line analysed;
medians side by side. The difference, as a part of the bare start, is what the guard of Bash adds for reading the line.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCRIPTS = Path(__file__).parents[1] / "scripts"
BARE = "import json, sqlite3"
LINES = {
    "ls": "ls -la src",
    "test run": "cd src && npm test 2>&1 | tail -40",
    "redirection": "echo hello > out.txt",
    "sed -i": "cd src && sed -i 's/a/b/' main.py && grep -n b main.py",
    "here-document": "cat > notes.md <<'EOF'\n" + "a line of text\n" * 40 + "EOF",
    "loop": 'for f in *.txt; do cp "$f" "${f%.txt}.bak"; done',
    "find": "find . -name '*.txt' -exec sed -i 's/a/b/' {} +",
    "git add, commit": "git add src/main.py && git commit -m 'x' -- src/main.py",
    "python here-document": "python3 - <<'EOF'\nfrom pathlib import Path\nPath('x').write_text('y')\nEOF",
}


def program(line: str) -> str:
    path = f"import sys\nsys.path.insert(0, {str(SCRIPTS)!r})"
    return f"{BARE}\n{path}\nfrom fanout.shell import analyse\nanalyse({line!r}, {{!r}})"


def start(interpreter: str, text: str) -> float:
    before = time.perf_counter()
    subprocess.run([interpreter, "-I", "-S", "-c", text], check=True, env={"PATH": os.environ["PATH"]})
    return (time.perf_counter() - before) * 1000


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    interpreter = os.path.realpath(sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(20):
            Path(folder, f"{number}.txt").write_text("a\n")
        Path(folder, "src").mkdir()
        texts = {name: program(line).replace("{!r}", repr(folder)) for name, line in LINES.items()}
        times: dict[str, list[float]] = {name: [] for name in ("bare", *texts)}
        for text in texts.values():
            start(interpreter, text)
        for _ in range(rounds):
            times["bare"].append(start(interpreter, BARE))
            for name, text in texts.items():
                times[name].append(start(interpreter, text))
    bare = statistics.median(times["bare"])
    print(f"Python {sys.version.split()[0]}, {rounds} rounds, medians in ms")
    print(f"{'bare start with json, sqlite3':<32}{bare:8.1f}")
    for name in texts:
        median = statistics.median(times[name])
        print(f"{name:<32}{median:8.1f}   adds {median - bare:5.1f}   {(median - bare) / bare:5.2f} of the bare start")


if __name__ == "__main__":
    main()
