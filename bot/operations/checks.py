"""A check of something that an answer needs, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError

from index.errors import OnRecordError


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `said` is what was found, and what to do where it is not `well`."""

    name: str
    well: bool
    said: str


def tried(name: str, check: Callable[[], str]) -> Check:
    """The check, made: `check` gives what was found, and raises what is wrong with its remedy."""
    try:
        return Check(name, True, check())
    except OnRecordError as error:
        return Check(name, False, str(error))
    except (ImportError, PackageNotFoundError) as error:
        return Check(name, False, f"{error}; install On Record again")
    except OSError as error:
        return Check(name, False, str(error))
