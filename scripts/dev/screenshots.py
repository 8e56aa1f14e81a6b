"""Makes the pictures of the README, docs/images/*.png, from a run in the real client with scripted agents.

    python scripts/dev/screenshots.py [FOLDER]

Twenty tasks of examples/storefront, their estimates played at half a second a minute; one agent reaches for a sibling's
file, one says done too early. What the pictures show is what fanout printed for that run.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "scripts"))

from rich.console import Console, RenderableType  # noqa: E402
from rich.text import Text  # noqa: E402

from dev.browser import Browser  # noqa: E402
from fanout.client import installed  # noqa: E402
from fanout.client.script import Cast, Worker  # noqa: E402
from fanout.client.session import Session  # noqa: E402
from fanout.report import details, html, live, run_facts  # noqa: E402
from fanout.run.store import db  # noqa: E402
from fanout.version import version  # noqa: E402

SOURCE = "examples/storefront/tasks.json"
PLAYED = "tasks.json"
RUN = "storefront-1"
SECONDS = 0.5  # for each estimated minute
REACHED_FOR = "src/orders/model.ts"  # by the cart's agent, while the orders' agent works
COLUMNS = 110
MIDDLE = 9  # tasks done when the picture of the live status is taken

TERMINAL = """<!doctype html><meta charset=utf-8><style>
body{{margin:0;background:#0d1117}}
pre{{margin:0;padding:18px 22px;color:#e6edf3;font:14px/1.4 "DejaVu Sans Mono",monospace;width:max-content}}
</style><pre>{body}</pre>"""


def steps(task: dict[str, Any]) -> list[dict[str, object]]:
    """What a worker does: its time in two halves around its writes; two of them do something wrong first."""
    half = {"wait": task["estimate_minutes"] * 60 / 2}
    if task["id"] == "cart":
        return [half, {"write": REACHED_FOR, "content": "x\n"}, {"declared": True}, half, {"done": "the cart"}]
    if task["id"] == "orders":
        return [half, {"done": "too early"}, {"declared": True}, half, {"done": "orders with their states"}]
    return [half, {"declared": True}, half, {"done": f"{task['title']} written"}]


def play(project: Path) -> dict[str, Any]:
    """Plays the example in `project`; the facts at its middle under "middle", with the transcripts read for tokens."""
    shutil.copytree(TOP / "examples" / "storefront", project / "examples" / "storefront")
    document = json.loads((project / SOURCE).read_text())
    for task in document["tasks"]:
        task["estimate_minutes"] *= SECONDS / 60
    (project / PLAYED).write_text(json.dumps(document))
    cast = Cast(agent=Worker.from_table({task["id"]: steps(task) for task in document["tasks"]}))
    client = installed.locate(cache=installed.default_cache())
    cache = str(installed.default_cache())
    with Session(
        project, cast, client=client, plugin_dirs=[TOP], permission_mode="acceptEdits", timeout=180,
        env={"FANOUT_CACHE_DIR": cache}, record_hooks=False,
    ) as session:  # fmt: skip
        found: dict[str, Any] = {}
        watcher = threading.Thread(target=_middle, args=(project, found), daemon=True)
        watcher.start()
        session.print_mode(f"/spec:execute {PLAYED}")
        result = run_facts.of_run(db.connect(str(project)), RUN, graph=True)
        details.add(result, str(project), session.home / ".claude")
        watcher.join(5)
    return {**result, "middle": found}


def _middle(project: Path, found: dict[str, Any]) -> None:
    while not found:
        time.sleep(0.1)
        if not (project / ".fanout" / "state.db").exists():
            continue
        connection = db.connect(str(project))
        if connection.execute("SELECT 1 FROM run WHERE id = ?", (RUN,)).fetchone():
            seen = run_facts.of_run(connection, RUN)
            if sum(task["state"] == "done" for task in seen["tasks"]) >= MIDDLE:
                found |= seen
        connection.close()


def terminal(shown: RenderableType) -> str:
    """What rich would print on a dark terminal, as a page."""
    console = Console(record=True, width=COLUMNS, force_terminal=True, color_system="truecolor", file=io.StringIO())
    console.print(shown)
    return TERMINAL.format(body=console.export_html(inline_styles=True, code_format="{code}"))


def printed(project: Path, *args: str) -> Text:
    """What a command prints on a terminal, colours included."""
    command = f"stty cols {COLUMNS}; exec {TOP / 'bin' / 'fanout'} {' '.join(args)}"
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"], cwd=project, capture_output=True, text=True, check=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return Text.from_ansi(done.stdout.replace("\r\n", "\n"))


def demo(project: Path) -> Text:
    """What the demo prints at its end; on a terminal it draws while it runs."""
    client = installed.locate(cache=installed.default_cache())
    command = [str(TOP / "bin" / "fanout"), "demo", "--client", str(client)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    return Text(re.sub(r"/tmp/[\w./-]+", "a-scratch-project", done.stdout.replace(f"{TOP}/", "./")))


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fanout-pictures-") as name:
        project = Path(name) / "storefront"
        project.mkdir()
        subprocess.run(["git", "init", "-q", str(project)], check=True)
        result = play(project)
        pages = {
            "report": html.render(result, version()),
            "plan": terminal(printed(project, "plan", SOURCE)),
            "demo": terminal(demo(project)),
            "status": terminal(live.screen(result["middle"], COLUMNS, 44)),
        }
        for page, text in pages.items():
            (Path(name) / f"{page}.html").write_text(text, encoding="utf-8")
        photograph(Path(name), folder)


def photograph(pages: Path, folder: Path) -> None:
    with Browser() as browser:
        for page in ("demo", "plan", "status"):
            browser.open(pages / f"{page}.html", "dark")
            width, height = browser.ask("[document.querySelector('pre').offsetWidth, document.body.offsetHeight]")
            browser.size(width, height, 1.5)
            browser.photograph(folder / f"{page}.png")
        browser.size(1280, 1480, 1.25)
        for theme in ("light", "dark"):
            browser.open(pages / "report.html", theme)
            browser.photograph(folder / f"report-{theme}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TOP / "docs" / "images")
