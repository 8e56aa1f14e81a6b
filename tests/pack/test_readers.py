"""Commands that only look: their agents start, in one message, and can't change a byte with any tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from client.plugin import with_plugin
from pack.stage import Director, Vandal, asks, failed_launches, launches, tree
from project import CHECKOUT
from scale import few

from dev import front_matter
from fanout.client.conversation import Reply, ToolCall
from fanout.client.script import Cast
from fanout.client.session import Session

Start = Callable[..., Session]
INSPECT = [asks("debug:inspector", f"layer {layer}") for layer in ("component", "action", "data access", "database")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Where `start` runs; filled by each test after it."""
    return tmp_path / "project"


def play(start: Start, project: Path, typed: str, scenes: Sequence[Sequence[ToolCall]]) -> tuple[Session, Vandal]:
    """Types a command in a session where everything is permitted, and plays it to the end."""
    (project / "src").mkdir()
    (project / "src" / "a.txt").write_text("one\n")
    vandal = Vandal(project)
    session = with_plugin(
        start,
        Cast(Director(scenes), vandal),
        permission_mode="bypassPermissions",
        args=["--plugin-dir", str(CHECKOUT / "plugins" / "debug")],
    )
    result = session.print_mode(typed)
    assert result.exit_code == 0 and result.text == "Done.", result.text + result.stderr
    assert failed_launches(session) == []
    return session, vandal


@pytest.mark.parametrize(
    ("typed", "calls"),
    few(
        [
            ("/debug:api it fails", INSPECT),
            ("/debug:browser it fails", [asks("debug:collector")]),
            ("/spec:code-review", [asks("spec:code-reviewer"), asks("spec:code-reviewer", "The seams.")]),
            ("/debug:browser it fails", INSPECT[:3]),
            ("/ideate a thing", [asks("spec:research-expert")]),
        ],
        3,
    ),
    ids=lambda value: value.split()[0] if isinstance(value, str) else str(len(value)),
)
def test_readers_of_ours_have_no_tool_that_writes(
    start: Start, project: Path, typed: str, calls: list[ToolCall]
) -> None:
    session, vandal = play(start, project, typed, [calls])
    assert (project / "src" / "a.txt").read_text() == "one\n"
    assert sorted(path.name for path in project.iterdir() if path.name != ".fanout") == ["src"]
    assert launches(session) == [[str(call.input["subagent_type"]) for call in calls]]
    assert sum("one" in text for text in vandal.met) == len(calls)
    assert sum("No such tool available" in text for text in vandal.met) == 6 * len(calls)


@pytest.mark.parametrize("typed", ["/ideate a thing", "/context-discovery a thing"])
def test_explorers_of_the_client_change_nothing_either(start: Start, project: Path, typed: str) -> None:
    calls = [asks("Explore"), asks("spec:research-expert")]
    _, vandal = play(start, project, typed, [calls])
    assert (project / "src" / "a.txt").read_text() == "one\n"
    assert sorted(path.name for path in project.iterdir() if path.name != ".fanout") == ["src"]
    assert any("read-only" in text for text in vandal.met)


def test_ideate_ends_with_its_document_and_no_other_change(start: Start, project: Path) -> None:
    calls = [asks("Explore"), asks("spec:research-expert")]
    target = project / "specs" / "a-thing" / "01-ideation.md"
    write = ToolCall("Write", {"file_path": str(target), "content": "# A thing\n"})
    (project / "src").mkdir()
    (project / "src" / "a.txt").write_text("one\n")
    before = tree(project)
    session = with_plugin(
        start, Cast(Director([calls, [write]]), lambda conversation: Reply("Found it: src/a.txt:1.")), settings=ALLOWED
    )
    assert session.print_mode("/ideate a thing").text == "Done."
    assert launches(session) == [["Explore", "spec:research-expert"]]
    assert target.read_text() == "# A thing\n"
    target.unlink()
    assert tree(project) == before


ALLOWED = {"permissions": {"allow": ["Write"]}}


def test_context_discovery_may_name_its_bundle_in_a_list_that_is_there() -> None:
    head, body = front_matter.parse((CHECKOUT / "commands" / "context-discovery.md").read_text())
    assert {"Read", "Edit"} <= set(str(head["allowed-tools"]).split(", "))
    assert "When there is one, edit it" in body and "`context_files`" in body
