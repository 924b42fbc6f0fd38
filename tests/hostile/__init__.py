"""What a hostile learner or client may send, and what becomes of it."""
