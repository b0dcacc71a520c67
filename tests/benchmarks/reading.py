"""How long a question is read for days, outlets and phrases, on a record of many outlets.

    python -m tests.benchmarks.reading [--outlets 5000]

The outlets and questions are invented: each outlet has one article, and each question names one of them.
"""

import argparse
import tempfile
import time
from itertools import islice, product
from pathlib import Path
from statistics import median

from index.catalog.catalog import Catalog
from index.store import Index
from index.types import Article, Query
from tests.benchmarks.table import row

_PLACES = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak", "Pine", "Rowan", "Willow")
_ENDS = ("bridge", "bury", "combe", "dale", "field", "ford", "ham", "mouth", "stead", "stow", "ton", "wick")
_FORMS = ("{} Herald", "The {} Post", "{} Today", "{}news.com", "www.{}-times.co.uk", "{}")
_QUESTIONS = (
    "What did {} report about the new harbour wall in March?",
    "Who opened the library, according to {}?",
    'Which outlet wrote that "the ferry is late again" last week, and did {} say why?',
)


def outlets(count: int) -> list[str]:
    """Invented names, of which some are part of others."""
    names = product(_PLACES, _ENDS, ("", " North", " South", " East", " West", " Valley", " Hill"), _FORMS)
    return list(islice((form.format(place + end + side) for place, end, side, form in names), count))


def reading_row(count: int = 5_000) -> str:
    """`Index.parse_question` with so many outlets against the same with ten, ms of a warm question."""
    many, few = _milliseconds(outlets(count)), _milliseconds(outlets(10))
    return row(f"reading a question, {count:,} outlets, ms", many, "10 outlets", few, "under 5 ms")


def _milliseconds(names: list[str]) -> list[float]:
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "record"
        Index.create(home)
        with Index(home) as index:
            _fill(index.catalog, names)
            index.parse_question(Query(_QUESTIONS[0]))
            return [_timed(index, _QUESTIONS[n % 3].format(names[n * 97 % len(names)])) for n in range(60)]


def _fill(catalog: Catalog, names: list[str]) -> None:
    with catalog.write() as change:
        for number, name in enumerate(names):
            about = Article(f"a{number}", "The wall is done.", source=name, published="2026-03-12")
            change.put(about, [])


def _timed(index: Index, question: str) -> float:
    """The median of five, so that another process's turn does not count."""
    seconds = []
    for _ in range(5):
        begun = time.perf_counter()
        index.parse_question(Query(question))
        seconds.append(time.perf_counter() - begun)
    return 1e3 * median(seconds)


def main() -> None:
    """Print the row of `make bench`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--outlets", type=int, default=5_000)
    print(reading_row(parser.parse_args().outlets))


if __name__ == "__main__":
    main()
