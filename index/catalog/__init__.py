"""The SQLite side of the record: the truth, and the commit point."""
