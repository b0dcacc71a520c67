"""Turns within Slack's limits: everybody waits for their own, and nobody for another's."""

import pytest

from bot.slack import rate_limits as module
from bot.slack.rate_limits import RateLimit, RateLimits
from tests.fakeslack.rate_limits import TIERS, Throttle


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in a list of one, to be moved."""
    now = [1_000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_whoever_comes_first_has_the_first_turn_and_none_is_given_twice(clock: list[float]) -> None:
    limit = RateLimit(2, 10.0)
    assert [limit.take() for _ in range(5)] == [0.0, 0.0, 10.0, 10.0, 20.0]
    clock[0] += 10.0
    assert limit.wait_seconds == 10.0


def test_a_channel_that_is_written_to_a_lot_holds_up_no_other(clock: list[float]) -> None:
    limits = RateLimits()
    waits = [limits.turn("chat.postMessage", "C1") for _ in range(8)]
    assert waits[0] == 0.0
    assert waits[-1] > 1.0
    assert limits.turn("chat.postMessage", "C2") == 0.0
    assert limits.turn("chat.update", "C1") == 0.0


@pytest.mark.parametrize("method", [*sorted(TIERS), "chat.postMessage", "assistant.threads.setStatus"])
def test_calls_that_wait_their_turn_never_run_into_what_slack_documents(
    clock: list[float], method: str
) -> None:
    if method == "apps.connections.open":
        pytest.skip("called at the start, and where a connection broke")
    limits, slack = RateLimits(), Throttle(lambda: clock[0])
    for _ in range(700):
        clock[0] += limits.turn(method, "C1")
        assert slack.retry_after(method, {"channel": "C1"}) == 0


def test_no_more_streams_are_begun_than_can_be_ended(clock: list[float]) -> None:
    limits = RateLimits()
    begun = 0
    while limits.begin_stream():
        begun += 1
    assert 10 < begun < 20
    clock[0] += 61.0
    assert limits.begin_stream()


@pytest.mark.parametrize("many", [2, 3, 5])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.startStream", "chat.update", "users.info"])
def test_bots_that_share_a_token_together_never_run_into_what_slack_documents(
    clock: list[float], method: str, many: int
) -> None:
    slack = Throttle(lambda: clock[0])
    bots = [RateLimits() for _ in range(many)]
    bots[0].turn("chat.postMessage", "C1")
    for limits in bots:
        limits.share(many)
    clock[0] += 70.0
    due = [limits.turn(method, "C1") + clock[0] for limits in bots]
    for _ in range(300):
        clock[0] = max(clock[0], min(due))
        at = due.index(min(due))
        assert slack.retry_after(method, {"channel": "C1"}) == 0
        due[at] = clock[0] + bots[at].turn(method, "C1")
    bots[0].share(1)
    clock[0] += 70.0
    assert bots[0].turn(method, "C1") == bots[0].turn(method, "C1") == 0.0
