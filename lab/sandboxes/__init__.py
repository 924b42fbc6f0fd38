"""Sandboxes: one learner's simulated world each, kept in the database, alive in a host while somebody watches."""
