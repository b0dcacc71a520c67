"""Questions asked in Slack that got no answer, or a bad one, from the bot's database."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.gaps.questions import UnansweredQuestion
from bot.json_input import article_from_json
from bot.slack.database import Database


def unanswered(database: Database, since: datetime, team: str = "") -> list[UnansweredQuestion]:
    """Those since a moment, of one workspace where `team` names it; small talk is none."""
    return [one for one in _kept(database, since.timestamp()) if not team or one.workspace == team]


def _kept(database: Database, since: float) -> Iterator[UnansweredQuestion]:
    for given in database.given_since(since):
        if given.body["status"] == "not_on_record" and not given.body.get("aside"):
            where = _seen_in(given.channel, given.ts)
            yield _question(given.body, given.at, given.user, given.team, where, refused=True)
    for user, ask, body, at in database.bad_ratings(since):
        team, channel, ts = [*ask.split(" "), "", "", ""][:3]
        # What was refused, and rated badly for it, is counted above.
        if body["status"] == "answered":
            yield _question(body, at, user, team, _seen_in(channel, ts), refused=False)


def _question(
    body: Mapping[str, Any], at: float, user: str, team: str, channel: str, *, refused: bool
) -> UnansweredQuestion:
    nearest = tuple(article_from_json(about) for about in body.get("nearest", ()))
    text = str(body.get("standalone") or body["question"])
    return UnansweredQuestion(text, datetime.fromtimestamp(at, UTC), user, team, refused, channel, nearest)


def _seen_in(channel: str, ts: str) -> str:
    """The channel in which others could see it; "" for a direct message or a command."""
    return "" if channel.startswith("D") or ts.startswith("command") else channel
