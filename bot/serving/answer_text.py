"""An answer as text for programs that show text: sentences with numbers, and the quotes below them."""

import re

from bot.freshness import standing
from bot.page_numbers import page_url, pages_in_words
from bot.refusals import likely, refusal, withdrawn
from bot.terminal.plain_lines import clean
from bot.types import Answer, Citation, Sentence
from index.types import Article

# What Markdown could read in words that are to be shown as they are.
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~$])")


def plain(text: str) -> str:
    """The words in one line, without control characters."""
    return " ".join(clean(text).split())


def markdown(text: str) -> str:
    """The same where Markdown is shown: no word of an article becomes a link, a picture or markup."""
    escaped = _MARKUP.sub(r"\\\1", plain(text))
    # Addresses that stand bare would be made links of by many.
    return escaped.replace("<", "&lt;").replace(">", "&gt;").replace("://", "&#58;//")


class AnswerText:
    """Writes answers. `words` makes words of articles, models and questions fit to be shown."""

    def __init__(self, *, as_markdown: bool = False) -> None:
        """Plain text, unless it is shown `as_markdown`."""
        self._words = markdown if as_markdown else plain
        self._bullet = "- " if as_markdown else ""

    def whole(self, answer: Answer, articles: int) -> str:
        """The answer from beginning to end; `articles` is how many are on record."""
        parts = [*self.head(answer), *map(self.sentence, answer.sentences), self.end(answer, articles)]
        return "\n\n".join(part for part in parts if part)

    def head(self, answer: Answer) -> list[str]:
        """What the question's own words constrained, and that outlets differ, each where it is so."""
        parts = []
        if answer.read and answer.sentences:
            lead = "Of all articles, since none" if answer.relaxed else "Of the articles"
            parts.append(f"{lead} {self._words(answer.read)}{' answers that' if answer.relaxed else ''}:")
        if answer.disagreement:
            parts.append(self._words(str(answer.disagreement)))
        return parts

    def sentence(self, sentence: Sentence) -> str:
        """One sentence with the numbers of its quotes."""
        lead = f"{self._words(sentence.lead)}: " if sentence.lead else ""
        numbers = "".join(f"[{one.n}]" for one in sentence.citations)
        return f"{lead}{self._words(sentence.text)} {numbers}".rstrip()

    def end(self, answer: Answer, articles: int) -> str:
        """What stands below the sentences: the quotes, and of when the answer is; or that there is none."""
        if answer.sentences:
            quotes = "\n".join(f"{self._bullet}{self.quote(one)}" for one in answer.citations)
            below = (self._words(answer.note), quotes, self._words(answer.hint), standing(answer))
            return "\n\n".join(part for part in below if part)
        lines = [refusal(answer, articles)]
        if answer.withdrawn:
            lines.append(self._words(withdrawn(answer)))
        if answer.likely:
            cited = self.quote(answer.likely.citations[0])
            lines += [likely(answer), self._words(answer.likely.text), f"{self._bullet}{cited}"]
        if answer.nearest:
            nearest = [f"{self._bullet}{self._about(article)}" for article in answer.nearest]
            lines.append("\n".join(["Nearest to it:", *nearest]))
        return "\n\n".join([*lines, *filter(None, [standing(answer)])])

    def quote(self, citation: Citation) -> str:
        """A quote with its number, its article and the address that lands there."""
        quote = citation.quote
        place = f", {pages_in_words(quote.pages)}" if quote.pages else ""
        about = self._about(quote.article, page_url(quote.article.url, quote.pages), place)
        return f"[{citation.n}] “{self._words(quote.text)}” {about}"

    def _about(self, article: Article, url: str = "", place: str = "") -> str:
        url = url or article.url
        shown = f" {self._address(url)}" if url else ""
        return f"{self._words(str(article.reference))}{place} (id {self._words(article.id)}){shown}"

    def _address(self, url: str) -> str:
        """An address is shown where it leads into the web, and as words otherwise."""
        safe = re.fullmatch(r"https?://[^\s<>\"\\()\[\]`]+", url)
        return f"<{url}>" if safe and self._words is markdown else self._words(url)
