"""How a command ends."""

DONE, FAILED, NOT_ON_RECORD, INTERRUPTED = 0, 1, 3, 130
