"""The bot as its operator starts it: a process of its own, unchanged but for the address of Slack."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.fakeslack.server import FakeSlack
from tests.fakeslack.state import APP_TOKEN, BOT_TOKEN, CLIENT_ID, CLIENT_SECRET

ONRECORD = str(Path(sys.executable).with_name("onrecord"))


def environment(slack: FakeSlack, home: Path, *, oauth: bool = False, **settings: Any) -> dict[str, str]:
    """The environment of a bot; settings are those of `[slack]`, by their names.

    With `oauth` it has no token of its own, and gets one wherever it is installed.
    """
    given = {"SLACK_BOT_TOKEN": BOT_TOKEN}
    if oauth:
        given = {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ONRECORD_", "SLACK_")) and not name.lower().endswith("_proxy")
    }
    return {
        **kept,
        "ONRECORD_HOME": str(home),
        **given,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "ONRECORD_SLACK_API_URL": slack.api_url,
        **{f"ONRECORD_SLACK_{name.upper()}": str(value) for name, value in settings.items()},
    }


class Bot:
    """A running bot; its log is in `log`."""

    def __init__(
        self, slack: FakeSlack, home: Path, log: Path, *options: str, toml: str = "", **settings: Any
    ) -> None:
        """Start it; it is connected when this returns, unless it runs over HTTP."""
        self.log = log
        given = environment(slack, home, **settings)
        if toml:
            file = log.with_suffix(".toml")
            file.write_text(toml)
            given["ONRECORD_CONFIG"] = str(file)
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [ONRECORD, "slack", *options], env=given, stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )
        connections = slack.connections
        if "--http" not in options:
            slack.until(lambda: slack.connections > connections or self.process.poll() is not None, 60)
            assert self.process.poll() is None, self.said()

    def said(self) -> str:
        """What it wrote so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """As if the machine had taken it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> int:
        """As its operator stops it."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)
