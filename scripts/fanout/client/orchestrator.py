"""A main model that does what the launch blocks say, in the way its variant sends calls.

It keeps nothing between requests: what is still to send follows from the conversation, so that a retried request
gets the same answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fanout.client.conversation import Conversation, Json, Reply, ToolCall, blocks, text_of

Group = list[Json]
Variant = Callable[[Group], list[Group]]

_FENCE = re.compile(r"^[ \t>]*```json[ \t]*\n(.*?)^[ \t>]*```", re.DOTALL | re.MULTILINE)
_TOOL_USE = re.compile(r"<tool-use-id>\s*([^<\s]+)\s*</tool-use-id>")
_REPORT = re.compile(r"[Rr]un `(fanout report [\w.:-]+)`")
_LAUNCHED = ("Async agent launched", "Spawned successfully")
_IDLE = re.compile(r'"type":"idle_notification","from":"([^"]+)"')


def together(calls: Group) -> list[Group]:
    """Obedient: all calls in one message."""
    return [calls]


def one_by_one(calls: Group) -> list[Group]:
    """One call in each message."""
    return [[call] for call in calls]


def first(count: int) -> Variant:
    """Only the first `count` calls."""
    return lambda calls: [calls[:count]] if count else []


def twice(calls: Group) -> list[Group]:
    """Every call two times, all in one message."""
    return [[*calls, *calls]]


def instead(*others: Json) -> Variant:
    """Other calls than those asked for, for example of a wrong task."""
    return lambda calls: [list(others)]


def also(*others: Json) -> Variant:
    """The calls asked for and some more, in one message."""
    return lambda calls: [[*calls, *others]]


@dataclass
class Orchestrator:
    """Sends the calls of each launch block it is shown; otherwise says `text` and ends its turn.

    A call whose agent still runs is not sent again when a block repeats it. Told to run `fanout report RUN`, it does so
    and gives the user what that printed. `delay` is how long it thinks.
    """

    variant: Variant = together
    text: str = "Waiting for the agents."
    delay: float = 0.0

    def __call__(self, conversation: Conversation) -> Reply:
        desk = _Desk(self.variant)
        for message in conversation.messages:
            desk.read(message)
        desk.group()
        if desk.waiting:
            return Reply("", tuple(ToolCall("Agent", call) for call in desk.waiting[0]), delay=self.delay)
        if command := report_wanted(conversation):
            call = ToolCall("Bash", {"command": command, "description": "The run's report"})
            return Reply("", (call,), delay=self.delay)
        return Reply(reported(conversation) or self.text, delay=self.delay)


def report_wanted(conversation: Conversation) -> str:
    """The `fanout report RUN` that the conversation is told to run since the last answer; the empty string if none."""
    found = _REPORT.search(conversation.fresh_text)
    return found[1] if found else ""


def reported(conversation: Conversation) -> str:
    """What a `fanout report` printed since the last answer."""
    return "\n".join(
        result.text
        for result in conversation.results
        if str(result.input.get("command", "")).startswith("fanout report ")
    )


@dataclass
class _Desk:
    """Replays a conversation: what is waiting to be sent, and the prompts of the agents that run.

    Blocks that come in between two answers go out together: "send these calls too, in one message with those above".
    """

    variant: Variant
    asked: Group = field(default_factory=list)
    waiting: list[Group] = field(default_factory=list)
    running: dict[str, object] = field(default_factory=dict)
    teammates: dict[str, str] = field(default_factory=dict)

    def read(self, message: Json) -> None:
        if message.get("role") == "assistant":
            self.group()
            self._sent(message)
        else:
            self._ended(message)
            for calls in launch_blocks(text_of(message.get("content"), results=True)):
                self._asked(calls)

    def _sent(self, message: Json) -> None:
        sent = [block for block in blocks([message], "tool_use") if block.get("name") == "Agent"]
        if sent and self.waiting:
            self.waiting.pop(0)
        for block in sent:
            arguments = block.get("input")
            given = arguments if isinstance(arguments, dict) else {}
            self.running[str(block.get("id"))] = given.get("prompt")
            self.teammates[str(given.get("name"))] = str(block.get("id"))

    def _ended(self, message: Json) -> None:
        for call_id in _TOOL_USE.findall(text_of(message.get("content"))):
            self.running.pop(call_id, None)
        for name in _IDLE.findall(text_of(message.get("content"))):
            self.running.pop(self.teammates.get(name, ""), None)
        for result in blocks([message], "tool_result"):
            if not text_of(result.get("content")).lstrip().startswith(_LAUNCHED):
                self.running.pop(str(result.get("tool_use_id")), None)

    def _asked(self, calls: Group) -> None:
        waiting = [call for group in self.waiting for call in group]
        busy = {*self.running.values(), *(call.get("prompt") for call in [*waiting, *self.asked])}
        self.asked += [call for call in calls if call["prompt"] not in busy]

    def group(self) -> None:
        """Makes messages of what was asked for, in the variant's way."""
        if self.asked:
            self.waiting += [group for group in self.variant(self.asked) if group]
        self.asked = []


def launch_blocks(text: str) -> Iterator[Group]:
    """The calls of every fenced json block of the form {"launch": [{"description", "prompt", ...}]}."""
    for fence in _FENCE.finditer(text):
        try:
            document = json.loads(fence[1])
        except ValueError:
            continue
        launch = document.get("launch") if isinstance(document, dict) else None
        calls = [call for call in launch if isinstance(call, dict) and "prompt" in call] if launch else []
        if calls:
            yield calls
