"""What happened in a session, from records beside fanout's journal, and whether what fanout said of it is so.

The records: what each scripted agent called and was answered, with times (the loopback server's), the log of the program
that writes unseen, the log of the test tool. A sentence that no rule knows counts as false.
"""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanout.client.conversation import Conversation, blocks, text_of
from fanout.client.session import Session
from fanout.client.subagent_model import task_of

Json = dict[str, Any]
SAID = re.compile(
    r"(?:^|\n)(?P<event>PreToolUse|PostToolUse|PostToolUseFailure|UserPromptSubmit|PostToolBatch|Stop|SubagentStop|SessionStart)"
    r"[^\n]{0,40}? hook (?:error|additional context|feedback|blocking error)[^\n]*?: ?\n?(?P<text>.*?)"
    r"(?=\n<system-reminder|"
    r"\nNote: |\n\[SYSTEM NOTIFICATION|\n(?:PreToolUse|PostToolUse|UserPromptSubmit|Stop|SubagentStop)\S* hook |\Z)",
    re.DOTALL,
)
TASK = re.compile(r"\btask (?:[\w-]+?-\d+/)?([\w-]+)")
MARGIN = 1.0  # seconds between a call's end and its record


@dataclass
class Made:
    """A change of a file by an agent, at some time from `begun` to `ended`. `is_said`: the call told what it leaves."""

    task: str
    path: str
    begun: float
    ended: float
    is_said: bool
    agent: str = ""


@dataclass
class Agent:
    task: str
    begun: float
    ended: float = float("inf")
    last: str = ""
    commands: list[tuple[float, float]] = field(default_factory=list)


class Truth:
    """Filled from the session once it is over. Times are seconds since the epoch."""

    def __init__(self, session: Session, tasks: list[Json], folder: Path, there: set[str], reported: set[str]) -> None:
        self.there, self.reported = there, reported  # files before the run; conflicts in fanout's report
        self.tasks = {task["id"]: task for task in tasks}
        self.root = folder / "project"
        self.exchanges = session.record.exchanges
        self.shift = time.time() - time.monotonic()
        self.agents: dict[str, Agent] = {}
        self.made: list[Made] = []
        self.swept: list[tuple[str, float, float]] = []
        self.tools = [json.loads(line) for line in _lines(folder / "tools.log")]
        for key, exchanges in session.record.conversations("agent").items():
            self._agent(key, exchanges)
        self.commits = _commits(self.root)
        for line in _lines(folder / "unseen.log"):
            at, task, path = line.split(" ", 2)
            self.made.append(Made(task, path, float(at), float(at), False))

    def _agent(self, key: str, exchanges: list[Any]) -> None:
        first = exchanges[0]
        agent = self.agents[key] = Agent(task_of(first.conversation.brief), first.started + self.shift)
        pending: dict[str, float] = {}
        for exchange in exchanges:
            at = exchange.started + self.shift
            for result in exchange.conversation.results:
                self._result(key, agent, result, pending.get(result.call_id, at - 60), at)
            answered = (exchange.finished or exchange.started) + self.shift
            if exchange.reply and not exchange.reply.calls:
                agent.last, agent.ended = exchange.reply.text, answered
            else:
                agent.ended = float("inf")
            pending = _Pending(answered)

    def _result(self, key: str, agent: Agent, result: Any, begun: float, ended: float) -> None:
        given = result.input
        if result.name == "Bash":
            agent.commands.append((begun, ended))
        if result.is_error:
            return
        if result.name in ("Edit", "Write"):
            self.made.append(Made(agent.task, self._name(str(given["file_path"])), begun, ended, True, key))
        line = str(given.get("command", ""))
        if found := re.match(r"(?:echo .* >> |sed -i '.*' )(\S+)$", line):
            self.made.append(Made(agent.task, found[1], begun, ended, line.startswith("echo"), key))
        if line.startswith(("git checkout .", "git stash", "git add -A")):
            self.swept.append((agent.task, begun, ended))

    def _name(self, path: str) -> str:
        return str(Path(path).relative_to(self.root)) if path.startswith(str(self.root)) else path

    def declares(self, task: str, path: str) -> bool:
        patterns = self.tasks.get(task, {}).get("patterns", [])
        return any(fnmatch.fnmatch(path, p) or path.startswith(p.rstrip("/") + "/") for p in patterns)

    def owners(self, path: str) -> set[str]:
        return {task for task in self.tasks if self.declares(task, path)}

    def lives(self, task: str, at: float) -> bool:
        return any(a.task == task and a.begun - 5 <= at <= a.ended + MARGIN + 30 for a in self.agents.values())

    def had(self, owner: str, made: Made) -> bool:
        """Whether the owner was at work well before and after a write, and the file was there."""
        at_work = [a for a in self.agents.values() if a.task == owner and a.begun + 2 < made.begun < a.ended - 1]
        return bool(at_work) and (made.path in self.there or bool(self.wrote(owner, made.path, made.begun - 1)))

    def wrote(self, task: str, path: str, before: float, after: float = 0.0) -> list[Made]:
        of = [m for m in self.made if m.task == task and m.path == path]
        return [m for m in of if m.begun <= before and m.ended >= after]

    def ran(self, task: str, before: float, after: float) -> bool:
        spans = [span for a in self.agents.values() if a.task == task for span in a.commands]
        return any(begun <= before and ended >= after for begun, ended in spans)


class _Pending(dict[str, float]):
    """Every call of a reply was begun when the reply was sent."""

    def __init__(self, at: float) -> None:
        super().__init__()
        self.at = at

    def get(self, key: str, default: Any = None) -> Any:
        return self.at


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return []


def _commits(root: Path) -> dict[str, tuple[float, set[str]]]:
    """Each commit by the twelve first signs of its name: when it was made, the files that it changed."""
    asked = ["git", "log", "--all", "--no-renames", "--name-only", "--format=%x01%H %ct"]
    log = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True).stdout
    found = {}
    for record in log.split("\x01")[1:]:
        head, *files = filter(None, record.split("\n"))
        name, at = head.split()
        found[name[:12]] = (float(at), set(files))
    return found


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


@dataclass
class Sentence:
    at: float
    to: str  # a task, "" for the main conversation
    agent: str
    event: str
    text: str


def said(truth: Truth) -> list[Sentence]:
    """What hooks told agents and the main conversation, as it stood in the requests, each once."""
    found: list[Sentence] = []
    for exchange in truth.exchanges:
        if exchange.conversation is None or exchange.conversation.kind == "side":
            continue
        agent = truth.agents.get(exchange.conversation.key)
        for piece in _pieces(exchange.conversation):
            for match in SAID.finditer(piece):
                at = exchange.started + truth.shift
                found += [
                    Sentence(
                        at,
                        agent.task if agent else "",
                        exchange.conversation.key,
                        match["event"],
                        match["text"].strip(),
                    )
                ]
    return found


def _pieces(conversation: Conversation) -> Iterator[str]:
    for message in conversation.fresh:
        content = message.get("content")
        if isinstance(content, str):
            yield content
            continue
        for block in blocks([message], "text"):
            yield str(block.get("text", ""))
        for block in blocks([message], "tool_result"):
            yield text_of(block.get("content"))


class Judge:
    def __init__(self, truth: Truth, sentences: list[Sentence]) -> None:
        self.truth = truth
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.told: list[tuple[float, str, str]] = []
        for sentence in sentences:
            for kind, text in _split(sentence):
                self.counts[kind] += 1
                why = RULES[kind](self, sentence, text) if kind in RULES else "no rule knows it"
                if why:
                    self.wrong.append(f"{why}: to {sentence.to or 'main'}: {text}")
        self._passed_over()

    def changed(self, s: Sentence, text: str) -> str:
        """A sentence that a file changed, and by whom."""
        t = self.truth
        path = text.split(" belongs to you")[0] if " belongs to you" in text else ""
        paths = (
            [path]
            if path
            else [p for p in re.findall(r"[\w./-]+\.\w+", text.split(" changed")[0]) if "/" in p or "." in p]
        )
        named = set(TASK.findall(text.split(" The version")[0].split(" Both versions")[0]))
        owner = s.to if path else next(iter(named & t.owners(paths[0]) if paths else set()), "")
        actors = {s.to} if not path else named
        for each in paths:
            self.told.append((s.at, owner, each))
            why = self._change(s, text, each, owner, actors)
            if why:
                return why
        return "" if paths else "no file is named"

    def _change(self, s: Sentence, text: str, path: str, owner: str, actors: set[str]) -> str:
        t = self.truth
        foreign = [m for a in t.tasks if a != owner for m in t.wrote(a, path, s.at)]
        swept = [one for one in t.swept if one[0] != owner and one[1] <= s.at]
        if "can't be told" in text or "holds what it held" in text:
            unsaid = [m for m in t.wrote(owner, path, s.at) if not m.is_said]
            idle = [a for a in actors if not t.ran(a, s.at, s.at - 120)]
            return "it can be told" if not (foreign or unsaid or swept) else f"nothing of {idle} ran" if idle else ""
        if not any(m.task in actors for m in foreign) and not any(one[0] in actors for one in swept):
            return f"{sorted(actors)} did not write {path}"
        return ""

    def owned(self, s: Sentence, text: str) -> str:
        t = self.truth
        found = re.match(
            r"(\S+) belongs to (?:task )?(.+?) \((.+?), since (\d\d:\d\d:\d\d)\), which still works on it", text
        )
        if not found:
            return "it is not of the known form"
        path, owner, how, _ = found.groups()
        owner = owner.split("/")[-1]
        if owner == s.to or not t.lives(owner, s.at):
            return f"{owner} is not at work"
        if how.startswith("declared"):
            return (
                ""
                if t.declares(owner, path) or any(t.declares(owner, p) for p in [path + "/x"])
                else f"{owner} does not declare {path}"
            )
        return "" if t.wrote(owner, path, s.at) else f"{owner} never wrote {path}"

    def stale(self, s: Sentence, text: str) -> str:
        if begun := re.match(r"(\S+) has changed since (?:task )?(\S+) was about to write it at ", text):
            made = any(m.path == begun[1] and m.begun <= s.at for m in self.truth.made)
            return "" if made else f"nobody wrote {begun[1]}"
        found = re.match(r"(\S+) was changed by (?:task )?(\S+) at (\d\d:\d\d:\d\d)", text)
        if not found:
            return "it is not of the known form"
        wrote = self.truth.wrote(found[2].split("/")[-1], found[1], s.at)
        clocks = {
            time.strftime("%H:%M:%S", time.localtime(at)) for m in wrote for at in _seconds(m.begun - 1, m.ended + 1)
        }
        return "" if found[3] in clocks else f"{found[2]} did not write it then"

    def git(self, s: Sentence, text: str) -> str:
        """What a git line would take away is there: others' files, written and not committed."""
        listed = re.findall(r"([\w./-]+) of task ([\w-]+)", text.split("; instead")[0])
        for path, task in listed:
            if not self.truth.wrote(task, path, s.at) and not self.truth.declares(task, path):
                return f"{path} is not of {task}"
        return "" if listed or "instead" in text or "siblings" in text else "nobody's file is named"

    def not_done(self, s: Sentence, text: str) -> str:
        t = self.truth
        if "nothing changed in what the task declares" in text:
            took = max((ended for task, _, ended in t.swept if task == s.to and ended < s.at), default=0.0)  # by itself
            own = [m for m in t.made if m.agent == s.agent and took < m.begun < s.at and t.declares(s.to, m.path)]
            return f"it wrote {own[0].path}" if own else ""
        if missing := re.search(r"([\w./, -]+?) (?:was|were) to be written and (?:is|are) not there", text):
            names = re.findall(r"[\w./-]+\.\w+", missing[1])
            there = [name for name in names if t.wrote(s.to, name, s.at) or name in t.there]
            return f"{there} is there" if there or not names else ""
        for line in re.findall(r"`([^`\n]+)`", text):
            if failed := [
                at for at, words, code in t.tools if code and words == _words(line) and s.at - 120 < at < s.at
            ]:
                return "" if failed else "that check did not fail"
        return "no rule knows it"

    def not_judged(self, s: Sentence, text: str) -> str:
        """A check that fails, and not for what the task wrote: by whose file, where one is named."""
        t = self.truth
        for path, task in re.findall(r"([\w./-]+\.\w+), last changed by task ([\w-]+)", text):
            if not t.wrote(task, path, s.at):
                return f"{task} did not write {path}"
            if t.declares(s.to, path):
                return f"{path} is of {s.to}"
        line = re.search(r"`([^`\n]+)`", text)
        failed = [at for at, words, code in t.tools if code and line and words == _words(line[1]) and at < s.at]
        return "" if failed else "that check did not fail"

    def reads(self, s: Sentence, text: str) -> str:
        return "" if self.truth.tasks[s.to]["reads_only"] and f"task {s.to} " in text else f"{s.to} may write"

    def checks(self, s: Sentence, text: str) -> str:
        """What an acceptance command only reads is no check."""
        task, rest = text.split(" changed what may check it: ")
        for path in re.findall(r"([\w./-]+) \((?:changed|created|deleted)\)", rest):
            runs = [line for line in self.truth.tasks[task]["accept"] if path in line and not line.startswith("grep")]
            if not runs and "test" not in path:
                return f"{path} checks nothing"
        return ""

    def no_longer(self, s: Sentence, text: str) -> str:
        """Somebody wrote unseen into what a task had left."""
        task = text.split()[3]
        ends = max((a.ended for a in self.truth.agents.values() if a.task == task), default=0.0)
        for path in re.findall(r"([\w./-]+\.\w+) (?:holds|is)", text.split("hook saw: ")[1]):
            later = [m for m in self.truth.made if m.path == path and not m.agent and ends < m.begun < s.at]
            if not later:
                return f"nobody wrote {path} unseen since then"
        return ""

    def taken_in(self, s: Sentence, text: str) -> str:
        """A commit took in what siblings had not finished: said to whoever's command ran, and to the owner."""
        t = self.truth
        runner = found[1] if (found := re.search(r"a command of task (\S+) ran at that time", text)) else s.to
        names = re.findall(r"commit ([0-9a-f]{12})", text)
        parts = re.findall(r"([^;:]+?),? (?:which is yours, went into |\()commit ([0-9a-f]{12})", text)
        for listed, name in parts:
            at, files = t.commits.get(name, (0.0, set()))
            for path in re.findall(r"[\w./-]+\.\w+", listed):
                owners = {s.to} if "which is yours" in text else set(t.tasks) - {s.to}
                if path not in files:
                    return f"{path} is not in {name}"
                if not any(t.declares(one, path) or t.wrote(one, path, at + 1) for one in owners):
                    return f"{path} is not of {sorted(owners)}"
            if not t.ran(runner, at + 1, at):
                return f"no command of {runner} ran as {name} was made"
        return "" if parts and len(parts) == len(names) else "it is not of the known form"

    def more(self, s: Sentence, text: str) -> str:
        """So many tasks wait for nothing but their launch."""
        t = self.truth
        found = re.search(r": (\d+) more can start by now|left (\d+) ready tasks out", text)
        begun = {a.task for a in t.agents.values() if a.begun <= s.at - MARGIN}
        free = [task for task in t.tasks if task not in begun]
        return "" if found and int(found[1] or found[2]) <= len(free) else f"only {free} have not begun"

    def done(self, s: Sentence, text: str) -> str:
        task = text.split()[0]
        ended = [a for a in self.truth.agents.values() if a.task == task and a.ended < s.at]
        if not ended:
            return f"{task} has not ended"
        return "" if any(a.last.startswith("DONE|") for a in ended) else f"{task} did not say so"

    def failed(self, s: Sentence, text: str) -> str:
        task = text.split()[0]
        ended = [a for a in self.truth.agents.values() if a.task == task and a.ended < s.at]
        return "" if ended else f"{task} has not ended"

    def beyond(self, s: Sentence, text: str) -> str:
        task, rest = text.split(" also changed what it does not declare: ")
        for path in re.findall(r"([\w./-]+) \((?:changed|created|made|deleted|new)\)", rest):
            if self.truth.declares(task, path):
                return f"{task} declares {path}"
            if not self.truth.wrote(task, path, s.at) and not any(one[0] == task for one in self.truth.swept):
                return f"{task} did not write {path}"
        return ""

    def progress(self, s: Sentence, text: str) -> str:
        t = self.truth
        found = re.match(r"fanout \S+: (\d+) of (\d+) done", text)
        if not found:
            return "it is not of the known form"
        ended = {a.task for a in t.agents.values() if a.last.startswith("DONE|") and a.ended <= s.at}
        if int(found[2]) != len(t.tasks):
            return f"there are {len(t.tasks)} tasks"
        if int(found[1]) > len(ended):
            return f"{len(ended)} have ended done"
        running = re.search(r"running \(([^)]*)\)", text)
        names = running[1].split(", ") if running else []
        late = [n for n in names if not t.lives(n, s.at)]
        return f"{late} does not run" if late else ""

    def _passed_over(self) -> None:
        """Each write of one agent into a file that another, at work, had written or found: told or reported."""
        t = self.truth
        for made in t.made:
            for owner in t.owners(made.path) - {made.task}:
                if t.declares(made.task, made.path) or not t.had(owner, made):
                    continue
                self.counts["overwrites"] += 1
                told = any(at >= made.begun and path == made.path and to == owner for at, to, path in self.told)
                if not told and made.path not in t.reported:
                    self.wrong.append(f"passed over: {made.task} wrote {made.path} of {owner}")


def _seconds(begun: float, ended: float) -> Iterator[float]:
    while begun <= ended + 1:
        yield begun
        begun += 1


def _split(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """The kind of each line that was said."""
    if sentence.event in ("Stop", "SubagentStop") and sentence.to:
        if sentence.event == "SubagentStop":  # it comes in the words of Stop too
            yield "not judged" if "is not judged yet" in sentence.text else "not done", sentence.text
        return
    text = re.sub(
        r"^\"[^\"\n]*\": |```json.*?```|PostToolUse hook modified [^\n]*", "", sentence.text, flags=re.DOTALL
    )  # the client's
    kind = ""
    for line in filter(None, map(str.strip, text.split("\n"))):
        known = next((kind for kind, pattern in KINDS if re.search(pattern, line)), "")
        if not known and kind == "failed":
            continue  # what the check printed
        kind = known or line[:40]
        if kind != "what to do":
            yield kind, line


KINDS = [
    (
        "changed",
        r" belongs to you and changed| belongs to you and was changed|^While your command|holds what it held before",
    ),
    ("read-only", r" is read-only, and this command is not| is read-only: it may not write"),
    ("checks", r" changed what may check it: "),
    ("no longer", r"^No longer as \S+ left it"),
    ("taken in", r"a commit took in half-done work|, which is yours, went into commit "),
    ("more", r"^fanout \S+: \d+ more can start by now|^This message left \d+ ready tasks out"),
    ("owned", r" belongs to .* which still works on it"),
    ("stale", r"Read it again, keep that change"),
    ("git", r"^git \w+|^`?git |whole tree"),
    ("beyond", r" also changed what it does not declare: "),
    ("progress", r"^fanout \S+: \d+ of \d+ done"),
    ("done", r"^\S+ done\b"),
    ("failed", r"^\S+ (?:failed|blocked)\b"),
    (
        "what to do",
        r"^(?:The launch block above|Mend what is yours|Fix what is yours|Send exactly|Nothing to launch now|The run is over)",
    ),
]
RULES = {
    "changed": Judge.changed,
    "owned": Judge.owned,
    "stale": Judge.stale,
    "git": Judge.git,
    "not done": Judge.not_done,
    "not judged": Judge.not_judged,
    "read-only": Judge.reads,
    "checks": Judge.checks,
    "no longer": Judge.no_longer,
    "taken in": Judge.taken_in,
    "more": Judge.more,
    "beyond": Judge.beyond,
    "progress": Judge.progress,
    "done": Judge.done,
    "failed": Judge.failed,
}
