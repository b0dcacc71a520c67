"""Answers for a draft: the text with its sources in a style that writers or their programs use."""
