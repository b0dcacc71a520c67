"""What happens when people press something, or use /onrecord; the guard looks at each of them again."""

from collections.abc import Callable
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.answer_pool import AnswerPool
from bot.slack.answer_question import shared
from bot.slack.client import LOG, why
from bot.slack.database import Database, SavedAnswer
from bot.slack.delivery import in_words
from bot.slack.dispatcher import Dispatcher
from bot.slack.events import EventKind, SlackQuestion, plain
from bot.slack.suggestions import Suggestions
from bot.slack.views import block_kit, home, modals
from bot.slack.views.help import HELP
from bot.slack.views.safe_urls import safe_url
from index.catalog.overview import RecordOverview
from index.errors import OnRecordError

_GONE = "This answer is no longer kept, or its question was deleted."
_RECENT = 5


class Interactions:
    """Answers presses, forms and commands. Everything was acknowledged before it comes here."""

    def __init__(
        self,
        client: AsyncWebClient,
        desk: Dispatcher,
        ledger: Database,
        work: AnswerPool,
        prompts: Suggestions,
        me: str,
    ) -> None:
        self._client = client
        self._desk = desk
        self._ledger = ledger
        self._work = work
        self._prompts = prompts
        self._me = me

    async def pressed(self, body: dict[str, Any]) -> None:
        """A button of ours was pressed."""
        action = (body.get("actions") or [{}])[0]
        name, value = str(action.get("action_id") or ""), str(action.get("value") or "")
        refusal = await self._refusal(body)
        if refusal:
            await self._say(body, refusal)
            return
        rating, _, id_ = value.rpartition(" ")
        given = await self._desk.do(self._ledger.given, id_)
        if given is None or given.team != _team(body):
            await self._say(body, _GONE)
            return
        match name:
            case "passages":
                await self._open(body, await self._passages(given))
            case "copy":
                await self._open(body, modals.copy(given))
            case "rate":
                await self._rate(body, given, rating)
            case "person":
                await self._hand(body, given)
            case "share":
                await self._share(body, given)
            case "keep":
                await self._replace(body, shared(given.id, given.body)[0].blocks)

    async def submitted(self, body: dict[str, Any]) -> None:
        """The form about a bad answer was sent."""
        view = body.get("view") or {}
        if await self._refusal(body, channel="D"):
            return
        given = await self._desk.do(self._ledger.given, str(view.get("private_metadata") or ""))
        if given is None or given.team != _team(body):
            return
        values = (view.get("state") or {}).get("values") or {}
        chosen = ((values.get("reason") or {}).get("reason") or {}).get("selected_option") or {}
        comment = ((values.get("comment") or {}).get("comment") or {}).get("value") or ""
        said = ": ".join(part for part in (str(chosen.get("value") or ""), str(comment)) if part)
        await self._desk.do(self._ledger.rate, given, _user(body), "down", said)

    async def commanded(
        self, body: dict[str, Any], say: Callable[[block_kit.Message], Any]
    ) -> SlackQuestion | None:
        """/onrecord: the question to be answered, or None where it was answered at once by `say`."""
        text = plain(str(body.get("text") or ""), self._me)
        team, channel, user = (str(body.get(key) or "") for key in ("team_id", "channel_id", "user_id"))
        word = text.lower().rstrip("?!. ")
        if word not in ("", "help", "status", "articles"):
            ts = f"command {body.get('trigger_id') or body.get('response_url')}"
            return SlackQuestion(
                team,
                channel,
                ts,
                user,
                ts,
                text,
                EventKind.COMMAND,
                response_url=str(body.get("response_url") or ""),
            )
        refusal = await self._desk.guard.refusal(team, channel, user)
        if refusal:
            await say(block_kit.said(refusal))
        elif word in ("", "help"):
            await say(block_kit.said(HELP))
        else:
            glance, problem = await self._glance(channel)
            await say(home.status(glance, problem=problem) if word == "status" else home.articles(glance))
        return None

    async def opened(self, body: dict[str, Any]) -> None:
        """The app was opened: its Home tab is drawn, or the pane gets its suggestions."""
        event = body.get("event") or {}
        team, user = str(body.get("team_id") or ""), str(event.get("user") or "")
        refusal = await self._desk.guard.refusal(team, "D", user)
        if event.get("tab") == "messages":
            prompts = () if refusal else await self._prompts.all()
            if prompts:
                await self._client.assistant_threads_setSuggestedPrompts(
                    channel_id=str(event.get("channel") or ""),
                    title="On record, for example",
                    prompts=[{"title": block_kit.literal(one, 75), "message": one} for one in prompts],
                )
            return
        if refusal:
            view: modals.View = {"type": "home", "blocks": [block_kit.paragraph(block_kit.words(refusal))]}
        else:
            glance, problem = await self._glance("")
            recent = await self._desk.do(self._ledger.recent, team, user, _RECENT)
            view = home.home(glance, await self._prompts.all(), recent, problem=problem)
        await self._client.views_publish(user_id=user, view=view)

    async def _glance(self, channel: str) -> tuple[RecordOverview, str]:
        try:
            return await self._work.run(self._work.glance, self._desk.settings.of(channel)), ""
        except OnRecordError as error:
            LOG.error("the record cannot be looked at: %s", error)
            return RecordOverview(), "The record cannot be read just now; please tell the people who run me."

    async def _refusal(self, body: dict[str, Any], channel: str = "") -> str:
        return await self._desk.guard.refusal(_team(body), channel or _channel(body), _user(body))

    async def _passages(self, given: SavedAnswer) -> modals.View:
        settings = self._desk.settings.of(given.channel)

        def made() -> modals.View:
            return modals.passages(given, lambda id_: self._work.article(settings, id_))

        try:
            return await self._work.run(made)
        except OnRecordError as error:
            LOG.error("the record cannot be looked at: %s", error)
            return modals.sentence("Passages", "The record cannot be read just now.")

    async def _rate(self, body: dict[str, Any], given: SavedAnswer, rating: str) -> None:
        await self._desk.do(self._ledger.rate, given, _user(body), "down" if rating == "down" else "up")
        if rating == "down":
            await self._open(body, modals.feedback(given.id))
        else:
            await self._say(body, "Thank you; noted.")

    async def _hand(self, body: dict[str, Any], given: SavedAnswer) -> None:
        target = self._desk.settings.of(given.channel).escalate
        if not target:
            await self._say(body, "There is nobody that I could hand this to.")
            return
        if not await self._desk.do(self._ledger.hand, given.id):
            await self._say(body, "This question has been handed on already.")
            return
        who = await self._desk.guard.name(_user(body))
        lines = [
            block_kit.words(f"{who} asks, and it is not on record:\n", 200),
            block_kit.words(given.question, italic=True),
        ]
        where = await self._permalink(given)
        if where:
            lines += [block_kit.words("\n"), block_kit.link("Where it was asked", where)]
        try:
            await self._client.chat_postMessage(
                channel=target,
                text=block_kit.mrkdwn(f"A question for you: {given.question}", 300),
                blocks=[block_kit.paragraph(*lines)],
                unfurl_links=False,
                unfurl_media=False,
            )
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.error("handing a question to %s: %s", target, why(error))
            await self._say(body, f"I could not hand it on: {in_words(why(error))}.")
            return
        await self._say(body, "I have handed your question on; somebody will come back to you.")

    async def _permalink(self, given: SavedAnswer) -> str:
        if given.ts.startswith("command"):
            return ""
        try:
            found = await self._client.chat_getPermalink(channel=given.channel, message_ts=given.ts)
        except (SlackApiError, ClientError, TimeoutError):
            return ""
        return safe_url(str(found.get("permalink") or ""))

    async def _share(self, body: dict[str, Any], given: SavedAnswer) -> None:
        if given.user != _user(body):
            await self._say(body, "Only the person who asked can share this.")
            return
        try:
            for message in shared(given.id, given.body):
                await self._client.chat_postMessage(
                    channel=given.channel,
                    text=message.text,
                    blocks=list(message.blocks),
                    unfurl_links=False,
                    unfurl_media=False,
                )
        except (SlackApiError, ClientError, TimeoutError) as error:
            await self._say(body, f"I could not share it: {in_words(why(error))}.")
            return
        await self._replace(body, block_kit.said("Shared in the channel.").blocks)

    async def _replace(self, body: dict[str, Any], blocks: Any) -> None:
        if body.get("response_url"):
            await AsyncWebhookClient(str(body["response_url"])).send(
                text="On Record", blocks=list(blocks), replace_original=True, unfurl_links=False
            )

    async def _say(self, body: dict[str, Any], sentence: str) -> None:
        """A word to the person who pressed, where they pressed."""
        container = body.get("container") or {}
        thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
        message = block_kit.said(sentence)
        try:
            await self._client.chat_postEphemeral(
                channel=_channel(body),
                user=_user(body),
                text=message.text,
                blocks=list(message.blocks),
                **({"thread_ts": thread} if thread else {}),
            )
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("telling somebody in %s: %s", _channel(body), why(error))

    async def _open(self, body: dict[str, Any], view: modals.View) -> None:
        try:
            await self._client.views_open(trigger_id=str(body.get("trigger_id") or ""), view=view)
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("opening a window: %s", why(error))
            await self._say(body, "The window could not be opened; please press again.")


def _team(body: dict[str, Any]) -> str:
    return str((body.get("team") or {}).get("id") or "")


def _channel(body: dict[str, Any]) -> str:
    return str((body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or "")


def _user(body: dict[str, Any]) -> str:
    return str((body.get("user") or {}).get("id") or "")
