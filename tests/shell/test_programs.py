"""What programs in other languages on a command line are said to write: by what their languages say, not by running them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanout.shell import analyse

THERE = ("a", "sub/b")
# A line, what it writes, and "?" where it may write something else.
LINES = """
ruby -e 'puts File.open("a", "r").read' |
ruby -e 'puts IO.open("a", "rb")' |
ruby -e 'puts Dir.glob("*"), File.exist?("a"), JSON.parse("{}")' |
ruby -rjson -e 'puts 1' |
ruby -ne 'puts $_ if /x/' a |
ruby -i -pe '$_.upcase!' a | a
ruby -e 'File.open("new", "w") { |f| f.puts "x" }' | new
ruby -e 'File.open("new", "a+") { |f| f << 1 }' | new
ruby -e 'open("new", "w") { |f| f << 1 }' | new
ruby -e 'File.new("new", "wb").close' | new
ruby -e 'File.write("new", "x")' | new
ruby -e 'IO.binwrite "new", "x"' | new
ruby -e 'File.write("new", "x"); system ARGV[0]' | new ?
ruby -e 'File.delete("a", "sub/b")' | a sub/b
ruby -e 'require "fileutils"; FileUtils.rm_rf("sub")' | sub
ruby -e 'require "fileutils"; FileUtils.mv "a", "c"' | a c
ruby -e 'require "fileutils"; FileUtils.mv("a", "sub")' | a sub/a
ruby -e 'require "fileutils"; FileUtils.cp("a", "sub")' | sub/a
ruby -e 'require "fileutils"; FileUtils.cp("sub/b", "sub/b")' | sub/b
ruby -e 'require "fileutils"; FileUtils.cp_r("sub/", "new")' | new
ruby -e 'require "fileutils"; FileUtils.ln_s "a", "new"' | new
ruby -e 'require "fileutils"; FileUtils.mkdir_p "x/y"; FileUtils.touch "t"' | t x x/y
ruby -e 'File.rename("a", "z"); File.truncate("sub/b", 0)' | a sub/b z
ruby -e 'File.chmod(0644, "a", "sub/b")' | a sub/b
ruby -e 'system("rm a")' | a
ruby -e 'system "rm", "-f", "a"' | a
ruby -e 'exec("rm a")' | a
ruby -e 'puts `rm a`' | a
ruby -e 'd = "sub"; File.delete("#{d}/b")' | sub/b
ruby -e 'for f in ["a", "sub/b"] do File.delete(f) end' | a sub/b
ruby -e 'Dir.chdir("sub"); File.delete("b")' | sub/b ?
ruby -e 'require "rails"; puts 1' | ?
ruby -e 'eval ARGV[0]' x | ?
ruby -e 'Dir["*"].each { |f| File.delete(f) }' | ?
ruby -e 'Pathname.new("a").write("x")' | ?
php -l a |
php -r 'echo file_get_contents("a"), strlen("unlink");' | ?
php -r 'echo file_get_contents("a");' |
php -r '$f = fopen("a", "r"); echo fgets($f);' |
php -r '$f = fopen("new", "w");' | new
php -r 'file_put_contents("new", "x");' | new
php -r '$n = "new"; file_put_contents($n . ".txt", "x");' | new.txt
php -r 'unlink("a"); rename("sub/b", "c"); mkdir("d"); copy("a", "e");' | a c d e sub/b
php -r 'touch("new");' | new
php -r 'shell_exec("rm a");' | a
php -r 'system("rm a");' | a
php -r 'passthru("rm a");' | a
php -r 'echo `rm a`;' | a
php -r 'chdir("sub"); unlink("b");' | sub/b ?
php -r 'include "x.php";' | ?
php -r 'foreach (["a", "sub/b"] as $f) unlink($f);' | ?
php a | ?
perl -e 'unlink "a", "sub/b"' | a sub/b
perl -e 'unlink("a") or die "x"' | a
perl -MFile::Copy -e 'copy("a", "sub")' | sub/a
perl -MFile::Copy -e 'move("a", "sub")' | a sub/a
perl -MFile::Path=remove_tree -e 'remove_tree("sub")' | sub
perl -e 'open(my $f, "+<", "a"); print $f 1' | a
perl -e 'open my $f, ">>", "new"; print $f 1' | new
perl -e 'open(F, ">new"); print F 1' | new
perl -e 'my $n = "new"; open(F, "> $n.txt"); print F 1' | new.txt
perl -e 'chmod 0644, "a", "sub/b"' | a sub/b
perl -e 'rename q{a}, qq(c)' | a c
perl -e 'system("rm", "a")' | a
perl -e 'print `rm a`' | a
perl -e '# unlink "a"
print 1' |
perl -e 'for my $f (glob "*") { unlink $f }' | ?
perl -MStorable -e 'store {}, "new"' | ?
perl -MPOSIX=floor -Mstrict -e 'print floor(1.5)' |
perl -MSome::Module -e 'print 1' | ?
perl -mSome::Module=write_text -e 'write_text("a", "x")' | ?
ruby -rjson -rfileutils -e 'FileUtils.rm "a"' | a
ruby -rrails -e 'X.y' | ?
ruby -r ./x -e 'X.y' | ?
node -r ./x -e '1' | ?
node --require=./x.js -p '1' | ?
node --import ./x.mjs -e '1' | ?
node -e 'const fs = require("fs"); fs.openSync("a", "r")' |
node -e 'const fs = require("fs"); fs.openSync("new", "w")' | new
node -e 'require("fs").copyFileSync("a", "new")' | new
node -e 'require("fs").copyFileSync("a", "sub/b")' | sub/b
node -e 'require("fs").renameSync("a", "new")' | a new
node -e 'require("fs").rmSync("sub", {recursive: true})' | sub
node -e 'require("fs").writeFileSync(`${"n"}ew`, "x")' | ?
node -e 'const n = "new"; require("fs").writeFileSync(`${n}.txt`, "x")' | new.txt
node -e 'const p = require("path"); require("fs").writeFileSync(p.join("sub", "n"), "x")' | ?
node -e 'require("fs").writeFileSync(path.join("sub", "n"), "x")' | sub/n
node -e 'require("fs").writeFileSync(__dirname + "/new", "x")' | new
node -e 'process.chdir("sub"); require("fs").unlinkSync("b")' | sub/b ?
node -e 'require("child_process").execSync("rm a")' | a
node -e 'require("child_process").spawnSync("rm", ["a"])' | a
node -e 'require("fs-extra").removeSync("sub")' | sub ?
node -e 'require("./lib/x.json")' |
node -e 'require("./lib/x.js")' | ?
node -e 'globalThis["f"]()' | ?
"""


def rows() -> list[tuple[str, str]]:
    return [(line, said.strip()) for line, _, said in (row.rpartition("|") for row in _whole(LINES.strip()))]


def _whole(text: str) -> list[str]:
    """The lines, each with all that stands between its quotes."""
    found: list[str] = []
    for line in text.splitlines():
        if found and found[-1].count("'") % 2:
            found[-1] += "\n" + line
        else:
            found.append(line)
    return found


@pytest.mark.parametrize(("line", "said"), rows())
def test_what_a_program_writes(line: str, said: str, tmp_path: Path) -> None:
    for name in THERE:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n")
    effects = analyse(line, str(tmp_path))
    known = sorted(
        {Path(write.path).relative_to(tmp_path).as_posix() for write in effects.writes if "\0" not in write.path}
    )
    assert " ".join([*known, *(["?"] if effects.unknown else [])]) == said
