"""What is counted while the bot runs."""

import time
from dataclasses import dataclass, field


@dataclass
class Counters:
    """What has happened since the start."""

    started: float = field(default_factory=time.monotonic)
    last_event: float = 0.0
    asked: int = 0
    answered: int = 0
    not_on_record: int = 0
    refused: int = 0
    turned_away: int = 0
    failed: int = 0
