"""/debug:browser, played by models that do what its texts say: with a browser tool, and without one."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from client.plugin import with_plugin
from pack.stage import asks, failed_launches, launches, notified, tree
from project import CHECKOUT

from fanout.client.conversation import Conversation, Reply, ToolCall, text_of
from fanout.client.script import Cast
from fanout.client.session import Session

Start = Callable[..., Session]
LAYERS = [asks("debug:inspector", f"layer {layer}") for layer in ("visual", "console", "network")]
BROWSER = """
import json, sys
TOOLS = [{"name": "browser_snapshot", "description": "What the page shows", "inputSchema": {"type": "object", "properties": {}}}]
ANSWERS = {
    "initialize": {"protocolVersion": "2024-11-05", "capabilities": {"tools": {}}, "serverInfo": {"name": "b", "version": "1"}},
    "tools/list": {"tools": TOOLS},
    "tools/call": {"content": [{"type": "text", "text": "The button Save is cut off at 375 px."}]},
}
for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": ANSWERS.get(asked["method"], {})}), flush=True)
"""


def said(conversation: Conversation) -> str:
    return "\n".join(text_of(message.get("content"), results=True) for message in conversation.messages)


def main(conversation: Conversation) -> Reply:
    """Follows the command step by step: the collector alone; without a browser the user is asked, and then the readers."""
    made = [call for call in conversation.calls.values() if call.name == "Agent"]
    if not made:
        return Reply("", (asks("debug:collector", "http://localhost:3000: Save can't be clicked"),))
    if notified(conversation) < len(made):
        return Reply("Waiting.")
    is_without = "NO BROWSER" in said(conversation).split("<task-notification>", 1)[-1]
    if len(made) == 1 and is_without and "The console says" not in said(conversation):
        told = re.search(r"`NO BROWSER`: say so, ask the user for ([^.;]+?), and go on", said(conversation))
        return Reply(f"There is no browser here. Please send {told[1]}." if told else "I don't know how to go on.")
    return Reply("", tuple(LAYERS)) if len(made) == 1 else Reply("The cause: src/page.css:1 (a guess).")


def agent(conversation: Conversation) -> Reply:
    """The collector uses the browser tools that it has, as its own prompt says; an inspector reads."""
    if "You are the only one who uses the browser" not in conversation.system:
        return Reply("LAYER: x\nVERDICT: fine")
    tools = [tool for tool in conversation.tools if "browser" in tool]
    deferred = re.findall(r"^mcp__\w*browser\w*$", said(conversation), re.MULTILINE)
    if not tools and deferred and "ToolSearch loads" in conversation.system:
        return Reply("", (ToolCall("ToolSearch", {"query": f"select:{deferred[0]}"}),))
    if not tools:
        none = re.search(r"None in either place: answer `([A-Z ]+)` and nothing else", conversation.system)
        return Reply(none[1] if none else "I have no tool for this.")
    if all(call.name == "ToolSearch" for call in conversation.calls.values()):
        return Reply("", (ToolCall(tools[0], {}),))
    return Reply(f"## Visual\n{conversation.all_results[-1].text}\n## Console\nnothing\n## Network\nnothing")


def session_of(start: Start, tmp_path: Path, *args: str) -> Session:
    (tmp_path / "project" / "src").mkdir()
    (tmp_path / "project" / "src" / "page.css").write_text("button { width: 500px }\n")
    return with_plugin(
        start,
        Cast(main, agent),
        permission_mode="bypassPermissions",
        args=["--plugin-dir", str(CHECKOUT / "plugins" / "debug"), *args],
    )


def test_without_a_browser_tool_the_user_is_asked_and_the_readers_start_from_the_answer(
    start: Start, tmp_path: Path
) -> None:
    session = session_of(start, tmp_path)
    before = tree(tmp_path / "project")
    asked = session.print_mode("/debug:browser http://localhost:3000 Save can't be clicked")
    assert asked.text == "There is no browser here. Please send a screenshot, the console and the failed requests."
    assert launches(session) == [["debug:collector"]], "no reader starts on nothing"
    answered = session.print_mode("The console says: TypeError in save.js:3. Nothing else.", "--continue")
    assert answered.text == "The cause: src/page.css:1 (a guess)."
    assert launches(session) == [["debug:collector"], ["debug:inspector"] * 3]
    assert failed_launches(session) == [] and tree(tmp_path / "project") == before


def test_with_one_the_collector_alone_uses_it_and_three_readers_get_the_record(start: Start, tmp_path: Path) -> None:
    server = tmp_path / "browser.py"
    server.write_text(BROWSER)
    known = {"mcpServers": {"page": {"command": sys.executable, "args": [str(server)]}}}
    (tmp_path / "mcp.json").write_text(json.dumps(known))
    session = session_of(start, tmp_path, "--mcp-config", str(tmp_path / "mcp.json"))
    result = session.print_mode("/debug:browser http://localhost:3000 Save can't be clicked")
    assert result.text == "The cause: src/page.css:1 (a guess)."
    assert launches(session) == [["debug:collector"], ["debug:inspector"] * 3]
    used = {call.agent for call in session.hook_calls("PreToolUse") if "browser_snapshot" in call.tool}
    assert len(used) == 1, "one agent has the browser"
    last = session.record.of("main")[-1].conversation
    assert last is not None and "cut off at 375 px" in said(last)
