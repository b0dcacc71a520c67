"""The long trials of the Slack bot, against the fake Slack: `make bench-slack`.

50 disconnects in mid-answer, 50 people at once, and 10,000 answers with what the process holds. Needs no
data.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fakeslack import FakeSlack
from tests.fakeslack.process import ONRECORD, Bot
from tests.fakeslack.trials import CHANNEL, answers, disconnects, rush, small_articles


def main() -> None:
    """Run them all; a number of answers may be given."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder, FakeSlack() as slack:
        home = Path(folder) / "record"
        file = small_articles(Path(folder) / "articles")
        subprocess.run([ONRECORD, "ingest", "--home", str(home), str(file)], check=True)
        slack.state.person("U00ADA")
        slack.state.channel(CHANNEL, "U00ADA")
        bot = Bot(slack, home, Path(folder) / "log", hourly_each=10_000, waiting_each=100, queue=500)
        try:
            slack.answers(CHANNEL, slack.mention("U00ADA", CHANNEL, "When does the new library open?"))
            longest = disconnects(slack, 50)
            print(f"50 disconnects: each question answered once; longest absence {longest:.2f} s", flush=True)
            went = rush(slack, 50)
            print(
                f"50 people at once: acknowledged within {went.p99 * 1000:.0f} ms (p99), all answered in "
                f"{went.all_answered:.1f} s, {went.told_their_place} were told their place",
                flush=True,
            )
            for at, one in enumerate(answers(slack, bot, count), start=1):
                print(
                    f"{at * count // 10:,} answers: {one.megabytes:.0f} MB, {one.threads} threads, "
                    f"{one.files} files",
                    flush=True,
                )
            refused = [error for _, error in slack.state.rejected]
            print(f"messages that Slack refused: {len(refused)}")
        finally:
            bot.stop()
            errors = [line for line in bot.said().splitlines() if " ERROR " in line]
            print(f"errors in the log: {len(errors)}", *errors[:5], sep="\n")


if __name__ == "__main__":
    main()
