"""What everything simulated stands on: state as flat tables, virtual time, seeded randomness.

Knows nothing of Kubernetes. Three rules keep a world a value:

- All state lives in `Table`s (and the clock's queue); an object attribute is wiring or a cache that can be rebuilt.
- A stored value is never changed in place; a change stores a new value.
- Nobody asks the machine for time, randomness or identity.
"""
