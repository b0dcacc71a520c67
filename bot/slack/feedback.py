"""`onrecord feedback`: what people in Slack thought of answers."""

import sys
from datetime import UTC, datetime

from bot.json_output import print_json
from bot.settings import Settings
from bot.slack.database import Database


def export_feedback(settings: Settings, *, as_json: bool) -> None:
    """Print all feedback, oldest first; as JSON, an object a line."""
    if not Database.exists(settings.record):
        sys.stderr.write("Nobody has said in Slack what they thought of an answer yet.\n")
        return
    database = Database(settings.record)
    try:
        for one in database.feedback():
            if as_json:
                at = datetime.fromtimestamp(one["at"], UTC).isoformat(timespec="seconds")
                print_json({**one, "at": at}, indent=None)
            else:
                mark = "+" if one["rating"] == "up" else "-"
                line = f"{mark} {one['question']}" + (f"  ({one['comment']})" if one["comment"] else "")
                sys.stdout.write(f"{' '.join(line.split())}\n")
    finally:
        database.close()
