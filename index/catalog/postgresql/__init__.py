"""The catalog as tables of a PostgreSQL database."""
