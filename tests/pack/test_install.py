"""Both plugins as a new user gets them: validated, installed offline, each command typed by its documented name."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pack import git_server
from pack.documents import AGENTS, COMMANDS, SKILLS
from pack.stage import asks, copy_of_the_checkout
from project import CHECKOUT, Project

from dev import versions
from fanout.client import installed
from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.session import Session
from fanout.version import version

Start = Callable[..., Session]
ALWAYS_ON = re.compile(r"Always-on:\s+~(\d+) tok")

# What the documents tell a user to type, and a piece of what has to reach the model.
TYPED = {
    "/spec:execute": "No source was named. Name a task file or folder",
    "/spec:decompose a thing": "`spec:task-analyst`, with this prompt",
    "/spec:refine a-list": "`spec:list-analyst`, with this prompt",
    "/spec:plan nowhere": "error: there is no file, folder or feature 'nowhere'",
    "/spec:status what's (up) & `ls` $HOME *?": "Not understood: what's (up) & `ls` $HOME *?",
    "/spec:resume": "error: there is no run in ",
    "/spec:report": "error: there is no run in ",
    "/spec:code-review": "error: there is no run in ",
    "/task-breakdown a-thing": ".tmp/tasks/<feature>/",
    "/context-discovery a thing": "specs/<slug>/context.md",
    "/ideate a thing": "## 1. Intent & assumptions",
    "/parallel-execution": "The quick test",
    "/orchestrating-parallel-work": "Your part and theirs",
    "/agent-coordination": "Then match the agents",
    "/task-management": "fanout tasks status",
    "/debug:api it fails": "| data access | services, repositories",
    "/debug:browser it fails": "There is one browser",
}

# What opens a file of the plugin: no question to the user may come of it.
OPENING = {
    "/parallel-execution", "/orchestrating-parallel-work", "/agent-coordination", "/task-management", "/task-breakdown",
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fresh") / "project"


def answer(conversation: Conversation) -> Reply:
    """Opens what a skill or command points at; else one fixed word."""
    if conversation.calls:
        return Reply("fine")
    asked = str(conversation.body).replace("\\n", "\n")
    if conversation.kind == "agent":
        return Reply("", (ToolCall("Read", {"file_path": re.findall(r"/[^\n]*?layout\.md", asked)[-1]}),))
    if layout := re.search(r"in the layout of (/.+?layout\.md)", conversation.typed):
        return Reply("", (asks("spec:task-analyst", f"In the layout of {layout[1]}"),))
    base = re.search(r"Base directory for this skill: (.+)", conversation.typed)
    if base is None or not (named := sorted(Path(base[1]).glob("references/*.md"))):
        return Reply("fine")
    lines = [f"fanout guide {named[0].stem}", "fanout tasks status", "fanout plan nowhere; fanout --help | head -5"]
    return Reply("", tuple(ToolCall("Bash", {"command": line, "description": "look"}) for line in lines))


@pytest.fixture(scope="module")
def fresh(client: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A session in a fresh HOME that installed both plugins from a folder; every answer is the same."""
    project.mkdir()
    folder = copy_of_the_checkout(tmp_path_factory.mktemp("market") / "fanout")
    env = {"FANOUT_CACHE_DIR": str(installed.default_cache())}
    with Session(project, answer, client=client, env=env) as session:
        session.install(folder, "debug@fanout")
        yield session


@pytest.mark.parametrize("place", [".", "plugins/debug"])
@pytest.mark.parametrize("flags", [["--strict"], ["--strict", "--profile", "directory"]], ids=["strict", "directory"])
def test_the_client_validates_it(fresh: Session, place: str, flags: list[str]) -> None:
    result = fresh.run_cli(["plugin", "validate", *flags, str(CHECKOUT / place)])
    assert result.exit_code == 0, result.stdout
    assert "warning" not in result.stdout.lower()


def test_the_debug_plugin_brings_the_other_one_along(fresh: Session) -> None:
    listed = fresh.run_cli(["plugin", "list"]).stdout
    assert "spec@fanout" in listed and "debug@fanout" in listed and "✘" not in listed


def test_it_installs_from_a_git_source(start: Start, tmp_path: Path) -> None:
    source = copy_of_the_checkout(tmp_path / "fanout.git")
    subprocess.run(["git", "init", "-q"], cwd=source, check=True)
    commit_all(source)
    session = start(lambda conversation: Reply("fine"))
    with git_server.serving(tmp_path) as url:
        session.install(f"{url}/fanout.git", "debug@fanout")
    listed = session.run_cli(["plugin", "list"]).stdout
    assert "spec@fanout" in listed and "debug@fanout" in listed and "✘" not in listed
    result = session.print_mode("/spec:status")
    assert result.text == "fine"


def test_what_stands_in_every_session_is_small(fresh: Session) -> None:
    details = [fresh.run_cli(["plugin", "details", plugin]).stdout for plugin in ("spec", "debug")]
    tokens = [int(found[1]) for text in details if (found := ALWAYS_ON.search(text))]
    assert len(tokens) == 2 and sum(tokens) <= 600, tokens


def test_every_agent_and_command_of_the_folders_is_there(fresh: Session) -> None:
    begin: dict[str, Any] = next(
        event for event in fresh.print_mode("hello").of("system") if event.get("subtype") == "init"
    )
    agents = {("debug:" if "plugins" in path.parts else "spec:") + path.stem for path in AGENTS}
    commands = {("debug:" if "plugins" in path.parts else "spec:") + path.stem for path in COMMANDS}
    commands |= {f"spec:{path.parent.name}" for path in SKILLS}
    assert agents <= set(begin["agents"])
    assert commands <= set(begin["slash_commands"])


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: typed.split()[0])
def test_each_command_typed_by_its_documented_name_reaches_the_model(fresh: Session, typed: str) -> None:
    before, start = len(fresh.record.of("main")), len(fresh.record.exchanges)
    result = fresh.print_mode(typed)
    asked = [exchange.conversation.typed for exchange in fresh.record.of("main")[before:] if exchange.conversation]
    assert result.exit_code == 0 and result.text == "fine", result.stderr
    assert TYPED[typed] in asked[0]
    opened = [
        one for talk in fresh.record.exchanges[start:] if talk.conversation for one in talk.conversation.all_results
    ]
    assert not [one.text for one in opened if re.search(r"permission|approval|denied", one.text[:300])]
    assert bool(opened) == (typed.split()[0] in OPENING)


def test_every_command_and_skill_is_typed_above() -> None:
    typed = {name.split()[0].lstrip("/").split(":")[-1] for name in TYPED}
    assert typed == {path.stem for path in COMMANDS} | {path.parent.name for path in SKILLS}


def test_uninstalled_nothing_of_it_is_left(start: Start, tmp_path: Path) -> None:
    folder = copy_of_the_checkout(tmp_path / "fanout")
    session = start(lambda conversation: Reply("fine"))
    session.install(folder, "spec@fanout")
    assert session.run_cli(["plugin", "uninstall", "spec@fanout"]).exit_code == 0
    begin: dict[str, Any] = next(
        event for event in session.print_mode("hello").of("system") if event.get("subtype") == "init"
    )
    assert not [name for name in begin["slash_commands"] if name.startswith("spec:")]
    assert list(tmp_path.joinpath("project").iterdir()) == []


def commit_all(folder: Path) -> None:
    for args in (["add", "-A"], ["commit", "-q", "-m", "next"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *args], cwd=folder, check=True)


def test_an_update_brings_the_new_version_and_keeps_the_runs_and_an_uninstall_too(start: Start, tmp_path: Path) -> None:
    """From an address. What the README says of either: the marketplace alone brings no new version; what stays."""
    folder = copy_of_the_checkout(tmp_path / "fanout.git")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    commit_all(folder)
    session = start(lambda conversation: Reply("fine"), env={"FANOUT_CACHE_DIR": str(installed.default_cache())})
    mine = Project(tmp_path / "project")
    mine.write({"tasks.json": {"tasks": [{"id": "a", "writes": ["a.txt"]}]}})

    def plugin(*words: str) -> str:
        result = session.run_cli(["plugin", *words])
        assert result.exit_code == 0, result.stdout + result.stderr
        return result.stdout

    with git_server.serving(tmp_path) as url:
        session.install(f"{url}/fanout.git", "debug@fanout")
        assert mine.fanout("start", "tasks.json").code == 0
        session.print_mode("hello")
        versions.write("9.9.9", folder)
        commit_all(folder)
        plugin("marketplace", "update", "fanout")
        assert "9.9.9" not in plugin("list")
        plugin("update", "spec@fanout")
        plugin("update", "debug@fanout")
    assert plugin("list").count("9.9.9") == 2
    before = len(session.record.of("main"))
    assert session.print_mode("/spec:status").text == "fine"
    asked = session.record.of("main")[before].conversation
    assert asked and "0 of 1 done" in asked.typed
    data, settings = session.home / ".claude/plugins/data/spec-fanout", session.home / ".claude/settings.json"
    assert (data / "python").exists(), "what a hook recorded is kept"
    plugin("uninstall", "debug@fanout")
    plugin("uninstall", "spec@fanout")
    assert not data.exists() and "spec" not in json.loads(settings.read_text()).get("enabledPlugins", {})
    assert "0 of 1 done" in mine.fanout("status").out
    assert (Path(os.environ["FANOUT_DATA_DIR"]) / "projects" / str(mine.path)[1:] / ".fanout").exists()


def test_it_is_ready_for_a_release_tag(fresh: Session, tmp_path: Path) -> None:
    source = copy_of_the_checkout(tmp_path / "source")
    subprocess.run(["git", "init", "-q"], cwd=source, check=True)
    commit_all(source)
    result = fresh.run_cli(["plugin", "tag", "--dry-run", str(source)])
    assert result.exit_code == 0 and f"spec--v{version()}" in result.stdout, result.stdout + result.stderr
