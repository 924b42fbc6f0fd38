"""The commands that a shell carries out itself, beside those for jobs; importing this registers them all."""

from simulator.shell.builtins import control, places, questions, reading, settings, variables

MODULES = (control, places, questions, reading, settings, variables)
