"""The one reply to a question, whatever Slack does with it: over the real wire, with the clock moved."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.slack.client import close_client, open_client
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.rate_limits import RateLimits
from bot.slack.reply import Reply, ReplyMemory, Undelivered
from bot.slack.views.block_kit import said
from tests.fakeslack import FakeSlack
from tests.fakeslack.server import Fault
from tests.fakeslack.state import BOT_TOKEN, BOT_USER, STREAM_SECONDS, TEAM, Message

CHANNEL = "C0000NEWS"
WHOLE = said("One. Two. Three.")
TAIL = WHOLE.blocks


def replied(
    slack: FakeSlack, work: Callable[[Reply], Awaitable[None]], limits: RateLimits | None = None
) -> list[Message]:
    """What stands in the thread after something was done with a reply."""
    kept: list[tuple[str, ...]] = []
    ts = slack.said(CHANNEL, "U00ADA", "q", "").ts

    async def run() -> None:
        client = open_client(BOT_TOKEN, slack.api_url)
        client.limits = limits or client.limits
        ask = SlackQuestion(TEAM, CHANNEL, ts, "U00ADA", ts, "q", EventKind.MENTION)

        async def known() -> set[str]:
            return set()

        async def posted(parts: tuple[str, ...]) -> None:
            kept.append(parts)

        try:
            await work(Reply(client, ask, BOT_USER, ReplyMemory(known, posted)))
        finally:
            await close_client(client)

    asyncio.run(run())
    found = slack.state.replies(CHANNEL, ts)
    assert not kept or kept[-1] == tuple(message.ts for message in found)
    return found


async def streamed(reply: Reply) -> None:
    for word in ("One. ", "Two. ", "Three."):
        reply.show(word)
        await asyncio.sleep(0.05)
    await reply.finish([WHOLE], TAIL)


def test_what_is_shown_is_streamed_and_ended_with_its_tail(slack: FakeSlack) -> None:
    (message,) = replied(slack, streamed)
    assert message.markdown == "One. Two. Three."
    assert message.blocks == list(TAIL)
    assert not message.streaming
    assert message.metadata is not None


@pytest.mark.parametrize(
    "fault",
    [
        Fault("chat.startStream", "missing_scope"),
        Fault("chat.startStream", "drop before"),
        Fault("chat.startStream", "drop after"),
        Fault("chat.startStream", "500 after"),
        Fault("chat.appendStream", "message_not_in_streaming_state"),
        Fault("chat.stopStream", "internal_error", times=2),
        Fault("chat.stopStream", "drop after"),
        Fault("chat.stopStream", "429"),
    ],
    ids=lambda fault: f"{fault.method} {fault.how}",
)
def test_whatever_happens_to_the_stream_one_message_holds_it_all(slack: FakeSlack, fault: Fault) -> None:
    slack.faults.append(fault)
    (message,) = replied(slack, streamed)
    assert "One. Two. Three." in message.shown()
    assert not message.streaming


def test_a_stream_that_grew_too_old_is_written_anew_in_place(slack: FakeSlack) -> None:
    async def slowly(reply: Reply) -> None:
        reply.show("One. ")
        await asyncio.sleep(0.1)
        slack.state.later(STREAM_SECONDS + 1)
        reply.show("Two. ")
        await reply.finish([WHOLE], TAIL)

    (message,) = replied(slack, slowly)
    assert message.shown() == "One. Two. Three."


def test_beyond_the_limit_of_streams_answers_are_posted(slack: FakeSlack) -> None:
    limits = RateLimits()
    while limits.begin_stream():
        pass
    (message,) = replied(slack, streamed, limits)
    assert message.markdown == ""
    assert message.shown() == "One. Two. Three."
    assert message.unfurls is False


def test_what_was_streamed_in_vain_is_replaced(slack: FakeSlack) -> None:
    async def in_vain(reply: Reply) -> None:
        reply.show("Half an")
        await asyncio.sleep(0.1)
        reply.unstream()
        await reply.finish([said("Sorry.")], ())

    (message,) = replied(slack, in_vain)
    assert message.shown() == "Sorry."


@pytest.mark.parametrize("how", ["drop after", "500 after", "drop before"])
def test_a_post_of_unknown_fate_is_looked_for_before_it_is_done_again(slack: FakeSlack, how: str) -> None:
    slack.faults.append(Fault("chat.postMessage", how))
    (message,) = replied(slack, lambda reply: reply.finish([WHOLE], TAIL))
    assert message.shown() == "One. Two. Three."


def test_a_message_that_slack_refuses_arrives_as_plain_text(slack: FakeSlack) -> None:
    slack.faults.append(Fault("chat.postMessage", "invalid_blocks"))
    (message,) = replied(slack, lambda reply: reply.finish([WHOLE], TAIL))
    assert message.blocks == []
    assert "Three" in message.text


def test_a_thread_that_cannot_be_written_to_is_reported(slack: FakeSlack) -> None:
    slack.state.channels[CHANNEL].archived = True
    with pytest.raises(Undelivered, match="is_archived"):
        replied(slack, lambda reply: reply.finish([WHOLE], TAIL))


def test_a_long_answer_keeps_its_order_in_several_messages(slack: FakeSlack) -> None:
    many = [said(f"Part {n}.") for n in range(5)]
    found = replied(slack, lambda reply: reply.finish(many, ()))
    assert [message.shown() for message in found] == [f"Part {n}." for n in range(5)]


def again(
    slack: FakeSlack, ts: str, parts: list[str], work: Callable[[Reply], Awaitable[None]]
) -> list[Message]:
    """What stands in the thread after another process went on with a reply."""

    async def run() -> None:
        client = open_client(BOT_TOKEN, slack.api_url)
        ask = SlackQuestion(TEAM, CHANNEL, ts, "U00ADA", ts, "q", EventKind.MENTION)

        async def known() -> set[str]:
            return set(parts)

        async def posted(_: tuple[str, ...]) -> None:
            return None

        try:
            await work(Reply(client, ask, BOT_USER, ReplyMemory(known, posted), parts, streams=False))
        finally:
            await close_client(client)

    asyncio.run(run())
    return slack.state.replies(CHANNEL, ts)


def test_a_shorter_answer_to_an_edited_question_leaves_no_old_parts_behind(slack: FakeSlack) -> None:
    found = replied(slack, lambda reply: reply.finish([said(f"Part {n}.") for n in range(5)], ()))
    parts, ts = [message.ts for message in found], found[0].thread_ts
    found = again(slack, ts, parts, lambda reply: reply.finish([said("New 0."), said("New 1.")], ()))
    assert [message.shown() for message in found] == ["New 0.", "New 1."]
    assert again(slack, ts, parts[:2], lambda reply: reply.withdraw()) == []


def test_a_process_that_was_killed_between_parts_posts_none_of_them_twice(slack: FakeSlack) -> None:
    many = [said(f"Part {n}.") for n in range(5)]
    found = replied(slack, lambda reply: reply.finish(many[:3], ()))
    # The last thing that was written down was the first part.
    first, ts = found[0].ts, found[0].thread_ts

    async def going_on(reply: Reply) -> None:
        await reply.look()
        await reply.finish(many, ())

    found = again(slack, ts, [first], going_on)
    assert [message.shown() for message in found] == [f"Part {n}." for n in range(5)]


def test_a_part_of_another_answer_is_not_taken_for_ones_own(slack: FakeSlack) -> None:
    found = replied(slack, lambda reply: reply.finish([said("Other 0."), said("Other 1.")], ()))
    ts = found[0].thread_ts
    mine = slack.said(CHANNEL, "U00BEN", "mine", ts).ts
    for message in found:
        message.ts, _ = slack.state.ts(), slack.state.messages.pop((CHANNEL, message.ts))
        slack.state.messages[CHANNEL, message.ts] = message

    async def run() -> list[str]:
        client = open_client(BOT_TOKEN, slack.api_url)
        ask = SlackQuestion(TEAM, CHANNEL, mine, "U00BEN", ts, "q", EventKind.MENTION)

        async def nothing_known() -> set[str]:
            return set()

        async def keep(_: tuple[str, ...]) -> None:
            return None

        reply = Reply(client, ask, BOT_USER, ReplyMemory(nothing_known, keep), streams=False)
        try:
            await reply.look()
        finally:
            await close_client(client)
        return reply.parts

    assert asyncio.run(run()) == []
