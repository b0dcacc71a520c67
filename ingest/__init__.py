"""How articles get into the record. May import `index`, never `bot`."""
