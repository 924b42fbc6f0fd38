"""Faults as data: what can be wrong in a world, by name, with its parameters, and how it is mended.

A fault is a function from a cluster and plain arguments, with another that mends it and one that says whether it is
still so; a line in `FAULTS` (`registry.py`) gives it its name. Who uses it:

- a scene declares it (`faults:` in scene.yaml): it is there from the start, or waits for somebody to press it;
- a check applies it to its copy of a world (`fault:` and `mend:` in `after`);
- whoever sits there presses it: `fault NAME` at the workstation, or the input `press`. That is remembered, and the
  check word `fired` asks for it;
- an instructor sets off any other, in any world, through the world's board (`world.faults`):

      board.offered(cluster)                      # what can happen there: texts, typed parameters, targets of each
      board.check(name, arguments, cluster=…)     # the arguments as they are meant, or UnknownFault in two languages
      board.set_off(name, arguments, cluster=…)   # → identity, or "" where it is over at once
      board.standing()                            # what is still so; what somebody has repaired is not
      board.release(identity)

  Arguments may be texts of a form: they are read by the parameter's kind (`parameters.py`). The inputs `set_off` and
  `release` of a sandbox (`lab/sandboxes/inputs.py`) do the same, journalled. Nothing of that counts as `fired`.

To add one: a module here (or a function in one that fits), a line in the registry, and a test in
`tests/nodes/test_faults.py`. Parameters are plain values; state belongs into tables of the part that is broken, so that
a broken world can be forked and saved like any other.
"""

from simulator.faults.board import Board, Button, Offer, Standing
from simulator.faults.fault import Fault, UnknownFault
from simulator.faults.parameters import Parameter
from simulator.faults.registry import FAULTS, apply, mend

__all__ = ["FAULTS", "Board", "Button", "Fault", "Offer", "Parameter", "Standing", "UnknownFault", "apply", "mend"]
