"""The signals by which whatever runs until it is stopped is told to."""

import asyncio
import signal


def stop_signals() -> asyncio.Event:
    """What SIGINT and SIGTERM set from now on, in the event loop that runs."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping
