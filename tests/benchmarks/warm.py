"""Whether a bot that has just started answers its first question as fast as later ones.

    python -m tests.benchmarks.warm --home RECORD [--starts 5] [--pause 0]

Each start is `onrecord slack` against the fake Slack, in a process of its own, that is asked ten questions
one after another, from the moment (or `--pause` seconds later) that it says it answers. What is timed is from
the mention to the finished reply. Each start begins with another question, and what was first is compared
with the same questions as other starts answered them later.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.data import folder, news
from tests.benchmarks.table import row
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot

_ANSWERS = 10
_READY = "On Record answers in"
_CHANNEL, _USER = "C0000NEWS", "U00ADA"


def warm_row(record: Path, questions: Sequence[str], starts: int = 5, pause: float = 0.0) -> str:
    """The first answer of each start against later answers to the same questions; `starts` are 2 to 10."""
    first, later = [], []
    for start in range(starts):
        turned = [(start + place) % _ANSWERS for place in range(_ANSWERS)]
        seconds = answered(record, [questions[number] for number in turned], pause)
        first.append(1e3 * seconds[0])
        later += [1e3 * s for number, s in zip(turned[1:], seconds[1:], strict=True) if number < starts]
    return row("a bot's first answer after its start, ms", first, "the same as later answers", later, "1")


def answered(record: Path, questions: Sequence[str], pause: float) -> list[float]:
    """Seconds of the answers to `questions`, in turn, by a bot that has just started."""
    with tempfile.TemporaryDirectory() as temporary, FakeSlack() as slack:
        slack.state.person(_USER)
        slack.state.channel(_CHANNEL, _USER)
        bot = Bot(slack, record, Path(temporary) / "log", hourly_each=1_000)
        try:
            slack.until(lambda: _READY in bot.said(), 120)
            time.sleep(pause)
            seconds = []
            for question in questions:
                begun = time.perf_counter()
                slack.answers(_CHANNEL, slack.mention(_USER, _CHANNEL, question))
                seconds.append(time.perf_counter() - begun)
            return seconds
        finally:
            bot.stop()


def main() -> None:
    """Print the row of `make bench`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a record of the news collection")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--pause", type=float, default=0.0)
    chosen = parser.parse_args()
    questions = [question.text for question in news(folder())[1]]
    print(warm_row(chosen.home, questions, chosen.starts, chosen.pause))


if __name__ == "__main__":
    main()
