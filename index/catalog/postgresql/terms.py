"""Texts as terms, cut and stemmed by SQLite's own tokenizer, so that both engines see the same words.

A chunk's words are kept as a `tsvector`: each term with its places, those of the text from 1 on, those of the
title from `TITLE` on. It has room for 255 places of a term, none beyond 16,383; where that is too little, the
row is marked as not whole, and its words are counted anew from the text when it is scored.
"""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from index.made_once import made_once

TITLE = 12_001
"""The place of a title's first word."""
_TEXT_WORDS, _TITLE_WORDS, _PLACES = TITLE - 2, 16_383 - TITLE, 255
# What `places` adds to those in a title: beyond all in a text.
_BEYOND = 1 << 40
_Found = tuple[str, str, int, int | None, int | None]
# A term in a tsvector has 2,046 bytes at most, and one in an index not many more.
_LONGEST = 200

_TABLES = """
CREATE VIRTUAL TABLE texts USING fts5 (
    title, text, content = '', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE terms USING fts5vocab (texts, 'instance');
"""


@dataclass(frozen=True, slots=True)
class ChunkTerms:
    """The terms of a chunk: as a `tsvector` is written, each once, and how many words there are."""

    row: int
    vector: str
    terms: tuple[str, ...]
    length: int
    whole: bool


class _Tokenizer:
    """SQLite's tokenizer, asked by way of a full-text index in memory that is emptied again."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._db.executescript(_TABLES)
        self._db.create_function("shortened", 1, _shortened, deterministic=True)
        self._lock = Lock()

    def __call__(self, texts: Sequence[tuple[int, str, str]], query: str, *values: object) -> list[Any]:
        """What a query says of the texts: row, title and text of each."""
        with self._lock:
            self._db.execute("BEGIN")
            try:
                self._db.executemany("INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)", texts)
                return self._db.execute(query, values).fetchall()
            finally:
                self._db.execute("ROLLBACK")


def chunk_terms(chunks: Sequence[tuple[int, str, str]]) -> list[ChunkTerms]:
    """The terms of chunks: row, title and text of each."""
    by_row: dict[int, list[_Found]] = {row: [] for row, _, _ in chunks}
    for row, *found in _tokenizer()(chunks, _PLACES_OF_TERMS):
        by_row[row].append(tuple(found))
    return [_of_chunk(row, found) for row, found in by_row.items()]


def places(title: str, text: str) -> dict[str, list[int]]:
    """Every place of every term of a chunk, also where a `tsvector` has no room for it."""
    found: dict[str, list[int]] = defaultdict(list)
    for column, offset, term in _tokenizer()([(1, title, text)], _INSTANCES):
        found[term].append(offset if column == "text" else offset + _BEYOND)
    return found


def matches(expression: str, title: str, text: str) -> bool:
    """Whether a chunk matches an expression of FTS5."""
    query = "SELECT 1 FROM texts WHERE texts MATCH ?"
    return bool(_tokenizer()([(1, title, text)], query, expression))


@lru_cache(maxsize=65_536)
def phrase_terms(phrase: str) -> tuple[str, ...]:
    """The terms of a phrase, in order."""
    return tuple(term for _, _, term in _tokenizer()([(1, "", phrase)], f"{_INSTANCES} ORDER BY offset"))


def shortened(term: str) -> str:
    """A term as it is stored: very long ones by their beginning and their hash."""
    return _shortened(term) if len(term.encode()) > _LONGEST else term


def _shortened(term: str) -> str:
    return f"{term[:20]}\x7f{hashlib.sha256(term.encode()).hexdigest()[:32]}"


# A very long term is rare: the function is called for those alone.
_TERM = f"CASE WHEN length(CAST(term AS BLOB)) > {_LONGEST} THEN shortened(term) ELSE term END"
_INSTANCES = f"SELECT col, offset, {_TERM} FROM terms"
_PLACES_OF_TERMS = f"""
SELECT doc, {_TERM}, group_concat(offset + CASE col WHEN 'text' THEN 1 ELSE {TITLE} END), count(*),
    max(CASE col WHEN 'text' THEN offset END), max(CASE col WHEN 'title' THEN offset END)
FROM terms GROUP BY 1, 2
"""


@made_once
def _tokenizer() -> _Tokenizer:
    return _Tokenizer()


def _of_chunk(row: int, found: Sequence[_Found]) -> ChunkTerms:
    whole = all(
        count <= _PLACES and (text or 0) <= _TEXT_WORDS and (title or 0) <= _TITLE_WORDS
        for _, _, count, text, title in found
    )
    vector = " ".join(f"{quoted(term)}:{places_}" for term, places_, *_ in found)
    return ChunkTerms(row, vector, tuple(term for term, *_ in found), sum(one[2] for one in found), whole)


def quoted(term: str) -> str:
    """A term as it is written in a `tsvector` or a `tsquery`."""
    # Terms hold letters, digits and marks; whatever a later tokenizer lets through is quoted as well.
    bare = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{bare}'"
