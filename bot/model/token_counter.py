"""How many tokens a text has for a model, learnt from what its server says it read."""


class TokenCounter:
    """Tokens by length, as one server counts them. Safe for use by several threads.

    Tokenizers differ by a half, few can be had without the model, and servers count what they read: so texts
    are counted by the characters that a token had in earlier prompts of the same articles.
    """

    def __init__(self) -> None:
        self._read = (0, 0)

    def learn(self, characters: int, tokens: int) -> None:
        """A prompt of so many characters was read as so many tokens; 0 where the server does not say."""
        if tokens:
            self._read = self._read[0] + characters, self._read[1] + tokens

    def tokens(self, characters: int, guessed: float) -> float:
        """The tokens of a text of so many characters; `guessed` before anything was learnt."""
        learnt, tokens = self._read
        return characters * tokens / learnt if learnt else guessed
