"""The tables of a catalog in PostgreSQL, as the steps that made them.

SQLite's are in `index.catalog.sqlite.schema`. The tables, and the columns that both have, are the same, so
that one text of SQL serves both. A record with a higher number than there are steps is not opened.
"""

from index.catalog import article_days

# Text is compared by code point, as SQLite compares it, whatever the database's own order is.
_TABLES = """
CREATE TABLE meta (key TEXT COLLATE "C" PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE articles (
    rowid BIGINT PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    revision TEXT NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    authors TEXT NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    published TEXT COLLATE "C" NOT NULL,
    updated TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL,
    day INTEGER NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT '',
    content TEXT COLLATE "C" NOT NULL DEFAULT '',
    story TEXT COLLATE "C" NOT NULL DEFAULT '',
    pages TEXT NOT NULL DEFAULT '',
    folded_title TEXT COLLATE "C" NOT NULL,     -- in no case, as Python's str.casefold has it
    folded_source TEXT COLLATE "C" NOT NULL
);
CREATE INDEX articles_by_day ON articles (day DESC, published DESC, id);
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_content ON articles (content);
CREATE INDEX articles_by_story ON articles (story) WHERE story <> '';
CREATE INDEX articles_by_url ON articles USING hash (url);

CREATE TABLE embeddings (key TEXT COLLATE "C" PRIMARY KEY, vector BYTEA NOT NULL);
-- Vectors do not compress.
ALTER TABLE embeddings ALTER vector SET STORAGE EXTERNAL;

CREATE TABLE chunks (
    rowid BIGINT PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    article BIGINT NOT NULL REFERENCES articles (rowid) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    embedding TEXT COLLATE "C" NOT NULL REFERENCES embeddings (key)
);
CREATE INDEX chunks_by_article ON chunks (article);
CREATE INDEX chunks_by_embedding ON chunks (embedding);
-- The highest row that a chunk ever had, one row: those of chunks that are gone are not used again.
CREATE TABLE last_chunk (row BIGINT NOT NULL);
INSERT INTO last_chunk VALUES (0);

CREATE TABLE marks (
    row BIGINT PRIMARY KEY REFERENCES chunks (rowid) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    source BIGINT NOT NULL,
    signs BYTEA NOT NULL
);
CREATE TABLE dead (id TEXT COLLATE "C" PRIMARY KEY);
CREATE TABLE loose (key TEXT COLLATE "C" PRIMARY KEY);

-- The words of chunks: see `index.catalog.postgresql.terms` for what is in `terms`.
CREATE TABLE words (
    row BIGINT PRIMARY KEY REFERENCES chunks (rowid) ON DELETE CASCADE,
    terms TSVECTOR NOT NULL,
    length INTEGER NOT NULL,        -- how many words title and text have
    whole BOOLEAN NOT NULL          -- whether `terms` has room for the place of each
);
-- Without a list of what is to be indexed later, which every search would have to read.
CREATE INDEX words_by_term ON words USING gin (terms) WITH (fastupdate = off);
CREATE INDEX words_cut ON words (row) WHERE NOT whole;
-- In how many chunks each term stands.
CREATE TABLE vocabulary (term TEXT COLLATE "C" PRIMARY KEY, documents BIGINT NOT NULL) WITH (fillfactor = 70);
-- How many chunks there are, and how many words in them together, one row.
CREATE TABLE word_totals (chunks BIGINT NOT NULL, words BIGINT NOT NULL);
INSERT INTO word_totals VALUES (0, 0);

CREATE TABLE documents (
    origin TEXT COLLATE "C" PRIMARY KEY,
    root TEXT NOT NULL,
    digest TEXT NOT NULL,
    format TEXT NOT NULL DEFAULT '',
    read TEXT NOT NULL DEFAULT ''
);
CREATE TABLE document_articles (
    origin TEXT COLLATE "C" NOT NULL REFERENCES documents (origin) ON DELETE CASCADE,
    article_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (origin, article_id)
);
CREATE INDEX documents_by_article ON document_articles (article_id);

CREATE TABLE copies (
    id TEXT COLLATE "C" PRIMARY KEY,
    article_id TEXT COLLATE "C" NOT NULL,
    revision TEXT NOT NULL,
    url TEXT NOT NULL,
    authors TEXT NOT NULL,
    published TEXT NOT NULL,
    updated TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX copies_by_article ON copies (article_id);

CREATE TABLE bands (
    band BIGINT NOT NULL,
    article_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (band, article_id)
);
CREATE INDEX bands_by_article ON bands (article_id);

CREATE TABLE moves (id TEXT COLLATE "C" PRIMARY KEY, article_id TEXT NOT NULL);
CREATE TABLE fetches (
    origin TEXT COLLATE "C" PRIMARY KEY,
    etag TEXT NOT NULL,
    modified TEXT NOT NULL,
    mark TEXT NOT NULL,
    gone TEXT NOT NULL
);
CREATE TABLE runs (source TEXT COLLATE "C" PRIMARY KEY, summary TEXT NOT NULL);

-- Tells a record from any other database, one row.
CREATE TABLE record_format (number INTEGER NOT NULL);
INSERT INTO record_format VALUES (1);
"""

_AWAY = """
ALTER TABLE fetches ADD COLUMN asked TEXT NOT NULL DEFAULT '';
CREATE TABLE removed (
    article_id TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (article_id, origin)
);
"""

STEPS = (_TABLES, _AWAY, article_days.STEP)
SCHEMA = len(STEPS)
