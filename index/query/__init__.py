"""What a question says: days, outlets, phrases, words."""
