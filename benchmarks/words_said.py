"""Whether what fanout said in a session is so: every sentence of its hooks and of its report, by what happened.

    said -> Sentence -> _split (one for each line, and its kind) -> RULES (words_of_changes, words_of_results)

A sentence that no rule knows counts as false, and so does one of a known kind in another form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from project import benchmark

from fanout.client.conversation import Conversation, blocks, text_of

what_happened = benchmark("what_happened")
Agent, Made, Truth = what_happened.Agent, what_happened.Made, what_happened.Truth

SAID = re.compile(
    r"(?:^|\n)(?P<event>PreToolUse|PostToolUse|PostToolUseFailure|UserPromptSubmit|PostToolBatch|Stop|SubagentStop|SessionStart)"
    r"[^\n]{0,40}? hook (?:error|additional context|feedback|blocking error)[^\n]*?: ?\n?(?P<text>.*?)"
    r"(?=\n</?system-reminder|\nNote: |\n+While bypass permissions mode is active:|\n\[SYSTEM NOTIFICATION|"
    r"\n(?:PreToolUse|PostToolUse|UserPromptSubmit|Stop|SubagentStop)\S* hook |\Z)",
    re.DOTALL,
)
CLIENTS = re.compile(
    r"^\"sh [^\n]*?hooks/start\" [\w-]+\": |PostToolUse hook modified [^\n]*"
)  # the client's own words


@dataclass
class Sentence:
    at: float
    to: str  # a task, "" for the main conversation
    agent: str
    event: str
    text: str


def said(truth: Any) -> list[Sentence]:
    """What hooks told agents and the main conversation, as it stood in the requests, each once; what the report says."""
    found: list[Sentence] = []
    for exchange in truth.exchanges:
        if exchange.conversation is None or exchange.conversation.kind == "side":
            continue
        agent = truth.agents.get(exchange.conversation.key)
        key, task = exchange.conversation.key, agent.task if agent else ""
        for piece in _pieces(exchange.conversation):
            for match in SAID.finditer(piece):
                text = CLIENTS.sub("", match["text"].strip())
                found.append(Sentence(exchange.started + truth.shift, task, key, match["event"], text))
    return found + list(reported(truth))


def reported(truth: Any) -> Iterator[Sentence]:
    """What the report says that went wrong, and its figures."""
    started = float(truth.facts["started"])
    for item in truth.facts["troubles"]:
        if item["kind"] == "conflict":
            names, how = " and ".join(item["meanwhile"]), item["how"]
            text = f"{item['path']} of {item['of']} changed, {how}, {names}, {item['own']}"
            yield Sentence(started + item["at"] + what_happened.SLACK, "", "", "report", text)
    for item in truth.facts["denials"]:
        yield Sentence(started + item["at"], "", "", "report", f"Denied to {item['task']}: {item['reason']}")
    yield Sentence(truth.over, "", "", "report", truth.facts["measured"]["sentence"])


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
    """`wrong`: what is false, or was passed over. `counts`: how often each kind of sentence was said. `used`: for each reader
    and file, up to which write it has been told; `told`: (when, whom, path, by which write) of each."""

    def __init__(self, truth: Any, sentences: list[Sentence]) -> None:
        self.truth = truth
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.used: dict[tuple[str, str], float] = {}
        self.told: list[tuple[float, str, str]] = []
        self.lost = {str(task["id"]) for task in truth.facts["tasks"] if task["state"] in ("failed", "blocked")}
        self.denied = [s.text for s in sentences if s.event == "PreToolUse"]
        for sentence in sentences:
            for kind, text in _split(sentence):
                self.counts[kind] += 1
                why = RULES[kind](self, sentence, text) if kind in RULES else "no rule knows it"
                if why:
                    self.wrong.append(f"{why}: to {sentence.to or 'main'}: {text}")
        self._passed_over()

    def _passed_over(self) -> None:
        """Each write of one agent into a file that another, at work, had written or found: told to it or reported."""
        t = self.truth
        for made in t.made:
            for owner in t.owners(made.path) - {made.task}:
                if t.declares(made.task, made.path) or not t.had(owner, made):
                    continue
                self.counts["overwrites"] += 1
                if any(at >= made.begun and path == made.path and to in (owner, "") for at, to, path in self.told):
                    continue
                if t.is_replaced(owner, made):
                    self.counts["overwrites that left nothing to be seen"] += 1
                else:
                    self.wrong.append(f"passed over: {made.task} wrote {made.path} of {owner}")


def _split(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """The kind of each line that was said."""
    if sentence.event in ("Stop", "SubagentStop") and sentence.to:
        if sentence.event == "SubagentStop":  # it comes in the words of Stop too
            yield "not judged" if "is not judged yet" in sentence.text else "not done", sentence.text
        return
    if sentence.event == "report":
        yield next(kind for kind, begin in REPORTED.items() if re.search(begin, sentence.text)), sentence.text
        return
    text = sentence.text
    for block in re.findall(r"(?:Send exactly|More can start:) [^\n]*\n```json.*?```", text, re.DOTALL):
        text = text.replace(block, "")
        yield "launch", block
    for line in filter(None, map(str.strip, text.split("\n"))):
        yield next((kind for kind, pattern in KINDS if re.search(pattern, line)), line[:40]), line


REPORTED = {"measured": r"^(Measured|Nothing)", "denied": "^Denied to ", "changed": ""}
KINDS = [
    (
        "changed",
        r" belongs to you and changed| belongs to you and was changed|^While your command|holds what it held before",
    ),
    ("read-only", r" is read-only, and this command is not| is read-only: it may not write"),
    ("checks", r" changed what may check it: "),
    ("no longer", r"^No longer as .* left it"),
    ("taken in", r"a commit took in half-done work|, which is yours, went into commit "),
    ("more", r"^fanout \S+: \d+ more can start by now|^This message left \d+ ready tasks? out"),
    ("made", r" is what task \S+ made, which is done"),
    ("owned", r" belongs to .* which (?:still works on it|has not ended)"),
    ("stale", r"Read it again and keep that change"),
    ("git", r"^git \w+"),
    ("beyond", r" also changed what it does not declare: "),
    ("progress", r"^fanout \S+: \d+ of \d+ done"),
    ("done", r"^(?:Task )?\S+ done\b"),
    ("failed", r"^(?:Task )?\S+ (?:failed|blocked)\b"),
    ("over", r"^The run (?:is over|stands still(?:, .+ blocked)?)\."),
    ("wait", r"^Nothing to launch now[;.] "),
    ("as above", r"^The launch block above "),
]
RULES = {
    **benchmark("words_of_changes").RULES,
    **benchmark("words_of_results").RULES,
}
