"""The catalog: the truth, and the commit point; one text of SQL for two engines."""
