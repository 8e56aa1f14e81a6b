"""What a command does to what siblings share beside the files: processes, ports, containers, databases, services.

Registered by hand, as commands are, and loaded when met; a command may have several rules. A rule here only adds to
`Effects.runtime`: what the command writes is told by its rule in `commands`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

# Each line: module:function in this folder, then the commands it knows.
RULES = """
kill_commands:pkill pkill
kill_commands:killall killall killall5 skill slay
kill_commands:kill kill
kill_commands:fuser fuser
kill_commands:kill_port kill-port killport kill-port-process portkill fkill fkill-cli
kill_commands:taskkill taskkill tskill
kill_commands:powershell powershell pwsh
kill_commands:wmic wmic
kill_commands:shell sh bash zsh dash ksh
listings:processes pgrep pidof ps
listings:sockets lsof ss netstat
listings:narrowed grep egrep fgrep rg awk gawk mawk sed
containers:docker docker podman nerdctl
compose:program docker-compose podman-compose
clusters:kubectl kubectl oc
clusters:helm helm
clusters:local kind k3d
databases:dropdb dropdb createdb
databases:statement psql pgcli usql mysql mariadb mycli sqlcmd cqlsh clickhouse-client mongosh mongo
databases:removed rm unlink trash
databases:redis redis-cli valkey-cli keydb-cli
tools:tool prisma rails rake manage.py django-admin artisan sequelize sequelize-cli knex alembic flask typeorm mikro-orm
tools:tool mix flyway liquibase diesel sqlx dbmate goose migrate sea-orm-cli supabase wp drush console symfony heroku
tools:tool dotnet dotnet-ef mvn mvnw gradle gradlew mysqladmin pg_ctl pg_ctlcluster mongod rabbitmqctl nginx apachectl
tools:tool mvnd adb xcrun watchman wsl vagrant minikube colima limactl ray celery shutdown reboot poweroff halt
tools:tool npm yarn go nx turbo bazel bazelisk atlas hasura localstack orb iptables
services:systemctl systemctl
services:service service rc-service brew supervisorctl launchctl
services:pm2 pm2 forever overmind
services:tmux tmux
services:screen screen
servers:server vite next nuxt nuxi astro remix gatsby ng webpack webpack-dev-server react-scripts vue-cli-service
servers:server storybook start-storybook serve http-server live-server json-server uvicorn gunicorn hypercorn daphne
servers:server puma rackup streamlit mkdocs jekyll hugo redis-server mongod wrangler netlify vercel flask rails rackup
servers:server manage.py django-admin artisan nodemon tsx ts-node node nodejs bun deno php
servers:script npm yarn pnpm bun
servers:interpreted python php ruby
"""

RUNTIME: dict[str, list[str]] = {}
for _line in RULES.strip().splitlines():
    _rule, *_names = _line.split()
    for _name in _names:
        RUNTIME.setdefault(_name, []).append(f"runtime.{_rule}")

# Servers by a port that is named.
PORTED = frozenset("npm yarn pnpm bun deno node nodejs nodemon tsx ts-node php".split())


def applies(target: str, call: Call) -> bool:
    """Whether a rule is worth loading: commands of everyday lines have rules that are for few of their forms."""
    condition = ONLY_WHEN.get(target)
    return condition is None or condition(call)


def _is_listed(call: Call) -> bool:
    """What an earlier command of the line listed may be meant."""
    return bool(call.shell.effects.listings)


def _names_a_module(call: Call) -> bool:
    return "-m" in call.args or any(arg.rpartition("/")[2] in RUNTIME for arg in call.args[:4])


def _names_a_port(call: Call) -> bool:
    """Servers by a port that is named; other programs are servers by their name."""
    if call.name not in PORTED or "PORT" in call.shell.env or "PORT" in call.shell.variables:
        return True
    return any("port" in arg or arg[:2] in ("-p", "-S") for arg in call.args)


def _names_a_database(call: Call) -> bool:
    return any(arg.endswith((".db", ".sqlite", ".sqlite3", ".duckdb")) for arg in call.args)


def _cleans(call: Call) -> bool:
    return call.name not in ("npm", "yarn", "go") or "clean" in call.args or "clear" in call.args


ONLY_WHEN: dict[str, Callable[[Call], bool]] = {
    "runtime.listings:narrowed": _is_listed,
    "runtime.kill_commands:shell": _is_listed,
    "runtime.servers:interpreted": _names_a_module,
    "runtime.servers:server": _names_a_port,
    "runtime.servers:script": _names_a_port,
    "runtime.databases:removed": _names_a_database,
    "runtime.tools:tool": _cleans,
}
