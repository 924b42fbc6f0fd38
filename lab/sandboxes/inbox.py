"""What is to be put into a world, in the order in which it came, and the answers that are waited for."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

from lab.sandboxes.inputs import Action

type Answer = asyncio.Future[Any]


class Inbox:
    """Takes inputs in; what is sent a second time after a lost connection is answered and not done again."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self.numbers = dict(numbers)
        """Of each client, the number of its last input that was taken."""
        self._waiting: deque[tuple[Action, Answer]] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, asked: Action) -> Answer:
        done: Answer = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, done))
        return done

    def take(self) -> list[tuple[Action, Answer]]:
        """Everything that waits and is new."""
        new = []
        while self._waiting:
            asked, done = self._waiting.popleft()
            if asked.client and asked.number <= self.numbers.get(asked.client, 0):
                answer_to(done, None)
                continue
            if asked.client:
                self.numbers[asked.client] = asked.number
            new.append((asked, done))
        return new

    def refuse_all(self, error: Exception) -> None:
        for _, done in self._waiting:
            answer_to(done, error)
        self._waiting.clear()


def answer_to(done: Answer, answer: Any) -> None:
    """Tell whoever waits, if they still do."""
    if done.done():
        return
    if isinstance(answer, Exception):
        done.set_exception(answer)
    else:
        done.set_result(answer)
