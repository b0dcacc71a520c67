"""A writer may be killed at any moment: what readers see is one refresh or the next, never a part of one."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.store import Index
from index.types import Query
from tests.conftest import WordEmbedder, article, put

pytestmark = pytest.mark.slow

# Each round replaces all articles at once, so that a torn refresh shows as two rounds in one answer.
WRITER = """
import sys
from pathlib import Path
from index.store import Index
from tests.conftest import WordEmbedder, article, put

home, first = Path(sys.argv[1]), int(sys.argv[2])
with Index(home, WordEmbedder()) as index:
    print("ready", flush=True)
    for number in range(first, first + 1000):
        put(index, *(article(f"a{i}", f"Account {i} of round {number}.") for i in range(12)))
"""


def rounds_seen(index: Index) -> set[str]:
    with index.catalog.read() as snapshot:
        rounds = [one for one in snapshot.articles() if one.id.startswith("a")]
        assert len(rounds) == 12
        stored = {one.text.rsplit(" ", 1)[1] for one in rounds}
    passages = index.search(Query("account of round"), k=12)
    assert len(passages) == 12
    return stored | {passage.text.rsplit(" ", 1)[1] for passage in passages}


# With many others, rounds are published beside the graph; with none, each makes another directory.
@pytest.mark.parametrize("others", [0, 300])
@pytest.mark.parametrize("seed", range(5))
def test_a_killed_writer_leaves_one_whole_refresh_and_the_next_run_converges(
    home: Path, seed: int, others: int
) -> None:
    Index.create(home)
    with Index(home, WordEmbedder()) as index:
        if others:
            put(index, *(article(f"other{i}", f"Ships waited at pier {i}.") for i in range(others)))
        put(index, *(article(f"a{i}", f"Account {i} of round 0.") for i in range(12)))
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home), "1"],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert writer.stdout is not None
        with writer.stdout:
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(random.Random(seed).uniform(0.02, 1.2))
            writer.send_signal(signal.SIGKILL)
            writer.wait(30)
        assert len(rounds_seen(index)) == 1
        assert index.verify() == []
        put(index, *(article(f"a{i}", f"Account {i} of round last.") for i in range(12)))
        assert rounds_seen(index) == {"last."}
        assert index.verify() == []
        assert len(list((home / "vectors").iterdir())) <= 2
