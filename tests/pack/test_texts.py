"""The table of texts is whole, and what readers stumbled over does not come back."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from project import CHECKOUT

from dev import texts

MAIN_HAS_NONE = ("Glob", "Grep", "TaskOutput")  # tools that the main conversation does not have
KINDS = ("FanoutError", "Damaged", "Busy", "NewerSchema")
STUMBLED = [
    "times their estimates",  # a ratio in place of words
    "right now",  # of siblings, also when there were none
    "Details in .fanout",  # read as a report file, which the client forbids
    "get on with it",
]


def test_every_module_with_messages_has_a_reader(told: list[texts.Text]) -> None:
    unknown = [text.where for text in told if text.kind == "unknown"]
    assert unknown == [], "MODULES of scripts/dev/texts.py says who reads them, and when"


@pytest.mark.parametrize(
    "kind", ["skill", "command", "agent", "denial", "send-back", "brief", "notice", "status action", "error"]
)
def test_each_kind_is_there(told: list[texts.Text], kind: str) -> None:
    assert [text for text in told if text.kind == kind]


def test_a_new_message_shows_up(tmp_path: Path) -> None:
    (tmp_path / "hooks").mkdir()
    (tmp_path / "rooms").mkdir()
    (tmp_path / "hooks" / "stop.py").write_text('def said(n: int) -> str:\n    return f"Now launch {n} more tasks."\n')
    (tmp_path / "rooms" / "new.py").write_text(
        '"""Doc of a module."""\nX = "SELECT id FROM task WHERE run"\nY = "a text of words"\n'
    )
    found = {
        text.where: (text.kind, text.reader, text.words) for text in texts.texts(tmp_path) if ".md" not in text.where
    }
    assert found["hooks/stop.py:2"] == ("notice", "main", "Now launch {n} more tasks.")
    assert found["rooms/new.py:3"][0] == "unknown" and len(found) == 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = f\"{n} {'one task' if n == 1 else 'several tasks here'} can start\"", "{n} several tasks here can start"),
        ('x = "one two " "three four"', "one two three four"),
        ('x = f"a {b.c} of {d()} and e"', "a {b.c} of {...} and e"),
    ],
)
def test_a_text_is_listed_in_its_longest_form(source: str, said: str) -> None:
    assert [words for _, words, _, _ in texts.messages(source)] == [said]


@pytest.mark.parametrize("words", STUMBLED)
def test_what_readers_stumbled_over_is_gone(told: list[texts.Text], words: str) -> None:
    assert [text.where for text in told if words in text.words] == []


@pytest.mark.parametrize(
    "text",
    [text for text in texts.documents() if text.kind in ("skill", "reference", "command")],
    ids=lambda text: text.where,
)
def test_the_main_conversation_is_told_of_no_tool_that_it_lacks(text: texts.Text) -> None:
    said = (CHECKOUT / text.where).read_text()
    assert [tool for tool in MAIN_HAS_NONE if re.search(rf"\b{tool}\b", said)] == []
    assert "| Type |" not in said, "a model types nothing"


TYPED = re.compile(r"(?<![\w.<>/-])/(?:spec:[a-z-]+|context-discovery|task-breakdown|ideate)\b")


def test_a_command_that_only_the_user_may_type_is_named_as_the_users(told: list[texts.Text]) -> None:
    """The model may call none of them: where it reads of one and not of the user, it has come to a dead end."""
    skills = [text for text in texts.documents() if text.kind in ("skill", "reference") and "ideate" not in text.where]
    said = [(text.where, part) for text in skills for part in (CHECKOUT / text.where).read_text().split("\n\n")]
    said += [(text.where, text.words) for text in told if ".md" not in text.where and "cli/" not in text.where]
    assert len([part for _, part in said if TYPED.search(part)]) >= 7
    assert [where for where, part in said if TYPED.search(part) and not re.search(r"\buser\b|^Say ", part)] == []


def test_what_only_the_user_can_open_is_named_as_the_users(told: list[texts.Text]) -> None:
    """/tasks is a page of the client's: main can't open it."""
    seen = [text for text in told if "main" in text.reader and re.search(r"(?<![\w.<>])/tasks\b", text.words)]
    assert len(seen) >= 3 and [text.where for text in seen if "user" not in text.words] == []


@pytest.mark.parametrize("path", sorted((CHECKOUT / "agents").glob("*.md")), ids=lambda path: path.stem)
def test_an_agent_with_a_shell_is_told_of_no_tool_that_it_lacks(path: Path) -> None:
    """The client gives Grep and Glob to an agent without Bash alone (test_facts::test_who_has_grep_and_glob)."""
    _, head, body = path.read_text().split("---\n", 2)
    has_shell = re.search(r"^tools:.*\bBash\b", head, re.MULTILINE) is not None
    assert not has_shell or re.findall(r"\b(?:Grep|Glob)\b", body) == []


PASSED_ON = (  # what is passed on says the way itself, or is git's own word
    "git {command} failed", "git cat-file failed", "git diff failed", "git merge-tree failed", "str(record['error'])", "{reason}",
    "the hook's input is not", "{path} is damaged", "each line is an object", "is an object from paths",
)  # fmt: skip


def test_an_error_says_what_to_do_next() -> None:
    """Half of the readers are models: what is wrong, and then the way on. Usage errors come with the usage."""
    raised = [
        (path.name, node.exc)
        for path in sorted(texts.CODE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and getattr(node.exc.func, "id", "") in KINDS
    ]
    bare = [(name, ast.unparse(call)) for name, call in raised if len(call.args) < 2 and not call.keywords]
    unsaid = [one for one in bare if "reason" not in one[1] and not any(words in one[1] for words in PASSED_ON)]
    assert len(raised) > 150 and [one for one in unsaid if "*" not in one[1]] == []


def test_what_an_agent_is_told_to_do_is_not_told_to_main(told: list[texts.Text]) -> None:
    """`Write it; or ...` is for the agent: what main hears of a failure is what was found."""
    to_main = [text for text in told if text.where.startswith(("run/flow/next_message", "run/flow/task_results"))]
    assert [text.where for text in to_main if re.match(r"(Write|Fix|Do|Bring) it\b", text.words)] == []


READERS = [
    ("hooks/pre_compact.py", "Your conversation was compacted", "agent"),
    ("run/tasks/overdue.py", "You have worked on task", "agent"),
    ("run/tasks/overdue.py", "tell the user, who sees in /tasks", "main, user"),
    ("run/tasks/quorum.py", "finished first", "agent"),
    ("hooks/launching/claiming.py", "is for worker agents", "agent, main"),
]


@pytest.mark.parametrize(("module", "words", "reader"), READERS)
def test_a_text_is_listed_with_the_one_who_reads_it(
    told: list[texts.Text], module: str, words: str, reader: str
) -> None:
    assert {text.reader for text in told if text.where.startswith(module) and words in text.words} == {reader}


UNSAID = [
    'X = re.compile("a word or two of it")',
    'X = _words("read get list set find")',
    'X = """read get list\nset find""".split()',
    'if journal.say_once(db, run, f"nudged task {name} {attempt} again"):\n    pass',
]


NO_PROSE = [
    "target requirement constraint editable",
    "help hex.info deps.tree deps.outdated-help",
    "steps?|schritte?|passos?|passi",
    "\\nread get list search find view show fetch query describe lookup status log diff blame count check\\n",
    "import sys; sys.exit(sys.version_info < (3, 9))",
    "%H%x00%(trailers:key=Fanout-Task,valueonly)",
    ":root{color-scheme:light} body{margin:0}",
    "M{x1} {y1}C{x2} {y1} {x2} {y2}",
    "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
]


@pytest.mark.parametrize("words", NO_PROSE)
def test_word_lists_programs_and_shapes_are_no_texts(words: str) -> None:
    assert list(texts.messages(f'X = f"{words}"')) == []


@pytest.mark.parametrize(
    "words", ["nested too deeply", "end with `DONE|x|what`", "both write {path}", "No shared writes"]
)
def test_a_short_message_is_one(words: str) -> None:
    assert [said for _, said, _, _ in texts.messages(f'X = f"{words}"')] == [words]


@pytest.mark.parametrize("source", UNSAID)
def test_what_nobody_reads_is_not_listed(source: str) -> None:
    assert list(texts.messages(source)) == []
    assert len(list(texts.messages(f'{source}\nY = "three words are here"\n'))) == 1
