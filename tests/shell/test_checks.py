"""What a reader may run: lines of which nothing is unknown but a known check. What they write stands apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanout.shell import analyse

SCRIPTS = {
    "test": "jest",
    "lint": "eslint src",
    "lint:fix": "eslint src --fix",
    "typecheck": "tsc --noEmit",
    "check": "node scripts/check.js",
    "gen": "node scripts/gen.js",
    "format": "prettier --write .",
    "deploy:test": "scripts/deploy",
}

CHECKS = """
./gradlew :app:testDebugUnitTest --tests "com.x.FooTest"
./gradlew assembleDebug -x lint
./gradlew -p app test --max-workers 2
gradle dependencyInsight --dependency guava --configuration runtimeClasspath
mvn -pl core -am test
mvn -f core/pom.xml -P ci verify
php artisan test --filter=UserTest
php artisan route:list
php vendor/bin/phpunit --filter testX
php bin/console debug:router
yarn workspace web test
yarn workspaces foreach -A run test
yarn workspaces list --json
pnpm --filter web test
pnpm -F web run lint
bun --filter web test
npm run test -w web
npm test --workspace web
hatch run test:cov
hatch test
hatch version
pdm run test
swift package describe --type json
swift format lint -r Sources
npx ng test --watch=false
make -C src test
rake -T db
rails db:migrate:status
docker build --check .
kubectl apply --dry-run=client -f k8s
helm upgrade --install x ./chart --dry-run
pytest -q
pytest tests/test_a.py::test_b -x 2>&1 | tail -20
python -m pytest -k x
python3 -m unittest discover -s tests
python3 -m doctest README.md
python3 -m timeit -n 1 pass
uv run pytest -q
poetry run pytest
tox -e py311
node --test tests/
node --test --test-reporter=tap tests/ | grep -c ok
npx jest --ci
npx vitest run
npm test
npm run lint
npm run typecheck
npm run check -- --verbose
yarn test
yarn lint
pnpm run test
bun test
deno test
deno check src/a.ts
go test ./...
go build ./...
go vet ./...
cargo test
cargo check --all-targets
cargo clippy -- -D warnings
cargo bench
cargo build --release
dotnet test
mvn -q test
./gradlew test
gradle :app:check
make test
make -n deploy
make lint typecheck
just test
rake spec
bundle exec rspec
mix test
swift test
flutter analyze
ctest --output-on-failure
cmake --build build
bazel test //...
tsc --noEmit
npx tsc --noEmit -p tsconfig.json
mypy src && ruff check . && pytest -q
eslint src
golangci-lint run
docker compose ps
hyperfine 'pytest -q'
time pytest -q
cd tests && pytest
timeout 60 npm test
phpunit
coverage run -m pytest
bats tests
shellcheck a.sh
git status && pytest
python3 tool.py
python3 bench/run.py --size 10
python3 manage.py test
python3 -m cProfile app.py
node bench.js | tail -3
bash ci/run_all.sh
./run.sh
pytest && ./agent_report
go run ./cmd/bench
cargo run --release
hyperfine 'python3 app.py'
hatch test
rye test
buck2 test //...
rebar3 eunit
gitleaks detect
valgrind --leak-check=full ./app
mkdocs build
sphinx-build -b linkcheck docs _build
npx nyc --reporter text mocha
python3 manage.py makemigrations --check --dry-run
bump2version --dry-run patch
npx semantic-release --dry-run
cargo publish --dry-run
perf stat -r 5 pytest -q
perf stat -e cycles,instructions python3 tool.py
""".strip().splitlines()

MORE = """
./gradlew --tests X publish
./gradlew -p check publish
./gradlew compileAndDeploy
./gradlew lintFix
mvn -pl test deploy
php artisan migrate
php artisan make:model X
php artisan test --update-snapshots
php script.php
php bin/console cache:clear
yarn workspaces foreach run lint --fix
yarn workspaces foreach run deploy
yarn workspace web add lodash
pnpm --filter web add lodash
pnpm --filter web prettier --write .
pnpm --filter web run format
bun --filter web run release
npm run release -w web
hatch version minor
hatch run docs:deploy
pdm run release
swift package update
swift format -i -r Sources
npx ng test --watch --update
make -C test
make -C test install
rake db:migrate
rails db:migrate
docker build .
kubectl apply -f k8s
helm upgrade --install x ./chart
npm run gen
npm run format
npm run lint:fix
npm run deploy:test
npm start
jest -u
npx vitest run --update
pytest --snapshot-update
go test ./... -update
go generate ./...
cargo clippy --fix
make
make deploy
make test clean
make format
just
rake db:migrate
eslint --fix src
pytest && python3 tool.py --write
python3 scripts/migrate.py
python3 manage.py makemigrations
bash deploy.sh
./gen.sh
node scripts/format.js
python3 -m alembic upgrade head
pytest; ./release
go run ./cmd/gen
cargo run -- sync
rye sync
frobnicate deploy
frobnicate lint --fix
docker compose up -d
terraform apply
gradle run
mvn spotless:apply
git commit -m x -- a
frobnicate --test
$RUNNER test
bump2version patch
bump2version --dry-run patch && bump2version patch
cargo publish
perf stat bump2version patch
perf record pytest
perf stat -o out.txt pytest
pytest && lerna version minor
buf generate
buf dep update
""".strip().splitlines()


@pytest.fixture
def project(tmp_path: Path) -> str:
    (tmp_path / "package.json").write_text(json.dumps({"scripts": SCRIPTS}))
    (tmp_path / "Makefile").write_text("test:\n\techo $(shell date)\n")
    (tmp_path / "tests").mkdir()
    return str(tmp_path)


@pytest.mark.parametrize("line", CHECKS)
def test_a_check_is_known_as_one_and_names_no_file(line: str, project: str) -> None:
    effects = analyse(line, project)
    assert effects.checks, effects.reasons
    assert effects.paths(project) == []
    assert all(one.scope == "none" for one in effects.git)


@pytest.mark.parametrize("line", MORE)
def test_what_does_more_than_check_is_none(line: str, project: str) -> None:
    effects = analyse(line, project)
    assert not effects.checks or effects.writes or any(one.scope != "none" for one in effects.git)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("pytest -q --junitxml=out/report.xml", ["out/report.xml"]),
        ("pytest -q | tee log.txt", ["log.txt"]),
        ("npm test > log.txt 2>&1", ["log.txt"]),
        ("node --test --test-reporter-destination=docs/t.tap tests/", ["docs/t.tap"]),
        ("go test -coverprofile=c.out ./...", ["c.out"]),
        ("hyperfine --export-json b.json 'pytest -q'", ["b.json"]),
    ],
)
def test_a_report_that_an_option_names_is_a_write(line: str, written: list[str], project: str) -> None:
    effects = analyse(line, project)
    assert effects.checks
    assert effects.paths(project) == written


def test_a_dry_make_is_proven_by_its_makefile(project: str) -> None:
    assert analyse("make -n test", project).unknown
    (Path(project) / "Makefile").write_text("test:\n\tpytest\n")
    assert not analyse("make -n test", project).unknown


def test_tsc_without_output_reads_unless_it_keeps_what_it_found(project: str) -> None:
    assert not analyse("tsc --noEmit", project).unknown
    (Path(project) / "tsconfig.json").write_text('{"compilerOptions": {"incremental": true}}')
    effects = analyse("tsc --noEmit", project)
    assert effects.unknown and effects.checks


@pytest.mark.parametrize(
    ("folder", "is_installed"),
    [
        *((name, True) for name in ("vendor/bin", "node_modules/.bin", ".venv/bin", "venv/bin", "env/bin", ".tox/bin")),
        ("packages/app/node_modules/.bin", True),
        ("scripts", False),
        ("bin", False),
    ],
)
def test_a_checker_is_one_where_installers_put_it(folder: str, is_installed: bool, tmp_path: Path) -> None:
    tool = tmp_path / folder / "pytest"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\n")
    for called in (f"{folder}/pytest -q", f"./{folder}/pytest -q", f"{tool} -q"):
        reasons = analyse(called, str(tmp_path)).reasons
        assert ("it is a program of this project" in reasons[0]) != is_installed, called
