"""Makes docs/first-run.md: a new user's walk, played in the real client, its output put into first_run.md.

    python scripts/dev/first_run.py      about half a minute

The installation, every command, hook and file is real; what the model says is scripted: Lead plays the main
conversation, Analyst the spec:task-analyst, examples/reading-list/script.json the five agents; two of those wait
until the walk has seen what it wants of them (Worker.mark). It fetches the planner's packages, as a first use does.

play(folder) -> {name: what was printed}        plain(text) takes out what differs from run to run
render(template, recorded) -> page              recorded_of(page) -> the same dict back
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "scripts"))

from fanout.client import installed  # noqa: E402
from fanout.client.conversation import Conversation, Kind, Reply, ToolCall  # noqa: E402
from fanout.client.orchestrator import Orchestrator  # noqa: E402
from fanout.client.script import Cast, Worker  # noqa: E402
from fanout.client.session import READY, Session  # noqa: E402
from fanout.client.terminal import Terminal  # noqa: E402

TEMPLATE = Path(__file__).with_suffix(".md")
PAGE = TOP / "docs" / "first-run.md"
EXAMPLE = TOP / "examples" / "reading-list"
FOLDER = "specs/reading-list"
LIST = f"{FOLDER}/tasks.json"
RUN = "reading-list-1"
FANOUT = TOP / "bin" / "fanout"
LEFT_OUT = (
    ".git", ".venv", ".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__", ".fanout",
)  # fmt: skip
COLUMNS = 110
TYPED = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} "  # how the client shows what was typed
LEFT = re.compile(r"(?<=/spec:status\n).*?(?=● Agent)|● [^\n]*\(04 Command.*?(?=● Agent \"05)", re.DOTALL)
SPINNER = re.compile(r"[*·✢✳✶✻✽] |\s*⎿  Tip:")
SECONDS = 60.0
# An id with a digit in it anywhere; where a line of a log begins, and between a task and its title, also one without.
COMMIT = re.compile(
    r"\b(?=[0-9a-f]*[0-9])[0-9a-f]{7}(?:[0-9a-f]{5})?\b|^[0-9a-f]{7}(?= [A-Z])|(?<=^\d\d  )[0-9a-f]{12}\b", re.MULTILINE
)

PROMPT = f"""Spec: {FOLDER}/spec.md. Write {LIST}. Mode: full. Context files to name: none. Put the spec's path and \
sha256 into the key x-decomposed-from; if the spec still has the sha256 that stands there, change nothing and say so."""
ANALYSED = f"""{LIST}: 5 tasks. 01 Store, 02 Table and 03 Stats start at once, 04 Command line needs them, 05 Usage \
page needs 04. Longest chain: 01, 04, 05. Open questions: none."""
DECOMPOSED = f"""Five tasks: Store, Table and Stats start at once, then the Command line, then the Usage page. The \
longest chain is 01, 04, 05. No warnings, no open questions.
`/spec:execute {LIST}`"""
PLANNED = f"""Three tasks start at once; the longest chain is 55 minutes, one after another it would be 80. \
`/spec:execute {LIST}` runs it."""

# Where the text of a command file begins behind what its `!` lines printed.
BODY = re.compile(r"\n+(Above is |Give the user the )")
RESULT = re.compile(r"<result>(?:DONE|BLOCKED|NEEDS)\|(\d+)\|([^<\n]*)")
MARK = re.compile(r"^<!-- ([a-z-]+) -->$", re.MULTILINE)
FILLED = re.compile(r"^<!-- ([a-z-]+) -->\n(```|~~~)text\n(.*?)\n\2$", re.DOTALL | re.MULTILINE)


@dataclass
class Lead:
    """The main conversation: does what each command file says, in as few words."""

    desk: Orchestrator = field(default_factory=lambda: Orchestrator(text=""))

    def __call__(self, conversation: Conversation) -> Reply:
        typed, fresh = conversation.typed, conversation.fresh_text
        ran = [str(result.input.get("command", "")) for result in conversation.results]
        if "`spec:task-analyst`, with this prompt" in typed:
            call = ToolCall(
                "Agent",
                {"description": "Write the task list", "prompt": PROMPT, "subagent_type": "spec:task-analyst"},
            )
            return Reply("", (call,))
        if f"<result>{ANALYSED}" in fresh:
            return Reply("", (bash(f"fanout plan {LIST}"),))
        if f"fanout plan {LIST}" in ran:
            return Reply(DECOMPOSED)
        if "/spec:plan" in typed:
            return Reply(PLANNED)
        if "<bash-input>" in typed:
            return Reply("Noted.")
        if re.search(r"/spec:(status|report)<", typed):
            return Reply(printed(typed))
        return self._running(conversation)

    def _running(self, conversation: Conversation) -> Reply:
        reply, fresh = self.desk(conversation), conversation.fresh_text
        results = [f"Task {task}: {said}" for task, said in RESULT.findall(fresh)]
        over = re.search(r"The run is over\..*", fresh)
        said = "\n".join([*results, over[0].split(" Tell the user")[0] if over else ""]).strip()
        return Reply(said, reply.calls) if reply.calls or said else Reply("The agents are at work.")


@dataclass
class Analyst:
    """Reads the spec, writes the list, checks it, says its lines."""

    project: Path

    def __call__(self, conversation: Conversation) -> Reply:
        steps = (
            ToolCall("Read", {"file_path": str(self.project / FOLDER / "spec.md")}),
            ToolCall("Write", {"file_path": str(self.project / LIST), "content": (EXAMPLE / "tasks.json").read_text()}),
            bash(f"fanout check {LIST}"),
        )
        done = len(conversation.calls)
        return Reply("", (steps[done],)) if done < len(steps) else Reply(ANALYSED)


@dataclass
class Agents:
    """The analyst and the workers."""

    analyst: Analyst
    worker: Worker

    def __call__(self, conversation: Conversation) -> Reply:
        return (self.analyst if conversation.brief.startswith("Spec: ") else self.worker)(conversation)


def bash(command: str) -> ToolCall:
    return ToolCall("Bash", {"command": command, "description": "fanout"})


def printed(typed: str) -> str:
    """What the `!` lines of a command file printed."""
    text = re.sub(r"<command-(message|name|args)>.*?</command-\1>\s*", "", typed, flags=re.DOTALL)
    return BODY.split(text, maxsplit=1)[0].strip()


@dataclass
class Walk:
    """One client, what was typed into it, and what came back."""

    session: Session
    terminal: Terminal

    def seen(self, wanted: str, kind: Kind = "main") -> Conversation | None:
        """The first request of a kind that holds `wanted` in what is new in it; of the main one the first answered."""
        for exchange in self.session.record.of(kind):
            if (
                (exchange.finished or kind == "agent")
                and exchange.conversation
                and wanted in exchange.conversation.fresh_text
            ):
                return exchange.conversation
        return None

    def wait(self, wanted: str, kind: Kind = "main") -> Conversation:
        self.terminal.wait_until(lambda: self.seen(wanted, kind) is not None, wanted, SECONDS)
        found = self.seen(wanted, kind)
        assert found
        return found

    def screen(self, wanted: str) -> str:
        return self.terminal.wait_for(wanted, SECONDS)

    def type(self, line: str) -> None:
        self.terminal.wait_for(READY)
        self.terminal.send(line)

    def command(self, line: str) -> str:
        """Types a slash command of the plugin; what its `!` lines printed."""
        self.type(line)
        return printed(self.wait(f"<command-name>{line.split()[0]}</command-name>").typed)

    def shell(self, line: str) -> str:
        """Types `!line`; what it printed, messages first."""
        self.terminal.wait_for(READY)
        self.terminal.write("!")
        self.screen(r"(?m)^!")
        self.terminal.send(line)
        text = self.wait(f"<bash-input>{line}</bash-input>").typed.partition(f"<bash-input>{line}</bash-input>")[2]
        found = dict(re.findall(r"<bash-(stdout|stderr)>(.*?)</bash-\1>", text, re.DOTALL))
        return "\n".join(found[name].strip("\n") for name in ("stderr", "stdout") if found.get(name, "").strip())


def play(top: Path, client: Path, env: Mapping[str, str]) -> dict[str, str]:
    """The whole walk in the empty folder `top`; what each step printed, by its name in the template."""
    market, project = top / "fanout", top / "my project"
    shutil.copytree(TOP, market, ignore=shutil.ignore_patterns(*LEFT_OUT))
    make_project(project)
    worker = Worker.from_table(json.loads((EXAMPLE / "script.json").read_text())["workers"])
    cast = Cast(Lead(), Agents(Analyst(project), worker))
    found: dict[str, str] = {}
    path = f"{client.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    with (
        Session(project, cast, client=client, env={"PATH": path, **env}, permission_mode="acceptEdits") as session,
        session.interactive(columns=COLUMNS, rows=100) as terminal,
    ):
        walk = Walk(session, terminal)
        found |= install(walk, market)
        found |= plan(walk)
        found |= run(walk, worker)
        found |= after(walk)
        home = session.home
    found |= wrong(top / "wrong")
    names = Names({str(project): "~/my project", str(market): "~/fanout", str(home): "~", str(top): "~"})
    return {name: names.plain(text) for name, text in found.items()}


def make_project(project: Path) -> None:
    """A repository with a spec, and with a change that is not committed."""
    (project / FOLDER).mkdir(parents=True)
    shutil.copy(EXAMPLE / "spec.md", project / FOLDER / "spec.md")
    (project / ".gitignore").write_text("__pycache__/\n")
    (project / "README.md").write_text("# Books\n")
    for args in (
        ["init", "-q", "-b", "main"], ["config", "user.name", "Ada"], ["config", "user.email", "ada@example.org"],
        ["add", "-A"], ["commit", "-q", "-m", "A spec"],
    ):  # fmt: skip
        subprocess.run(["git", *args], cwd=project, check=True)
    (project / "README.md").write_text("# Books\n\nNot committed yet.\n")


def install(walk: Walk, market: Path) -> dict[str, str]:
    walk.type(f"/plugin marketplace add {market}")
    walk.screen("Added marketplace")
    walk.type("/plugin install spec@fanout")
    walk.screen("Install for you")
    walk.terminal.write("\r")
    walk.screen("Plugin options")
    walk.terminal.write("\x1b")
    walk.screen("Plugin is now active")
    said = [re.search(pattern, walk.terminal.text) for pattern in (r"Added marketplace.*", r"✓ Installed.*")]
    typed = f"{TYPED}/plugin marketplace add {market}", f"{TYPED}/plugin install spec@fanout"
    lines = [f"{line}\n  ⎿  {found[0].strip()}" for line, found in zip(typed, said, strict=True) if found]
    return {"install": "\n".join(lines), "doctor": walk.shell("fanout doctor")}


def plan(walk: Walk) -> dict[str, str]:
    walk.type(f"/spec:decompose {FOLDER}/spec.md")
    walk.screen("No warnings, no open questions")
    told = section(walk.terminal.text, "/spec:decompose")
    walk.wait("independent as it stands", "agent")
    return {"decompose": told, "plan": walk.command(f"/spec:plan {LIST}")}


def run(walk: Walk, worker: Worker) -> dict[str, str]:
    handed = walk.command(f"/spec:execute {LIST}")
    found = {"launch": handed[handed.index("fanout reading") :]}
    walk.wait("UserPromptSubmit hook additional context: 01 done")
    back = walk.wait("Task 03 is not done", "agent").fresh_text
    back = back[back.index("Task 03 is not done") :].split("\nSubagentStop hook")[0]
    back = re.sub(r"(unfinished work of )[^;]*;", r"\1[...];", back)
    pattern = r"(?s)((?:exited 1|it says):\n).*?(ZeroDiv[^\n]*\n).*?(?=Fix)"
    found["back"] = re.sub(pattern, r"\1[...]\n\2[...]\n", back)
    found["status"] = walk.command("/spec:status")
    worker.mark("status seen")
    walk.wait("UserPromptSubmit hook additional context: 03 done")
    worker.mark("03 told")
    walk.wait("The run is over")
    ready = walk.wait('"04 Command line"').fresh_text
    found["next"] = ready[ready.index("02 done") :]
    walk.screen("times faster than their times added up; at")
    screen = section(walk.terminal.text, "/spec:execute")
    found["screen"] = LEFT.sub("[...]\n", screen)
    brief = next(
        exchanges[0].conversation.brief
        for exchanges in walk.session.record.conversations("agent").values()
        if exchanges[0].conversation and "# Task 02" in exchanges[0].conversation.brief
    )
    found["brief"] = trimmed(brief.replace("\n\n", "\n"), 7)
    found["denied"] = worker.refusals[0].text
    return found


def after(walk: Walk) -> dict[str, str]:
    return {
        "report": walk.command("/spec:report"),
        "commit": typed(walk, "fanout commit --all") + "\n" + trimmed(typed(walk, "git log --oneline --stat"), 6),
        "undo": typed(walk, f"fanout undo {RUN}/05") + "\n" + typed(walk, "git status --short"),
    }


def typed(walk: Walk, line: str) -> str:
    return f"{TYPED}!{line}\n{walk.shell(line)}"


def wrong(folder: Path) -> dict[str, str]:
    """What fanout says to what a beginner may type, in a folder without git."""
    shutil.copytree(EXAMPLE, folder / FOLDER)
    (folder / "empty.md").touch()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CLAUDE", "ANTHROPIC"))}

    def says(*args: str) -> str:
        done = subprocess.run([str(FANOUT), *args], cwd=folder, env=env, capture_output=True, text=True)
        words = " ".join(args)
        return f"{TYPED}!fanout {words}\n" + (done.stdout + done.stderr).strip().replace(f"{folder}/", "")

    said = [says("plan", name) for name in ("reading-lits", f"{FOLDER}/spec.md", "empty.md")]
    says("start", LIST)
    return {"wrong": "\n".join([*said, says("start", LIST), says("commit", "--all")])}


def section(screen: str, command: str) -> str:
    """What a screen shows from the last typing of a command to the next one, without the client's spinners."""
    begin = screen.rindex(TYPED + command)
    lines = screen[begin:].splitlines()
    end = next((n for n, line in enumerate(lines) if line.startswith("───")), len(lines))
    kept = [line for line in lines[:end] if line.strip() and not SPINNER.match(line)]
    return "\n".join(kept).strip()


def trimmed(text: str, head: int, tail: int = 0) -> str:
    """The first and last lines, with a mark for those between."""
    lines = text.splitlines()
    return "\n".join([*lines[:head], "[...]", *lines[len(lines) - tail :]])


@dataclass
class Names:
    """Takes out what differs from run to run: folders, commit ids (numbered), clock times, fractions of seconds."""

    folders: Mapping[str, str]
    commits: list[str] = field(default_factory=list)

    def plain(self, text: str) -> str:
        for folder, name in self.folders.items():
            text = text.replace(folder, name)
        text = COMMIT.sub(self._commit, text)
        text = re.sub(r"\b\d\d:\d\d:\d\d\b", "12:00:00", text)
        text = re.sub(r"\b([1-9]\d*\.\d) s\b", lambda found: f"{float(found[1]):.0f} s", text)
        text = re.sub(r"(hooks' Python: )\S+", r"\1/usr/bin/python3", text)
        text = re.sub(r"\S+/\.bin/claude\b", "/usr/local/bin/claude", text)
        return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())

    def _commit(self, found: re.Match[str]) -> str:
        short = found[0][:7]
        if short not in self.commits:
            self.commits.append(short)
        return f"{self.commits.index(short) + 1:x}" * len(found[0])


def render(template: str, recorded: Mapping[str, str]) -> str:
    """The template, each `<!-- name -->` line followed by what was recorded under that name."""

    def fill(found: re.Match[str]) -> str:
        fence = "~~~" if "```" in recorded[found[1]] else "```"
        return f"{found[0]}\n{fence}text\n{recorded[found[1]]}\n{fence}"

    return MARK.sub(fill, template)


def recorded_of(page: str) -> dict[str, str]:
    """What a page says was printed, by name."""
    return {name: text for name, _, text in FILLED.findall(page)}


def main() -> None:
    client = installed.locate(cache=installed.default_cache())
    with tempfile.TemporaryDirectory(prefix="first-run-") as folder:
        recorded = play(Path(folder).resolve(), client, {})
    PAGE.write_text(render(TEMPLATE.read_text(encoding="utf-8"), recorded), encoding="utf-8")


if __name__ == "__main__":
    main()
