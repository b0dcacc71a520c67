"""The contract of generations of vectors, and what directories and servers share of it.

A generation is a Chroma collection, or several, written once and never again once the catalog names it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from index.catalog.snapshot import Entry
from index.embedding.embedder import Vectors

# How many times as many as are wanted a graph is asked for. Of 231 questions to 11,333 chunks of news, it
# found all of the 60 nearest for .66 where it was asked for 60, and for .99 where for 480.
BREADTH = 8
# How many vectors are looked for in a new graph, among as many as a search asks for.
_LOOKED_FOR, _LOOKED_IN = 512, 480
# Which share may be missed. What nothing leads to is not found however many are asked for, and where that is
# one vector in 200, every third question misses one of its 60 nearest. Compared by signs beside the graph,
# 1,024 are enough for all of them (58 questions, 300,000 chunks, of which the graph alone lacked some for 3).
# Where many are missed that was not tried, and four times as many are compared.
_LIGHT, _HEAVY = 0.002, 0.02
# Where so many neighbours of a vector are so near to it, which of them a graph leads to is chance. In reports
# that differ in names and numbers all vectors are such; in news none is, whose 60th nearest are at .74.
_NEIGHBOURS, _ALIKE = 60, 0.9
# The cosine of a vector with itself, less what is lost in arithmetic.
_SAME = 0.999
_MOST_MISSED = 0.1

Found = Sequence[tuple[str, float]]
"""Ids with cosines, nearest first."""


class Crowding(StrEnum):
    """Why a graph alone is not relied on; each is worse than the one before."""

    NONE = ""
    LIGHT = "light"
    """Searches miss a few of its vectors."""
    HEAVY = "heavy"
    """They miss many, or so much is nearly alike that signs tell it badly apart, too."""

    @classmethod
    def stated(cls, as_: object) -> "Crowding":
        """What a generation says of itself. Earlier versions told only whether it is crowded."""
        if not as_:
            return cls.NONE
        return cls.LIGHT if as_ == cls.LIGHT.value else cls.HEAVY

    def or_worse(self, other: "Crowding") -> "Crowding":
        """The worse of the two."""
        return max(self, other, key=list(Crowding).index)


class Generation(ABC):
    """A published generation, opened for reading. Close it when the catalog names another."""

    crowding: Crowding

    @abstractmethod
    def close(self) -> None:
        """Give files or connections back. The object cannot be used afterwards."""

    @abstractmethod
    def count(self) -> int:
        """How many vectors there are."""

    @abstractmethod
    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids, nearest first, each with its cosine."""

    @abstractmethod
    def stored(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of those ids that are there."""

    @abstractmethod
    def ids(self) -> set[str]:
        """Every id, for checks."""

    def sample_problems(self, sample: Mapping[str, Vectors]) -> str:
        """What is wrong with the vectors of `sample`, in a sentence; "" where nothing is."""
        if altered := self.count_altered(sample):
            return f"{altered} of {len(sample)} vectors that were tried are not what was stored."
        missed = 0 if self.crowding else self.count_missed(sample)
        # The graph is approximate: among vectors that are nearly alike it misses one now and then.
        if missed > max(2, _MOST_MISSED * len(sample)):
            return f"{missed} of {len(sample)} vectors that were tried are not found."
        return ""

    def count_altered(self, sample: Mapping[str, Vectors]) -> int:
        """How many vectors of `sample` are not there or not what was stored."""
        if not sample:
            return 0
        stored = self.stored(list(sample))
        return sum(id_ not in stored or bool(stored[id_] @ vector < _SAME) for id_, vector in sample.items())

    def count_missed(self, sample: Mapping[str, Vectors]) -> int:
        """For how many vectors of `sample` a search finds neither them nor any that is the same."""
        return sum(map(_is_missed, self._near(sample)))

    def measured_crowding(self, sample: Mapping[str, Vectors]) -> Crowding:
        """Whether a graph that was just made of `sample` and more is crowded."""
        found = list(self._near(sample))
        missed, alike = sum(map(_is_missed, found)), sum(map(_is_among_alike, found))
        if max(missed, alike) > _HEAVY * len(sample):
            return Crowding.HEAVY
        return Crowding.LIGHT if missed > _LIGHT * len(sample) else Crowding.NONE

    def _near(self, sample: Mapping[str, Vectors]) -> Iterator[Found]:
        """What a search finds for each of them."""
        return (self.query(vector, _LOOKED_IN) for vector in sample.values())

    def problems(self, expected: set[str], dead: set[str], sample: Mapping[str, Vectors]) -> list[str]:
        """What is wrong with what it holds, a sentence each; see `Generations.verify`."""
        held = self.ids()
        losses = self.sample_problems(sample)
        found = [losses] if losses else []
        if missing := len(expected - held):
            found.append(f"Chunks without a vector: {missing:,}.")
        if extra := len(held - expected - dead):
            found.append(f"Vectors of no chunk: {extra:,}.")
        return found


def _is_missed(near: Found) -> bool:
    return all(cosine < _SAME for _, cosine in near)


def _is_among_alike(near: Found) -> bool:
    return len(near) > _NEIGHBOURS and near[_NEIGHBOURS][1] >= _ALIKE


class Generations(ABC):
    """Where the generations of one record live."""

    @abstractmethod
    def open(self, name: str) -> Generation:
        """Open a generation. Raises VectorsUnreadable where it is not there or not whole."""

    @abstractmethod
    def build(
        self, base: str, removed: Sequence[str], added: Iterable[Sequence[Entry]], generation: int, total: int
    ) -> str:
        """A new generation: `base` ("" is an empty one) less `removed`, and `added`; returns its name.

        `total` is how many are added, or a little more.

        It is checked by opening it: right count, and a sample of what was added is stored as it was. It is as
        crowded as that sample, or as `base`. A base for which `needs_full_rebuild` holds may be refused with
        ValueError.
        """

    @abstractmethod
    def needs_full_rebuild(self, name: str, removing: int) -> bool:
        """Whether the next generation should be built from everything rather than on this one."""

    @abstractmethod
    def needs_new_generation(self, name: str, beside: int) -> bool:
        """Whether so many rows are not, or no longer, of this generation that the next should be made."""

    @abstractmethod
    def verify(
        self, name: str, expected: set[str], dead: set[str], sample: Mapping[str, Vectors]
    ) -> list[str]:
        """What is wrong with a generation, a sentence each.

        `expected` are the ids that it must hold, `dead` those that it may; vectors of `sample`, by id, are
        looked for in it.
        """

    @abstractmethod
    def sweep(self, keep: Iterable[str]) -> None:
        """Delete all but those in `keep`: leftovers of crashed runs and outdated ones.

        It runs after the commit and raises nothing: what it leaves, the next sweep deletes.
        """


class Sample:
    """Some of what was added, spread evenly over it: a constant number, however much it is."""

    def __init__(self) -> None:
        self.vectors: dict[str, Vectors] = {}
        self._seen = 0
        self._every = 1

    def see(self, entries: Sequence[Entry]) -> None:
        """Take some of the entries."""
        for entry in entries:
            if self._seen % self._every == 0:
                self.vectors[entry.id] = entry.vector
            self._seen += 1
            if len(self.vectors) > _LOOKED_FOR:
                self.vectors = dict(list(self.vectors.items())[::2])
                self._every *= 2
