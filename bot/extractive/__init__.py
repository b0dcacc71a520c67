"""The default writer: answers with sentences of the articles, without a model."""
