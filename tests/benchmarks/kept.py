"""An embedding function that embeds each text once, and in later runs not at all."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
        names = [sha256(text.encode()).hexdigest()[:24] for text in texts]
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
