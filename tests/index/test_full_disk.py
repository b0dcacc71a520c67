"""A disk on which nothing more can be written: a sentence, nothing torn, and all is well with room again.

A limit on the size of files stands in for a small disk: writes beyond it fail in the same places.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from index.store import Index
from tests.conftest import WordEmbedder, article, put

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
WRITER = """
import resource, sys
from pathlib import Path
from index.errors import OnRecordError
from index.store import Index
from tests.conftest import WordEmbedder, article, put
# Loaded while there is room: only what is written to the record is to fail.
import chromadb, numpy

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    with Index(Path(sys.argv[1]), WordEmbedder()) as index:
        put(index, *(article(f"new{n}", f"Councillor {n} spoke on the pier. " * 40) for n in range(200)))
except OnRecordError as error:
    print(error)
"""


@pytest.mark.parametrize("kilobytes", [90, 150, 200, 300, 450, 700, 1_500])
def test_a_refresh_without_room_says_so_and_leaves_what_was(
    kilobytes: int, home: Path, words: WordEmbedder
) -> None:
    Index.create(home)
    with Index(home, words) as index:
        put(index, article("reed", "Nalo Reed spoke on Monday."))
    ended = subprocess.run(
        [sys.executable, "-c", WRITER, str(home), str(kilobytes * 1024)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    if kilobytes <= 700 or ended.stdout:
        assert "room" in ended.stdout
    with Index(home, words) as index:
        assert index.verify() == []
        with index.catalog.read() as snapshot:
            articles, head = snapshot.count()[0], snapshot.head()
        assert articles == (1 if ended.stdout else 201)
        assert {folder.name for folder in (home / "vectors").iterdir()} <= {head.vectors, head.previous}
        put(index, article("orme", "Wystan Orme voted against the loan."))
        assert index.verify() == []


READER = """
import resource, sys
from pathlib import Path
from index.store import Index
from index.types import Query
from tests.conftest import WordEmbedder
import chromadb, numpy

resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
with Index(Path(sys.argv[1]), WordEmbedder()) as index:
    for passage in index.search(Query("Who spoke on Monday?")):
        sys.stderr.write(passage.article.id)
"""


def test_questions_are_answered_where_nothing_can_be_written(home: Path, words: WordEmbedder) -> None:
    Index.create(home)
    with Index(home, words) as index:
        put(index, article("reed", "Nalo Reed spoke on Monday."))
    ended = subprocess.run(
        [sys.executable, "-c", READER, str(home)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "reed")
