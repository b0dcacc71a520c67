"""Checks of the machine and the record; one bot a record."""
