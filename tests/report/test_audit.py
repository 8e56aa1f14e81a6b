"""The audit on transcripts made by hand, each with what is to be found in it and nothing else."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from report.sessions import PROJECT, Made

from fanout.cli.commands.audit import analyse
from fanout.report import audit, audit_text, transcripts


def audited(folder: Path) -> audit.Audit:
    return audit.of_sessions(transcripts.sessions(folder), analyse)


def together(made: Made, *names: str) -> Made:
    return made.typed(0).launch(1, *names)


def lost_by_write(made: Made) -> None:
    together(made, "a", "b").agent("a", 2, 30, (10, "Write", "x.py")).agent("b", 2, 30, (20, "Write", "x.py"))


def lost_by_bash(made: Made) -> None:
    together(made, "a", "b")
    made.agent("a", 2, 30, (10, "Edit", "x.py")).agent("b", 2, 30, (20, "Bash", "echo hi > x.py"))


def lost_by_rm(made: Made) -> None:
    together(made, "a", "b").agent("a", 2, 30, (10, "Write", "x.py")).agent("b", 2, 30, (20, "Bash", "rm -f x.py"))


def read_too_early(made: Made) -> None:
    together(made, "a", "b").agent("a", 2, 30, (10, "Write", "x.py"))
    made.agent("b", 2, 30, (5, "Read", "x.py"), (20, "Write", "x.py"))


def by_the_main_conversation(made: Made) -> None:
    together(made, "a").agent("a", 2, 30, (10, "Write", "x.py")).call("", 20, "Write", "x.py")


def both_edit(made: Made) -> None:
    together(made, "a", "b").agent("a", 2, 30, (10, "Edit", "x.py")).agent("b", 2, 30, (20, "Edit", "x.py"))


def read_in_between(made: Made) -> None:
    together(made, "a", "b").agent("a", 2, 30, (10, "Write", "x.py"))
    made.agent("b", 2, 30, (15, "Read", "x.py"), (20, "Write", "x.py"))


def both_append(made: Made) -> None:
    together(made, "a", "b")
    made.agent("a", 2, 30, (10, "Bash", "echo a >> log")).agent("b", 2, 30, (20, "Bash", "echo b >> log"))


def swept(made: Made) -> None:
    together(made, "a", "b").agent("a", 2, 30, (10, "Write", "x.py")).agent("b", 2, 30, (20, "Bash", "git checkout ."))


def stashed_by_main(made: Made) -> None:
    together(made, "a").agent("a", 2, 30, (10, "Write", "x.py")).call("", 20, "Bash", "git stash")


def one_by_one(made: Made) -> None:
    made.typed(0).launch(1, "a").agent("a", 2, 62, (30, "Write", "a.py"))
    made.launch(63, "b").agent("b", 64, 124, (90, "Write", "b.py"))
    made.launch(125, "c").agent("c", 126, 186, (150, "Write", "c.py"))


def readers_one_by_one(made: Made) -> None:
    made.typed(0, "review src/a.py and src/b.py").launch(1, "a", prompts={"a": "review src/a.py"})
    made.agent("a", 2, 62, (30, "Read", "src/a.py"), says="src/a.py has 3 problems")
    made.launch(63, "b", prompts={"b": "review src/b.py"}).agent("b", 64, 124, (90, "Read", "src/b.py"))


def clean(made: Made) -> None:
    together(made, "a", "b", "c")
    for name in "abc":
        made.agent(
            name, 2, 60, (30, "Write", f"{name}.py"), (40, "Bash", f"mkdir -p build && echo {name} > {name}.log")
        )


def chain_by_files(made: Made) -> None:
    made.typed(0).launch(1, "a").agent("a", 2, 62, (30, "Write", "api.ts"))
    made.launch(63, "b").agent("b", 64, 124, (70, "Read", "api.ts"), (90, "Write", "b.ts"))


def chain_by_answer(made: Made) -> None:
    made.typed(0, "find the bug and fix it").launch(1, "a")
    made.agent("a", 2, 62, (30, "Read", "x.py"), says="The bug is in src/cart/total.py in addTax")
    made.launch(63, "b", prompts={"b": "fix addTax in src/cart/total.py"})
    made.agent("b", 64, 124, (90, "Edit", "y.py"))


def one_after_the_other_on_a_file(made: Made) -> None:
    made.typed(0).launch(1, "a").agent("a", 2, 62, (30, "Write", "x.py"))
    made.launch(63, "b").agent("b", 64, 124, (90, "Write", "x.py"))


def new_request_each_time(made: Made) -> None:
    made.typed(0).launch(1, "a").agent("a", 2, 62, (30, "Write", "a.py"))
    made.typed(63).launch(64, "b").agent("b", 65, 124, (90, "Write", "b.py"))


def refused_writes(made: Made) -> None:
    together(made, "a", "b").agent("a", 2, 30, (10, "Write", "x.py"))
    made.agent("b", 2, 30, (20, "Write", "x.py", "failed"), (22, "Bash", "git checkout .", "failed"))


def git_after_all(made: Made) -> None:
    together(made, "a").agent("a", 2, 30, (10, "Write", "x.py")).call("", 40, "Bash", "git stash")


def own_paths_only(made: Made) -> None:
    together(made, "a", "b").agent("a", 2, 30, (10, "Write", "x.py"))
    made.agent("b", 2, 30, (20, "Bash", "git add b.py && git commit -m b -- b.py && git diff"))


def quick_ones(made: Made) -> None:
    made.typed(0).launch(1, "a").agent("a", 2, 4, (3, "Write", "a.py"))
    made.launch(5, "b").agent("b", 6, 8, (7, "Write", "b.py"))


CASES = {
    lost_by_write: {"lost_updates": 1},
    lost_by_bash: {"lost_updates": 1},
    lost_by_rm: {"lost_updates": 1},
    read_too_early: {"lost_updates": 1},
    by_the_main_conversation: {"lost_updates": 1},
    both_edit: {"overlapping_writes": 1},
    read_in_between: {"overlapping_writes": 1},
    both_append: {"overlapping_writes": 1},
    swept: {"sweeps": 1},
    stashed_by_main: {"sweeps": 1},
    one_by_one: {"not_parallel": 1},
    readers_one_by_one: {"not_parallel": 1},
    clean: {},
    chain_by_files: {},
    chain_by_answer: {},
    one_after_the_other_on_a_file: {},
    new_request_each_time: {},
    refused_writes: {},
    git_after_all: {},
    own_paths_only: {},
    quick_ones: {},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_each_case(tmp_path: Path, case) -> None:
    made = Made(tmp_path)
    case(made)
    counts = audit.counts(audited(made.write()))
    assert {kind: count for kind, count in counts.items() if count} == CASES[case]


@pytest.mark.parametrize("seed", range(5))
def test_precision_and_recall_over_mixed_sessions(tmp_path: Path, seed: int) -> None:
    """Forty sessions in one folder, labelled by how they were made: every finding is real, every defect is found."""
    chance = random.Random(seed)
    wanted: dict[str, dict[str, int]] = {}
    for number in range(40):
        case = chance.choice(list(CASES))
        made = Made(tmp_path, f"{number:08x}-0000-4000-8000-000000000000")
        case(made)
        made.write()
        wanted[made.name] = CASES[case]
    found = audited(tmp_path)
    seen: dict[str, dict[str, int]] = {name: {} for name in wanted}
    for conflict in found.conflicts:
        kind = "lost_updates" if conflict.kind == "lost-update" else "overlapping_writes"
        seen[conflict.session][kind] = seen[conflict.session].get(kind, 0) + 1
    for sweep in found.sweeps:
        seen[sweep.session]["sweeps"] = 1
    for one in found.rounds:
        if one.saved:
            seen[one.session]["not_parallel"] = 1
    assert seen == wanted


def test_what_a_plan_would_have_saved(tmp_path: Path) -> None:
    made = Made(tmp_path)
    one_by_one(made)
    [one] = audited(made.write()).rounds
    assert (one.took, one.work, one.messages) == (184, 180, 3)
    assert one.planned == 61 and one.saved == 123  # all three at once, a second to launch
    assert one.apart == ["part b", "part c"]


def test_concurrency_is_measured(tmp_path: Path) -> None:
    made = Made(tmp_path)
    clean(made)
    found = audited(made.write())
    assert (found.work, found.busy, found.concurrency, found.most_at_once) == (174, 58, 3, 3)


def test_text_names_files_and_agents_and_no_content(tmp_path: Path) -> None:
    for number, case in enumerate(CASES):
        made = Made(tmp_path, f"{number:08x}-0000-4000-8000-000000000000")
        case(made)
        made.write()
    found = audited(tmp_path)
    text = audit_text.render(found, PROJECT)
    assert "SECRET" not in text + json.dumps(found.as_dict())
    assert "x.py: 'part b' replaced what 'part a' had written 10.0 s before, without reading it" in text
    assert "git checkout by 'part b' while 'part a' had work in the tree" in text
    assert "3 messages for 3 agents: took 3.1 min, planned 61.0 s; nothing kept 'part b', 'part c' waiting" in text
    assert "Start with `fanout plan SOURCE`." in text
    assert len(text.splitlines()) <= 40


def test_nothing_to_audit(tmp_path: Path) -> None:
    assert "nothing to audit" in audit_text.render(audited(tmp_path), "/x")


@pytest.mark.parametrize(
    "line",
    [
        "",
        'not json but "user"',
        '{"type": "user"}',
        '{"type": "assistant", "timestamp": "yesterday", "message": 5}',
        '{"type": "assistant", "timestamp": "2026-03-01T12:00:00Z", "message": {"content": [5, {"type": "tool_use"}]}}',
        '{"type": "user", "timestamp": "2026-03-01T12:00:00Z", "message": {"content": [{"type": "tool_result"}]}}',
        "[" * 100_000 + '"user"',
    ],
)
def test_damaged_lines_are_passed_over(tmp_path: Path, line: str) -> None:
    made = Made(tmp_path)
    lost_by_write(made)
    folder = made.write()
    for path in folder.rglob("*.jsonl"):
        path.write_text(path.read_text() + line + "\n")
    assert audit.counts(audited(folder))["lost_updates"] == 1
