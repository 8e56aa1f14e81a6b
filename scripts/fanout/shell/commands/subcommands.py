"""Test runners and build tools, and programs with subcommands of which some only read."""

from __future__ import annotations

import re

from fanout.shell.effects import GitEffect
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


# For each program the words that only read when they stand first; `word:a,b` where the next word decides.
READING_VERBS: dict[str, str] = {
    "docker": "ps images logs inspect version info stats top port history search events diff "
    "context:ls,list,inspect,show network:ls,list,inspect volume:ls,list,inspect scout:quickview,cves,compare,recommendations "
    "compose:ps,logs,config,images,top,ls,version,port,events,stats,volumes image:ls,list,inspect,history "
    "container:ls,list,ps,inspect,logs,stats,top,port,diff system:df,info,events buildx:ls,inspect,du,version builder:ls "
    "manifest:inspect plugin:ls,inspect node:ls,ps,inspect service:ls,ps,logs,inspect stack:ls,ps,services "
    "secret:ls,inspect config:ls,inspect",
    "docker-compose": "ps logs config images top ls version port events",
    "podman": "ps images logs inspect version info stats top port history search pod:ps,inspect,logs container:ls,inspect",
    "kubectl": "get describe logs top version explain api-resources api-versions cluster-info diff wait events auth:can-i,whoami "
    "config:view,get-contexts,current-context,get-clusters,get-users "
    "rollout:status,history options kustomize",
    "k9s": "version info",
    "kustomize": "build version",
    "helm": "list ls status get history version search show template lint env verify dependency:list repo:list",
    "gh": "pr issue run repo api auth search status release workflow gist browse label secret variable cache extension ruleset "
    "project org alias:list config:get,list",
    "glab": "mr issue ci repo api auth release",
    "aws": "sts configure:list,get help s3:ls",
    "gcloud": "info version",
    "az": "account version",
    "doctl": "version",
    "systemctl": "status is-active is-enabled is-failed list-units list-unit-files list-timers list-sockets show cat --failed",
    "brew": "list ls info search outdated deps uses config doctor leaves desc home --version --prefix --cellar cat tap-info "
    "services:list,info",
    "apt": "list show search policy depends rdepends changelog",
    "apt-get": "changelog",
    "apt-cache": "search show policy depends rdepends madison showpkg stats pkgnames",
    "apt-mark": "showmanual showauto showhold",
    "dpkg": "-l -L -s -S -p --list --status --listfiles --search --print-architecture --get-selections --audit",
    "dpkg-query": "-l -L -s -S -W --list --status --listfiles --search --show",
    "rpm": "-q -qa -ql -qi -qf -qc -qR -V",
    "dnf": "list info search repolist repoquery history provides",
    "yum": "list info search repolist history provides",
    "apk": "info search list version policy",
    "pacman": "-Q -Qi -Ql -Qs -Qo -Ss -Si -Qe -Qdt",
    "snap": "list info find version services",
    "flatpak": "list info search remotes",
    "rustup": "show which --version target:list toolchain:list component:list check doc",
    "nvm": "ls current which list ls-remote version alias",
    "fnm": "list ls current",
    "volta": "list which",
    "pyenv": "versions version which root prefix whence",
    "rbenv": "versions version which root prefix",
    "asdf": "list current where which plugin:list",
    "mise": "ls list current where which doctor env tasks",
    "crontab": "-l",
    "at": "-l",
    "pre-commit": "--version validate-config validate-manifest",
    "journalctl": "",
    "conda": "list info search env:list config:--show",
    "mamba": "list info search env:list",
    "gem": "list search info environment contents which outdated dependency specification",
    "bundle": "list show info check outdated exec-help platform licenses viz",
    "composer": "show info validate outdated licenses why why-not depends prohibits audit diagnose check-platform-reqs about "
    "search suggests fund status",
    "dotnet": "--version --info --list-sdks --list-runtimes list nuget:list sln:list",
    "mvn": "-v --version help:effective-pom help:describe dependency:tree dependency:list",
    "deno": "--version info types doc eval-help",
    "swift": "--version package:describe,show-dependencies,dump-package,tools-version,show-executables format:lint",
    "flutter": "--version doctor devices analyze-help",
    "dart": "--version info pub:deps,outdated",
    "mix": "help hex.info deps.tree deps.outdated-help deps",
    "redis-cli": "get mget keys info ping ttl type exists scan dbsize hget hgetall lrange smembers zrange strlen llen scard "
    "client monitor memory object config:get --stat --bigkeys time "
    "zcard zscore zrangebyscore hlen hkeys hvals hexists sismember getrange lindex --scan --latency slowlog:get",
    "vagrant": "status version global-status port ssh-config box:list",
    "nix": "--version search eval show-config flake:show,metadata,info path-info why-depends log store:ls derivation:show",
    "nix-env": "-q --query",
    "tmux": "ls list-sessions capture-pane list-windows list-panes display-message has-session show-options show-buffer",
    "screen": "-ls -list",
    "heroku": "logs config ps apps releases addons domains info status",
    "fly": "status logs info releases ips secrets:list config:show apps:list machine:list volumes:list",
    "flyctl": "status logs info releases ips config:show apps:list machine:list",
    "vercel": "ls list inspect whoami logs env:ls domains:ls",
    "netlify": "status sites:list",
    "ansible": "--version",
    "ansible-inventory": "--list --graph --host",
    "code": "--version --list-extensions --status",
    "ollama": "list ps show",
    "supabase": "status projects:list functions:list migration:list",
    "pm2": "ls list l status show describe info jlist prettylist logs env id pid",
    "supervisorctl": "status pid tail avail version",
    "prisma": "validate version migrate:status",
    "alembic": "current history heads show branches check",
    "rails": "about stats routes notes",
    "xcode-select": "-p --print-path -v",
    "defaults": "read domains find",
    "security": "find-certificate find-identity",
    "launchctl": "list print",
    "scutil": "--get --dns --proxy",
    "bd": "list ready show stats blocked dep:tree",
    "pod": "--version env",
    "poetry-core": "",
    "meteor": "list",
    "ng": "version",
    "nest": "info",
    "expo": "config doctor whoami",
    "java": "-version --version",
    "ghc": "--version",
    "simctl": "list getenv get_app_container help",
    "zig": "version env targets",
    "openssl-version": "",
    "codesign": "-d -dv -dvv -v --verify --display",
    "perf": "list report annotate",
    "nerdctl": "ps images logs inspect version info stats top port history",
    "crictl": "ps images logs inspect version info stats pods",
    "skopeo": "inspect list-tags --version",
    "kind": "get version",
    "k3d": "cluster:list node:list version kubeconfig:get",
    "minikube": "status ip profile:list version logs service:list addons:list image:ls",
    "argocd": "app:list,get,diff,history,resources version cluster:list repo:list",
    "flux": "get check logs version tree events stats",
    "skaffold": "version diagnose",
    "vault": "status kv:get,list version policy:list,read secrets:list auth:list list read",
    "consul": "members info version catalog kv:get",
    "nomad": "status version job:status,inspect,history node:status server:members",
    "wrangler": "whoami tail --version deployments:list,status",
    "firebase": "projects:list apps:list functions:list functions:log hosting:sites:list --version",
    "opam": "list show switch:list,show var config:env info",
}
CLOUD_READS = re.compile(
    r"ls|list(?:-.*)?|describe(?:-.*)?|show|get-(?!object$|object-torrent).*|tail|filter-log-events|wait|view|read|info|history"
)
CLOUDS = frozenset("aws gcloud az doctl".split())


# Words by which it runs another program.
RUNNING: dict[str, tuple[str, ...]] = {
    "bundle": ("exec",),
    "composer": ("exec",),
    "conda": (),
}


def _deletes_branch(call: Call) -> bool:
    """`gh pr merge -d`: the branch goes here, too, and who is on it is put on another."""
    flags = [arg[1:] for arg in call.args if arg[:1] == "-" and arg[:2] != "--" and arg[1:].isalpha()]
    return "--delete-branch" in call.args or any("d" in letters for letters in flags)


def _checks_out(call: Call, verb: str) -> None:
    """Another branch, as git would say."""
    effect = GitEffect(verb, call.args[2:], call.world.cwd)
    effect.scope = "refs"
    call.shell.effects.git.append(effect)


PERF = {
    "stat": ("eprjxDGCIt", "event repeat field-separator output log-fd cpu"),
    "record": ("eFcpgoCtjm", "event freq output"),
}


def _measured(call: Call, verb: str) -> None:
    """`perf stat COMMAND` and `perf record COMMAND`: the command, and a file for what is measured."""
    from fanout.shell.call import Options

    options = Options(call.args[1:], "o" + PERF[verb][0], PERF[verb][1], stop=True)
    output = options.get("o", "output") or ("perf.data" if verb == "record" else "")
    if output and output != "-":
        call.write(output)
    call.run(options.rest)
    call.emit(None)


def service(call: Call) -> None:
    """Programs with subcommands, of which some only read."""
    first = call.args[0] if call.args else ""
    if first in RUNNING.get(call.name, ()) and len(call.args) > 1:
        rest = call.args[1:]
        call.run(rest[1:] if rest[:1] == ["--"] else rest)
        return
    if call.name == "perf" and first in PERF:
        _measured(call, first)
        return
    plain = _words(call)
    if call.name in ("gh", "glab") and set(plain[1:2]) & BRINGING:
        call.unknown("may write: what it brings is not known")
        if plain[1] == "checkout":
            _checks_out(call, "pr checkout")
        elif plain[1] == "merge" and _deletes_branch(call):
            _checks_out(call, "pr merge")
    elif call.name == "gh" and plain[:2] == ["pr", "close"] and _deletes_branch(call):
        call.unknown("may write: it deletes a branch")
        _checks_out(call, "pr close")
    elif call.name == "gh" and [word for word in plain if not word.startswith("-")] == ["repo", "sync"]:
        call.run(["git", "reset", "--hard", "@{upstream}"] if "--force" in call.args else ["git", "pull", "--ff-only"])
    elif _reads(call, plain):
        _printed(call, plain)
    elif not _tries(call, plain):
        call.unknown("may write: what it does is not known")
    call.emit(None)


def _tries(call: Call, plain: list[str]) -> bool:
    """Whether it only says what it would do, or can write no file."""
    if call.name in ("docker", "podman") and call.args[:1] == ["run"]:
        from fanout.shell.commands import container_run

        return container_run.only_reads(call)
    if call.name in EXECUTING and "exec" in call.args:
        from fanout.shell.commands import container_exec

        if container_exec.only_reads(call):
            return True
    if call.name == "docker":
        return plain[:1] == ["build"] and "--check" in call.args
    return call.name in ("kubectl", "helm") and any(
        arg in ("--dry-run", "--dry-run=client", "--dry-run=server") for arg in call.args
    )


EXECUTING = frozenset("docker podman nerdctl docker-compose kubectl oc".split())
BRINGING = frozenset("checkout clone create download merge fork develop edit-notes rebase".split())
ASKED = frozenset(("--version", "version", "--help", "help", "-v", "-V", "-h"))
GLOBAL_VALUES = frozenset(
    "-n --namespace -H --host --context -c --config --profile --region --project --file -f -p --project-name "
    "--kubeconfig --subscription -R --repo --env-file --project-directory -h -a -u --user --output -o -C".split()
)


def _words(call: Call) -> list[str]:
    """The words that say what is done; options of the program itself, and their values, left out."""
    if not call.args or call.args[0] in READING_VERBS[call.name].split():
        return call.args
    words: list[str] = []
    args = list(call.args)
    while args:
        arg = args.pop(0)
        if arg in GLOBAL_VALUES and args and words in ([], ["compose"]):
            args.pop(0)
        elif not arg.startswith("-") or (not words and not args):
            words.append(arg)
    return words or call.args[:1]


def _reads(call: Call, words: list[str]) -> bool:
    if (
        not words
        or words[0] in ASKED
        or call.name == "journalctl"
        or (call.args and call.args[-1] in ("--help", "--version"))
    ):
        return True
    second = words[1] if len(words) > 1 else ""
    for verb in READING_VERBS[call.name].split():
        first, colon, seconds = verb.partition(":")
        if words[0] == verb or (colon and first == words[0] and second in seconds.split(",")):
            return True
    return call.name in CLOUDS and any(CLOUD_READS.fullmatch(word) for word in words[1:4])


# Options by which what is shown goes into a file or a folder.
OUTPUTS = {
    "ansible-inventory": ("--output",),
    "docker": ("--output", "-o"),
    "docker-compose": ("--output", "-o"),
    "helm": ("--output-dir",),
    "kubectl": ("--output-directory",),
    "kustomize": ("--output", "-o"),
    "kubectl kustomize": ("--output", "-o"),
}


def _printed(call: Call, words: list[str]) -> None:
    options = OUTPUTS.get(f"{call.name} {words[0]}" if words else "") or OUTPUTS.get(call.name, ())
    for at, arg in enumerate(call.args):
        name, equals, value = arg.partition("=")
        if name in options:
            path = value if equals else "".join(call.args[at + 1 : at + 2])
            if path not in ("", "-"):
                call.write(path, recursive=name.endswith(("-dir", "-directory")))


def statement(call: Call) -> None:
    """psql, mysql and their kin with a statement on the command line: it only asks, or it changes a database."""
    options = call.options(
        "cedhpUPfoDu", "command execute dbname host port username user password file output database"
    )
    texts = options.all("c", "e", "command", "execute", "eval") or [call.input() or ""]
    for path in options.all("o", "output"):
        call.write(path)
    asks = all(ASKING.fullmatch(one.strip()) for text in texts for one in text.split(";") if one.strip())
    if options.has("f", "file") or not asks or UNKNOWN in "".join(texts):
        call.unknown("may change a database, or runs a file")
    call.emit(None)


ASKING = re.compile(
    r"(?:select|show|explain|describe|desc|values|table|with|use|pragma|status|ping"
    r"|\\(?:d\S*|l\+?|c|conninfo|timing|x|pset|z|sf|dt\S*))"
    r"(?!.*\binto\s+(?:outfile|dumpfile)\b)(?!.*\b(?:insert|update|delete|drop|create|alter|truncate|nextval|setval)\b).*",
    re.I | re.S,
)


DRY = frozenset("-n --dry-run --list -l --summary -t --list-all --show".split())


def runner(call: Call) -> None:
    """Test runners, build tools, project scripts: they read mostly, and may write anything."""
    if call.args and all(arg in ("--version", "-v", "--help", "-h", "-V", "version", "help") for arg in call.args):
        call.emit(None)
        return
    if call.name in ("ninja", "just", "task") and DRY & set(call.args):
        call.emit(None)
        return
    call.unknown("runs the project's own code or build, which may write anything")
    call.emit(None)
