"""Admission, where something breaks after a question was seen."""

import asyncio
from types import SimpleNamespace
from typing import Any

from bot.slack.admission import Admission
from bot.slack.counters import Counters
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.settings import SlackSettings
from bot.slack.tasks import Tasks

ASK = SlackQuestion("T1", "D1", "1.0", "U1", "1.0", "who paid?", EventKind.DIRECT)


def test_a_question_that_cannot_be_admitted_is_not_shown_as_being_looked_at() -> None:
    shown: set[tuple[str, str, str]] = set()
    said: list[str] = []

    async def do(call: Any, *given: Any) -> Any:
        return call(*given)

    async def refusal(*_: object, **__: object) -> str:
        return ""

    async def complete(_: object) -> None:
        raise RuntimeError

    async def privately(_: object, sentence: str) -> None:
        said.append(sentence)

    stand_in: Any = SimpleNamespace(
        refusal=refusal,
        complete=complete,
        privately=privately,
        arrived=lambda ask: shown.add(ask.key),
        done=shown.discard,
        asked_lately=lambda *_: 1,
        finish=lambda *_: True,
    )
    counters = Counters()
    admission = Admission(SlackSettings(), *[stand_in] * 6, do, Tasks(counters), counters, stand_in)
    asyncio.run(admission.admit(ASK))
    assert shown == set()
    assert said[0].startswith("Something went wrong")
    assert counters.failed == 1
