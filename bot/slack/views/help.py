"""What the bot says of itself."""

HELP = (
    "I answer questions from the articles on record, with quotes, or say that they do not answer. "
    "Mention me with a question in a channel, write to me directly, or use /onrecord followed by a question, "
    "which only you will see answered. In a thread where I answered you, just ask on. "
    "“read” and a link puts that page on record. /onrecord status says what is on record, "
    "/onrecord articles lists the newest."
)
