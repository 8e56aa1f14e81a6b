"""Lines of PowerShell, by a table: what each writes, or that it is not known. No PowerShell runs here."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanout.shell import powershell

WRITES = {
    "Set-Content a.txt 'hi'": ["a.txt"],
    "set-content -Path a.txt -Value hi -Encoding utf8": ["a.txt"],
    "Set-Content -LiteralPath:a.txt -Value x": ["a.txt"],
    "sc a.txt x": ["a.txt"],
    "Add-Content a.txt, b.txt 'x'": ["a.txt", "b.txt"],
    "'x' | Out-File -FilePath src\\new.txt -Append": ["src/new.txt"],
    '"x" > a.txt; \'y\' >> b.txt': ["a.txt", "b.txt"],
    "npm --version *> a.txt": ["a.txt"],
    "Get-Content a.txt 2>&1 | Out-Null": [],
    "Write-Output hi > $null": [],
    "(Get-Content a.txt) -replace 'x','y' | Set-Content a.txt": ["a.txt"],
    "Set-Content a.txt @'\nRemove-Item b.txt\n'@": ["a.txt"],
    'Set-Content a.txt @"\n$x; rm b.txt\n"@': ["a.txt"],
    "# Remove-Item b.txt\nClear-Content a.txt": ["a.txt"],
    "<# Remove-Item b.txt #> Clear-Content a.txt": ["a.txt"],
    "Set-Content `\n  -Path a.txt `\n  -Value 5": ["a.txt"],
    "Remove-Item src/*.log -Force": ["src/x.log", "src/y.log"],
    "Remove-Item -Recurse -Force .\\src": ["src"],
    "rm -rf src": ["src"],
    "del a.txt": ["a.txt"],
    "Remove-Item a.txt -WhatIf": [],
    "Move-Item a.txt out": ["a.txt", "out/a.txt"],
    "mv a.txt c.txt": ["a.txt", "c.txt"],
    "Move-Item -Destination c.txt -Path a.txt": ["a.txt", "c.txt"],
    "Copy-Item a.txt c.txt": ["c.txt"],
    "cp a.txt out": ["out/a.txt"],
    "Copy-Item src out -Recurse": ["out/src"],
    "Rename-Item src\\x.log z.log": ["src/x.log", "src/z.log"],
    "New-Item -ItemType Directory -Path newdir -Force": ["newdir"],
    "ni -Path src -Name f.txt -ItemType File": ["src/f.txt"],
    "mkdir newdir": ["newdir"],
    "Tee-Object -FilePath a.txt": ["a.txt"],
    "Get-Process | Export-Csv -Path a.txt -NoTypeInformation": ["a.txt"],
    "Invoke-WebRequest https://x.org -OutFile a.txt": ["a.txt"],
    "Invoke-WebRequest https://x.org": [],
    "Compress-Archive -Path src -DestinationPath a.zip": ["a.zip"],
    "Expand-Archive a.zip -DestinationPath out": ["out"],
    "$x = 'a.txt'; Set-Content $x 'q'": ["a.txt"],
    'Set-Content -Path "$PWD/a.txt" -Value 5': ["a.txt"],
    "$env:OUT = 'a.txt'; Set-Content $env:OUT 5": ["a.txt"],
    "if (Test-Path a.txt) { Remove-Item a.txt } else { Remove-Item b.txt }": ["a.txt", "b.txt"],
    "1..3 | % { \"line $_\" } | Add-Content a.txt": ["a.txt"],
    "try { Set-Content a.txt x } catch { Write-Host no } finally { del b.txt }": ["a.txt", "b.txt"],
    "& { Set-Content a.txt x }": ["a.txt"],
    "& 'rm' a.txt": ["a.txt"],
    "Set-Location src; Set-Content new.txt 1": ["src/new.txt"],
    "Push-Location src; del x.log; Pop-Location; del a.txt": ["a.txt", "src/x.log"],
    "[System.IO.File]::WriteAllText('a.txt', \"x\")": ["a.txt"],
    "[IO.File]::Delete('a.txt')": ["a.txt"],
    "[IO.File]::Move('a.txt', 'c.txt')": ["a.txt", "c.txt"],
    "$t = [IO.File]::ReadAllText('a.txt').Replace('a', 'b')": [],
    "[IO.Path]::GetTempPath()": [],
    'Invoke-Expression "Set-Content a.txt 1"': ["a.txt"],
    'pwsh -NoProfile -Command "Set-Content a.txt 1"': ["a.txt"],
    "cmd /c del a.txt": ["a.txt"],
    'cmd /c "copy a.txt c.txt && move b.txt out"': ["b.txt", "c.txt", "out/b.txt"],
    'cmd /c "type a.txt > b.txt"': ["b.txt"],
    'cmd.exe /c "dir /b & echo x >> a.txt"': ["a.txt"],
    "cmd /c ren a.txt c.txt": ["a.txt", "c.txt"],
    "cmd /c rd /s /q src": ["src"],
    "sed -i s/a/b/ a.txt": ["a.txt"],
    "python -c \"open('a.txt','w')\"": ["a.txt"],
    "git status; git add a.txt && git commit -m x": [],
    "Get-ChildItem -Recurse | Where-Object { $_.Length -gt 5 } | Select-Object Name": [],
    "Get-Content a.txt | Select-String 'x' | Measure-Object": [],
    "Write-Host \"it's $(Get-Date)\"": [],
}  # fmt: skip

UNKNOWN = [
    "foreach ($f in Get-ChildItem) { Remove-Item $f }",
    "Get-ChildItem *.txt | Remove-Item",
    "Set-Content $path x",
    "Set-Content (Join-Path src x) 5",
    "Set-Content @arguments",
    "Remove-Item src -Recurse -Include *.log",
    "iex $line",
    "& $program x",
    "Foo-Bar a",
    "Start-Process notepad",
    "$s.Save('x')",
    "(Get-Item a.txt).Delete()",
    "[IO.File]::WriteAllText('a' + '.txt', 'x')",
    "[Some.Type]::Do('a.txt')",
    'Set-Content "a.txt',
    "Set-Content a.txt @'",
    "if ($x) { Remove-Item a.txt",
    "pwsh build.ps1",
    ".\\build.ps1",
    "npm test",
    "cmd /c build.bat",
    "cmd /c del %TEMP%\\x",
    "if ($x) { Set-Location src }; del x.log",
    "New-Item -ItemType SymbolicLink -Path l -Target a.txt",
    "Set-Content a\0.txt x",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.txt", "b.txt", "src/x.log", "src/y.log", "out/z"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    return tmp_path


@pytest.mark.parametrize("line", WRITES)
def test_what_it_writes(line: str, folder: Path) -> None:
    effects = powershell.analyse(line, str(folder), home="/home/u")
    assert (effects.paths(str(folder)), effects.unknown) == (WRITES[line], False), effects.reasons


@pytest.mark.parametrize("line", UNKNOWN)
def test_what_cant_be_known_is_unknown_and_says_why(line: str, folder: Path) -> None:
    effects = powershell.analyse(line, str(folder), home="/home/u")
    assert effects.unknown and effects.reasons


def test_what_stands_in_a_cut_line_never_raises(folder: Path) -> None:
    for line in [*WRITES, *UNKNOWN]:
        for end in range(0, len(line), 3):
            powershell.analyse(line[:end], str(folder))


def test_its_git_lines_are_git_lines(folder: Path) -> None:
    effects = powershell.analyse("cd src; git checkout .; & git stash", str(folder), home="/home/u")
    assert [(one.verb, one.endangers) for one in effects.git] == [("checkout", "worktree"), ("stash", "worktree")]
    assert effects.git[0].cwd == str(folder / "src")
