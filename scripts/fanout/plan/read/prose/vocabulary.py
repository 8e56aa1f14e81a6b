# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""The words that tell a path from a phrase, and a file that is written from one that is read."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _either(text: str) -> str:
    """The words as one choice of a regular expression; '|' inside a word is a blank."""
    return "|".join(word.replace("|", r"\s+") for word in text.split())


FOLDERS = _words(
    """src lib libs app apps test tests spec specs docs doc scripts script packages package cmd internal pkg public
    assets static config configs components pages api backend frontend server client web mobile ios android core common
    shared utils tools bin examples example migrations db database models services views templates styles hooks plugins
    modules infra deploy docker .github .claude .fanout .vscode tasks contracts integration unit e2e benches benchmarks
    crates include proto schemas schema data locales i18n types prisma supabase terraform charts"""
)
EXTENSIONS = _words(
    """c cc cpp cxx h hpp cs java kt kts scala clj go rs py pyi pyx ipynb rb erb php pl lua r jl swift m mm dart ex exs
    erl hs elm ml fs vb js jsx mjs cjs ts tsx mts cts vue svelte astro html htm css scss sass less styl json jsonc json5
    yaml yml toml ini cfg conf xml svg md mdx rst txt csv tsv sql prisma graphql gql proto sh bash zsh fish ps1 bat cmd
    dockerfile tf tfvars hcl nix gradle properties plist lock env example sample snap png jpg jpeg gif webp ico pdf
    woff woff2 ttf otf eot wasm hbs ejs pug njk j2 jinja jinja2 tmpl tpl template cmake mk sln slnx csproj vbproj fsproj
    storyboard editorconfig gitignore cshtml vbhtml razor xaml axaml resx aspx ascx jsp xib pbxproj xcconfig entitlements
    xcstrings xcprivacy gd tscn tres godot odin zig nim sol vy cairo pas f90 adb ads cu cuh glsl hlsl wgsl vert frag liquid
    twig haml slim eex heex leex mustache handlebars gohtml templ gemspec podspec bicep rego cue bazel bzl psm1 psd1 bats
    robot thrift avsc fbs xsd xsl xslt mp3 mp4 wav ogg webm avif arb ets pcss mdc tex bib adoc jsonl ndjson parquet sqlite
    sqlite3 mmd puml drawio docx xlsx pptx phtml phpt pod rkt scm hrl mli fsx vhd raku rakumod tcl"""
)
# ... and without backticks too: `.proverc` is no class of a style sheet.
DOT_FILE_IN_TEXT = re.compile(r"\.[a-z]{4,}rc|\.clang-(?:format|tidy)|\.tool-versions|\.flake8")
FILES = _words(
    """Dockerfile Makefile Gemfile Procfile Rakefile Vagrantfile Jenkinsfile Brewfile Justfile .gitignore .env
    .dockerignore .gitattributes .editorconfig .npmrc .nvmrc .prettierrc .eslintrc .babelrc .npmignore .eslintignore
    .prettierignore .env.example .env.local"""
)
# What begins with a dot and is a file of some tool, or a folder of one.
DOT_FILE = re.compile(
    r"\.[\w-]*(?:rc|ignore|keep|attributes|modules|config|rules|versions?|access|profile|aliases|format|tidy|credentials|lock|bandit|pylintrc|flake8|coveragerc)|"
    r"\.env(?:\.[\w.-]+)?|\.[\w-]+(?:\.[\w-]+)*\.(?:jsonc?|ya?ml|toml|[cm]?js|ini|cfg|conf|xml|lock|sh|bak|local|example|sample|dist|enc)|"
    r"\.(?:github|gitlab|vscode|idea|husky|changeset|circleci|devcontainer|storybook|claude|claude-plugin|cursor|windsurf|kiro|trae|"
    r"codex|gemini|agents?|continue|roo|clinerules|specify|taskmaster|beads|dockerignore|nojekyll|well-known)/?"
)
# Products and idioms that only look like file names.
NOT_FILES = _words(
    """node.js next.js nuxt.js vue.js react.js express.js three.js d3.js chart.js nest.js ember.js backbone.js
    alpine.js angular.js discord.js socket.io day.js moment.js p5.js leaflet.js solid.js deno.js bun.js sql.js
    fastify.js gatsby.js asp.net vb.net e.g i.e etc. vs. a.m p.m"""
)
SLASH_WORDS = _words(
    """and/or either/or read/write write/read input/output client/server ci/cd i/o tcp/ip yes/no on/off true/false
    pass/fail w/o n/a and/ /or he/she request/response create/update get/set add/remove before/after start/stop up/down
    win/loss json/xml html/css ui/ux os/2 km/h 24/7 pub/sub push/pull success/failure enable/disable login/logout
    key/value name/value read/only open/close"""
)
# A span that begins so is a command, and its paths are not what the task writes.
COMMANDS = _words(
    """npm npx pnpm yarn bun node deno python python3 pip pytest uv poetry ruff mypy tox cargo go make cmake bash sh
    git gh docker kubectl terraform curl wget cat ls cd grep rg find test echo jest vitest playwright eslint prettier
    tsc tsx ts-node java mvn gradle ./gradlew dotnet ruby bundle rake rspec php composer phpunit swift psql
    sqlite3 open source export head tail diff jq prove perl mix elixir rebar3 stack cabal ghc Rscript julia zig dart flutter
    sbt lein bats shellcheck ctest meson ninja bazel just nx turbo tox nox hatch pdm pre-commit flake8 pylint black biome mocha
    cypress vue-tsc gofmt golangci-lint rustc xcodebuild busted phpstan pest rubocop rails yamllint markdownlint helm ansible"""
)
# Kinds of the same thing with a slash between them: "unit/integration tests".
_KINDS = (
    "unit integration e2e contract smoke functional acceptance performance component",
    "frontend backend client server web mobile tablet phone ios android desktop api ui cli",
    "models services views controllers routes schemas types hooks utils components pages",
    "docs tests specs examples",
)
ALTERNATIVES = re.compile("|".join(f"(?:{_either(kinds)})(?:/(?:{_either(kinds)}))+" for kinds in _KINDS))
_MEDIA = "application text image audio video multipart font"
_BRANCHES = "origin upstream refs feature bugfix hotfix release"
NO_FOLDERS = _words(f"{_MEDIA} {_BRANCHES}")  # what MIME and BRANCH find begins with one of them
MIME = re.compile(rf"(?:{_either(_MEDIA)})/[\w.+*-]+\Z")
# Of GitHub: "actions/checkout", "owner/some-action@v6".
ACTION = re.compile(
    r"actions/(?:checkout|cache|setup-[\w-]+|(?:up|down)load-[\w-]+|github-script|labeler|stale|(?:deploy|configure)-pages)(?:@[\w.-]+)?"
    r"|[\w.-]+/[\w.-]+@v?\d[\w.]*|[\w.-]+/[\w.-]+-action"
)
BRANCH = re.compile(rf"(?:{_either(_BRANCHES)})/[\w./-]+\Z")
# A site, or a module that is called after one: "github.com/acme/shop", not a page of it in `example.com/index.html`.
SITE = re.compile(r"(?:[a-z\d-]+\.)+(?:com|org|net|io|dev|in|ai)/(?!.*\.[a-z]{2,5}\Z)")
SUBSTITUTION = re.compile(r"s/[^/\s]+/[^/\s]*/[gimsex\[\]]*\Z")  # of sed and Perl: "s/old/new/g"
# What stands for a folder whose name is not known: `{name}/SKILL.md`.
BLANK = re.compile(r"\{[A-Za-z_][\w-]*\}(?:/|\Z)")

_WRITING = """create creates creating add adds adding implement implements implementing write writes build update
    updates updating modify modifies modified edit change changes extend extends fix refactor rename move delete remove
    replace generate configure set|up setup initialize initialise define extract convert migrate register wire scaffold
    strip purge prune eliminate clean simplify rework inline improve correct repair adjust tweak reformat format
    integrate optimize optimise mend document enhance expose introduce insert append bump split merge save store output
    produce export install hook|up hooks|up hook plug persist handle show call process refresh cache draft port rewrite drop
    crear crea actualizar modificar ajouter modifier erstellen anlegen ändern"""
# These make the whole clause a reading one ...
_LOOKING_AT = """read reads reading see consult review audit check verify validate inspect analyze analyse run execute
    compare load loads ver voir siehe"""
# ... but for these where something stands between them and "in" the path: "Validate the email in src/form.ts" edits it.
EITHER = re.compile(r"(?:check|verify|validate|inspect|run|execute|compare|loads?)\Z", re.IGNORECASE)
ONLY_LOOKS = re.compile(
    r"\W*(?:that|whether|if|how|why|against|with|all)\b|[^.]*\b(?:tests?|suite|lint\w*|benchmarks?|validation|checks|checklists?|scenarios?|quickstart|build)\b|"
    r"\W*(?:ruff|mypy|black|eslint|biome|deno|cargo|clippy|tsc|terraform|shellcheck|pre-commit|pylint|flake8)\b",
    re.IGNORECASE,
)
_LOOKS_HOW = "final manual full quick security code cross-cutting"  # a security review looks; a token check is made
_BEFORE_VERBS = """to and or then also please we you i it will must should can may let's lets finally manually first now
    not never always just only step task todo on of in by for the a an next last"""
# Behind the name of a thing: "Token check", "Rate limit check"; and what may stand between such a word and "in".
THING_CHECKED = re.compile(
    rf"(?<![\w-])(?!(?:{_either(_LOOKS_HOW)}|{_either(_BEFORE_VERBS)})\s)[^\W\d_][\w-]*\s+(?:check|review|audit|load|run)\Z",
    re.IGNORECASE,
)
THING = re.compile(
    r"\s+(?!(?:the|an?|all|each|every|that|whether|if|how|its|their|this|with)\b)[\w-]+(?:\s+[\w-]+)?\s+\w+[\s`*]*\Z",
    re.IGNORECASE,
)
# "call it from src/a.py" changes the caller.
CALLED = re.compile(
    r"\b(?:call(?:ed)?|invoked?|triggered|trigger|mount(?:ed)?|link(?:ed)?|reach(?:ed|able)?|open(?:ed)?)\b"
    r"(?:\s+[\w`().-]+){0,3}\s*\Z",
    re.IGNORECASE,
)
# Behind a path that is written: what stands before the next one only uses it.
WITH = re.compile(r"\b(?:with|through|by means of)[\s`*(]*\Z", re.IGNORECASE)
RELATIVE_USE = re.compile(
    r"\b(?:that|which)\s+\w+s(?:\s+(?!(?:and|or|in|into|to|from)\b)[\w'-]+){0,4}[\s`*(]*\Z", re.IGNORECASE
)
# "Write `docs/use.md`: how to call `src/cli.py`", "Write `tests/test_cli.py` for `src/cli.py`", "Write `a.py`: call `b.py`".
TOLD_ABOUT = re.compile(
    r"(?<!\w)(?:(?!(?:and|then|plus)\b)[^,;])*(?:\bhow\b(?:(?!\b(?:and|then)\b)[^,;])*|\bfor\s+(?:the\s+)?[`*(]*)\Z"
    r"|(?:.*\b)?(?:calls?|calling|invok\w+)\s+(?:the\s+(?:[\w-]+\s+){1,2}(?:of|from)\s+)?[`*]*\Z",
    re.IGNORECASE | re.DOTALL,
)
# "Do not edit `a.py`": a path of such a sentence is left alone, up to the first comma, or in a list that ends with "or".
FORBIDDEN = re.compile(
    r"\W*(?:\d[\d.]*\s+)?(?:do\s+not|don['’]t|never|must\s+not)\b(?!\s+(?:forget|hesitate|miss))", re.IGNORECASE
)
# Behind a path, or as the label in front of it: it is named, and stays as it is.
_OBJECT = r"(?:it|them|that|this|those)"
LEFT = re.compile(
    r"[`*)\s]*[,;:–—-]*\s*(?:(?:but|and|so|please|which|that|it|is|are|there|already|exists?)\s+){0,5}"
    r"(?:(?:do\s+not|don['’]t|never|must\s+not)\s+(?:touch|change|edit|modify|alter|rewrite|overwrite)"
    rf"(?:\s+{_OBJECT}\b|\s*(?=[.,;)]|\Z))"
    rf"|(?:leave|keep)\s+{_OBJECT}\s+(?:alone|untouched|unchanged|be\b|as\s+(?:it|they)\b)"
    r"|(?:(?:must|should|may|shall|is|are)\s+not|mustn['’]t|shouldn['’]t)\s+(?:(?:to\s+)?be\s+)?(?:(?:touched|changed|edited|modified|altered)\b|change\s*(?=[.,;)]|\Z))"
    r"|(?:must|has\s+to|should|still)\s+pass(?:es)?\s+(?:unchanged|as\s+(?:it|they)\b)"
    r"|(?:stays?|remains?)\s+(?:untouched|unchanged|as\s+(?:it|they)\b))",
    re.IGNORECASE,
)
# "Make `a.py`, don't touch `b.py`", "without changing `b.py`".
LEAVES = re.compile(
    r"(?:\b(?:do\s+not|don['’]t|never|must\s+not|should\s+not|shouldn['’]t)\s+(?:ever\s+)?(?:touch|change|edit|modify|alter|rewrite|overwrite)"
    r"|\bwithout\s+(?:touching|changing|editing|modifying|altering))\s+(?:(?:the|file|files|code|of|in|anything|existing)\s+){0,3}[`*(]*\Z",
    re.IGNORECASE,
)
LEAVE = re.compile(r"\b(?:leave|keep)\s+(?:the\s+)?(?:file\s+)?[`*(]*\Z", re.IGNORECASE)
ALONE = re.compile(r"[`*)]*(?:['’]s\s+[\w`.()-]+)?\s+(?:alone|untouched|unchanged|as\s+(?:it|they)\b)", re.IGNORECASE)
# A test that stands there is what the work is measured by: "`t/a.t` is there already", "the tests exist (`t/a.t`)".
_THERE = (
    r"(?:(?:is|are|stands?)\s+(?:there\s+already|already\s+(?:there|written)|written\s+already)|(?:already\s+)?exists?\b(?:\s+already)?"
    r"(?!\s+(?:only|for|but)\b))"
)
IS_THERE = re.compile(rf"[`*)\s]*,?\s*(?:which\s+|that\s+)?{_THERE}", re.IGNORECASE)
GOES_ON = re.compile(r"[\s,;:.–—-]*(?:(?:and|but|so|please|only)\s+)?")
THERE_IS = re.compile(
    rf"\btests?\s+(?:for\s+(?:it|this|that)\s+)?{_THERE}\s*(?:[(:,–—-]|in\b)\s*[`*]*\Z", re.IGNORECASE
)
UNCHANGED = re.compile(
    r"[`*]*\s*[(\[]\s*(?:(?:is|stays?|kept|left)\s+)?(?:read[- ]?only|unchanged|untouched|not\s+(?:changed|modified)|"
    r"no\s+changes?|(?:for\s+)?reference(?:\s+only)?|only\s+read)\s*[)\]]",
    re.IGNORECASE,
)
READ_LABEL = re.compile(
    r"\W*(?:read[- ]?only|unchanged|for reference|reference only|"
    r"(?:allow|deny|block|ignore|exclude)[- ]?list|exempt(?:ions?)?|exceptions?)"
    r"(?:\s+files?)?\W*(?:\([^()]*\)\W*)?:",
    re.IGNORECASE,
)
# "... `cmdk` (already in `package.json`)".
ALREADY_IN = re.compile(
    r"[(,]\s*(?:is\s+)?already\s+(?:present\s+|listed\s+|declared\s+|installed\s+)?in\s+[`*]*\Z", re.IGNORECASE
)
# A folder that a rule speaks of: "fail when a file under `lib/` imports it", "no print under `src/`".
RULED = re.compile(
    r"\b(?:when|whenever|if|no|never|fails?|without)\b[^.;\n]{0,120}\b(?:under|inside|outside|below|within)\s+[`*(]*\Z",
    re.IGNORECASE,
)
NEITHER = re.compile(r",?\s(?:or|nor)\s", re.IGNORECASE)
BOTH = re.compile(r"\b(?:together|along|replac\w*|renam\w*|swap\w*|merg\w*|combin\w*)\b", re.IGNORECASE)
# What is taken out of a file changes it.
TAKING_OUT = re.compile(
    r"(?:delet|remov|drop|export|extract|mov|strip|purg|prun|split|eliminat|renam|migrat|port|convert)", re.IGNORECASE
)
# ... and these only what follows them.
_REFERRING = """per from use using reference references referencing according|to as|described|in as|defined|in
    as|specified|in described|in defined|in specified|in documented|in based|on following follow follows like similar|to
    imports import matching matches against via consistent|with depends|on uses según selon laut"""
_CJK_WRITING = (
    "创建|新建|新增|添加|增加|修改|更新|实现|编写|编辑|删除|移除|重构|生成|配置|写入|完善|优化|集成|作成|追加|変更|実装"
)
_CJK_READING = "参考|参照|阅读|根据|参见|查看|详见|依据|按照|检查|验证|审查"

CUE = re.compile(
    rf"\b(?:(?P<write>{_either(_WRITING)})|(?P<look>{_either(_LOOKING_AT)})|(?P<refer>{_either(_REFERRING)}))\b(?!-)"
    rf"|(?P<write2>{_CJK_WRITING})|(?P<refer2>{_CJK_READING})",
    re.IGNORECASE,
)
# The first words of the cues that have no other letters than ours: what `CUE` finds begins with one of them.
CUE_WORDS = frozenset(word.split("|")[0] for word in f"{_WRITING} {_LOOKING_AT} {_REFERRING}".split())
SENTENCE_END = re.compile(r"[.;!?]\s|[。；！？\n]")
INTO = re.compile(r"(?:\b(?:in|into|to|at|under|on|inside|within|for)|在|到|于|中)[\s`*:(]*\Z", re.IGNORECASE)
INTO_END = re.compile(r"(?:\b(?:in|into|to|at|under|on|inside|within|for)|在|到|于|中)\Z", re.IGNORECASE)
LISTED = re.compile(r"[\s,`*&/、，+]*(?:\b(?:and|or|und|et|y)\b|和|与|及|或)?[\s`*]*\Z")

# A sentence that begins so changes no file.
LOOKING = re.compile(
    rf"\W*(?:\[[^\]]*\]\s*)*(?:(?:{_either(_LOOKS_HOW)})\s+){{0,3}}"
    r"(?:(?:review|audit|verify|confirm|validate|verification|validation|analy[sz]e|investigate|research|explore|inspect)\b|"
    r"run\b.*\b(?:tests?|suite|validation|checks?|lint\w*|benchmarks?|quickstart)\b|manual(?:ly)? test|smoke test|"
    r"审查|评审|检查|验证|运行.*测试|调研)",
    re.IGNORECASE,
)

# What a package manager's command writes beside the environment.
_NPM = ("package.json", "package-lock.json")
INSTALLS: list[tuple[re.Pattern[str], tuple[str, ...]]] = [
    (re.compile(r"\bnpm\s+(?:install|i|add|uninstall|remove|update)\s+(?!or\b|and\b)(?=[-@\w])"), _NPM),
    (re.compile(r"\bnpm\s+init\b"), ("package.json",)),
    (re.compile(r"\bnpm\s+(?:install|i)\b"), ("package-lock.json",)),
    (re.compile(r"\bpnpm\s+(?:add|install|remove|update|i)\b"), ("package.json", "pnpm-lock.yaml")),
    (re.compile(r"\byarn\s+(?:add|remove|install|upgrade)\b"), ("package.json", "yarn.lock")),
    (re.compile(r"\bbun\s+(?:add|install|remove)\b"), ("package.json", "bun.lock", "bun.lockb")),
    (re.compile(r"\bpoetry\s+(?:add|remove|update|lock)\b"), ("pyproject.toml", "poetry.lock")),
    (re.compile(r"\buv\s+(?:add|remove|lock|sync)\b"), ("pyproject.toml", "uv.lock")),
    (re.compile(r"\bcargo\s+(?:add|remove|update)\b"), ("Cargo.toml", "Cargo.lock")),
    (re.compile(r"\bgo\s+(?:get|mod\s+(?:tidy|init))\b"), ("go.mod", "go.sum")),
    (re.compile(r"\bbundle\s+(?:add|install|update)\b"), ("Gemfile", "Gemfile.lock")),
    (re.compile(r"\bcomposer\s+(?:require|remove|update|install)\b"), ("composer.json", "composer.lock")),
    (re.compile(r"\bpip\s+freeze\b"), ("requirements.txt",)),
]
MANAGERS = ("npm", "yarn", "bun", "poetry", "uv", "cargo", "go", "composer", "pip")  # one of them is in each command
CD = re.compile(r"\bcd\s+([\w./-]+)\s*&&")
