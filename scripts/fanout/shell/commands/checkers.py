"""Test runners, linters, type checkers, benchmarks and builds: the project's own code runs, to find something out.

What they write is caches and build output, as a rule; no rule holds, so the line is unknown, and `Effects.checks` says that
nothing in it is unknown but this. An option that updates or fixes what is checked makes it an ordinary command.
"""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.commands import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from fanout.shell.call import Call

# Names that check whatever stands behind them.
ALWAYS = """
pytest py.test unittest jest vitest mocha ava tap phpunit pest rspec ctest nosetests bats shellspec prove busted luacheck
karma wdio elm-test stryker tox nox phpstan phpcs phan pytype ty pyre vulture radon lizard bandit safety pip-audit
svelte-check knip depcheck madge publint attw size-limit commitlint spectral kubeconform kubeval tflint tfsec checkov
trivy ansible-lint hlint cpplint cppcheck clang-tidy include-what-you-use staticcheck revive errcheck govulncheck
gosec gotestsum nextest cargo-nextest swiftlint-analyze detekt checkstyle pmd spotbugs k6 wrk ab hey oha autocannon
coverage interrogate pydocstyle pycodestyle dmypy import-linter lint-imports xenon perflint refurb jscpd dependency-cruiser
depcruise tsd vue-tsc mypyc stubtest brakeman bundler-audit reek flog rubycritic steep sorbet srb mdl proselint
vale alex textlint write-good credo dialyzer sphinx-build doxygen lychee linkchecker pa11y htmlproofer
"""
# Verbs that check, of programs that do other things, too.
VERBS = {
    "bazel": "test build query cquery info coverage",
    "bun": "test",
    "bundle": "audit",
    "cabal": "test build check bench",
    "composer": "test lint check analyse phpstan",
    "crystal": "spec build",
    "cypress": "run verify info",
    "dart": "test analyze",
    "deno": "test check lint bench coverage",
    "dotnet": "test build",
    "dune": "test build runtest",
    "flutter": "test analyze",
    "gradle": "test check build assemble lint detekt ktlintCheck spotlessCheck compileJava compileKotlin testClasses tasks "
    "dependencies dependencyInsight properties projects help integrationTest jacocoTestReport classes jar javadoc",
    "lein": "test check",
    "lerna": "run",
    "meson": "test compile introspect",
    "mix": "test credo dialyzer compile xref",
    "mvn": "test verify compile package test-compile validate dependency:tree dependency:analyze spotless:check "
    "help:effective-pom help:describe "
    "checkstyle:check spotbugs:check integration-test",
    "next": "build lint info",
    "nimble": "test check",
    "nx": "test lint build e2e typecheck run run-many affected graph show report print-affected",
    "pants": "test lint check",
    "playwright": "test",
    "rails": "test routes stats about notes spec db:migrate:status db:version",
    "rake": "test spec default lint rubocop -T --tasks",
    "sbt": "test compile testOnly Test/compile scalafmtCheck scalafmtCheckAll",
    "stack": "test build bench",
    "swift": "test build",
    "turbo": "run test lint build typecheck check",
    "vite": "build",
    "xcodebuild": "test build -list -version -showsdks -showBuildSettings build-for-testing analyze",
    "zig": "test build",
    "ng": "test lint build",
    "ninja": "",
    "cmake": "--build -LA -L -N --help",
    "pre-commit": "validate-config",
    "tsx": "--test",
    "ts-node": "",
    "webpack": "",
    "rollup": "",
    "parcel": "build",
}
VERBS["gradlew"], VERBS["mvnw"] = VERBS["gradle"], VERBS["mvn"]
TARGETED = frozenset("make gmake just task rake invoke inv doit mage earthly".split())
TASKS = frozenset("gradle gradlew mvn mvnw".split())
# Options of those, and of make, whose value stands behind them: a place, a number, a name that starts nothing.
VALUED = {
    **dict.fromkeys(
        ("gradle", "gradlew"),
        "--tests --configuration --dependency --max-workers -p --project-dir -x --exclude-task -b --build-file -c -g "
        "--gradle-user-home --console --task".split(),
    ),
    **dict.fromkeys(
        ("mvn", "mvnw"),
        "-pl --projects -f --file -P --activate-profiles -T --threads -rf --resume-from -s --settings -l -b".split(),
    ),
    **dict.fromkeys(("make", "gmake"), "-C --directory -f --file -I -o -W -j -l".split()),
}
VARIANT = r"(?:test|check|lint|compile|assemble|detekt|ktlint|jacoco)[A-Z]\w*"  # of a task: testDebugUnitTest
UNVERBED = frozenset(("ninja",))
# A target or a script with such a name is there to find something out.
CHECKING = frozenset(
    """
    test tests check checks lint lints typecheck type types tsc mypy bench benchs benchmark benchmarks verify unit units e2e
    integration spec specs coverage cov validate audit doctest smoke ci vet analyse analyze build compile
    """.split()
)
CHECK_VERBS = CHECKING | {"detect", "scan", "eunit", "ct", "analyse", "analyze", "bench"}
BETWEEN = str.maketrans("-_:.", "    ")
# Options by which a checker changes what it checks: their names, and what others begin with.
CHANGING = frozenset(
    """
    -u -U --update --updateSnapshot --fix --write --snapshot-update -update --accept --bless --inline-snapshot --init
    --generate-baseline --set-baseline --watch --autocorrect --autocorrect-all --auto-correct --auto-correct-all
    --inplace --in-place --record
    """.split()
)
CHANGING_STARTS = tuple("--update- --fix- --regen".split())
CHANGING_VALUED = frozenset(
    "--fix -update --inline-snapshot --generate-baseline --set-baseline --watch --record".split()
)
FIXING = "fix update write format fmt snapshot deploy publish release clean migrate install gen seed".split()
CHANGES = frozenset(
    """
    apply bump changepassword cleanup clearsessions codegen collectstatic commit compilemessages create createcachetable
    createsuperuser delete destroy down downgrade drop flush format formatter generate import init install loaddata
    makemessages squashmigrations makemigrations merge migration move new patch postinstall prune purge
    push regenerate remove rename replace reset rewrite rm rollback scaffold setup start startapp startproject stop sync tag
    uninstall undo up upgrade upload
    """.split()
) | frozenset(FIXING)
REPORTS = frozenset(
    """
    --junitxml --junit-xml --outputFile --output-file --junitfile --test-reporter-destination -coverprofile --coverprofile
    -cpuprofile -memprofile --log-file --resultlog --html --json-report-file --report-file --log-junit --csv
    """.split()
)
KNOWS = "runs the project's own code or build, which may write anything"


def is_check(name: str) -> bool:
    """Whether a target or a script is there to check, by its name."""
    return _has_checking_part(name) and not any(word in name for word in FIXING)


def _has_checking_part(name: str) -> bool:
    """`test`, `ci-lint`, `pkg/unit.fast`; what stands before a slash is a folder."""
    *folders, last = name.split("/")
    parts = last.translate(BETWEEN).split(" ")
    parts += [part for folder in folders for part in folder.translate(BETWEEN).split(" ")[:-1]]
    return not CHECKING.isdisjoint(parts)


def asks_to_check(args: list[str]) -> bool:
    """Whether the first word that is no option is a verb that checks, or it is told to try only, and no option makes it
    change something."""
    verb = next((arg for arg in args if not arg.startswith("-")), "")
    return (verb in CHECK_VERBS or tries_only(args)) and not any(map(is_changing, args))


def tries_only(args: Container[str]) -> bool:
    return "--dry-run" in args


def says_change(name: str) -> bool:
    """Whether a script, a target or its argument is named for changing something: `deploy.sh`, `db:migrate`."""
    words = name.rpartition("/")[2].lower().translate(BETWEEN).split(" ")
    return not CHANGES.isdisjoint(words)


def is_changing(arg: str) -> bool:
    """Whether an option makes a checker update or fix what it checks."""
    name, equals, _ = arg.partition("=")
    if arg in ("--watch=false", "--watch=no", "--fix=false", "--update=false"):
        return False
    return arg in CHANGING or arg.startswith(CHANGING_STARTS) or bool(equals and name in CHANGING_VALUED)


# Options by which a tool only says what it knows of the project.
SHOWING = {"xcodebuild": {"-list", "-showsdks", "-version", "-showBuildSettings", "-showdestinations"}}


def checker(call: Call) -> None:
    if call.args[:1] == ["version"] and call.name == "lerna":
        call.unknown("sets the versions of packages, commits and pushes")
        call.emit(None)
        return
    if call.args and all(arg in ("--version", "-v", "--help", "-h", "-V", "version", "help") for arg in call.args):
        call.emit(None)
        return
    if SHOWING.get(call.name, set()) & set(call.args):
        call.emit(None)
        return
    checks = _checks(call)
    if call.name in TARGETED:
        from fanout.shell.commands import recipes

        recipes.followed(call, checks)
    if not checks:
        load(ELSE.get(call.name, "subcommands:runner"))(call)
        return
    reported(call)
    call.checks(KNOWS)
    call.emit(None)


def _checks(call: Call) -> bool:
    if any(map(is_changing, call.args)):
        return False
    plain = [arg for arg in _without_values(call) if not arg.startswith("-") and "=" not in arg]
    if call.name == "rake" and {"-T", "--tasks", "-P", "-W"} & set(call.args[:1]):
        return True
    if call.name in TARGETED or call.name in UNVERBED:
        return bool(plain or call.name in UNVERBED) and all(map(is_check, plain))
    if call.name not in VERBS:
        return call.name in NAMES
    verbs = VERBS[call.name].split()
    if call.name in TASKS:
        return bool(plain) and all(word in verbs or _is_checking_task(word.rpartition(":")[2], verbs) for word in plain)
    return _first_word(call.args, verbs) in verbs


def _without_values(call: Call) -> list[str]:
    valued = VALUED.get(call.name, ())
    before = ["", *call.args]
    return [arg for at, arg in enumerate(call.args) if before[at] not in valued or arg.startswith("-")]


def _is_checking_task(task: str, verbs: list[str]) -> bool:
    return task in verbs or bool(re.fullmatch(VARIANT, task) and not any(word in task.lower() for word in FIXING))


def _first_word(args: list[str], verbs: list[str]) -> str:
    """The first argument that is no option, or is one of the verbs."""
    return next((arg for arg in args if not arg.startswith("-") or arg in verbs), "")


def reported(call: Call) -> None:
    """The files that an option names for a report."""
    for at, arg in enumerate(call.args):
        name, _, value = arg.partition("=")
        if name not in REPORTS:
            continue
        path = value or "".join(call.args[at + 1 : at + 2])
        if path and path not in ("-", "stdout", "stderr"):
            call.write(path)


NAMES = frozenset(ALWAYS.split())
ELSE = {
    **dict.fromkeys("composer dotnet mix mvn dart flutter deno swift bundle pre-commit".split(), "subcommands:service"),
    "bun": "packages:npm",
}


def tsc(call: Call) -> None:
    """`tsc --noEmit` reads, unless the project keeps what it found for the next time."""
    args = {arg.lower() for arg in call.args}
    looks = args & {"--noemit", "--showconfig", "--version", "-v", "--help", "-h", "--listfilesonly", "--all"}
    keeps = args & {"--incremental", "--tsbuildinfofile", "-b", "--build", "--composite", "--generatetrace", "--init"}
    config = next(
        (call.args[at + 1] for at, arg in enumerate(call.args[:-1]) if arg in ("-p", "--project")), "tsconfig.json"
    )
    text = call.world.read(config if config.endswith(".json") else config.rstrip("/") + "/tsconfig.json") or ""
    if not looks or keeps & {"--init"}:
        call.unknown(KNOWS)
    elif keeps or re.search(r'"(?:incremental|composite)"\s*:\s*true', text):
        call.checks("keeps what it found for the next time")
    call.emit(None)


def make(call: Call) -> None:
    """`make -n` runs only what the makefile itself has run while it is read."""
    dry = any(arg in ("--dry-run", "--just-print", "--recon", "--question") for arg in call.args)
    dry = dry or any(_asks_only(arg) for arg in call.args)
    if not dry:
        checker(call)
        return
    if not _reads_only(call):
        call.checks("reads a makefile that runs something")
    call.emit(None)


def _asks_only(arg: str) -> bool:
    """Whether a group of flags has -n or -q in it."""
    flags = arg[1:] if arg.startswith("-") else ""
    return flags.isascii() and flags.isalpha() and ("n" in flags or "q" in flags) and flags[0] not in "fCIoW"


def _reads_only(call: Call) -> bool:
    options = call.options("CfIoW", "file makefile directory eval include-dir old-file what-if")
    names = options.all("f", "file", "makefile")
    texts: list[str | None] = list(options.all("eval"))
    for name in names:
        texts.append(call.input() if name in ("-", "/dev/stdin") else call.world.read(name))
    usual = next((one for one in ("GNUmakefile", "makefile", "Makefile") if call.world.exists(one)), "")
    texts += [call.world.read(usual)] if usual and not names else []
    return not any(text is None or re.search(RUNS_WHILE_READ, text, re.M) for text in texts)


RUNS_WHILE_READ = r"\$[({]shell|!=|^\s*\+|\$[({]MAKE|^-?include|\$[({]file|\bload\b|\$[({]guile"
