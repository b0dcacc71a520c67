"""Suggested questions, made anew when the record has moved on."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.slack.settings import ChannelSettings
from bot.slack.suggestions import Suggestions
from index.catalog.overview import RecordOverview
from index.errors import VectorsUnreachable
from tests.conftest import article


def test_suggestions_that_could_not_be_made_are_tried_again() -> None:
    class Work:
        """Whose vectors cannot be reached at first."""

        tries = 0

        def glance(self, _: ChannelSettings) -> RecordOverview:
            return RecordOverview(
                1, 1, generation=7, newest=(article("a", "It did.", title="Who struck it?"),)
            )

        def answers(self, *_: object) -> bool:
            self.tries += 1
            if self.tries == 1:
                raise VectorsUnreachable("The vectors cannot be reached.", waited=True)
            return True

        async def look(self, call: Callable[..., Any], *given: Any) -> Any:
            return call(*given)

        run = look

    work: Any = Work()
    suggestions = Suggestions(work, ChannelSettings())

    async def twice() -> list[tuple[str, ...]]:
        return [await suggestions.made() for _ in range(2)]

    assert asyncio.run(twice()) == [(), ("Who struck it?",)]
