"""A query to passages: hybrid search."""
