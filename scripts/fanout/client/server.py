"""A Messages API server on loopback whose model is a Python function. Streams as the API does, records every request.

POST /v1/messages                -> Exchange recorded -> model(Conversation) -> Reply -> SSE or one JSON document
POST /v1/messages/count_tokens   -> a count
anything else                    -> recorded, answered with an empty document
"""

from __future__ import annotations

import itertools
import json
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from fanout.client.conversation import Conversation, Failure, Json, Kind, Model, Reply, ToolCall

PING_SECONDS = 1.0
HOLD_SECONDS = 120.0
AGENT_HEADER = "x-claude-code-agent-id"
SESSION_HEADER = "x-claude-code-session-id"
SAFETY_CHECK = "security monitor for autonomous"
COMPACTION = "CRITICAL: Respond with TEXT ONLY. Do NOT call any tools."
PIECE = 400  # characters in one delta


@dataclass
class Exchange:
    """One request and what was answered. Times are seconds of time.monotonic()."""

    method: str
    path: str
    headers: dict[str, str]
    body: Json
    started: float
    conversation: Conversation | None = None
    reply: Reply | None = None
    finished: float | None = None
    error: str = ""
    number: int = 0

    @property
    def kind(self) -> Kind | None:
        return self.conversation.kind if self.conversation else None


@dataclass
class Record:
    """All exchanges so far, in order of arrival; safe to read while the server works."""

    _exchanges: list[Exchange] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, exchange: Exchange) -> None:
        with self._changed:
            exchange.number = len(self._exchanges)
            self._exchanges.append(exchange)
            self._changed.notify_all()

    def touch(self) -> None:
        with self._changed:
            self._changed.notify_all()

    @property
    def exchanges(self) -> list[Exchange]:
        with self._changed:
            return list(self._exchanges)

    def of(self, kind: Kind) -> list[Exchange]:
        return [exchange for exchange in self.exchanges if exchange.kind == kind]

    def conversations(self, kind: Kind) -> dict[str, list[Exchange]]:
        """The exchanges of each conversation of a kind, by key."""
        found: dict[str, list[Exchange]] = {}
        for exchange in self.of(kind):
            if exchange.conversation:
                found.setdefault(exchange.conversation.key, []).append(exchange)
        return found

    def wait_for(self, predicate: Callable[[list[Exchange]], bool], timeout: float) -> bool:
        """Whether `predicate` came true of the exchanges within `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: predicate(list(self._exchanges)), timeout)


class Server:
    """Start with `with Server(model) as server`; `server.url` is what the client is told."""

    def __init__(self, model: Model, side: Model | None = None) -> None:
        self.model = model
        self.side = side or aside
        self.record = Record()
        self.errors: list[str] = []
        self.closing = threading.Event()
        self.ids = itertools.count(1)
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.scripted = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every waiting answer and the server itself."""
        self.closing.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def answer(self, conversation: Conversation) -> Reply:
        """The model's reply. A model that raises is recorded in `errors`, and the turn ends with a word about it."""
        try:
            return (self.side if conversation.kind == "side" else self.model)(conversation)
        except Exception:
            self.errors.append(traceback.format_exc())
            return Reply("The scripted model raised an exception.")


def aside(conversation: Conversation) -> Reply:
    """What is asked beside the conversations: auto mode's safety check says yes, anything else gets a summary."""
    if SAFETY_CHECK not in conversation.system:
        return Reply("A scripted summary.")
    asked = json.dumps(conversation.body.get("messages"))
    return Reply("<severity>0</severity>" if "<severity>" in asked else "<block>no</block>")


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    scripted: Server


class _Gone(Exception):
    """The client closed the connection, or the server is closing."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the record holds it."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_GET

    def _handle(self) -> None:
        exchange = self._read()
        path = urlsplit(self.path).path
        if self.command == "POST" and path == "/v1/messages":
            exchange.conversation = conversation_of(exchange.body, exchange.headers)
        self.server.scripted.record.add(exchange)
        try:
            if exchange.conversation:
                self._message(exchange, exchange.conversation)
            elif path == "/v1/messages/count_tokens":
                self._json(200, {"input_tokens": estimate(exchange.body)})
            else:
                self._json(200, {})
        except (_Gone, OSError) as error:
            exchange.error = exchange.error or str(error) or "the client went away"
            self.close_connection = True
        finally:
            exchange.finished = time.monotonic()
            self.server.scripted.record.touch()

    def _read(self) -> Exchange:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            body = {"unreadable": raw.decode("utf-8", "replace")}
        headers = {name.lower(): value for name, value in self.headers.items()}
        document = body if isinstance(body, dict) else {"value": body}
        return Exchange(self.command, self.path, headers, document, time.monotonic())

    def _message(self, exchange: Exchange, conversation: Conversation) -> None:
        reply = exchange.reply = self.server.scripted.answer(conversation)
        if reply.failure and reply.failure.status:
            self._held(reply)
            self._wait(reply.delay)
            self._failure(reply.failure)
        elif exchange.body.get("stream"):
            self._stream(exchange.body, reply)
        else:
            self._held(reply)
            self._wait(reply.delay)
            self._json(200, message_of(exchange.body, reply, self._id))

    def _wait(self, seconds: float) -> None:
        if self.server.scripted.closing.wait(None if seconds == float("inf") else seconds):
            raise _Gone("the server closed")

    def _held(self, reply: Reply, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Wait for what the reply is held for, at most HOLD_SECONDS each, with `meanwhile` once a second."""
        for hold in reply.holds:
            until = time.monotonic() + HOLD_SECONDS
            pause = time.monotonic() + PING_SECONDS
            while not hold.wait(0.02) and time.monotonic() < until:
                self._wait(0)
                if time.monotonic() > pause:
                    meanwhile()
                    pause += PING_SECONDS

    def _failure(self, failure: Failure) -> None:
        headers = {} if failure.retry_after is None else {"retry-after": f"{failure.retry_after:g}"}
        document: Json = {"type": "error", "error": {"type": failure.kind, "message": failure.message}}
        self._json(failure.status, document, headers)

    def _json(self, status: int, document: Json, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _stream(self, body: Json, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("cache-control", "no-cache")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        script = list(events(body, reply, self._id))
        self._event(script[0])
        self._held(reply, self._ping)
        self._pings(reply.delay)
        if reply.failure:  # cut in the middle: no end of the message, no end of the chunks
            for event in script[1 : max(2, len(script) // 2)]:
                self._event(event)
            self.close_connection = True
            return
        for event in script[1:]:
            self._event(event)
        self.wfile.write(b"0\r\n\r\n")

    def _pings(self, seconds: float) -> None:
        """Let `seconds` pass, with a ping each second so that a client that went away is noticed."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._wait(min(left, PING_SECONDS))
            self._ping()

    def _ping(self) -> None:
        self._event({"type": "ping"})

    def _event(self, event: Json) -> None:
        data = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{next(self.server.scripted.ids):06d}"


def conversation_of(body: Json, headers: dict[str, str]) -> Conversation:
    """Say which conversation a request belongs to.

    The client names the subagent in a header. What it asks beside the conversations ("side") offers no tools
    (a title, a summary of a web page), or offers them and forbids their use (a compaction).
    """
    agent = headers.get(AGENT_HEADER, "")
    probe = Conversation("agent" if agent else "main", agent or headers.get(SESSION_HEADER, ""), body, headers)
    aside = not body.get("tools") or probe.last_user_text.startswith(COMPACTION)
    return replace(probe, kind="side") if aside else probe


def estimate(body: Json) -> int:
    """A plausible number of tokens for a request."""
    return max(1, len(json.dumps([body.get("system"), body.get("messages"), body.get("tools")])) // 4)


def _usage(body: Json, reply: Reply) -> tuple[int, int]:
    said = len(reply.text) + sum(len(json.dumps(call.input)) for call in reply.calls)
    asked = estimate(body) if reply.input_tokens is None else reply.input_tokens
    return asked, max(1, said // 4) if reply.output_tokens is None else reply.output_tokens


def _stop_reason(reply: Reply) -> str:
    return "tool_use" if reply.calls else "end_turn"


def message_of(body: Json, reply: Reply, new_id: Callable[[str], str]) -> Json:
    """The whole message as one document, as the API answers without `stream`."""
    content: list[Json] = [{"type": "text", "text": reply.text}] if reply.text or not reply.calls else []
    content += [
        {"type": "tool_use", "id": new_id("toolu"), "name": call.name, "input": call.input} for call in reply.calls
    ]
    asked, said = _usage(body, reply)
    return {
        "id": new_id("msg"),
        "type": "message",
        "role": "assistant",
        "model": body.get("model"),
        "content": content,
        "stop_reason": _stop_reason(reply),
        "stop_sequence": None,
        "usage": _usage_document(asked, said),
    }


def _usage_document(asked: int, said: int) -> Json:
    return {
        "input_tokens": asked,
        "output_tokens": said,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "service_tier": "standard",
    }


def events(body: Json, reply: Reply, new_id: Callable[[str], str]) -> Iterator[Json]:
    """The stream of one reply, in the API's order."""
    asked, said = _usage(body, reply)
    start = message_of(body, Reply(), new_id) | {"content": [], "stop_reason": None, "usage": _usage_document(asked, 1)}
    yield {"type": "message_start", "message": start}
    index = 0
    if reply.text or not reply.calls:
        yield from _text_block(index, reply.text)
        index += 1
    for call in reply.calls:
        yield from _call_block(index, call, new_id("toolu"))
        index += 1
    delta: Json = {"stop_reason": _stop_reason(reply), "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": said}}
    yield {"type": "message_stop"}


def _text_block(index: int, text: str) -> Iterator[Json]:
    yield {"type": "content_block_start", "index": index, "content_block": {"type": "text", "text": ""}}
    for piece in _pieces(text):
        yield {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": piece}}
    yield {"type": "content_block_stop", "index": index}


def _call_block(index: int, call: ToolCall, call_id: str) -> Iterator[Json]:
    block: Json = {"type": "tool_use", "id": call_id, "name": call.name, "input": {}}
    yield {"type": "content_block_start", "index": index, "content_block": block}
    for piece in _pieces(json.dumps(call.input)):
        delta: Json = {"type": "input_json_delta", "partial_json": piece}
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))
