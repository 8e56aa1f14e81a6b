"""Compilers, formatters, packages, converters: what they name is written; what the project decides is unknown."""

from __future__ import annotations

from ..effects import MODIFY
from ..globs import UNKNOWN
from .files import last

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..call import Call


def runner(call: Call) -> None:
    """Test runners, build tools, project scripts: they read mostly, and may write anything."""
    if call.args and all(arg in ("--version", "-v", "--help", "-h", "-V", "version", "help") for arg in call.args):
        call.emit(None)
        return
    if call.name in ("make", "gmake", "ninja", "just", "task") and any(
        arg in ("-n", "--dry-run", "--just-print", "-q", "--list", "-l", "--summary") for arg in call.args
    ):
        call.emit(None)
        return
    call.unknown("runs the project's own code or build, which may write anything")
    call.emit(None)


# -- compilers ---------------------------------------------------------------------------------------------------------


def cc(call: Call) -> None:
    args = call.args
    output, sources, at = "", [], 0
    while at < len(args):
        arg = args[at]
        at += 1
        if arg == "-o" and at < len(args):
            output = args[at]
            at += 1
        elif arg.startswith("-o") and len(arg) > 2 and not arg.startswith("-object"):
            output = arg[2:]
        elif arg in ("-I", "-L", "-D", "-U", "-include", "-isystem", "-x", "-MT", "-MQ", "-Xlinker", "-framework"):
            at += 1
        elif arg == "-MF" and at < len(args):
            call.write(args[at])
            at += 1
        elif not arg.startswith("-"):
            sources.append(arg)
    if "-fsyntax-only" in args or "-E" in args or not sources or any(arg.startswith("-print") for arg in args):
        if output:
            call.write(output)
        call.emit(None)
        return
    stems = [last(source).rpartition(".")[0] or last(source) for source in sources]
    if output:
        call.write(output)
    elif "-c" in args or "-S" in args:
        for stem in stems:
            call.write(stem + (".o" if "-c" in args else ".s"))
    elif "-M" not in args and "-MM" not in args:
        call.write("a.out")
    if ("-MD" in args or "-MMD" in args) and "-MF" not in args:
        for stem in [output.rpartition(".")[0] or output] if output else stems:
            call.write(stem + ".d")
    if any(arg.startswith(("-save-temps", "--coverage", "-fprofile")) for arg in args):
        call.unknown("keeps files it names itself")


def rustc(call: Call) -> None:
    options = call.options("oLlCAWDF", "out-dir crate-name crate-type edition emit target cfg explain print")
    if options.has("explain", "print", "V", "version"):
        return
    output, folder = options.get("o"), options.get("out-dir")
    if output:
        call.write(output)
    elif folder:
        call.create(folder, recursive=True)
    else:
        for source in options.rest[:1]:
            call.write(options.get("crate-name") or last(source).rpartition(".")[0])
            call.unknown("names its output by the crate's type")


def javac(call: Call) -> None:
    folder = None
    args = call.args
    for at, arg in enumerate(args):
        if arg == "-d" and at + 1 < len(args):
            folder = args[at + 1]
    if folder:
        call.create(folder, recursive=True)
    else:
        call.unknown("makes a class file for each class")


def go(call: Call) -> None:
    verb, rest = (call.args[0], call.args[1:]) if call.args else ("", [])
    plain = [arg for arg in rest if not arg.startswith("-")]
    if verb in ("version", "env", "list", "doc", "vet", "help", "bug", "tool") and "-w" not in rest:
        call.emit(None)
    elif verb in ("build", "install") and "-o" in rest[:-1]:
        call.write(rest[rest.index("-o") + 1])
    elif verb in ("get",) or (verb == "mod" and plain[:1] in (["tidy"], ["edit"], ["init"])):
        call.write("go.mod")
        if plain[:1] not in (["init"], ["edit"]):
            call.write("go.sum")
    elif verb == "mod" and plain[:1] == ["vendor"]:
        call.create("vendor", recursive=True)
    elif verb == "work":
        call.write("go.work")
    elif verb == "fmt":
        formatted_operands(call, [path.replace("/...", "") for path in plain] or ["."])
    elif verb == "mod" or verb == "clean":
        call.emit(None)
    else:
        call.unknown("runs or builds the project's own code")
        call.emit(None)


def cargo(call: Call) -> None:
    args = [arg for arg in call.args if not arg.startswith("+")]
    verb, rest = (args[0], args[1:]) if args else ("", [])
    plain = [arg for arg in rest if not arg.startswith("-")]
    if verb in (
        "tree",
        "metadata",
        "search",
        "info",
        "locate-project",
        "pkgid",
        "version",
        "help",
        "--version",
        "-V",
        "--list",
    ):
        call.emit(None)
    elif verb in ("add", "remove", "rm"):
        call.write("Cargo.toml")
        call.write("Cargo.lock")
    elif verb in ("update", "generate-lockfile"):
        call.write("Cargo.lock")
    elif verb == "new":
        for path in plain[-1:]:
            call.create(path, recursive=True)
    elif verb == "init":
        for path in ("Cargo.toml", "src/main.rs", "src/lib.rs", ".gitignore"):
            call.write(path)
    elif verb == "clean":
        call.delete("target", recursive=True)
    elif verb == "fmt" and ("--check" in rest or "--check" in rest[1:]):
        call.emit(None)
    else:
        call.unknown("runs or builds the project's own code")
        call.emit(None)


# -- package managers --------------------------------------------------------------------------------------------------

LOCKS = {"npm": "package-lock.json", "yarn": "yarn.lock", "pnpm": "pnpm-lock.yaml", "bun": "bun.lock"}
NODE_READS = frozenset(
    [
        "ls",
        "list",
        "ll",
        "la",
        "view",
        "info",
        "show",
        "outdated",
        "why",
        "explain",
        "root",
        "bin",
        "prefix",
        "search",
        "help",
        "ping",
        "whoami",
        "fund",
        "doctor",
        "docs",
        "repo",
        "licenses",
        "owner",
        "team",
        "token",
        "access",
        "config",
        "get",
        "-v",
        "--version",
        "-h",
        "--help",
        "explore",
    ]
)


def npm(call: Call) -> None:
    args, folder = list(call.args), ""
    for name in ("--prefix", "-C", "--dir", "--cwd"):
        if name in args[:-1]:
            at = args.index(name)
            folder = args[at + 1].rstrip("/") + "/"
            del args[at : at + 2]
    plain = [arg for arg in args if not arg.startswith("-")]
    verb = plain[0] if plain else "install" if call.name in ("yarn",) and not args else ""
    everywhere = any(arg in ("-g", "--global", "--location=global") for arg in args) or plain[:1] == ["global"]
    lock = LOCKS[call.name]
    if (
        verb in NODE_READS
        or (args and args[0] in NODE_READS)
        or (verb == "audit" and "fix" not in plain)
        or "--dry-run" in args
        or everywhere
    ):
        call.emit(None)
    elif verb in ("ci", "clean-install"):
        call.create(folder + "node_modules", recursive=True)
    elif verb in (
        "install",
        "i",
        "add",
        "uninstall",
        "remove",
        "rm",
        "un",
        "update",
        "up",
        "upgrade",
        "dedupe",
        "audit",
        "link",
    ):
        if verb not in ("install", "i") or len(plain) > 1 or call.name == "npm":
            call.write(folder + "package.json")
        call.write(folder + lock)
        if "--package-lock-only" not in args and "--lockfile-only" not in args:
            call.create(folder + "node_modules", recursive=True)
    elif verb == "init" and len(plain) == 1:
        call.write(folder + "package.json")
    elif verb in ("version", "pkg", "set-script"):
        if not (verb == "pkg" and plain[1:2] == ["get"]) and len(plain) > 1:
            call.write(folder + "package.json")
            if verb == "version" and call.world.exists(folder + lock):
                call.write(folder + lock)
        call.emit(None)
    elif verb == "prune":
        call.create(folder + "node_modules", recursive=True)
    elif verb in ("exec", "dlx", "x") and len(plain) > 1:
        call.run(args[args.index(plain[1]) :])
    else:
        call.unknown("runs a script of the project, which may write anything")
        call.emit(None)


def npx(call: Call) -> None:
    options = call.options("pc", "package call", stop=True)
    text = options.get("c", "call")
    if text:
        call.shell.run_text(text, call.name)
    elif options.rest:
        name = options.rest[0]
        call.run([name.rpartition("@")[0] if "@" in name[1:] and not name.startswith("@") else name, *options.rest[1:]])


def pip(call: Call) -> None:
    options = call.options("trced", "target requirement constraint editable dest wheel-dir report log")
    verb = options.rest[0] if options.rest else ""
    for name in ("t", "target", "d", "dest", "wheel-dir"):
        path = options.get(name)
        if path:
            call.create(path, recursive=True)
            return
    report = options.get("report", "log")
    if report and report != "-":
        call.write(report)
    if verb in ("install", "uninstall") and "--dry-run" not in call.args:
        if options.has("e", "editable"):
            call.unknown("builds the project in its folder")
        call.shell.effects.unknowable(f"{call.name} {verb} changes the installed packages")
    elif verb in ("wheel", "download"):
        call.unknown("makes files named by the packages")
    call.emit(None)


def python_project(call: Call) -> None:
    """uv, poetry, pdm, hatch, pipenv."""
    plain = [arg for arg in call.args if not arg.startswith("-")]
    verb = plain[0] if plain else ""
    lock = {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock", "pipenv": "Pipfile.lock"}.get(call.name, "")
    if verb in ("show", "check", "version", "help", "search", "about", "tree", "info", "graph") or not plain:
        call.emit(None)
    elif verb in ("add", "remove", "lock", "sync", "update", "install", "uninstall") and lock:
        if verb in ("add", "remove", "uninstall") or (call.name == "pipenv" and verb == "install"):
            call.write("Pipfile" if call.name == "pipenv" else "pyproject.toml")
        if verb != "install" or call.name == "pipenv":
            call.write(lock)
        if verb != "lock" and call.name == "uv":
            call.create(".venv", recursive=True)
    elif verb == "venv" and call.name == "uv":
        call.create(plain[1] if len(plain) > 1 else ".venv", recursive=True)
    elif verb == "pip":
        call.run(call.args[call.args.index("pip") :])
    elif verb == "run":
        rest = call.args[call.args.index("run") + 1 :]
        while rest and rest[0].startswith("-"):
            rest = rest[2:] if rest[0] in ("--with", "--python", "-p", "--extra", "--group", "--env-file") else rest[1:]
        call.run(rest)
    else:
        call.unknown("may write: what it does is not known")
        call.emit(None)


def uvx(call: Call) -> None:
    options = call.options("p", "from with python", stop=True)
    rest = options.rest
    call.run([rest[0].partition("@")[0], *rest[1:]] if rest else [])


# -- formatters --------------------------------------------------------------------------------------------------------

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


# -- converters --------------------------------------------------------------------------------------------------------

# Options that name an output file: short letters, long names.
OUTPUTS: dict[str, tuple[str, str]] = {
    "openssl": ("", ""),
    "iconv": ("o", "output"),
    "dot": ("o", ""),
    "neato": ("o", ""),
    "pandoc": ("o", "output"),
    "xsltproc": ("o", "output"),
    "ctags": ("fo", ""),
    "objcopy": ("", ""),
    "strip": ("o", ""),
    "ld": ("o", "output"),
    "as": ("o", ""),
    "nasm": ("o", ""),
    "flex": ("o", ""),
    "bison": ("o", "output"),
    "yacc": ("o", ""),
    "protoc": ("o", ""),
    "esbuild": ("", "outfile outdir"),
    "sass": ("", ""),
    "lessc": ("", ""),
    "svgo": ("o", "output"),
    "terser": ("o", "output"),
    "uglifyjs": ("o", "output"),
    "msgfmt": ("o", ""),
    "xgettext": ("o", "output"),
    "aspell": ("", ""),
    "base64": ("o", ""),
    "rg2": ("", ""),
    "asciidoctor": ("o", "out-file"),
    "rst2html": ("", ""),
    "mmdc": ("o", "output"),
    "tcpdump": ("w", ""),
    "perf": ("o", "output"),
    "gpg": ("o", "output"),
    "age": ("o", "output"),
    "minify": ("o", "output"),
    "jpegoptim": ("d", "dest"),
    "cwebp": ("o", ""),
    "xmlstarlet": ("", ""),
    "ssh-keygen": ("f", ""),
    "pg_dump": ("f", "file"),
    "mysqldump": ("r", "result-file"),
    "cloc-report": ("", ""),
}


def converter(call: Call) -> None:
    letters, long_names = OUTPUTS[call.name]
    options = call.options(letters, long_names)
    found = [value for name in [*letters, *long_names.split()] for value in options.all(name)]
    for path in found:
        if path != "-":
            call.write(path, recursive="outdir" in long_names and path == options.get("outdir"))
    if call.name == "strip" and not found:
        for path in options.rest:
            call.write(path)
    if call.name == "ctags" and not found:
        call.write("tags")
    if call.name == "ssh-keygen":
        for path in found:
            call.write(path + ".pub")
    call.emit(None)


def openssl(call: Call) -> None:
    for at, arg in enumerate(call.args[:-1]):
        if arg in ("-out", "-keyout", "-CAserial", "-writerand"):
            call.write(call.args[at + 1])
    call.emit(None)


def last_operand(call: Call) -> None:
    """Image and media converters: the last operand is the output."""
    plain = [arg for arg in call.args if not arg.startswith("-")]
    if call.name == "mogrify":
        for path in plain:
            if call.world.is_file(path):
                call.write(path)
    elif len(plain) > 1 and plain[-1] != "-":
        call.write(plain[-1])
    call.emit(None)


def xxd(call: Call) -> None:
    options = call.options("cgloRsn", "cols")
    for path in options.rest[1:2]:
        call.write(path)
    call.emit(None)


def yq(call: Call) -> None:
    options = call.options("opIv", "output-format input-format indent arg argjson split-exp", optional="")
    in_place = options.has("i", "in-place", "inplace")
    if in_place:
        rest = options.rest
        if rest[:1] in (["eval"], ["e"], ["eval-all"], ["ea"]):
            rest = rest[1:]
        for path in rest[1:]:
            call.write(path)
    if options.has("s", "split-exp"):
        call.unknown("makes files named by an expression")
    call.emit(None)


def toml_set(call: Call) -> None:
    plain = [arg for arg in call.args if not arg.startswith("-")]
    if plain[:1] == ["set"] and len(plain) > 1:
        call.write(plain[1])
    call.emit(None)


def sqlite3(call: Call) -> None:
    takes = (["-cmd"], ["-separator"], ["-init"])
    plain = [arg for at, arg in enumerate(call.args) if arg[:1] != "-" and call.args[max(at - 1, 0) : at] not in takes]
    if not plain:
        return
    statements = plain[1:] or ([call.input() or UNKNOWN] if call.shell.stdin is not None else [])
    if "-readonly" not in call.args and any(_changes(text) for text in statements):
        call.write(plain[0])
    for text in statements:
        for line in text.splitlines():
            words = line.split()
            if words[:1] and words[0] in (".output", ".once", ".backup", ".save", ".clone", ".log") and len(words) > 1:
                call.write(words[-1].strip("'\""))
            elif words[:1] and words[0] in (".shell", ".system"):
                call.shell.run_text(line.split(None, 1)[1] if len(words) > 1 else "", "sqlite3")
    call.emit(None)


READING_SQL = frozenset(("select", "explain", "values", "attach", "detach"))


def _changes(text: str) -> bool:
    """Whether SQL may change the database."""
    dotted = [line.split()[0] for line in text.splitlines() if line.startswith(".")]
    if any(name in (".import", ".restore", ".clear", ".load") for name in dotted):
        return True
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(".")]
    for statement in "\n".join(lines).split(";"):
        words = statement.lower().split(None, 1)
        if not words or words[0] in READING_SQL or (words[0] == "pragma" and "=" not in statement):
            continue
        if words[0] == "with" and not any(word in words[-1] for word in ("insert", "update", "delete")):
            continue
        return True
    return False


# -- services ----------------------------------------------------------------------------------------------------------

READING_VERBS: dict[str, str] = {
    "docker": "ps images logs inspect version info stats top port history search events diff context network volume",
    "podman": "ps images logs inspect version info stats top port history search",
    "kubectl": "get describe logs top version explain api-resources cluster-info config auth diff",
    "helm": "list status get history version search show template lint env",
    "gh": "pr issue run repo api auth search status release workflow gist browse label secret variable",
    "glab": "mr issue ci repo api auth",
    "aws": "sts",
    "gcloud": "config info version",
    "systemctl": "status is-active is-enabled list-units list-unit-files show cat",
    "brew": "list info search outdated deps uses config doctor --version --prefix",
    "apt": "list show search policy",
    "apt-get": "",
    "apt-cache": "search show policy depends rdepends madison",
    "dpkg": "-l -L -s -S --list --status --listfiles --search --print-architecture",
    "rpm": "-q -qa -ql -qi -qf",
    "rustup": "show which --version",
    "nvm": "ls current which list",
    "pyenv": "versions version which root prefix",
    "crontab": "-l",
    "fanout": "",
    "claude": "--version",
    "pre-commit": "--version validate-config",
    "journalctl": "",
    "conda": "list info search env",
    "gem": "list search info environment",
    "bundle": "list show info check outdated exec-help",
    "composer": "show info validate outdated",
    "dotnet": "--version --info --list-sdks --list-runtimes",
    "mvn": "-v --version help:effective-pom",
    "deno": "--version info lint check types",
    "swift": "--version",
    "flutter": "--version doctor devices",
    "dart": "--version analyze",
    "mix": "help",
    "redis-cli": "get keys info ping ttl type exists scan dbsize",
    "vagrant": "status version",
    "nix": "--version search eval show-config",
    "tmux": "ls list-sessions capture-pane list-windows list-panes display-message",
    "az": "account version",
    "heroku": "logs config ps apps",
    "fly": "status logs",
    "vercel": "ls inspect whoami",
    "ansible": "--version",
}


def service(call: Call) -> None:
    """Programs with subcommands, of which some only read."""
    plain = call.args[0] if call.args else ""
    reading = READING_VERBS[call.name].split()
    if not call.args or plain in reading or plain in ("--version", "version", "--help", "help", "-v", "-V", "-h"):
        if call.name in ("gh", "glab") and call.args[1:2] in (
            ["checkout"],
            ["clone"],
            ["create"],
            ["download"],
            ["merge"],
        ):
            call.unknown("may write: what it brings is not known")
    elif call.name == "journalctl":
        pass
    elif call.name == "gh" and plain == "pr" and call.args[1:2] == ["checkout"]:
        call.unknown("changes the work tree")
    else:
        call.unknown("may write: what it does is not known")
    call.emit(None)
