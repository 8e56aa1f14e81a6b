"""Plain words, no command: a model that does what the texts before it say, and nothing else, ends in a gated run."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from client.plugin import Start, with_plugin
from client.test_execute import MAY_WRITE, sent
from project import Project
from scale import few

from fanout.client.conversation import Conversation, Reply, ToolCall, text_of
from fanout.client.orchestrator import Orchestrator
from fanout.client.script import Cast
from fanout.client.session import READY
from fanout.hooks.hook_call import mapping

LIST = """# Tasks

- [ ] Greet in English in `src/en.txt`
- [ ] Greet in French in `src/fr.txt`
- [ ] Greet in German in `src/de.txt`
"""
CHECKED = {
    "tasks": [
        {
            "id": name,
            "title": f"Greet in {name}",
            "writes": [f"src/{name}.txt"],
            "accept": [{"command": "sh -c 'test -d src'"}],
        }
        for name in ("en", "fr")
    ]
}
PLAIN = "Implement the tasks in %s, use several agents in parallel."
OFFERED = re.compile(r"- (spec:[\w-]+): [^\n]*parallel[^\n]*several agents")
STARTS = re.compile(r"`(fanout start) (?:SOURCE|FILE)`")
HERE = re.compile(r"^ *(fanout start - <<'END')\n(.*?)^ *END$", re.MULTILINE | re.DOTALL)


@dataclass
class Reader:
    """Reads the skill that the client offers for such words, then types the command that it finds there."""

    source: str
    then: Orchestrator = field(default_factory=Orchestrator)

    def __call__(self, conversation: Conversation) -> Reply:
        calls = list(conversation.calls.values())
        if not calls:
            offered = OFFERED.search(everything(conversation))
            return call("Skill", skill=offered[1]) if offered else Reply("I know of no such thing here.")
        if calls[-1].name == "Skill":
            return self.start(everything(conversation))
        return self.then(conversation)

    def start(self, text: str) -> Reply:
        if self.source:
            found = STARTS.search(text)
            return bash(f"{found[1]} {self.source}") if found else Reply("You would have to type a command.")
        here = HERE.search(text)
        return bash(f"{here[1]}\n{THREE}\nEND") if here else Reply("There is no file with these tasks.")


THREE = """{"title": "Reviews", "tasks": [
  {"id": "en", "title": "Greet in English", "writes": ["src/en.txt"]},
  {"id": "fr", "title": "It's l'heure: greet in French", "writes": ["src/fr.txt"]},
  {"id": "de", "title": "Greet in $GERMAN `really`", "writes": ["src/de.txt"]}]}"""


def everything(conversation: Conversation) -> str:
    return "\n".join(text_of(message.get("content"), results=True) for message in conversation.messages)


def call(tool: str, **arguments: object) -> Reply:
    return Reply("", (ToolCall(tool, arguments),))


def bash(line: str) -> Reply:
    return call("Bash", command=line, description="Start the run")


@pytest.mark.parametrize(
    ("source", "mode"),
    few(
        [
            ("tasks.md", "default"),
            ("", "acceptEdits"),
            ("tasks.md", "auto"),
            *itertools.product(["", "tasks.md"], ["default", "auto", "bypassPermissions"]),
        ],
        3,
    ),
)
def test_plain_words_end_in_a_gated_run(start: Start, tmp_path: Path, mode: str, source: str) -> None:
    project = Project(tmp_path / "project")
    project.write({"tasks.md": LIST})
    session = with_plugin(
        start,
        Cast(Reader(source)),
        permission_mode=mode,
        settings=MAY_WRITE if mode == "default" else {},
        safety_check=mode == "auto",
    )
    result = session.print_mode(PLAIN % source if source else "Do these three at once: ...")
    assert result.exit_code == 0, result.stderr
    assert [len(message) for message in sent(session)] == [3], result.text
    assert session.hook_calls("PermissionRequest") == []
    assert sorted(path.name for path in (project.path / "src").iterdir()) == ["de.txt", "en.txt", "fr.txt"]
    assert "3 of 3 done" in project.fanout("report").out


@pytest.mark.parametrize(
    ("typed", "asked"),
    [(PLAIN % "work.json", []), ("Fan out what is open here, with several agents.", ["fanout start work.json"])],
    ids=["named", "not named"],
)
def test_commands_of_a_list_run_unasked_only_when_the_user_named_it(
    start: Start, tmp_path: Path, typed: str, asked: list[str]
) -> None:
    project = Project(tmp_path / "project")
    project.write({"work.json": CHECKED})
    session = with_plugin(start, Cast(Reader("work.json")), settings=MAY_WRITE)
    session.print_mode(typed)
    questions = [mapping(call.input, "tool_input")["command"] for call in session.hook_calls("PermissionRequest")]
    assert questions == asked and bool(sent(session)) is not bool(asked)


OWN_LINES = [
    "fanout plan six.json | head -20",
    "fanout check six.json; fanout advise six.json",
    "fanout start six.json",
]
LATER = [
    "fanout next; fanout status",
    "fanout status --tree 2>&1 | tail -40",
    "fanout diff six-1/t1",
    "fanout retry --help",
    "fanout guide failure",
    "fanout report six-1",
]


@dataclass
class Curious:
    """Types all of fanout's own lines that a run brings along: some before it, some when it is over."""

    then: Orchestrator = field(default_factory=Orchestrator)

    def __call__(self, conversation: Conversation) -> Reply:
        typed = [str(one.input.get("command")) for one in conversation.calls.values() if one.name == "Bash"]
        if len(typed) < len(OWN_LINES):
            return bash(OWN_LINES[len(typed)])
        if "The run is over" in everything(conversation) and len(typed) < len(OWN_LINES) + len(LATER):
            return bash(LATER[len(typed) - len(OWN_LINES)])
        return self.then(conversation)


def test_a_run_of_six_in_manual_mode_asks_for_nothing_of_our_own(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": f"t{number}", "writes": [f"src/{number}.txt"]} for number in range(1, 7)]
    project.write({"six.json": {"schema_version": 1, "id": "six", "tasks": tasks}})
    session = with_plugin(start, Cast(Curious()), settings=MAY_WRITE)
    session.print_mode("Look at six.json, then run it with several agents.")
    assert "6 of 6 done" in project.fanout("report").out
    ran = [
        str(mapping(one.input, "tool_input").get("command"))
        for one in session.hook_calls("PostToolUse")
        if one.tool == "Bash"
    ]
    assert [line for line in (*OWN_LINES, *LATER) if line not in ran] == []
    assert session.hook_calls("PermissionRequest") == []


def slow_then_commit(conversation: Conversation) -> Reply:
    """A turn that takes a while; in its next message it commits."""
    calls = [call.name for call in conversation.calls.values()]
    if not calls:
        return bash("sleep 6")
    return bash("fanout commit --all") if len(calls) == 1 else Reply("That is all.")


def test_a_commit_that_is_asked_for_while_a_turn_goes_on_costs_no_question(start: Start, tmp_path: Path) -> None:
    """Words that the client takes in while it works stand elsewhere in its record."""
    Project(tmp_path / "project").write({"tasks.md": LIST})
    rules = {"permissions": {"allow": ["Bash(sleep:*)"]}}
    session = with_plugin(start, Cast(slow_then_commit), settings=rules, permission_mode="default")
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("do the tasks")
        terminal.wait_until(lambda: any(one.tool == "Bash" for one in session.hook_calls("PreToolUse")), "it works")
        terminal.send("show me the report and then commit it")
        terminal.wait_for(r"That is all\.")
    assert session.hook_calls("PermissionRequest") == []
    assert len([one for one in session.hook_calls("PreToolUse") if one.tool == "Bash"]) == 2
