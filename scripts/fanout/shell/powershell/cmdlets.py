"""What the commands of PowerShell do to files: those that write, with their parameters; those that only read."""

from __future__ import annotations

# Name, how it writes, its parameters that take a value (the first ones are also given by their place), its switches.
WRITING = """
set-content|put|path,value,literalpath,encoding,stream,filter,include,exclude,credential|nonewline,force,passthru,asbytestream,confirm
add-content|add|path,value,literalpath,encoding,stream,filter,include,exclude,credential|nonewline,force,passthru,asbytestream,confirm
clear-content|put|path,literalpath,stream,filter,include,exclude|force,confirm
out-file|put|filepath,encoding,literalpath,width,inputobject|append,noclobber,force,nonewline,confirm
tee-object|put|filepath,literalpath,variable,inputobject,encoding|append
export-csv|put|path,delimiter,literalpath,encoding,inputobject,quotefields,usequotes|append,noclobber,force,notypeinformation,useculture,nti
export-clixml|put|path,depth,literalpath,encoding,inputobject|noclobber,force,confirm
start-transcript|put|path,literalpath,outputdirectory|append,noclobber,force,confirm,includeinvocationheader
new-item|new|path,itemtype,name,value,type,target,literalpath|force,confirm
mkdir|folder|path,name,literalpath|force,confirm
remove-item|delete|path,literalpath,filter,include,exclude,stream|recurse,force,confirm
move-item|move|path,destination,literalpath,filter,include,exclude|force,passthru,confirm
rename-item|rename|path,newname,literalpath|force,passthru,confirm
copy-item|copy|path,destination,literalpath,filter,include,exclude|recurse,force,container,passthru,confirm
invoke-webrequest|put|uri,outfile,method,headers,body,useragent,timeoutsec,contenttype,proxy|usebasicparsing,skipcertificatecheck,passthru
invoke-restmethod|put|uri,outfile,method,headers,body,useragent,timeoutsec,contenttype,proxy|usebasicparsing,skipcertificatecheck
expand-archive|tree|path,destinationpath,literalpath|force,passthru,confirm
compress-archive|put|path,destinationpath,literalpath,compressionlevel|update,force,passthru,confirm
"""
ALIASES = """
set-content sc
add-content ac
clear-content clc
tee-object tee
export-csv epcsv
new-item ni
mkdir md
remove-item rm del erase rd rmdir ri
move-item mv move mi
rename-item ren rni
copy-item cp copy cpi
invoke-webrequest iwr
invoke-restmethod irm
set-location cd sl chdir
push-location pushd
pop-location popd
invoke-expression iex
"""
TAKES_FILE = ("outfile", "destinationpath", "filepath", "literalpath", "path")

# These write no file by themselves; what stands in their blocks is read like any other.
READING = frozenset(
    """
    % ? cat clear cls compare compare-object convert-path convertfrom-csv convertfrom-json convertfrom-stringdata
    convertto-csv convertto-html convertto-json convertto-xml cvpa diff dir echo fc fl foreach foreach-object
    format-custom format-hex format-list format-table format-wide ft fw gal gc gci gcm get-acl get-alias get-childitem
    get-ciminstance get-command get-content get-culture get-date get-filehash get-help get-history get-host get-item
    get-itemproperty get-itempropertyvalue get-job get-location get-member get-module get-process get-psdrive get-random
    get-service get-timezone get-unique get-uptime get-variable get-verb get-winevent gi gl gm gp gps group group-object
    gsv gu gv import-clixml import-csv import-powershelldatafile ipcsv join-path ls measure measure-command
    measure-object new-guid new-timespan new-variable nv out-host out-null out-string ps pwd read-host resolve-path rvpa
    select select-object select-string set-psdebug set-strictmode set-variable sleep sls sort-object split-path
    start-sleep sv test-connection test-json test-path type wait-job wait-process where where-object write write-debug
    write-error write-host write-information write-output write-progress write-verbose write-warning
    """.split()
)
KEYWORDS = frozenset(
    """
    if elseif else foreach for while do until switch try catch finally return throw break continue param begin
    process end exit trap
    """.split()
)

RULES: dict[str, tuple[str, list[str], list[str]]] = {}
NAMES: dict[str, str] = {}
for _line in WRITING.strip().splitlines():
    _name, _how, _values, _switches = _line.split("|")
    RULES[_name] = _how, _values.split(","), [*_switches.split(","), "whatif", "verbose", "debug"]
for _line in ALIASES.strip().splitlines():
    _name, *_others = _line.split()
    NAMES.update(dict.fromkeys(_others, _name))

# Static methods of .NET that only compute or read; those of File and Directory that write, with how.
PURE_TYPES = frozenset(
    """
    math system.math string system.string int int32 int64 long double datetime system.datetime guid system.guid regex convert
    system.convert path io.path system.io.path environment system.environment timespan char bool array text.encoding
    system.text.encoding text.regularexpressions.regex system.text.regularexpressions.regex
    """.split()
)
FILE_TYPES = frozenset("io.file system.io.file io.directory system.io.directory".split())
FILE_METHODS = {
    "writealltext": "put", "writealllines": "put", "writeallbytes": "put", "create": "put", "createtext": "put",
    "openwrite": "put", "appendalltext": "add", "appendalllines": "add", "appendtext": "add", "delete": "delete",
    "move": "move", "copy": "copy", "createdirectory": "folder", "readalltext": "", "readalllines": "",
    "readallbytes": "", "exists": "", "openread": "", "getfiles": "", "getdirectories": "", "enumeratefiles": "",
    "getlastwritetime": "",
}  # fmt: skip
PURE_METHODS = frozenset(
    """
    replace split trim trimend trimstart tostring tolower toupper substring contains startswith endswith indexof lastindexof
    join gettype where foreach padleft padright insert equals compareto tochararray matches match getenumerator containskey
    add addrange adddays addhours addminutes toarray getvalue
    """.split()
)
