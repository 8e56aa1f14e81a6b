"""Front matter: the client takes broken YAML in silence, so it is checked here, by two readers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pack.documents import AGENTS, COMMANDS, SKILLS, name

from dev import front_matter

ALL = [*SKILLS, *COMMANDS, *AGENTS]
PORTABLE = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
IN_COMMANDS = {"name", "description", "argument-hint", "allowed-tools", "disable-model-invocation"}
IN_AGENTS = {"name", "description", "tools", "disallowedTools"}
READ_ONLY = {"code-reviewer", "research-expert", "inspector"}
WRITERS = {"Bash", "Edit", "Write", "NotebookEdit"}


def head(path: Path) -> dict[str, front_matter.Value]:
    return front_matter.parse(path.read_text(encoding="utf-8"))[0]


@pytest.mark.parametrize("path", ALL, ids=name)
def test_two_readers_agree(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert front_matter.parse(text)[0] == yaml.safe_load(text.split("---\n")[1])


@pytest.mark.parametrize("path", SKILLS, ids=name)
def test_a_skill_has_its_folders_name_and_known_keys(path: Path) -> None:
    found = head(path)
    assert found["name"] == path.parent.name
    extra = {"argument-hint", "disable-model-invocation"} if path.parent.name == "ideate" else set()
    assert set(found) <= PORTABLE | extra


@pytest.mark.parametrize("path", COMMANDS, ids=name)
def test_a_command_is_for_the_user_to_start(path: Path) -> None:
    found = head(path)
    assert set(found) <= IN_COMMANDS
    assert found.get("name", path.stem) == path.stem
    assert found["disable-model-invocation"] is True
    assert found["description"] and found["argument-hint"]


@pytest.mark.parametrize("path", AGENTS, ids=name)
def test_an_agent_has_its_files_name_and_states_its_tools(path: Path) -> None:
    found = head(path)
    assert found["name"] == path.stem
    assert set(found) <= IN_AGENTS and ("tools" in found) != ("disallowedTools" in found)


@pytest.mark.parametrize("path", [path for path in AGENTS if path.stem in READ_ONLY], ids=name)
def test_a_reader_has_no_tool_that_writes(path: Path) -> None:
    tools = {tool.strip() for tool in str(head(path)["tools"]).split(",")}
    assert {"Read", "Grep", "Glob"} <= tools
    assert not tools & WRITERS


def test_the_collector_may_use_any_browser_tool_and_nothing_that_writes() -> None:
    collector = next(path for path in AGENTS if path.stem == "collector")
    denied = {tool.strip() for tool in str(head(collector)["disallowedTools"]).split(",")}
    assert denied > WRITERS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no front matter\n", "line 1: front matter begins with ---"),
        ("---\nname: x\n", "the front matter has no closing ---"),
        ("---\nname: a: b\n---\n", "line 2: 'a: b' has to be quoted"),
        ("---\nname: [a, b\n---\n", "line 2: '[a, b' has to be quoted"),
        ("---\nname: [RUN] x\n---\n", "line 2: '[RUN] x' has to be quoted"),
        ("---\nname: x #1\n---\n", "line 2: 'x #1' has to be quoted"),
        ('---\nname: "x\n---\n', "line 2: '\"x' is not a quoted string"),
        ("---\nname: x\nname: y\n---\n", "line 3: name stands there twice"),
        ("---\nname\n---\n", "line 2: 'name' is not `key: value`"),
        ("---\nname: x\n  a: b\n---\n", "line 3: '  a: b' is indented under nothing"),
        ("---\nname:\n---\n", "name has no value"),
    ],
)
def test_what_yaml_would_read_otherwise_is_refused(text: str, said: str) -> None:
    with pytest.raises(front_matter.BadFrontMatter) as error:
        front_matter.parse(text)
    assert str(error.value) == said


def test_lists_booleans_and_one_level_below_are_read() -> None:
    text = '---\na: [x, "y, z"]\nb: true\nc:\n  d: e\n---\nbody\n'
    with pytest.raises(front_matter.BadFrontMatter):
        front_matter.parse(text)  # a comma in a quoted item: say it otherwise
    assert front_matter.parse(text.replace(', "y, z"', ", y")) == (
        {"a": ["x", "y"], "b": True, "c": {"d": "e"}},
        "body\n",
    )
