"""Load: 50 people ask a Slack bot at once, and its language model takes two seconds for every answer."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.torture.campaign import Campaign
from tests.bot.model_server import Reply, Says, model_server, passages_in
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import ONRECORD, Bot
from tests.fakeslack.trials import QUESTION, crowd, small_articles

_ASKERS, _MODEL, _PATIENCE = 50, 2.0, 300.0
_SENTENCE = "14 people were injured when the ferry struck the pier"
_FULL = "Too many questions are waiting"


def trial(seed: int, room: Path) -> Sequence[str]:
    """50 at once, with a queue that has room for some or for all of them, as the seed says."""
    return load((5, 20, 100)[seed % 3], room, _ASKERS, _MODEL)


def load(queue: int, room: Path, people: int, seconds: float) -> Sequence[str]:
    """So many ask at once, the model takes so long, and so many questions may wait; what went wrong."""

    def script(body: dict[str, Any]) -> Reply:
        time.sleep(seconds)
        number = next((n for n, text in enumerate(passages_in(body), 1) if _SENTENCE in text), 0)
        return Says(f'{_SENTENCE} on 3 March. [{number}: "{_SENTENCE} on 3 March."]\n')

    home = room / "record"
    files = str(small_articles(room / "articles"))
    subprocess.run([ONRECORD, "ingest", "--home", str(home), files], check=True, capture_output=True)
    with model_server(script) as server, FakeSlack() as slack:
        askers = crowd(slack, people, people)
        toml = f'model = "slow"\nmodel_url = "{server.url}"\n'
        bot = Bot(slack, home, room / "log", toml=toml, queue=queue, workers=4, hourly_each=100)
        try:
            slack.until(lambda: "On Record answers" in bot.said(), _PATIENCE)
            asked = [
                (user, channel, slack.mention(user, channel, QUESTION, twin="")) for user, channel in askers
            ]

            def told(user: str, channel: str, ts: str) -> str:
                replies = [one.shown() for one in slack.state.replies(channel, ts) if not one.streaming]
                whispers = [one.shown() for one in slack.state.whispers() if one.only_for == user]
                return next((said for said in (*replies, *whispers) if "before yours" not in said), "")

            slack.until(lambda: all(told(*one) for one in asked), _PATIENCE)
            slack.quiet(1.0)
            said = [told(*one) for one in asked]
            wrote = bot.said()
        finally:
            bot.stop()
    answered, refused = sum("14 people" in one for one in said), sum(_FULL in one for one in said)
    print(
        f"load: {people} asked, {queue} might wait: {answered} answered, {refused} told to ask again",
        flush=True,
    )
    errors = [line for line in wrote.splitlines() if " ERROR " in line or "Traceback" in line]
    others = [one[:200] for one in said if "14 people" not in one and _FULL not in one]
    lost = (
        [f"{people - queue} could not wait, and all were taken"]
        if people > queue + 20 and not refused
        else []
    )
    wrongly = ["there was room, and somebody was refused"] if refused and queue >= people else []
    return [*errors, *others, *lost, *wrongly]


CAMPAIGN = Campaign(
    "load",
    "50 askers at once with models of 2 s",
    "0 errors; everyone has an answer or a word; the queue is bounded",
    3,
    trial,
)
