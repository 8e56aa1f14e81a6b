"""Which command has its own rules, and where; which ones only read. Registered by hand, loaded when met."""

from __future__ import annotations

COMMANDS = {
    # files
    "cp": "files:cp", "gcp": "files:cp", "mv": "files:mv", "ln": "files:ln", "link": "files:link",
    "symlink": "files:link", "install": "files:install", "rm": "files:rm", "unlink": "files:rm", "rmdir": "files:rmdir",
    "mkdir": "files:mkdir", "touch": "files:touch", "truncate": "files:truncate", "dd": "files:dd", "tee": "files:tee",
    "shred": "files:shred", "split": "files:split", "csplit": "files:csplit", "chmod": "files:chmod",
    "chown": "files:chmod", "chgrp": "files:chmod", "mktemp": "files:mktemp", "mkfifo": "files:operands",
    "mknod": "files:mknod", "fallocate": "files:fallocate", "sponge": "files:operands", "rename": "files:rename",
    "trash": "files:rm", "trash-put": "files:rm", "script": "files:script", "setfattr": "files:nothing",
    "xattr": "files:nothing", "sync": "files:nothing",
    # wrappers
    **dict.fromkeys(
        "timeout gtimeout nohup nice ionice time stdbuf setsid sudo doas chronic caffeinate unbuffer chrt taskset numactl "
        "xvfb-run busybox toybox strace ltrace catchsegv faketime rlwrap prlimit dbus-run-session winpty nsenter unshare "
        "eatmydata".split(),
        "wrap:wrapper",
    ),
    "env": "wrap:env", "watch": "wrap:watch", "flock": "wrap:flock", "su": "wrap:su", "runuser": "wrap:su",
    "xargs": "wrap:xargs", "gxargs": "wrap:xargs", "parallel": "wrap:parallel", "find": "wrap:find", "gfind": "wrap:find",
    "entr": "wrap:entr", "lockfile": "wrap:make_lock", "ssh": "wrap:ssh", "mosh": "wrap:ssh",
    # interpreters
    **dict.fromkeys("bash sh zsh dash ksh ash fish rbash mksh".split(), "scripts:shell"),
    "python": "scripts:python", "pypy": "scripts:python", "ipython": "scripts:python",
    "node": "scripts:node", "nodejs": "scripts:node",
    "ruby": "scripts:ruby", "perl": "scripts:perl", "php": "scripts:php", "fanout": "scripts:own",
    # editors and their languages
    "sed": "edit:sed", "gsed": "edit:sed", "awk": "edit:awk", "gawk": "edit:awk", "mawk": "edit:awk", "nawk": "edit:awk",
    "sort": "edit:sort", "uniq": "edit:uniq", "patch": "edit:patch", "ed": "edit:ed", "red": "edit:ed",
    "vim": "edit:vim", "vi": "edit:vim", "ex": "edit:vim", "nvim": "edit:vim", "view": "edit:vim", "nano": "edit:nano",
    "emacs": "edit:nano", "pico": "edit:nano", "code": "edit:nano",
    "head": "edit:head", "tail": "edit:head", "cat": "edit:cat", "tac": "edit:cat",
    # archives
    "tar": "archives:tar", "gtar": "archives:tar", "bsdtar": "archives:tar", "unzip": "archives:unzip", "zip": "archives:zip_",
    **dict.fromkeys(
        "gzip gunzip pigz unpigz bzip2 bunzip2 pbzip2 xz unxz lzma unlzma zstd unzstd lz4 brotli compress uncompress lzip "
        "lzop".split(),
        "archives:compress",
    ),
    "7z": "archives:seven", "7za": "archives:seven", "7zr": "archives:seven", "ar": "archives:ar", "ranlib": "archives:ar",
    "cpio": "archives:cpio", "jar": "archives:jar", "unrar": "archives:seven",
    # network
    "curl": "fetch:curl", "wget": "fetch:wget", "rsync": "fetch:rsync", "scp": "fetch:scp", "sftp": "fetch:remote",
    "ftp": "fetch:remote", "aria2c": "fetch:remote", "rclone": "fetch:remote", "youtube-dl": "fetch:remote",
    # compilers, packages, formatters, converters
    **dict.fromkeys("gcc g++ cc c++ clang clang++ tcc".split(), "build:cc"),
    "rustc": "build:rustc", "javac": "build:javac", "go": "build:go", "cargo": "build:cargo",
    "npm": "build:npm", "yarn": "build:npm", "pnpm": "build:npm", "bun": "build:npm", "npx": "build:npx", "bunx": "build:npx",
    "pip": "build:pip", "pipx": "build:pip", "uv": "build:python_project", "poetry": "build:python_project",
    "pdm": "build:python_project", "pipenv": "build:python_project", "uvx": "build:uvx", "ruff": "build:ruff",
    "terraform": "build:terraform", "tofu": "build:terraform",
    **dict.fromkeys(
        "prettier eslint stylelint standard xo tslint jscodeshift black isort autopep8 yapf autoflake pyupgrade docformatter "
        "gofmt goimports gofumpt rustfmt clang-format shfmt dos2unix unix2dos mac2unix mdformat taplo biome rome dprint "
        "ktlint swiftformat swiftlint stylua nixfmt alejandra rubocop sqlfluff google-java-format scalafmt ormolu fourmolu "
        "djlint codespell jsonlint add-trailing-comma yamlfmt buf zprint oxlint".split(),
        "build:formatter",
    ),
    **dict.fromkeys(
        "iconv dot neato pandoc xsltproc ctags strip ld as nasm flex bison yacc esbuild svgo terser uglifyjs msgfmt xgettext "
        "base64 asciidoctor mmdc tcpdump perf gpg age minify cwebp ssh-keygen pg_dump mysqldump".split(),
        "build:converter",
    ),
    "openssl": "build:openssl", "xxd": "build:xxd", "yq": "build:yq", "dasel": "build:toml_set", "sqlite3": "build:sqlite3",
    **dict.fromkeys("convert magick ffmpeg mogrify rsvg-convert inkscape wkhtmltopdf sox".split(), "build:last_operand"),
    **dict.fromkeys(
        "make gmake ninja just task cmake meson bazel gradle gradlew mvnw tox nox pytest py.test jest vitest mocha ava tap "
        "playwright cypress karma phpunit rspec rake tsc tsx ts-node webpack vite rollup parcel turbo nx lerna ctest "
        "coverage unittest".split(),
        "build:runner",
    ),
    **dict.fromkeys(
        "docker podman kubectl helm gh glab aws gcloud systemctl brew apt apt-get apt-cache dpkg rpm rustup nvm pyenv crontab "
        "claude pre-commit journalctl conda gem bundle composer dotnet mvn deno swift flutter dart mix redis-cli vagrant nix "
        "tmux az heroku fly vercel ansible".split(),
        "build:service",
    ),
    # outputs worth knowing
    "basename": "filters:basename", "dirname": "filters:dirname", "realpath": "filters:realpath",
    "readlink": "filters:realpath", "seq": "filters:seq", "ls": "filters:ls", "grep": "filters:grep",
    "egrep": "filters:grep", "fgrep": "filters:grep", "tr": "filters:tr", "cut": "filters:cut", "date": "filters:date",
    "git": "git:git",
}  # fmt: skip

READ_ONLY = frozenset(
    """
    ls dir vdir cat tac nl head tail less more wc grep egrep fgrep rg ag ack zgrep zcat zless bzcat xzcat zstdcat diff cmp
    comm sdiff diff3 stat file du df ps pgrep top htop free uptime vmstat iostat lsof env printenv which whereis whatis
    type date cal sleep seq tr cut paste join column fold fmt expand unexpand rev jq gron realpath readlink basename
    dirname pathchk md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum sum shasum md5 man info apropos id
    whoami groups users who w uname hostname hostnamectl arch nproc lscpu lsblk lsusb lspci getconf tty stty locale od
    hexdump strings nm objdump readelf size ldd otool tree exa eza bat batcat numfmt factor bc dc expr yes true false
    echo printf test [ pwd tsort shuf look getent ping traceroute dig nslookup host netstat ss ifconfig ip route arp
    uuidgen clear reset tput last lastlog dmesg tokei cloc scc hyperfine shellcheck hadolint actionlint yamllint
    markdownlint pyflakes pylint flake8 mypy pyright xmllint tidy fd fdfind locate hash cksum zipinfo unzip-list zdiff
    zcmp bzgrep xzgrep lsattr getfattr getfacl namei mountpoint findmnt blkid sw_vers system_profiler vm_stat
    launchctl-list dscacheutil tzselect nc netcat ncat kill killall pkill wait jobs renice ionice chrt taskset
    base32 basenc pr ul col colrm iconv-list ts pv gettext msgcat ngettext fuser pidof pstree pmap cpuid fc-list
    gh-status tig delta difft ccze lolcat figlet cowsay toilet banner asciinema-play envsubst
    """.split()
)
