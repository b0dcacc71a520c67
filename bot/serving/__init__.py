"""What the doors for programs (MCP, HTTP) share: open records, limits, the forms of what they give."""
