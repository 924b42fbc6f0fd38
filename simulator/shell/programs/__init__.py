"""The programs that come with a machine: coreutils, text tools, editors. `NAMES` is what a full system has in /bin."""

import simulator.shell.sh  # noqa: F401 - registers bash and sh
from simulator.runtime.programs import PROGRAMS

NAMES = sorted(PROGRAMS)
