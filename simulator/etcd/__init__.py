"""The versioned store of a cluster: objects by key, one revision a write, and the log that watches read."""

from simulator.etcd.store import Compacted, Store

__all__ = ["Compacted", "Store"]
