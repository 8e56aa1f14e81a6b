"""Servers that a line starts, and the port that each takes."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.runtime import RUNTIME
from fanout.shell.runtime.noting import setting, starts, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


class Server:
    """`verbs` start it (none: the bare name does, too), `options` name the port, `usual` is the port without any ("" when
    it has none). `moves`: where the port is taken it goes to another one; "usual": only from the usual one."""

    __slots__ = ("moves", "options", "usual", "verbs")

    def __init__(self, verbs: str, options: str, usual: str, moves: str = "") -> None:
        self.verbs = verbs.split()
        self.options = options.split()
        self.usual = usual
        self.moves = moves


SERVERS: dict[str, Server] = {
    "vite": Server("", "--port", "5173", "always"),
    "next": Server("dev start", "-p --port", "3000", "usual"),
    "nuxt": Server("dev start preview", "-p --port", "3000", "usual"),
    "astro": Server("dev preview", "--port", "4321", "always"),
    "remix": Server("dev vite:dev", "-p --port", "3000", "usual"),
    "gatsby": Server("develop serve", "-p --port", "8000", "always"),
    "ng": Server("serve", "--port", "4200", "usual"),
    "webpack": Server("serve", "--port", "8080", "usual"),
    "webpack-dev-server": Server("", "--port", "8080", "usual"),
    "react-scripts": Server("start", "", "3000", "always"),
    "vue-cli-service": Server("serve", "--port", "8080", "always"),
    "storybook": Server("dev", "-p --port", "6006", "always"),
    "start-storybook": Server("", "-p --port", "6006", "always"),
    "serve": Server("", "-l --listen -p --port", "3000", "always"),
    "http-server": Server("", "-p --port", "8080", "usual"),
    "live-server": Server("", "--port", "8080", "always"),
    "json-server": Server("", "-p --port", "3000"),
    "uvicorn": Server("", "--port", "8000"),
    "gunicorn": Server("", "-b --bind", "8000"),
    "hypercorn": Server("", "-b --bind", "8000"),
    "daphne": Server("", "-p --port", "8000"),
    "puma": Server("", "-p --port", "9292"),
    "rackup": Server("", "-p --port", "9292"),
    "streamlit": Server("run", "--server.port", "8501", "usual"),
    "mkdocs": Server("serve", "-a --dev-addr", "8000"),
    "jekyll": Server("serve s", "-P --port", "4000"),
    "hugo": Server("server serve", "-p --port", "1313", "usual"),
    "redis-server": Server("", "--port", "6379"),
    "mongod": Server("", "--port", "27017"),
    "wrangler": Server("dev", "--port", "8787", "usual"),
    "netlify": Server("dev", "-p --port", "8888"),
    "vercel": Server("dev", "-l --listen -p", "3000", "usual"),
    "flask": Server("run", "-p --port", "5000"),
    "rails": Server("s server", "-p --port", "3000"),
    "manage.py": Server("runserver", "", "8000"),
    "artisan": Server("serve", "--port", "8000", "usual"),
    "php": Server("-S", "-S", ""),
    "node": Server("", "--port -p", ""),
}  # fmt: skip
SERVERS["nuxi"], SERVERS["django-admin"] = SERVERS["nuxt"], SERVERS["manage.py"]
for _name in ("nodemon", "tsx", "ts-node", "nodejs", "bun", "deno"):
    SERVERS[_name] = SERVERS["node"]
NO_SERVER = frozenset(
    "build lint info optimize test check --help -h --version -v -e -p --eval --print --test --check".split()
)
MOST_BEFORE = 5  # words that may stand before the verb
SCRIPT = r"(?:dev|start|serve|server|preview|develop)(?:$|[:_-].*)"
ADDRESS = r"(?:\S*:)?(\d{2,5})"


def server(call: Call) -> None:
    kind = SERVERS[call.name]
    is_started = not kind.verbs or any(arg in kind.verbs for arg in call.args[:MOST_BEFORE])
    if not is_started or NO_SERVER & set(call.args[:1]):
        return
    given = _given(call, kind)
    port = given or kind.usual
    if port.isdigit():
        moves = kind.moves == "always" or (kind.moves == "usual" and not given)
        starts(call, (f"port:{port}",), not moves or "--strictPort" in call.args)


def _given(call: Call, kind: Server) -> str:
    """The port that the line names, by an option, an address or a variable; "" when it names none."""
    named = re.fullmatch(ADDRESS, value_of(call.args, *kind.options)) if kind.options else None
    if "runserver" in kind.verbs:
        named = next((found for arg in call.args if (found := re.fullmatch(ADDRESS, arg))), None)
    return named[1] if named else setting(call, "PORT", "FLASK_RUN_PORT")


def script(call: Call) -> None:
    """`npm run dev` with a port: by an option or by PORT, whatever the script is."""
    plain = [arg for arg in call.args if not arg.startswith("-") and arg != "run"]
    port = value_of(call.args, "--port") or setting(call, "PORT")
    if plain and port.isdigit() and re.fullmatch(SCRIPT, plain[0]):
        starts(call, (f"port:{port}",))


def interpreted(call: Call) -> None:
    """`python manage.py ...`, `python -m uvicorn ...`, `php artisan ...`, `ruby bin/rails ...`."""
    args = call.args
    at = 0
    while at < len(args) and args[at].startswith("-") and args[at] != "-m":
        at += 2 if args[at] in ("-W", "-X", "-d", "-r", "-I") else 1
    if args[at : at + 1] == ["-m"]:
        name, rest = "".join(args[at + 1 : at + 2]), args[at + 2 :]
        name = {"django": "django-admin"}.get(name, name)
        if name == "http.server" and not {"-h", "--help"} & set(rest):
            port = next((arg for arg in rest if arg.isdigit()), "8000")
            starts(call, (f"port:{port}",), True)
    else:
        name, rest = "".join(args[at : at + 1]).rpartition("/")[2], args[at + 1 :]
    if name not in RUNTIME or name in ("python", "php", "ruby", "node"):
        return
    from fanout.shell.commands import load

    for target in RUNTIME[name]:
        load(target)(type(call)(call.shell, name, rest))
