"""Package managers: manifests, lock files and the folders of installed packages."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..call import Call


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
