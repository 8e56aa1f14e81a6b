"""The paths that a list forbids to write, and words that only sound like it."""

from __future__ import annotations

import pytest

from fanout.plan.read.prose import left_alone

FORBIDDEN = [
    ("Nobody touches `docs/CHANGELOG.md`, I write that myself.", ["docs/CHANGELOG.md"]),
    ("Don't touch config/", ["config/"]),
    ("Do not change `a/b.py` and `a/c.py`.", ["a/b.py", "a/c.py"]),
    ("The test is there already (`test/x.test.js`), don't touch it.", ["test/x.test.js"]),
    ("Add a flag; don't touch `test/x.test.js`", ["test/x.test.js"]),
    ("Make `src/a.py` without changing `src/b.py`.", ["src/b.py"]),
    ("Leave `config/app.yml` alone.", ["config/app.yml"]),
    ("`config/app.yml` stays as it is.", ["config/app.yml"]),
    ("config/ is off limits.", ["config/"]),
    ("`src/api.ts` must not be changed.", ["src/api.ts"]),
    ("No one may edit `package-lock.json`.", ["package-lock.json"]),
    ("Don't touch `src/legacy`.", ["src/legacy"]),
    ("Hands off `deploy/prod.yml`!", ["deploy/prod.yml"]),
    ("`conf/app.ini` bitte nicht ändern.", ["conf/app.ini"]),
]
FREE = [
    "Don't touch the licence.",
    "Don't touch anything outside src/.",
    "Don't touch `src/api.ts` until the review is done.",
    "Don't change `src/api.ts` unless a test needs it.",
    "Don't edit `src/gen.ts` by hand, run `make gen`.",
    "Never import `src/a.py` from `src/b.py`.",
    "Do not rely on lib/a.js.",
    "Don't forget `docs/use.md`.",
    "Don't change the signature of `open` in `src/store.py`.",
    "Don't touch `src/**/*.gen.ts`.",
    "Don't touch ../other/a.py.",
    "Write `src/a.py`. Keep it short.",
    "Do it without changing public/editorial layouts.",
    "Nobody uses `src/a.py` any more: delete it.",
]


@pytest.mark.parametrize(("text", "paths"), FORBIDDEN)
def test_exact_paths_are_carried(text: str, paths: list[str]) -> None:
    assert left_alone.paths(text) == paths


@pytest.mark.parametrize("text", FREE)
def test_what_names_no_path_or_holds_not_always_forbids_nothing(text: str) -> None:
    assert left_alone.paths(text) == []
