"""Verdicts on tasks: what has been passed, which hints were shown, how it looks in the panel."""
