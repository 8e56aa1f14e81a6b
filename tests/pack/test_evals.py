"""The evals, played offline in the client's own runner: a good scripted model passes each case, a bad one none.

Of the cases that only ask whether the words call the skill, one in ten is played; `--full` plays all.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pack.stage import copy_of_the_checkout
from project import CHECKOUT
from scale import WHOLE

from dev import front_matter
from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.session import Session

Start = Callable[..., Session]
CASES = sorted((CHECKOUT / "evals").rglob("prompt.md"))
WORDS = [path for path in CASES if path.parent.parent.name != "behaviour"]
PLAYED = CASES if WHOLE else [path for path in CASES if path not in WORDS] + WORDS[::10]
READS_THE_SKILL = ToolCall("Skill", {"skill": "spec:parallel-execution"})
STARTS_AN_AGENT = ToolCall("Agent", {"description": "x", "prompt": "Look.", "subagent_type": "Explore"})
_CALL = re.compile(r"^\{\"description.*?\}", re.MULTILINE)


def prompt_of(path: Path) -> str:
    return front_matter.parse(path.read_text(encoding="utf-8"))[1].strip()


@dataclass
class Player:
    """Answers each case's prompt, well or badly. `met` are the cases that it was asked."""

    good: bool
    met: set[str] = field(default_factory=set)
    prompts: dict[str, str] = field(default_factory=lambda: {prompt_of(path): path.parent.name for path in CASES})

    def __call__(self, conversation: Conversation) -> Reply:
        if conversation.kind == "agent":
            return Reply("Seen.")
        case = next((name for text, name in self.prompts.items() if text in conversation.brief), "")
        self.met.add(case)
        scene = self.scenes(case, conversation.brief)
        done = len(conversation.calls)
        for message in scene:
            if done <= 0:
                return Reply("", tuple(message))
            done -= len(message)
        return Reply(self.last_words(case))

    def scenes(self, case: str, prompt: str) -> list[list[ToolCall]]:
        """The messages with calls that this model sends for a case."""
        offered = [ToolCall("Agent", json.loads(found)) for found in _CALL.findall(prompt)]
        kind = next(path.parent.parent.name for path in CASES if path.parent.name == case)
        if kind == "trigger":
            return [[READS_THE_SKILL]] if self.good else []
        if kind == "silent":
            return [] if self.good else [[READS_THE_SKILL, STARTS_AN_AGENT]]
        if case == "one-message":
            return [offered] if self.good else [[call] for call in offered]
        if case == "follow-a-denial":
            again = ToolCall("Agent", offered[0].input | {"prompt": "Run `fanout brief panels-1/04` and follow it."})
            return [offered] if self.good else [[again]]
        return [[STARTS_AN_AGENT]] if case == "stop-cleanly" and not self.good else []

    def last_words(self, case: str) -> str:
        if case == "use-the-cli" and self.good:
            return "fanout tasks next checkout\nfanout tasks blocked checkout"
        return "cat .tmp/tasks/checkout/*.json" if case == "use-the-cli" else "That is it."


def run_all(start: Start, tmp_path: Path, model: Player) -> dict[str, bool]:
    """Which case passed, as the client's runner says."""
    plugin = copy_of_the_checkout(tmp_path / "plugin")
    for path in set(CASES) - set(PLAYED):
        shutil.rmtree(plugin / path.relative_to(CHECKOUT).parent)
    session = start(model, timeout=280, record_hooks=False)
    out = tmp_path / "out.json"
    flags = ["--trust-plugin", "--ablation", "none", "--no-publish", "--output-dir", str(tmp_path / "out"), "-j", "1"]
    result = session.run_cli(["plugin", "eval", str(plugin), *flags, "--runs", "1", "--json", str(out)])
    found = json.loads(out.read_text())
    errors = {case["name"]: case["arms"]["with"][0]["error"] for case in found["cases"]}
    assert {name: error for name, error in errors.items() if error} == {}, result.stderr
    return {case["name"]: case["arms"]["with"][0]["passed"] for case in found["cases"]}


def test_there_are_enough_of_each() -> None:
    kinds = [path.parent.parent.name for path in CASES]
    assert (kinds.count("trigger"), kinds.count("silent"), kinds.count("behaviour")) == (20, 20, 4)
    assert len({prompt_of(path) for path in CASES}) == len(CASES)


def test_no_grader_costs_anything() -> None:
    for path in (CHECKOUT / "evals").rglob("graders/*.md"):
        head, _ = front_matter.parse(path.read_text(encoding="utf-8"))
        assert head["type"] in ("tool_used", "tool_order", "regex", "file_exists"), path


@pytest.mark.parametrize("good", [True, False], ids=["good", "bad"])
def test_a_good_model_passes_every_case_and_a_bad_one_none(start: Start, tmp_path: Path, good: bool) -> None:
    model = Player(good)
    passed = run_all(start, tmp_path, model)
    assert len(passed) == len(PLAYED) and model.met == {path.parent.name for path in PLAYED}
    assert {name: found for name, found in passed.items() if found is not good} == {}
