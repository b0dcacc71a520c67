"""Near-duplicates by MinHash: one story as several outlets print it, grouped when it is stored.

Texts are compared by the pairs of words in them (their Jaccard similarity). Which to compare is found by
MinHash (Broder 1997): a text's sketch is cut into bands, and texts that share one are looked at. With 20
bands of 3 the chance to share one is 1 - (1 - s^3)^20: .999 for s = .66, where one word in ten differs; .02
for .1.
"""

import hashlib
import struct
from itertools import pairwise

from index.catalog.sql import Connection
from index.words import words

_BANDS, _ROWS = 20, 3
_SEED = 20_260
ALIKE = 0.5
"""The least similarity of near-copies, from 0 to 1."""
_FEWEST_WORDS = 20
# Candidates that are compared word for word: those that share most. Thousands may share what a form prints.
_MOST = 10


def group(db: Connection, article_id: str, text: str) -> None:
    """Find the stored near-copies of a stored article, and put it into their group."""
    own = pairs(text)
    if len(own) < _FEWEST_WORDS:
        return
    bands = _bands(own)
    marks = ", ".join("?" * len(bands))
    candidates = db.execute(
        "SELECT a.id, a.story, a.text FROM articles a JOIN (SELECT article_id, count(*) AS shared FROM bands "
        f"WHERE band IN ({marks}) GROUP BY article_id ORDER BY shared DESC, article_id LIMIT {_MOST}) b "
        "ON a.id = b.article_id WHERE a.id <> ? ORDER BY a.rowid",
        (*bands, article_id),
    ).fetchall()
    db.executemany(
        "INSERT INTO bands VALUES (?, ?) ON CONFLICT DO NOTHING", [(band, article_id) for band in bands]
    )
    best = max(
        ((similarity(own, pairs(other)), id_, story) for id_, story, other in candidates), default=None
    )
    if best is None or best[0] < ALIKE:
        return
    _, id_, story = best
    db.execute("UPDATE articles SET story = ? WHERE id IN (?, ?)", (story or id_, id_, article_id))


def forget(db: Connection, article_id: str) -> None:
    """Drop the sketch of an article that goes."""
    db.execute("DELETE FROM bands WHERE article_id = ?", (article_id,))


def pairs(text: str) -> frozenset[str]:
    """Every two words in a row."""
    spoken = words(text)
    return frozenset(map(" ".join, pairwise(spoken)))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of pairs that two texts have in common, from 0 to 1."""
    return len(one & other) / max(1, len(one | other))


def _bands(own: frozenset[str]) -> list[int]:
    from rensa import RMinHash

    sketch = RMinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
    sketch.update(list(own))
    digest = sketch.digest()
    return [
        # Numbers that databases take (64 bits with a sign), others for each band and form of the sketch.
        int.from_bytes(
            hashlib.blake2b(
                struct.pack(
                    f">2H{_ROWS}I", RMinHash.ALGORITHM_VERSION, band, *digest[band * _ROWS :][:_ROWS]
                ),
                digest_size=8,
            ).digest(),
            signed=True,
        )
        for band in range(_BANDS)
    ]
