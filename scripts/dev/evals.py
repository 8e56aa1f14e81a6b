"""What follows on each trigger prompt, to its end: a gated run, graded from its journal; or a plan, where only that was asked.

    python scripts/dev/evals.py [CASE ...]                        offline, with a scripted model: does the way exist?
    python scripts/dev/evals.py --account [CASE ...] [--yes]      with your own client and account: does the model go it?

With --account the cost stands first, and nothing is asked of the model without --yes; each case is capped by --max-usd. A
case's files are laid out in a folder of its own under the system's temporary folder, and stay there to be looked at.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import front_matter
from fanout.client import installed
from fanout.client.conversation import Conversation, Reply, ToolCall, text_of
from fanout.client.orchestrator import Orchestrator
from fanout.client.script import Cast, Worker
from fanout.client.session import Session
from fanout.run.store import db as journals

CHECKOUT = Path(__file__).resolve().parents[2]
TABLE = CHECKOUT / "evals" / "ends.json"
LOOKS = re.compile(r"\bfanout (plan|advise|check|start\b[^\n]*--dry-run)")
STARTS = re.compile(r"`(fanout start) (?:SOURCE|FILE)`")
PLANS = re.compile(r"`(fanout plan) (?:SOURCE|FILE)`")
HERE = re.compile(r"^ *fanout start - <<'END'\n", re.MULTILINE)
OFFERED = re.compile(r"- (spec:[\w-]+): [^\n]*parallel[^\n]*several agents")
TOKEN = 4  # characters
MAX_USD = 2.0
Model = Callable[[Conversation], Reply]


@dataclass(frozen=True)
class Case:
    """A prompt; how it is to end ("run" or "plan"); the project that it is said in; its list, or the tasks that it names."""

    name: str
    prompt: str
    ends: str
    files: dict[str, str]
    source: str = ""
    tasks: tuple[dict[str, Any], ...] = ()


@dataclass
class Outcome:
    """What became of a case. `failures` is empty for one that ended as it should."""

    case: str
    failures: list[str] = field(default_factory=list)
    sent: int = 0  # tokens, all requests
    new: int = 0  # of these, what was no repetition
    answered: int = 0


def cases(names: Sequence[str] = ()) -> list[Case]:
    """The named ones, or all. Raises SystemExit for a name that there is not."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    wrong = sorted(set(names) - set(table))
    if wrong:
        raise SystemExit(f"There is no case {', '.join(wrong)}. There are: {', '.join(table)}.")
    return [_case(name, table[name]) for name in names or table]


def _case(name: str, row: dict[str, Any]) -> Case:
    prompt = (CHECKOUT / "evals" / "trigger" / name / "prompt.md").read_text(encoding="utf-8")
    said = front_matter.parse(prompt)[1].strip()
    return Case(name, said, row["ends"], row["files"], row.get("source", ""), tuple(row.get("tasks", ())))


def lay_out(case: Case, folder: Path) -> Path:
    """The project that the prompt is said in, as one commit."""
    project = folder / case.name
    for path, text in {**case.files, ".gitignore": ".fanout/\n"}.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    for line in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=e", "-c", "user.email=e@e.example", "commit", "-qm", "start"],
    ):
        subprocess.run(["git", *line], cwd=project, check=True)
    return project


def grade(case: Case, project: Path, commands: Sequence[str], agents: int) -> list[str]:
    """Why a case did not end as it should. `commands` are the main conversation's, `agents` how many it launched."""
    runs = _rows(project, "SELECT * FROM run")
    if case.ends == "plan":
        wrong = [f"a run was started ({run['id']}), and only a plan was asked for" for run in runs]
        wrong += [f"{agents} agents were launched, and only a plan was asked for"] if agents else []
        return wrong + ([] if any(map(LOOKS.search, commands)) else ["no fanout plan, check or advise was run"])
    if not runs:
        return [f"no run was started; {agents} agents were launched without one"]
    return [failure for run in runs for failure in _of_run(project, run)]


def _of_run(project: Path, run: sqlite3.Row) -> list[str]:
    tasks = _rows(project, "SELECT * FROM task WHERE run = ?", run["id"])
    wrong = [f"{len(tasks)} task is no parallel work"] if len(tasks) < 2 else []
    wrong += [f"the run is {run['state']}, not ended"] if run["state"] != "ended" else []
    wrong += [f"task {task['id']} is {task['state']}: {task['outcome']}" for task in tasks if task["state"] != "done"]
    beside = _rows(project, "SELECT * FROM agent WHERE kind = 'unplanned'")
    wrong += [f"agent {agent['description']!r} was launched beside the run" for agent in beside]
    return wrong + _messages(project, run) + _by_main(project)


def _messages(project: Path, run: sqlite3.Row) -> list[str]:
    """The first message launches all that can start."""
    found = _rows(project, "SELECT data FROM event WHERE run = ? AND kind = 'message' ORDER BY id", run["id"])
    first = len(json.loads(found[0]["data"])["tasks"]) if found else 0
    free = _rows(
        project,
        "SELECT id FROM task WHERE run = ? AND batch = (SELECT MIN(batch) FROM task WHERE run = ?)",
        *(run["id"], run["id"]),
    )
    could = min(len(free), run["cap"])
    return [] if first >= could else [f"the first message launched {first} agents, and {could} could start"]


def _by_main(project: Path) -> list[str]:
    wrote = _rows(project, "SELECT path FROM written JOIN agent ON agent.id = written.agent WHERE kind = 'main'")
    return [f"the main conversation wrote {row['path']} itself" for row in wrote]


def _rows(project: Path, query: str, *given: object) -> list[sqlite3.Row]:
    if not (project / ".fanout" / "state.db").exists():
        return []
    db = journals.connect(str(project))
    db.row_factory = sqlite3.Row
    try:
        return db.execute(query, given).fetchall()
    finally:
        db.close()


@dataclass
class Good:
    """Does what the texts before it say: reads the skill that is offered for such words, types the command in it."""

    case: Case
    then: Model = field(default_factory=Orchestrator)

    def __call__(self, conversation: Conversation) -> Reply:
        calls = list(conversation.calls.values())
        said = "\n".join(text_of(message.get("content"), results=True) for message in conversation.messages)
        if not calls:
            offered = OFFERED.search(said)
            return (
                Reply("", (ToolCall("Skill", {"skill": offered[1]}),)) if offered else Reply("I know of no such thing.")
            )
        if calls[-1].name == "Skill":
            return self.first_command(said)
        return self.then(conversation) if self.case.ends == "run" else Reply("That is the plan.")

    def first_command(self, skill: str) -> Reply:
        found = (PLANS if self.case.ends == "plan" else STARTS).search(skill)
        if found is None or (not self.case.source and not HERE.search(skill)):
            return Reply("The text names no command that I could run.")
        if self.case.source:
            return bash(f"{found[1]} {self.case.source}")
        return bash(f"{found[1]} - <<'END'\n{json.dumps({'title': self.case.name, 'tasks': self.case.tasks})}\nEND")


def bash(line: str) -> Reply:
    return Reply("", (ToolCall("Bash", {"command": line, "description": "fanout"}),))


class Agents:
    """Writes what its brief declares; one that only reads looks first, then says what it found."""

    def __init__(self) -> None:
        self.worker = Worker()

    def __call__(self, conversation: Conversation) -> Reply:
        if "Your last message is the result" in conversation.brief or "Write only" not in conversation.brief:
            if not conversation.calls:
                return Reply("", (ToolCall("Read", {"file_path": f"{conversation.cwd}/.gitignore"}),))
            task = re.search(r"`DONE\|([^|]+)\|", conversation.brief)
            return Reply(f".gitignore:1 is read.\nDONE|{task[1] if task else ''}|one finding")
        return self.worker(conversation)


def play(case: Case, folder: Path, main: Model | None = None, agent: Model | None = None) -> Outcome:
    """One case offline, with the good models or others."""
    project = lay_out(case, folder)
    cache = installed.default_cache()
    with Session(
        project, Cast(main or Good(case), agent or Agents()), client=installed.locate(cache=cache), plugin_dirs=[CHECKOUT],
        permission_mode="bypassPermissions", timeout=240, env={"FANOUT_CACHE_DIR": str(cache)}, record_hooks=False,
    ) as session:  # fmt: skip
        session.print_mode(case.prompt)
        asked = [(e.conversation, e.reply) for e in session.record.exchanges if e.conversation]
    last = next(conversation for conversation, _ in reversed(asked) if conversation.kind == "main")
    commands = [str(call.input.get("command", "")) for call in last.calls.values()]
    agents = sum(call.name == "Agent" for call in last.calls.values())
    sizes: dict[str, list[int]] = {}
    for conversation, _ in asked:
        sizes.setdefault(conversation.key, []).append(len(json.dumps(conversation.body)) // TOKEN)
    said = sum(len(json.dumps([reply.text, *(call.input for call in reply.calls)])) for _, reply in asked if reply)
    total, new = sum(map(sum, sizes.values())), sum(map(max, sizes.values()))
    return Outcome(case.name, grade(case, project, commands, agents), total, new, said // TOKEN)


def ask(case: Case, folder: Path, model: str, max_usd: float) -> tuple[Outcome, float]:
    """One case with the user's own client and account: the outcome, and what the client says it cost."""
    project = lay_out(case, folder)
    line = [
        "claude",
        "-p",
        case.prompt,
        "--plugin-dir",
        str(CHECKOUT),
        "--permission-mode",
        "acceptEdits",
        "--max-budget-usd",
    ]
    line += [str(max_usd), "--output-format", "stream-json", "--verbose", *(["--model", model] if model else [])]
    ran = subprocess.run(line, cwd=project, capture_output=True, text=True, check=False)
    events = [json.loads(row) for row in ran.stdout.splitlines() if row.startswith("{")]
    calls = [
        block
        for event in events
        if event.get("type") == "assistant" and not event.get("parent_tool_use_id")
        for block in event["message"]["content"]
        if block.get("type") == "tool_use"
    ]
    commands = [str(call["input"].get("command", "")) for call in calls if call["name"] == "Bash"]
    failures = grade(case, project, commands, sum(call["name"] in ("Agent", "Task") for call in calls))
    cost = next(
        (float(event.get("total_cost_usd") or 0) for event in reversed(events) if event.get("type") == "result"), 0.0
    )
    return Outcome(case.name, failures if events else [f"the client said: {ran.stderr.strip()[-200:]}"]), cost


def price(chosen: Sequence[Case], folder: Path, max_usd: float) -> str:
    """What the cases would cost: measured by playing them offline first."""
    played = [play(case, folder / "offline") for case in chosen]
    sent, new, out = (sum(getattr(one, name) for one in played) for name in ("sent", "new", "answered"))
    return (
        f"{len(chosen)} sessions. Played offline they send {sent:,} tokens, {new:,} of them once and the rest from the cache, "
        f"and scripted models answer {out:,}; real ones read and write more, several times that. Each session is capped at "
        f"${max_usd:.2f} (--max-usd): at most ${max_usd * len(chosen):.2f} in all."
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--account", action="store_true", help="with your own client and account; it costs money")
    parser.add_argument("--yes", action="store_true", help="the cost is agreed to")
    parser.add_argument("--model", default="", help="for the client's --model")
    parser.add_argument("--max-usd", type=float, default=MAX_USD, help="for each case")
    given = parser.parse_args(arguments)
    chosen = cases(given.cases)
    folder = Path(tempfile.mkdtemp(prefix="fanout-evals-"))
    if given.account:
        print(price(chosen, folder, given.max_usd), flush=True)
        if not given.yes:
            print("Nothing was asked. With --yes it begins.")
            return 0
        if shutil.which("claude") is None:
            print("There is no claude on PATH.", file=sys.stderr)
            return 1
    failed, spent = 0, 0.0
    for case in chosen:
        outcome, cost = ask(case, folder, given.model, given.max_usd) if given.account else (play(case, folder), 0.0)
        failed, spent = failed + bool(outcome.failures), spent + cost
        print(
            f"{'FAIL' if outcome.failures else 'pass'}  {case.name}: {'; '.join(outcome.failures) or case.ends}",
            flush=True,
        )
    print(
        f"{len(chosen) - failed} of {len(chosen)} end as they should"
        + (f"; ${spent:.2f}" if given.account else "")
        + f". {folder}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
