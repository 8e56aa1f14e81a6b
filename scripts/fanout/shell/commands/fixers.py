"""Tools of which one form rewrites a whole tree: `cargo fmt`, `deno fmt`, `golangci-lint run --fix`, `spotlessApply`.

A fixer without operands takes the folder it is started in; of that, the files of its own languages.
"""

from __future__ import annotations

from fanout.shell.commands import load
from fanout.shell.commands.formatters import KINDS, formatted_operands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

JVM = (".java", ".kt", ".kts", ".groovy", ".gradle", ".scala", ".sbt")
WEB = (*KINDS["prettier"],)


class Fixer:
    """`verbs`: one of these words stands first (none: no verb). `needs`: one of these options is given (none: always).
    `spares`: one of these options, and nothing is rewritten. `values`: options with a value. `kinds`: as in formatters.
    """

    __slots__ = ("kinds", "needs", "spares", "values", "verbs")

    def __init__(
        self, kinds: tuple[str, ...], verbs: str = "", needs: str = "", spares: str = "", values: str = ""
    ) -> None:
        self.kinds = kinds
        self.verbs = verbs.split()
        self.needs = set(needs.split())
        self.spares = set(spares.split())
        self.values = set(values.split())


FIXERS: dict[str, list[Fixer]] = {
    "ast-grep": [Fixer((), needs="-U --update-all", values="-p --pattern -r --rewrite -l --lang -c --config")],
    "biome": [Fixer(KINDS["biome"], "check format lint ci", needs="--write --fix --apply --apply-unsafe --unsafe")],
    "cargo": [
        Fixer((".rs",), "fmt", spares="--check"),
        Fixer((".toml",), "sort", spares="-c --check -p --print"),
        Fixer((".rs",), "clippy fix", needs="--fix --allow-dirty --allow-staged --broken-code"),
    ],
    "codespell": [Fixer((), needs="-w --write-changes", values="-L -I -S -D --skip --ignore-words --ignore-words-list")],
    "crystal": [Fixer((".cr",), "tool", needs="format", spares="--check")],
    "csharpier": [Fixer((".cs",), "format", spares="--check --write-stdout")],
    "dart": [
        Fixer((".dart",), "format", spares="-o=none --output=none --set-exit-if-changed"),
        Fixer((".dart",), "fix", needs="--apply"),
    ],
    "deno": [Fixer(WEB, "fmt", spares="--check -c"), Fixer(KINDS["eslint"], "lint", needs="--fix")],
    "dotnet": [
        Fixer((".cs", ".vb", ".fs"), "format", spares="--verify-no-changes"),
        Fixer((".cs",), "csharpier", spares="--check check --write-stdout"),
    ],
    "dprint": [Fixer((), "fmt", spares="--stdin --diff"), Fixer((), "output-file-paths", needs="--never")],
    "erblint": [Fixer((".erb",), needs="-a --autocorrect")],
    "flutter": [Fixer((".dart",), "format", spares="--set-exit-if-changed")],
    "golangci-lint": [Fixer((".go",), "run", needs="--fix"), Fixer((".go",), "fmt", spares="-d --diff --stdin")],
    "gci": [Fixer((".go",), "write")],
    "gradle": [
        Fixer(JVM, "spotlessApply ktlintFormat formatKotlin googleJavaFormat formatJava format lintFix rewriteRun "
              "spotlessJavaApply spotlessKotlinApply"),
    ],
    "ktlint": [Fixer((".kt", ".kts"), needs="-F --format", values="-R --ruleset --editorconfig --reporter")],
    "lint-staged": [Fixer(())],
    "mix": [Fixer((".ex", ".exs", ".eex", ".heex", ".leex"), "format", spares="--check-formatted --dry-run -")],
    "mvn": [
        Fixer(JVM, "spotless:apply fmt:format formatter:format spring-javaformat:apply rewrite:run"),
    ],
    "ng": [Fixer(KINDS["eslint"], "lint", needs="--fix")],
    "next": [Fixer(KINDS["eslint"], "lint", needs="--fix")],
    "nx": [Fixer(WEB, "format:write format"), Fixer((), "lint run run-many affected", needs="--fix")],
    "ormolu": [Fixer((".hs",), needs="--mode=inplace -m=inplace -i", values="-m --mode")],
    "oxlint": [Fixer(KINDS["oxlint"], needs="--fix --fix-suggestions --fix-dangerously", values="-c --config")],
    "packer": [Fixer((".hcl",), "fmt", spares="-check -write=false")],
    "perltidy": [Fixer((".pl", ".pm", ".t"), needs="-b --backup-and-modify-in-place")],
    "php-cs-fixer": [Fixer((".php",), "fix", spares="--dry-run", values="--config --rules --path-mode --format")],
    "phpcbf": [Fixer((".php", ".inc"), values="--standard")],
    "pint": [Fixer((".php",), spares="--test", values="--config --preset")],
    "pre-commit": [Fixer((), "run"), Fixer((), "autoupdate")],
    "psalm": [Fixer((".php",), needs="--alter")],
    "pycln": [Fixer((".py", ".pyi"), spares="-c --check -d --diff")],
    "rector": [Fixer((".php",), "process p", spares="--dry-run -n")],
    "rubocop": [
        Fixer(KINDS["rubocop"], needs="-a -A -x --autocorrect --autocorrect-all --auto-correct --auto-correct-all --fix-layout",
              values="-c --config --only --except -f --format -o --out"),
    ],
    "rufo": [Fixer((".rb",), spares="-c --check")],
    "sbt": [Fixer((".scala", ".sbt"), "scalafmt scalafmtAll scalafmtSbt scalafixAll scalafix fmt")],
    "scalafmt": [Fixer((".scala", ".sc", ".sbt"), spares="--check --test --stdin")],
    "scalafix": [Fixer((".scala", ".sc", ".sbt"), spares="--check --test --stdout")],
    "semgrep": [Fixer((), needs="--autofix", values="--config -c")],
    "sqlfluff": [Fixer((".sql",), "fix format", values="--dialect --config")],
    "standard": [Fixer(KINDS["standard"], needs="--fix")],
    "standardrb": [Fixer((".rb",), needs="--fix --fix-unsafely -a -A")],
    "swiftlint": [Fixer((".swift",), "lint", needs="--fix --autocorrect"), Fixer((".swift",), needs="--fix --autocorrect")],
    "terragrunt": [Fixer((".hcl",), "hclfmt hcl", spares="--check --terragrunt-check")],
    "treefmt": [Fixer((), spares="--fail-on-change --version")],
    "trunk": [Fixer((), "fmt"), Fixer((), "check", needs="--fix -y")],
    "typos": [Fixer((), needs="-w --write-changes")],
    "xo": [Fixer(KINDS["xo"], needs="--fix")],
    "zig": [Fixer((".zig",), "fmt", spares="--check")],
}  # fmt: skip
FIXERS["sg"] = FIXERS["ast-grep"]
FIXERS["fourmolu"] = FIXERS["ormolu"]
FIXERS["gradlew"] = FIXERS["gradle"]
FIXERS["mvnw"] = FIXERS["mvn"]
FIXERS["prek"] = FIXERS["pre-commit"]
TASKS = frozenset("gradle gradlew mvn mvnw".split())  # their verbs stand anywhere
ALSO_RUNS = frozenset("cargo gradle gradlew mvn mvnw nx sbt pre-commit prek lint-staged trunk".split())

# Where the other forms of the same command are judged.
ELSE = {
    **dict.fromkeys("deno dotnet mix mvn dart flutter pre-commit gradle gradlew mvnw nx next ng sbt crystal zig".split(),
                    "checkers:checker"),
    **dict.fromkeys("biome codespell dprint fourmolu ktlint ormolu oxlint rubocop scalafmt sqlfluff standard swiftlint "
                    "xo".split(), "formatters:formatter"),
    "cargo": "compilers:cargo",
}  # fmt: skip
READING = frozenset("semgrep ast-grep sg typos golangci-lint erblint standardrb psalm phpcbf pint pycln rufo".split())


def fixer(call: Call) -> None:
    if "--help" in call.args:
        call.emit(None)
        return
    for rule in FIXERS[call.name]:
        paths = _operands(call, rule)
        if paths is not None:
            formatted_operands(call, paths or ["."], rule.kinds)
            if call.name in ALSO_RUNS:
                call.unknown("runs the project's own code or build, which may write anything")
            call.emit(None)
            return
    if call.name not in READING and any(_only_looks(call, rule) for rule in FIXERS[call.name]):
        call.checks("says what it would rewrite")
        call.emit(None)
        return
    if call.name in ELSE:
        load(ELSE[call.name])(call)
        return
    if call.name not in READING and call.args[:1] not in ([], ["version"], ["help"], ["list"], ["lint"], ["check"]):
        call.unknown("may write: what it does is not known")
    call.emit(None)


WHOLE_PROJECT = frozenset("dotnet crystal next ng".split())


def _operands(call: Call, rule: Fixer) -> list[str] | None:
    """The paths that are rewritten, none for the whole tree; None when this form does not apply."""
    given = {arg.partition("=")[0] for arg in call.args} | set(call.args)
    given |= {f"{name}={value}" for name, value in zip(call.args, call.args[1:]) if name in rule.values}
    if (rule.needs and not rule.needs & given) or rule.spares & given:
        return None
    plain = _plain(call.args, rule.values)
    if rule.verbs:
        verbs = {word.rpartition(":")[2] for word in plain if word.startswith(":")} | set(plain)
        if not (verbs if call.name in TASKS else set(plain[:1])) & set(rule.verbs):
            return None
        plain = _included(call.args) if call.name in ALSO_RUNS | WHOLE_PROJECT else plain[1:]
    return [path for path in plain if call.world.exists(path.partition("*")[0].rstrip("/") or ".")]


def _included(args: list[str]) -> list[str]:
    """`dotnet format --include FILES`: what is named is all that is rewritten of the project."""
    if "--include" not in args:
        return []
    rest = args[args.index("--include") + 1 :]
    end = next((at for at, arg in enumerate(rest) if arg.startswith("-")), len(rest))
    return rest[:end]


def _only_looks(call: Call, rule: Fixer) -> bool:
    """Whether it is the rewriting form, told to look only. cargo's own rule knows that."""
    given = {arg.partition("=")[0] for arg in call.args} | set(call.args)
    verb = set(_plain(call.args, rule.values)[:1])
    return bool(rule.spares & given and verb & set(rule.verbs)) and call.name != "cargo"


def _plain(args: list[str], values: set[str]) -> list[str]:
    rest, plain = list(args), []
    while rest:
        arg = rest.pop(0)
        if arg in values and rest:
            rest.pop(0)
        elif not arg.startswith(("-", "+")):
            plain.append(arg)
    return plain


def sd(call: Call) -> None:
    """`sd FIND REPLACE FILES`."""
    options = call.options("fn", "flags max-replacements")
    paths = options.rest[2:]
    if not options.has("p", "preview") and not options.has("s-preview"):
        for path in paths:
            call.replace(path)
    call.emit(None)


def codemod(call: Call) -> None:
    """Renamers that search a tree by themselves: fastmod, ruplacer, rpl, comby, ambr."""
    dry = {"--dry-run", "-n", "-stdout", "-diff", "--diff", "--print-changed-files", "-x"} & set(call.args)
    if call.name == "ruplacer" and "--go" not in call.args:
        dry = {"without --go"}
    if call.name == "comby" and not {"-i", "-in-place"} & set(call.args):
        dry = {"without -in-place"}
    if not dry:
        paths = [arg for arg in call.args if not arg.startswith("-")][2:]
        formatted_operands(call, [path for path in paths if call.world.exists(path)] or ["."], ())
    call.emit(None)
