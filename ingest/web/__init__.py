"""Pages from the web: fetched politely, and never from inside the network."""
