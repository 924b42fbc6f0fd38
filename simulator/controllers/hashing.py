"""A short, stable name for a Pod template. Upstream: controller_utils.go ComputeHash (its letters, not its values)"""

from hashlib import blake2b

import orjson

from simulator.kernel.random import SAFE
from simulator.machinery.objects import Object

LENGTH = 10


def template_hash(template: Object, collisions: int | None = None, *, length: int = LENGTH) -> str:
    """Equal templates have equal hashes; `collisions` gives another one where a name is taken."""
    text = orjson.dumps(template, option=orjson.OPT_SORT_KEYS) + b"/%d" % (collisions or 0)
    number = int.from_bytes(blake2b(text, digest_size=16).digest())
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(SAFE))
        letters.append(SAFE[index])
    return "".join(letters)
