"""Whose question is answered next: a bounded queue that gives every person their turn."""

import asyncio
from collections import OrderedDict, deque

Key = tuple[str, str, str]


class Full(Exception):
    """No further question can wait."""


class FairQueue:
    """Questions by the person who asked; turns go round the people, oldest question of each first."""

    def __init__(self, most: int, most_each: int) -> None:
        """`most` may wait in all, `most_each` of one person."""
        self._most = most
        self._most_each = most_each
        self._waiting: OrderedDict[str, deque[Key]] = OrderedDict()
        self._there = asyncio.Semaphore(0)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, user: str, key: Key, *, anyway: bool = False) -> None:
        """Let a question wait, if it does not already. Raises Full, unless `anyway`."""
        own = self._waiting.get(user, ())
        if key in own:
            return
        if not anyway and (self._size >= self._most or len(own) >= self._most_each):
            raise Full
        self._waiting.setdefault(user, deque()).append(key)
        self._size += 1
        self._there.release()

    def before(self, user: str, key: Key) -> int | None:
        """How many questions of others have their turn before this one; None where it does not wait."""
        own = self._waiting.get(user, ())
        if key not in own:
            return None
        rounds, later, ahead = list(own).index(key), False, 0
        for name, keys in self._waiting.items():
            later = later or name == user
            if name != user:
                ahead += min(len(keys), rounds if later else rounds + 1)
        return ahead

    async def get(self) -> Key:
        """The question whose turn it is; waits for one."""
        while True:
            await self._there.acquire()
            if self._waiting:
                break
        user, keys = self._waiting.popitem(last=False)
        key = keys.popleft()
        if keys:
            self._waiting[user] = keys
        self._size -= 1
        return key
