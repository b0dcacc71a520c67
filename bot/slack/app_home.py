"""What is shown where the app is opened: its Home tab, and suggestions in its pane."""

from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack.access import NotChecked
from bot.slack.answer_pool import AnswerPool
from bot.slack.client import LOG, SlackClient, why
from bot.slack.commands import look_at_record
from bot.slack.database import Database
from bot.slack.dispatcher import Dispatcher
from bot.slack.interactions import NOT_CHECKED
from bot.slack.suggestions import Suggestions
from bot.slack.views import block_kit, home, modals
from bot.slack.views.escaping import literal

_RECENT = 5


class AppHome:
    """Draws the Home tab, and suggests questions."""

    def __init__(
        self,
        client: SlackClient,
        dispatcher: Dispatcher,
        database: Database,
        work: AnswerPool,
        prompts: Suggestions,
    ) -> None:
        self._client = client
        self._dispatcher = dispatcher
        self._database = database
        self._work = work
        self._prompts = prompts

    async def opened(self, event: dict[str, Any]) -> None:
        """The app was opened, in one of its tabs."""
        user = str(event.get("user") or "")
        try:
            refusal = await self._dispatcher.access.refusal("D", user)
        except NotChecked:
            refusal = NOT_CHECKED
        try:
            if event.get("tab") == "messages":
                await self._suggest(str(event.get("channel") or ""), refusal)
            else:
                await self._client.views_publish(user_id=user, view=await self._drawn(user, refusal))
        except SlackApiError as error:
            LOG.warning("the Home tab or the suggestions: %s", why(error))

    async def _suggest(self, channel: str, refusal: str) -> None:
        prompts = () if refusal else await self._prompts.made()
        if prompts:
            await self._client.assistant_threads_setSuggestedPrompts(
                channel_id=channel,
                title="On record, for example",
                prompts=[{"title": literal(one, 75), "message": one} for one in prompts],
            )

    async def _drawn(self, user: str, refusal: str) -> modals.View:
        if refusal:
            return {"type": "home", "blocks": [block_kit.paragraph(block_kit.words(refusal))]}
        glance, problem = await look_at_record(self._work, self._dispatcher, "")
        recent = await self._dispatcher.do(
            self._database.recent, self._dispatcher.identity.team, user, _RECENT
        )
        return home.home(glance, self._prompts.ready(), recent, problem=problem)
