"""Warnings: each code when it is due, with its task, witness and fix, and silence when it is not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from plan.made import files, plan, reading, remarks, task

from fanout.plan import agent_types, planner
from fanout.plan.project_facts import ProjectFacts
from fanout.plan.reading import Inference, Remark

BIG: dict[str, Any] = {"estimate_minutes": 10, "accept": [{"text": "it works"}]}

# name: (tasks, options, [(code, task, what the message says)]); every other warning of these codes is a failure
WARNED: dict[str, tuple[list[dict[str, Any]], dict[str, Any], list[tuple[str, str, str]]]] = {
    "false claim": (
        [task("a", "x.ts"), task("b", "x.ts"), task("c", "y.ts")],
        {"parallel": ["a", "b", "c"]},
        [("false-parallel", "b", "said to be parallel with a, but both write x.ts")],
    ),
    "false claim of three": (
        [task("a", "x.ts"), task("b", "x.ts"), task("c", "x.ts")],
        {"parallel": ["a", "b", "c"]},
        [("false-parallel", "c", "said to be parallel with a and b, but all write x.ts")],
    ),
    "false claim by a read": (
        [task("a", "x.ts"), task("b", "y.ts", "x.ts")],
        {"parallel": ["a", "b"], "project": files("x.ts")},
        [("false-parallel", "b", "said to be parallel with a, but one writes x.ts, the other reads it")],
    ),
    "false claim by a resource": (
        [task("a", "x.ts", uses="port:3000"), task("b", "y.ts", uses="port:3000")],
        {"parallel": ["a", "b"]},
        [("false-parallel", "b", "said to be parallel with a, but both use port:3000")],
    ),
    "one claim only is no false claim": (
        [task("a", "x.ts"), task("b", "x.ts")],
        {"parallel": ["a"]},
        [("write-write", "b", "writes x.ts, as a does, so it waits for a")],
    ),
    "a claim that dependencies make true": (
        [task("a", "x.ts"), task("b", "x.ts", needs="a")],
        {"parallel": ["a", "b"]},
        [],
    ),
    "write-write of four": (
        [task(name, "hot.ts") for name in "abcd"],
        {},
        [("write-write", "a", "writes hot.ts, as b, c and d do, so they run one after another")],
    ),
    "write-write of one with many": (
        [task("all", "src/**", estimate_minutes=9), *(task(name, f"src/{name}.ts") for name in "abc")],
        {},
        [("write-write", "all", "writes what other tasks write: a, b and c (such as src/a.ts)")],
    ),
    "write-write that makes nobody wait": (
        [task("a", "x.ts", **BIG), task("b", **BIG), task("c", "x.ts", needs="b", **BIG)],
        {},
        [],
    ),
    "read-write": (
        [task("a", "x.ts"), task("b", "", "x.ts")],
        {"project": files("x.ts")},
        [("read-write", "b", "reads x.ts, which a writes, and no dependency says what comes first")],
    ),
    "read-write of several readers": (
        [task("w", "x.ts"), *(task(name, "", "x.ts") for name in "abc")],
        {"project": files("x.ts")},
        [
            (
                "read-write",
                "a",
                "reads x.ts, which w writes, and no dependency says what comes first (2 other tasks read",
            )
        ],
    ),
    "read-write in order": ([task("a", "x.ts"), task("b", "", "x.ts", "a")], {"project": files("x.ts")}, []),
    "producer without an edge": (
        [task("a", "x.ts"), task("b", "y.ts", "x.ts")],
        {},
        [("missing-edge", "b", "reads x.ts, which a creates, and does not depend on it")],
    ),
    "producer by its folder": (
        [task("a", "gen/"), task("b", "y.ts", "gen/api/types.ts")],
        {},
        [("missing-edge", "b", "reads gen/api/types.ts, which a creates")],
    ),
    "producer hidden behind a shared write": (
        [task("a", "x.ts index.ts"), task("b", "index.ts", "x.ts")],
        {},
        [("missing-edge", "b", "reads x.ts, which a creates")],
    ),
    "producers, and one comes before": (
        [task("a", "x"), task("b", "x"), task("c", "", "x", "a", **BIG)],
        {},
        [("read-write", "c", "reads x, which b writes")],
    ),
    "producer far before": ([task("a", "x"), task("b", needs="a"), task("c", "", "x", "b")], {}, []),
    "reads before it is there": (
        [task("a", "", "x.ts"), task("b", "x.ts", needs="a")],
        {},
        [("reads-too-early", "a", "reads x.ts, but b, which creates it, depends on it")],
    ),
    "reads what is there": ([task("a", "", "x.ts"), task("b", "x.ts", needs="a")], {"project": files("x.ts")}, []),
    "resource": (
        [task("a", uses="db:test"), task("b", uses="db:test")],
        {},
        [("resource-clash", "b", "uses db:test, as a does, so it waits for a")],
    ),
    "resource of three": (
        [task(name, uses="cargo-target") for name in "abc"],
        {},
        [("resource-clash", "a", "uses cargo-target, as b and c do, so they run one after another")],
    ),
    "lock file": (
        [task("a", "packages/a/package.json"), task("b", "packages/b/package.json")],
        {},
        [("hidden-coupling", "a", "may change package-lock.json without naming it, as b may")],
    ),
    "the lock file that is there": (
        [task("a", "packages/a/package.json"), task("b", "packages/b/package.json")],
        {"project": files("pnpm-lock.yaml", "packages/a/package.json", "packages/b/package.json")},
        [("hidden-coupling", "a", "may change pnpm-lock.yaml without naming it, as b may")],
    ),
    "lock files of two modules of Go": ([task("a", "a/go.mod"), task("b", "b/go.mod")], {}, []),
    "lock file of one manifest": (
        [task("a", "Cargo.toml"), task("b", "Cargo.toml")],
        {},
        [("write-write", "b", "writes Cargo.toml")],
    ),
    "lock file, in order": ([task("a", "a/Cargo.toml"), task("b", "b/Cargo.toml", needs="a")], {}, []),
    "migrations": (
        [task("a", "db/migrations/004_users.sql"), task("b", "db/migrations/004_orders.sql")],
        {},
        [("hidden-coupling", "a", "may change db/migrations/ without naming it, as b may (each adds a migration")],
    ),
    "migrations that are there": (
        [task("a", "db/migrations/001.sql"), task("b", "db/migrations/002.sql")],
        {"project": files("db/migrations/001.sql", "db/migrations/002.sql")},
        [],
    ),
    "snapshots": (
        [task(n, f"src/{n}.ts", accept=[{"command": f"npx vitest run src/{n} -u"}]) for n in "ab"],
        {},
        [("hidden-coupling", "a", "may change **/__snapshots__/** without naming it, as b may")],
    ),
    "snapshots, by the words": (
        [task(n, f"src/{n}.ts", description=f"Then run `npx jest src/{n} -u`.") for n in "ab"],
        {},
        [("hidden-coupling", "a", "may change **/__snapshots__/** without naming it, as b may")],
    ),
    "changelog": (
        [
            task("a", "a.ts", title="Add the form and update the changelog"),
            task("b", "b.ts", description="Extend CHANGELOG."),
        ],
        {},
        [("hidden-coupling", "a", "may change CHANGELOG.md without naming it, as b may")],
    ),
    "one names what another one's words mean": (
        [task("a", "a.ts", title="Mention it in the readme"), task("b", "README.md"), task("c", "c.ts")],
        {"project": files("README.md")},
        [("hidden-coupling", "a", "may change README.md without naming it, and b does (their words say")],
    ),
    "what is told first is what says most": (
        [task(n, f"src/{n}.ts", title="Update the changelog") for n in "ab"],
        {"project": dataclasses.replace(files("list.md"), hubs={"list.md": "9 of the last 9 commits"})},
        [
            ("hidden-coupling", "a", "may change CHANGELOG.md without naming it, as b may"),
            ("hidden-coupling", "a", "may change list.md without naming it, as b may (9 of the last 9 commits"),
        ],
    ),
    "files that history changes together": (
        [task("a", "a.ts"), task("b", "b.ts"), task("c", "c.ts")],
        {"project": ProjectFacts(together={("a.ts", "b.ts"): "5 of the 6 commits of the rarer one"})},
        [("hidden-coupling", "a", "changes a.ts, and b.ts of b changed with it in 5 of the 6 commits")],
    ),
    "files that history changes together, of tasks in order": (
        [task("a", "a.ts"), task("b", "b.ts", needs="a")],
        {"project": ProjectFacts(together={("a.ts", "b.ts"): "5 of the 6 commits of the rarer one"})},
        [],
    ),
    "barrel that is there": (
        [task("a", "src/ui/a.tsx"), task("b", "src/ui/b.tsx"), task("c", "src/ui/a.test.tsx")],
        {"project": files("src/ui/index.ts")},
        [("hidden-coupling", "a", "may change src/ui/index.ts without naming it, as b may")],
    ),
    "an index that lists no module, and that the plan writes": (
        [task("a", "src/a.js"), task("b", "src/b.js"), task("c", "src/c.js", "src/index.js", needs="a b")],
        {"project": dataclasses.replace(files("src/index.js"), lists=lambda path: False)},
        [],
    ),
    "barrel: modules of Rust": (
        [task("a", "src/a.rs"), task("b", "src/b.rs")],
        {"project": files("src/lib.rs")},
        [("hidden-coupling", "a", "may change src/lib.rs without naming it, as b may")],
    ),
    "barrel, but the modules are old": (
        [task("a", "src/a.rs"), task("b", "src/b.rs")],
        {"project": files("src/lib.rs", "src/a.rs", "src/b.rs")},
        [],
    ),
    "no barrel": ([task("a", "src/a.ts"), task("b", "src/b.ts")], {}, []),
    "read_only with writes": (
        [task("a", "x.md", read_only=True), task("b", "y")],
        {},
        [("read-only-writes", "a", "is read_only and has writes (x.md)")],
    ),
    "a context file": (
        [task("a", "docs/**"), task("b", "y")],
        {"context_files": ["docs/rules.md"]},
        [("context-written", "a", "writes docs/rules.md, a context file that every agent reads")],
    ),
    "chain": (
        [task("a", "x", **BIG), task("b", "y", needs="a", **BIG)],
        {},
        [("no-go", "", "no two of the tasks can run at the same time: each needs the result of the one before")],
    ),
    "single": ([task("a", **BIG)], {}, [("no-go", "", "it is a single task")]),
    "seconds": (
        [task("a", estimate_minutes=0.2), task("b", estimate_minutes=0.4)],
        {},
        [
            ("no-go", "", "it is quicker inline: 18 s each; starting an agent takes about 30 s"),
            ("too-small", "a", "takes under 30 s, and so does b: starting an agent takes longer"),
        ],
    ),
    "huge": (
        [task("a", estimate_minutes=120), *(task(n, estimate_minutes=20) for n in "bcd")],
        {},
        [("uneven-sizes", "a", "takes 2 h of the plan's 2 h, most others about 20 min")],
    ),
    "huge and tiny": (
        [task("a", estimate_minutes=120), task("b", estimate_minutes=1)],
        {},
        [
            ("uneven-sizes", "a", "takes 2 h of the plan's 2 h, most others about 1 min"),
            ("uneven-sizes", "b", "takes 1 min at most, the average task 60.5 min"),
            ("no-go", "", "agents save too little: 1 times as fast"),
        ],
    ),
    "even": ([task("a", estimate_minutes=30), task("b", estimate_minutes=30)], {}, []),
    "uneven, but not much": ([task(n, estimate_minutes=m) for n, m in (("a", 10), ("b", 15), ("c", 8))], {}, []),
    "nine at once": (
        [task(str(i), **BIG) for i in range(9)],
        {"max_parallel": 9},
        [("batch-size", "", "batch 1 has up to 9 agents: results of 9 and more are hard to look after")],
    ),
    "eight at once": ([task(str(i), f"{i}.ts", **BIG) for i in range(8)], {"max_parallel": 8}, []),
    "several that name no file": (
        [task("a", title="Log every request"), task("b"), task("c", "c.ts"), task("d", title="Review the code")],
        {},
        [("writes-unknown", "a", "does not say what it writes, nor does b: they run side by side")],
    ),
    "one that names no file": ([task("a"), task("b", "b.ts")], {}, []),
    "no file, one after the other": ([task("a"), task("b", depends_on=["a"])], {}, []),
    "no file, and readers": ([task("a", read_only=True), task("b", agent="spec:code-reviewer"), task("c")], {}, []),
    "more than the client runs": (
        [task(str(i), **BIG) for i in range(30)],
        {"max_parallel": 30},
        [
            ("batch-size", "", "max_parallel is 30, and the client runs at most 20 agents at once"),
            ("batch-size", "", "batch 1 has up to 30 agents"),
        ],
    ),
    "same command at the same time": (
        [task(n, f"{n}.ts", accept=[{"command": "npm  test"}]) for n in "abc"],
        {},
        [("shared-acceptance", "a", "is judged by 'npm test', as b and c, while they run")],
    ),
    "same command, at the end": (
        [task(n, f"{n}.ts", accept=[{"command": "npm test", "when": "end"}]) for n in "ab"],
        {},
        [],
    ),
    "a command for bash where there is none": (
        [
            task("a", "a.ts", accept=[{"command": "set -o pipefail; npm test | tee log"}]),
            task("b", "b.ts", accept=[{"command": "make a b && test -f 'x'"}]),
        ],
        {"project": ProjectFacts(has_bash=False)},
        [("no-bash", "a", "which needs bash; this machine has none, and sh reads it differently")],
    ),
    "a command for bash where there is one": ([task("a", "a.ts", accept=[{"command": "false &> log"}])], {}, []),
    "a program that is not here": (
        [
            task("a", "a.ts", accept=[{"command": "X=1 prove -l t && make b"}]),
            task("b", "b.ts", accept=[{"command": "cd lib; prove t"}, {"command": "make 'a; rspec'"}]),
            task("c", "c.ts", accept=[{"command": "test -s c.ts"}]),
        ],
        {"project": ProjectFacts(runs=lambda name: name == "make")},
        [("no-program", "a", "is judged by 'X=1 prove -l t && make b', as b, and there is no prove on this machine")],
    ),
    "same command, never at once": (
        [task(n, "x.ts", accept=[{"command": "npm test"}]) for n in "ab"],
        {},
        [("write-write", "b", "writes x.ts"), ("no-go", "", "they change the same files")],
    ),
    "agent mapped": (
        [task("a", agent="CoderAgent"), task("b", agent="general-purpose")],
        {"project": files(agents=[*agent_types.BUILT_IN, "spec:feature-implementer"])},
        [("agent-mapped", "", "CoderAgent -> spec:feature-implementer")],
    ),
    "agent unknown": (
        [task("a", "a.ts", agent="code-wizard"), task("b", "b.ts", agent="code-wizard")],
        {"project": files(agents=[*agent_types.BUILT_IN, "code-wizards"])},
        [("unknown-agent", "a", "there is no agent 'code-wizard' (tasks a and b): general-purpose does the work")],
    ),
    "a reader that is to write": (
        [
            task("a", "x.ts", agent="ContextScout"),
            task("b", agent="Explore"),
            task("c", "y.ts", agent="general-purpose"),
        ],
        {"project": files(agents=agent_types.BUILT_IN)},
        [
            ("agent-mapped", "", "ContextScout -> Explore"),
            ("reader-writes", "a", "is to write x.ts, and its agent Explore only reads"),
        ],
    ),
    "a runner of tests that is to write them, and one that writes a report": (
        [task("a", "tests/unit/**", agent="test-runner"), task("b", "reports/tests.md", agent="test-runner")],
        {"project": files(agents=[*agent_types.BUILT_IN, "spec:test-runner"])},
        [
            (
                "reader-writes",
                "a",
                "is to write tests/unit/**, and its agent spec:test-runner runs checks and does not edit",
            )
        ],
    ),
    "capacity of nobody": (
        [task("a", agent="tester"), task("b")],
        {"agent_capacity": {"tset": 1}},
        [("unused-capacity", "", "agent_capacity limits 'tset', and no task names that agent")],
    ),
    "brackets of a folder": (
        [task("a", "app/[id]/page.tsx"), task("b", "app/[slug]/page.tsx")],
        {"project": files("app/[id]")},
        [("unescaped-brackets", "a", "but 'app/[id]' exists")],
    ),
    "backslash": (
        [task("a", "src\\x.ts"), task("b", "y.ts")],
        {},
        [("backslash", "a", "only makes the next character")],
    ),
}
USUAL = {"no-acceptance", "estimate-missing", "writes-unknown"}


@pytest.mark.parametrize(("tasks", "options", "expected"), WARNED.values(), ids=WARNED)
def test_warnings(tasks, options, expected):
    found = plan(*tasks, **options)
    codes = {code for code, _, _ in expected}
    look = codes if "no-go" in codes else codes | {w.code for w in found.warnings} - {"no-go"}
    shown = [remark for remark in remarks(found, *look) if remark.code in codes or remark.code not in USUAL]
    assert sorted((r.code, r.task) for r in shown) == sorted((code, name) for code, name, _ in expected), shown
    for code, name, message in expected:
        assert any(r.code == code and r.task == name and message in r.message for r in shown), shown
    for remark in shown:
        assert remark.fix and not remark.message.endswith("."), remark


# What the words of two tasks mean, the project's files, and the one that is meant ("" for none)
SPOKEN = [
    (("Add the form and update the README", "Mention it in the readme."), ["README.md", "docs/README.md"], "README.md"),
    (("Update the README", "Update the README"), ["docs/README.md"], ""),  # not of this project's root
    (("Update packages/a/README.md", "Update packages/b/README.md"), ["README.md"], ""),
    (("Read the README", "Follow the README"), ["README.md"], ""),
    (("Add zod as a dependency", "Install the package dayjs"), ["package.json", "a/package.json"], "package.json"),
    (("Add dependency injection", "Add a dependency graph"), ["package.json"], ""),
    (
        ("Add the route /login", "Register the page in the router"),
        ["src/routes/index.ts", "src/a.ts"],
        "src/routes/index.ts",
    ),
    (("Add the route /login", "Add the route /logout"), ["a/routes.py", "b/routes.py"], ""),  # which one nobody says
    (("Add the route /login", "Add the route /logout"), ["app/urls.py", "app/shop/urls.py"], "app/urls.py"),
    (("Register Cart in the container", "Bind Mail in the container"), ["src/container.ts"], "src/container.ts"),
    (("Add a docker container", "Start the docker container"), ["src/container.ts"], ""),
    (("Add translations of the cart", "Add translation keys"), ["web/i18n/de.json", "web/i18n/en.json"], "web/i18n/"),
    (
        ("Change it, then run codegen", "Regenerate the client"),
        ["src/generated/a.ts", "src/generated/b.ts"],
        "src/generated/",
    ),
    (("Add a config option for it", "Add its key to the config"), ["src/config.py"], "src/config.py"),
    (("Read the config", "Look at the settings"), ["src/config.py"], ""),
]


@pytest.mark.parametrize(("words", "there", "meant"), SPOKEN)
def test_words_mean_a_file_of_the_project_that_no_task_names(words, there, meant):
    tasks = [task(name, f"new/{name}.ts", title=title) for name, title in zip("ab", words, strict=True)]
    found = remarks(plan(*tasks, project=files(*there)), "hidden-coupling")
    told = {one.message.partition(" (")[0] for one in found if "lock file" not in one.message}
    assert told == ({f"may change {meant} without naming it, as b may"} if meant else set())


README: dict[str, Any] = {"title": "Add it and update the README", "estimate_minutes": 10}


@pytest.mark.parametrize(("others", "apart"), [(5, True), (1, False)])
def test_two_that_perhaps_change_one_file_are_kept_apart_where_that_costs_nothing(others, apart):
    tasks = [task("a", "a.ts", **README), task("b", "b.ts", **README)]
    tasks += [task(f"c{number}", f"c{number}.ts", estimate_minutes=10) for number in range(others)]
    found = plan(*tasks, project=files("README.md"))
    assert found.answer.makespan == (20 if apart else 10)
    together = found.answer.start[0] == found.answer.start[1]
    assert together is not apart
    assert [(one.a, one.b, one.witness) for one in found.held] == (
        [(0, 1, "both perhaps write README.md")] if apart else []
    )
    assert bool(remarks(found, "hidden-coupling")) is not apart


def test_what_every_commit_changes_keeps_nobody_apart():
    usual = dataclasses.replace(files("list.md"), hubs={"list.md": "9 of the last 9 commits"})
    assert plan(*(task(f"t{number}", f"{number}.ts") for number in range(7)), project=usual).held == []


def test_who_names_one_of_the_translations_means_no_other():
    tasks = [
        task("a", "i18n/de.json", title="Add translations of the cart"),
        task("b", "i18n/en.json", title="Add translations of the mail"),
    ]
    assert remarks(plan(*tasks, project=files("i18n/de.json", "i18n/en.json")), "hidden-coupling") == []


def test_a_plan_that_is_well_made_has_no_warning():
    tasks = [
        task(n, f"src/{n}.ts", estimate_minutes=12, accept=[{"text": "ok", "command": f"node --test {n}"}])
        for n in "abc"
    ]
    assert plan(*tasks, project=files("src/a.ts", agents=agent_types.BUILT_IN)).warnings == []


def test_estimates_and_acceptance_are_asked_for_once():
    found = plan(task("a", **BIG), task("b"), task("c", estimate_minutes=8))
    assert remarks(found, "estimate-missing", "no-acceptance") == [
        Remark(
            "no-acceptance",
            "b and c have no criteria of acceptance: that it is done can't be checked",
            "",
            'Add "accept": [{"text": "...", "command": "..."}]; the command exits 0 when the task is done.',
        ),
        Remark(
            "estimate-missing",
            "1 of 3 tasks have no estimate: 1 minute each is assumed",
            "",
            "Add estimate_minutes to plan by real sizes.",
        ),
    ]


def test_a_task_that_does_not_say_what_it_writes_runs_alone_with_a_warning():
    found = reading(task("a", "x"), task("b"), task("c"))
    found.notes["b"].unsure = found.notes["c"].unsure = True
    found.notes["c"].parallel = False  # said so by its author: no news
    (remark,) = remarks(planner.make(found, "quick"), "runs-alone")
    assert (remark.task, remark.message) == ("b", "does not say what it writes: nothing else runs meanwhile")


def test_large_batches_of_guesses_are_too_large():
    found = reading(*(task(n, f"{n}.ts", **BIG) for n in "abcdef"), max_parallel=6)
    found.notes["d"].inferred.append(Inference("writes", "a guess", 0.4))
    found.notes["e"].inferred.append(Inference("writes", "a path in the title", 0.85))
    (remark,) = remarks(planner.make(found, "quick"), "batch-size")
    assert remark.message == "batch 1 has more than 4 agents, and what d write is only guessed"


@pytest.mark.parametrize("code", ["write-write", "read-write", "missing-edge"])
def test_many_of_one_kind_are_cut_short(code):
    project = files(*(f"f{i}" for i in range(20))) if code == "read-write" else files()
    second = {"write-write": "f{}", "read-write": "", "missing-edge": ""}[code]
    tasks = [task(f"a{i}", f"f{i}") for i in range(20)]
    tasks += [task(f"b{i}", second.format(i), "" if second else f"f{i}") for i in range(20)]
    found = remarks(plan(*tasks, project=project, max_parallel=40), code)
    assert len(found) == 9
    assert found[-1].task == "" and found[-1].message.startswith("12 more")


HOW = {
    # format: (what creates it first or later, what to do)
    ("native", "ab"): 'Add "a" to depends_on of b. As it stands b starts after a all the same, even if a fails.',
    ("markdown", "ab"): (
        'Write "(depends on a)" in the line of b. As it stands b starts after a all the same, even if a fails.'
    ),
    ("taskmaster", "ab"): (
        "State in the list that b depends on a. As it stands b starts after a all the same, even if a fails."
    ),
    ("markdown", "ba"): 'Write "(depends on a)" in the line of b.',
}


@pytest.mark.parametrize(("name", "order"), HOW)
def test_a_missing_order_is_stated_as_the_format_has_it_and_what_happens_without_is_said(name, order):
    tasks = {"a": task("a", "x.ts"), "b": task("b", "y.ts", "x.ts")}
    found = dataclasses.replace(reading(*(tasks[one] for one in order)), format=name)
    (remark,) = remarks(planner.make(found, "quick"), "missing-edge")
    assert remark.fix == HOW[name, order]


def test_warnings_of_done_tasks_are_over():
    found = plan(
        task("a", "x", agent="nobody", estimate_minutes=0.1),
        task("b", "x", **BIG),
        task("c", **BIG),
        done=["a"],
        project=files(agents=[]),
    )
    assert found.warnings == []
