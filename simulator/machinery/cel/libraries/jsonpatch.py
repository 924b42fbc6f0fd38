"""Keys within JSON pointers. Upstream: apiserver/pkg/cel/library/jsonpatch.go"""

from simulator.machinery.cel.functions import function


@function("jsonpatch.escapeKey(string) -> string")
def escape_key(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")
