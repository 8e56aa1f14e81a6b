"""scripts/dev/corpus on the fixtures: it finds every list, and says of each what became of it."""

from __future__ import annotations

import json

import pytest
from plan.read.corpus import FIXTURES

from dev import corpus
from fanout.plan.read import registry


def test_every_format_is_found_in_the_fixtures() -> None:
    verdicts = [corpus.judge(path, FIXTURES) for path in corpus.lists(str(FIXTURES))]
    assert {verdict.format for verdict in verdicts} - {corpus.NONE} == set(registry.FORMATS)
    kept = [
        verdict
        for verdict in verdicts
        if verdict.path.startswith(("kiro/.kiro/specs/booking/tasks", "backlog/backlog/tasks", "ralph/"))
    ]
    assert [(verdict.path, verdict.format, verdict.tasks, verdict.done) for verdict in kept if not verdict.refused] == [
        ("backlog/backlog/tasks", "backlog", 3, 2),
        ("kiro/.kiro/specs/booking/tasks.md", "kiro", 8, 2),
        ("ralph/prd.json", "ralph", 3, 1),
    ]


def test_a_list_is_judged_with_every_task_open(tmp_path) -> None:
    (tmp_path / "a.md").write_text("- [x] Write `a.ts`\n- [ ] Write `b.ts`\n- [ ] Ask around\n* TODO later\n")
    verdict = corpus.judge(str(tmp_path / "a.md"), tmp_path)
    assert (verdict.tasks, verdict.done, verdict.no_files, verdict.stated, verdict.inferred) == (3, 1, 1, 0, 2)
    assert verdict.speedup == 1.5


def test_what_is_printed(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("- [ ] Write `a.ts`\n")
    (tmp_path / "b.md").write_text("Words.\n")
    assert corpus.main([str(tmp_path), "--each"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("a.md: markdown: 1 tasks, 0 done, 0 unread, 0 without files, waits 0 stated 0 inferred")
    assert lines[1].startswith("b.md: no format: refused: ")
    assert lines[2].split()[:3] == ["format", "lists", "refused"]
    assert corpus.main([str(tmp_path), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [item["path"] for item in data["data"]] == ["a.md", "b.md"]
    assert corpus.main([str(tmp_path / "none")]) == 1
