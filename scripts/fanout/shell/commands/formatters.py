"""Formatters and fixers: they rewrite the files and folders they are given, unless told to look only.

In a folder each one takes the files of its own languages, and leaves the others alone.
"""

from __future__ import annotations

import re

from fanout.shell.commands.subcommands import runner
from fanout.shell.effects import MODIFY, is_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call, Options


# What makes it write (empty: it writes unless told not to), what makes it not write, options with values.
FORMATTERS: dict[str, tuple[str, str, str, str]] = {
    "prettier": ("w write", "", "", "config parser ignore-path plugin print-width tab-width"),
    "eslint": (
        "fix fix-type",
        "",
        "oc",
        "config ext rule format output-file max-warnings ignore-path ignore-pattern parser",
    ),
    "stylelint": ("fix", "", "", "config formatter"),
    "standard": ("fix", "", "", ""),
    "xo": ("fix", "", "", ""),
    "tslint": ("fix", "", "cp", "config project"),
    "jscodeshift": ("", "d dry p", "t", "transform parser extensions"),
    "black": (
        "",
        "check diff c code version",
        "ltc",
        "line-length target-version config exclude include extend-exclude force-exclude required-version workers",
    ),
    "isort": (
        "",
        "c check check-only diff stdout version",
        "ls",
        "profile line-length settings-path sp skip skip-glob ext extension supported-extension",
    ),
    "autopep8": ("i in-place", "d diff", "j", "max-line-length ignore select"),
    "yapf": ("i in-place", "d diff q", "", "style"),
    "autoflake": ("i in-place", "c check stdout", "", "imports exclude"),
    "pyupgrade": ("", "", "", ""),
    "docformatter": ("i in-place", "c check", "", ""),
    "gofmt": ("w", "", "r", ""),
    "goimports": ("w", "", "", "local"),
    "gofumpt": ("w", "", "", ""),
    "rustfmt": ("", "check version", "", "edition config config-path emit"),
    "clang-format": ("i", "n dry-run", "", "style assume-filename lines offset length"),
    "shfmt": ("w write", "d diff l list", "ip", "indent language-dialect"),
    "dos2unix": ("", "i", "", ""),
    "unix2dos": ("", "i", "", ""),
    "mac2unix": ("", "i", "", ""),
    "mdformat": ("", "check", "", "wrap"),
    "taplo": ("", "check", "", "config"),
    "biome": ("write fix apply apply-unsafe", "", "", "config-path"),
    "rome": ("write apply", "", "", ""),
    "dprint": ("", "", "c", "config"),
    "ktlint": ("F format", "", "", ""),
    "swiftformat": ("", "lint dryrun", "", "config rules"),
    "swiftlint": ("fix autocorrect", "", "", "config"),
    "stylua": ("", "check", "", "config-path"),
    "nixfmt": ("", "check c", "", ""),
    "alejandra": ("", "c check", "", ""),
    "rubocop": ("a A autocorrect autocorrect-all auto-correct fix-layout", "", "ocf", "only config format out"),
    "sqlfluff": ("", "", "", "dialect config"),
    "google-java-format": ("i replace", "n dry-run", "", ""),
    "scalafmt": ("", "check test", "", "config"),
    "ormolu": ("i", "c", "", "mode"),
    "fourmolu": ("i", "c", "", "mode"),
    "djlint": ("reformat", "check lint", "", "profile"),
    "codespell": ("w write-changes", "", "ILSD", "skip ignore-words-list ignore-words"),
    "jsonlint": ("i in-place", "", "", ""),
    "add-trailing-comma": ("", "", "", ""),
    "yamlfmt": ("", "lint dry", "", "conf"),
    "buf": ("w write", "", "", ""),
    "zprint": ("w", "", "", ""),
    "oxlint": ("fix", "", "c", "config"),
    "oxfmt": ("", "check list-different stdin-filepath", "c", "config ignore-path"),
    "ktfmt": ("", "n dry-run", "", ""),
    "erb-format": ("w write", "", "", ""),
    "ember-template-lint": ("fix", "", "", "config-path format rule"),
    "goimports-reviser": ("", "list-diff output", "", "project-name company-prefixes imports-order"),
    "markdownlint": ("f fix", "", "ciopr", "config ignore ignore-path output rules"),
    "markdownlint-cli2": ("fix", "", "", "config"),
    "eslint_d": ("fix", "", "oc", "config ext rule format output-file max-warnings ignore-path ignore-pattern parser"),
    "prettierd": ("never", "", "", ""),  # it prints
    "pg_format": ("i inplace", "", "", ""),
    "uncrustify": ("no-backup replace", "check", "cfl", ""),
}


SCRIPT = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")
STYLE = (".css", ".scss", ".sass", ".less", ".pcss", ".sss")
COMPONENT = (".vue", ".svelte", ".astro")
PYTHON = (".py", ".pyi")
TERRAFORM = (".tf", ".tfvars", ".tofu", ".hcl")
JSON = (".json", ".jsonc", ".json5")
MARKUP = (".html", ".htm", ".md", ".markdown", ".mdx", ".yaml", ".yml", ".graphql", ".gql", ".hbs", ".handlebars")
SETTINGS = (".prettierrc", ".stylelintrc", ".lintstagedrc", ".babelrc", ".swcrc", ".importmap", ".webmanifest")

# What each takes in a folder ("": names without a dot, which it takes for scripts); who is not here takes any file.
KINDS: dict[str, tuple[str, ...]] = {
    "prettier": (*SCRIPT, *STYLE, *COMPONENT, *JSON, *MARKUP, *SETTINGS),
    "eslint": (*SCRIPT, *COMPONENT),
    "stylelint": (*STYLE, *COMPONENT, ".html", ".htm"),
    "standard": (*SCRIPT, ".vue"),
    "xo": (*SCRIPT, ".vue"),
    "tslint": SCRIPT,
    "jscodeshift": (*SCRIPT, ".es6"),
    "black": (*PYTHON, ".ipynb"),
    "isort": (*PYTHON, ".pyx", ".pxd", ""),
    "autopep8": (*PYTHON, ""),
    "yapf": (*PYTHON, ""),
    "autoflake": (*PYTHON, ""),
    "docformatter": PYTHON,
    "ruff": (*PYTHON, ".pyw", ".ipynb"),
    "gofmt": (".go",),
    "goimports": (".go",),
    "gofumpt": (".go",),
    "terraform": TERRAFORM,
    "tofu": TERRAFORM,
    "shfmt": (".sh", ".bash", ".mksh", ".zsh", ".bats", ""),
    "mdformat": (".md", ".markdown"),
    "taplo": (".toml",),
    "biome": (*SCRIPT, *STYLE, *COMPONENT, *JSON, ".html", ".graphql", ".gql"),
    "rome": (*SCRIPT, *JSON),
    "ktlint": (".kt", ".kts"),
    "swiftformat": (".swift",),
    "swiftlint": (".swift",),
    "stylua": (".lua", ".luau"),
    "nixfmt": (".nix",),
    "alejandra": (".nix",),
    "rubocop": (".rb", ".rake", ".ru", ".gemspec", ".podspec", ".builder", ".jbuilder", ".thor", ".rbi", ""),
    "sqlfluff": (".sql", ".j2", ".dml", ".ddl"),
    "scalafmt": (".scala", ".sc", ".sbt", ".mill"),
    "ormolu": (".hs", ".hs-boot", ".hsig"),
    "fourmolu": (".hs", ".hs-boot", ".hsig"),
    "yamlfmt": (".yaml", ".yml"),
    "buf": (".proto",),
    "oxlint": (*SCRIPT, *COMPONENT),
    "oxfmt": SCRIPT,
    "ktfmt": (".kt", ".kts"),
    "erb-format": (".erb",),
    "ember-template-lint": (".hbs", *SCRIPT),
    "goimports-reviser": (".go",),
    "markdownlint": (".md", ".markdown"),
    "markdownlint-cli2": (".md", ".markdown"),
    "eslint_d": (*SCRIPT, *COMPONENT),
    "pg_format": (".sql",),
}
WIDENED = ("ext", "extension", "extensions", "supported-extension")  # by these options it takes others, too


SUBCOMMANDS = frozenset(("format", "check", "fmt", "lint", "fix", "ci"))
SINGLE_DASH = frozenset(
    ("isort", "gofmt", "goimports", "gofumpt", "clang-format", "yamlfmt")
)  # one dash before whole words


WITH_VERBS = frozenset("biome taplo dprint sqlfluff buf rome".split())


def formatter(call: Call) -> None:
    _, _, values, long_values = FORMATTERS[call.name]
    options = call.options(values, long_values)
    output = (
        options.get("output-file", "o", "out")
        if call.name in ("eslint", "rubocop", "eslint_d", "markdownlint")
        else None
    )
    if output:
        call.write(output)
    verb = options.rest[0] if options.rest and call.name in WITH_VERBS else ""
    rest = options.rest[1:] if verb in SUBCOMMANDS else options.rest
    if rest == ["-"] or not _rewrites(call, options, verb):
        call.emit(None)
        return
    if call.name in ("dos2unix", "unix2dos") and options.has("n", "newfile"):
        rest = rest[1::2]
    formatted_operands(call, rest, _kinds(call, options))


def _rewrites(call: Call, options: Options, verb: str) -> bool:
    makes, prevents, _, _ = FORMATTERS[call.name]
    named = {name for name, _ in options.found}
    if call.name in SINGLE_DASH:
        named = {arg.lstrip("-").partition("=")[0] for arg in call.args if arg.startswith("-")}
    if named & set(prevents.split()) or (verb in ("lint", "check") and not makes):
        return False
    if call.name == "rustfmt" and options.get("emit") == "stdout":
        return False
    return bool(named & set(makes.split())) if makes else True


def _kinds(call: Call, options: Options) -> tuple[str, ...]:
    """What it takes in a folder; () for anything."""
    kinds = KINDS.get(call.name, ())
    if not kinds or options.has("include"):
        return ()
    more = ",".join(options.all(*WIDENED)).replace(" ", "").split(",")
    return (*kinds, *("." + one.lstrip("*.") for one in more if one))


def formatted_operands(call: Call, paths: list[str], kinds: tuple[str, ...], deep: bool = True) -> None:
    """Rewrites the operands: a folder's files of these kinds, those below it too where `deep`."""
    if not paths:
        call.unknown("rewrites the files that its configuration chooses")
    for path in paths:
        if any(char in path for char in "*?[{") and not call.world.exists(path):
            call.unknown("rewrites the files that match a pattern")
            _matching(call, path, kinds)
        elif deep or not call.world.is_folder(path):
            folder = call.world.is_folder(path)
            call.shell.write(path, MODIFY, folder, call.name, kinds=kinds if folder else ())
        else:
            _directly_in(call, path, kinds)


def _matching(call: Call, pattern: str, kinds: tuple[str, ...]) -> None:
    """A pattern that the formatter expands itself: the files of its ending, in its folder or below."""
    head = pattern[: min(pattern.index(char) for char in "*?[{" if char in pattern)].rpartition("/")[0]
    rest = pattern[len(head) :].lstrip("/")
    if pattern.startswith("!"):
        return
    ending = re.search(r"\*(?:(\.\w+)|\.\{([\w,.]+)\})$", rest)
    if ending:
        kinds = (ending[1],) if ending[1] else tuple(f".{one}" for one in ending[2].split(","))
    if not call.world.is_folder(head or "."):
        return
    if "/" in rest or "**" in rest:
        call.shell.write(head or ".", MODIFY, True, call.name, kinds=kinds)
    else:
        _directly_in(call, head or ".", kinds)


def _directly_in(call: Call, folder: str, kinds: tuple[str, ...]) -> None:
    for name in sorted(call.world.names(folder)):
        path = name if folder == "." else f"{folder.rstrip('/')}/{name}"
        if call.world.is_file(path) and (not kinds or is_of(kinds, name)):
            call.shell.write(path, MODIFY, False, call.name)


def ruff(call: Call) -> None:
    options = call.options(
        "o",
        "select ignore config output-file output-format line-length target-version extend-select exclude extension",
    )
    verb, rest = (options.rest[0], options.rest[1:]) if options.rest else ("", [])
    output = options.get("o", "output-file")
    if output:
        call.write(output)
    if (verb == "format" and not options.has("check", "diff")) or (
        verb == "check" and options.has("fix", "fix-only", "add-noqa") and not options.has("diff")
    ):
        formatted_operands(call, rest or ["."], KINDS["ruff"])
    elif verb == "clean":
        call.delete(".ruff_cache", recursive=True)
    call.emit(None)


def astyle(call: Call) -> None:
    """Files by name or by patterns of its own, with `--recursive` below their folder. Without a file it is a filter."""
    options = call.options()
    patterns = [one for path in options.rest for one in path.split(",")]
    if patterns and not options.has("dry-run"):
        is_deep = options.has("r", "R", "recursive")
        formatted_operands(call, [_below(path) if is_deep else path for path in patterns], ())
    call.emit(None)


def _below(pattern: str) -> str:
    folder, slash, name = pattern.rpartition("/")
    return f"{folder}{slash}**/{name}"


BUF_READS = frozenset("lint breaking build ls-files curl convert export stats help version".split())


def buf(call: Call) -> None:
    verb = next((arg for arg in call.args if not arg.startswith("-")), "help")
    output = call.options("o", "output").get("o", "output")
    if output and output != "-":
        call.write(output, recursive=verb in ("export", "generate"))
    if verb == "format":
        formatter(call)
    elif verb not in BUF_READS:
        call.unknown("may write: what it does is not known")
    call.emit(None)


def terraform(call: Call) -> None:
    verb = next((arg for arg in call.args if not arg.startswith("-")), "")
    if verb == "fmt":
        if not any(arg.startswith(("-check", "-diff", "-write=false")) for arg in call.args):
            plain = [arg for arg in call.args if not arg.startswith("-")][1:]
            deep = any(arg.lstrip("-") in ("recursive", "recursive=true") for arg in call.args)
            formatted_operands(call, plain or ["."], KINDS["terraform"], deep)
    elif verb in (
        "validate",
        "version",
        "output",
        "show",
        "providers",
        "graph",
        "state",
        "console",
        "plan",
        "workspace",
    ):
        for arg in call.args:
            if arg.startswith(("-out=", "--out=")):
                call.write(arg.partition("=")[2])
        call.emit(None)
    else:
        runner(call)
