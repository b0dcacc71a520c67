"""A record of the samples, a fake Slack, and a bot in it that all tests of one file share."""

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack.database import Database
from index.catalog.location import RecordLocation
from tests.bot.slack.questions import Open
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot

ESCALATION = "C0000ESC"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        people(fake)
        yield fake


@pytest.fixture
def record(samples: Path, tmp_path: Path) -> Path:
    """A record of the samples for one test: what a bot writes beside it counts for the bots after it."""
    return Path(shutil.copytree(samples, tmp_path / "samples"))


@pytest.fixture
def start(slack: FakeSlack, record: Path, tmp_path: Path) -> Iterator[Callable[..., Bot]]:
    """Starts bots, which are gone when the test ends."""
    bots: list[Bot] = []

    def started(home: Path | None = None, *options: str, toml: str = "", **settings: Any) -> Bot:
        bots.append(Bot(slack, home or record, tmp_path / "log", *options, toml=toml, **settings))
        return bots[-1]

    yield started
    for bot in bots:
        bot.kill()


@pytest.fixture(scope="module")
def shared_record(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for all tests of a file."""
    return Path(shutil.copytree(samples, tmp_path_factory.mktemp("samples") / "record"))


@pytest.fixture(scope="module")
def shared(shared_record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSlack]:
    """A Slack with a bot that answers in it, for all tests of a file."""
    folder = tmp_path_factory.mktemp("bot")
    toml = (
        f'[slack]\nescalate = "{ESCALATION}"\nhourly_each = 1000\n'
        "[slack.channel.C00PRIVATE]\nprivate = true\n[slack.channel.C000QUIET]\nfollow_ups = false\n"
    )
    with FakeSlack() as fake:
        people(fake)
        bot = Bot(fake, shared_record, folder / "log", toml=toml)
        fake.bot = bot  # type: ignore[attr-defined]
        yield fake
        code = bot.stop()
        assert code == 0, bot.said()
        assert "Traceback" not in bot.said(), bot.said()
        assert "xoxb-" not in bot.said()
        assert "xapp-" not in bot.said()


def free_port() -> int:
    """A port on loopback that nobody listens at just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def people(fake: FakeSlack) -> None:
    state = fake.state
    for user in ("U00ADA", "U00BEN", "U00CYD"):
        state.person(user)
        state.channel(f"D{user[1:]}", user)
    state.person("U0GUEST", is_restricted=True)
    state.person("U0ALIEN", team_id="T0000000002", is_stranger=True)
    for user in ("U0GUEST", "U0ALIEN"):
        state.channel(f"D{user[1:]}", user)
    for channel in ("C0000NEWS", "C00PRIVATE", "C000QUIET", ESCALATION):
        state.channel(channel, "U00ADA", "U00BEN", "U00CYD", "U0GUEST", "U0ALIEN")
    state.channel("C000SHARED", "U00ADA", shared=True)


@pytest.fixture
def another(location: RecordLocation) -> Iterator[Open]:
    """Opens what another bot has open, too."""
    opened: list[Database] = []

    def open_() -> Database:
        opened.append(Database(location))
        opened[-1].renew()
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


@pytest.fixture
def database(another: Open) -> Database:
    return another()
