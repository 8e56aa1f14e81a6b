"""Databases by their own commands: dropped, emptied, and made; which of them a line means."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.runtime.noting import ends, listings_in, lists, setting, starts, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

OWN = "a database of your own: `createdb <own>` (or a container on a port of your own), and point your command at it"
# Variables by which a line names the database that its command uses.
NAMING = tuple(
    """
    DATABASE_URL TEST_DATABASE_URL DB_URL DATABASE_URI SQLALCHEMY_DATABASE_URI DB_NAME DB_DATABASE DATABASE_NAME PGDATABASE
    POSTGRES_DB MYSQL_DATABASE MONGO_URL MONGODB_URI MONGO_URI REDIS_URL DIRECT_URL
    """.split()
)
OWN_FILE = "a database file of your own, by another name: remove that one"
FILES = (".db", ".sqlite", ".sqlite3", ".duckdb")
NAME = r"[`\"'\[]?([\w.$-]+)"
DROPS = r"\bdrop\s+database\s+(?:if\s+exists\s+)?" + NAME
EMPTIES = (
    r"\bdrop\s+(?:schema|keyspace|owned)\b|\breassign\s+owned\b|\bpg_terminate_backend\b"
    r"|\bdropDatabase\s*\(|\.shutdownServer\b|^\s*truncate\s+(?:table\s+)?[\w\"`.]"
)
MAKES = r"\bcreate\s+database\s+(?:if\s+not\s+exists\s+)?" + NAME


def server_port(call: Call, *names: str) -> tuple[str, ...]:
    """The port of the server that the command is told to use, as a thing."""
    given = value_of(call.args, *names) or setting(call, "PGPORT", "MYSQL_TCP_PORT")
    urls = " ".join([arg for arg in call.args if "://" in arg] + [setting(call, name) for name in NAMING])
    found = given if given.isdigit() else "".join(re.findall(r"://[^/\s]*?:(\d{2,5})(?=[/?\s]|$)", urls)[:1])
    return (f"port:{found}",) if found else ()


def chosen(call: Call) -> str:
    """The database that the line itself names by a variable or an URL, "" when that is the project's usual one."""
    name, given = next(((name, setting(call, name)) for name in NAMING if setting(call, name)), ("", ""))
    if not given:
        given = value_of(call.args, "--url", "--database-url", "--db-url", "-d", "--connection-string")
    usual = call.world.read(".env") or ""
    found = re.search(rf"(?m)^(?:export\s+)?{name}=['\"]?([^\s'\"]+)", usual) if name else None
    if not given or (found and found[1] == given) or given.endswith((".ts", ".js", ".mjs", ".cjs", ".json")):
        return ""
    return given.partition("?")[0].rstrip("/").rpartition("/")[2]


def dropdb(call: Call) -> None:
    options = call.options("hpUTElODW", "host port username template encoding locale owner maintenance-db tablespace")
    name = "".join(options.rest[:1]) or setting(call, "PGDATABASE")
    things = (f"database:{name}",) if name else ()
    if call.name == "createdb":
        starts(call, things, is_sure=True, detached=True)
    else:
        does = f"drop the database {name}".rstrip()
        ends(call, does, "named" if things else "all", things, OWN, server_port(call, "-p", "--port"))


def statement(call: Call) -> None:
    """A statement on the command line, from a file or from standard input."""
    within = server_port(call, "-p", "-P", "--port")
    for text in _texts(call):
        for found in re.finditer(DROPS, text, re.I):
            ends(call, f"drop the database {found[1]}", "named", (f"database:{found[1]}",), OWN, within)
        if re.search(EMPTIES, text, re.I):
            name = _connected(call)
            does = f"drop what is in the database {name}".rstrip() + ", or end what works with it"
            ends(call, does, "named" if name else "all", (f"database:{name}",) if name else (), OWN, within)
        for found in re.finditer(MAKES, text, re.I):
            starts(call, (f"database:{found[1]}",), is_sure=True, detached=True)


def _connected(call: Call) -> str:
    """The database that the client is told to use, "" when the line does not say."""
    given = value_of(call.args, "-d", "--dbname", "-D", "--database")
    options = call.options("cedhpUPfoDuqQ", "command execute dbname host port username user password file eval query")
    given = given or "".join(options.rest[:1]) or setting(call, "PGDATABASE", "MYSQL_DATABASE")
    return given.partition("?")[0].rstrip("/").rpartition("/")[2]


def _texts(call: Call) -> list[str]:
    args, texts = call.args, []
    for at, arg in enumerate(args):
        name, _, value = arg.partition("=")
        if name in ("-c", "-e", "--command", "--execute", "--eval", "-q", "-Q", "--query"):
            texts.append(value or "".join(args[at + 1 : at + 2]))
        elif re.fullmatch(r"-[A-Za-z]+[ce]", arg):
            texts.append("".join(args[at + 1 : at + 2]))
        elif re.match(r"-[ce].", arg):
            texts.append(arg[2:])
        elif name in ("-f", "--file"):
            texts.append(call.world.read(value or "".join(args[at + 1 : at + 2])) or "")
    return texts or [call.input() or ""]


def removed(call: Call) -> None:
    """`rm dev.db`: a database that is one file, there before the line."""
    for arg in call.args:
        path = call.world.absolute(arg)
        if arg.endswith(FILES) and path not in call.world.made and call.world.is_file(arg):
            ends(call, f"remove the database {arg}", "named", (f"file:{path}",), OWN_FILE)


def redis(call: Call) -> None:
    words = " ".join([*call.args, call.input() or ""]).upper().split()
    within = server_port(call, "-p", "-u")
    number = value_of(call.args, "-n")
    if "--scan" in call.args or "KEYS" in words[:1]:
        lists(call, "keys", [])
        return
    if {"DEL", "UNLINK"} & set(words):
        for listing in listings_in(call, call.args):
            does = f"remove every key that `{listing.shown}` lists, whoever made it"
            ends(call, does, "all", (), "keys with a prefix of your own, by their names", within)
    if "FLUSHALL" in words:
        ends(
            call,
            "empty every database of the redis server",
            "all",
            (),
            f"`redis-cli -n <own number> FLUSHDB`; {OWN}",
            within,
        )
    elif "FLUSHDB" in words:
        reach = "one" if number not in ("", "0") else "all"
        instead = "`redis-cli -n <own number> FLUSHDB`, with your command pointed at that number"
        ends(call, "empty the redis database", reach, (f"database:redis/{number or 0}",), instead, within)
    elif "SHUTDOWN" in words:
        ends(call, "stop the redis server", "all", (), "a server of your own: `redis-server --port <own port>`", within)
