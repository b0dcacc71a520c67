"""The flow of an answer: search, write, verify."""
