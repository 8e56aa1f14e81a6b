"""What the Markdown says: commands and options that exist, links that resolve, nothing obsolete, short enough."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from pack.documents import AGENTS, COMMANDS, EVERYTHING, REFERENCES, SKILLS, TAUGHT, fanout_calls, name
from project import CHECKOUT

from fanout.cli.app import app

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
SLASH = re.compile(r"(?<![\w.}])/(spec|debug):([a-z-]+)")
TYPE = re.compile(r"\b(spec|debug):([a-z]+(?:-[a-z]+)*)")
FILE = re.compile(r"`((?:references|scripts)/[\w./-]+)`")
OBSOLETE = ["TaskOutput", "TaskList", "TaskUpdate", "TaskCreate", "team(", "task(", "run_in_background", "block:true"]
UNFINISHED = ["TODO", "FIXME", "XXX", "lorem ipsum", "coming soon"]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def problems_of(words: list[str]) -> list[str]:
    """What is wrong with a call of fanout, by the command line itself."""
    command: click.Command = app
    path = "fanout"
    context = click.Context(app)
    wrong = []
    for word in words:
        plain = word.strip("[](),.:;'\"`")
        if plain.startswith("--"):
            known = {option for param in command.get_params(context) for option in (*param.opts, *param.secondary_opts)}
            known |= {"--help", "--version"}
            if plain.split("=")[0] not in known:
                wrong.append(f"{path} has no {plain}")
        elif isinstance(command, click.Group):
            if re.fullmatch(r"[a-z][a-z-]*", plain):
                found = command.get_command(context, plain)
                if found is None:
                    return [*wrong, f"{path} has no command {plain}"]
                command, path = found, f"{path} {plain}"
            elif not plain.isupper():
                break
    return wrong


@pytest.mark.parametrize("path", EVERYTHING, ids=name)
def test_every_fanout_command_and_option_exists(path: Path) -> None:
    assert [line for words in fanout_calls(read(path)) for line in problems_of(words)] == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("plan FILE --json", []),
        ("frobnicate FILE", ["fanout has no command frobnicate"]),
        ("plan FILE --frob", ["fanout plan has no --frob"]),
        ("start [--barrier]", []),
    ],
)
def test_the_check_of_commands_bites(words: str, wrong: list[str]) -> None:
    assert problems_of(words.split()) == wrong


@pytest.mark.parametrize("path", EVERYTHING, ids=name)
def test_links_resolve(path: Path) -> None:
    links = [link for link in LINK.findall(read(path)) if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", SKILLS, ids=name)
def test_a_skill_names_each_of_its_references_and_no_other(path: Path) -> None:
    named = {file for file in FILE.findall(read(path)) if file.startswith("references/")}
    there = {file.relative_to(path.parent).as_posix() for file in (path.parent / "references").glob("*")}
    assert named == there


@pytest.mark.parametrize("path", EVERYTHING, ids=name)
def test_every_slash_command_exists(path: Path) -> None:
    folders = {"spec": CHECKOUT, "debug": CHECKOUT / "plugins" / "debug"}
    missing = [
        f"/{plugin}:{command}"
        for plugin, command in SLASH.findall(read(path))
        if not (folders[plugin] / "commands" / f"{command}.md").exists()
        and not (folders[plugin] / "skills" / command / "SKILL.md").exists()
    ]
    assert [item for item in missing if item not in ("/debug:",)] == []


@pytest.mark.parametrize("path", TAUGHT, ids=name)
def test_every_agent_type_exists(path: Path) -> None:
    known = {f"spec:{agent.stem}" for agent in AGENTS if "plugins" not in agent.parts}
    known |= {f"debug:{agent.stem}" for agent in AGENTS if "plugins" in agent.parts}
    known |= {f"spec:{command.stem}" for command in COMMANDS if "plugins" not in command.parts}
    known |= {f"debug:{command.stem}" for command in COMMANDS if "plugins" in command.parts}
    assert {f"{plugin}:{agent}" for plugin, agent in TYPE.findall(read(path))} <= known


@pytest.mark.parametrize("path", TAUGHT, ids=name)
def test_nothing_obsolete_is_taught(path: Path) -> None:
    assert [word for word in OBSOLETE if word in read(path)] == []


@pytest.mark.parametrize("path", EVERYTHING, ids=name)
def test_nothing_is_unfinished_or_of_one_machine(path: Path) -> None:
    text = read(path)
    assert [word for word in UNFINISHED if word in text] == []
    assert not re.search(r"/(root|home/\w+|Users/\w+|work/main)/", text)
    assert "\t" not in text and not text.startswith("\ufeff") and text.endswith("\n")


@pytest.mark.parametrize(
    ("paths", "most"),
    [(SKILLS, 120), (COMMANDS, 60), (REFERENCES, 120), (AGENTS, 60)],
    ids=["skill", "cmd", "ref", "agent"],
)
def test_length(paths: list[Path], most: int) -> None:
    assert paths
    assert {name(path): len(read(path).splitlines()) for path in paths if len(read(path).splitlines()) > most} == {}


FOR_THE_SHELL = """```!
"${CLAUDE_PLUGIN_ROOT}/bin/fanout" typed %s <<'END_OF_WORDS'
$ARGUMENTS
END_OF_WORDS
true
```
"""


@pytest.mark.parametrize("path", [*COMMANDS, *SKILLS], ids=name)
def test_what_the_shell_runs_reaches_the_model_whatever_is_typed(path: Path) -> None:
    """The words as standard input, so that no shell reads them; the folder in quotes; `true`, for no command may fail."""
    text = read(path)
    assert "!`" not in text
    for words in re.findall(r'^"\$\{CLAUDE_PLUGIN_ROOT\}/bin/fanout" typed (.*?) <<', text, re.MULTILINE):
        assert FOR_THE_SHELL % words in text
        assert f'Bash("${{CLAUDE_PLUGIN_ROOT}}/bin/fanout" typed {words.split()[0]}:*)' in text
        assert problems_of(words.split()) == []
        text = text.replace(FOR_THE_SHELL % words, "")
    assert "```!" not in text


def test_the_quick_test_stands_there_word_for_word() -> None:
    text = read(CHECKOUT / "skills" / "parallel-execution" / "SKILL.md")
    assert "Can I start all simultaneously without knowing any results?" in text


def test_every_picture_is_shown_somewhere() -> None:
    pages = "".join(path.read_text() for path in [CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md")])
    for picture in (CHECKOUT / "docs" / "images").iterdir():
        assert f"images/{picture.name}" in pages, picture
    for picture in re.findall(r'(?:src|srcset)="(docs/[^"]+)"', (CHECKOUT / "README.md").read_text()):
        assert (CHECKOUT / picture).exists()
