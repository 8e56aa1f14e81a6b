"""What a piece of work leaves in the main conversation, in the real client with a scripted model, three ways.

    python benchmarks/context.py [--write]      (--write: to benchmarks/results/context.txt)

    fanout   /spec:execute: short calls, the gate writes the brief in, an agent ends with one line
    inline   the same Agent calls written by hand: each prompt is the whole instruction, each agent ends with its report
    alone    no agents: the main conversation reads and writes the files of every task itself

Twenty independent tasks, five at once. An instruction has about 1,500 characters, a report 1,200; a task reads a file of
6,000 and writes one of 3,000; then the same with everything four times as long. Counted are the characters of every
message that the last request to the model carried, beyond what the client says before any work; tokens are characters
by four. Speakers: fanout (the command, the plan, what hooks add), calls (what the model wrote into calls), client (what
the client answers: notices of launch and end, results of tools), words. The last lines say what launching costs in time:
from an agent's end to the next launch, and from the gate to the agent's first sign.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "scripts"))

from fanout.client import installed
from fanout.client.conversation import Conversation, Json, Reply, ToolCall, text_of
from fanout.client.script import Cast, Orchestrator, Worker
from fanout.client.session import Session
from fanout.report import run_facts
from fanout.run.store import db

TASKS, CAP = 20, 5
INSTRUCTION, REPORT, READ, WRITTEN = 1500, 1200, 6000, 3000  # characters, times SCALES
SCALES = (1, 4)
WORDS = "the module keeps its public names and every caller goes on to work as it did before the change was made "
NAMES = [f"{number:02}" for number in range(TASKS)]
SPEAKERS = ("fanout", "calls", "client", "words")
HOOK = re.compile(r"\w+ hook additional context|Stop hook feedback")
COMMAND = re.compile(r"<command-message>|.*\n\nfanout |.*Send exactly", re.DOTALL)
SEAM = re.compile(r"(?=\w+ hook additional context|\[SYSTEM NOTIFICATION)")
NOTIFIED = re.compile(r"<tool-use-id>\s*(\S+?)\s*</tool-use-id>")
CHARACTERS_A_TOKEN = 4


def prose(length: int) -> str:
    return (WORDS * (length // len(WORDS) + 1))[:length].strip()


def source(name: str) -> str:
    return f"src/old_{name}.py"


def target(name: str) -> str:
    return f"src/new_{name}.py"


def project(folder: Path, scale: int = 1) -> Path:
    """A repository with the files to read, and the task list."""
    (folder / "src").mkdir(parents=True)
    for name in NAMES:
        (folder / source(name)).write_text("x = 1  # a line of code\n" * (READ * scale // 24))
    tasks = [
        {
            "id": n,
            "title": f"Convert {n}",
            "description": prose(INSTRUCTION * scale),
            "reads": [source(n)],
            "writes": [target(n)],
        }
        for n in NAMES
    ]
    (folder / "tasks.json").write_text(json.dumps({"schema_version": 1, "id": "convert", "tasks": tasks}))
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def steps(name: str, scale: int) -> list[Json]:
    code = "y = 2  # a line of code\n" * (WRITTEN * scale // 24)
    return [{"read": source(name)}, {"write": target(name), "content": code}]


def by_fanout(scale: int = 1) -> tuple[str, Cast, list[Path]]:
    table = {
        name: [*steps(name, scale), {"wait": 1}, {"done": f"converted {source(name)}, all callers kept"}]
        for name in NAMES
    }
    return "/spec:execute tasks.json", Cast(Orchestrator(), Worker.from_table(table)), [TOP]


def inline(scale: int) -> tuple[str, Cast, list[Path]]:
    def calls(names: list[str]) -> tuple[ToolCall, ...]:
        return tuple(
            ToolCall(
                "Agent",
                {"description": f"Convert {n}", "prompt": instruction(n, scale), "subagent_type": "general-purpose"},
            )
            for n in names
        )

    def main(conversation: Conversation) -> Reply:
        sent = len([call for call in conversation.calls.values() if call.name == "Agent"])
        ended = sum(len(set(NOTIFIED.findall(text_of(message.get("content"))))) for message in conversation.messages)
        if ended < sent or sent == TASKS:
            return Reply("Waiting for the agents." if ended < sent else "All is done.")
        return Reply("", calls(NAMES[sent : sent + CAP]))

    def agent(conversation: Conversation) -> Reply:
        name = re.findall(r"new_(\d\d)\.py", conversation.brief)[0]
        worker = workers[name]
        return worker(conversation)

    workers = {
        n: Worker.from_table({"*": [*steps(n, scale), {"wait": 1}, {"say": f"{n}: {prose(REPORT * scale)}"}]})
        for n in NAMES
    }
    return "Convert the modules with agents.", Cast(main, agent), []


def instruction(name: str, scale: int) -> str:
    return f"Convert {name}. {prose(INSTRUCTION * scale)} Read {source(name)}, write only {target(name)}. End with a report."


def alone(scale: int) -> tuple[str, Cast, list[Path]]:
    worker = Worker.from_table(
        {"*": [step for name in NAMES for step in steps(name, scale)] + [{"say": "All is done."}]}
    )
    return f"Convert the modules. {prose(INSTRUCTION * scale)}", Cast(worker, worker), []


def carried(
    way: Callable[[int], tuple[str, Cast, list[Path]]], folder: Path, scale: int
) -> tuple[dict[str, int], dict[str, float]]:
    """Characters in the main conversation by who said them, and the figures of the run if there was one.

    The conversation itself is left in `folder`/said.txt.
    """
    prompt, cast, plugins = way(scale)
    place = project(folder, scale)
    cache = installed.default_cache()
    with Session(
        place, cast, client=installed.locate(cache=cache), plugin_dirs=plugins, permission_mode="bypassPermissions",
        timeout=180, env={"FANOUT_CACHE_DIR": str(cache)}, record_hooks=False,
    ) as session:  # fmt: skip
        session.print_mode(prompt)
        asked = [exchange.conversation for exchange in session.record.of("main") if exchange.conversation]
        (folder / "said.txt").write_text(
            "\n".join(text for message in asked[-1].messages for _, text in spoken(message))
        )
        figures = run_facts.of_run(db.connect(str(place)), "convert-1")["measured"] if plugins else {}
    missing = [name for name in NAMES if not (place / target(name)).exists()]
    if missing:
        raise SystemExit(f"{way.__name__}: {len(missing)} files were not written; the measurement is void.")
    return by_speaker(asked), figures


def by_speaker(asked: list[Conversation]) -> dict[str, int]:
    """The text of the last request beyond what the client said before any work, by speaker."""
    found = dict.fromkeys(SPEAKERS, 0)
    before = {text for message in asked[0].messages for _, text in spoken(message) if text not in asked[0].typed}
    for message in asked[-1].messages:
        for speaker, text in spoken(message):
            if text not in before:
                found[speaker] += len(text)
    return found


def spoken(message: Json) -> Iterator[tuple[str, str]]:
    """(speaker, text) of each part. One message may hold notifications and what hooks added to them."""
    content = message.get("content")
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    for part in parts if isinstance(parts, list) else []:
        kind = part.get("type")
        if kind == "tool_use":
            yield "calls", json.dumps(part.get("input"), ensure_ascii=False)
        elif kind == "tool_result":
            yield "client", text_of(part.get("content"))
        elif kind == "text":
            for text in SEAM.split(str(part.get("text", ""))):
                yield speaker_of(str(message.get("role")), text), text


def speaker_of(role: str, text: str) -> str:
    if HOOK.match(text) or COMMAND.match(text):
        return "fanout"
    return "words" if role == "assistant" else "client"


def table() -> str:
    figures: dict[str, float] = {}
    lines = [f"{'tokens for each of 20 tasks':30}{'all':>8}{'fanout':>8}{'calls':>8}{'client':>8}{'words':>8}"]
    with tempfile.TemporaryDirectory(prefix="fanout-context-") as name:
        for scale in SCALES:
            rows: dict[str, dict[str, int]] = {}
            for way in (by_fanout, inline, alone):
                kind = way.__name__.removeprefix("by_")
                rows[kind], measured = carried(way, Path(name) / f"{kind}{scale}", scale)
                figures = figures or measured
                lines.append(f"{f'{kind}, files and texts x{scale}':30}{_row(rows[kind])}")
            ours = sum(rows["fanout"].values())
            less = [f"{1 - ours / sum(rows[other].values()):.0%} less than {other}" for other in ("inline", "alone")]
            lines.append(f"  fanout leaves {less[0]}, {less[1]}")
    lines.append(f"from an agent's end to the next launch: {figures['gap_seconds']:.2f} s (median)")
    lines.append(f"from the gate to an agent's start: {figures['launch_seconds_median']:.2f} s (median)")
    return "\n".join(lines)


def _row(found: dict[str, int]) -> str:
    each = TASKS * CHARACTERS_A_TOKEN
    return "".join(f"{number / each:>8.0f}" for number in (sum(found.values()), *found.values()))


def main() -> None:
    text = f"$ python benchmarks/context.py\n{table()}\n"
    print(text, end="")
    if "--write" in sys.argv[1:]:
        (TOP / "benchmarks" / "results" / "context.txt").write_text(text)


if __name__ == "__main__":
    main()
