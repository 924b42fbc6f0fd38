"""A small Unix whose whole state is data: machines, processes, pipes, files, terminals.

Carries the learner's workstation and every container alike. Knows of the kernel only; what a program may reach beyond
its machine comes through the `Network` that the world supplies.
"""
