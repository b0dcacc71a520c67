"""The bot in one workspace, or in an organisation where it is installed for all of it."""

from bot.conversations import Conversations
from bot.slack.answer_pool import AnswerPool
from bot.slack.app_home import AppHome
from bot.slack.client import SlackClient
from bot.slack.commands import Commands
from bot.slack.counters import Counters
from bot.slack.database import Database
from bot.slack.dispatcher import Dispatcher
from bot.slack.interactions import Interactions
from bot.slack.recalls import Recalls
from bot.slack.settings import SlackSettings
from bot.slack.suggestions import Suggestions
from bot.slack.tokens import Identity
from bot.slack.weekly_gaps import WeeklyGaps


class Workspace:
    """Everything that goes with one token. `start` it, and `close` it in the end."""

    def __init__(
        self,
        client: SlackClient,
        identity: Identity,
        settings: SlackSettings,
        database: Database,
        conversations: Conversations,
        pool: AnswerPool,
        counters: Counters,
    ) -> None:
        """`settings` are those that hold here; `identity` is the installation of the client's token."""
        self.client = client
        self.identity = identity
        self.dispatcher = Dispatcher(client, settings, database, conversations, pool, identity, counters)
        self.suggestions = Suggestions(pool, settings.everywhere)
        self.interactions = Interactions(client, self.dispatcher, database, pool)
        self.recalls = Recalls(client, self.dispatcher, database, pool)
        self.commands = Commands(client, self.dispatcher, pool)
        self._weekly = WeeklyGaps(client, identity, settings, database, pool, self.dispatcher.access)
        self.home = AppHome(client, self.dispatcher, database, pool, self.suggestions)

    def start(self) -> None:
        """Begin to answer."""
        self.dispatcher.start()
        self.recalls.start()
        self._weekly.start()

    async def close(self) -> None:
        """Stop; what is unfinished is taken up by the next start."""
        await self.recalls.close()
        await self._weekly.close()
        await self.dispatcher.close()
