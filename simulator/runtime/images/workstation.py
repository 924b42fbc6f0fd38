"""The file layers of the learner's workstation: a small Debian, and the tools of the trade."""

from simulator.runtime.images.base import DEBIAN, DEBIAN_TOOLS, tools
from simulator.runtime.images.catalogue import layer
from simulator.runtime.nodes import directory, executable, link

EXTRA = (  # noqa: SIM905 - easier to read as text
    "column comm curl dig envsubst fault find free grep host ip jq kubectl less man more nano nc netstat "
    "nslookup openssl ping ps reset scp sed ssh strings top tree uptime vi view vim watch wget xxd diff time"
).split()

WORKSTATION_LAYERS = (
    DEBIAN,
    layer(
        "workstation",
        {
            **tools([name for name in EXTRA if name not in DEBIAN_TOOLS], "/usr/bin"),
            "/usr/bin/k": link("/usr/bin/kubectl"),
            "/home": directory(),
            "/sbin/init": executable("pause"),
        },
    ),
)
