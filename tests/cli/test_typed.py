"""What a user types behind a slash command: paths with spaces, apostrophes, brackets, words that are no options."""

from __future__ import annotations

import json

import pytest
from project import Project

LIST = {"tasks": [{"id": "a", "writes": ["a"]}, {"id": "b", "writes": ["b"]}]}


@pytest.fixture
def listed(project: Project) -> Project:
    project.write({"l.json": LIST, "my list (old).json": LIST, "it's.json": LIST})
    return project


@pytest.mark.parametrize(
    "typed",
    [
        "l.json",
        "@l.json",
        "  l.json --max-parallel 1\n",
        "--max-parallel 1 l.json",
        "my list (old).json",
        "my list (old).json --max-parallel 1",
        "@my list (old).json",
        "'my list (old).json'",
        '@"my list (old).json" --all',
        "my\\ list\\ \\(old\\).json",
        "it's.json",
    ],
)
def test_a_source_is_found_however_it_is_written(listed: Project, typed: str) -> None:
    done = listed.fanout("typed", "plan", input=typed)
    assert done.code == 0, done.err
    assert ": 2 tasks, " in done.out


def test_options_behind_the_source_count(listed: Project) -> None:
    assert "one agent at a time" in listed.fanout("typed", "plan", input="my list (old).json --max-parallel 1").out


@pytest.mark.parametrize(
    ("command", "typed", "said"),
    [
        ("start", "l.json with at most 3 agents", "Got unexpected extra arguments (with at most 3 agents)"),
        ("start", "l.json (please)", "Got unexpected extra argument ((please))"),
        ("start", "l.json & more", "Got unexpected extra arguments (& more)"),
        ("plan", "l.json --barrier", "No such option '--barrier'. Did you mean '--base'?"),
        ("status", "what's up?", "Got unexpected extra argument (up?)"),
        ("report", "l.json `ls`", "Got unexpected extra argument (`ls`)"),
    ],
)
def test_words_that_are_no_option_are_said_with_what_there_is(
    listed: Project, command: str, typed: str, said: str
) -> None:
    done = listed.fanout("typed", command, input=typed)
    assert done.code == 0
    assert done.out.startswith(f"Not understood: {typed}\n{said}\n\nUsage: fanout {command} [OPTIONS]")
    assert "Nothing was done." in done.out and f"run `fanout {command}` yourself, that one command" in done.out
    assert ("--max-parallel" in done.out) == (command in ("plan", "start"))
    assert not (listed.path / ".fanout").exists()


def test_without_a_source_the_lists_that_are_there_are_named(listed: Project) -> None:
    listed.write({"specs/greeting/tasks.json": LIST})
    done = listed.fanout("typed", "start", input="\n")
    assert done.code == 0
    assert done.out == "No source was named. Features here: greeting. Ask the user which; don't choose one.\n"


def test_a_source_that_is_wrong_is_told_to_the_one_who_reads(listed: Project) -> None:
    done = listed.fanout("typed", "start", input="nowhere")
    assert done.code == 0
    assert done.out.startswith("error: there is no file, folder or feature 'nowhere'.")
    assert done.out.endswith("Tell the user, and how to fix it. Nothing was started.\n")


def test_of_a_text_that_is_no_list_one_thing_is_said_to_do(listed: Project) -> None:
    listed.write({"notes/my idea.md": "The shop needs a cart.\n"})
    done = listed.fanout("typed", "start", input="notes/my idea.md")
    assert done.code == 0
    assert done.out == (
        "notes/my idea.md is in no format known here. It is no list yet, and nothing was done. Send this one Agent call now: "
        "subagent_type `spec:task-analyst`, prompt 'Spec: notes/my idea.md. Write specs/my-idea/tasks.json.' When its result has "
        "come, tell the user in a line what the list holds, and run `fanout start specs/my-idea/tasks.json`.\n"
    )
    listed.write({"empty.md": ""})
    assert listed.fanout("typed", "start", input="empty.md").out.endswith("how to fix it. Nothing was started.\n")


def test_it_starts_what_was_typed(listed: Project) -> None:
    done = listed.fanout("typed", "start", input="@my list (old).json --barrier")
    launch = json.loads(done.out.split("```json\n")[1].split("```")[0])["launch"]
    assert len(launch) == 2
    assert "0 of 2 done" in listed.fanout("typed", "status", input="").out
    patches = listed.fanout("typed", "diff", "--keep", input="")
    assert patches.code == 0 and patches.err == ""


def test_a_command_that_does_not_exist_is_a_usage_error(listed: Project) -> None:
    done = listed.fanout("typed", "plam", input="l.json")
    assert done.code == 2 and "there is no command 'plam'" in done.err
