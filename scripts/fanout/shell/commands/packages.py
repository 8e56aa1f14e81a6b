"""Package managers: manifests, lock files and the folders of installed packages."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.call import Options
from fanout.shell.commands import COMMANDS, READ_ONLY
from fanout.shell.commands.checkers import is_changing, is_check
from fanout.shell.commands.projects import elsewhere, nearest
from fanout.shell.output import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


LOCKS = {"npm": "package-lock.json", "yarn": "yarn.lock", "pnpm": "pnpm-lock.yaml", "bun": "bun.lock"}


NODE_READS = frozenset(
    """
    ls list ll la view info show outdated why explain root bin prefix search help ping whoami fund doctor docs
    repo licenses owner team token access config get -v --version -h --help explore
    """.split()
)

NODE_CHANGES = frozenset(
    """
    install i add uninstall remove rm un update up upgrade dedupe audit link
    """.split()
)
LOCK_STAYS = frozenset(
    """
    --frozen-lockfile --immutable --pure-lockfile --no-lockfile --lockfile=false --no-package-lock
    --package-lock=false --no-save --save=false
    """.split()
)
LOCK_ONLY = frozenset(["--package-lock-only", "--lockfile-only", "--mode=update-lockfile"])


def npm(call: Call) -> None:
    args, folder = _node_folder(call)
    args, is_elsewhere = _of_packages(call.name, args)
    plain = [arg for arg in args if not arg.startswith("-")]
    verb = plain[0] if plain else "install" if call.name == "yarn" else ""
    if _node_reads(verb, args, plain):
        call.emit(None)
    elif verb in ("ci", "clean-install", "prune"):
        call.keep_up(folder + "node_modules", folder=True)
    elif is_elsewhere and call.name != "npm" and verb in NODE_CHANGES:
        call.unknown("changes a package of the project")
        call.emit(None)
    elif verb in NODE_CHANGES:
        _node(call, verb, plain[1:], frozenset(args), folder)
    elif verb == "init" and len(plain) == 1:
        call.write("package.json")
    elif verb in ("version", "pkg", "set-script"):
        _node_manifest(call, verb, plain, folder)
    elif verb in ("exec", "dlx", "x") and len(plain) > 1:
        call.run(args[args.index(plain[1]) :])
    elif is_elsewhere and plain[int(verb in RUNS_SCRIPT) :]:
        _script_elsewhere(call, plain[int(verb in RUNS_SCRIPT)], args)
    else:
        _node_script(call, verb, args, plain, folder)


def _of_packages(program: str, args: list[str]) -> tuple[list[str], bool]:
    """The arguments without what says in which packages of the project they hold, and whether something says it."""
    if program == "yarn" and args[:1] == ["workspace"] and len(args) > 2:
        return args[2:], True
    if program == "yarn" and args[:2] == ["workspaces", "foreach"]:
        first = next((at for at, arg in enumerate(args[2:], 2) if not arg.startswith("-")), len(args))
        return args[first:], True
    if program == "yarn" and args[:1] == ["workspaces"] and args[1:2] in (["list"], ["info"]):
        return ["info"], False
    found, names = list(args), {"pnpm": ("--filter", "-F"), "bun": ("--filter",), "npm": ("-w", "--workspace")}
    for name in names.get(program, ()):
        while name in found[:-1]:
            at = found.index(name)
            del found[at : at + 2]
    return found, len(found) < len(args)


def _script_elsewhere(call: Call, name: str, args: list[str]) -> None:
    """A script of a package's own package.json, or a program: known by its name."""
    if is_check(name) and not any(map(is_changing, args)):
        call.checks(RUNS)
    elif SCRIPT_VERBS.isdisjoint(args) or name in COMMANDS or name in READ_ONLY:
        call.unknown(RUNS)
    else:
        call.projects_own(RUNS, name, *args)
    call.emit(None)


SCRIPT_VERBS = frozenset("run run-script test t tst start stop restart".split())


RUNS_SCRIPT = ("run", "run-script")
RUNS = "runs a script of the project, which may write anything"
SHORT_FOR = {"t": "test", "tst": "test"}


def _node_script(call: Call, verb: str, args: list[str], plain: list[str], folder: str) -> None:
    """`npm run NAME`: the line of package.json. yarn, pnpm and bun also take the name itself, or an installed program."""
    if verb in RUNS_SCRIPT and len(plain) == 1:
        call.emit(None)
        return
    name = plain[1] if verb in RUNS_SCRIPT else SHORT_FOR.get(verb, verb)
    rest = args[args.index(name) + 1 :] if name in args else []
    scripts = _scripts(call, folder)
    if name in scripts:
        _run_script(call, name, rest, scripts, folder)
    elif call.name != "npm" and verb not in SCRIPT_VERBS and (name in COMMANDS or name in READ_ONLY):
        call.run([name, *rest])
    else:
        if scripts and is_check(name):
            call.checks(RUNS)
        elif verb in SCRIPT_VERBS:
            call.projects_own(RUNS, name, *rest)
        else:
            call.unknown(RUNS)
        call.emit(None)


def _run_script(call: Call, name: str, rest: list[str], scripts: dict[str, str], folder: str) -> None:
    """The script's line with the words behind its name, between its `pre` and `post` scripts."""
    tail = " ".join(quoted(word) for word in rest if word != "--" and not word.startswith("--silent"))
    steps = [scripts.get("pre" + name), f"{scripts[name]} {tail}", scripts.get("post" + name)]
    checks = is_check(name) and not any(is_changing(word) for word in rest)
    call.shell.effects.lenient += checks
    _in_folder(call, folder, " && ".join(step.strip() for step in steps if step))
    call.shell.effects.lenient -= checks


def run_all(call: Call) -> None:
    """`run-s lint test:*`: scripts of package.json, one after another or side by side."""
    scripts = _scripts(call, "")
    for word in [arg for arg in call.args if not arg.startswith("-")]:
        name = word.partition(" ")[0]
        pattern = re.escape(name).replace(r"\*\*", ".+").replace(r"\*", "[^:]+")
        for script in [one for one in scripts if re.fullmatch(pattern, one)]:
            _run_script(call, script, [], scripts, "")
    call.unknown("runs scripts of the project, which may write anything")


def _scripts(call: Call, folder: str) -> dict[str, str]:
    text = call.world.read(folder + "package.json")
    if not text:
        return {}
    import json  # slow to import

    try:
        scripts = json.loads(text)["scripts"]
    except (ValueError, KeyError, TypeError):
        return {}
    return {name: text for name, text in scripts.items() if isinstance(text, str)} if isinstance(scripts, dict) else {}


def _in_folder(call: Call, folder: str, text: str) -> None:
    shell, world = call.shell, call.world
    places, cwd = shell.places, world.cwd
    there = world.absolute(folder or ".")
    shell.places, world.cwd = (there,), there
    shell.run_text(text, call.name)
    shell.places, world.cwd = places, cwd


def _node_folder(call: Call) -> tuple[list[str], str]:
    """The arguments without the option that names another folder, and that folder."""
    args, folder = list(call.args), ""
    for name in ("--prefix", "-C", "--dir", "--cwd"):
        if name in args[:-1]:
            at = args.index(name)
            folder = args[at + 1].rstrip("/") + "/"
            del args[at : at + 2]
    if not folder and not call.world.is_file("package.json"):
        place = nearest(call, "package.json")
        folder = place[: -len("package.json")] if call.world.is_file(place) else ""
    return args, folder


def _node_reads(verb: str, args: list[str], plain: list[str]) -> bool:
    everywhere = any(arg in ("-g", "--global", "--location=global") for arg in args) or plain[:1] == ["global"]
    shows = verb in NODE_READS or bool(args and args[0] in NODE_READS) or (verb == "audit" and "fix" not in plain)
    listed = (
        plain[:1] == ["pm"] and plain[1:2] in (["ls"], ["bin"], ["cache"], ["hash"], ["whoami"]) and len(plain) == 2
    )
    return shows or everywhere or listed or "--dry-run" in args


BUMPING = ("--patch", "--minor", "--major", "--new-version", "--prerelease", "--prepatch", "--preminor", "--premajor")


def _node_manifest(call: Call, verb: str, plain: list[str], folder: str) -> None:
    """`npm version patch`, which also runs the project's scripts of that name; `yarn version --patch`; `npm pkg set`."""
    lock = folder + LOCKS[call.name]
    bumps = verb == "version" and any(arg.partition("=")[0] in BUMPING for arg in call.args)
    if bumps or (len(plain) > 1 and not (verb == "pkg" and plain[1] == "get")):
        scripts = _scripts(call, folder) if verb == "version" else {}
        for name in ("preversion", "version", "postversion"):
            if name in scripts:
                _run_script(call, name, [], {name: scripts[name]}, folder)
        call.write(folder + "package.json")
        if verb == "version" and call.world.exists(lock):
            call.write(lock)
    call.emit(None)


def _node(call: Call, verb: str, named: list[str], flags: frozenset[str], folder: str) -> None:
    """Changes what is installed: by its options the manifest, the lock file, the folder of packages."""
    saves = not flags & {"--no-save", "--save=false"}
    if verb == "dedupe" and flags & {"--check", "-c"}:
        call.emit(None)
        return
    if verb == "link" and call.name in ("npm", "bun") and not flags & {"--save", "--save-dev", "-S", "-D"}:
        if named:
            call.keep_up(folder + "node_modules", folder=True)
        call.emit(None)
        return
    if saves and verb != "dedupe" and (named or verb not in ("install", "i")):
        call.write(folder + "package.json")
    if not flags & LOCK_STAYS:
        lock = folder + LOCKS[call.name]
        call.write(lock) if named else call.keep_up(lock)
    if not flags & LOCK_ONLY:
        call.keep_up(folder + "node_modules", folder=True)


def npx(call: Call) -> None:
    options = call.options("pc", "package call", stop=True)
    text = options.get("c", "call")
    if text:
        call.shell.run_text(text, call.name)
    elif options.rest:
        call.run([_program(options.rest[0]), *options.rest[1:]])


PROGRAMS = {
    "@anthropic-ai/claude-code": "claude",
    "@biomejs/biome": "biome",
    "@angular/cli": "ng",
    "@ast-grep/cli": "ast-grep",
    "typescript": "tsc",
}


def _program(name: str) -> str:
    """The program of a package that is named with its version or its owner."""
    name = name[:1] + name[1:].partition("@")[0]
    return PROGRAMS.get(name, name)


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


def pipx(call: Call) -> None:
    """`pipx run PROGRAM` starts it; the other verbs are pip's."""
    if call.args[:1] != ["run"]:
        pip(call)
        return
    rest = Options(call.args[1:], "", "spec python pip-args index-url with", stop=True).rest
    call.run([rest[0].partition("==")[0], *rest[1:]] if rest else [])


PYTHON_LOCKS = {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock", "pipenv": "Pipfile.lock"}


PYTHON_READS = frozenset("show check version help search about tree info graph".split())
PYTHON_CHANGES = frozenset("add remove lock sync update install uninstall".split())


PROJECT_OPTIONS = {
    "uv": ("--directory", "--project"),
    "poetry": ("-C", "--directory", "-P", "--project"),
    "pdm": ("-p", "--project"),
}


def python_project(call: Call) -> None:
    """uv, poetry, pdm, hatch, pipenv."""
    if elsewhere(call, PROJECT_OPTIONS.get(call.name, ()), python_project):
        return
    plain = [arg for arg in call.args if not arg.startswith("-")]
    verb = plain[0] if plain else "help"
    lock = PYTHON_LOCKS.get(call.name, "")
    if lock:
        lock = nearest(call, lock, nearest(call, _manifest(call)).rpartition("/")[0])
    if _sets_version(call.args, plain):
        call.write(nearest(call, "pyproject.toml"))
        if call.name == "uv":
            _locked(call, "add", lock, True)
    elif verb in PYTHON_READS or _only_shows(call, plain):
        call.emit(None)
    elif verb in PYTHON_CHANGES and lock:
        _python_packages(call, verb, plain[1:], lock)
    elif verb == "venv" and call.name == "uv":
        call.create([*plain, ".venv"][1], recursive=True)
    elif verb == "pip":
        call.run(call.args[call.args.index("pip") :])
    elif verb == "run":
        _python_run(call)
    elif call.name == "hatch" and (
        plain == ["version"] or plain[:2] in (["env", "show"], ["env", "find"], ["dep", "show"])
    ):
        call.emit(None)
    elif call.name in ("hatch", "pdm") and is_check(verb) and not any(map(is_changing, call.args)):
        call.checks(RUNS)
        call.emit(None)
    else:
        call.unknown("may write: what it does is not known")
        call.emit(None)


def _manifest(call: Call) -> str:
    return "Pipfile" if call.name == "pipenv" else "pyproject.toml"


SHOWN = {
    "uv": "python:list,find,dir tool:list,dir cache:dir",
    "poetry": "env:info,list config:--list source:show cache:list self:show",
    "pdm": "list",
    "pipenv": "--venv --py --where --envs",
}


def _only_shows(call: Call, plain: list[str]) -> bool:
    """Whether the first two words, or the first option, only ask: `uv tool list`, `poetry env info`."""
    words = [*plain, *[arg for arg in call.args if arg.startswith("--")]]
    for verb in SHOWN.get(call.name, "").split():
        first, colon, seconds = verb.partition(":")
        if words[:1] == [first] and len(plain) < 3 and (not colon or "".join(words[1:2]) in seconds.split(",")):
            return True
    return False


def _sets_version(args: list[str], plain: list[str]) -> bool:
    return plain[:1] == ["version"] and (len(plain) > 1 or "--bump" in args) and "--dry-run" not in args


def _python_run(call: Call) -> None:
    rest = call.args[call.args.index("run") + 1 :]
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in ("--with", "--python", "-p", "--extra", "--group", "--env-file") else rest[1:]
    name = rest[0] if rest else ""
    is_script = call.name in ("hatch", "pdm") and name not in COMMANDS and name not in READ_ONLY
    if is_script and is_check(name) and not any(map(is_changing, rest)):
        call.checks(RUNS)
        call.emit(None)
        return
    call.run(rest)


def _python_packages(call: Call, verb: str, named: list[str], lock: str) -> None:
    """Changes what is installed: by its options the manifest, the lock file, the environment."""
    args = call.args
    if any(arg in ("--dry-run", "--check", "--check-exists") for arg in args):
        call.emit(None)
        return
    if call.name == "uv" and "--script" in args[:-1]:
        script = args[args.index("--script") + 1]
        if verb in ("add", "remove"):
            call.write(script)
        if verb == "lock" or call.world.exists(script + ".lock"):
            call.write(script + ".lock")
        return
    if verb in ("add", "remove", "uninstall") or (call.name == "pipenv" and verb == "install" and named):
        call.write(nearest(call, _manifest(call)))
    _locked(call, verb, lock, verb in ("add", "remove", "uninstall", "update") or bool(named))
    call.emit(None)


LOCK_IS_READ = frozenset(["--frozen", "--locked", "--frozen-lockfile", "--no-lock", "--deploy", "--ignore-pipfile"])


def _locked(call: Call, verb: str, lock: str, changes: bool) -> None:
    """The lock file, where the command does not just follow it, and the environment."""
    reads = call.name != "uv" and (verb == "sync" or (verb == "install" and call.name != "pipenv"))
    if not reads and not LOCK_IS_READ & set(call.args):
        call.write(lock) if changes else call.keep_up(lock)
    if verb == "lock" or "--no-sync" in call.args or (verb in ("add", "remove") and "--frozen" in call.args):
        return
    if call.name == "uv":
        call.keep_up(".venv", folder=True)
    else:
        call.unknown("changes the installed packages")


def uvx(call: Call) -> None:
    options = call.options("p", "from with python", stop=True)
    rest = options.rest
    call.run([rest[0].partition("@")[0], *rest[1:]] if rest else [])
