"""The Chroma side of the record: vectors, and what is searched beside them."""
