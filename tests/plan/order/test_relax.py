"""Which inferred edges hold at each risk, and what gives evidence for one."""

from __future__ import annotations

import pytest
from plan.made import reading as native

from fanout.plan import advice, planner
from fanout.plan.order import relax
from fanout.plan.order.relax import Risk
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source


def read(text: str, form: str | None = None) -> Reading:
    return registry.read(Source("-", "", text, "/nowhere"), form)


def needs(reading: Reading) -> dict[str, list[str]]:
    return {task.id: sorted(task.depends_on) for task in reading.document.tasks}


def sources(reading: Reading) -> dict[tuple[str, str], str]:
    return {(name, on): edge.source for name, note in reading.notes.items() for on, edge in note.order.items()}


def plan(*bodies: str) -> str:
    """A superpowers plan of these task bodies, which are numbered from 1."""
    return "# X Implementation Plan\n\n" + "\n".join(
        f"### Task {number}: Part {number}\n\n{body}" for number, body in enumerate(bodies, 1)
    )


def task(path: str, code: str = "", language: str = "python") -> str:
    fence = f"\n```{language}\n{code}\n```\n" if code else ""
    return f"**Files:**\n- Create: `{path}`\n\n- [ ] **Step 1: Write it**\n{fence}"


INDEPENDENT = plan(
    task("app/cart.py", "def cart_total(items):\n    return sum(items)"),
    task("app/stock.py", "def stock_left(item):\n    return 3"),
    task("app/mail.py", "def send_receipt(to):\n    pass"),
)


@pytest.mark.parametrize(
    ("risk", "wanted"),
    [
        ("low", {"1": [], "2": ["1"], "3": ["2"]}),
        ("normal", {"1": [], "2": [], "3": []}),
        ("high", {"1": [], "2": [], "3": []}),
    ],
)
def test_code_that_shares_nothing_is_free(risk: Risk, wanted: dict[str, list[str]]) -> None:
    assert needs(relax.settle(read(INDEPENDENT), risk)) == wanted


TICKED = "# Todo\n\n- [ ] 1. Warn of low stock\n- [ ] 2. Page the answers\n- [x] 3. Rename it\n- [ ] 4. Better words\n"


@pytest.mark.parametrize("risk", relax.RISKS)
def test_what_is_done_before_its_turn_does_not_cut_the_order_in_two(risk: Risk) -> None:
    """4 stands behind 3 for nothing but its place, so it stands behind 1 and 2 too."""
    found = needs(relax.settle(read(TICKED), risk))
    assert found == {"1": [], "2": ["1"], "3": ["2"], "4": ["2", "3"]}
    assert needs(relax.settle(read(TICKED.replace("[x]", "[ ]")), risk)) == found | {"4": ["3"]}


def test_what_is_stated_leads_to_nothing_before_what_is_done() -> None:
    """4 says what it needs, and that is done."""
    text = TICKED.replace("Better words", "Better words (depends on 3)")
    assert needs(relax.settle(read(text), "low"))["4"] == ["3"]


def test_a_precise_task_behind_what_is_done_is_as_free_as_before() -> None:
    text = INDEPENDENT.replace("- [ ] **Step 1: Write it**\n", "- [x] **Step 1: Write it**\n", 1)
    assert needs(relax.settle(read(text), "normal"))["3"] == []


USES = {
    "python function": ("app/cart.py", "python", "def cart_total(items):\n    return 1", "print(cart_total([2]))"),
    "python import": ("app/cart.py", "python", "X = 1", "from app.cart import whatever"),
    "python import behind another": ("app/cart.py", "python", "X = 1", "from os import path\nfrom app.cart import a"),
    "python import over lines": ("app/cart.py", "python", "X = 1", "from app import (\n    other,\n    cart as c,\n)"),
    "python import beside": ("other/types.py", "python", "X = 1", "from .types import X"),
    "typescript export": ("other/Cart.ts", "ts", "export const a = 1", "export { a } from './Cart'"),
    "python module": ("cart.py", "python", "X = 1", "import cart"),
    "typescript": ("src/cart.ts", "ts", "export interface CartLine {}", "const a: CartLine = {}"),
    "typescript import": ("src/cart.ts", "ts", "export const a = 1", "import { a } from '@/src/cart'"),
    "typescript beside": ("src/two.test.ts", "ts", "export const b = 1", "import { b } from './none'"),
    "go": ("internal/cart/cart.go", "go", "func CartTotal(a int) int { return a }", "x := cart.CartTotal(2)"),
    "go package": ("internal/cart/cart.go", "go", "package cart", 'import (\n  "shop.example/m/internal/cart"\n)'),
    "rust": ("src/cart.rs", "rust", "pub fn cart_total() -> u32 { 1 }", "let x = cart_total();"),
    "rust module": ("src/cart/lines.rs", "rust", "pub struct L;", "use crate::cart::lines::L;"),
    "java": ("src/main/java/shop/CartLine.java", "java", "public class CartLine {}", "new CartLine()"),
    "java import": ("src/main/java/shop/Cart.java", "java", "class Cart {}", "import shop.Cart;"),
    "java method": ("src/Lines.java", "java", "class Lines {\n  public List<Row> cartLines() {}\n}", "x.cartLines();"),
    "typescript method": ("src/l.ts", "ts", "class L {\n  public async cartLines(): Row {}\n}", "x.cartLines()"),
    "commonjs": ("lib/cart.js", "js", "module.exports = { other, cartLines: all }", "x.cartLines()"),
    "commonjs name": ("lib/cart.js", "js", "exports.cartLines = () => 1", "x.cartLines()"),
    "prisma": ("prisma/a.prisma", "prisma", "model CartLine {\n  id Int @id\n}", "await prisma.cartLine.findMany()"),
    "sql": ("db/001.sql", "sql", "CREATE TABLE cart_lines (id int);", "ALTER TABLE cart_lines ADD COLUMN n int;"),
}


@pytest.mark.parametrize("name", [name for name in USES if name != "typescript beside"])
def test_what_is_used_comes_first(name: str) -> None:
    path, language, made, used = USES[name]
    text = plan(task(path, made, language), task("other/two.txt", used, language), task("other/three.txt", "a = 1"))
    found = relax.settle(read(text), "normal")
    assert needs(found) == {"1": [], "2": ["1"], "3": []}
    assert sources(found)["2", "1"] in ("produced and used", "created path")


@pytest.mark.parametrize(
    ("line", "waits"),
    [
        ("- Consumes: config, locks, stock level helpers.", True),
        ("- Consumes: config and locks.", False),
        ("Stock levels are not touched.", False),
    ],
)
def test_words_of_what_it_consumes_may_be_a_files_name(line: str, waits: bool) -> None:
    text = plan(task("app/stock_level.py", "a = 1"), f"{task('app/two.py', 'b = 1')}\n**Interfaces:**\n\n{line}\n")
    assert needs(relax.settle(read(text), "normal"))["2"] == (["1"] if waits else [])


@pytest.mark.parametrize(
    ("words", "waits"),
    [
        ("Receipt text in `shop/receipt.py` that uses the discount and the shipping costs", ["01", "02"]),
        ("Receipt text in `shop/receipt.py`, based on the discounts", ["01"]),
        ("Receipt text in `shop/receipt.py` using discount types", []),
        ("Receipt text in `shop/receipt.py`, uses the customer's name", []),
    ],
)
def test_what_a_title_says_that_it_uses_may_be_a_files_name(words: str, waits: list[str]) -> None:
    text = f"- [ ] Discount codes in `shop/discount.py`\n- [ ] Shipping costs in `shop/shipping.py`\n- [ ] {words}\n"
    assert needs(relax.settle(read(text), "normal"))["03"] == waits


def test_numbers_alone_are_no_order_where_each_line_names_its_file() -> None:
    text = "1. contact form (src/contact.ts)\n2. imprint page in `src/imprint.html`\n3. cookie banner, src/cookie.ts\n"
    assert needs(relax.settle(read(text), "normal")) == {"01": [], "02": [], "03": []}
    steps = "1. contact form (src/contact.ts)\n2. call it from the imprint\n3. cookie banner, src/cookie.ts\n"
    assert needs(relax.settle(read(steps), "normal"))["03"] == ["02"]


def test_evidence_counts_where_a_stated_need_moves_another_task_behind() -> None:
    text = plan(
        task("app/one.py", "a = 1"),
        task("app/two.py", "def two_things():\n    pass") + "\n**Depends on:** Task 1\n",
        task("app/three.py", "two_things()"),
    )
    stated = text.replace("### Task 3", "**Interfaces:**\n- Produces: `made_here`\n\n### Task 3")
    assert needs(relax.settle(read(stated), "normal"))["3"] == ["2"]


@pytest.mark.parametrize(
    ("made", "used"),
    [
        ("def main():\n    pass", "main()"),  # everybody's name
        ("def render(x):\n    pass", "def render(y):\n    pass\nrender(1)"),  # a name of its own
        ("import os\n", "import os\nos.getcwd()"),
        ("def cart_total():\n    pass", "# nothing of it"),
        ("class A {\n  public String getName() {}\n}", "x.getName()"),  # of many classes
        ("class A {\n  public void run() {}\n}", "x.run()"),
        ("class A {\n  private void cartTotal() {}\n}", "x.cartTotal()"),
        ("module.exports = { main }", "main()"),
    ],
)
def test_no_evidence_in_names_that_many_have(made: str, used: str) -> None:
    text = plan(task("a/one.py", made), task("a/two.py", used))
    assert needs(relax.settle(read(text), "normal")) == {"1": [], "2": []}


def test_a_name_that_was_used_before_is_not_first_defined() -> None:
    text = plan(
        task("a/one.py", "cart_total(1)"),
        task("a/two.py", "def cart_total(x):\n    return x"),
        task("a/three.py", "cart_total(3)"),
    )
    assert needs(relax.settle(read(text), "normal")) == {"1": [], "2": [], "3": []}


def test_a_shared_file_keeps_the_lists_order() -> None:
    shared = "**Files:**\n- Modify: `app/routes.py`\n\n- [ ] **Step 1: Write `add_{0}`**\n"
    found = relax.settle(read(plan(shared.format("a"), task("app/b.py", "b = 1"), shared.format("c"))), "high")
    assert needs(found) == {"1": [], "2": [], "3": ["1"]}
    assert sources(found) == {("3", "1"): "shared file"}


def test_a_task_without_files_keeps_its_place() -> None:
    prose = "- [ ] **Step 1: Talk it over**\n"
    text = plan(task("a/one.py", "a = 1"), task("a/two.py", "b = 1"), prose, task("a/four.py", "c = 1"))
    for risk in ("normal", "high"):
        assert needs(relax.settle(read(text), risk)) == {"1": [], "2": [], "3": ["1", "2"], "4": ["3"]}


def test_a_check_waits_for_all_before_it() -> None:
    text = (
        plan(task("a/one.py", "a = 1"), task("a/two.py", "b = 1"))
        + "\n### Task 3: Run all tests\n\n"
        + task("a/log.txt")
    )
    found = relax.settle(read(text), "normal")
    assert needs(found)["3"] == ["1", "2"]
    assert sources(found)["3", "1"] == "verification"


def ordered(*titled: tuple[str, str], tracked: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """What waits for what at normal risk in a plan of (title, file)."""
    text = "# X Implementation Plan\n\n" + "\n".join(
        f"### Task {number}: {title}\n\n{task(path, f'part_{number} = 1')}"
        for number, (title, path) in enumerate(titled, 1)
    )
    return needs(relax.settle(read(text), "normal", tracked))


@pytest.mark.parametrize(
    ("last", "path", "wanted"),
    [
        ("Full verification", "a/log.txt", ["1", "2"]),
        ("Checkpoint", "a/log.txt", ["1", "2"]),
        ("全量驗證 + 手測 + 開 PR", "docs/plan.md", ["1", "2"]),
        ("最终验证和发布", "a/log.txt", ["1", "2"]),
        ("验证模块", "a/three.py", []),
        ("Update the readme", "README.md", []),  # its code says what to write
        ("Update the readme and verify", "README.md", ["1", "2"]),
        ("Polish one.py", "a/three.py", []),
        ("Polish", "a/three.py", ["1", "2"]),
        ("End-to-end tests", "tests/all_test.py", ["1", "2"]),
        ("Output validation checkpoints", "a/output.py", []),  # its files are no check
        ("The guide", "docs/guide.md", []),  # a page like any other file
    ],
)
def test_what_checks_or_closes_is_told_by_its_first_words_and_its_files(
    last: str, path: str, wanted: list[str]
) -> None:
    assert ordered(("One", "a/one.py"), ("Two", "a/two.py"), (last, path))["3"] == wanted


def test_a_document_waits_where_only_its_title_says_what_it_holds() -> None:
    parts = [task("a/one.py", "a = 1"), task("a/two.py", "b = 1"), "**Files:**\n- Modify: `README.md`\n"]
    assert needs(relax.settle(read(plan(*parts)), "normal"))["3"] == ["1", "2"]


def test_nobody_waits_for_a_document_that_stands_in_between() -> None:
    assert ordered(("One", "a/one.py"), ("Readme", "README.md"), ("Three", "a/three.py"))["3"] == []


@pytest.mark.parametrize(
    ("title", "path", "tracked", "wanted"),
    [
        ("Set up the project", "x/setup.txt", set(), ["1"]),
        ("Set up the project", "x/setup.txt", {"package.json"}, []),  # it is there
        ("Manifest", "package.json", set(), ["1"]),
        ("Manifest", "api/package.json", set(), []),  # of another part
        ("Manifest", "app/package.json", set(), ["1"]),
        ("Manifest", "package.json", {"lib/old.py"}, []),  # of a project that has code
        ("Create the parser module", "x/parser.py", set(), []),
        ("Create the module skeleton", "app/setup.txt", set(), ["1"]),
        ("Create the module skeleton", "x/setup.txt", set(), []),
    ],
)
def test_who_makes_a_project_comes_before_what_is_in_it(
    title: str, path: str, tracked: set[str], wanted: list[str]
) -> None:
    assert ordered((title, path), ("Two", "app/two.py"), tracked=frozenset(tracked))["2"] == wanted


@pytest.mark.parametrize(
    ("first", "then", "wanted"),
    [
        (("Package", "app/__init__.py"), "app/two.py", ["1"]),
        (("Package", "app/__init__.py"), "app/two.yaml", []),  # needs no package to stand in its folder
        (("Manifest", "app/package.json"), "app/two.yaml", ["1"]),
        (("Create the skill skeleton", "app/SKILL.md"), "app/two.py", []),  # nobody waits for a document
        (("Create the skill skeleton", "app/start.py"), "app/two.md", ["1"]),
    ],
)
def test_who_makes_a_package_or_a_document_holds_only_what_needs_it(
    first: tuple[str, str], then: str, wanted: list[str]
) -> None:
    assert ordered(first, ("Two", then))["2"] == wanted


@pytest.mark.parametrize(
    ("last", "why"),
    [
        ("- [ ] **Step 1: Look at it by hand**\n", "3 names no file, so the list's order holds"),
        ("- [ ] Also a/three.py\n", "3 names its files only in its text, so the list's order holds"),
    ],
)
def test_an_edge_names_the_task_that_is_the_reason(last: str, why: str) -> None:
    smoke = "**Files:**\n- Create: `tests/test_smoke.py`\n\n- [ ] **Step 1: Write it**\n"
    text = plan(smoke, task("a/two.py", "a = 1"), last).replace("Part 1", "Smoke test")
    assert relax.settle(read(text), "normal").notes["3"].order["1"].why == why


@pytest.mark.parametrize(
    ("path", "title", "wanted"),
    [
        ("web/RoleSwitcher.tsx", "Put the RoleSwitcher into the header", ["1"]),
        ("web/useRole.ts", "Show what `useRole` says", ["1"]),
        ("web/RoleSwitcher.test.tsx", "Put the RoleSwitcher into the header", []),  # holds no such thing
        ("docs/RoleSwitcher.md", "Put the RoleSwitcher into the header", []),
        ("web/role_switcher.py", "Count role_switcher in the metrics", []),  # who needs a module imports it
        ("web/Role.tsx", "Put the Role into the header", []),  # a word like any other
    ],
)
def test_who_uses_what_a_file_is_called_waits_for_its_maker(path: str, title: str, wanted: list[str]) -> None:
    assert ordered(("One", path), (title, "app/Header.tsx"))["2"] == wanted


def test_what_is_stated_always_holds() -> None:
    text = plan(task("a/one.py", "a = 1"), "**Depends on:** Task 1\n\n" + task("a/two.py", "b = 1"))
    for risk in relax.RISKS:
        assert needs(relax.settle(read(text), risk)) == {"1": [], "2": ["1"]}


def test_evidence_against_what_is_stated_gives_way_and_is_told() -> None:
    text = plan(
        "**Depends on:** Task 2\n\n" + task("a/one.py", "def cart_total():\n    pass"),
        task("a/two.py", "cart_total()"),
        task("a/three.py", "c = 1"),
    )
    found = relax.settle(read(text), "normal")
    assert needs(found) == {"1": ["2"], "2": [], "3": []}
    told = [(one.task, one.message) for one in found.warnings if one.code == "order-contradicts"]
    assert told[-1] == ("1", "it makes what 2 uses, and waits for 2: what is stated holds")
    planner.make(found, "quick")


PHASES = """## Phase 1: Base
- [ ] T001 Create `src/models/user.py`
- [ ] T002 Create `src/models/order.py`
## Phase 2: Services
- [ ] T003 Create UserService in `src/services/user_service.py`
- [ ] T004 Create `src/web/theme.css`
"""


def test_phases_hold_where_there_is_evidence() -> None:
    reading = read(PHASES)
    assert needs(relax.settle(reading, "low"))["T004"] == ["T003"]
    assert needs(relax.settle(reading, "normal")) == {"T001": [], "T002": [], "T003": ["T001", "T002"], "T004": []}
    assert needs(relax.settle(reading, "high")) == {"T001": [], "T002": [], "T003": [], "T004": []}


def test_a_document_that_states_everything_is_left_alone() -> None:
    reading = native({"id": "a", "writes": ["a.py"]}, {"id": "b", "writes": ["b.py"], "depends_on": ["a"]})
    for risk in relax.RISKS:
        assert relax.settle(reading, risk) is reading


def test_the_document_is_kept_as_it_was_read() -> None:
    reading = read(INDEPENDENT)
    found = relax.settle(reading, "normal")
    assert found.as_read == reading.document
    assert relax.settle(found, "high").as_read == reading.document


def test_what_the_project_has_is_not_created() -> None:
    """A file that git knows is changed, not made: who imports it needs no order."""
    text = plan(task("app/cart.py", "x = 1"), task("app/two.py", "from app.cart import y"))
    assert needs(relax.settle(read(text), "normal"))["2"] == ["1"]
    assert needs(relax.settle(read(text), "normal", frozenset({"app/cart.py"})))["2"] == []


def test_a_changelog_that_all_write_sets_no_order() -> None:
    """They are kept apart by the hazard, in any order; a file of code keeps the list's."""
    both = "**Files:**\n- Modify: `CHANGELOG.md`\n- Create: `app/{0}.py`\n\n- [ ] **Step 1: Write `{0}_one`**\n"
    found = relax.settle(read(plan(both.format("a"), both.format("b"), task("app/c.py", "c = 1"))), "normal")
    assert needs(found) == {"1": [], "2": [], "3": []}
    made = planner.make(found, "quick")
    assert [(one.a, one.b, one.witness, one.ordered) for one in made.hazards] == [(0, 1, "CHANGELOG.md", False)]


def test_an_advice_says_no_need_that_nobody_stated() -> None:
    prose = "- [ ] **Step 1: Talk it over**\n"
    reading = relax.settle(read(plan(prose, prose, prose)), "normal")
    assert advice.of_plan(planner.make(reading, "quick")).reason == (
        "no two of the tasks can run at the same time: 3 of 3 do not say what they write, so nothing runs beside them"
    )


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ("Write `src/services/cart.py`", ("by the folders and names of its files it builds on that", "created path")),
        ("Think it over", ("its phase comes after", "barrier")),
        ("Run all tests and log them to `log/out.txt`", ("it checks or closes what stands before it", "verification")),
    ],
)
def test_each_edge_says_where_it_comes_from(second: str, why: tuple[str, str]) -> None:
    first = "## Phase 1: A\n- [ ] T001 Create `src/models/mail.py`\n- [ ] T002 Create `a.css`\n"
    text = f"{first}## Phase 2: B\n- [ ] T003 {second}\n"
    edge = relax.settle(read(text, "spec-kit"), "normal").notes["T003"].order["T001"]
    assert (edge.why, edge.source) == why
    assert 0 < edge.strength < 1


def test_nobody_waits_for_an_optional_task() -> None:
    first = "- [ ] 1. Create `src/models/cart.ts`\n- [ ]* 2. Create `src/models/mail.ts`\n"
    text = f"{first}- [ ] 3. Read `src/models/mail.ts` for `src/x.ts`\n"
    found = relax.settle(read(f"# Implementation Plan\n\n{text}", "kiro"), "normal")
    assert "2" not in found.document.tasks[-1].depends_on


PROSE = "- [ ] **Step 1: Talk it over**\n"
CHAIN = [task("a/1.py", "def one_part():\n    pass")]
CHAIN += [task(f"a/{n}.py", f"def part_{n}():\n    {'one_part' if n == 2 else f'part_{n - 1}'}()") for n in (2, 3, 4)]


@pytest.mark.parametrize(
    ("bodies", "known", "code"),
    [
        ([PROSE] * 4, False, "order-unknown"),  # nobody knows what they touch
        (CHAIN, True, "no-go"),  # each uses what the one before makes
        ([task("a/x.py", f"part_{n} = 1") for n in range(4)], True, "no-go"),  # all in one file
        ([task("a/x.py", "a = 1")], True, "no-go"),  # a single task
    ],
)
def test_a_no_go_rests_on_what_is_known(bodies: list[str], known: bool, code: str) -> None:
    made = planner.make(relax.settle(read(plan(*bodies)), "normal"), "quick")
    found = advice.of_plan(made)
    assert (found.go, found.known) == (False, known)
    assert [one.code for one in made.warnings if one.code in ("no-go", "order-unknown")] == [code]


USED = [task("a/x.py", "def one_part():\n    pass"), task("a/x.py", "def two_parts():\n    pass")]
USED.append(task("a/y.py", "two_parts(one_part())"))


@pytest.mark.parametrize(
    ("bodies", "reason", "behind"),
    [
        ([task("a/x.py", f"part_{n} = 1") for n in range(4)], "they change the same files", 3),
        (CHAIN, "each needs the result of the one before", 0),
        (USED, "some change the same files; others need the result of the one before", 1),
    ],
)
def test_a_no_go_names_a_file_as_a_file_and_a_result_as_a_result(bodies: list[str], reason: str, behind: int) -> None:
    found = advice.of_plan(planner.make(relax.settle(read(plan(*bodies)), "normal"), "quick"))
    assert found.reason == f"no two of the tasks can run at the same time: {reason}"
    (files,) = [rule for rule in found.rules if rule.name == "own-files"]
    told = f"{behind} of {len(bodies)} tasks wait for another one's files"
    assert (files.holds, files.text) == (not behind, told if behind else "no task waits for another one's files")


@pytest.mark.parametrize("risk", ["low", "normal", "high"])
@pytest.mark.parametrize(
    ("form", "told"),
    [("markdown", "# T\n{}"), ("openspec", "## 1. Text\n\n{}"), ("kiro", "# Implementation Plan\n\n{}")],
)
def test_where_every_task_names_its_files_what_is_read_waits_for_its_maker(form: str, told: str, risk: Risk) -> None:
    lines = (
        "- [ ] 1.1 Write `src/slug.py`\n- [ ] 1.2 Write `src/count.py`\n"
        "- [ ] 1.3 Write `src/cli.py`, which uses `src/slug.py`\n"
    )
    settled = relax.settle(read(told.format(lines), form), risk)
    assert needs(settled) == {"1.1": [], "1.2": [], "1.3": ["1.1"]}
    assert sources(settled) == {("1.3", "1.1"): "created path"}


@pytest.mark.parametrize(
    ("made", "other", "waits"),
    [
        ("src/cart.py", "tests/test_cart.py", True),
        ("backend/src/read/cart_store.py", "checks/tests/test_cart_store.py", True),
        ("packages/a/src/a/cart.py", "tests/unit/test_cart.py", False),  # a name that many have, in another package
        ("app/cart.ts", "app/__tests__/cart.test.ts", True),
        ("app/Cart.java", "test/app/CartTest.java", True),
        ("app/cart.go", "app/cart_test.go", True),
        ("app/cart.py", "tests/test_stock.py", False),
        (
            "tests/test_cart.py",
            "app/cart.py",
            False,
        ),  # the tests first: what makes them pass need not wait for the list
        ("tests/test_cart.py", "tests/e2e/test_cart.py", False),
    ],
)
def test_tests_wait_for_what_they_test(made: str, other: str, waits: bool) -> None:
    body = plan(task(made), task("app/mail.py"), task(other))
    assert ("1" in needs(relax.settle(read(body), "high"))["3"]) is waits


@pytest.mark.parametrize(("name", "on"), [("STATUS", []), ("STATUS_CODES", ["1"])])
def test_one_word_in_capitals_is_the_name_of_many_things(name: str, on: list[str]) -> None:
    found = read(plan(task("app/cart.py", f"{name} = 3"), task("app/page.py", f"print({name})")))
    assert needs(relax.settle(found, "normal"))["2"] == on


OWN = (
    "1. Units: `src/units.js` exports toF(c)\n2. Cache in `src/cache.js`: get(key), set(key)\n"
    "3. Icons: `src/icons.js` maps a code\n"
)
STEPS = {
    # what the last line of the numbered list says, and what it waits for
    "uses a list of things": ("Put it together in `src/widget.js`: uses units, cache and icons", ["01", "02", "03"]),
    "uses two": ("Put it together in `src/widget.js`, using units & icons", ["01", "03"]),
    "uses something else": ("Page in `src/page.js` that uses hooks and state", []),
    "one word is no list": ("Page in `src/page.js` that uses icons", []),
    "a file somewhere in it": ("The crash of `src/old.js` at start", ["01", "02", "03"]),
}


@pytest.mark.parametrize("case", STEPS)
def test_steps_that_each_name_their_own_file(case: str) -> None:
    line, wanted = STEPS[case]
    settled = needs(relax.settle(read(f"# T\n\n{OWN}4. {line}\n"), "normal"))
    assert settled == {"01": [], "02": [], "03": [], "04": wanted}


CLOSES = {
    "Wire up all commands in lib/main.js": ["01", "02"],
    "Wire up the archive command in lib/main.js": [],
    "Document all three in docs/usage.md": ["01", "02"],
    "Test everything end to end, tests/e2e.test.js": ["01", "02"],
    "Document tags in docs/tags.md": [],
    "Search all notes, lib/find.js": [],
}


@pytest.mark.parametrize("line", CLOSES)
def test_what_closes_a_list_without_an_order_comes_last(line: str) -> None:
    text = f"# T\n\n- [ ] Tags in lib/tags.js\n- [ ] Archive in lib/archive.js\n- [ ] {line}\n"
    assert needs(relax.settle(read(text), "normal")) == {"01": [], "02": [], "03": CLOSES[line]}


TODO = "# To do\n\n- [ ] Make login faster\n- [ ] Add a dark theme\n- [ ] Rewrite the FAQ\n"
CHECKED = TODO + "- [ ] Run all tests\n"
COUNTED = "# To do\n\n1. Make login faster\n2. Add a dark theme\n3. Rewrite the FAQ\n"


@pytest.mark.parametrize(
    ("text", "risk", "is_apart", "wanted"),
    [
        (TODO, "normal", True, {"01": [], "02": ["01"], "03": ["02"]}),
        (TODO, "high", False, {"01": [], "02": ["01"], "03": ["02"]}),  # in one tree nobody knows what they meet in
        (TODO, "high", True, {"01": [], "02": [], "03": []}),
        (CHECKED, "high", True, {"01": [], "02": [], "03": [], "04": ["01", "02", "03"]}),
        (COUNTED, "high", True, {"01": [], "02": ["01"], "03": ["02"]}),  # the list counts them
    ],
)
def test_in_trees_of_their_own_the_order_of_a_list_holds_nothing_at_high_risk(
    text: str, risk: Risk, is_apart: bool, wanted: dict[str, list[str]]
) -> None:
    assert needs(relax.settle(read(text), risk, is_apart=is_apart)) == wanted


def test_what_one_uses_of_another_holds_in_trees_of_their_own_too() -> None:
    text = plan(
        task("app/cart.py", "def cart_total(items):\n    return 1"),
        "- [ ] **Step 1: Tell**\n\nCall `cart_total` of `app/cart.py` in the mails.\n",
        "- [ ] **Step 1: Tidy**\n\nMake the help shorter.\n",
    )
    found = needs(relax.settle(read(text), "high", is_apart=True))
    assert found["2"] == ["1"]
