"""Clusters: namespaces, releases, and clusters on this machine."""

from __future__ import annotations

from fanout.shell.runtime.inside import inside
from fanout.shell.runtime.noting import ends, plain_words, starts, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

OWN_SPACE = "a namespace of your own: `kubectl create namespace <own>`, `kubectl -n <own> ...`"
VALUED = frozenset("-n --namespace --context --kubeconfig --cluster -f -l --selector -k".split())


def kubectl(call: Call) -> None:
    plain = plain_words(call.args, VALUED)
    verb, kind = "".join(plain[:1]), "".join(plain[1:2]).partition("/")[0]
    if "--dry-run" in " ".join(call.args):
        return
    if verb == "exec":
        inside(call, call.args[call.args.index("exec") + 1 :])
    elif kind in ("ns", "namespace", "namespaces"):
        _namespace(call, verb, plain[2:] or [word.partition("/")[2] for word in plain[1:2] if "/" in word])
    elif verb == "delete" and ({"--all", "-A", "--all-namespaces"} & set(call.args) or kind == "all"):
        space = value_of(call.args, "-n", "--namespace")
        things = (f"namespace:{space}",) if space else ()
        where = f"namespace {space}" if space else "its namespace"
        ends(call, f"delete all {kind or 'resources'} of {where}", "named" if space else "all", things, OWN_SPACE)
    elif verb == "drain":
        ends(call, "move all work off a node", "all", (), OWN_SPACE)


def _namespace(call: Call, verb: str, names: list[str]) -> None:
    things = tuple(f"namespace:{name}" for name in names)
    if verb == "create":
        starts(call, things, detached=True)
    elif verb == "delete":
        what = "namespace " + ", ".join(names) if names else "namespaces"
        ends(call, f"delete {what[:60]}, with all that is in it", "named" if names else "all", things, OWN_SPACE)


def helm(call: Call) -> None:
    plain = plain_words(call.args, VALUED)
    things = tuple(f"release:{name}" for name in plain[1:2])
    if plain[:1] in (["install"], ["upgrade"]):
        starts(call, things, is_shared=plain[0] == "upgrade", detached=True)
    elif plain[:1] in (["uninstall"], ["delete"], ["del"], ["un"]) and things and "--dry-run" not in call.args:
        ends(call, f"remove the release {plain[1]}", "named", things, "a release of your own: `helm install <own> ...`")


def local(call: Call) -> None:
    """kind and k3d: clusters in containers of this machine."""
    plain = plain_words(call.args, VALUED)
    words = set(plain[:2])
    name = value_of(call.args, "--name", "-n") or "".join(plain[2:3]) or "default"
    things = (f"cluster:{name}",)
    if words == {"cluster", "create"}:
        starts(call, things, detached=True)
    elif "cluster" in " ".join(plain[:2]) and words & {"delete", "stop"}:
        everything = "clusters" in words or {"-a", "--all"} & set(call.args)
        what = "every cluster of this machine" if everything else f"the cluster {name}"
        instead = "a cluster of your own: `kind create cluster --name <own>`"
        ends(call, f"delete {what}", "all" if everything else "named", things, instead)
