"""The benchmark table: what the simulator promises of its own weight, beside what it measures."""
