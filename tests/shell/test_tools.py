"""Formatters and package managers, by what their own documentation says: most of them are not installed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanout.shell import analyse, is_read_only
from fanout.shell.effects import is_of

FILES = [
    "a.rs", "sub/b.rs", "a.php", "a.kt", "a.cs", "a.ex", "a.java",
    "a.py", "a.pyi", "a.ipynb", "a.ts", "a.js", "a.css", "a.md", "a.json", "a.toml", "a.go", "a.tf", "a.sh", "a.lua",
    "a.swift", "a.rb", "a.yaml", "tool", "sub/b.py", "sub/b.ts", "sub/b.go", "sub/b.tf", "sub/b.md",
    "app/[id]/page.tsx",
]  # fmt: skip


def rewritten(line: str, root: Path) -> set[str]:
    """Which of the files a line is said to write."""
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x\n")
    found = set()
    for write in analyse(line, str(root)).writes:
        for name in FILES:
            path = f"{root}/{name}"
            below = write.recursive and path.startswith(f"{write.path}/")
            if path == write.path or (below and (not write.kinds or is_of(write.kinds, path))):
                found.add(name)
    return found


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("black .", "a.py a.pyi a.ipynb sub/b.py"),
        ("black sub", "sub/b.py"),
        ("black a.md", "a.md"),
        ("black . && isort . && ruff check --fix", "a.py a.pyi a.ipynb tool sub/b.py"),
        ("ruff format", "a.py a.pyi a.ipynb sub/b.py"),
        ("ruff check --fix .", "a.py a.pyi a.ipynb sub/b.py"),
        ("isort -rc .", "a.py a.pyi tool sub/b.py"),
        ("autoflake -ir .", "a.py a.pyi tool sub/b.py"),
        ("autopep8 -ir .", "a.py a.pyi tool sub/b.py"),
        ("sg -p a -r b --update-all sub", "sub/b.py sub/b.ts sub/b.go sub/b.tf sub/b.md sub/b.rs"),
        ("sg -p a -r b sub", ""),
        ("dotnet csharpier .", "a.cs"),
        ("dotnet format --include a.cs --severity warn", "a.cs"),
        ("dotnet format", "a.cs"),
        ("pipx run black .", "a.py a.pyi a.ipynb sub/b.py"),
        ("pipx run --spec black==24.1 black sub", "sub/b.py"),
        ("pipx run black --check .", ""),
        ("yamlfmt -lint .", ""),
        ("yamlfmt .", "a.yaml"),
        ("npx rimraf sub", "sub/b.py sub/b.ts sub/b.go sub/b.tf sub/b.md sub/b.rs"),
        ("npx rimraf 'sub/*.ts'", "sub/b.ts"),
        ("npx del-cli a.ts '!a.js'", "a.ts"),
        ("npx shx rm -rf sub", "sub/b.py sub/b.ts sub/b.go sub/b.tf sub/b.md sub/b.rs"),
        ("npx shx cat a.ts", ""),
        ("npx cpy a.ts sub/b.ts", "sub/b.ts"),
        ("chattr +i a.ts", "a.ts"),
        ("chattr -R -i sub", "sub/b.py sub/b.ts sub/b.go sub/b.tf sub/b.md sub/b.rs"),
        ("dotnet csharpier check .", ""),
        ("mix format --check-formatted", ""),
        ("php-cs-fixer fix --dry-run", ""),
        ("cargo sort -w", "a.toml"),
        ("cargo sort --check", ""),
        ("gci write .", "a.go sub/b.go"),
        ("goimports-reviser -rm-unused .", "a.go sub/b.go"),
        ("ktfmt .", "a.kt"),
        ("oxfmt .", "a.ts a.js sub/b.ts app/[id]/page.tsx"),
        ("oxfmt --check .", ""),
        ('markdownlint-cli2 --fix "**/*.md"', "a.md sub/b.md"),
        ("markdownlint --fix .", "a.md sub/b.md"),
        ("markdownlint -f sub", "sub/b.md"),
        ("markdownlint -c a.json .", ""),
        ("markdownlint -o a.json .", "a.json"),
        ("eslint_d --fix sub", "sub/b.ts"),
        ("eslint_d --fix-to-stdout --stdin < a.js", ""),
        ("eslint_d sub", ""),
        ("prettierd a.js < a.js", ""),
        ("astyle -r 'sub/*.ts'", "sub/b.ts"),
        ("astyle './*.ts,*.js'", "a.ts a.js"),
        ("astyle -r './*.ts'", "a.ts sub/b.ts"),
        ("astyle a.java", "a.java"),
        ("astyle --dry-run a.java", ""),
        ("astyle < a.java", ""),
        ("buf format -w sub", ""),
        ("buf lint", ""),
        ("pre-commit run --help", ""),
        ("cargo fmt --help", ""),
        ("buf build -o a.json", "a.json"),
        ("quicktype a.json -o a.ts", "a.ts"),
        ("quicktype a.json", ""),
        ("oapi-codegen -o a.go a.yaml", "a.go"),
        ("markdownlint-cli2 .", ""),
        ("jj restore sub/b.py", "sub/b.py"),
        ("jj restore --from @- sub", "sub/b.py sub/b.ts sub/b.go sub/b.tf sub/b.md sub/b.rs"),
        ("jj log -p", ""),
        ("hg revert -r tip a.py", "a.py"),
        ("hg update", ""),
        ("hg revert --all --dry-run", ""),
        ("svn revert a.py", "a.py"),
        ("svn status", ""),
        ("svn rm a.py", "a.py"),
        ("svn rm --keep-local a.py", ""),
        ("hg rm sub", "sub/b.py sub/b.ts sub/b.go sub/b.tf sub/b.md sub/b.rs"),
        ("hg mv a.py a.go", "a.py a.go"),
        ("hg mv --after a.py a.go", ""),
        ("jj new", ""),
        ("jj squash", ""),
        ("gofmt -w .", "a.go sub/b.go"),
        ("go fmt ./...", "a.go sub/b.go"),
        ("go fmt ./sub/...", "sub/b.go"),
        ("go fmt", "a.go"),
        ("terraform fmt -recursive", "a.tf sub/b.tf"),
        ("terraform fmt", "a.tf"),
        ("terraform fmt sub", "sub/b.tf"),
        ("npx eslint --fix .", "a.ts a.js sub/b.ts app/[id]/page.tsx"),
        ("npx eslint --fix --ext .ts,.md .", "a.ts a.js a.md sub/b.ts sub/b.md app/[id]/page.tsx"),
        ("npx stylelint --fix .", "a.css"),
        ("npx prettier --write .", "a.ts a.js a.css a.md a.json a.yaml sub/b.ts sub/b.md app/[id]/page.tsx"),
        ("npx prettier --write -l sub", "sub/b.ts sub/b.md"),
        ('npx prettier --write "**/*.ts"', "a.ts sub/b.ts"),
        ('npx prettier --write "*.ts"', "a.ts"),
        ('npx prettier --write "sub/**/*.{md,ts}"', "sub/b.ts sub/b.md"),
        ('npx prettier --write "app/[id]/page.tsx"', "app/[id]/page.tsx"),
        ("stylua .", "a.lua"),
        ("swiftformat .", "a.swift"),
        ("shfmt -w .", "a.sh tool"),
        ("rubocop -A .", "a.rb tool"),
        ("codespell -w sub", "sub/b.py sub/b.ts sub/b.go sub/b.tf sub/b.md sub/b.rs"),
        ("cargo fmt", "a.rs sub/b.rs"),
        ("cargo fmt --all", "a.rs sub/b.rs"),
        ("cargo fmt --check", ""),
        ("cargo fmt -- --check", ""),
        ("cargo clippy --fix --allow-dirty", "a.rs sub/b.rs"),
        ("cargo clippy", ""),
        ("rubocop -A", "a.rb tool"),
        ("rubocop", ""),
        ("bundle exec rubocop -a", "a.rb tool"),
        ("bundle exec rubocop", ""),
        ("mix format", "a.ex"),
        ("mix format --check-formatted", ""),
        ("dotnet format", "a.cs"),
        ("dotnet format --verify-no-changes", ""),
        ("deno fmt", "a.ts a.js a.css a.md a.json a.yaml sub/b.ts sub/b.md app/[id]/page.tsx"),
        ("deno fmt --check", ""),
        ("npx biome check --write", "a.ts a.js a.css a.json sub/b.ts app/[id]/page.tsx"),
        ("npx @biomejs/biome@1.9 format --write sub", "sub/b.ts"),
        ("npx biome check", ""),
        ("npx oxlint --fix", "a.ts a.js sub/b.ts app/[id]/page.tsx"),
        ("npx oxlint", ""),
        ("php-cs-fixer fix", "a.php"),
        ("php-cs-fixer fix --dry-run", ""),
        ("vendor/bin/pint", "a.php"),
        ("vendor/bin/pint --test", ""),
        ("./vendor/bin/php-cs-fixer fix sub", ""),
        ("ktlint -F", "a.kt"),
        ("ktlint", ""),
        ("./gradlew spotlessApply", "a.java a.kt"),
        ("./gradlew :app:spotlessApply", "a.java a.kt"),
        ("./gradlew spotlessCheck", ""),
        ("mvn -q spotless:apply", "a.java a.kt"),
        ("golangci-lint run --fix", "a.go sub/b.go"),
        ("golangci-lint run", ""),
        ("swiftlint --fix", "a.swift"),
        ("standardrb --fix", "a.rb"),
        ("zig fmt .", ""),
        ("sd foo bar a.ts sub/b.ts", "a.ts sub/b.ts"),
        ("sd -p foo bar a.ts", ""),
        ("sd foo bar < a.ts", ""),
        ("ex -sc '%s/a/b/|x' a.ts", "a.ts"),
        ("ex -sc '%p|q!' a.ts", ""),
        ("vim -es -c '%s/a/b/' -c wq a.ts", "a.ts"),
        ("fd -e ts -x sed -i s/a/b/ {}", "a.ts sub/b.ts"),
        ("fdfind -e go -X gofmt -w", "a.go sub/b.go"),
        ("fd -e ts", ""),
        ("fd -e none -X rm -f a.md", ""),
        ("fd -e none -x rm -f a.md", ""),
        ("fd -e ts -X rm -f a.md", "a.md a.ts sub/b.ts"),
        ("fd -e ts sub --exec-batch rm {} ';'", ""),
        ("fd -e ts | xargs sed -i s/a/b/", "a.ts sub/b.ts"),
        ("rg -l x -g '*.go' | xargs sed -i s/a/b/", "a.go sub/b.go"),
        ("rg --files sub | xargs sed -i s/a/b/", "sub/b.py sub/b.ts sub/b.go sub/b.tf sub/b.md sub/b.rs"),
        ("rg -n x", ""),
        ("rg --pre 'tee a.md' x", "a.md"),
        ("xmllint --output a.md a.json", "a.md"),
        ("xmllint --noout a.json", ""),
        ("tree -o a.md", "a.md"),
        ("tree -L 2", ""),
        ("shuf -o a.md a.md", "a.md"),
        ("hyperfine --prepare 'touch a.md' 'wc a.js'", "a.md"),
        ("mypy --junit-xml a.md .", "a.md"),
        ("node_modules/.bin/prettier --write a.ts", "a.ts"),
        ("tidy -m a.md", ""),
        ("clang-format -style=file -assume-filename=x.c a.js", ""),
        ("clang-format -i -style=file a.js", "a.js"),
    ],
)
def test_a_formatter_takes_the_files_of_its_languages(line: str, files: str, tmp_path: Path) -> None:
    assert rewritten(line, tmp_path) == set(files.split())


@pytest.mark.parametrize(
    ("line", "written", "kept_up"),
    [
        ("npm install", "", "package-lock.json node_modules"),
        ("npm install x", "package.json package-lock.json", "node_modules"),
        ("npm install --no-save x", "", "node_modules"),
        ("npm install --no-package-lock", "", "node_modules"),
        ("npm install --no-package-lock x", "package.json", "node_modules"),
        ("npm uninstall --no-save x", "", "node_modules"),
        ("npm link", "", ""),
        ("npm link x", "", "node_modules"),
        ("npm ci", "", "node_modules"),
        ("npm dedupe", "", "package-lock.json node_modules"),
        ("npm --prefix app install", "", "app/package-lock.json app/node_modules"),
        ("cd app && npm install", "", "app/package-lock.json app/node_modules"),
        ("yarn", "", "yarn.lock node_modules"),
        ("yarn --frozen-lockfile", "", "node_modules"),
        ("yarn install --frozen-lockfile", "", "node_modules"),
        ("yarn install --immutable", "", "node_modules"),
        ("yarn add x", "package.json yarn.lock", "node_modules"),
        ("pnpm install --frozen-lockfile --offline", "", "node_modules"),
        ("pnpm install --frozen-lockfile --lockfile-only", "", ""),
        ("bun install --frozen-lockfile", "", "node_modules"),
        ("uv sync", "", "uv.lock .venv"),
        ("uv sync --frozen", "", ".venv"),
        ("uv sync --locked", "", ".venv"),
        ("uv sync --check", "", ""),
        ("uv lock", "", "uv.lock"),
        ("uv lock --frozen", "", ""),
        ("uv add x", "pyproject.toml uv.lock", ".venv"),
        ("uv add --frozen x", "pyproject.toml", ""),
        ("uv add --no-sync x", "pyproject.toml uv.lock", ""),
        ("uv add --script s.py x", "s.py", ""),
        ("uv version 2", "pyproject.toml uv.lock", ".venv"),
        ("poetry install", "", ""),
        ("poetry sync", "", ""),
        ("poetry add x", "pyproject.toml poetry.lock", ""),
        ("poetry version 2", "pyproject.toml", ""),
        ("pdm install --frozen-lockfile", "", ""),
        ("pipenv install --deploy", "", ""),
        ("pipenv sync", "", ""),
        ("pipenv install x", "Pipfile Pipfile.lock", ""),
        ("pipenv lock x", "Pipfile.lock", ""),
        ("go mod tidy", "go.mod go.sum", ""),
        ("go mod edit -require=x@v1", "go.mod", ""),
        ("cargo update", "Cargo.lock", ""),
        ("cargo update --locked", "", ""),
        ("cargo add x", "Cargo.toml Cargo.lock", ""),
        ("cargo add -n x", "", ""),
    ],
)
def test_an_installer_writes_what_its_options_leave_to_it(
    line: str, written: str, kept_up: str, tmp_path: Path
) -> None:
    (tmp_path / "app").mkdir()
    writes = analyse(line, str(tmp_path)).writes
    named = {keeps: {w.path[len(str(tmp_path)) + 1 :] for w in writes if w.upkeep == keeps} for keeps in (True, False)}
    assert named == {False: set(written.split()), True: set(kept_up.split())}


@pytest.mark.parametrize(
    "line",
    [
        "jj restore", "jj undo", "jj abandon", "jj new main", "jj op restore abc", "hg revert -a",
        "hg up -C", "hg purge", "hg shelve", "svn revert -R .", "svn cleanup --remove-unversioned",
        "jj squash --into main", "sl goto --clean main",
    ],
)  # fmt: skip
def test_version_control_beside_git_sets_the_whole_tree_back(line: str, tmp_path: Path) -> None:
    writes = analyse(line, str(tmp_path)).writes
    assert [(write.path, write.kind, write.recursive) for write in writes] == [(str(tmp_path), "truncate", True)]


@pytest.mark.parametrize(
    ("line", "verbs"),
    [
        ("gh repo sync --force", ["reset"]),
        ("gh repo sync", ["pull"]),
        ("gh repo sync me/fork --force", []),
        ("gh repo view", []),
    ],
)
def test_a_synced_repository_is_git_at_work(line: str, verbs: list[str], tmp_path: Path) -> None:
    assert [effect.verb for effect in analyse(line, str(tmp_path)).git] == verbs


def test_a_formatter_that_only_looks_is_a_check(tmp_path: Path) -> None:
    for line in ("mix format --check-formatted", "dotnet format --verify-no-changes", "rector process --dry-run"):
        assert analyse(line, str(tmp_path)).checks and not analyse(line, str(tmp_path)).writes


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("script -c true", "typescript"),
        ("script -c true out", "out"),
        ("script -O out -c true", "out"),
        ("script --log-out out -c true", "out"),
    ],
)
def test_a_recorded_session_goes_into_its_file(line: str, written: str, tmp_path: Path) -> None:
    assert {write.path for write in analyse(line, str(tmp_path)).writes} == {str(tmp_path / written)}


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("sqlite3 data.db '.restore old.db'", ["data.db"]),
        ("sqlite3 data.db '.import a.csv t'", ["data.db"]),
        ("sqlite3 data.db '.tables'", []),
        ("sqlite3 data.db '.schema t'", []),
    ],
)
def test_what_a_dot_command_does_to_the_database(line: str, written: list[str], tmp_path: Path) -> None:
    (tmp_path / "data.db").write_text("")
    assert analyse(line, str(tmp_path)).paths(str(tmp_path)) == written


READS = """
go version
go env
go env GOPATH GOROOT
go list -m all
go doc fmt.Println
go vet ./...
go help build
go bug
go tool pprof -top x
go mod edit -json
go mod tidy -diff
go work edit -print
bun pm ls
pnpm -C web why react
xcodebuild -list
xcodebuild -project a.xcodeproj -showBuildSettings
xcrun simctl list devices
"""


@pytest.mark.parametrize("line", READS.strip().splitlines())
def test_what_only_reads_writes_nothing(line: str, tmp_path: Path) -> None:
    effects = analyse(line, str(tmp_path))
    assert not effects.unknown and not effects.writes


def names(line: str, root: Path) -> list[str]:
    for name in ("a", "sub/b"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x\n")
    return sorted(Path(write.path).relative_to(root).as_posix() for write in analyse(line, str(root)).writes)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("echo x | tee a", ["a"]),
        ("echo x | tee - a new", ["a", "new"]),
        ("echo x | tee -a a - new", ["a", "new"]),
        ("echo out | tee a && touch $(cat a)", ["a", "out"]),
        ("echo out | tee a new; touch $(cat new)", ["a", "new", "out"]),
        ("printf 1 > new; echo 2 | tee -a new; touch $(cat new)", ["12", "new", "new"]),
        ("printf 1 > new; echo 2 | tee new; touch $(cat new)", ["2", "new"]),
        ("touch $(echo out | tee a)", ["a", "out"]),
        ("find sub -name b -printf '%f\\n' | xargs rm", ["b"]),
        ("parallel rm ::: sub/b", ["sub/b"]),
        ("parallel touch {.}.o ::: src/m.c plain", ["plain.o", "src/m.o"]),
        ("parallel touch new/{/} {/.}.o ::: src/m.c src/plain", ["m.o", "new/m.c", "new/plain", "plain.o"]),
        ("parallel cp {} sub/{} ::: a :::  b", ["sub/a", "sub/b"]),
        ("ls | parallel -j 2 'rm {}'", ["a"]),
        ("parallel ::: 'rm a' 'touch new'", ["a", "new"]),
        ("parallel --results out --joblog log echo ::: x", ["log", "out"]),
        ("find sub -name b -printf '%f\\0' | xargs -0 rm", ["b"]),
        ("find sub -name b -printf '%p\\n' | xargs rm", ["sub/b"]),
        ("find sub -name b -printf '%p\\0' | xargs -0 rm", ["sub/b"]),
        ("find sub -name b -print0 | xargs -0 rm", ["sub/b"]),
        ("find sub -name b | xargs rm", ["sub/b"]),
    ],
)
def test_what_a_tool_prints_is_what_the_next_one_gets(line: str, written: list[str], tmp_path: Path) -> None:
    assert names(line, tmp_path) == written


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("cargo add serde --manifest-path crate/Cargo.toml", "crate/Cargo.toml crate/Cargo.lock"),
        ("cargo add serde --manifest-path=crate/Cargo.toml --dry-run", ""),
        ("cargo update --manifest-path=crate/Cargo.toml", "crate/Cargo.lock"),
        ("cd crate/src && cargo add serde", "crate/Cargo.toml crate/Cargo.lock"),
        ("cd ws/member && cargo add serde", "ws/member/Cargo.toml ws/Cargo.lock"),
        ("go mod tidy -C svc", "svc/go.mod svc/go.sum"),
        ("cd svc/internal && go get x@latest", "svc/go.mod svc/go.sum"),
        ("go build -C svc -o ../bin/x", "bin/x"),
        ("cd svc/internal && go mod init x", "svc/internal/go.mod"),
        ("cd back/tests && poetry add rich", "back/pyproject.toml back/poetry.lock"),
        ("poetry -C back version minor", "back/pyproject.toml"),
        ("poetry -C back show", ""),
        ("uv --directory back lock", "back/uv.lock"),
        ("uv add rich", "pyproject.toml uv.lock"),
        ("cd web/src && npm pkg set private=true", "web/package.json"),
        ("cd web/src && npm pkg get name", ""),
        ("npm pkg set private=true", "package.json"),
    ],
)
def test_a_package_tool_works_on_the_project_that_it_finds(line: str, written: str, tmp_path: Path) -> None:
    manifests = "crate/Cargo.toml ws/Cargo.toml ws/Cargo.lock ws/member/Cargo.toml svc/go.mod back/pyproject.toml"
    for name in [*manifests.split(), "web/package.json", "crate/src/a.rs", "svc/internal/a.go", "back/tests/a.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}\n")
    (tmp_path / "web" / "src").mkdir()
    effects = analyse(line, str(tmp_path))
    assert {path for path in effects.paths(str(tmp_path)) if ".venv" not in path} == set(written.split())


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("docker exec -u root -w /app api sh -c 'cat /etc/os-release | head -2'", True),
        ("docker compose -f a.yml exec -T db psql -U app -c 'select 1'", True),
        ("kubectl -n prod exec -it deploy/api -c app -- env | sort", True),
        ("docker exec api printenv PATH", True),
        ("docker exec api rm -rf /app/dist", False),
        ("docker compose exec api npm run deploy", False),
        ("docker exec -i api sh -c 'cat > /app/x'", False),
        ("echo 'rm -rf /app' | docker exec -i api sh", False),
        ("docker exec -d api sleep 5", False),
        ("docker exec api bash /app/show.sh", False),
        ("kubectl exec deploy/api -- psql -c 'delete from t'", False),
    ],
)
def test_a_command_in_a_container_reads_where_it_reads(line: str, reads: bool, tmp_path: Path) -> None:
    assert is_read_only(analyse(line, str(tmp_path))) is reads


@pytest.mark.parametrize("line", ["bun pm cache rm", "bun pm trust x", "xcodebuild archive", "xcrun simctl erase all"])
def test_what_stands_beside_a_reading_verb_does_not_read(line: str, tmp_path: Path) -> None:
    assert not is_read_only(analyse(line, str(tmp_path)))
