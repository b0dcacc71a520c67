"""Shared channels, Enterprise Grid and places without the bot: the right team, one answer, and no silence."""

import json
from collections.abc import Callable

from tests.bot.slack.test_bot import TROOPS, opened, privately
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot
from tests.fakeslack.server import Fault
from tests.fakeslack.state import OTHER_TEAM, Message
from tests.fakeslack.trials import CHANNEL

Start = Callable[..., Bot]
SHARED, OUTSIDE, PRIVATE = "C000SHARED", "C000NOBOT", "D000THEIRS"


def answered_privately(slack: FakeSlack, user: str, channel: str) -> Message:
    id_ = slack.ask_privately(user, channel, TROOPS)
    (said,) = slack.until(lambda: [body for one, body in slack.responses if one == id_])
    return Message(channel, "1.0", "", blocks=said["blocks"])


def test_a_question_in_a_shared_channel_is_answered_once_whatever_team_its_events_name(
    slack: FakeSlack, start: Start
) -> None:
    slack.state.channel(SHARED, "U00ADA", "U0ALIEN", shared=True)
    start(externals="true", workspaces=f"{slack.state.team},{OTHER_TEAM}")
    asked = [
        slack.mention(user, SHARED, TROOPS, twin=twin)
        for user in ("U00ADA", "U0ALIEN")
        for twin in ("before", "after")
    ]
    answers = [slack.answers(SHARED, ts) for ts in asked]
    slack.quiet()
    assert [len(slack.state.replies(SHARED, ts)) for ts in asked] == [1, 1, 1, 1]
    # A colleague, and somebody of the other organisation.
    for user in ("U00ADA", "U0ALIEN"):
        window = opened(slack, lambda user=user: slack.press(user, answers[0][0], "passages"))
        assert "Her words were these" in window
    assert [m.shown() for m in slack.state.whispers() if "before yours" not in m.shown()] == []


def test_in_a_shared_channel_each_question_is_refused_once_and_for_the_right_reason(
    slack: FakeSlack, start: Start
) -> None:
    start()
    slack.state.channel(SHARED, "U00ADA", "U0ALIEN", shared=True)
    slack.mention("U00ADA", SHARED, TROOPS)
    slack.mention("U0ALIEN", SHARED, TROOPS)
    slack.until(lambda: len(slack.state.whispers()) == 2)
    slack.quiet(1.0)
    said = [m.shown() for m in slack.state.whispers()]
    assert said == ["I do not answer in channels that are shared with other organisations."] * 2


def test_commands_and_sharing_keep_out_of_shared_channels_and_of_those_that_cannot_be_looked_at(
    slack: FakeSlack, start: Start
) -> None:
    start()
    slack.state.channel(SHARED, "U00ADA", shared=True)
    slack.ask_privately("U00ADA", SHARED, TROOPS)
    privately(slack, "U00ADA", "shared with other organisations")
    shown = answered_privately(slack, "U00ADA", CHANNEL)
    slack.state.channels[CHANNEL].shared = True
    # An event says what the bot did not know before.
    slack.say("U00ADA", CHANNEL, "Our friends are here now.")
    slack.quiet()
    slack.press("U00ADA", shown, "share")
    privately(slack, "U00ADA", "I share nothing with other organisations.")
    slack.state.channel("C000UNSEEN", "U00ADA")
    slack.faults.append(Fault("conversations.info", "missing_scope", times=9))
    slack.ask_privately("U00ADA", "C000UNSEEN", TROOPS)
    privately(slack, "U00ADA", "I cannot tell whether this channel is shared")
    assert not [m for m in slack.state.messages.values() if "sovereignty" in m.shown()]


def test_where_the_bot_is_no_member_every_press_is_answered_and_sharing_works(
    slack: FakeSlack, start: Start
) -> None:
    start()
    slack.state.channel(OUTSIDE, "U00ADA", bot=False)
    shown = answered_privately(slack, "U00ADA", OUTSIDE)
    slack.press("U00ADA", shown, "rate", "up")
    privately(slack, "U00ADA", "Thank you; noted.")
    before = set(slack.state.messages)
    slack.press("U00ADA", shown, "share")
    (shared,) = slack.until(lambda: [m for key, m in slack.state.messages.items() if key not in before])
    assert shared.channel == OUTSIDE
    assert "as a matter of sovereignty" in shared.shown()
    privately(slack, "U00ADA", "Shared in the channel.")
    # Between two people: only the asker sees the answer, and nothing is shown to the other.
    slack.state.channel(PRIVATE, "U00ADA", "U00BEN", bot=False)
    shown = answered_privately(slack, "U00ADA", PRIVATE)
    assert "sovereignty" in json.dumps(shown.blocks)
    slack.press("U00ADA", shown, "share")
    privately(slack, "U00ADA", "so I share nothing here")


def test_colleagues_of_other_workspaces_of_an_organisation_are_answered_wherever_it_is_installed(
    slack: FakeSlack, start: Start
) -> None:
    slack.state.enterprise, slack.state.org_wide = "E0000000001", True
    grid = {"enterprise_id": "E0000000001", "teams": ["T0000000009"]}
    slack.state.person("U00EVE", team_id="T0000000009", enterprise_user=grid)
    slack.state.person("U00FAY", team_id="E0000000001")
    slack.state.person("U00GUS", team_id="E0000000002", is_stranger=True)
    slack.state.channels[CHANNEL].members |= {"U00EVE", "U00FAY", "U00GUS"}
    start()
    for user in ("U00EVE", "U00FAY"):
        (answer,) = slack.answers(CHANNEL, slack.mention(user, CHANNEL, TROOPS))
        window = opened(slack, lambda user=user, answer=answer: slack.press(user, answer, "rate", "down"))
        assert "What would have been right?" in window
        slack.submit(user, slack.state.views[-1], {"comment": {"comment": {"value": f"{user} knows."}}})
    slack.mention("U00GUS", CHANNEL, TROOPS)
    privately(slack, "U00GUS", "this organisation")
