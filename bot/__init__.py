"""How questions are answered, in a terminal or elsewhere. May import `ingest` and `index`."""
