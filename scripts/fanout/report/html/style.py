"""How the page looks and its one script. Contrast: text at least 4.5 to 1, shapes 3 to 1, in both themes."""

LIGHT = """
--page:#ffffff;--panel:#f6f8fa;--line:#d1d9e0;--text:#1f2328;--soft:#59636e;--link:#0969da;
--done:#1a7f37;--running:#0969da;--failed:#cf222e;--blocked:#9a6700;--pending:#6e7781;--mark:#8250df;"""

DARK = """
--page:#0d1117;--panel:#161b22;--line:#3d444d;--text:#f0f6fc;--soft:#9198a1;--link:#4493f8;
--done:#3fb950;--running:#4493f8;--failed:#f85149;--blocked:#d29922;--pending:#848d97;--mark:#ab7df8;"""

CSS = (
    f":root{{color-scheme:light;{LIGHT}}}"
    f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{DARK}}}}}"
    f":root[data-theme=dark]{{color-scheme:dark;{DARK}}}"
    """
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.5rem}
.top{display:flex;gap:1rem;align-items:flex-start;justify-content:space-between}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.5rem 0 .75rem;padding-top:.25rem}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.4rem 0;max-width:70ch;overflow-wrap:anywhere}
.soft{color:var(--soft)}
a{color:var(--link)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--page);padding:.5rem 1rem;border:2px solid var(--link);z-index:2}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
button{font:inherit;color:var(--text);background:var(--panel);border:1px solid var(--pending);border-radius:.4rem;
padding:.35rem .8rem;cursor:pointer;white-space:nowrap}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;margin:.75rem 0 0;padding:.6rem 0;
border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1.25rem 0 1rem}
.tiles div{background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem}
.tiles dt{color:var(--soft);font-size:.85rem}
.tiles dd{margin:0;font-size:1.5rem;font-weight:600;font-variant-numeric:tabular-nums}
.tiles dd small{display:block;font-size:.8rem;font-weight:400;color:var(--soft)}
.verdict{border-left:4px solid var(--blocked);padding:.4rem .9rem;background:var(--panel)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem}
.scroll svg{display:block;min-width:44rem;width:100%;height:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .7rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
td{min-width:6.5rem}
td.number,th[scope=row]{min-width:0;overflow-wrap:normal}
code{font:.9em ui-monospace,Menlo,Consolas,monospace}
thead th{background:var(--panel);font-weight:600;white-space:nowrap}
tbody th{font-weight:600}
tbody tr:last-child>*{border-bottom:0}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
caption{text-align:left;padding:.5rem .7rem;color:var(--soft)}
.state{white-space:nowrap;font-weight:600}
.state::before{content:"";display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.4em;
background:var(--pending)}
.done::before{background:var(--done)}.running::before{background:var(--running)}
.failed::before{background:var(--failed)}.blocked::before{background:var(--blocked)}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--link);width:fit-content}
pre{margin:.4rem 0;padding:.6rem .8rem;background:var(--panel);border:1px solid var(--line);border-radius:.4rem;
overflow-x:auto;font-size:.82rem;white-space:pre-wrap;overflow-wrap:anywhere;max-height:22rem}
svg text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--text)}
svg .soft{fill:var(--soft)}
svg .grid{stroke:var(--line);stroke-width:1}
svg .bar{stroke:var(--page);stroke-width:1}
svg .f-done{fill:var(--done)}svg .f-running{fill:var(--running)}svg .f-failed{fill:var(--failed)}
svg .f-blocked{fill:var(--blocked)}svg .f-pending,svg .f-skipped,svg .f-cancelled{fill:var(--pending)}
svg .launch{fill:var(--pending);opacity:.55}
svg .mark{fill:var(--mark);stroke:var(--page);stroke-width:1.5}
svg .node{fill:var(--panel);stroke-width:2;stroke:var(--pending)}
svg .s-done{stroke:var(--done)}svg .s-running{stroke:var(--running)}svg .s-failed{stroke:var(--failed)}
svg .s-blocked{stroke:var(--blocked)}
svg .edge{fill:none;stroke:var(--soft);stroke-width:1.3}
svg .conflict{fill:none;stroke:var(--mark);stroke-width:1.3;stroke-dasharray:4 4}
svg .arrow{fill:var(--soft)}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.5rem 0;padding:0;list-style:none;font-size:.88rem}
footer{padding-top:2rem;padding-bottom:2rem;color:var(--soft);font-size:.88rem}
@media print{.skip,nav,button{display:none}.scroll{overflow:visible}}
"""
)

SCRIPT = """
(function(){
var root=document.documentElement,button=document.getElementById("theme");
var query=matchMedia("(prefers-color-scheme: dark)");
function saved(){try{return localStorage.getItem("fanout-theme")}catch(e){return null}}
function dark(){var t=root.getAttribute("data-theme");return t?t==="dark":query.matches}
function show(){button.textContent=dark()?"Light theme":"Dark theme"}
var old=saved();if(old==="dark"||old==="light")root.setAttribute("data-theme",old);
button.hidden=false;show();query.addEventListener("change",show);
button.addEventListener("click",function(){
var next=dark()?"light":"dark";root.setAttribute("data-theme",next);
try{localStorage.setItem("fanout-theme",next)}catch(e){}
show()});
})();
"""
