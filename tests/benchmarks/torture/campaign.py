"""What every campaign gives: how many trials there were, and which of them failed, each with its seed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

Trial = Callable[[int, Path], Sequence[str]]
"""A seed and an empty folder to what went wrong, a sentence each; none where the promise was kept."""


class Impossible(Exception):
    """Why a trial cannot be made on this machine, as a sentence."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A promise, what is wanted, and one trial of it. `trials` are made by `make torture`."""

    name: str
    promise: str
    wanted: str
    trials: int
    trial: Trial

    def run(self, seed: int, trials: int, room: Path) -> Iterator[tuple[int, Sequence[str]]]:
        """The seed of each trial, and what went wrong in it. Raises Impossible."""
        for number in range(seed, seed + trials):
            folder = room / f"{self.name}-{number}"
            folder.mkdir()
            yield number, self.trial(number, folder)
