"""The programs that come with a machine: coreutils, text tools, editors. `NAMES` is what a full system has in /bin."""

import simulator.shell.sh  # noqa: F401 - registers bash and sh
from simulator.runtime.programs import PROGRAMS
from simulator.shell.programs import (
    archives,
    awk,
    busybox,
    dates,
    expressions,
    fields,
    files,
    finding,
    grep,
    jq,
    listing,
    misc,
    nano,
    numbers,
    pagers,
    processes,
    replacing,
    sed,
    sorting,
    system,
    text,
    tree,
    vi,
)  # fmt: skip

MODULES = (
    archives,
    busybox,
    dates,
    expressions,
    fields,
    files,
    finding,
    grep,
    jq,
    listing,
    misc,
    nano,
    numbers,
    pagers,
    processes,
    replacing,
    awk,
    sed,
    sorting,
    system,
    text,
    tree,
    vi,
)

NAMES = sorted(set(PROGRAMS) - {"busybox"})
