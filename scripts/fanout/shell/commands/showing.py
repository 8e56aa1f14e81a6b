"""Tools that change things, of which some forms only show: what they would do, what there is, what is wrong.

The verb stands first, else nothing is known of it. What loads the project's own code to show it is a check.
"""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.commands.checkers import KNOWS, tries_only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

# For each tool what its words begin with when it only shows.
VERBS: dict[str, str] = {
    "airflow": r"(?:dags (?:list|list-import-errors|list-runs|list-jobs|details|next-execution|report|state)"
    r"|tasks (?:list|state|states-for-dag-run|failed-deps)|(?:connections|variables|pools) (?:list|get)"
    r"|(?:users|roles|providers) list|config (?:list|get-value)|db check(?:-migrations)?|jobs check|version|cheat-sheet|plugins)",
    "buck2": r"(?:targets|u?query|[ac]query|build|test|root|status|what-ran|version|audit \w+)",
    "cdk": r"(?:diff|ls|list|synth|doctor)",
    "dbmate": r"(?:status)",
    "dbt": r"(?:ls|list|parse|compile|test|debug)",
    "diesel": r"migration (?:list|pending)",
    "goose": r"(?:status|version)",
    "knex": r"migrate:(?:list|status|currentVersion)",
    "liquibase": r"(?:status|validate|history)",
    "pulumi": r"(?:preview|about|stack ls)",
    "sequelize": r"db:migrate:status",
    "sequelize-cli": r"db:migrate:status",
    "sqlx": r"migrate info",
    "typeorm": r"migration:show",
}
WRITING = ("-o", "--out", "--save-plan")
PLAYBOOK = frozenset("--check -C --syntax-check --list-tasks --list-hosts --list-tags".split())
FLYWAY = frozenset("info validate version".split())
FLYWAY_OPTIONS = frozenset(
    """
    -url -user -password -schemas -defaultSchema -table -locations -configFiles -target -outputType -environment
    -workingDirectory -infoSinceDate -infoUntilDate -infoSinceVersion -infoUntilVersion -infoOfState -X -q -n -color
    """.split()
)
GDB_VALUED = frozenset("-ex --ex -eval-command --eval-command".split())
GDB_FLAGS = frozenset("-batch --batch -q -quiet --quiet -n -nx --nx -nh --nh".split())
GDB_STARTS = frozenset("run r start".split())
GDB_SHOWS = re.compile(
    r"(?:thread apply all )?(?:bt|backtrace|where|info|thread|frame|f|up|down|list|l|p|print|ptype|whatis|x|disassemble|disas"
    r"|show|quit|q|set (?:pagination|width|height|confirm|print))\b[\w $.*&/>:-]*"
)


def verbs(call: Call) -> None:
    """Tools told by their first words. Where one is told a file to write, which one that is is not followed."""
    told = call.name not in ("airflow", "dbt") and any(arg.startswith(WRITING) for arg in call.args)
    if re.match(VERBS[call.name] + r"(?: |\Z)", " ".join(call.args)) and not told:
        call.checks(KNOWS)
    else:
        _else(call)
    call.emit(None)


def _else(call: Call) -> None:
    say = call.checks if tries_only(call.args) else call.unknown
    say("may write: what it does is not known")


def playbook(call: Call) -> None:
    """ansible-playbook: its own dry run, and its lists."""
    given = call.args[: call.args.index("--")] if "--" in call.args else call.args
    if PLAYBOOK.isdisjoint(given):
        call.unknown("changes the machines that the playbook names")
    else:
        call.checks("tries the project's playbook")
    call.emit(None)


def flyway(call: Call) -> None:
    """Verbs behind its options, several at a time; `-initSql` and callbacks of a URL run statements."""
    words = [arg for arg in call.args if not arg.startswith("-")]
    options = {arg.partition("=")[0] for arg in call.args if arg.startswith("-")}
    runs = any("init=" in arg.lower() for arg in call.args)
    if words and FLYWAY.issuperset(words) and FLYWAY_OPTIONS.issuperset(options) and not runs:
        call.checks("reads the project's migrations")
    else:
        _else(call)
    call.emit(None)


def gdb(call: Call) -> None:
    """`gdb -batch -ex bt PROGRAM CORE`. A program that it starts is the project's; one that runs is somebody's."""
    commands, rest = _gdb_commands(call.args)
    if not commands or len(rest) > 2 or any(word.isdigit() or word.startswith("-") for word in rest):
        call.unknown("may write: what it does is not known")
    elif not GDB_STARTS.isdisjoint(commands):
        call.projects_own("runs the project's own code", *rest)
    call.emit(None)


def _gdb_commands(args: list[str]) -> tuple[list[str] | None, list[str]]:
    """What it is told to do, None where that may change something, and the operands."""
    commands: list[str] = []
    at, rest = 0, -1
    while rest < 0 and at < len(args) and args[at].startswith("-"):
        name, _, value = args[at].partition("=")
        at += 1
        if name == "--args":
            rest = at + 1  # what follows the program is the program's
        elif name in GDB_VALUED:
            value, at = (value, at) if value else ("".join(args[at : at + 1]), at + 1)
            commands.append(value)
        elif args[at - 1] not in GDB_FLAGS:
            return None, []
    shows = all(word in GDB_STARTS or GDB_SHOWS.fullmatch(word) for word in commands)
    return commands if shows else None, args[at:] if rest < 0 else args[at:rest]
