"""Answers that are looked at again after each refresh, and questions that wait for theirs."""
