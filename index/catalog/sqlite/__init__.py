"""The catalog as a file, by SQLite."""
