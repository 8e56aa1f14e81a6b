"""benchmarks/real_lists.py on a repository made here: which commits name a task, what was needed, what a run would meet."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from project import CHECKOUT, benchmark

real_lists, guarded = benchmark("real_lists"), benchmark("real_lists_guarded")
mine, git, truths, runs = (importlib.import_module(f"real_lists_{part}") for part in ("mine", "git", "truth", "run"))

PARTS = ("cart", "stock", "mail", "bill", "page", "news")
PLAN = "# Shop Implementation Plan\n\n" + "\n".join(
    f"### Task {number}: The {name} of the shop\n\n**Files:**\n- Create: `shop/{name}.py`\n\n"
    f"- [ ] **Step 1: Write it**\n\n```python\ndef {name}_total():\n    pass\n```\n\n"
    f'- [ ] **Step 2: Commit**\n\n```bash\ngit commit -m "feat: add the {name}"\n```\n'
    for number, name in enumerate(PARTS, 1)
)


def commit(folder: Path, subject: str, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_py", ".py").replace("_md", ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for words in (["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", subject]):
        subprocess.run(["git", *words], cwd=folder, check=True)


@pytest.fixture
def clone(tmp_path: Path) -> Any:
    folder = tmp_path / "shop+app"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main", "."], cwd=folder, check=True)
    commit(folder, "docs: the plan", docs__plans__shop_md=PLAN)
    commit(folder, "feat: add the cart", shop__cart_py="a = 1\n")
    commit(folder, "Task 2: stock", shop__stock_py="from shop.cart import a\n", log_md="1\n")
    commit(folder, "fix: add the mail (#7)", shop__mail_py="c = 1\n", log_md="2\n")
    commit(folder, "Tasks 4 and 5: bill and page", shop__bill_py="d = 1\n", shop__page_py="e = 1\n")
    commit(folder, "The bill of the shop", shop__bill_py="d = 2\n")
    commit(folder, "feat: add the page", shop__page_py="import shop.mail\n")
    commit(folder, "Task 6", shop__news_py="import shop.mail\n")
    commit(folder, "Nothing of the plan", other_py="f = 1\n")
    return git.Clone(folder / ".git")


def test_commits_name_tasks_by_message_id_and_title_and_what_is_shared_is_left_out(clone: Any) -> None:
    (found,) = mine.mine(clone)
    assert (found.path, found.format, sorted(found.tasks)) == (
        "docs/plans/shop.md",
        "superpowers",
        ["1", "2", "3", "6"],
    )
    assert all(len(commits) == 1 for commits in found.tasks.values())


def test_the_truth_is_of_files_and_imports(clone: Any) -> None:
    (found,) = mine.mine(clone)
    commits = {one.name: (number, one) for number, one in enumerate(clone.commits())}
    truth = truths.of(clone, found, ["1", "2", "3", "4", "5", "6"], commits)
    assert truth.ids == ["1", "2", "3", "6"]
    assert [sorted(files) for files in truth.files] == [
        ["shop/cart.py"],
        ["log.md", "shop/stock.py"],
        ["log.md", "shop/mail.py"],
        ["shop/news.py"],
    ]
    assert (truth.needs, list(truth.conflicts())) == ([set(), {0}, set(), {2}], [(1, 2)])
    figures = runs.ceiling(truth)
    assert (figures.speed, figures.mistakes, figures.collisions, figures.waits) == (2, 0, 0, 0)
    free = runs.ceiling(truths.Truth(truth.ids, [frozenset()] * 4, [set(), set(), set(), set()]))
    assert (free.speed, free.used, free.conflicts, free.free) == (4, 0, 0, 6)


@pytest.mark.parametrize(
    ("path", "text", "other", "wanted"),
    [
        ("a/b.ts", "import { x } from './c'", "a/c.ts", True),
        ("a/b.ts", "import { x } from './c'", "d/c.ts", False),
        ("a/b.ts", "import x from '@/lib/c'", "web/src/lib/c.tsx", True),
        ("a/b.py", "from .c import d", "a/c.py", True),
        ("a/b.py", "from pkg.c import d", "src/pkg/c/d.py", True),
        ("a/b.py", "import json", "a/lib/json.py", False),
        ("cmd/m.go", '\t"host.example/m/internal/store"', "internal/store/db.go", True),
        ("src/main.rs", "use crate::store::Row;", "src/store.rs", True),
        ("run.sh", 'source "$HERE/lib/log.sh"', "lib/log.sh", True),
    ],
)
def test_imports_are_resolved_on_the_files(path: str, text: str, other: str, wanted: bool) -> None:
    assert truths._imports(path, text, other) is wanted


def test_a_second_writer_waits_where_there_is_a_guard() -> None:
    shared = truths.Truth(["1", "2"], [frozenset({"a"}), frozenset({"a"})], [set(), set()])
    blind = runs._figures(runs._Way([set(), set()], set()), shared)
    assert (blind.speed, blind.apart, blind.collisions, blind.waits) == (2, 0, 1, 1)
    assert 1 < blind.guarded_speed < 2


def test_pairs_that_lose_their_order_are_counted_with_those_that_were_used(clone: Any) -> None:
    (found,) = mine.mine(clone)
    commits = {one.name: (number, one) for number, one in enumerate(clone.commits())}
    judged = real_lists._judged(clone, "shop/app", found, commits)
    assert judged.dropped == (6, 2)
    assert "normal risk does not: 6; the later one used what the earlier made: 2" in "\n".join(
        real_lists.table([judged])
    )


def test_with_the_hooks_no_line_of_a_shared_file_is_lost(clone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tasks change log.md, which the list does not say."""
    monkeypatch.setenv("FANOUT_DATA_DIR", "")  # each play sets its own
    (found,) = mine.mine(clone)
    commits = {one.name: (number, one) for number, one in enumerate(clone.commits())}
    sums = {"without": Counter[str](), "with": Counter[str]()}
    for way, played in guarded._of_list(clone, found, commits, 4):
        sums[way].update(played)
    assert sums["without"]["lost"] > 0 and sums["with"]["lost"] == 0 < sums["with"]["denied"]
    assert all((one["runs"], one["shared"], one["done"]) == (4, 8, 24) for one in sums.values())


def test_the_corpus_has_names_and_nothing_else() -> None:
    corpus = json.loads((CHECKOUT / "benchmarks" / "real_lists.json").read_text())
    lists = [one for found in corpus.values() for one in found]
    assert len(lists) >= 60 and len(corpus) >= 30
    for one in lists:
        assert set(one) == {"path", "commit", "before", "format", "tasks"}
        named = [one["commit"], one["before"], *(name for names in one["tasks"].values() for name in names)]
        assert all(re.fullmatch(r"[0-9a-f]{40}", name) for name in named), one["path"]
