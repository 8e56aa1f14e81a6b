"""The names that users' lists contain lead to agents that are installed and can do the work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pack.documents import AGENTS
from project import CHECKOUT

from dev import front_matter
from fanout.plan import agent_types
from fanout.run.agents import read_only
from fanout.source.installed_agents import installed

HERE = str(CHECKOUT)
WRITING = {"Write", "Edit", "Bash"}


@pytest.fixture
def known(tmp_path: Path) -> set[str]:
    return installed(str(tmp_path), HERE, str(tmp_path / "home"))


@pytest.mark.parametrize("name", sorted(agent_types.ROLES))
def test_every_mapped_name_is_an_installed_type(known: set[str], name: str) -> None:
    found = agent_types.resolve(name, known)
    assert found in known and found != agent_types.GENERAL


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("CoderAgent", "spec:feature-implementer"),
        ("TestEngineer", "spec:feature-implementer"),
        ("OpenFrontendSpecialist", "spec:feature-implementer"),
        ("TaskManager", "spec:task-analyst"),
        ("ContextScout", "Explore"),
        ("Explore", "Explore"),
        ("general-purpose", "general-purpose"),
        ("research-expert", "spec:research-expert"),
        ("code-reviewer", "spec:code-reviewer"),
        ("test-runner", "spec:test-runner"),
        ("refactorer", "spec:refactorer"),
        ("debugger", "spec:debugger"),
        ("nobody-knows-me", "general-purpose"),
        (None, "spec:feature-implementer"),
    ],
)
def test_names_of_the_systems_before(known: set[str], name: str | None, found: str) -> None:
    assert agent_types.resolve(name, known) == found


def test_an_agent_of_the_project_comes_first(tmp_path: Path) -> None:
    folder = tmp_path / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / "coder.md").write_text("---\nname: CoderAgent\ndescription: x\n---\n")
    known = installed(str(tmp_path), HERE, str(tmp_path / "home"))
    assert agent_types.resolve("CoderAgent", known) == "CoderAgent"


@pytest.mark.parametrize("name", ["CoderAgent", "TestEngineer", "OpenFrontendSpecialist", "refactorer", "debugger"])
def test_who_is_to_write_can(known: set[str], name: str) -> None:
    found = agent_types.resolve(name, known).removeprefix("spec:")
    path = next(path for path in AGENTS if path.stem == found)
    tools = {tool.strip() for tool in str(front_matter.parse(path.read_text())[0]["tools"]).split(",")}
    assert tools >= WRITING


def test_workflows_name_agents_that_are_there() -> None:
    known = {f"spec:{path.stem}" for path in AGENTS if "plugins" not in path.parts}
    for path in (CHECKOUT / "workflows").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert re.search(rf"^export const meta = \{{\n  name: '{path.stem}',$", text, re.MULTILINE)
        assert set(re.findall(r"agentType: '([^']+)'", text)) <= known


def test_the_planner_and_the_guard_know_the_same_readers() -> None:
    known = installed("/nowhere", str(CHECKOUT), "/nowhere")
    assert {name for name in known if read_only.is_type(name)} == set(agent_types.READERS)


def test_runners_have_commands_and_no_tool_that_edits() -> None:
    for found in agent_types.RUNNERS:
        path = next(path for path in AGENTS if path.stem == found.removeprefix("spec:"))
        tools = {tool.strip() for tool in str(front_matter.parse(path.read_text())[0]["tools"]).split(",")}
        assert "Bash" in tools and not tools & {"Edit", "Write"}
