"""One module a format, each turning a document into articles, and what they share."""
