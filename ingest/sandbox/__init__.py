"""The child process that reads documents, within limits."""
