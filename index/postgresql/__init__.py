"""PostgreSQL, where a setting names a database: its address, pooled connections, its errors as sentences."""
