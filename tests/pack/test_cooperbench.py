"""benchmarks/cooperbench.py on a repository made here, of the shape of the one that it is for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from project import Project, benchmark

cooperbench = benchmark("cooperbench")

PATCH = "diff --git a/{0} b/{0}\n--- a/{0}\n+++ b/{0}\n"
TEXT = "**Title**: {0}\n\n**Description**:\nIt is about {0}.\n\n```python\nx = 1\n```\n\n{1}\n"


@pytest.fixture
def clone(project: Project) -> Path:
    """Two features that share a file, and a third with one that its description does not name."""
    features = {
        1: (TEXT.format("rows", "**Files Modified**\n- `src/a.py`\n- `tests/test_a.py`"), "src/a.py"),
        2: (TEXT.format("columns", "## Files Modified\n\n```\n- src/a.py\n- src/c.py\n```"), "src/a.py"),
        3: (TEXT.format("cells", "Nothing is said of files."), "src/a.py"),
    }
    for number, (text, changed) in features.items():
        folder = f"dataset/shop_task/task7/feature{number}"
        project.write(
            {
                f"{folder}/feature.md": text,
                f"{folder}/feature.patch": PATCH.format(changed),
                f"{folder}/tests.patch": PATCH.format("tests/test_a.py"),
            }
        )
    project.write(
        {"dataset/gold_conflict_report.json": json.dumps({"per_task": {"shop_task/task7": {"conflicts": 2}}})}
    )
    project.commit_all()
    return project.path


def test_what_is_read_is_set_against_the_patches(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cooperbench.main([str(clone), "--each"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 tasks, 3 features, 3 pairs"
    # two of three files, of three read the one of its tests is not counted; the third feature must run alone
    assert " ".join(lines[2].split()) == "as they are 0.67 0.67 100 % of 3 33 % 100 % of 2"
    assert lines[3] == "  shop_task/task7: 2 of 3 files read, 1 too many, 3 pairs apart"
    assert " ".join(lines[4].split()).startswith("without lists of files 0.00 ")
