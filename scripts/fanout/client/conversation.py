"""What a scripted model reads (Conversation) and says (Reply, ToolCall, Failure)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Json = dict[str, object]
Kind = Literal["main", "agent", "side"]
REMINDER = "<system-reminder>"
FOREVER = float("inf")


@dataclass(frozen=True)
class ToolCall:
    """One tool_use block. The server makes the id."""

    name: str
    input: Json


@dataclass(frozen=True)
class Failure:
    """An answer that fails: an HTTP status with the API's error document, or (status 0) a stream cut in the middle."""

    status: int = 0
    kind: str = "api_error"
    message: str = "scripted failure"
    retry_after: float | None = None


RATE_LIMITED = Failure(429, "rate_limit_error", "scripted: too many requests", retry_after=0)
OVERLOADED = Failure(529, "overloaded_error", "scripted: overloaded", retry_after=0)
BROKEN = Failure(500, "api_error", "scripted: internal server error", retry_after=0)
CUT = Failure()


@dataclass(frozen=True)
class Reply:
    """One assistant message: text, then tool calls; or a failure in its place. `delay` seconds after all of `holds`."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    delay: float = 0.0
    failure: Failure | None = None
    output_tokens: int | None = None
    input_tokens: int | None = None
    holds: tuple[threading.Event, ...] = ()

    def after(self, seconds: float) -> Reply:
        return replace(self, delay=seconds)


@dataclass(frozen=True)
class ToolResult:
    """What came back for one call: the call it answers (when still in the conversation) and its text."""

    call_id: str
    name: str
    input: Json
    text: str
    is_error: bool


@dataclass(frozen=True)
class Conversation:
    """One request seen as a conversation. `key` is the same for all requests of one conversation."""

    kind: Kind
    key: str
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def messages(self) -> list[Json]:
        return [message for message in _list(self.body.get("messages")) if isinstance(message, dict)]

    @property
    def tools(self) -> list[str]:
        return [str(tool.get("name")) for tool in _list(self.body.get("tools")) if isinstance(tool, dict)]

    @property
    def system(self) -> str:
        return text_of(self.body.get("system"))

    @property
    def cwd(self) -> str:
        """The working directory that the client told the model, or the empty string."""
        told = "\n".join([self.system, *(text_of(message.get("content")) for message in self.messages[:3])])
        found = re.search(r"^\s*-? ?Primary working directory: (.+)$", told, re.MULTILINE)
        return found[1].strip() if found else ""

    @property
    def brief(self) -> str:
        """The text of the first user message, without the reminders that the client puts before it."""
        first = next((message for message in self.messages if message.get("role") == "user"), {})
        return _typed(first.get("content"))

    @property
    def typed(self) -> str:
        """What the user typed or a command expanded to, since the assistant's last message."""
        return "\n".join(_typed(message.get("content")) for message in self.fresh if message.get("role") == "user")

    @property
    def fresh(self) -> list[Json]:
        """The messages since the last one of the assistant."""
        messages = self.messages
        last = max((i for i, message in enumerate(messages) if message.get("role") == "assistant"), default=-1)
        return messages[last + 1 :]

    @property
    def fresh_text(self) -> str:
        """Everything that is new since the assistant's last message, tool results and added context included."""
        return "\n".join(text_of(message.get("content"), results=True) for message in self.fresh)

    @property
    def last_user_text(self) -> str:
        """The text blocks, without tool results, of the newest user message."""
        texts = [text_of(message.get("content")) for message in self.messages if message.get("role") == "user"]
        return texts[-1] if texts else ""

    @property
    def results(self) -> list[ToolResult]:
        """The tool results since the assistant's last message."""
        calls = self.calls
        return [_result(block, calls) for block in blocks(self.fresh, "tool_result")]

    @property
    def all_results(self) -> list[ToolResult]:
        calls = self.calls
        return [_result(block, calls) for block in blocks(self.messages, "tool_result")]

    @property
    def calls(self) -> dict[str, ToolCall]:
        """Every tool call of the conversation so far, by id, in order."""
        found: dict[str, ToolCall] = {}
        for block in blocks(self.messages, "tool_use"):
            arguments = block.get("input")
            call = ToolCall(str(block.get("name")), arguments if isinstance(arguments, dict) else {})
            found[str(block.get("id"))] = call
        return found


Model = Callable[[Conversation], Reply]


def text_of(content: object, *, results: bool = False) -> str:
    """The text of a content value: a string, or its text blocks; with `results` also the tool results' text."""
    if isinstance(content, str):
        return content
    parts = []
    for block in _list(content):
        if not isinstance(block, dict):
            continue
        if block.get("type") == "text":
            parts.append(str(block.get("text", "")))
        elif results and block.get("type") == "tool_result":
            parts.append(text_of(block.get("content")))
    return "\n".join(parts)


def blocks(messages: Iterable[Json], kind: str) -> Iterator[Json]:
    for message in messages:
        for block in _list(message.get("content")):
            if isinstance(block, dict) and block.get("type") == kind:
                yield block


def _result(block: Json, calls: Mapping[str, ToolCall]) -> ToolResult:
    call_id = str(block.get("tool_use_id"))
    call = calls.get(call_id, ToolCall("", {}))
    return ToolResult(call_id, call.name, call.input, text_of(block.get("content")), block.get("is_error") is True)


def _typed(content: object) -> str:
    if isinstance(content, str):
        return content
    texts = [text_of([block]) for block in _list(content)]
    return "\n".join(text for text in texts if text and not text.startswith(REMINDER))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
