"""What of tools that change things only shows; beside each, the form that changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fanout.shell import analyse, is_read_only

LOOKS = """
prisma migrate status
npx prisma migrate status --schema prisma/schema.prisma
ffprobe -v error -show_format -of json a.mp4
ffprobe -hide_banner a.mp4
identify a.png
identify -format '%w %h' a.png
pdftotext a.pdf -
pdftotext -layout -f 1 -l 2 a.pdf - | head
pdfinfo a.pdf
gdb -batch -ex bt app core
gdb -q -nx -batch -ex "set pagination off" -ex "thread apply all bt full" app core
gdb -batch -ex "info registers" -ex "p *node" app
gdb --version
go generate -n ./...
go generate -v -n
tldr tar
tldr -p linux tar
docker run --rm -v $PWD:/src:ro alpine ls /src
docker run --rm -it -v ./src:/src:ro -w /src --entrypoint sh alpine -c 'rm -rf /src'
docker run --rm --mount type=bind,source=$PWD,target=/src,readonly --mount type=tmpfs,target=/tmp hadolint/hadolint
docker run --rm -v data:/data:ro -e A=b alpine cat /data/x
docker run --rm alpine uname -a
docker run --rm -v /data alpine ls
docker run --rm -v .:/src:ro,cached --network=bridge alpine ls
docker run --rm --mount type=bind,src=.,dst=/src,ro=true alpine ls
docker run --rm -v /tmp/x:/x:ro -e=A=b alpine ls -o x
gdb -batch -ex=bt app core
gdb -batch --eval-command "info threads" -ex quit app core
docker run --rm --network none -v .:/src:ro alpine ls
docker volume ls
docker network inspect x
kubectl config current-context
kubectl kustomize overlays/dev
helm template . -f values.yaml
ansible-inventory --list
magick identify a.png
mediainfo --Output=JSON a.mp4
podman run --rm -v "$(pwd)":/src:ro alpine ls
""".strip().splitlines()
CHECKS = """
dbt ls
dbt ls --select tag:nightly
dbt compile -s orders
dbt ls --output json
npx knex migrate:list
npx sequelize db:migrate:status
npx typeorm migration:show -d src/data.ts
liquibase status --verbose
diesel migration list
sqlx migrate info
goose status
dbmate status
pulumi preview
cdk diff
dbt test
dbt parse --no-partial-parse
airflow dags list
airflow dags list -o json
airflow tasks list daily
airflow dags list-import-errors
flyway info
flyway -url=jdbc:postgresql://localhost/app -q info
flyway info validate
buck2 targets //...
buck2 uquery "deps(//app:)"
buck2 test //...
python3 manage.py check --deploy
./manage.py check --deploy
python manage.py migrate --plan
python manage.py migrate --check
ansible-playbook --check site.yml
ansible-playbook -i hosts -C --diff site.yml
ansible-playbook --syntax-check site.yml
ansible-playbook site.yml --list-tasks
gdb -batch -ex run -ex bt --args ./app --release
""".strip().splitlines()
CHANGES = """
prisma migrate deploy
prisma migrate resolve --applied x
prisma db push
prisma generate
ffprobe -o out.txt a.mp4
ffprobe -report a.mp4
ffprobe -f lavfi -i "movie=a.mp4,metadata=print:file=out.txt"
identify -write b.png a.png
identify ephemeral:a.png
identify msl:script.xml
convert a.png b.png
pdftotext a.pdf
pdftotext a.pdf out.txt
pdftotext -bbox a.pdf -
gdb -batch -ex bt -p 4711
gdb -batch -ex bt app 4711
gdb -batch -x script app
gdb -batch -ex "shell rm a" app
gdb -batch -ex 'p system("rm a")' app
gdb -batch -ex "set logging file a" app
gdb -batch -ex bt -ex "python open('a', 'w')" app core
gdb app
gdb -batch app core
gdb -batch -ex bt 4711
gdb -batch -ex bt app --pid=4711
gdb -batch -ex bt app "-ex=shell rm a"
gdb -batch -ex bt app core other
gdb -batch -ex "shell rm a" --args ./app
go generate ./...
go generate -run -n ./...
go generate ./... -n
tldr --update
docker run --rm -v $PWD:/src alpine ls
docker run --rm -v $PWD:/src:rw alpine ls
docker run --rm -v $PWD:/src:ro,z alpine ls
docker run --rm -v $PWD:/src:ro -v cache:/cache alpine ls
docker run --rm -v /var/run/docker.sock:/var/run/docker.sock:ro alpine ls
docker run --rm -v /var/run:/host:ro alpine ls
docker run --rm -v /:/host:ro alpine ls
docker run --rm -v ~:/host:ro alpine ls
docker run --rm -v socket:/x:ro -v ./link:/y:ro alpine ls
docker run --rm -v $SOMEWHERE:/y:ro alpine ls
docker run --rm --mount type=bind,source=$PWD,target=/src alpine ls
docker run --rm --mount type=bind,source=$PWD,target=/src,readonly=false alpine ls
docker run --rm --mount type=bind,source=/run,target=/src,readonly alpine ls
docker run -v $PWD:/src:ro alpine ls
docker run --rm -d -v $PWD:/src:ro alpine ls
docker run --rm --privileged alpine ls
docker run --rm -v .:/src:cached alpine ls
docker run --rm -v .:/src:ro
docker run --rm -v ~/.docker/run:/x:ro alpine ls
docker run --rm -v /tmp/engine.sock:/x:ro alpine ls
docker run --rm -v /run/user/1000:/x:ro alpine ls
docker run --rm -v /var:/x:ro alpine ls
docker run --rm -v /dev:/x:ro alpine ls
docker run --rm --mount type=bind,source=.,target=/src,ro=0 alpine ls
docker run --rm --mount type=volume,source=cache,target=/cache alpine ls
docker run --rm --network host alpine ls
docker run --rm --net=container:db alpine ls
docker run --rm --mount type=bind,source=/run,source=.,target=/src,readonly alpine ls
docker run --rm --mount type=bind,source=.,target=/src,readonly,bind-propagation=shared alpine ls
docker volume rm data
docker network prune
docker context use prod
docker compose config -o out.yml
kubectl config use-context prod
kubectl auth reconcile -f roles.yml
kubectl kustomize overlays/dev -o out.yml
kubectl cluster-info dump --output-directory=dump
kustomize build . -o out.yml
helm template . --output-dir out
ansible-inventory --list --output out.json
magick a.png b.png
magick identify -write b.png a.png
mediainfo --LogFile=out.txt a.mp4
npx knex migrate:latest
npx sequelize db:migrate
npx typeorm migration:run
liquibase update
liquibase status --output-file=out.txt
diesel migration run
sqlx migrate run
goose up
dbmate up
pulumi up
pulumi preview --save-plan=plan.json
cdk deploy
cdk synth -o out
flyway
flyway -q
docker run --rm --pid=host alpine kill -9 1
docker run --rm --volumes-from db alpine ls
docker run --rm --cidfile out alpine ls
docker run --rm
docker exec web touch x
docker compose exec web touch x
docker compose run --rm web ls
podman run --rm -v $PWD:/src alpine ls
dbt run
dbt build
dbt seed
dbt --log-path ls run
dbt clean
airflow dags trigger daily
airflow tasks clear daily
airflow connections export out.json
airflow db reset
flyway migrate
flyway info migrate
flyway -initSql="drop table a" info
flyway -url="jdbc:h2:mem:a;INIT=RUNSCRIPT FROM 'a.sql'" info
flyway info -outputFile=out.txt
flyway repair
buck2 run //app:app
buck2 clean
buck2 targets //... --output out.txt
python3 manage.py migrate
python3 manage.py makemigrations
python3 manage.py flush --noinput
python3 manage.py loaddata users.json
python3 tool.py check --deploy
ansible-playbook site.yml
ansible-playbook site.yml -- --check
""".strip().splitlines()


@pytest.fixture
def project(tmp_path: Path) -> str:
    (tmp_path / "src").mkdir()
    (tmp_path / "link").symlink_to("/var/run")
    for name in ("a.pdf", "a.png", "a.mp4", "manage.py"):
        (tmp_path / name).write_text("x\n")
    return str(tmp_path)


@pytest.mark.parametrize("line", LOOKS)
def test_what_only_shows_writes_nothing(line: str, project: str) -> None:
    effects = analyse(line, project, home=os.path.expanduser("~"))
    assert is_read_only(effects), (effects.reasons, effects.paths(project))


@pytest.mark.parametrize("line", CHECKS)
def test_what_loads_the_projects_code_to_show_it_is_a_check(line: str, project: str) -> None:
    effects = analyse(line, project)
    assert effects.checks and effects.paths(project) == [], effects.reasons


@pytest.mark.parametrize("line", CHANGES)
def test_the_form_beside_it_is_none(line: str, project: str) -> None:
    effects = analyse(line, project, home=os.path.expanduser("~"))
    assert not is_read_only(effects) and (effects.writes or not effects.checks)


def test_where_the_text_of_a_pdf_goes_is_named(project: str) -> None:
    assert analyse("pdftotext a.pdf out.txt", project).paths(project) == ["out.txt"]
    assert analyse("identify -write b.png a.png", project).paths(project) == ["b.png"]
    assert analyse("ffprobe -o out.json -of json a.mp4", project).paths(project) == ["out.json"]
    assert analyse("helm template . --output-dir out", project).paths(project) == ["out"]
    assert analyse("ansible-inventory --list --output=out.json", project).paths(project) == ["out.json"]
