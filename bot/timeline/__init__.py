"""The story so far: days on which something happened, with verbatim sentences."""
