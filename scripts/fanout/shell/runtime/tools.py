"""Tools of which some verbs drop or stop what is everybody's: told by their words alone."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell import scan
from fanout.shell.runtime.databases import OWN, chosen, server_port
from fanout.shell.runtime.noting import ends

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

DATABASE = "drop or empty the database that the project uses"
POINTED = f"{OWN}: `DATABASE_URL=<own> ...`"
# For each tool the words that do harm, what they do, and the limited form; databases by the lines above.
DROPPING: dict[str, str] = {
    "prisma": r"migrate reset\b|db push\b.*--force-reset",
    "rails": r"\bdb:(?:drop|reset|setup|purge|migrate:reset|schema:load|structure:load|truncate_all|seed:replant)\b",
    "manage.py": r"^(?:flush|reset_db|migrate \S+ zero)\b",
    "artisan": r"^(?:migrate:(?:fresh|refresh|reset)|db:wipe)\b",
    "sequelize": r"db:drop\b|db:migrate:undo:all\b",
    "knex": r"migrate:rollback\b.*--all\b",
    "alembic": r"\bdowngrade base\b",
    "flask": r"\bdb downgrade base\b",
    "typeorm": r"schema:drop\b",
    "mikro-orm": r"(?:schema|migration|database):(?:drop|fresh)\b",
    "mix": r"^ecto\.(?:drop|reset)\b",
    "flyway": r"(?:^|\s)clean\b",
    "liquibase": r"\bdrop-?all\b",
    "diesel": r"\bdatabase (?:reset|drop)\b",
    "sqlx": r"\bdatabase (?:reset|drop)\b",
    "dbmate": r"(?:^|\s)drop\b",
    "goose": r"(?:^|\s)(?:reset|down-to 0)$",
    "migrate": r"(?:^|\s)drop\b",
    "sea-orm-cli": r"\bmigrate (?:fresh|reset|refresh)\b",
    "supabase": r"\bdb reset\b",
    "wp": r"\bdb (?:reset|drop|clean)\b",
    "drush": r"\bsql[-:]drop\b",
    "console": r"doctrine:(?:database|schema):drop\b",
    "heroku": r"\bpg:reset\b",
    "dotnet": r"\bef database drop\b",
    "dotnet-ef": r"\bdatabase drop\b",
    "mvn": r"\b(?:flyway:clean|liquibase:dropAll)\b",
    "gradle": r"\b(?:flywayClean|dropAll)\b",
    "mysqladmin": r"(?:^|\s)drop\b",
    "atlas": r"\bschema clean\b",
    "hasura": r"\bmetadata clear\b",
}
SAME = {
    "rake": "rails", "django-admin": "manage.py", "sequelize-cli": "sequelize", "symfony": "console", "mvnw": "mvn",
    "gradlew": "gradle", "poweroff": "shutdown", "reboot": "shutdown", "halt": "shutdown",
    "bazelisk": "bazel",
}  # fmt: skip
OWN_SERVER = (
    "a server of your own, on a port of your own, ended by number: `COMMAND & echo $!`, later `kill <that number>`"
)
WAIT = "leave it running; it is stopped when nobody works any more"
OWN_CACHE = "a cache of your own for this command: `{}`"
STOPPING: dict[str, tuple[tuple[str, str, str], ...]] = {
    "supabase": ((r"^stop\b", "stop the whole local stack", WAIT),),
    "pg_ctl": ((r"\b(?:stop|restart)\b", "stop a database server", OWN_SERVER),),
    "pg_ctlcluster": ((r"\b(?:stop|restart)\b", "stop a database server", OWN_SERVER),),
    "mongod": ((r"--shutdown\b", "stop a database server", OWN_SERVER),),
    "mysqladmin": ((r"(?:^|\s)shutdown\b", "stop a database server", OWN_SERVER),),
    "rabbitmqctl": ((r"\b(?:reset|force_reset|stop|stop_app|shutdown|delete_vhost|purge_queue)\b",
                     "stop or empty the queues of everybody", "a vhost of your own: `rabbitmqctl add_vhost <own>`"),),
    "nginx": ((r"-s (?:stop|quit)\b", "stop the web server", OWN_SERVER),),
    "apachectl": ((r"\b(?:stop|restart|graceful-stop)\b", "stop the web server", OWN_SERVER),),
    "gradle": ((r"(?:^|\s)--stop\b", "stop every Gradle daemon of this version, and the builds that run in them", WAIT),),
    "mvnd": ((r"(?:^|\s)--stop\b", "stop every Maven daemon, and the builds that run in them", WAIT),),
    "bazel": ((r"(?:^|\s)shutdown\b", "stop the Bazel server of this workspace, and the builds that run in it", WAIT),),
    "nx": ((r"^reset\b|^daemon\b.*--stop\b", "stop the Nx daemon and empty the cache that everybody's builds use", WAIT),),
    "turbo": ((r"^daemon (?:stop|restart|clean)\b", "stop the Turborepo daemon that everybody's builds use", WAIT),),
    "adb": ((r"(?:^|\s)(?:kill-server|reboot)\b", "cut off every device and emulator",
             "name your own device: `adb -s <serial> ...`"),),
    "xcrun": ((r"\bsimctl (?:shutdown|erase|delete) all\b", "stop or erase every simulator",
               "name your own: `xcrun simctl shutdown <device>`"),),
    "watchman": ((r"\b(?:shutdown-server|watch-del-all)\b", "end the watching of everybody",
                  "`watchman watch-del <your folder>`"),),
    "wsl": ((r"--(?:shutdown|terminate)\b", "stop the whole machine", WAIT),),
    "vagrant": ((r"^(?:halt|destroy|reload|suspend)\b", "stop the machine that everybody uses", WAIT),),
    "minikube": ((r"^(?:delete|stop)\b", "stop the cluster that everybody uses", "`minikube -p <own> ...`"),),
    "colima": ((r"^(?:stop|delete|restart)\b", "stop the machine that all containers run in", WAIT),),
    "limactl": ((r"^(?:stop|delete|factory-reset)\b", "stop a machine that everybody may use", WAIT),),
    "localstack": ((r"^stop\b", "stop the cloud that everybody's tests use", WAIT),),
    "orb": ((r"^(?:stop|delete|reset)\b", "stop the machine that all containers run in", WAIT),),
    "iptables": ((r"(?:^|\s)(?:-F|--flush|-X)\b", "empty the rules of the whole machine's network", "leave them"),),
    "ray": ((r"^stop\b", "end every Ray process of this machine", OWN_SERVER),),
    "celery": ((r"\b(?:purge|control shutdown)\b", "empty the queue or end every worker", "name it: `-Q <own queue>`"),),
    "shutdown": ((r"", "stop the whole machine", "leave it running"),),
    "npm": ((r"^cache clean\b.*(?:--force|-f)\b", "empty the cache that everybody's installs read just now",
             OWN_CACHE.format("npm --cache <own folder> install") + "; `npm cache verify` repairs it"),),
    "yarn": ((r"^cache (?:clean|clear)\b", "empty the cache that everybody's installs read just now",
              OWN_CACHE.format("yarn --cache-folder <own folder> install")),),
    "go": ((r"^clean\b.*-modcache\b", "remove the modules that everybody's builds read just now",
            OWN_CACHE.format("GOMODCACHE=<own folder> go build ./...")),),
}  # fmt: skip
ASKS = r"(?:^|\s)(?:--help|--dry-run|--version|--sql|-h$)(?:\s|$)"  # `-h` and a word: a host, or halt


def tool(call: Call) -> None:
    name = SAME.get(call.name, call.name)
    text = " ".join(call.args)
    pattern = DROPPING.get(name)
    stopping = [rule for rule in STOPPING.get(name, ()) if _may_match(rule[0], text)]
    if not (pattern or stopping) or re.search(ASKS, text):
        return
    if pattern and re.search(pattern, text):
        _drops(call)
    for words, does, instead in stopping:
        if re.search(words, text):
            profile = name == "minikube" and re.search(r"(?:^|\s)(?:-p|--profile)[= ](\S+)", text)
            things = (f"cluster:{profile[1]}",) if profile else ()
            ends(call, does, "one" if profile else "all", things, instead)


def _drops(call: Call) -> None:
    database = chosen(call)
    if database:
        does = f"drop or empty the database {database}"
        ends(call, does, "one", (f"database:{database}",), POINTED, server_port(call))
    else:
        ends(call, DATABASE, "all", (), POINTED, server_port(call))


def _may_match(pattern: str, text: str) -> bool:
    """False where the text does not begin as the pattern does: most lines need no more."""
    if not pattern.startswith("^") or "|" in pattern.partition("(")[0]:
        return True
    end = scan.words(pattern, 1, " -")
    return text.startswith(pattern[1 : end - (pattern[end : end + 1] in tuple("?*+{"))])
