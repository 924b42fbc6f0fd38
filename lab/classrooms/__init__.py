"""Classes: who learns with whom, what is assigned, how it is graded, and what an instructor sees meanwhile."""
