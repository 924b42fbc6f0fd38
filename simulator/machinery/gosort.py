"""Go's `sort.Sort`: the order it leaves equal elements in is no accident of the machine, so it can be had here too.

Upstream: go/src/sort/zsortfunc.go (pattern-defeating quicksort)
"""

from collections.abc import Callable, Iterable, MutableSequence
from typing import Final

SHORT: Final = 12
"""Up to this length an insertion sort does it, which keeps equal elements as they were."""
SHIFTED: Final = 50
"""From this length on, medians are taken of three, and stray elements are shifted."""
STRAYS: Final = 5
MOST_SWAPS: Final = 12
WORD: Final = (1 << 64) - 1

type Less[T] = Callable[[T, T], bool]


def go_sorted[T](items: Iterable[T], less: Less[T]) -> list[T]:
    """The items in order, equal ones as Go leaves them."""
    result = list(items)
    _Sort(result, less).between(0, len(result), len(result).bit_length())
    return result


class _Sort[T]:
    def __init__(self, items: MutableSequence[T], less: Less[T]) -> None:
        self._items = items
        self._less = less

    def between(self, start: int, end: int, patience: int) -> None:
        """Sort the items from start up to, but not with, end; patience is how many bad pivots are borne."""
        balanced = partitioned = True
        while end - start > SHORT:
            if patience == 0:
                self._heap_sort(start, end)
                return
            if not balanced:
                self._shuffle(start, end)
                patience -= 1
            pivot, swaps = self._pivot(start, end)
            if swaps == MOST_SWAPS:
                self._items[start:end] = list(self._items[start:end])[::-1]
                pivot = end - 1 - (pivot - start)
            ordered = swaps in (0, MOST_SWAPS)
            if balanced and partitioned and ordered and self._nearly_sorted(start, end):
                return
            if start > 0 and not self._below(start - 1, pivot):
                start = self._skip_equal(start, end, pivot)
                continue
            middle, partitioned = self._partition(start, end, pivot)
            left, right = middle - start, end - middle
            balanced = min(left, right) >= (end - start) // 8
            if left < right:
                self.between(start, middle, patience)
                start = middle + 1
            else:
                self.between(middle + 1, end, patience)
                end = middle
        self._insertion_sort(start, end)

    def _below(self, left: int, right: int) -> bool:
        return self._less(self._items[left], self._items[right])

    def _swap(self, left: int, right: int) -> None:
        items = self._items
        items[left], items[right] = items[right], items[left]

    def _insertion_sort(self, start: int, end: int) -> None:
        for index in range(start + 1, end):
            while index > start and self._below(index, index - 1):
                self._swap(index, index - 1)
                index -= 1

    def _heap_sort(self, start: int, end: int) -> None:
        size = end - start
        for root in range((size - 1) // 2, -1, -1):
            self._sift(root, size, start)
        for last in range(size - 1, -1, -1):
            self._swap(start, start + last)
            self._sift(0, last, start)

    def _sift(self, root: int, size: int, start: int) -> None:
        while (child := 2 * root + 1) < size:
            if child + 1 < size and self._below(start + child, start + child + 1):
                child += 1
            if not self._below(start + root, start + child):
                return
            self._swap(start + root, start + child)
            root = child

    def _shuffle(self, start: int, end: int) -> None:
        """Move three elements to where a fixed sequence of numbers says."""
        size = number = end - start
        middle = start + size // 4 * 2 - 1
        for index in range(3):
            number ^= number << 13 & WORD
            number ^= number >> 7
            number ^= number << 17 & WORD
            other = number & ((1 << size.bit_length()) - 1)
            self._swap(middle - 1 + index, start + (other - size if other >= size else other))

    def _pivot(self, start: int, end: int) -> tuple[int, int]:
        """Where a pivot is, and how many of the pairs looked at were in the wrong order."""
        quarter, swaps = (end - start) // 4, 0
        places = [start + quarter * part for part in (1, 2, 3)]
        if end - start >= SHIFTED:
            for part, place in enumerate(places):
                places[part], more = self._median(place - 1, place, place + 1)
                swaps += more
        pivot, more = self._median(*places)
        return pivot, swaps + more

    def _median(self, first: int, second: int, third: int) -> tuple[int, int]:
        swaps = 0
        if self._below(second, first):
            first, second, swaps = second, first, swaps + 1
        if self._below(third, second):
            second, third, swaps = third, second, swaps + 1
        if self._below(second, first):
            first, second, swaps = second, first, swaps + 1
        return second, swaps

    def _nearly_sorted(self, start: int, end: int) -> bool:
        """Put a few stray elements in their places; whether all are in order then."""
        index = start + 1
        for _ in range(STRAYS):
            while index < end and not self._below(index, index - 1):
                index += 1
            if index == end:
                return True
            if end - start < SHIFTED:
                return False
            self._swap(index, index - 1)
            if index - start >= 2:
                self._shift(range(index - 1, 0, -1))
            if end - index >= 2:
                self._shift(range(index + 1, end))
        return False

    def _shift(self, places: Iterable[int]) -> None:
        for place in places:
            if not self._below(place, place - 1):
                return
            self._swap(place, place - 1)

    def _partition(self, start: int, end: int, pivot: int) -> tuple[int, bool]:
        """Smaller elements to the left, others to the right; where the pivot ends, and whether all were so before."""
        self._swap(start, pivot)
        left, right, untouched = start + 1, end - 1, True
        while True:
            while left <= right and self._below(left, start):
                left += 1
            while left <= right and not self._below(right, start):
                right -= 1
            if left > right:
                self._swap(right, start)
                return right, untouched
            self._swap(left, right)
            left, right, untouched = left + 1, right - 1, False

    def _skip_equal(self, start: int, end: int, pivot: int) -> int:
        """Elements that equal the pivot to the left; where greater ones begin."""
        self._swap(start, pivot)
        left, right = start + 1, end - 1
        while True:
            while left <= right and not self._below(start, left):
                left += 1
            while left <= right and self._below(start, right):
                right -= 1
            if left > right:
                return left
            self._swap(left, right)
            left, right = left + 1, right - 1
