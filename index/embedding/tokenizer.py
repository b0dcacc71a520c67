"""Texts to tokens, by the tokenizer in a model's folder; the library is quick to import."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FILE = "tokenizer.json"
# Of an encoding only its length is wanted, and it takes a kilobyte and more.
_AT_ONCE = 1_000


def pair_tokenizer(file: Path, most: int) -> "Tokenizer":
    """The tokenizer in a file for pairs of texts: of one that is too long the first text is cut."""
    try:
        tokenizer = _parsed(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"The tokenizer {file} is damaged or cannot be read; fetch the model again."
        raise ModelError(msg) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(most, strategy="only_first")
    return tokenizer


def _parsed(stated: str) -> "Tokenizer":
    """Raises ValueError where it is no tokenizer; the library raises a bare Exception."""
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_str(stated)
    except Exception as error:
        raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text: the number of each in the model's vocabulary, and its span in the text.

    The span of a special token is empty.
    """

    ids: list[int]
    spans: list[tuple[int, int]]


class ModelTokenizer:
    """A tokenizer, as its file states it (the content of a `tokenizer.json`)."""

    def __init__(self, stated: str, folder: Path | None = None) -> None:
        """Raises ModelError, here and in every method, where what is stated is no tokenizer."""
        self.stated = stated
        self.folder = folder

    @classmethod
    def read(cls, folder: Path) -> "ModelTokenizer":
        """The tokenizer of the model in `folder`. Raises OSError where there is none."""
        return cls((folder / FILE).read_text(encoding="utf-8"), folder)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones counted, however many there are."""
        return [
            len(encoding)
            for start in range(0, len(texts), _AT_ONCE)
            for encoding in self._whole.encode_batch(list(texts[start : start + _AT_ONCE]))
        ]

    def read_by_model(self, text: str, most: int) -> "Tokens":
        """What the model reads of `text`: at most `most` tokens, special ones among them."""
        found = self._whole.encode(text)
        if len(found) > most:
            cutting = self._loaded()
            cutting.enable_truncation(most)
            found = cutting.encode(text)
        return Tokens(found.ids, found.offsets)

    @cached_property
    def _whole(self) -> "Tokenizer":
        return self._loaded()

    def _loaded(self) -> "Tokenizer":
        try:
            tokenizer = _parsed(self.stated)
        except ValueError as error:
            where = f" in {self.folder}" if self.folder else ""
            msg = (
                f"The tokenizer of the embedding model{where} is damaged; where that folder is in a cache, "
                "delete it, and it is made again; else fetch the model again."
            )
            raise ModelError(msg) from error
        # Lengths are wanted as they are: a tokenizer that cuts or pads would report its own limit.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer
