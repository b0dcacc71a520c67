"""Checks the tables of the settings file that belong to servers, also for commands that need none of them."""

import os
from collections.abc import Mapping

from bot.settings import settings_table


def check_tables(environment: Mapping[str, str] = os.environ) -> None:
    """Raise UsageError where `[slack]` or `[serve]`, or a variable of theirs, is not what it may be."""
    # What is not set is not loaded: every command waits for this.
    if _is_set(environment, "slack"):
        from bot.slack.settings import load_slack_settings

        load_slack_settings(environment)
    if _is_set(environment, "serve"):
        from bot.serving.settings import load_serve_settings

        load_serve_settings(environment)


def _is_set(environment: Mapping[str, str], name: str) -> bool:
    prefix = f"ONRECORD_{name.upper()}_"
    return any(one.startswith(prefix) for one in environment) or bool(settings_table(environment, name)[0])
