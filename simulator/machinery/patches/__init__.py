"""Patches: JSON patch, JSON merge patch and strategic merge patch, applied by the server and made by clients.

Applying takes a stored object, leaves it as it is, and gives a private copy that may be changed in place. Making a
patch shares parts with the objects it compares; it is meant to be written out at once.
"""

from simulator.machinery.patches.errors import PatchConflictError, PatchError

__all__ = ["PatchConflictError", "PatchError"]
