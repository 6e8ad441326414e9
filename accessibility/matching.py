"""Pairs off what stands on both sides of a translation, so that only the differences are left."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def unmatched(
    source: Sequence[Item], target: Sequence[Item], keys: Callable[[Item], Iterable[Hashable]]
) -> tuple[list[Item], list[Item]]:
    """What is left on each side after pairing items that share a key; order is free, multiplicity counts.

    Each source item takes the last free target item under its first key that has one; time is linear in the keys.
    """
    waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index, item in enumerate(target):
        for key in keys(item):
            waiting[key].append(index)
    taken: set[int] = set()

    def take(item: Item) -> bool:
        for key in keys(item):
            indices = waiting.get(key, [])
            while indices:
                index = indices.pop()
                if index not in taken:
                    taken.add(index)
                    return True
        return False

    missing = [item for item in source if not take(item)]
    return missing, [item for index, item in enumerate(target) if index not in taken]
