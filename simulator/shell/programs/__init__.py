"""The programs that come with a machine: coreutils, text tools, editors. `NAMES` is what a full system has in /bin."""

import simulator.shell.sh  # noqa: F401 - registers bash and sh
from simulator.runtime.programs import PROGRAMS
from simulator.shell.programs import (
    archives,
    awk,
    busybox,
    dates,
    expressions,
    files,
    finding,
    grep,
    jq,
    listing,
    misc,
    nano,
    pagers,
    sed,
    system,
    text,
    vi,
)  # fmt: skip

MODULES = (
    archives,
    busybox,
    dates,
    expressions,
    files,
    finding,
    grep,
    jq,
    listing,
    misc,
    nano,
    pagers,
    awk,
    sed,
    system,
    text,
    vi,
)

NAMES = sorted(set(PROGRAMS) - {"busybox"})
