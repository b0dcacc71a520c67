"""What is counted while the bot runs, by outcome."""

import time
from dataclasses import dataclass, field

from bot.types import Answer


@dataclass
class Counters:
    """What has happened since the start."""

    started: float = field(default_factory=time.monotonic)
    last_event: float = 0.0
    asked: int = 0
    answered: int = 0
    not_on_record: int = 0
    stopped: int = 0
    refused: int = 0
    turned_away: int = 0
    undelivered: int = 0
    failed: int = 0
    recalled: int = 0

    def count(self, answer: Answer | None) -> None:
        """An answer was delivered; None is a word of the bot's own."""
        if answer is not None:
            self.answered += bool(answer.sentences)
            self.not_on_record += not answer.sentences
