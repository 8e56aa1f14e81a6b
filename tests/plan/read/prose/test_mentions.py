"""Paths in prose, and whether they are written or read."""

from __future__ import annotations

import pytest

from fanout.plan.read.prose.mentions import mentions


def found(text):
    writes = [item.pattern for item in mentions(text) if item.mode == "write"]
    reads = [item.pattern for item in mentions(text) if item.mode == "read"]
    return writes, reads


@pytest.mark.parametrize(
    ("text", "writes", "reads"),
    [
        ("**Files**: src/a.py (read-only)", [], ["src/a.py"]),
        ("**Files**: `src/m.ts`, `src/a.py` (read only), src/b.py", ["src/m.ts", "src/b.py"], ["src/a.py"]),
        ("Change `src/m.ts` by `src/a.py` (unchanged)", ["src/m.ts"], ["src/a.py"]),
        ("Read-only: `src/a.py`, src/b.py", [], ["src/a.py", "src/b.py"]),
        ("Size: lib/Size.pm matches `min` bytes; t/03-size.t", ["lib/Size.pm", "t/03-size.t"], []),
        ("Date rule in lib/Date.pm (older than n days), t/04-date.t. Done", ["lib/Date.pm", "t/04-date.t"], []),
        ("Footer in templates/footer.phtml with xt/footer.t", ["templates/footer.phtml", "xt/footer.t"], []),
        ("Replace s/t/u and t/f in src/a.pl", ["src/a.pl"], []),
        ("Change `src/a.py` (adds a read-only mode)", ["src/a.py"], []),
        (
            "`src/a.ts`: half even; the test is there already (`test/a.test.ts`), don't touch it",
            ["src/a.ts"],
            ["test/a.test.ts"],
        ),
        ("Write src/a.ts so that test/a.test.ts, which is there already, passes", ["src/a.ts"], ["test/a.test.ts"]),
        ("The cache in lib/cache.pl; t/cache.t is already there", ["lib/cache.pl"], ["t/cache.t"]),
        ("`tests/test_a.py` exists: add a case for empty input", ["tests/test_a.py"], []),
        ("Extend src/a.py, which exists already", ["src/a.py"], []),
        ("Make src/x.ts, don't touch src/y.ts or src/z.ts", ["src/x.ts"], ["src/y.ts", "src/z.ts"]),
        ("Make src/x.ts without changing src/y.ts", ["src/x.ts"], ["src/y.ts"]),
        ("Make src/x.ts; leave src/y.ts alone", ["src/x.ts"], ["src/y.ts"]),
        ("Keep src/y.ts small", ["src/y.ts"], []),
        ("Cache in src/a.py; the test `t/a.t` must not change", ["src/a.py"], ["t/a.t"]),
        ("Cache in src/a.py (`t/a.t` must pass as it stands)", ["src/a.py"], ["t/a.t"]),
        ("Cache in src/a.py, keep `t/a.t` untouched", ["src/a.py"], ["t/a.t"]),
        ("`t/a.t`: don't touch", [], ["t/a.t"]),
        ("`t/a.t` stays as it is", [], ["t/a.t"]),
        ("`src/a.py`: must not change its input", ["src/a.py"], []),
        ("CRC in its own file (src/crc.c + include/crc.h) with a test", ["src/crc.c", "include/crc.h"], []),
        ("Add prove configuration in .proverc", [".proverc"], []),
        ("Style the .card and the .search", [], []),
        ("**Man page**: man/nightly.1 documents all options", ["man/nightly.1"], []),
        ("Add a read-only view in src/a.py", ["src/a.py"], []),
        ("Create Album in src/models/Album.js with methods", ["src/models/Album.js"], []),
        ("Implement schema per data-model.md in src/db.js", ["src/db.js"], ["data-model.md"]),
        ("Implement it in src/a.js per the service contract", ["src/a.js"], []),
        ("Implement Store.Take() with a funds check in src/store.go", ["src/store.go"], []),
        ("Implement Store.take(key, count) and check keys in src/store.py", ["src/store.py"], []),
        ("Create the service that loads `data/birds.json` in `src/birds.cs`", ["src/birds.cs"], ["data/birds.json"]),
        ("Do not edit src/a.py", [], ["src/a.py"]),
        ("Do NOT push tags, edit README.md, or touch `src/kit/`", [], ["README.md", "src/kit/"]),
        ("Never commit keys, add .env to .gitignore", [".env", ".gitignore"], []),
        ("Don't forget to update README.md", ["README.md"], []),
        ("Add keys that must not expire in src/keys.py", ["src/keys.py"], []),
        ("Run the manual checklist in docs/quickstart.md", [], ["docs/quickstart.md"]),
        (
            "Set up Go (`actions/setup-go`, `actions/checkout@v4`) in `.github/workflows/ci.yml`",
            [".github/workflows/ci.yml"],
            [],
        ),
        ("Lint with `golangci/golangci-lint-action` in ci.yml", ["ci.yml"], []),
        ("Add the link in `src/Pages/Index.cshtml`", ["src/Pages/Index.cshtml"], []),
        ("Write the rule in `actions/login.ts`", ["actions/login.ts"], []),
        ("Write the review in `src/review.py`", ["src/review.py"], []),
        ("Add a final check in src/check.py", ["src/check.py"], []),
        ("Review src/review.py", [], ["src/review.py"]),
        ("Write src/a.py, then review the audit in src/b.py", ["src/a.py"], ["src/b.py"]),
        ("Add it per constitution in src/components/", ["src/components/"], []),
        ("Contract test GET /users in tests/contract/users.py", ["tests/contract/users.py"], []),
        ("Sum it up in `src/a.js`, with `test/a.test.js`", ["src/a.js", "test/a.test.js"], []),
        ("Build `a.py` with `test_data.json`", ["a.py"], ["test_data.json"]),
        ("Create `a.py` which prints items with `b.py`", ["a.py"], ["b.py"]),
        ("Create `a.py` that renders a table through `b.py`", ["a.py"], ["b.py"]),
        ("Add `a.py`, which calls `b.py`", ["a.py"], ["b.py"]),
        ("Write docs/usage.md: how to call src/cli.py", ["docs/usage.md"], ["src/cli.py"]),
        ("Document in docs/api.md how src/cli.py is called", ["docs/api.md"], ["src/cli.py"]),
        ("Write tests/test_cli.py for src/cli.py", ["tests/test_cli.py"], ["src/cli.py"]),
        ("Add `tests/test_cli.py` with cases for the `src/cli.py`", ["tests/test_cli.py"], ["src/cli.py"]),
        ("Write src/a.py: call the helper of src/b.py", ["src/a.py"], ["src/b.py"]),
        ("Create `a.sh` and call `b.py`", ["a.sh"], ["b.py"]),
        ("Create a.py, call b.py in c.py", ["a.py", "c.py"], ["b.py"]),
        ("Create a.py and add a flag for b.py", ["a.py", "b.py"], []),
        ("Update docs/x.md and src/y.py for the new flag", ["docs/x.md", "src/y.py"], []),
        ("Write docs/x.md: how it works, and update src/y.py", ["docs/x.md", "src/y.py"], []),
        ("Add validation for src/a.py", ["src/a.py"], []),
        ("Create `a.py` together with `b.py`", ["a.py", "b.py"], []),
        ("Replace `a.py` with `b.py`", ["a.py", "b.py"], []),
        ("Create the shop with `a.py` and `b.py`", ["a.py", "b.py"], []),
        ("Create `a.py` that exports the type and update `b.py`", ["a.py", "b.py"], []),
        ("Write `a.py` with fixtures in `b.py`", ["a.py", "b.py"], []),
        ("Create `a.py`, which is added to `b.py`", ["a.py", "b.py"], []),
        ("Create profiles __init__.py with exports in pkg/profiles/__init__.py", ["pkg/profiles/__init__.py"], []),
        ("Create User.java entity in src/main/User.java", ["src/main/User.java"], []),
        ("Write store.py (see src/store.py)", ["src/store.py"], []),
        ("Update README.md and docs/README.md", ["README.md", "docs/README.md"], []),
        ("Update docs/README.md, README.md", ["docs/README.md", "README.md"], []),
        ("Update README.md. Add docs/README.md", ["README.md", "docs/README.md"], []),
        ("Create src/store.py. In store.py keep the rows", ["src/store.py"], []),
        ("Add index.ts to a/index.ts and b/index.ts", ["index.ts", "a/index.ts", "b/index.ts"], []),
        ("Review src/auth.ts and src/login.ts", [], ["src/auth.ts", "src/login.ts"]),
        ("Read `docs/x.md`. Update `src/x.ts`", ["src/x.ts"], ["docs/x.md"]),
        ("Write src/a.py using src/b.py and src/c.py", ["src/a.py"], ["src/b.py", "src/c.py"]),
        ("Update README.md, CHANGELOG.md and Dockerfile", ["README.md", "CHANGELOG.md", "Dockerfile"], []),
        ("Change `src/a.py:12-40` and src/b.py#L10-L20", ["src/a.py", "src/b.py"], []),
        ("Write `tests/test_a.py::test_one`", ["tests/test_a.py"], []),
        ("Write `tests/test_a.py::TestA::test_two[b-1]`", ["tests/test_a.py"], []),
        ("Implement `src/a.py:Reader.read()` and `src/lib.rs::parse`", ["src/a.py", "src/lib.rs"], []),
        ("Change `src/form.ts#Form`", ["src/form.ts"], []),
        ("Create src/{models,views}/x.py", ["src/{models,views}/x.py"], []),
        ("Edit `src\\win\\b.ts`", ["src/win/b.ts"], []),
        ("Edit ./src//a.ts and lib/../src/c.ts", ["src/a.ts", "src/c.ts"], []),
        ("Edit `app/[id]/page.tsx`", ["app/\\[id\\]/page.tsx"], []),
        ("Edit `src/[a-z]*.ts`", ["src/[a-z]*.ts"], []),
        ("Edit `app/(shop)/page.tsx`", ["app/(shop)/page.tsx"], []),
        ("Update .env.example, .github/workflows/ci.yml", [".env.example", ".github/workflows/ci.yml"], []),
        ("Use Node.js and/or Next.js, read/write, CI/CD, TCP/IP, e.g. v1.2.3", [], []),
        ("Call POST /api/users and see https://x.org/a.js", [], []),
        ("Return application/json from origin/main", [], []),
        ("Write `../other/x.py`, `/etc/hosts`, `C:\\x.py` and `~/x.py`", [], []),
        ("Write to `<feature>/x.md`", [], []),
        ("Run `npm test -- src/a.test.ts`, then `git add src/b.ts`", [], []),
        ("创建 `src/a.py`、`src/b.py`，参考 `docs/c.md`", ["src/a.py", "src/b.py"], ["docs/c.md"]),  # noqa: RUF001
        ("Remove legacy flags from src/config.ts", ["src/config.ts"], []),
        ("Delete the helper from `src/a.ts`", ["src/a.ts"], []),
        ("Export User type from src/index.ts and define it in src/user.ts", ["src/index.ts", "src/user.ts"], []),
        ("Extract the parser from src/a.ts into src/b.ts", ["src/a.ts", "src/b.ts"], []),
        ("Add a form with types from src/types.ts", [], ["src/types.ts"]),
        ("Validate email input in src/forms/login.ts", ["src/forms/login.ts"], []),
        ("Load user fixtures in src/seed.ts", ["src/seed.ts"], []),
        ("Check permissions in src/mw.ts before handlers run", ["src/mw.ts"], []),
        ("Compare old and new in src/diff.ts", ["src/diff.ts"], []),
        ("Verify tokens in src/t.ts: implement verify()", ["src/t.ts"], []),
        ("Inspect headers in src/h.ts", ["src/h.ts"], []),
        ("Run formatter on src/f.ts", ["src/f.ts"], []),
        ("Refactor the load function in src/l.ts", ["src/l.ts"], []),
        ("Create it (depends on T023) `src/y.ts`", ["src/y.ts"], []),
        ("Review error handling in src/a.ts", [], ["src/a.ts"]),
        ("Check src/a.ts", [], ["src/a.ts"]),
        ("Verify that all links in docs/x.md resolve", [], ["docs/x.md"]),
        ("Run the tests in tests/unit/", [], ["tests/unit/"]),
        ("Load the config from src/c.ts", [], ["src/c.ts"]),
        ("Write src/log.py; call it from src/server.py", ["src/log.py", "src/server.py"], []),
        ("Import it from src/server.py", [], ["src/server.py"]),
        ("Wire the router into src/app.py", ["src/app.py"], []),
        ("Register it with src/di.ts", ["src/di.ts"], []),
        ("Hook up the form in src/page.tsx", ["src/page.tsx"], []),
        ("Fix it per [src/a.py:41] in src/b.py", ["src/b.py"], ["src/a.py"]),
        ("[Issue #2](issues/2-x.md)", [], ["issues/2-x.md"]),
        ("[Issue #2] Add the cart, issues/2-cart.md", [], ["issues/2-cart.md"]),
        ("[Issue #2] Store: [issues/2-x.md](issues/2-x.md)", [], ["issues/2-x.md"]),
        ("Create the page of tickets/7.md in src/page.tsx", ["src/page.tsx"], ["tickets/7.md"]),
        ("Update issues/2-x.md", ["issues/2-x.md"], []),
        ("Add src/issues/list.ts", ["src/issues/list.ts"], []),
        ("Return response.json and `req.body` in src/a.ts", ["src/a.ts"], []),
        ("Write response.py and `request.ts`", ["response.py", "request.ts"], []),
        ("Update the [guide](docs/guide.md)", [], ["docs/guide.md"]),
        ("Update [docs/guide.md](docs/guide.md)", ["docs/guide.md"], []),
        ("Update [guide.md](../docs/guide.md) and [`src/a.ts`](./src/a.ts)", ["src/a.ts"], []),
        ("Write unit/integration tests for frontend/backend", [], []),
        ("Write tests/unit and `unit/integration`", ["tests/unit", "unit/integration"], []),
        ("Parse response.json() and call os.path.join(a) in src/a.py", ["src/a.py"], []),
        ("Edit packages/agent/src/\\*\\* and src/my\\_file.py", ["packages/agent/src/**", "src/my_file.py"], []),
        ("Create `/Users/ada/work/shop/packages/core/src/a.py`", ["packages/core/src/a.py"], []),
        ("Create /home/ada/shop/src/a.py and C:\\Users\\ada\\shop\\tests\\b.py", ["src/a.py", "tests/b.py"], []),
        ("Read /etc/app/src.conf and write /home/ada/notes.txt", [], []),
        (
            "Create Base in src/gen/base.py (data-model.md Entity 6, research.md D3)",
            ["src/gen/base.py"],
            ["data-model.md", "research.md"],
        ),
        ("Update the guide (docs/guide.md) and README.md", ["docs/guide.md", "README.md"], []),
        ("Edit `[.]` and `src/[z-a].py`", [], []),
        ("", [], []),
    ],
)
def test_paths_in_prose(text, writes, reads):
    assert found(text) == (writes, reads)


def test_a_write_beats_a_read_of_the_same_path():
    assert found("Read src/a.py. Then update src/a.py") == (["src/a.py"], [])


def test_confidence_is_lower_without_a_verb():
    with_verb, without = mentions("Create src/a.py")[0], mentions("The model in src/a.py")[0]
    assert with_verb.confidence > without.confidence
    assert with_verb.why == "'Create' stands before the path"


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("Unit test for totals in tests/unit/test_totals.py", 0.8),
        ("Implement the run stub in src/cli/run.py", 0.85),
        ("Totals tests/unit/test_totals.py", 0.6),
        ("Integration test, verify totals in tests/test_totals.py", 0.6),  # it may only be looked at
        ("Unit tests for totals in tests/unit/", 0.6),  # which of them is not said
    ],
)
def test_how_sure_a_file_is_that_something_is_done_in(text: str, sure: float) -> None:
    assert [(item.mode, item.confidence) for item in mentions(text)] == [("write", sure)]


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("Customs form as text (src/customs.js, with a test)", 0.8),
        ("The command line (src/cli.js) takes --bulky", 0.8),
        ("Customs form (src/a.js) as text (src/customs.js, too)", 0.6),
        ("Customs form as text (as src/customs.js has it)", 0.6),
    ],
)
def test_how_sure_a_path_in_brackets_is(text: str, sure: float) -> None:
    assert min(one.confidence for one in mentions(text) if one.mode == "write") == sure


def test_a_file_of_its_own_is_sure_enough_to_run_beside_others() -> None:
    assert all(one.confidence >= 0.75 for one in mentions("CRC-16 in its own file src/crc.c + include/crc.h (0x1021)"))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Add a box with `cmdk` (already in `package.json`)", {"package.json"}),
        ("Fill `b.py`, leave `c.py`'s `_format` untouched", {"c.py"}),
        ("Write `d.py`: fail when a file under `lib/` imports it", {"lib/"}),
        ("Write `d.py`. Allowlist (see the spec): `lib/a/**`, `lib/m.py`", {"lib/a/**", "lib/m.py"}),
        ("Rename it in every file under `src/`", set()),
        ("Put the script under `scripts/`", set()),
        ("Move what is already in `a.py` to `b.py`", set()),
    ],
)
def test_files_that_are_only_spoken_of_are_read(text: str, read: set[str]) -> None:
    assert {one.pattern for one in mentions(text) if one.mode == "read"} == read


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Refactor the grid (src/app/(operator)/grid.tsx)", "src/app/(operator)/grid.tsx"),
        ("Refactor the grid (src/app/grid.tsx)", "src/app/grid.tsx"),
        ("Refactor (shop)/page.tsx", "(shop)/page.tsx"),
        ("Refactor app/(shop)/(cart)", "app/(shop)/(cart)"),
    ],
)
def test_brackets_around_a_path_are_none_of_its_own(text: str, path: str) -> None:
    assert [one.pattern for one in mentions(text)] == [path]
