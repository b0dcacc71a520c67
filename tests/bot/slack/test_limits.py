"""What holds nobody up: Slack's limits, its slowness, and workers that wait for a model."""

from collections.abc import Callable

from tests.bot.model_server import Hangs, model_server
from tests.bot.slack.test_bot import TROOPS, opened, privately
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot
from tests.fakeslack.trials import CHANNEL, crowd, rush

Start = Callable[..., Bot]


def test_more_questions_than_slack_lets_be_marked_or_streamed_in_a_minute_wait_for_none_of_it(
    slack: FakeSlack, start: Start
) -> None:
    askers = crowd(slack, 40, 40)
    start()
    went = rush(slack, askers)
    assert len(went.answers) == 40
    assert slack.limits_met == []
    assert slack.state.rejected == []


def test_windows_commands_and_the_home_tab_come_while_every_worker_waits_for_a_model(
    slack: FakeSlack, start: Start
) -> None:
    bot = start()
    (answer,) = slack.answers(CHANNEL, slack.mention("U00ADA", CHANNEL, TROOPS))
    assert bot.stop() == 0
    with model_server(lambda _: Hangs()) as server:
        start(toml=f'model = "slow"\nmodel_url = "{server.url}"\n[slack]\nworkers = 1\n')
        slack.mention("U00BEN", CHANNEL, TROOPS)
        slack.until(lambda: server.asked)
        assert "Her words were these" in opened(slack, lambda: slack.press("U00CYD", answer, "passages"))
        slack.ask_privately("U00CYD", CHANNEL, "status")
        privately(slack, "U00CYD", "21 articles")
        slack.open_app("U00CYD", "home")
        slack.until(lambda: slack.state.homes.get("U00CYD"))
        assert slack.sockets.given_up == []


def test_with_a_slow_slack_windows_open_in_time_and_one_answer_does_not_wait_for_another(
    slack: FakeSlack, start: Start
) -> None:
    askers = crowd(slack, 12, 12)
    start(workers=1)
    (answer,) = slack.answers(CHANNEL, slack.mention("U00ADA", CHANNEL, TROOPS))
    slack.quiet()
    slack.slow = 2.0
    rush(slack, askers)
    # With one worker, they would be put one after the other if it waited for Slack.
    assert slack.most_at_once > 3
    assert "Her words were these" in opened(slack, lambda: slack.press("U00CYD", answer, "passages"))
    slack.ask_privately("U00CYD", CHANNEL, "status")
    slack.until(lambda: "Looking" in str(slack.acks[-1].payload))
    privately(slack, "U00CYD", "21 articles")
    assert slack.sockets.given_up == []
