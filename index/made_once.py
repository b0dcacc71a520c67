"""What is made when it is first asked for, and once: by whichever thread is first, while the others wait.

`functools.cache` lets threads that ask at the same moment each make one, and only the last stays.
"""

from collections.abc import Callable
from functools import cache, wraps
from threading import RLock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def made_once(make: Callable[P, T]) -> Callable[P, T]:
    """`make`, called once for each of its arguments; what it raises is raised, and it is tried again."""
    made, lock = cache(make), RLock()

    @wraps(make)
    def asked(*arguments: P.args, **named: P.kwargs) -> T:
        with lock:
            # Arguments that cannot be hashed are refused by `cache`.
            return made(*arguments, **named)  # type: ignore[arg-type]

    return asked
