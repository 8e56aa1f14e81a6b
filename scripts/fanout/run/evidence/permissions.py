"""Calls of an agent that the user, or a rule of the user's, did not permit: the cause that is named when nothing came of it.

The words are the client's, in the batch of calls that it sends when a message of the agent has been carried out.
"""

from __future__ import annotations

import os
import re

from fanout.run.agents import agents
from fanout.run.changes import changes
from fanout.run.store import base, journal
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

NOT_PERMITTED = re.compile(
    r"user doesn't want to (proceed with|take) this|you haven't granted it"
    r"|Permission (to use|for) .{0,2000}?(has been|was) denied",
    re.DOTALL,
)
A_NO = ("user doesn't want to", "The tool use was rejected")  # of the main conversation, and of an agent
REFUSED = "the user refused "  # a word, and not the want of a permission: nothing is to be allowed
OWN = "hook error"  # a hook's denial: its reason is on record already
FILE_TOOLS = ("Write", "Edit", "MultiEdit", "NotebookEdit")
WRITERS = (*FILE_TOOLS, "Bash", "PowerShell", "mcp__")
ASIDE = "not permitted either: "  # what had no part in how the task ended
A_REASON = 4  # words
OF_PERMISSION = re.compile(
    r"permi(?:t|ss)|allow|approv|denied|\bdeny|refus|reject|forbid|forbad|granted|not let|\bmay not\b"
    r"|\b(?:go on|proceed|continue)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[\w@.+-]*\w")
LONGEST_OUTCOME = 300
LONGEST_COMMAND = 60
LONGEST_SAID = 160
BY_RULE = "by a rule (`/permissions`{rules})"
BY_MODE = "a mode (`--permission-mode acceptEdits` lets agents write)"
MOST_RULES = 3
WITHOUT_FOR = tasks.UNPERMITTED.removesuffix("for ")
COMMAND = re.compile(
    r"(?:for |, )(Bash|PowerShell) (.+?)(?=, (?:[A-Z][A-Za-z]+\b|mcp__)|; its agent said|\)?\Z)", re.DOTALL
)
FILE = re.compile(rf"(?:for |, )(?:{'|'.join(FILE_TOOLS)})\b")
ANYTHING = (
    r"(python[\d.]*|py|node|deno|bun|ruby|perl|php|bash|sh|zsh|pwsh|powershell|cmd|eval|exec|xargs|env|sudo)(\.exe)?\Z"
)
ENVIRONMENT, PLAIN, PART = r"[A-Z_a-z]\w*=", re.compile(r"[\w@:./+-]+\Z"), re.compile(r"&&|\|\|?|;|\n")
WITH_VERBS = re.compile(
    r"(npm|npx|pnpm|yarn|bun|deno|go|cargo|make|just|task|rake|git|gh|docker|kubectl|terraform|uv|poetry|pdm|hatch|pip3?|tox|nox"
    r"|dotnet|mvn|gradle|bundle|rails|mix|composer|swift|flutter|dart)\Z"
)
RUNNERS = frozenset(["run", "exec", "tool", "compose", "x", "dlx"])  # what is run comes after it


def is_refusal(said: str) -> bool:
    """Whether a call's answer says that it was not permitted."""
    return OWN not in said[:60] and NOT_PERMITTED.search(said) is not None


def note(db: sqlite3.Connection, agent: Agent, tool: str, path: str, command: str, by_user: bool = False) -> None:
    """One call of the agent was not permitted; `by_user`: who was asked said no. Inside a transaction."""
    facts = {"tool": tool, "path": path, "command": command, "by_user": by_user}
    journal.note(db, "permission-denied", agent.run, agent.task, agent.id, **facts)


def explain(db: sqlite3.Connection, root: str, agent: Agent) -> bool:
    """Whether what is missing is what the agent was not permitted to do: a declared file that it may not write is not
    there, or it changed nothing at all."""
    events = [
        one for one in journal.of_agent(db, agent.id, "permission-denied") if one.facts["tool"].startswith(WRITERS)
    ]
    if not events:
        return False
    if not agent.worktree and not changes.has_any(db, root, agent):
        return True
    home = base.of_agent(db, root, agent)
    writes = tasks.record(tasks.get(db, agent.run, agent.task)).get("writes", [])
    wanted = {os.path.realpath(os.path.join(home, path)) for path in writes}
    refused = {os.path.join(root, event.facts["path"]) for event in events if event.facts["path"]}
    return any(path in wanted and not os.path.lexists(path) for path in refused)


def _may_be_the_cause(db: sqlite3.Connection, agent: Agent, said: str) -> bool:
    """Whether what is said leaves it open that it came of what was not permitted: a command, where the words give another
    reason and name neither a permission nor the program, is none."""
    events = journal.of_agent(db, agent.id, "permission-denied")
    if (
        any(not event.facts["command"] for event in events)
        or len(said.split()) < A_REASON
        or OF_PERMISSION.search(said)
    ):
        return True
    words = set(WORD.findall(said.lower()))
    return any(words & set(_programs(event.facts["command"].lower())) for event in events)


def _programs(command: str) -> list[str]:
    """The words with which the parts of a command begin: `npm`, `test`; no option, and nothing that an interpreter is given."""
    parts = [part.split()[:2] for part in PART.split(command)]
    return [os.path.basename(word) for part in parts for word in part if PLAIN.match(word) and not word.startswith("-")]


def refuses_files(db: sqlite3.Connection, root: str, agent: Agent) -> bool:
    """Whether the client refused the agent a file, and no agent of its run has written any."""
    events = journal.of_agent(db, agent.id, "permission-denied")
    if not any(one.facts["tool"] in FILE_TOOLS for one in events) or tasks.in_state(db, agent.run, "done"):
        return False
    of_run = agents.by_id(db, agent.run).values()
    return not any(one.worktree or changes.has_any(db, root, one) for one in of_run)


def denied(db: sqlite3.Connection, agent: Agent) -> str:
    """`permission denied for Write of src/a.py, Bash npm test`, or `the user refused ...`, "" when nothing was."""
    said = []
    events = journal.of_agent(db, agent.id, "permission-denied")
    is_a_no = all(event.facts.get("by_user") for event in events)
    for event in events:
        facts = event.facts
        name = (
            f" of {os.path.basename(facts['path'])}"
            if facts["path"]
            else f" {facts['command'][:LONGEST_COMMAND]}".rstrip()
        )
        said.append(f"{facts['tool']}{name}")
    return f"{REFUSED if is_a_no else tasks.UNPERMITTED}{tasks.few(list(dict.fromkeys(said)))}" if said else ""


def way(outcomes: list[str]) -> str:
    """How what was refused is allowed, of tasks that ended with these words: rules for commands, a mode for files."""
    commands = [command for said in outcomes for command in COMMAND.findall(said.partition(WITHOUT_FOR)[2])]
    rules = list(dict.fromkeys(filter(None, (rule(*command) for command in commands))))[:MOST_RULES]
    named = "".join(f" '{one}'" for one in rules)
    by_rule = BY_RULE.format(rules=f"; without a screen `--allowedTools{named}`" if rules else "")
    has_files = any(FILE.search(said.partition(WITHOUT_FOR)[2]) for said in outcomes)
    return by_rule if commands and not has_files else f"{by_rule} {'and' if commands else 'or'} {BY_MODE}"


def rule(tool: str, command: str) -> str:
    """`Bash(npm test *)`: the rule that allows the command and no other program, verb or module; "" for none that does."""
    parts = [part.split() for part in PART.split(command.removesuffix(" ..."))]
    words = next((part for part in parts if part and part[0] != "cd"), [])
    while words and re.match(ENVIRONMENT, words[0]):
        words = words[1:]
    kept = _named(words)
    return f"{tool}({' '.join(kept)} *)" if kept and all(map(PLAIN.match, kept)) else ""


def _named(words: list[str]) -> list[str]:
    """The first words of a command, up to those that say what it does."""
    program = os.path.basename(words[0]) if words else ""
    if re.match(ANYTHING, program) and not WITH_VERBS.match(program):
        return _of_interpreter(words)
    count = 1
    if WITH_VERBS.match(program) and words[1:] and not words[1].startswith("-"):
        count = 3 if words[1] in RUNNERS and words[2:] and not words[2].startswith("-") else 2
    return words[:count]


def _of_interpreter(words: list[str]) -> list[str]:
    """With the module or script that it runs; nothing where what it runs stands in the command, or behind other options."""
    first = words[1] if words[1:] else "-"
    if first == "-m":
        return words[:3] if words[2:] else []
    return words[:2] if first.startswith("--test") or not first.startswith("-") else []


def outcome(db: sqlite3.Connection, agent: Agent, said: str) -> str:
    """Of a task of which nothing came for want of a permission."""
    said = tasks.shortened(said, LONGEST_SAID)
    return tasks.shortened(f"{denied(db, agent)}; its agent said: {said}", LONGEST_OUTCOME)


def beside(db: sqlite3.Connection, agent: Agent, said: str) -> str:
    """What was not permitted, beside what is said of a task that is not done; as its cause, or as a thing aside."""
    why = denied(db, agent)
    if not why or why in said:
        return tasks.shortened(said, LONGEST_OUTCOME)
    if not _may_be_the_cause(db, agent, said):
        why = f"{ASIDE}{why.removeprefix(tasks.UNPERMITTED).removeprefix(REFUSED)}"
    room = LONGEST_OUTCOME - min(len(why), LONGEST_OUTCOME // 2) - 3
    return f"{tasks.shortened(said, room)} ({tasks.shortened(why, LONGEST_OUTCOME // 2)})"
