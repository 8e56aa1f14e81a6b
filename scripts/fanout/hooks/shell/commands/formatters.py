"""Formatters and fixers: they rewrite the files and folders they are given, unless told to look only."""

from __future__ import annotations

from ..effects import MODIFY
from .services import runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..call import Call


# What makes it write (empty: it writes unless told not to), what makes it not write, options with values.
FORMATTERS: dict[str, tuple[str, str, str, str]] = {
    "prettier": ("w write", "check list-different l c", "", "config parser ignore-path plugin print-width tab-width"),
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
    "black": ("", "check diff c code version", "ltc", "line-length target-version config exclude include"),
    "isort": ("", "c check check-only diff stdout version", "ls", "profile line-length settings-path sp"),
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
}


SUBCOMMANDS = frozenset(("format", "check", "fmt", "lint", "fix", "ci"))


def formatter(call: Call) -> None:
    makes, prevents, values, long_values = FORMATTERS[call.name]
    options = call.options(values, long_values)
    output = options.get("output-file", "o", "out") if call.name in ("eslint", "rubocop") else None
    if output:
        call.write(output)
    verb = (
        options.rest[0] if options.rest and call.name in ("biome", "taplo", "dprint", "sqlfluff", "buf", "rome") else ""
    )
    rest = options.rest[1:] if verb in SUBCOMMANDS else options.rest
    named = {name for name, _ in options.found}
    writes = named & set(makes.split()) if makes else True
    if not writes or named & set(prevents.split()) or rest == ["-"] or (verb in ("lint", "check") and not makes):
        call.emit(None)
        return
    if call.name == "rustfmt" and options.get("emit") == "stdout":
        return
    if call.name in ("dos2unix", "unix2dos") and options.has("n", "newfile"):
        rest = rest[1::2]
    formatted_operands(call, rest)


def formatted_operands(call: Call, paths: list[str]) -> None:
    if not paths:
        call.unknown("rewrites the files that its configuration chooses")
    for path in paths:
        if any(char in path for char in "*?[{"):
            head = path[: min(path.index(char) for char in "*?[{" if char in path)].rpartition("/")[0]
            call.unknown("rewrites the files that match a pattern")
            path = head
            if not head or head == ".":
                continue
        call.shell.write(path, MODIFY, call.world.is_folder(path), call.name)


def ruff(call: Call) -> None:
    options = call.options(
        "o", "select ignore config output-file output-format line-length target-version extend-select exclude"
    )
    verb, rest = (options.rest[0], options.rest[1:]) if options.rest else ("", [])
    output = options.get("o", "output-file")
    if output:
        call.write(output)
    if (verb == "format" and not options.has("check", "diff")) or (
        verb == "check" and options.has("fix", "fix-only", "add-noqa") and not options.has("diff")
    ):
        formatted_operands(call, rest or ["."])
    elif verb == "clean":
        call.delete(".ruff_cache", recursive=True)
    call.emit(None)


def terraform(call: Call) -> None:
    verb = next((arg for arg in call.args if not arg.startswith("-")), "")
    if verb == "fmt":
        if not any(arg.startswith(("-check", "-diff", "-write=false")) for arg in call.args):
            plain = [arg for arg in call.args if not arg.startswith("-")][1:]
            formatted_operands(call, plain or ["."])
    elif verb in ("validate", "version", "output", "show", "providers", "graph", "state", "console"):
        call.emit(None)
    else:
        runner(call)
