"""The scopes and events that the app has in Slack, each with what is missing without it."""

NEEDED = {
    "app_mentions:read": "mentions do not reach me",
    "chat:write": "I cannot answer",
    "im:history": "direct messages do not reach me",
    "users:read": "I cannot tell guests and strangers apart, and answer nobody",
    "assistant:write": "there is no pane and there are no suggestions",
    "commands": "/onrecord does not exist",
}
WANTED = {
    "channels:history": "follow-ups without a mention, and posted links, do not reach me in public channels",
    "groups:history": "follow-ups without a mention, and posted links, do not reach me in private channels",
    "mpim:history": "direct messages of several people do not reach me",
    "channels:read": "I cannot tell which channels are shared with others, and answer no command there",
    "groups:read": "I cannot tell which private channels are shared with others, and answer no command there",
    "reactions:read": "👍 and 👎 as reactions do not reach me",
    "reactions:write": "a question gets no 👀 where Slack shows no status",
}
# What a setting needs that few turn on; the manifest leaves it out.
READ_FILES = "files:read"
EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "tokens_revoked",
)
