"""How a process that holds worlds collects garbage: seldom, and never what it has loaded.

A world is tens of thousands of small containers that live long and hardly ever refer to each other in circles. Looking
through them again and again costs a tenth of all computing and frees next to nothing.
"""

import gc


def settle() -> None:
    """Keep what is loaded by now out of the collector's sight, and have it look at what comes seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
