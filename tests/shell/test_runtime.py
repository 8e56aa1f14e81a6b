"""What a line does beside the files: what it ends, whose that can be, and what it starts. Tables: a line, then its effects.

Nothing here runs: most of these tools are not installed, and what they do is everybody's. What the words mean is taken from
each tool's own documentation; that killing by pattern meets a sibling's process is shown in the client's tests.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanout.shell import analyse, is_read_only

MAKEFILE = """
COMPOSE ?= docker compose
DB := app
.PHONY: build down
all: build
build:
\tgo build ./...
down: ## stop it
\t-@$(COMPOSE) down -v
nested:
\t$(MAKE) down
reset: ; dropdb $(DB)
needing: reset
\techo done
long:
\t@if true; then \\
\t  pkill -f vite; \\
\tfi
test:
\tpytest
\t# pkill -f vite
round: round2
\t$(MAKE) round
round2: round
"""
JUSTFILE = """
set shell := ["bash", "-c"]
db := "app"
build:
    cargo build
down:
    #!/usr/bin/env bash
    set -e
    docker compose down -v
[private]
reset name="x":
    @dropdb {{db}}
needing: reset
"""
TASKFILE = """
version: "3"
vars:
  down: {sh: docker compose down}
tasks:
  build:
    cmds:
      - go build ./...
    sources:
      - down
  down:
    deps: [build]
    desc: stop it
    cmds:
      - cmd: docker compose down -v
  by-name:
    cmds:
      - task: down
  by-word:
    cmd: docker compose down -v
  short: pkill -f vite
"""
COMPOSE = """
services:
  web:
    image: web  # "1:1"
    ports:
      - "3000:3000"
      - 127.0.0.1:8080:80/tcp
      - "9000"
    depends_on:
      db:
        condition: service_healthy
  db:
    image: postgres
    ports: ["${DB_PORT:-5432}:5432"]
  cache:
    profiles: [extra]
    ports:
    - target: 6379
      published: "6380"
      mode: host
    - published: 6381
      target: 6379
volumes:
  data:
    ports:
      - 1:1
"""

# reach: things. "named" passes for who started all its things, "one" unless another did, "all" for nobody beside others.
ENDS = {
    # by name and by pattern
    "pkill -f vite": "all",
    "pkill -9 node": "all",
    "sudo pkill --signal KILL -f jest": "all",
    'pkill -f "http.server 8123"': "named port:8123",
    "killall -9 node": "all",
    "pkill -P 1": "all",
    'python3 -c "import os; os.kill(-1, 15)"': "all",
    "redis-cli --scan | xargs redis-cli del": "all",
    "redis-cli keys 'x:*' | xargs redis-cli unlink": "all",
    "npx typeorm schema:drop -d src/source.ts": "all",
    "atlas schema clean -u sqlite://x": "all",
    "psql shop <<< 'TRUNCATE users CASCADE'": "named database:shop",
    "localstack stop": "all",
    "orb stop": "all",
    "sudo iptables -F": "all",
    "killall5": "all",
    "podman rm -af": "all",
    "docker rm -fav": "all",
    "podman pod rm -af": "all",
    "docker swarm leave --force": "all",
    "shutdown -h now": "all",
    "sudo shutdown -r +1": "all",
    "mysqladmin -h localhost shutdown": "all",
    "bazel shutdown": "all",
    "npx nx reset": "all",
    "npx nx daemon --stop": "all",
    "turbo daemon stop": "all",
    "bash -c 'pkill node'": "all",
    "if pgrep -x redis; then pkill redis-server; fi": "all",
    "timeout 5 /usr/bin/pkill x": "all",
    "kill $(pgrep -f vite)": "all",
    "kill -9 $(pidof node)": "all",
    "PID=$(pgrep node); kill $PID": "all",
    "for p in $(pgrep node); do kill $p; done": "all",
    "pgrep node | while read p; do kill -9 $p; done": "all",
    "while read -r p; do kill $p; done < <(pgrep -f jest)": "all",
    "ps aux | grep vite | grep -v grep | awk '{print $2}' | xargs kill -9": "all",
    "ps aux | awk '/vite/ {print $2}' | xargs -r kill": "all",
    "pgrep -f x | xargs -n1 -I{} kill -TERM {}": "all",
    "kill -9 -1": "all",
    "kill -- -1": "all",
    "taskkill //F //IM node.exe": "all",
    'powershell -Command "Stop-Process -Name node -Force"': "all",
    'pwsh -c "Get-Process node | Stop-Process"': "all",
    "npx fkill-cli node": "all",
    "ps aux | grep node | awk '{print \"kill -9 \" $2}' | sh": "all",
    "pgrep -f vite > pids.txt; kill $(cat pids.txt)": "all",
    'cmd.exe /c "taskkill /IM node.exe /F"': "all",
    "npx concurrently 'pkill node' 'sleep 1'": "all",
    "find /tmp -name x -exec pkill node \\;": "all",
    "trap 'pkill -f vite' EXIT": "all",
    "python3 -c \"import os; os.system('pkill -f vite')\"": "all",
    # by port
    "kill -9 $(lsof -ti:3000)": "named port:3000",
    "kill $(lsof -t -i tcp:3000 -s tcp:listen)": "named port:3000",
    "lsof -ti:3000 | xargs kill -9": "named port:3000",
    "lsof -i :80 -t | xargs kill": "named port:80",
    "ss -ltnp | grep :3000 | sed 's/.*pid=//;s/,.*//' | xargs kill": "named port:3000",
    "netstat -tulpn | grep 3000 | awk '{print $7}' | cut -d/ -f1 | head -1 | xargs kill": "named port:3000",
    "kill $(fuser 3000/tcp 2>/dev/null)": "named port:3000",
    "fuser -k 3000/tcp": "named port:3000",
    "fuser -n tcp -k 3000": "named port:3000",
    "npx kill-port 3000 3001": "named port:3000 port:3001",
    "npx fkill :3000": "named port:3000",
    "ps aux | grep 'http.server 8123' | awk '{print $2}' | xargs kill": "named port:8123",
    # by number
    "kill 1234": "pid pid:1234",
    "kill -9 $PPID": "pid pid:client",
    "P=$PPID; (kill $P)": "pid pid:client",
    "kill -9 1234 || true": "pid pid:1234",
    "kill -1 1234": "pid pid:1234",
    "kill -- -1234": "pid pid:-1234",
    "/bin/kill -TERM 123": "pid pid:123",
    # containers
    "docker compose down": "all project:app",
    "docker compose down -v": "all project:app",
    "docker-compose down --volumes --remove-orphans": "all project:app",
    "docker compose -f docker-compose.yml down": "all project:app",
    "docker compose -p app down": "all project:app",
    "docker compose -p mine down -v": "one project:mine",
    "COMPOSE_PROJECT_NAME=mine docker compose down": "one project:mine",
    "docker compose stop": "all project:app",
    "docker compose stop db": "one service:app/db",
    "docker compose -p mine restart db": "one service:mine/db",
    "docker compose restart": "all project:app",
    "docker compose kill -s SIGINT web": "one service:app/web",
    "docker compose rm -sfv": "all project:app",
    "docker compose up -d --force-recreate": "all project:app",
    "docker stop $(docker ps -q)": "all",
    "docker ps -q | xargs docker kill": "all",
    "docker rm -f $(docker ps -aq --filter name=mine)": "named container:mine",
    "docker stop web": "one container:web",
    "docker container rm -fv web": "one container:web",
    "podman stop -a": "all",
    "docker system prune -af --volumes": "all",
    "docker image prune -af": "all",
    "docker volume rm app_data": "named volume:app_data",
    "docker volume rm $(docker volume ls -q)": "all",
    "docker volume prune -f": "all",
    "docker compose exec db dropdb app": "named database:app",
    "docker compose exec -T web python manage.py flush --noinput": "all",
    "docker compose run --rm web bin/rails db:reset": "all",
    'docker compose exec web sh -c "pkill node"': "all",
    'docker exec -it c1 psql -U postgres -c "drop database app"': "named database:app",
    "colima stop": "all",
    "podman machine stop": "all",
    # databases
    "dropdb app": "named database:app",
    "dropdb --if-exists -p 5433 app": "named database:app within port:5433",
    "dropdb app && createdb app": "named database:app",
    "psql -c 'DROP DATABASE IF EXISTS \"app\"'": "named database:app",
    "psql app -c 'drop schema public cascade; create schema public'": "named database:app",
    "echo 'DROP SCHEMA public CASCADE;' | psql": "all",
    "psql -f reset.sql app": "named database:app",
    "psql app < reset.sql": "named database:app",
    "mysql -uroot -e 'drop database app'": "named database:app",
    "mongosh app --eval 'db.dropDatabase()'": "named database:app",
    "redis-cli FLUSHALL": "all",
    "redis-cli flushdb": "all database:redis/0",
    "redis-cli -n 3 FLUSHDB": "one database:redis/3",
    "redis-cli -p 6380 FLUSHALL": "all within port:6380",
    "npx prisma migrate reset --force": "all",
    "pnpm prisma db push --force-reset": "all",
    "DATABASE_URL=postgresql://localhost:5433/mine npx prisma migrate reset": "one database:mine within port:5433",
    "DATABASE_URL=postgres://localhost/app npx prisma migrate reset": "all",
    "npm run db:reset": "all",
    "npm run stop": "named port:3000",
    "npx run-s kill:web": "named port:3000",
    "npm-run-all 'kill:*' test": "named port:3000",
    "npx cross-env A=b run-p kill:web": "named port:3000",
    # by a target
    "make down": "all project:app",
    "make -C . down": "all project:app",
    "gmake -f Makefile nested": "all project:app",
    "make DB=mine reset": "named database:mine",
    "make reset": "named database:app",
    "make needing": "named database:app",
    "make long": "all",
    "npm run by-make": "all project:app",
    "just down": "all project:app",
    "just reset": "named database:app",
    "just needing": "named database:app",
    "task down": "all project:app",
    "task by-name": "all project:app",
    "task by-word": "all project:app",
    "task short": "all",
    "npx dotenv -e .env.test -- npx prisma migrate reset --force": "all",
    "npx cross-env NODE_ENV=test prisma migrate reset": "all",
    "redis-cli <<< flushall": "all",
    "psql -tc 'select pg_terminate_backend(pid) from pg_stat_activity'": "all",
    "bin/rails db:drop db:create": "all",
    "bundle exec rake db:reset": "all",
    "RAILS_ENV=test bundle exec rails db:schema:load": "all",
    "python manage.py flush --noinput": "all",
    "./manage.py reset_db": "all",
    "python3 manage.py migrate app zero": "all",
    "php artisan migrate:fresh --seed": "all",
    "npx sequelize-cli db:drop": "all",
    "npx knex migrate:rollback --all": "all",
    "uv run alembic downgrade base": "all",
    "supabase db reset": "all",
    "mix ecto.reset": "all",
    "dotnet ef database drop -f": "all",
    "rm -f dev.db": "named file:{app}/dev.db",
    "rm -f *.db": "named file:{app}/dev.db",
    # services and caches
    "sudo systemctl restart postgresql": "named service:postgresql",
    "systemctl stop nginx.service": "named service:nginx",
    "brew services stop postgresql@14": "named service:postgresql@14",
    "service redis-server stop": "named service:redis-server",
    "pm2 delete all": "all",
    "pm2 stop api": "named service:pm2/api",
    "tmux kill-server": "all",
    "tmux kill-session -t mine": "one session:/mine",
    "screen -X quit": "all",
    "screen -S mine -X quit": "one session:screen/mine",
    "kubectl delete ns dev": "named namespace:dev",
    "kubectl delete pods --all": "all",
    "kubectl -n mine delete all --all": "named namespace:mine",
    "helm uninstall app": "named release:app",
    "minikube delete": "all",
    "kind delete cluster --name x": "named cluster:x",
    "./gradlew --stop": "all",
    "adb kill-server": "all",
    "npm cache clean --force": "all",
    "go clean -modcache": "all",
    "sudo reboot": "all",
}

# Neighbours: they end nothing, or only what is the caller's by itself.
NOTHING = """
pkill -P 1234
python3 -c "import os; os.kill(1234, 0)"
redis-cli --scan --pattern 'mine:*'
redis-cli del mine:1
psql -c 'select truncate(1.5)'
atlas schema inspect -u sqlite://x
localstack status
sudo iptables -L
pkill -P $$
pkill -0 node
pkill -F server.pid
killall -l
killall -0 node
pgrep -af node
ps aux | grep node
lsof -i :3000
lsof -ti:3000 || echo free
fuser 3000/tcp
ss -ltnp | grep 3000
kill %1
kill $!
kill 0
kill -0 $PID
kill -l
kill $(cat server.pid)
bash -c 'kill $PPID'
kill $(jobs -p)
jobs -p | xargs -r kill
kill $(pgrep -P $$)
ps -o pid= --ppid $$ | xargs kill
ps aux | grep node | wc -l; kill $SERVER_PID
taskkill /PID 123 /F
powershell -Command "Stop-Process -Id 12"
npx nx run app:build
npx nx daemon
turbo run build --daemon
bazel test //...
docker rm -v web
podman pod ps
mysqladmin -h localhost status
prisma migrate reset -h
docker ps -q
docker compose ps
docker compose logs --tail=50 db
docker compose build
docker compose exec db ls
docker compose exec -T db pg_isready
docker compose rm -f
docker rm web
docker image prune -f
docker inspect $(docker ps -q)
docker logs web
CID=$(docker run -d nginx); docker stop $CID
psql app -c 'select 1'
psql app -c 'drop table t1'
prisma migrate dev
npx prisma migrate deploy
npx prisma migrate reset --help
npx prisma db push
bin/rails db:migrate
bin/rails db:test:prepare
python manage.py migrate
python manage.py test
alembic upgrade head
alembic downgrade -1
php artisan migrate
redis-cli get FLUSH
systemctl status nginx
systemctl reload nginx
brew services list
pm2 logs api
tmux ls
kubectl get pods -A
kubectl delete pod web-1
helm list
npm cache verify
pnpm store prune
go clean -cache
./gradlew test
echo "pkill -f vite"
grep -rn "docker compose down" docs
git commit -m "pkill node" -- a
rm -f missing.db
sqlite3 t.db 'create table t(x)'; rm t.db
""".strip().splitlines()

STARTS = {
    "npx vite --port 3001 --strictPort &": "port:3001 sure",
    "npx vite --port 3001": "port:3001",
    "npx vite": "port:5173",
    "npm run dev": "port:5174",
    "npm run dev -- --port 3005": "port:3005",
    "PORT=3001 npm start": "port:3001",
    "PORT=4000 node server.js": "port:4000 sure",
    "export PORT=4000; node server.js": "port:4000 sure",
    "npx next dev -p 3002": "port:3002 sure",
    "npx next dev": "port:3000",
    "uvicorn app:app --reload --port 8001": "port:8001 sure",
    "uv run python -m uvicorn app:app --port=8001": "port:8001 sure",
    "gunicorn -b 0.0.0.0:8002 app:app": "port:8002 sure",
    "flask --app x run -p 5001": "port:5001 sure",
    "python manage.py runserver 0.0.0.0:8001": "port:8001 sure",
    "rails s -p 3003": "port:3003 sure",
    "python3 -m http.server": "port:8000 sure",
    "python3 -m http.server 8123 --directory out &": "port:8123 sure",
    "php -S localhost:8000 -t public": "port:8000 sure",
    "docker run -d --name pg -p 5433:5432 postgres": "container:pg detached, port:5433 sure detached",
    "docker run --rm -p 127.0.0.1:8080:80 nginx": "port:8080 sure",
    "docker run --rm -p 127.0.0.1::80 nginx": "",
    "docker run --rm -p 80 nginx": "",
    "docker run --rm -p8080:80 nginx": "port:8080 sure",
    "docker run --rm --publish 8080:80 nginx": "port:8080 sure",
    "docker run --rm --publish=[::1]:8080:80/udp -p 8443:443 nginx": "port:8080 port:8443 sure",
    "docker run -dit --name sh alpine": "container:sh detached",
    "docker run -itd --name sh alpine": "container:sh detached",
    "docker run --detach --name sh alpine": "container:sh detached",
    "docker run -it --name sh alpine": "container:sh",
    "docker create --name sh alpine": "container:sh detached",
    "docker start pg": "container:pg shared detached",
    "docker compose up -d db": "service:app/db shared detached",
    "docker compose -p mine up": "project:mine shared",
    "docker compose -f web.yml up -d": "project:app port:3000 port:8080 port:5432 shared detached",
    "docker compose -f web.yml up db": "service:app/db port:5432 shared",
    "DB_PORT=5433 docker compose -f web.yml up -d db": "service:app/db port:5433 shared detached",
    "docker compose -f web.yml up -d web": "service:app/web port:3000 port:8080 port:5432 shared detached",
    "docker-compose -f web.yml up cache": "service:app/cache port:6380 port:6381 shared",
    "createdb mine": "database:mine sure detached",
    "psql -c 'CREATE DATABASE t1'": "database:t1 sure detached",
    "docker volume create t1": "volume:t1 detached",
    "tmux new -d -s mine 'npm run x'": "session:/mine detached",
    "screen -dmS mine npm run x": "session:screen/mine detached",
    "screen -S mine -dm npm run x": "session:screen/mine detached",
    "screen -dm npm run x": "",
    "npx vite build": "",
    "npx next build": "",
    "node -p 1+1": "",
    "node server.js": "",
    "npm test": "",
    "make": "",
    "make build": "",
    "make -n down": "",
    "make test": "",
    "make round": "",
    "make nowhere": "",
    "just": "",
    "just build": "",
    "task build": "",
    "task": "",
    "npx run-s test dev:none": "",
    "pytest -p no:cacheprovider": "",
    "docker run --rm alpine true": "",
}


@pytest.fixture
def app(tmp_path: Path) -> str:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / ".env").write_text("DATABASE_URL=postgres://localhost/app\n")
    (folder / "dev.db").write_text("x")
    (folder / "reset.sql").write_text("DROP SCHEMA public CASCADE;\n")
    scripts = {
        "dev": "vite --port 5174",
        "start": "node server.js",
        "db:reset": "prisma migrate reset -f",
        "stop": "run-s kill:*",
        "kill:web": "kill-port 3000",
        "by-make": "make down",
        "test": "jest",
    }
    scripts["x"] = "true"
    (folder / "package.json").write_text(json.dumps({"scripts": scripts}))
    (folder / "docker-compose.yml").write_text("services:\n  db:\n    image: postgres\n")
    for name, text in (
        ("Makefile", MAKEFILE),
        ("justfile", JUSTFILE),
        ("Taskfile.yml", TASKFILE),
        ("web.yml", COMPOSE),
    ):
        (folder / name).write_text(text)
    return str(folder)


def ended(line: str, folder: str) -> list[str]:
    found = []
    for one in analyse(line, folder).runtime:
        within = f"within {' '.join(one.within)}" if one.within else ""
        found.append(" ".join(part for part in (one.reach, *one.things, within) if part))
    return found


@pytest.mark.parametrize("line", ENDS)
def test_what_a_line_ends_and_whose_that_can_be(line: str, app: str) -> None:
    found = [one for one in analyse(line, app).runtime if one.reach != "starts"]
    assert ended(line, app)[: len(found)] == [ENDS[line].format(app=app)]
    assert all(one.does and one.instead and len(one.does) < 130 and len(one.instead) < 170 for one in found)


@pytest.mark.parametrize("line", NOTHING)
def test_what_ends_nothing_of_others_says_nothing(line: str, app: str) -> None:
    assert ended(line, app) == []


@pytest.mark.parametrize("line", STARTS)
def test_what_a_line_starts(line: str, app: str) -> None:
    found = []
    for one in analyse(line, app).runtime:
        assert one.reach == "starts"
        flags = [name for name in ("is_sure", "is_shared", "detached") if getattr(one, name)]
        found.append(" ".join([*one.things, *(flag.replace("is_", "") for flag in flags)]))
    assert ", ".join(found) == STARTS[line]


def test_what_a_target_takes_from_git_and_from_the_tree_is_said(app: str) -> None:
    lines = "wipe:\n\trm -rf src\n\tgit clean -fdx\ntest:\n\trm -rf .cache\n\tgit checkout .\n"
    (Path(app) / "Makefile").write_text(lines)
    wipe, test = analyse("make wipe", app), analyse("make test", app)
    assert [(write.kind, Path(write.path).name) for write in wipe.writes] == [("delete", "src")]
    assert [found.verb for found in wipe.git] == ["clean"] and wipe.unknown and not wipe.checks
    assert test.writes == [] and [found.verb for found in test.git] == ["checkout"] and test.checks
    assert analyse("make -n wipe", app).git == []


def test_a_project_that_its_files_name_is_the_same_in_every_folder(app: str) -> None:
    assert analyse("docker compose down", app).runtime[0].folder == app
    (Path(app) / "docker-compose.yml").write_text("name: shop\nservices: {}\n")
    down = analyse("docker compose down", app).runtime[0]
    assert (down.things, down.folder) == (("project:shop",), "")
    assert ended("docker compose -p app down", app) == ["one project:app"]


def test_what_was_made_in_the_line_comes_before_what_ends_it(app: str) -> None:
    assert ended("createdb mine && pytest; dropdb mine", app) == ["starts database:mine", "named database:mine"]
    assert ended("docker rm -f pg; docker run -d --name pg postgres", app) == [
        "one container:pg",
        "starts container:pg",
    ]


@pytest.mark.parametrize("line", ["pkill -f vite", "kill 12", "lsof -ti:3000 | xargs kill", "ps aux"])
def test_what_runs_beside_the_files_is_no_write(line: str, app: str) -> None:
    assert is_read_only(analyse(line, app))


def test_a_thousand_of_them_are_no_burden(app: str) -> None:
    effects = analyse("; ".join(f"docker stop name{number}" for number in range(1000)), app)
    assert [one.reach for one in effects.runtime] == ["one"] * 100 + ["all"]


@pytest.mark.parametrize("line", ["python3 -m http.server --help", "python3 -m http.server -h"])
def test_who_asks_for_help_starts_nothing(line: str, tmp_path: Path) -> None:
    assert analyse(line, str(tmp_path)).runtime == []
