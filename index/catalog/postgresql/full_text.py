"""The words of chunks in PostgreSQL: an index (GIN) over terms finds them, BM25 as in FTS5 scores them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import nlargest

from index.catalog.best_rows import CHUNK_IDS, best
from index.catalog.filter_sql import filter_sql
from index.catalog.postgresql import terms
from index.catalog.postgresql.bm25 import Phrases, Scorer, inverse_frequency, starts
from index.catalog.postgresql.terms import chunk_terms, quoted, shortened
from index.catalog.postgresql.tsquery import Expression, TsQuery, any_of, exactly, in_company, loosely
from index.catalog.sql import AMONG, Connection, Once, many
from index.types import Filter

_MATCHES = "(w.terms @@ CAST(? AS tsquery) OR NOT w.whole AND w.terms @@ CAST(? AS tsquery))"
_CHECKED = 2_000


class DatabaseFullText:
    """The words of a catalog's tables, within a transaction."""

    def __init__(self, db: Connection, once: Once) -> None:
        self._db = db
        self._once = once
        self._more: Counter[str] = Counter()
        self._chunks = self._words = 0

    def add(self, chunks: Sequence[tuple[int, str, str]]) -> None:
        """Index chunks: row, title, text."""
        found = chunk_terms(chunks)
        self._db.executemany(
            "INSERT INTO words VALUES (?, CAST(? AS tsvector), ?, ?)",
            [(one.row, one.vector, one.length, one.whole) for one in found],
        )
        for one in found:
            self._more.update(one.terms)
            self._words += one.length
        self._chunks += len(found)

    def remove(self, rows: Sequence[int]) -> None:
        """Forget chunks that are still stored."""
        query = f"DELETE FROM words WHERE row {AMONG} RETURNING tsvector_to_array(terms), length"
        for held, length in self._db.execute(query, (many(rows),)).fetchall():
            self._more.subtract(held)
            self._chunks -= 1
            self._words -= length

    def clear(self) -> None:
        """Forget all, without looking at what there is."""
        self._more.clear()
        self._chunks = self._words = 0
        self._db.execute("DELETE FROM words")
        self._db.execute("DELETE FROM vocabulary")
        self._db.execute("UPDATE word_totals SET chunks = 0, words = 0")

    def finish(self) -> None:
        """Write how often each term occurs now: once a transaction, since many chunks share their words."""
        changed = sorted(term for term, more in self._more.items() if more)
        if changed:
            self._db.execute(
                "INSERT INTO vocabulary SELECT * FROM unnest(CAST(? AS text[]), CAST(? AS bigint[])) "
                "ON CONFLICT (term) DO UPDATE SET documents = vocabulary.documents + excluded.documents",
                (many(changed), many(self._more[term] for term in changed)),
            )
            gone = [term for term in changed if self._more[term] < 0]
            self._db.execute(f"DELETE FROM vocabulary WHERE term {AMONG} AND documents <= 0", (many(gone),))
        if self._chunks or self._words:
            query = "UPDATE word_totals SET chunks = chunks + ?, words = words + ?"
            self._db.execute(query, (self._chunks, self._words))
        self._more.clear()
        self._chunks = self._words = 0

    def matching(self, expression: str, rows: Sequence[int]) -> set[int]:
        """Those of the rows that match."""
        return self._matching(expression, f"w.row {AMONG}", many(rows))

    def matching_after(self, expression: str, row: int) -> list[int]:
        """The rows beyond `row` that match, in order."""
        return sorted(self._matching(expression, "w.row > ?", row))

    def _matching(self, expression: str, condition: str, value: object) -> set[int]:
        asked = Expression(expression)
        query = f"SELECT w.row, w.whole FROM words w WHERE {condition} AND {_MATCHES}"
        found = self._db.execute(query, (value, asked.query.exactly, asked.query.loosely)).fetchall()
        cut = self._cut(row for row, whole in found if not whole)
        return {row for row, whole in found if whole or terms.matches(expression, *cut[row])}

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many chunks each of some indexed (stemmed, folded) terms occurs."""
        stored = {term: shortened(term) for term in terms}
        query = f"SELECT term, documents FROM vocabulary WHERE term {AMONG}"
        counts = dict(self._once(query, many(stored.values()))) if stored else {}
        return {term: int(counts.get(short, 0)) for term, short in stored.items()}

    def terms_beginning(self, start: str) -> list[tuple[str, int]]:
        """The indexed terms that begin with the letter `start`, each with in how many chunks it occurs."""
        query = "SELECT term, documents FROM vocabulary WHERE term >= ? AND term < ?"
        return self._db.execute(query, (start, chr(ord(start) + 1))).fetchall()

    def rows_with(self, term: str, limit: int) -> list[int]:
        """Some rows in which an indexed term occurs."""
        query = "SELECT row FROM words WHERE terms @@ CAST(? AS tsquery) ORDER BY row LIMIT ?"
        return [row for (row,) in self._db.execute(query, (quoted(shortened(term)), limit))]

    def bm25_scores(
        self, expression: str, essential: str, rows: Sequence[int], limit: int, only: Filter
    ) -> dict[int, float]:
        """See `index.catalog.sql.FullText`."""
        asked, needed = Expression(expression), Expression(essential)
        chunks, words = self._once("SELECT chunks, words FROM word_totals")[0]
        if not chunks:
            return {}
        idf = [inverse_frequency(chunks, holding) for holding in self._holding(asked.phrases)]
        scorer = Scorer(asked.phrases, idf, words / chunks)

        def scored(query: TsQuery, rows: Sequence[int]) -> dict[int, float]:
            found = {}
            for row, length, whole, held in self._candidates(asked, query, rows, only):
                if whole:
                    found[row] = scorer.score(_read(held), length)
                    continue
                chunk = self._cut([row])[row]
                if terms.matches(expression, *chunk) and (row in rows or terms.matches(essential, *chunk)):
                    found[row] = scorer.score(terms.places(*chunk), length)
            # Of what matches, some phrase is found, and none weighs nothing.
            return {row: score for row, score in found.items() if score}

        if company := in_company(needed, asked):
            found = scored(company, rows)
            # Most chunks hold one of the words and no other: they are read where they may be among the best.
            least = nlargest(limit, found.values())[-1] if len(found) >= limit else 0.0
            alone = [phrase for phrase in needed.phrases if phrase and scorer.most(phrase) >= least]
            found |= scored(any_of(alone), ()) if alone else {}
        else:
            found = scored(needed.query, rows)
        wanted = {row: found[row] for row in rows if row in found}
        return wanted | best(found, limit, self._ids)

    def _ids(self, rows: Sequence[int]) -> dict[int, str]:
        return dict(self._db.execute(CHUNK_IDS, (many(rows),)))

    def _candidates(
        self, asked: Expression, needed: TsQuery, rows: Sequence[int], only: Filter
    ) -> Iterable[tuple[int, int, bool, str]]:
        """Row, number of words, wholeness and the places of the expression's terms, of what may match."""
        conditions, values = filter_sql(only)
        join = "JOIN chunks c ON c.rowid = w.row JOIN articles a ON a.rowid = c.article" if conditions else ""
        if asked.has_and:
            conditions += f" AND {_MATCHES}"
            values = [*values, asked.query.exactly, asked.query.loosely]
        query = (
            # Of a chunk's terms, those of the question alone.
            "SELECT w.row, w.length, w.whole, "
            "CAST(ts_filter(setweight(w.terms, 'A', CAST(? AS text[])), '{a}') AS text) "
            f"FROM words w {join} WHERE (w.row {AMONG} OR {_MATCHES}) {conditions}"
        )
        held = many({term for phrase in asked.phrases for term in phrase})
        given = held, many(rows), needed.exactly, needed.loosely
        return self._db.execute(query, (*given, *values)).fetchall()

    def _holding(self, phrases: Phrases) -> list[int]:
        """How many chunks hold each of the phrases."""
        several = tuple(dict.fromkeys(phrase for phrase in phrases if len(phrase) > 1))
        counted = self._side_by_side(several) if several else {}
        single = self.document_frequencies(phrase[0] for phrase in phrases if len(phrase) == 1)
        return [single[phrase[0]] if len(phrase) == 1 else counted.get(phrase, 0) for phrase in phrases]

    def _side_by_side(self, phrases: tuple[tuple[str, ...], ...]) -> dict[tuple[str, ...], int]:
        """How many chunks hold each of some phrases of several words, by one statement for all."""
        query = (
            "SELECT (SELECT count(*) FROM words w WHERE w.terms @@ CAST(q.query AS tsquery) AND w.whole) "
            "FROM unnest(CAST(? AS text[])) WITH ORDINALITY q (query, place) ORDER BY q.place"
        )
        whole = self._once(query, many(map(exactly, phrases)))
        counted = {phrase: int(count) for phrase, (count,) in zip(phrases, whole, strict=True)}
        query = "SELECT row FROM words WHERE terms @@ CAST(? AS tsquery) AND NOT whole"
        rows = self._once(query, " | ".join(map(loosely, phrases)))
        for chunk in self._cut(row for (row,) in rows).values():
            places = terms.places(*chunk)
            for phrase in phrases:
                counted[phrase] += bool(starts(phrase, places))
        return counted

    def _cut(self, rows: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Title and text of rows whose `terms` have no room for all places."""
        listed = list(rows)
        texts = self._texts(f"c.rowid {AMONG}", many(listed)) if listed else []
        return {row: (title, text) for row, title, text in texts}

    def _texts(self, condition: str, *values: object) -> list[tuple[int, str, str]]:
        return self._db.execute(
            'SELECT c.rowid, a.title, substr(a.text, c.start + 1, c."end" - c.start) '
            f"FROM chunks c JOIN articles a ON a.rowid = c.article WHERE {condition}",
            values,
        ).fetchall()

    def is_whole(self) -> bool:
        """Whether it says what the articles say: every chunk is cut anew, and compared."""
        counted: Counter[str] = Counter()
        chunks = words = after = 0
        while batch := self._texts("c.rowid > ? ORDER BY c.rowid LIMIT ?", after, _CHECKED):
            found = chunk_terms(batch)
            for one in found:
                counted.update(one.terms)
                words += one.length
            chunks, after = chunks + len(found), batch[-1][0]
            if self._differ([(one.row, one.vector, one.length, one.whole) for one in found]):
                return False
        held = self._db.execute("SELECT (SELECT count(*) FROM words), t.chunks, t.words FROM word_totals t")
        if held.fetchall() != [(chunks, chunks, words)]:
            return False
        return dict(self._db.execute("SELECT term, documents FROM vocabulary")) == counted

    def _differ(self, expected: Sequence[tuple[int, str, int, bool]]) -> bool:
        row, vector, length, whole = map(many, zip(*expected, strict=True))
        query = (
            "SELECT count(*) FROM unnest(CAST(? AS bigint[]), CAST(? AS text[]), CAST(? AS integer[]), "
            "CAST(? AS boolean[])) AS u (row, terms, length, whole) LEFT JOIN words w ON w.row = u.row "
            "WHERE (w.terms, w.length, w.whole) "
            "IS DISTINCT FROM (CAST(u.terms AS tsvector), u.length, u.whole)"
        )
        return bool(self._db.execute(query, (row, vector, length, whole)).fetchall()[0][0])


def _read(held: str) -> dict[str, list[int]]:
    """The places in a `tsvector` whose terms all have weight A."""
    places = {}
    for one in held.split(" ") if held else ():
        term, _, at = one.rpartition(":")
        places[term[1:-1]] = [int(place[:-1]) for place in at.split(",")]
    return places
