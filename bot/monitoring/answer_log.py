"""A log line for each answer: how it ended, in counts and times."""

import logging
from typing import TYPE_CHECKING

from bot.monitoring.logs import _said
from index.errors import UsageError

if TYPE_CHECKING:
    from bot.types import Done, Event

ANSWERS = logging.getLogger("onrecord.answers")


class LoggedAnswers:
    """A watcher that logs how each answer ended."""

    def start(self) -> "_Logged":
        """An answer is about to be made."""
        return _Logged()


class _Logged:
    def __init__(self) -> None:
        self._withheld: dict[str, int] = {}
        self._done: Done | None = None

    def event(self, event: "Event") -> None:
        # Every command sets up logs, and few make answers.
        from bot.types import Done, Withheld

        if isinstance(event, Withheld):
            self._withheld[event.reason] = self._withheld.get(event.reason, 0) + 1
        elif isinstance(event, Done):
            self._done = event

    def ended(self, error: BaseException | None) -> None:
        from bot.types import Cancelled

        if self._done is not None:
            answer = self._done.answer
            milliseconds = {phase: round(took * 1000) for phase, took in answer.timings.items()}
            ANSWERS.info(
                "A question was answered." if answer.sentences else "A question is not on record.",
                extra={
                    "sentences": len(answer.sentences),
                    "citations": len(answer.citations),
                    "withheld": self._withheld,
                    "score": round(answer.score, 3),
                    "writer": answer.model,
                    "milliseconds": milliseconds,
                },
            )
        elif isinstance(error, GeneratorExit | Cancelled):
            ANSWERS.info("An answer was stopped before its end.")
        elif isinstance(error, UsageError):
            # Whoever asked it was told what is wrong with it; nobody need be woken.
            ANSWERS.info("A question could not be asked: %s", _said(error))
        elif error is not None:
            # The sentence of our own errors names files and settings; of any other, the type must do.
            ANSWERS.error("A question failed: %s", _said(error))
