"""Whether a sentence follows from the stored sentences that it cites: rules of grammar, by kind."""
