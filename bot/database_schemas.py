"""The schemas in the record's database that hold what the bot keeps there."""

CONVERSATIONS = "onrecord_conversations"
KEPT_ANSWERS = "onrecord_kept_answers"
SLACK = "onrecord_slack"
INSTALLATIONS = "onrecord_installations"
ALL = (CONVERSATIONS, KEPT_ANSWERS, SLACK, INSTALLATIONS)
