"""What goes into the index by hand, next to a sibling's work: judged first, then really run, and the work compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import repos
from shell.scratch import environment

from fanout.shell import analyse, endangers
from fanout.shell.git.gitrepo import GitRepo

EMPTY = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
INTO = "| git update-index --index-info"


@pytest.mark.parametrize(
    ("line", "is_harmful"),
    [
        (f"git ls-files -s {INTO}", False),
        (f"git ls-tree -r HEAD own {INTO}", False),
        (f"git ls-tree HEAD src/calm.ts {INTO}", False),
        (f"git ls-tree -r HEAD src/calm.ts src/sib.ts {INTO}", False),
        ("git ls-tree -z HEAD src/calm.ts | git update-index -z --index-info", False),
        (f"printf '100644 {EMPTY}\\town/mine.ts\\n' {INTO}", False),
        (f"printf '100644 {EMPTY} 0\\town/mine.ts\\n' {INTO}", False),
        (f"git ls-tree theirs src/sib.ts {INTO}", True),
        ("git ls-tree -z theirs src/sib.ts | git update-index -z --index-info", True),
        (f"printf '100644 {EMPTY}\\tsrc/sib.ts\\n' {INTO}", True),
        (f"printf '100644 blob {EMPTY}\\tsrc/sib.ts\\n' {INTO}", True),
        (f"printf '100644 {EMPTY}\\town/mine.ts\\n100644 {EMPTY}\\tsrc/sib.ts\\n' {INTO}", True),
        (f"printf '0 {'0' * 40}\\tsrc/added.ts\\n' {INTO}", True),
        (f"git update-index --cacheinfo 100644,{EMPTY},own/mine.ts", False),
        (f"git update-index --cacheinfo 100644 {EMPTY} own/mine.ts", False),
        (f"git update-index --cacheinfo 100644 {EMPTY} src/sib.ts", True),
        (f"git update-index --cacheinfo 100644,{EMPTY},src/sib.ts", True),
        ("git update-index own/mine.ts", False),
        ("git update-index src/sib.ts", True),
        ("git update-index --add own/new.ts", False),
        ("git update-index --add src/loose.ts", True),
        ("git update-index --force-remove own/mine.ts", False),
        ("git update-index --force-remove src/added.ts", True),
        ("git update-index --refresh", False),
        ("git read-tree HEAD -- ", True),
        ("git read-tree --empty", True),
        ("git read-tree --prefix=z/ theirs", False),
        ("git checkout-index -f own/mine.ts", False),
        ("git checkout-index -f src/sib.ts", True),
        ("git checkout-index src/sib.ts", False),
        ("echo src/sib.ts | git checkout-index --stdin -f", True),
        ("echo own/mine.ts | git checkout-index --stdin -f", False),
        ("git checkout-index -f", False),
        ("git rm -q --cached src/added.ts", True),
        ("git rm -q -f own/mine.ts", False),
        ("git rm -q src", False),
        ("git mv own/mine.ts own/other.ts", False),
        ("git mv src/sib.ts src/other.ts", True),
        ("git mv -n src/sib.ts src/other.ts", False),
    ],
)
def test_the_index_by_hand(line: str, is_harmful: bool, repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "everything")
    effects = analyse(line, str(root), home=str(tmp_path / "home"))
    probe = GitRepo(environment(tmp_path / "home"))
    found = endangers(effects, "me", repos.OWNERS, str(root), str(root), probe)
    before, commits = repos.work(root)
    done = repos.run(line, root)
    harmed = before != repos.work(root, commits)[0]
    assert (bool(found), harmed) == (is_harmful, is_harmful), (found, done.stderr)
