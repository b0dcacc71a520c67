"""Every kind of message and window that the bot makes, shown to Slack's own check and sent nowhere."""

from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.operations.checks import Check
from bot.slack.answer_question import head, notice
from bot.slack.client import SlackClient, why
from bot.slack.database import SavedAnswer
from bot.slack.saved_answers import body_of
from bot.slack.views import block_kit, home, modals
from bot.types import Answer, Citation, Outcome, Quote, Sentence
from index.catalog.overview import RecordOverview
from index.types import Article, Query, Status

# Slack's words for a payload that it would not take.
_INVALID = {"invalid_blocks", "invalid_message", "invalid_view"}
_TEXT = "The ferry struck the pier at 9:30. Nobody was hurt."
_ARTICLE = Article(
    "sample", _TEXT, "Ferry strikes pier", "Northshore Wire", (), "https://wire.example/ferry", "2026-03-03",
    "2026-03-04", Status.CORRECTED, "An earlier version named another pier.",
)  # fmt: skip
_QUOTE = Quote(_ARTICLE, 0, 34, _TEXT[:34])
_ANSWERED = Answer(
    Query("What struck the pier?"),
    Outcome.ANSWERED,
    (Sentence(_TEXT[:34], (Citation(1, _QUOTE),), "Northshore Wire"),),
)
_UNANSWERED = Answer(Query("Who built it?"), Outcome.NOT_ON_RECORD, (), (_ARTICLE,))


async def check_blocks(client: SlackClient) -> Check:
    """Whether Slack would take them all."""
    refused = []
    try:
        for name, payload in _samples():
            try:
                await client.blocks_validate(**payload)
            except SlackApiError as error:
                if why(error) not in _INVALID:
                    raise
                refused.append(f"{name} ({_said(error)})")
    except SlackApiError as error:
        return Check("Slack blocks", True, f"could not be checked: Slack says {why(error)}")
    if refused:
        return Check(
            "Slack blocks",
            False,
            f"Slack would not take {'; '.join(refused)}; please report this, it is a fault",
        )
    return Check("Slack blocks", True, "Slack takes every kind of message and window")


def _samples() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, answer in (("an answer", _ANSWERED), ("not on record", _UNANSWERED)):
        tail = [*block_kit.source_blocks(answer), *block_kit.buttons("0" * 16), block_kit.sharing("0" * 16)]
        for message in block_kit.parts([*head(answer, 3), *tail], notice(answer)):
            yield name, {"message": {"text": message.text, "blocks": list(message.blocks)}}
    kept = SavedAnswer("0" * 16, "T1", "C1", "1", "1", "U1", "What struck it?", body_of(_ANSWERED), 0, False)
    yield "Show passages", {"view": modals.passages(kept, lambda _: _ARTICLE)}
    yield "Copy with sources", {"view": modals.copy(kept)}
    yield "the form for feedback", {"view": modals.feedback(kept.id)}
    overview = RecordOverview(
        1, 1, (("Northshore Wire", 1),), (20260303, 20260303), "2026-03-04T08:00", 1, (_ARTICLE,)
    )
    yield "the Home tab", {"view": home.home(overview, ["What struck the pier?"], [kept])}


def _said(error: SlackApiError) -> str:
    """Slack's first reason."""
    data = error.response.data if isinstance(error.response.data, dict) else {}
    first = (data.get("errors") or [{}])[0]
    return f"{first.get('message') or why(error)} at {first.get('pointer') or '/'}"
