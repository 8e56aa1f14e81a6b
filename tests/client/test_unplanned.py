"""Agents that Claude launches by itself, without any plan: what is lost without the plugin, and not with it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from client.plugin import Start, with_plugin
from scale import few

from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.script import Cast, Rules, Worker

AGENTS = [f"{n:02}" for n in range(1, 9)]
START = "".join(f"line {n}\n" for n in range(1, 201))


def launch(name: str) -> ToolCall:
    what = {"description": f"agent {name}", "prompt": f"# Task {name}: work"}
    return ToolCall("Agent", {**what, "subagent_type": "general-purpose"})


def fan_out(names: list[str]) -> Rules:
    """A main model that answers "go" with one Agent call for each name."""
    return Rules([(r"^go$", Reply("", tuple(map(launch, names))))], otherwise=lambda conversation: Reply("Noted."))


def once_all_began(name: str, names: Iterable[str]) -> list[dict[str, Any]]:
    """First steps of an agent: hooks see what it does only from the second launch on, and a scripted model is quick."""
    return [{"mark": f"{name} began"}, *({"after": f"{other} began"} for other in names)]


def play(start: Start, table: dict[str, list[dict[str, Any]]], plugin: bool, **options: object) -> Worker:
    worker = Worker.from_table({name: [*once_all_began(name, table), *steps] for name, steps in table.items()})
    cast = Cast(fan_out(list(table)), worker)
    begin = (lambda *a, **k: with_plugin(start, *a, **k)) if plugin else start
    session = begin(cast, permission_mode="bypassPermissions", **options)
    assert session.print_mode("go").exit_code == 0
    return worker


def sed_table() -> dict[str, list[dict[str, Any]]]:
    """Each agent marks 20 lines of its own in one shared file, all through sed -i at the same time."""
    return {
        name: [
            {
                "bash": " && ".join(
                    f"sed -i 's/^line {line}$/line {line} {name}/' shared.txt"
                    for line in range(number * 20 + 1, number * 20 + 21)
                )
            },
            {"mark": f"{name} tried"},
            *({"after": f"{other} tried"} for other in AGENTS),
            {"done": "marked"},
        ]
        for number, name in enumerate(AGENTS)
    }


def marks(text: str) -> dict[str, int]:
    return {name: len(re.findall(rf"^line \d+ {name}$", text, re.MULTILINE)) for name in AGENTS}


def test_sed_by_eight_agents_on_one_file_loses_nothing_with_the_plugin(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "project" / "shared.txt"
    file.write_text(START)
    worker = play(start, sed_table(), plugin=True)
    found = marks(file.read_text())
    assert sorted(found.values()) == [0] * 7 + [20], "one agent had the file, and all its lines stand"
    assert len(worker.refusals) == 7 and all("shared.txt belongs to" in refusal.text for refusal in worker.refusals)
    assert file.read_text().count("\n") == 200


OVERWRITE: dict[str, list[dict[str, Any]]] = {
    "01": [
        {"write": "notes.md", "content": "what the first one found\n"},
        {"mark": "first wrote"},
        {"after": "second tried"},
        {"done": "wrote"},
    ],
    "02": [
        {"after": "first wrote"},
        {"write": "notes.md", "content": "what the second one found\n"},
        {"mark": "second tried"},
        {"done": "wrote"},
    ],
}


@pytest.mark.parametrize("plugin", [False, True])
def test_a_write_over_a_file_never_read(start: Start, tmp_path: Path, plugin: bool) -> None:
    """The client accepts it in silence: the first agent's work is gone. The guard does not."""
    worker = play(start, OVERWRITE, plugin)
    kept = (tmp_path / "project" / "notes.md").read_text()
    assert kept == ("what the first one found\n" if plugin else "what the second one found\n")
    assert bool(worker.refusals) == plugin


@pytest.mark.parametrize("plugin", [False, True])
def test_a_redirect_over_a_siblings_file(start: Start, tmp_path: Path, plugin: bool) -> None:
    wait, _, mark, done = OVERWRITE["02"]
    table = {**OVERWRITE, "02": [wait, {"bash": "echo second > notes.md"}, mark, done]}
    worker = play(start, table, plugin)
    kept = (tmp_path / "project" / "notes.md").read_text()
    assert kept == ("what the first one found\n" if plugin else "second\n")
    assert bool(worker.refusals) == plugin


def one_after_the_other(wait: str) -> Callable[[Conversation], Reply]:
    """A main model that launches 01, waits by a command, and launches 02 in another message."""
    messages = iter([launch("01"), ToolCall("Bash", {"command": wait, "description": "wait"}), launch("02")])

    def main(conversation: Conversation) -> Reply:
        following = next(messages, None)
        return Reply("", (following,)) if following else Reply("Noted.")

    return main


@pytest.mark.parametrize("line", ["python3 gen.py", "cd . && python3 ./gen.py >/dev/null"])
def test_what_a_program_wrote_before_the_second_message(start: Start, tmp_path: Path, line: str) -> None:
    """No hook saw the first agent's program: nothing was live while it was alone."""
    project = tmp_path / "project"
    (project / "gen.py").write_text("open('made.txt', 'w').write('by the first\\n')\n")
    worker = Worker.from_table(
        {
            "01": [{"bash": line}, {"bash": "touch ran"}, {"after": "tried"}, {"done": "made"}],
            "02": [{"write": "made.txt", "content": "by the second\n"}, {"mark": "tried"}, {"done": "wrote"}],
        }
    )
    main = one_after_the_other("until [ -e ran ]; do sleep 0.1; done")
    session = with_plugin(start, Cast(main, worker), permission_mode="bypassPermissions")
    assert session.print_mode("go").exit_code == 0
    assert [refusal.tool for refusal in worker.refusals] == ["Write"]
    assert "made.txt changed while a command of agent" in worker.refusals[0].text
    assert (project / "made.txt").read_text() == "by the first\n"


SPELLINGS = [
    "sh -c 'git stash -u'",
    "git add -A && git commit -qm everything",
    "git checkout .",
    "git -C . checkout -- .",
    "git reset --hard HEAD && echo done",
]


@pytest.mark.parametrize("line", few(SPELLINGS, 2))
def test_a_tree_wide_git_command_of_one_agent_touches_no_sibling(start: Start, tmp_path: Path, line: str) -> None:
    project = tmp_path / "project"
    for name in AGENTS[:5]:
        (project / f"{name}.txt").write_text("committed\n")
    for args in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        config = ["-c", "user.email=dev@example.org", "-c", "user.name=Dev"]
        subprocess.run(["git", *config, *args], cwd=project, check=True)
    table: dict[str, list[dict[str, Any]]] = {
        name: [
            {"write": f"{name}.txt", "content": f"work of {name}\n"},
            {"mark": f"{name} wrote"},
            {"after": "tidied"},
            {"done": "wrote"},
        ]
        for name in AGENTS[:4]
    }
    waits: list[dict[str, Any]] = [{"after": f"{name} wrote"} for name in AGENTS[:4]]
    table[AGENTS[4]] = [*waits, {"bash": line}, {"mark": "tidied"}, {"done": "tidied"}]
    worker = play(start, table, plugin=True)
    for name in AGENTS[:4]:
        assert (project / f"{name}.txt").read_text() == f"work of {name}\n"
    assert [refusal.tool for refusal in worker.refusals] == ["Bash"]
    log = subprocess.run(["git", "log", "--oneline"], cwd=project, capture_output=True, text=True, check=True).stdout
    assert log.count("\n") == 1, "nothing was swept into a commit"
    staged = subprocess.run(["git", "diff", "--cached", "--name-only"], cwd=project, capture_output=True, text=True)
    assert staged.stdout == ""


def test_a_lone_agent_leaves_the_project_untouched(start: Start, tmp_path: Path) -> None:
    play(start, {"01": [{"write": "a.txt", "content": "x\n"}, {"done": "wrote"}]}, plugin=True)
    assert sorted(path.name for path in (tmp_path / "project").iterdir()) == ["a.txt"]
