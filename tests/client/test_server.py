from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fanout.client.conversation import (
    BROKEN,
    CUT,
    FOREVER,
    OVERLOADED,
    RATE_LIMITED,
    Conversation,
    Failure,
    Model,
    Reply,
    ToolCall,
)
from fanout.client.server import COMPACTION, Server

Json = dict[str, Any]
Serve = Callable[[Reply | Model], Server]
BODY: Json = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "tools": [{"name": "Agent"}]}


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[Server] = []

    def begin(answer: Reply | Model) -> Server:
        servers.append(Server((lambda _: answer) if isinstance(answer, Reply) else answer).__enter__())
        return servers[-1]

    yield begin
    for server in servers:
        server.close()


def ask(
    server: Server, body: Json, path: str = "/v1/messages", method: str = "POST", **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, json.dumps(body), names)
    return connection.getresponse()


def stream(server: Server, body: Json) -> list[Json]:
    raw = ask(server, {**body, "stream": True}).read().decode()
    frames = [frame.split("\n") for frame in raw.strip().split("\n\n")]
    events = [json.loads(data.removeprefix("data: ")) for _, data in frames]
    assert [name for name, _ in frames] == [f"event: {event['type']}" for event in events]
    return events


CALLS = (ToolCall("Agent", {"prompt": "é" * 1000, "n": 1}), ToolCall("Bash", {}))
SHAPES = [
    (Reply("hello"), ["text"], "end_turn"),
    (Reply(""), ["text"], "end_turn"),
    (Reply("go", CALLS), ["text", "tool_use", "tool_use"], "tool_use"),
    (Reply("", CALLS[:1]), ["tool_use"], "tool_use"),
]


@pytest.mark.parametrize(("reply", "kinds", "reason"), SHAPES)
def test_streams_in_the_order_of_the_api(serve: Serve, reply: Reply, kinds: list[str], reason: str) -> None:
    events = stream(serve(reply), BODY)
    assert [events[0]["type"], *[event["type"] for event in events[-2:]]] == [
        "message_start",
        "message_delta",
        "message_stop",
    ]
    assert [event["content_block"]["type"] for event in events if event["type"] == "content_block_start"] == kinds
    open_blocks: list[int] = []
    for event in events[1:-2]:
        if event["type"] == "content_block_start":
            assert not open_blocks
            open_blocks.append(event["index"])
        elif event["type"] == "content_block_stop":
            assert open_blocks.pop() == event["index"]
        else:
            assert open_blocks == [event["index"]]
    assert events[-2]["delta"]["stop_reason"] == reason
    assert events[-2]["usage"]["output_tokens"] > 0
    assert events[0]["message"]["usage"]["input_tokens"] > 0


@pytest.mark.parametrize(("reply", "kinds", "reason"), SHAPES)
def test_the_pieces_of_a_stream_add_up_to_the_plain_answer(
    serve: Serve, reply: Reply, kinds: list[str], reason: str
) -> None:
    server = serve(reply)
    plain = json.loads(ask(server, BODY).read())
    assert [block["type"] for block in plain["content"]] == kinds
    assert plain["stop_reason"] == reason
    joined: dict[int, str] = {}
    for event in stream(server, BODY):
        if event["type"] == "content_block_delta":
            piece = event["delta"].get("text", event["delta"].get("partial_json"))
            joined[event["index"]] = joined.get(event["index"], "") + piece
    for index, block in enumerate(plain["content"]):
        said = joined.get(index, "")
        assert said == block["text"] if block["type"] == "text" else json.loads(said) == block["input"]


def test_ids_are_never_the_same(serve: Serve) -> None:
    server = serve(Reply("", CALLS))
    ids = [
        event["content_block"]["id"]
        for _ in range(3)
        for event in stream(server, BODY)
        if event["type"] == "content_block_start"
    ]
    assert len(set(ids)) == len(ids) == 6


@pytest.mark.parametrize("failure", [RATE_LIMITED, OVERLOADED, BROKEN, Failure(400, "invalid_request_error", "no")])
def test_failures_have_the_form_of_the_api(serve: Serve, failure: Failure) -> None:
    answer = ask(serve(Reply(failure=failure)), {**BODY, "stream": True})
    assert answer.status == failure.status
    assert answer.headers.get("retry-after") == (None if failure.retry_after is None else f"{failure.retry_after:g}")
    assert json.loads(answer.read()) == {"type": "error", "error": {"type": failure.kind, "message": failure.message}}


def test_a_cut_stream_ends_in_the_middle(serve: Serve) -> None:
    answer = ask(serve(Reply("some words", failure=CUT)), {**BODY, "stream": True})
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    assert b"message_start" in cut.value.partial
    assert b"message_stop" not in cut.value.partial


def test_a_delay_comes_before_the_answer(serve: Serve) -> None:
    started = time.monotonic()
    assert stream(serve(Reply("late", delay=0.3)), BODY)[-1]["type"] == "message_stop"
    assert time.monotonic() - started >= 0.3


def test_a_held_answer_comes_when_it_is_let_go(serve: Serve) -> None:
    hold = threading.Event()
    answer = ask(serve(Reply("late", holds=(hold,))), {**BODY, "stream": True})
    frames = iter(answer.readline, b"")
    assert next(line for line in frames if b"ping" in line)
    hold.set()
    assert any(b"message_stop" in line for line in frames)


def test_close_ends_answers_that_never_come(serve: Serve) -> None:
    server = serve(Reply(delay=FOREVER))
    answer = ask(server, {**BODY, "stream": True})
    assert b"message_start" in answer.readline()
    server.close()
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()
    assert server.record.wait_for(lambda exchanges: exchanges[0].error == "the server closed", 5)


def test_a_client_that_goes_away_is_noticed(serve: Serve) -> None:
    server = serve(Reply(delay=FOREVER))
    ask(server, {**BODY, "stream": True}).close()
    assert server.record.wait_for(lambda exchanges: exchanges[0].finished is not None, 10)


OTHER: list[tuple[str, str, int, object]] = [
    ("GET", "/", 200, {}),
    ("HEAD", "/", 200, None),
    ("POST", "/api/event_logging/batch", 200, {}),
    ("GET", "/v1/models?limit=1", 200, {}),
    ("DELETE", "/x", 200, {}),
]


@pytest.mark.parametrize(("method", "path", "status", "document"), OTHER)
def test_other_requests_are_answered_and_recorded(
    serve: Serve, method: str, path: str, status: int, document: object
) -> None:
    server = serve(Reply("x"))
    answer = ask(server, {"a": 1}, path, method)
    raw = answer.read()
    assert (answer.status, json.loads(raw) if raw else None) == (status, document)
    [exchange] = server.record.exchanges
    assert (exchange.method, exchange.path, exchange.body, exchange.kind) == (method, path, {"a": 1}, None)


def test_counts_tokens(serve: Serve) -> None:
    answer = ask(serve(Reply("x")), BODY, "/v1/messages/count_tokens?beta=true")
    assert json.loads(answer.read())["input_tokens"] > 0


def test_tells_conversations_apart(serve: Serve) -> None:
    server = serve(Reply("x"))
    ask(server, BODY, x_claude_code_session_id="s").read()
    ask(server, BODY, x_claude_code_session_id="s", x_claude_code_agent_id="a1").read()
    ask(server, BODY, x_claude_code_session_id="s", x_claude_code_agent_id="a2").read()
    ask(server, {**BODY, "tools": []}, x_claude_code_session_id="s").read()
    compaction = [*BODY["messages"], {"role": "user", "content": COMPACTION + "\n\nSummarize."}]
    ask(server, {**BODY, "messages": compaction}, x_claude_code_session_id="s").read()
    assert [(e.kind, e.conversation and e.conversation.key) for e in server.record.exchanges] == [
        ("main", "s"),
        ("agent", "a1"),
        ("agent", "a2"),
        ("side", "s"),
        ("side", "s"),
    ]
    assert list(server.record.conversations("agent")) == ["a1", "a2"]


def test_a_model_that_raises_is_recorded(serve: Serve) -> None:
    def model(conversation: Conversation) -> Reply:
        raise LookupError("no such step")

    server = serve(model)
    assert json.loads(ask(server, BODY).read())["content"][0]["text"] == "The scripted model raised an exception."
    assert "no such step" in server.errors[0]


def test_answers_many_at_once(serve: Serve) -> None:
    together = threading.Barrier(16, timeout=10)

    def model(conversation: Conversation) -> Reply:
        together.wait()
        return Reply(conversation.last_user_text)

    server = serve(model)

    def one(number: int) -> str:
        body = {**BODY, "messages": [{"role": "user", "content": f"n{number}"}]}
        return str(json.loads(ask(server, body).read())["content"][0]["text"])

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(one, range(16))) == [f"n{number}" for number in range(16)]


def test_a_body_that_is_no_json_is_recorded(serve: Serve) -> None:
    server = serve(Reply("x"))
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.request("POST", "/v1/other", b"{broken")
    assert connection.getresponse().status == 200
    assert server.record.exchanges[0].body == {"unreadable": "{broken"}
