"""The tables of the catalog, as the steps that made them.

An addition is one more step: a new record takes all of them, an older one those that it lacks, when it is
first opened. A record with a higher number is not opened. A step is SQL statements, in one transaction.
"""

from index.catalog import article_days

# "onrc", in SQLite's header: tells a record from any other SQLite file.
APPLICATION_ID = 0x6F6E7263

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE articles (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    revision TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    authors TEXT NOT NULL,          -- a JSON array
    url TEXT NOT NULL,
    published TEXT NOT NULL,
    updated TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL,
    day INTEGER NOT NULL,           -- of publication, as 20260312; 0 if undated
    text TEXT NOT NULL
);
CREATE INDEX articles_by_day ON articles (day);
CREATE INDEX articles_by_source ON articles (source);

-- By the hash of model and embedded text: what was embedded once, in this run or one that was killed, in this
-- article or its copy, is not embedded again.
CREATE TABLE embeddings (key TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE chunks (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used again: a full-text row must not change hands
    id TEXT NOT NULL UNIQUE,
    article INTEGER NOT NULL REFERENCES articles (rowid) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    embedding TEXT NOT NULL REFERENCES embeddings (key)
);
CREATE INDEX chunks_by_article ON chunks (article);
CREATE INDEX chunks_by_embedding ON chunks (embedding);

-- The words are indexed, and read from the articles when needed: no second copy of the text.
CREATE VIEW chunk_words AS
    SELECT c.rowid AS rowid, a.title AS title, substr(a.text, c.start + 1, c."end" - c.start) AS text
    FROM chunks c JOIN articles a ON a.rowid = c.article;
CREATE VIRTUAL TABLE chunks_fts USING fts5 (
    title, text, content = 'chunk_words', content_rowid = 'rowid',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE chunks_vocabulary USING fts5vocab (chunks_fts, 'row');

-- Where articles came from, so that a refresh can tell what is new, changed or gone.
CREATE TABLE documents (
    origin TEXT PRIMARY KEY,        -- an absolute path, or "-"
    root TEXT NOT NULL,             -- the folder through which it was found
    digest TEXT NOT NULL            -- of its bytes
) WITHOUT ROWID;
CREATE TABLE document_articles (
    origin TEXT NOT NULL REFERENCES documents (origin) ON DELETE CASCADE,
    article_id TEXT NOT NULL,
    PRIMARY KEY (origin, article_id)
) WITHOUT ROWID;
CREATE INDEX documents_by_article ON document_articles (article_id);
"""

# Where pages are and what their sites said; exact copies stored once; near-copies in groups.
# `content_key` is a function of `migrations`, there while a record is made or brought up to date.
_WEB = """
ALTER TABLE articles ADD COLUMN language TEXT NOT NULL DEFAULT '';      -- ISO 639-1, "" where not known
ALTER TABLE articles ADD COLUMN content TEXT NOT NULL DEFAULT '';       -- equal for exact duplicates only
ALTER TABLE articles ADD COLUMN story TEXT NOT NULL DEFAULT '';         -- equal for near-copies, "" for none
UPDATE articles SET content = content_key(title, source, published, text);
CREATE INDEX articles_by_content ON articles (content);
CREATE INDEX articles_by_story ON articles (story) WHERE story <> '';

-- Articles that say the same as another, word for word: all that they have of their own.
CREATE TABLE copies (
    id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL,       -- of the one that is stored
    revision TEXT NOT NULL,
    url TEXT NOT NULL,
    authors TEXT NOT NULL,
    published TEXT NOT NULL,
    updated TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX copies_by_article ON copies (article_id);

-- Parts of each text's sketch: near-copies have some in common.
CREATE TABLE bands (
    band INTEGER NOT NULL,
    article_id TEXT NOT NULL,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;
CREATE INDEX bands_by_article ON bands (article_id);

-- The id that a moved page would get at its new address, and the one that it keeps.
CREATE TABLE moves (id TEXT PRIMARY KEY, article_id TEXT NOT NULL) WITHOUT ROWID;

-- What a site said of a page, to ask next time only whether it changed.
CREATE TABLE fetches (
    origin TEXT PRIMARY KEY,        -- as in documents
    etag TEXT NOT NULL,
    modified TEXT NOT NULL,
    mark TEXT NOT NULL,             -- what its feed or sitemap said when it was fetched
    gone TEXT NOT NULL              -- the day on which it was found gone, "" while it is there
) WITHOUT ROWID;

-- The last run of each source, as JSON.
CREATE TABLE runs (source TEXT PRIMARY KEY, summary TEXT NOT NULL) WITHOUT ROWID;
"""

# What lets a refresh cost what changed, and a filter what it lets through.
# `halved`, `signs` and `outlet_mark` are functions of `migrations`, too.
_GROWTH = """
UPDATE embeddings SET vector = halved(vector);      -- in half precision from here on

CREATE TABLE marks (
    row INTEGER PRIMARY KEY REFERENCES chunks (rowid) ON DELETE CASCADE,
    day INTEGER NOT NULL,           -- the article's
    source INTEGER NOT NULL,        -- a hash of the article's outlet
    signs BLOB NOT NULL             -- of the vector, a bit each
);
INSERT INTO marks
    SELECT c.rowid, a.day, outlet_mark(a.source), signs(e.vector) FROM chunks c
    JOIN articles a ON a.rowid = c.article JOIN embeddings e ON e.key = c.embedding;

-- The vector directory holds the rows up to meta's "covers", and these chunks that are gone.
CREATE TABLE dead (id TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO meta SELECT 'covers', seq FROM sqlite_sequence WHERE name = 'chunks';

-- Embeddings that no chunk may need: made and not published yet, or of a chunk that is gone.
CREATE TABLE loose (key TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO loose SELECT key FROM embeddings WHERE key NOT IN (SELECT embedding FROM chunks);
"""

# On which page of its document a quote stands; when and how each document was read. The next run reads all of
# them anew, since they are read better.
_PAGES = """
ALTER TABLE articles ADD COLUMN pages TEXT NOT NULL DEFAULT '';     -- JSON: [number, start, recognised] each
ALTER TABLE documents ADD COLUMN format TEXT NOT NULL DEFAULT '';   -- "PDF"; "" where it was not noted
ALTER TABLE documents ADD COLUMN read TEXT NOT NULL DEFAULT '';     -- the moment, in ISO 8601
UPDATE documents SET digest = '' WHERE digest <> 'listing';
"""

# When a page of a feed was asked for; which articles of pages are to stay away.
_AWAY = """
ALTER TABLE fetches ADD COLUMN asked TEXT NOT NULL DEFAULT '';      -- the moment, in ISO 8601, or ""

-- Articles of web pages that were removed by hand, and what gave them.
CREATE TABLE removed (
    article_id TEXT NOT NULL,
    origin TEXT NOT NULL,           -- as in fetches
    PRIMARY KEY (article_id, origin)
) WITHOUT ROWID;
"""

STEPS = (_TABLES, _WEB, _GROWTH, _PAGES, _AWAY, article_days.STEP)
SCHEMA = len(STEPS)
