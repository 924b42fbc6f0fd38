"""Faults that people set off: in a cluster of their own, in a learner's, in a whole class's; and undo."""
