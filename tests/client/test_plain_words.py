"""Plain words, no command: a model that does what the texts before it say, and nothing else, ends in a gated run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from client.plugin import Start, with_plugin
from client.test_execute import MAY_WRITE, sent
from project import Project

from fanout.client.conversation import Conversation, Reply, ToolCall, text_of
from fanout.client.orchestrator import Orchestrator
from fanout.client.script import Cast
from fanout.hooks.hook_call import mapping

LIST = """# Tasks

- [ ] Greet in English in `src/en.txt`
- [ ] Greet in French in `src/fr.txt`
- [ ] Greet in German in `src/de.txt`
"""
CHECKED = {
    "tasks": [
        {"id": name, "title": f"Greet in {name}", "writes": [f"src/{name}.txt"], "accept": [{"command": "test -d src"}]}
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


@pytest.mark.parametrize("mode", ["default", "acceptEdits", "auto", "bypassPermissions"])
@pytest.mark.parametrize("source", ["tasks.md", ""], ids=["a list", "a few words"])
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
