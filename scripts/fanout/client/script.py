"""Models put together: who plays the main conversation, who the agents, what fails, what the user's words start.

Cast(Orchestrator(), Worker.from_table({...}))       the usual cast
Rules([("please run", Reply("", (ToolCall(...),)))], otherwise=Orchestrator())
Flaky(model, [RATE_LIMITED, OVERLOADED])             the first requests of each conversation fail
from_document({...})                                 a cast from plain JSON
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fanout.client.conversation import Conversation, Failure, Kind, Model, Reply
from fanout.client.orchestrator import Orchestrator, Variant, also, first, instead, one_by_one, together, twice
from fanout.client.subagent_model import BadScript, Worker

__all__ = [
    "Cast",
    "Flaky",
    "Orchestrator",
    "Rules",
    "Worker",
    "also",
    "first",
    "from_document",
    "instead",
    "one_by_one",
    "together",
    "twice",
]

VARIANTS: dict[str, Variant] = {"together": together, "one by one": one_by_one, "twice": twice}


@dataclass
class Cast:
    """One model for the main conversation, one for all agents."""

    main: Model = field(default_factory=Orchestrator)
    agent: Model = field(default_factory=Worker)

    def __call__(self, conversation: Conversation) -> Reply:
        return (self.agent if conversation.kind == "agent" else self.main)(conversation)


@dataclass
class Rules:
    """Answers what the user typed last when it matches a pattern and was not answered yet; else asks `otherwise`."""

    rules: Sequence[tuple[str, Reply | Model]]
    otherwise: Model = field(default_factory=Orchestrator)

    def __call__(self, conversation: Conversation) -> Reply:
        for pattern, answer in self.rules:
            if re.search(pattern, conversation.typed):
                return answer if isinstance(answer, Reply) else answer(conversation)
        return self.otherwise(conversation)


@dataclass
class Flaky:
    """The first requests of each conversation of a kind fail, one after another as listed; then `model` answers."""

    model: Model
    failures: Sequence[Failure]
    kinds: tuple[Kind, ...] = ("main", "agent")
    _met: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, conversation: Conversation) -> Reply:
        with self._lock:
            met = self._met.get(conversation.key, 0)
            self._met[conversation.key] = met + 1
        if conversation.kind in self.kinds and met < len(self.failures):
            return Reply("cut here", failure=self.failures[met])
        return self.model(conversation)


def from_document(document: Mapping[str, object]) -> Cast:
    """{"main": {"send": "together", "text", "delay"}, "workers": {task: [steps], "*": [steps]}} -> its cast.

    `send` is a name of VARIANTS or {"first": count}. Raises BadScript.
    """
    main = document.get("main") or {}
    workers = document.get("workers") or {}
    if not isinstance(main, Mapping) or not isinstance(workers, Mapping):
        raise BadScript("The script's `main` and `workers` have to be objects.")
    orchestrator = Orchestrator(_variant(main.get("send", "together")))
    orchestrator.text = str(main.get("text", orchestrator.text))
    orchestrator.delay = float(str(main.get("delay", 0)))
    return Cast(orchestrator, Worker.from_table({str(task): steps for task, steps in workers.items()}))


def _variant(send: object) -> Callable[[list[dict[str, object]]], list[list[dict[str, object]]]]:
    if isinstance(send, str) and send in VARIANTS:
        return VARIANTS[send]
    if isinstance(send, Mapping) and isinstance(send.get("first"), int):
        return first(send["first"])
    raise BadScript(f"The script's `main.send` is {send!r}.", f'Use one of {", ".join(VARIANTS)} or {{"first": N}}.')
