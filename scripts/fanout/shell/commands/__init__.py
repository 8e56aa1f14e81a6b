"""Which command has its own rules, and where; which ones only read. Registered by hand, loaded when met."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

# Each line: the function (module:name in this folder, or with a dot in the package above), then the commands it knows.
RULES = """
files:cp cp gcp
files:mv mv
files:ln ln
files:link link symlink
files:install install
files:rm rm unlink trash trash-put
files:rmdir rmdir
files:mkdir mkdir
files:touch touch
files:truncate truncate
files:dd dd
files:tee tee
files:shred shred
files:split split
files:csplit csplit
files:chmod chmod chown chgrp
files:chattr chattr
node_files:rimraf rimraf del-cli del premove
node_files:shx shx
node_files:mkdirp mkdirp make-dir-cli
node_files:copied ncp cpr copyfiles cpx cpx2 cpy-cli cpy
files:mktemp mktemp
files:operands mkfifo sponge
files:mknod mknod
files:fallocate fallocate
files:rename rename
files:script script
files:nothing setfattr xattr sync
wrap:wrapper timeout gtimeout nohup nice ionice time stdbuf setsid sudo doas chronic caffeinate unbuffer chrt taskset
wrap:wrapper numactl xvfb-run busybox toybox strace ltrace catchsegv faketime rlwrap prlimit dbus-run-session winpty
wrap:wrapper nsenter unshare eatmydata nyc c8 valgrind
wrap:env env
wrap:with_settings dotenv dotenvx cross-env cross-env-shell env-cmd doppler infisical op direnv
wrap:concurrently concurrently
wrap:watch watch
wrap:flock flock
wrap:su su runuser
wrap:xargs xargs gxargs
wrap:parallel parallel
wrap:find find gfind
wrap:entr entr
wrap:make_lock lockfile
wrap:ssh ssh mosh
scripts:shell bash sh zsh dash ksh ash fish rbash mksh
scripts:python python pypy ipython
scripts:node node nodejs
scripts:ruby ruby
scripts:perl perl
scripts:php php
scripts:own fanout
cmd:cmd cmd
macos:ditto ditto
macos:plutil plutil
macos:textutil textutil
macos:sips sips
files:chmod chflags
macos:run arch xcrun noglob nocorrect
edit:sed sed gsed
edit:awk awk gawk mawk nawk
filters:sort sort
filters:uniq uniq
edit:patch patch
edit:ed ed red
edit:vim vim vi ex nvim view
edit:nano nano emacs pico
filters:head head tail
filters:cat cat tac
archives:tar tar gtar bsdtar
archives:unzip unzip
archives:zip_ zip
archives:compress gzip gunzip pigz unpigz bzip2 bunzip2 pbzip2 xz unxz lzma unlzma zstd unzstd lz4 brotli compress
archives:compress uncompress lzip lzop
archives:seven 7z 7za 7zr unrar
archives:ar ar ranlib
archives:cpio cpio
archives:jar jar
fetch:curl curl
fetch:wget wget
fetch:rsync rsync
fetch:scp scp
fetch:remote sftp ftp aria2c rclone youtube-dl
compilers:cc gcc g++ cc c++ clang clang++ tcc
compilers:rustc rustc
compilers:javac javac
compilers:go go
packages:npm npm yarn pnpm bun
packages:npx npx bunx
packages:run_all run-s run-p npm-run-all npm-run-all2
packages:pip pip
packages:pipx pipx
packages:python_project hatch uv poetry pdm pipenv
packages:uvx uvx
formatters:ruff ruff
formatters:astyle astyle
formatters:buf buf
formatters:terraform terraform tofu
formatters:formatter prettier eslint stylelint tslint jscodeshift black isort autopep8 yapf autoflake
formatters:formatter pyupgrade docformatter gofmt goimports gofumpt rustfmt clang-format shfmt dos2unix unix2dos
formatters:formatter mac2unix mdformat taplo rome swiftformat stylua nixfmt alejandra
formatters:formatter google-java-format djlint jsonlint
formatters:formatter add-trailing-comma yamlfmt zprint erb-format ember-template-lint goimports-reviser ktfmt
formatters:formatter markdownlint markdownlint-cli2 prettierd eslint_d oxfmt pg_format uncrustify
converters:converter iconv dot neato pandoc xsltproc ctags strip ld as nasm flex bison yacc esbuild svgo terser uglifyjs
converters:converter msgfmt xgettext base64 asciidoctor mmdc tcpdump gpg age minify cwebp ssh-keygen pg_dump
converters:converter mysqldump quicktype oapi-codegen bindgen cbindgen
converters:openssl openssl
converters:xxd xxd
converters:pdftotext pdftotext
converters:yq yq
converters:toml_set dasel
converters:sqlite3 sqlite3
converters:last_operand convert magick ffmpeg mogrify rsvg-convert inkscape wkhtmltopdf sox
filters:basename basename
filters:which which
filters:dirname dirname
filters:realpath realpath readlink
filters:seq seq
filters:ls ls
filters:grep grep egrep fgrep
filters:tr tr
filters:cut cut
filters:date date
git.invocation:git git
readers:reader ack ag bat batcat cloc dmesg file flake8 info ip less msgcat mypy nc ncat pv pylint
readers:reader pyright scc sdiff shuf tidy tldr tree xmllint ffprobe mediainfo
readers:identify identify
readers:hyperfine hyperfine
searches:fd fd fdfind
searches:rg rg
fixers:fixer ast-grep biome cargo codespell crystal csharpier dart deno dotnet dprint erblint flutter fourmolu
fixers:fixer golangci-lint gradle gradlew ktlint lint-staged mix mvn mvnw next ng nx ormolu oxlint packer
fixers:fixer perltidy php-cs-fixer phpcbf pint psalm pycln rector rubocop rufo sbt scalafmt
fixers:fixer semgrep sg sqlfluff standard standardrb swiftlint terragrunt treefmt trunk typos xo zig
fixers:fixer gci scalafix
fixers:sd sd
fixers:codemod fastmod ruplacer rpl comby ambr
subcommands:service alembic ansible ansible-inventory apk apt apt-cache apt-get apt-mark asdf at aws az bd brew
subcommands:service code codesign conda crontab defaults dnf docker docker-compose doctl dpkg dpkg-query expo flatpak fly
subcommands:service flyctl fnm gcloud gem gh ghc glab helm heroku java journalctl k9s kubectl kustomize
subcommands:service launchctl mamba meteor mise nest netlify nix nix-env nvm ollama openssl-version pacman perf pod
subcommands:service podman poetry-core prisma pyenv rbenv redis-cli rpm rustup screen scutil security snap supabase
subcommands:service pm2 supervisorctl systemctl tmux vagrant vercel volta xcode-select yum
subcommands:service simctl argocd consul crictl firebase flux k3d kind minikube nerdctl nomad opam skaffold skopeo vault wrangler
client:client claude
git.hook_installers:installer husky lefthook pre-commit prek simple-git-hooks captainhook overcommit git-secrets git-lfs
version_control:version_control hg jj sl svn
subcommands:statement clickhouse-client duckdb-cli mariadb mysql pgcli psql usql
checkers:checker ab alex ansible-lint attw autocannon ava bandit bats bazel brakeman bundle bundler-audit busted cabal
checkers:checker cargo-nextest checkov checkstyle clang-tidy cmake commitlint composer coverage cppcheck cpplint credo
checkers:checker ctest cypress depcheck depcruise dependency-cruiser detekt dialyzer dmypy doit dune earthly elm-test
checkers:checker errcheck flog gosec gotestsum govulncheck hey hlint import-linter include-what-you-use
checkers:checker interrogate inv invoke jest jscpd just k6 karma knip kubeconform kubeval lein lerna lint-imports
checkers:checker lizard luacheck madge mage mdl meson mocha mypyc nextest nimble ninja nosetests nox oha pants parcel
checkers:checker perflint pest phan phpcs phpstan phpunit pip-audit playwright pmd proselint prove publint py.test
checkers:checker pycodestyle pydocstyle pyre pytest pytype radon rails rake reek refurb revive rollup rspec rubycritic
checkers:checker safety shellspec size-limit sorbet spectral spotbugs srb stack staticcheck steep stryker stubtest
checkers:checker svelte-check swift swiftlint-analyze tap task textlint tflint tfsec tox trivy ts-node tsd tsx turbo
checkers:checker ty unittest vale vite vitest vue-tsc vulture wdio webpack write-good wrk xcodebuild xenon
checkers:checker doxygen htmlproofer linkchecker lychee pa11y sphinx-build
checkers:make make gmake
showing:verbs airflow buck2 cdk dbmate dbt diesel goose knex liquibase pulumi sequelize sequelize-cli sqlx typeorm
showing:playbook ansible-playbook
showing:flyway flyway
showing:gdb gdb
checkers:tsc tsc
"""

# Commands that write no file, whatever their arguments; one option that does, and the command has a rule of its own.
READERS = """
actionlint addr2line ansible-doc apropos arp atq b2sum banner base32 basenc bc blkid bzcat bzgrep c++filt cal ccze
chafa cksum clear cmp col colordiff colrm column comm cowsay csvjson csvlook csvstat delta df diff diff3 difft
diffstat dig dir dircolors dscacheutil du dust dysk envsubst exa expand expr eza factor fastfetch fc-list figlet
findmnt fmt fold free fuser getcap getconf getent getfacl getfattr getopt gettext gron groups hadolint hash hexdump
hexyl host hostname hostnamectl htop id ifconfig iostat jless join jq kill killall killall5 last lastlog ldd locale
locate lolcat look lsattr lsblk lscpu lsd lsns lsof lspci lsusb man md5 md5sum mdcat more mountpoint mpstat mtr namei
neofetch netcat netstat ngettext nl nm nproc mdfind mdls nslookup numfmt objdump od otool paste pathchk pbcopy pbpaste
pdffonts pdfinfo pg_isready pgrep pidof pidstat ping pkg-config pkgconf pkill pmap pr printenv procs ps pstree
pyflakes readelf renice reset rev route sensors sha1sum sha224sum sha256sum sha384sum sha512sum shasum shellcheck size
sleep sloccount ss stat strings stty sum sw_vers system_profiler tig toilet tokei top tput traceroute ts tsort tty
tzselect ul uname unexpand units uptime users uuidgen vdir vm_stat vmstat w wc whatis whereis who whoami wslpath xzcat
xzgrep yamllint yes zcat zcmp zdiff zgrep zipinfo zless zstdcat zstdgrep zstdless
"""

# Those of GNU under the names that Homebrew gives them: grm, gmv.
GNU = frozenset(
    "basename cat chmod chown cp cut date dd dirname du head install ln ls mkdir mktemp mv paste readlink realpath rm rmdir "
    "seq shred shuf sort split stat tac tail tee touch tr truncate uniq wc xargs".split()
)

COMMANDS = {name: line.split(" ", 1)[0] for line in RULES.strip().splitlines() for name in line.split()[1:]}
READ_ONLY = frozenset(READERS.split())
LOADED: dict[str, Callable[[Call], None]] = {}


def load(target: str) -> Callable[[Call], None]:
    """The function named `module:function`; the module is in the commands folder, with a dot in it in this package."""
    found = LOADED.get(target)
    if found is None:
        module, _, name = target.partition(":")
        place = module if "." in module else f"commands.{module}"
        found = LOADED[target] = getattr(__import__(f"fanout.shell.{place}", fromlist=[name]), name)
    return found
