"""Embedding functions that embed each text once, and in later runs not at all."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.extractive import writer
from index.embedding.types import TokenVectors

Vectors = NDArray[np.floating]
Embed = Callable[[Sequence[str]], Vectors]
_BATCH = 2_000


class Kept:
    """Wraps `embed`; what it made is kept in `file`, where there is one, after every few thousand texts.

    `key` names the model: vectors of another one are not taken from the file.
    """

    def __init__(self, embed: Embed, file: Path | None = None, key: str = "") -> None:
        self._embed = embed
        self._file = file
        self._key = key
        self._known: dict[str, Vectors] = {}
        if file is not None and file.is_file():
            with np.load(file) as kept:
                if str(kept["key"]) == key:
                    self._known = dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))

    def __call__(self, texts: Sequence[str]) -> Vectors:
        names = _names(texts)
        new = {name: text for name, text in zip(names, texts, strict=True) if name not in self._known}
        # Texts of about the same length are embedded together, or the short ones wait for the long.
        order = sorted(new, key=lambda name: len(new[name]))
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            self._known.update(zip(part, self._embed([new[name] for name in part]), strict=True))
            if len(new) >= _BATCH:
                self.save()
        return np.stack([self._known[name] for name in names])

    def save(self) -> None:
        """Write the file, whole or not at all."""
        if self._file is None or not self._known:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part.npz")
        vectors = np.stack(list(self._known.values()))
        np.savez(part, key=self._key, names=np.array(list(self._known)), vectors=vectors)
        part.replace(self._file)


class KeptTokens:
    """The same for texts with their tokens; only `save` writes the file, which may take half a gigabyte."""

    def __init__(self, embed: writer.Embed, file: Path, key: str) -> None:
        self._embed = embed
        self._file = file
        self._key = key
        self._known: dict[str, tuple[Vectors, TokenVectors]] = {}
        if file.is_file():
            with np.load(file) as kept:
                if str(kept["key"]) == key:
                    ends = np.cumsum(kept["lengths"])[:-1]
                    split = (np.split(kept[name], ends) for name in ("tokens", "spans"))
                    tokens = (TokenVectors(*one) for one in zip(*split, strict=True))
                    self._known = dict(
                        zip(kept["names"].tolist(), zip(kept["vectors"], tokens, strict=True), strict=True)
                    )

    def __call__(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        names = _names(texts)
        new = {name: text for name, text in zip(names, texts, strict=True) if name not in self._known}
        if new:
            self._known.update(zip(new, zip(*self._embed([*new.values()]), strict=True), strict=True))
        found = [self._known[name] for name in names]
        return np.stack([vector for vector, _ in found]), [tokens for _, tokens in found]

    def save(self) -> None:
        """Write the file, whole or not at all."""
        if not self._known:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part.npz")
        vectors, tokens = zip(*self._known.values(), strict=True)
        np.savez(
            part,
            key=self._key,
            names=np.array(list(self._known)),
            vectors=np.stack(vectors),
            lengths=np.array([len(one.spans) for one in tokens]),
            tokens=np.concatenate([one.vectors for one in tokens]),
            spans=np.concatenate([one.spans for one in tokens]),
        )
        part.replace(self._file)


def _names(texts: Sequence[str]) -> list[str]:
    return [sha256(text.encode()).hexdigest()[:24] for text in texts]
