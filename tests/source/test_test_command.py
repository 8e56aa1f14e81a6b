"""A project's own tests are found in the files that say so, in whatever language it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanout.source import test_command as own_tests

PROGRAMS = (
    "make",
    "prove",
    "rake",
    "bundle",
    "gradle",
    "deno",
    "dotnet",
    "flutter",
    "dart",
    "cabal",
    "cmake",
    "meson",
    "phpunit",
)
FOUND: list[tuple[dict[str, object], str, str]] = [
    ({"t/a.t": "use Test::More;\n", "cpanfile": "", "lib/A.pm": ""}, "prove -lr t", "cpanfile"),
    ({"t/a.t": "use Test2::V0;\n", "lib/A.pm": ""}, "prove -lr t", "t/a.t"),
    ({"t/a.t": "#!/usr/bin/perl\n"}, "prove -r t", "t/a.t"),
    ({"t/a.t": "#!/bin/sh\n", "lib/a.sh": ""}, "", ""),
    ({"t/a.t": "use Test::More;\n", "Makefile": "test:\n"}, "make test", "Makefile"),
    ({"lib/A.pm": "", "Makefile.PL": ""}, "", ""),
    ({"phpunit.xml.dist": "<phpunit/>", "vendor/bin/phpunit": ""}, "vendor/bin/phpunit", "phpunit.xml.dist"),
    ({"phpunit.xml": "<phpunit/>", "vendor/bin/pest": "", "tests/Pest.php": ""}, "vendor/bin/pest", "phpunit.xml"),
    ({"composer.json": {"require": {}}}, "", ""),
    ({"Rakefile": "Rake::TestTask.new(:spec) { |t| }\n"}, "rake spec", "Rakefile"),
    ({"Rakefile": "task :deploy\n"}, "", ""),
    ({"Gemfile": "", ".rspec": ""}, "bundle exec rspec", "Gemfile"),
    ({"Gemfile": "", "bin/rails": "", "test/a_test.rb": ""}, "bin/rails test", "bin/rails"),
    ({"build.gradle.kts": ""}, "gradle -q test", "build.gradle.kts"),
    ({"deno.json": {"imports": {}}, "src/a_test.ts": ""}, "deno test", "deno.json"),
    ({"deno.json": {"imports": {}}, "src/attest.ts": ""}, "", ""),
    ({"deno.jsonc": '{ // all\n"tasks": {"test": "deno test -A"} }', "a.test.ts": ""}, "deno task test", "deno.jsonc"),
    ({"Shop.slnx": ""}, "dotnet test", "Shop.slnx"),
    ({"Shop.csproj": "<Project/>"}, "", ""),
    ({"Shop.csproj": '<PackageReference Include="Microsoft.NET.Test.Sdk" />'}, "dotnet test", "Shop.csproj"),
    ({"pubspec.yaml": "dependencies:\n  flutter:\n    sdk: flutter\n"}, "flutter test", "pubspec.yaml"),
    ({"a.cabal": "test-suite a\n"}, "cabal test", "a.cabal"),
    ({"a.cabal": "library\n"}, "", ""),
    ({"CMakeLists.txt": "enable_testing()\n"}, "", ""),
    (
        {"CMakeLists.txt": "enable_testing()\n", "build/CTestTestfile.cmake": ""},
        "cmake --build build && ctest --test-dir build --output-on-failure",
        "CMakeLists.txt",
    ),
    ({"meson.build": "", "build/build.ninja": ""}, "meson test -C build", "meson.build"),
    ({"phpunit.xml": ""}, "phpunit", "phpunit.xml"),
]


@pytest.mark.parametrize(("files", "command", "where"), FOUND)
def test_the_files_say_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, object], command: str, where: str
) -> None:
    project, folder = tmp_path / "p", tmp_path / "programs"
    folder.mkdir()
    for name in PROGRAMS:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text if isinstance(text, str) else json.dumps(text))
    assert own_tests.find(str(project)) == ((command, where) if command else None)
