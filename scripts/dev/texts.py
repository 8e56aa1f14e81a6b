"""One table of the texts that reach a model or a user: who reads each, when, and its longest form.

    python scripts/dev/texts.py [--kind KIND] [--grep WORDS] [--run]

The table comes from the code: every message in a module that MODULES names, with {...} where a value stands, and every
Markdown file that Claude reads, with its size. With --run a run of six tasks is played in the real client, with a failure, a
retry and a report, and what each reader was shown in it is printed as it came. Nothing is kept: a new message shows up by
itself, and one in a module without a kind fails tests/pack/test_texts.py.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CODE = CHECKOUT / "scripts" / "fanout"
WHO = ("main", "agent", "user", "typist")  # typist: whoever typed the command, main most of the time
# (modules, kind, reader, when), the first that fits
MODULES = (
    ("hooks/gate.py", "denial", "main", "an Agent call comes too early, twice or too often"),
    ("hooks/guarding/*", "denial", "agent", "a call would write, end or take what is not its own"),
    ("hooks/guard.py", "denial", "agent", "a call can't be judged"),
    ("hooks/lost_state.py", "denial", "main, agent", "the journal is gone"),
    ("hooks/own_line.py", "denial", "main", "a line of fanout's own"),
    ("hooks/door.py", "denial", "main, agent", "fanout itself failed"),
    ("hooks/judging/*", "send-back", "agent", "its last message lacks evidence"),
    (
        "run/evidence/*",
        "send-back",
        "agent",
        "its last message lacks evidence; what was found also main and the report",
    ),
    ("hooks/post_tool_batch.py", "notice", "main", "after a message with Agent calls"),
    ("hooks/post_tool_use.py", "notice", "agent", "after a call"),
    ("hooks/session_start.py", "notice", "main, user", "a session begins where a run was left"),
    ("hooks/session_end.py", "notice", "main, user", "a session ends"),
    ("hooks/pre_compact.py", "notice", "agent", "its conversation was compacted: with its next call"),
    ("hooks/user_prompt_submit.py", "notice", "main", "a notification, or words of the user during a run"),
    ("hooks/stop.py", "notice", "main", "it ends its turn"),
    ("hooks/repairing.py", "notice", "main", "something was cut off"),
    ("hooks/launching/claiming.py", "denial", "agent, main", "it types fanout claim"),
    ("hooks/launching/in_workflow.py", "denial", "agent", "an agent of a workflow begins a task that it may not"),
    ("hooks/launching/*", "notice", "main, agent", "agents without a plan"),
    ("hooks/structured_output.py", "send-back", "agent", "it hands in a result of a workflow"),
    ("hooks/*", "notice", "main, agent", "an event of the client"),
    ("run/flow/brief.py", "brief", "agent", "it starts"),
    ("run/flow/steering.py", "notice", "main", "the user's first words during a run"),
    ("run/flow/next_message.py", "notice", "main", "a result, Stop, fanout next"),
    ("run/flow/task_results.py", "notice", "main", "a task ended"),
    ("run/flow/first_hook.py", "notice", "main, agent", "no hook answers"),
    ("run/flow/worker.py", "notice", "agent", "a worker asks for its next task"),
    ("run/flow/statusline.py", "status", "user", "the status line"),
    ("run/flow/*", "notice", "main, agent", "a run or task begins, ends or is held up"),
    ("run/tasks/launch_block.py", "block", "main", "something can start"),
    ("run/tasks/measure.py", "notice", "main, user", "the run is over"),
    ("run/tasks/overdue.py:nudge", "notice", "agent", "it is late: with its next call"),
    ("run/tasks/overdue.py", "notice", "main, user", "an agent is late or silent, or waits for an answer"),
    ("run/tasks/quorum.py:told", "denial", "agent", "it writes though others were faster"),
    ("run/tasks/scope.py", "notice", "agent", "it asked for a path"),
    ("run/tasks/*", "notice", "main", "what a task waits for, what it came to"),
    ("run/changes/change_messages.py", "notice", "agent", "after a call: somebody changed its files"),
    ("run/changes/*", "notice", "main, agent, user", "changes: conflicts, commits, undo, what nobody declared"),
    ("run/agents/*", "notice", "main, agent", "who an agent is called, what it holds"),
    ("run/store/*", "error", "typist", "the journal or a path is wrong"),
    ("run/*", "notice", "main, agent, user", "what becomes of tasks and changes"),
    ("report/attention.py", "status action", "user, main", "fanout status"),
    ("report/live.py", "status", "user", "fanout status --watch"),
    ("report/start_text.py", "output", "main", "fanout start"),
    ("report/html/*", "output", "user", "the report's page"),
    ("report/*", "output", "user, main", "plan, status, report, audit"),
    ("plan/check/*", "warning", "main, user", "fanout check, plan, start"),
    ("plan/schema/*", "schema", "author", "fanout schema"),
    ("plan/*", "error or note", "author, main", "a source is read and planned"),
    ("source/*", "error or note", "author, main", "a source is found, read or marked"),
    ("engines/*", "output", "user, typist", "a run without a conversation"),
    ("cli/app.py", "help", "typist", "fanout --help"),
    ("cli/*", "output", "typist", "a command"),
    ("errors.py", "error", "typist", "a command fails"),
    ("shell/*", "reason", "agent", "why a command line is judged so"),
)
NOT_TOLD = ("client/",)  # the harness of tests and benchmarks
MARKDOWN = (
    ("skills/*/SKILL.md", "skill", "main", "the user's words fit its description"),
    ("skills/*/references/*.md", "reference", "main", "fanout guide NAME"),
    ("commands/*.md", "command", "main", "the user types it"),
    ("plugins/*/commands/*.md", "command", "main", "the user types it"),
    ("agents/*.md", "agent", "agent", "an agent of that type starts"),
    ("plugins/*/agents/*.md", "agent", "agent", "an agent of that type starts"),
)
RAISED = ("FanoutError", "UsageError", "BadParameter", "ClickException", "Invalid", "Refused")
QUERY = re.compile(
    r"^\s*(WHERE|ORDER BY|BEGIN|PRAGMA)\b"
    r"|\b(SELECT|JOIN|INSERT (OR \w+ )?INTO|DELETE FROM|(ALTER|CREATE|DROP) (TABLE|INDEX)|UPDATE \w+ SET)\b"
)
PATTERN = re.compile(r"\\[bsdwSW(.|\[]|\(\?|\[\^|\]\*|\)\?|^[^`]*\w\??\|[^`|\n]+\|\w[^`]*$")
CODE_OF = re.compile(
    r"^\s*(import \w+;|\w+=\$\(|:\(|:root|MX XC|\w+:#)|%\(\w|%x00"
)  # programs, styles, shapes, formats of git
SAYS = re.compile(  # a message has one of these; a list of words has none
    r"[A-Z]|[.,;:!?](\s|$)|\b(the|an?|is|are|was|to|of|in|it|and|no|with|not|by|for|at|that|what|its|one|or|has|have|does|do"
    r"|on|from|too|another|which|every|your|many|how|all|both|each|they|their|may|when|so|said|only|nothing|now|after|already|something|bad|own)\b"
)
WORD = re.compile(r"(?<![\w/.`$-])[A-Za-z][a-z']*(?![\w/(=-])")
UNSAID = ("compile", "say_once", "strftime", "strptime", "_words", "_either")  # calls whose texts no reader sees
FEWEST_WORDS = 3
ONE_IN = 15  # words, at most, that say nothing beside one that does
TOKEN = 4  # characters, about


@dataclass(frozen=True)
class Text:
    kind: str
    reader: str
    when: str
    words: str
    where: str


def texts(code: Path = CODE) -> list[Text]:
    """Every message of the code, in the order of MODULES; Markdown first."""
    found = [*documents()]
    for path in sorted(code.rglob("*.py")):
        name = path.relative_to(code).as_posix()
        if name.startswith(NOT_TOLD):
            continue
        source = path.read_text(encoding="utf-8")
        functions = _functions(source)
        for line, words, is_error, is_help in messages(source):
            told = of_module(name, functions.get(line, "")) or ("unknown", "?", "?")
            if is_error:
                told = ("error", "author" if name.startswith("plan/") else "typist", "the command is refused")
            elif is_help:
                told = ("help", "typist", "--help")
            found.append(Text(*told, words, f"{name}:{line}"))
    return found


def of_module(name: str, function: str = "") -> tuple[str, str, str] | None:
    """Kind, reader and when of a module's messages, or of those in a function; None for one that the table does not know."""
    for pattern, kind, reader, when in MODULES:
        if pattern in (name, f"{name}:{function}") or (pattern.endswith("*") and name.startswith(pattern[:-1])):
            return kind, reader, when
    return None


def _functions(source: str) -> dict[int, str]:
    """The function that each line stands in; of two the inner one."""
    made = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, made)]
    return {line: node.name for node in nodes for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def documents() -> Iterator[Text]:
    """The skills, commands, agents and guides, each as one text."""
    for pattern, kind, reader, when in MARKDOWN:
        for path in sorted(CHECKOUT.glob(pattern)):
            size = len(path.read_text(encoding="utf-8")) // TOKEN
            yield Text(
                kind, reader, when, f"the whole file, about {size} tokens", path.relative_to(CHECKOUT).as_posix()
            )


def messages(source: str) -> Iterator[tuple[int, str, bool, bool]]:
    """(line, longest form, raised as an error, help of a command) of each text of words in a module."""
    nodes = list(ast.walk(ast.parse(source)))
    passed = _inner(nodes) | _docstrings(nodes) | _unsaid(nodes)
    raised, helps = _of_calls(nodes)
    for node in nodes:
        words = form(node)
        if words is not None and id(node) not in passed and is_prose(words):
            yield node.lineno, words, id(node) in raised, id(node) in helps  # type: ignore[attr-defined]


def form(node: ast.AST) -> str | None:
    """A literal as it is said, with {...} for each value; of a choice inside it the longest."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(form(part) or "" for part in node.values)
    if isinstance(node, ast.FormattedValue):
        value = node.value
        if isinstance(value, ast.IfExp):
            ways = [form(way) for way in (value.body, value.orelse)]
            known = [way for way in ways if way is not None]
            return max(known, key=len) if known else "{...}"
        return "{" + ast.unparse(value) + "}" if isinstance(value, ast.Name | ast.Attribute) else "{...}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return None
    return None


def is_prose(words: str) -> bool:
    """Words for a reader, and no query, pattern or list of names."""
    plain = re.sub(r"\{[^{}]*\}", "X", words)
    if any(odd.search(plain) for odd in (QUERY, PATTERN, CODE_OF)) or "<" in plain[:1] or not SAYS.search(plain):
        return False
    found = len(WORD.findall(plain))
    return FEWEST_WORDS <= found < ONE_IN * len(SAYS.findall(plain))


def _inner(nodes: list[ast.AST]) -> set[int]:
    """The literals inside others."""
    outer = (node for node in nodes if isinstance(node, ast.JoinedStr))
    return {id(part) for node in outer for part in ast.walk(node) if part is not node}


def _unsaid(nodes: list[ast.AST]) -> set[int]:
    """The literals that nobody reads: patterns, word lists, formats of times, keys of what was said."""
    found: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in UNSAID:
                found |= {id(part) for given in (*node.args, *node.keywords) for part in ast.walk(given)}
            if name == "split" and isinstance(node.func, ast.Attribute):
                found |= {id(part) for part in ast.walk(node.func.value)}
    return found


def _docstrings(nodes: list[ast.AST]) -> set[int]:
    blocks = (getattr(node, "body", None) for node in nodes)
    lines = (line for block in blocks if isinstance(block, list) for line in block)
    return {id(line.value) for line in lines if isinstance(line, ast.Expr)}


def _of_calls(nodes: list[ast.AST]) -> tuple[set[int], set[int]]:
    """The literals that errors are raised with, and those that are helps of options."""
    raised: set[int] = set()
    helps: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in RAISED:
                raised |= {id(part) for part in ast.walk(node)}
            helps |= {id(key.value) for key in node.keywords if key.arg == "help"}
    return raised, helps


def table(found: list[Text]) -> str:
    """Markdown, a section a kind."""
    parts = []
    for kind in dict.fromkeys(text.kind for text in found):
        rows = [text for text in found if text.kind == kind]
        parts.append(f"## {kind} ({len(rows)})\n\n| who reads it | when | longest form | where |\n|---|---|---|---|")
        parts += [f"| {row.reader} | {row.when} | {_cell(row.words)} | {row.where} |" for row in rows]
    return "\n".join(parts)


def _cell(words: str) -> str:
    return " ".join(words.replace("|", "\\|").split())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", help="only this kind")
    parser.add_argument("--grep", default="", help="only texts with these words")
    parser.add_argument("--run", action="store_true", help="play a run, and print what was shown")
    given = parser.parse_args(arguments)
    if given.run:
        sys.path[:0] = [str(CHECKOUT / "scripts"), str(CHECKOUT)]
        from dev.told import played

        print(played())
        return 0
    found = [text for text in texts() if given.kind in (None, text.kind) and given.grep in text.words]
    print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
